"""
Names and places of license-like files: what is one, and for whom it speaks.
"""

from __future__ import annotations

import pytest

from licensescan.collect.survey.file_roles import (
    evidence_kind,
    home_folders,
    role_of,
    subject_of,
)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("LICENSE", "license-file"),
        ("license.txt", "license-file"),
        ("LICENCE.rst", "license-file"),
        ("COPYING.LESSER", "license-file"),
        ("COPYRIGHT", "license-file"),
        ("UNLICENSE", "license-file"),
        ("EULA.txt", "license-file"),
        ("THIRD_PARTY_NOTICES.txt", "license-file"),
        ("ffmpy.LICENSE", "license-file"),
        ("PYTHON-LICENSE.txt", "license-file"),
        ("terms_of_use.dat", "license-file"),
        ("main.1.chunk.js.LICENSE.txt", "license-file"),
        ("PATENTS", "patents-file"),
        ("NOTICE.md", "notice"),
        ("AUTHORS", None),
        ("license.py", None),
        ("licenses.json", None),
        ("LicenseManager.h", None),
        ("terms.py", None),
        ("term.txt", None),
        ("sla_model.txt", None),
        ("acme-license-public.pem", None),
    ],
)
def test_which_names_are_license_like(name: str, kind: str | None) -> None:
    assert evidence_kind(name) == kind


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("LICENSE", ""),
        ("LICENSE-APACHE-2.0.txt", ""),
        ("LICENSE.BSD", ""),
        ("LICENSE-0BSD", ""),
        ("LICENSE-unicode", "unicode"),
        ("LICENSE-NON-COMMERCIAL.md", ""),
        ("LICENSE-acme", ""),
        ("LICENSE-RESEARCH.md", ""),
        ("LICENSE-MODEL.md", "weights"),
        ("LICENSE_weights", "weights"),
        ("LICENSE-3RD-PARTY.txt", "third party"),
        ("DATEUTIL_LICENSE", "dateutil"),
        ("main.1.chunk.js.LICENSE.txt", "bundled scripts"),
    ],
)
def test_what_a_name_says_the_file_is_about(name: str, about: str) -> None:
    assert subject_of(name, {"acme"}) == about


@pytest.mark.parametrize(
    ("path", "part", "relation"),
    [
        ("LICENSE", "", "own"),
        ("acme/LICENSE", "", "own"),
        ("acme/_vendor/six/LICENSE", "six", "vendored"),
        ("acme/third_party/fft/COPYING", "fft", "vendored"),
        ("acme/_vendor/licenses/ffmpy.LICENSE", "ffmpy", "vendored"),
        ("acme/core/LICENSE", "acme/core", "vendored"),
        ("acme/models/LICENSE_weights", "weights", "weights"),
        ("acme/share/lib/licenses/LICENSE-TINY", "lib/tiny", "vendored"),
    ],
)
def test_for_whom_a_place_speaks(path: str, part: str, relation: str) -> None:
    found = role_of(path, home={"", "acme"}, own_names={"acme"})
    assert found is not None
    assert (found.part, found.relation) == (part, relation)


def test_a_listed_file_counts_whatever_its_name() -> None:
    assert role_of("AUTHORS", home={""}, own_names={"acme"}) is None
    assert (
        role_of("AUTHORS", home={""}, own_names={"acme"}, declared=True)
        is not None
    )


def test_home_is_what_all_files_share_or_what_is_called_like_the_component() -> (
    None
):
    home, _ = home_folders(
        ["nvidia/fft/LICENSE.txt", "nvidia/fft/lib/x.so"], "nvidia-fft-cu12"
    )
    assert "nvidia/fft" in home
    home, own = home_folders(["cv9/a.py", "acme_cv.libs/b.so"], "acme-cv")
    assert "cv9" in home
    assert "cv9" in own
    home, _ = home_folders(["acme/a.py", "studio/b.py"], "acme")
    assert "acme" in home
    assert "studio" not in home
    home, _ = home_folders(
        ["player.py", "_player_data/COPYING", "_player_data/libsound.so"],
        "player",
    )
    assert home == {""}
