"""
Our own additions to the corpus: facts that point to a file of a package, read
without unpacking or installing it.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
sys.path.insert(0, str(CORPUS))

import additions  # noqa: E402

from licensescan.standards.license_list import info  # noqa: E402

TERMS = "Fitter terms\n\nYou may use the fitter as you like.\nYou may pass it on with these words.\n"


def offer(cache: Path, folder: str, name: str, path: str, text: str) -> None:
    """A package that was fetched before, with one file in it."""
    (cache / folder).mkdir(parents=True)
    if name.endswith(".whl"):
        with zipfile.ZipFile(cache / folder / name, "w") as wheel:
            wheel.writestr(path, text)
        return
    with tarfile.open(cache / folder / name, "w:gz") as tar:
        member = tarfile.TarInfo(path)
        member.size = len(text.encode())
        tar.addfile(member, io.BytesIO(text.encode()))


def table(
    folder: Path,
    *,
    sha256: str = hashlib.sha256(TERMS.encode()).hexdigest(),
    **more: str,
) -> Path:
    fields = {
        "license": '"LicenseRef-Fitter"',
        "kind": '"text"',
        "package": '"pkg:pypi/fitter@1.0"',
        "path": '"fitter-1.0.dist-info/LICENSE"',
        "sha256": f'"{sha256}"',
        **more,
    }
    path = folder / "additions.toml"
    path.write_text(
        "[[addition]]\n"
        + "".join(f"{key} = {value}\n" for key, value in fields.items())
    )
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    offer(
        tmp_path,
        "pypi-fitter-1.0",
        "fitter-1.0-py3-none-any.whl",
        "fitter-1.0.dist-info/LICENSE",
        TERMS,
    )
    offer(
        tmp_path, "npm-fitter-1.0", "fitter-1.0.tgz", "package/LICENSE", TERMS
    )
    return tmp_path


def test_a_new_license_is_its_text(cache: Path) -> None:
    [license_], rules = additions.read(
        table(cache, name='"Fitter terms"', category='"Permissive"'), cache, {}
    )
    assert not rules
    assert license_.word("spdx_license_key") == "LicenseRef-Fitter"
    assert license_.text == TERMS


def test_a_notice_is_some_lines_and_an_expression(cache: Path) -> None:
    where = {
        "package": '"pkg:npm/fitter@1.0"',
        "path": '"package/LICENSE"',
        "lines": "[3, 3]",
    }
    facts = table(
        cache, license='"MIT OR Apache-2.0"', **{**where, "kind": '"notice"'}
    )
    licenses, [rule] = additions.read(
        facts, cache, {"MIT": "mit", "Apache-2.0": "apache-2.0"}
    )
    assert not licenses
    assert rule.word("license_expression") == "mit or apache-2.0"
    assert rule.flag("is_license_notice")
    assert rule.text == "You may use the fitter as you like."


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sha256": "0" * 64}, "pinned is"),
        ({"quote": '"You may"'}, "keys are"),
        ({"license": '"Fitter-9"'}, "no license of ScanCode's"),
        ({"package": '"fitter"'}, "a purl with a version"),
    ],
)
def test_what_is_wrong_with_an_addition_is_said(
    cache: Path, more: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        additions.read(table(cache, **more), cache, {})


def test_the_additions_are_in_the_index_and_have_facts() -> None:
    listed = (CORPUS / "additions.toml").read_text("utf-8")
    for id_ in (
        "LicenseRef-Facebook-PATENTS-v1",
        "LicenseRef-NVIDIA-Source-Code-NC",
        "LicenseRef-SMPL-X",
    ):
        assert f'"{id_}"' in listed
        assert info(id_) is not None
        assert (CORPUS.parent / "rules" / "licenses" / f"{id_}.toml").is_file()
