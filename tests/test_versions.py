"""
One name, another version, another verdict: what the texts of a release say
decides, never the name.
"""

from __future__ import annotations

import io
import json
import tarfile
from datetime import date
from pathlib import Path

import pytest

from licensescan.judge.policy import load_policy
from licensescan.model.types import Report
from licensescan.pipeline import Options, scan

PATENTS = (
    "Additional Grant of Patent Rights\n\nThe firm grants you a license under its patents to make, use and sell "
    "the work. The license granted here terminates automatically and without notice if you make any claim of patent "
    "infringement against the firm or any of its affiliates, whether or not the claim is related to the work.\n"
)
RESEARCH = (
    "Acme Research Terms\n\nYou may use, copy and change the work for non-commercial purposes only, such as teaching, "
    "research and personal experiments. Any use in a product or for profit is not permitted. The terms end when you "
    "break them. The work is provided as is, without warranty of any kind, and its owners are not liable for damages. "
    "You may pass on copies under these same terms, with this text, and you mark what you have changed in them.\n"
)


def npm(
    folder: Path, version: str, license_: str, files: dict[str, str]
) -> str:
    """An npm package of one version."""
    path = folder / f"acme-{version}.tgz"
    said = {
        "package.json": json.dumps(
            {"name": "acme", "version": version, "license": license_}
        ),
        **files,
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, text in said.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return str(path)


def tree(folder: Path, version: str, files: dict[str, str]) -> str:
    """A source tree of one version."""
    for name, text in {"VERSION": version, **files}.items():
        path = folder / version / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder / version)


def report(target: str, project: Path) -> Report:
    policy = load_policy(project, policy_file=None, profile=None)
    return scan(
        [target],
        policy=policy,
        today=date(2027, 1, 1),
        options=Options(project=str(project), cached=False),
    )


def denied(found: Report) -> set[str]:
    return {f.rule for f in found.findings if f.verdict == "deny"}


def test_a_release_without_the_patents_file_is_judged_otherwise(
    tmp_path: Path,
) -> None:
    before = report(
        npm(tmp_path, "15.0.1", "BSD-3-Clause", {"PATENTS": PATENTS}), tmp_path
    )
    after = report(npm(tmp_path, "15.0.2", "MIT", {}), tmp_path)
    assert "patent-retaliation-broad" in denied(before)
    assert before.conclusions[0].terms.patent.grant == "file"
    assert denied(after) == set()
    assert after.conclusions[0].terms.patent.retaliation is None


def test_headers_that_speak_of_a_patents_file_which_is_gone(
    tmp_path: Path,
) -> None:
    header = "# Licensed under the MIT license.\n# An additional grant of patent rights is in the PATENTS file.\n"
    found = report(
        tree(
            tmp_path, "0.6", {"acme/core.py": header, "acme/util.py": header}
        ),
        tmp_path,
    )
    assert "patent-file-missing" in {f.rule for f in found.findings}
    later = {
        "acme/core.py": header,
        **{
            f"acme/m{n}.py": "# SPDX-License-Identifier: MIT\n"
            for n in range(30)
        },
    }
    found = report(tree(tmp_path, "0.12", later), tmp_path)
    assert found.conclusions[0].concluded == "MIT"
    assert denied(found) == set()


@pytest.mark.parametrize(
    ("version", "files", "commercial"),
    [
        ("1", {"LICENSE.md": RESEARCH}, {"prohibited"}),
        (
            "2",
            {
                "LICENSE-RESEARCH.md": RESEARCH,
                "LICENSE": "SPDX-License-Identifier: MIT\n",
            },
            {"prohibited", "conditional"},
        ),
        ("3", {"LICENSE": "SPDX-License-Identifier: MIT\n"}, {"allowed"}),
    ],
)
def test_terms_that_were_opened_step_by_step(
    tmp_path: Path, version: str, files: dict[str, str], commercial: set[str]
) -> None:
    assert (
        report(tree(tmp_path, version, files), tmp_path)
        .conclusions[0]
        .terms.commercial
        in commercial
    )
