"""What was judged: commits by the files of git, digests, and who pins what."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from licensescan.collect.formats.core_metadata import read_metadata
from licensescan.collect.formats.makers import (
    locked_sha256,
    plain_address,
    provenance_of,
)
from licensescan.collect.identity import revision_of, sha256_of
from tests.places import add_environment, run


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *args],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    place = tmp_path / "checkout"
    place.mkdir()
    git(place, "init", "-q", "-b", "main")
    (place / "a.txt").write_text("a\n")
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "one")
    return place


class TestRevision:
    def test_it_is_what_git_says(self, checkout: Path) -> None:
        head = git(checkout, "rev-parse", "HEAD")
        assert revision_of(str(checkout)) == head
        below = checkout / "deep" / "er"
        below.mkdir(parents=True)
        assert revision_of(str(below)) == head

    def test_detached_and_packed(self, checkout: Path) -> None:
        head = git(checkout, "rev-parse", "HEAD")
        git(checkout, "pack-refs", "--all")
        assert revision_of(str(checkout)) == head
        git(checkout, "checkout", "-q", "--detach")
        assert revision_of(str(checkout)) == head

    def test_a_linked_work_tree(self, checkout: Path) -> None:
        other = checkout.parent / "other"
        git(checkout, "worktree", "add", "-q", "-b", "side", str(other))
        (other / "b.txt").write_text("b\n")
        git(other, "add", ".")
        git(other, "commit", "-q", "-m", "two")
        head = git(other, "rev-parse", "HEAD")
        assert revision_of(str(other)) == head
        git(checkout, "pack-refs", "--all")
        assert revision_of(str(other)) == head
        assert revision_of(str(checkout)) != head

    @pytest.mark.parametrize(
        "head",
        [
            "",
            "ref: refs/heads/../../../secret",
            "ref: /etc/passwd",
            "ref: refs/heads/none",
            "not a commit",
            "0" * 39,
        ],
    )
    def test_what_is_none_is_not_told(self, tmp_path: Path, head: str) -> None:
        folder = tmp_path / ".git"
        folder.mkdir()
        (folder / "HEAD").write_text(head)
        (tmp_path / "secret").write_text("a" * 40)
        assert revision_of(str(tmp_path)) == ""

    def test_git_never_runs(self, checkout: Path) -> None:
        trap = checkout / "trap"
        (checkout / ".git" / "config").write_text(
            f'[core]\nfsmonitor = "touch {trap}"\nsshCommand = "touch {trap}"\n'
        )
        assert len(revision_of(str(checkout))) == 40
        assert not trap.exists()


def test_a_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 3_000_000)
    assert sha256_of(str(path)) == hashlib.sha256(b"x" * 3_000_000).hexdigest()
    assert sha256_of(str(tmp_path / "none")) == ""


ARCHIVES = (
    ("a-1.0.tar.gz", "1" * 64),
    (
        "a-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "2" * 64,
    ),
    ("a-1.0-cp312-cp312-win_amd64.whl", "3" * 64),
)


class TestLocked:
    def test_the_wheel_with_its_tags_is_meant(self) -> None:
        build = (
            "cp311-cp311-manylinux_2_17_x86_64",
            "cp311-cp311-manylinux2014_x86_64",
        )
        assert locked_sha256(build, ARCHIVES) == "2" * 64

    @pytest.mark.parametrize("build", [(), ("py3-none-any",)])
    def test_where_several_may_be_it_none_is(self, build: Any) -> None:
        assert locked_sha256(build, ARCHIVES) == ""

    def test_the_only_one_is_meant(self) -> None:
        assert locked_sha256((), ARCHIVES[:1]) == "1" * 64
        assert locked_sha256((), ()) == ""


def test_addresses_lose_users_and_tokens() -> None:
    for address in (
        "https://me:secret@host.org/a/b",
        "https://host.org/t/to-ken/a/b",
    ):
        assert plain_address(address) == "https://host.org/a/b"
    assert plain_address("conda-forge") == "conda-forge"


def test_people_and_pages_of_metadata() -> None:
    text = (
        "Metadata-Version: 2.1\nName: a\nVersion: 1\nAuthor: UNKNOWN\n"
        "Author-email: Ada L <ada@x.org>, bob@x.org\n"
        "Maintainer: The Keepers\nProject-URL: Source Code, https://x.org/src\n"
        "Project-URL: Home, https://me:pw@x.org\n\n"
    )
    made = provenance_of(read_metadata(text.encode(), "METADATA"))
    assert made.authors == ("Ada L", "bob@x.org")
    assert made.supplier == "The Keepers"
    assert made.homepage == "https://x.org"
    assert made.repository == "https://x.org/src"


def test_authors_with_their_addresses_are_names() -> None:
    text = (
        "Metadata-Version: 1.0\nName: a\nVersion: 1\n"
        "Author: Ada L <ada@x.org>, Bob B <bob@x.org>\n\n"
    )
    made = provenance_of(read_metadata(text.encode(), "PKG-INFO"))
    assert made.authors == ("Ada L", "Bob B")


def test_a_project_is_pinned_by_its_lock(tmp_path: Path) -> None:
    project = tmp_path / "project"
    site = add_environment(project / ".venv", {"plain": "MIT"})
    (site / "plain-1.0.dist-info" / "WHEEL").write_text(
        "Wheel-Version: 1.0\nTag: py3-none-any\n"
    )
    (project / "pyproject.toml").write_text(
        '[project]\nname = "p"\nversion = "1"\ndependencies = ["plain"]\n'
    )
    (project / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "p"\nversion = "1"\n'
        'source = { virtual = "." }\ndependencies = [{ name = "plain" }]\n'
        '[[package]]\nname = "plain"\nversion = "1.0"\n'
        f'sdist = {{ url = "https://x/plain-1.0.tar.gz", hash = "sha256:{"1" * 64}" }}\n'
        f'wheels = [{{ url = "https://x/plain-1.0-py3-none-any.whl", hash = "sha256:{"2" * 64}" }}]\n'
    )
    report = json.loads(run("scan", "-f", "json", cwd=project).out)
    lock = hashlib.sha256((project / "uv.lock").read_bytes()).hexdigest()
    (told,) = [t for t in report["targets"] if t["kind"] == "project"]
    assert told["sha256"] == {"uv.lock": lock}
    (plain,) = [c for c in report["components"] if c["name"] == "plain"]
    assert plain["provenance"]["sha256"] == "2" * 64
