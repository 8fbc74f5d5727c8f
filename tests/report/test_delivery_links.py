"""A report never follows a link out of its folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from licensescan.model.types import UsageError
from licensescan.report.delivery import check_writable, write_report

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="links need a privilege there"
)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    outside = tmp_path / "mine.txt"
    outside.write_text("mine")
    link = tmp_path / "project" / "licenses.json"
    link.symlink_to(outside)
    with pytest.raises(UsageError, match="out of its folder"):
        check_writable(str(link))
    assert outside.read_text() == "mine"


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("old")
    (tmp_path / "b.json").symlink_to("a.json")
    check_writable(str(tmp_path / "b.json"))
    write_report("new", str(tmp_path / "b.json"))
    assert (tmp_path / "a.json").read_text() == "new\n"


def test_links_of_the_system_are_its_own() -> None:
    check_writable("/dev/stdout")
