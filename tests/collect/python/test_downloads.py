"""
An online run pays once: what a lock names is fetched from an index on this
machine, kept by the hash that the lock states, and not asked for again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from licensescan.cache.fetched import FetchedCache
from licensescan.collect.python import downloads, lock
from licensescan.collect.python import package_index as index
from licensescan.model.types import Component
from licensescan.standards.requirements import Platform
from tests.collect.python.index_server import Server

TERMS = "{name} terms. " + "You may use it inside your company. " * 8


def wheel_of(name: str, version: str = "1.0", filler: int = 0) -> bytes:
    info = f"{name}-{version}.dist-info"
    members = {
        f"{name}/__init__.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.4\nName: {name}\n"
        f"Version: {version}\nLicense-File: LICENSE\n",
        f"{info}/licenses/LICENSE": TERMS.format(name=name),
    }
    listed = "".join(f"{m},,\n" for m in (*members, f"{info}/RECORD"))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for member, text in {**members, f"{info}/RECORD": listed}.items():
            file.writestr(member, text)
        if filler:
            file.writestr(f"{name}/model.bin", os.urandom(filler))
    return data.getvalue()


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def offered(server: Server, name: str, version: str = "1.0") -> str:
    """Put a wheel up and return its sha256."""
    data = wheel_of(name, version)
    hashes = {"sha256": sha256_of(data)}
    server.offer(f"{name}-{version}-py3-none-any.whl", data, hashes=hashes)
    return hashes["sha256"]


def uv_lock(packages: Iterable[tuple[str, str, str]]) -> str:
    rows = ["version = 1"]
    for name, version, sha256 in packages:
        rows += [
            "[[package]]",
            f'name = "{name}"',
            f'version = "{version}"',
            'source = { registry = "https://index.example/simple" }',
            f'wheels = [{{ url = "https://index.example/{name}.whl", hash = "sha256:{sha256}" }}]',
        ]
    return "\n".join(rows) + "\n"


def write_lock(folder: Path, packages: Iterable[tuple[str, str, str]]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "uv.lock"
    path.write_text(uv_lock(packages))
    return path


def fetched(path: Path, server: Server, cache: Path) -> list[Component]:
    search = lock.Search(
        variables=server.variables,
        online=True,
        fetched=FetchedCache(str(cache)),
    )
    return list(lock.collect(str(path), search))


def texts(components: Iterable[Component]) -> dict[str, str]:
    return {
        c.name: next((e.text or "" for e in c.evidence if e.text), "")
        for c in components
    }


NAMES = tuple(f"acme{n}" for n in range(20))


def test_the_second_run_asks_nothing_and_finds_the_same(
    tmp_path: Path, server: Server
) -> None:
    rows = [(n, "1.0", offered(server, n)) for n in NAMES]
    path = write_lock(tmp_path / "one", rows)
    first = fetched(path, server, tmp_path / "cache")
    assert texts(first) == {n: TERMS.format(name=n) for n in NAMES}
    server.asked.clear()
    again = fetched(path, server, tmp_path / "cache")
    other = write_lock(tmp_path / "two", rows[:3])
    shared = fetched(other, server, tmp_path / "cache")
    assert server.asked == []
    assert again == first
    assert shared == [c for c in first if c.name in NAMES[:3]]


def test_one_changed_package_fetches_that_one(
    tmp_path: Path, server: Server
) -> None:
    rows = [(n, "1.0", offered(server, n)) for n in NAMES[:4]]
    path = write_lock(tmp_path / "one", rows)
    fetched(path, server, tmp_path / "cache")
    server.asked.clear()
    changed = (NAMES[0], "2.0", offered(server, NAMES[0], "2.0"))
    write_lock(tmp_path / "one", [changed, *rows[1:]])
    found = fetched(path, server, tmp_path / "cache")
    assert [c.version for c in found] == ["2.0", "1.0", "1.0", "1.0"]
    assert {asked for asked, _ in server.asked} == {
        f"/simple/{NAMES[0]}/",
        f"/files/{NAMES[0]}-2.0-py3-none-any.whl",
    }


def test_without_a_hash_the_page_is_asked_and_the_file_is_not(
    tmp_path: Path, server: Server
) -> None:
    offered(server, "acme")
    path = tmp_path / "requirements.txt"
    path.write_text("acme==1.0\n")
    first = fetched(path, server, tmp_path / "cache")
    server.asked.clear()
    assert fetched(path, server, tmp_path / "cache") == first
    assert [asked for asked, _ in server.asked] == ["/simple/acme/"]


@pytest.mark.parametrize("is_told", [True, False])
def test_another_hash_than_the_lock_states_is_not_believed(
    tmp_path: Path, server: Server, is_told: bool
) -> None:
    data = wheel_of("acme")
    hashes = {"sha256": sha256_of(data)} if is_told else {}
    server.offer("acme-1.0-py3-none-any.whl", data, hashes=hashes)
    rows = [("acme", "1.0", "0" * 64)]
    path = write_lock(tmp_path / "one", rows)
    (component,) = fetched(path, server, tmp_path / "cache")
    assert [p.rule for p in component.problems] == ["terms-unread"]
    assert "another sha256" in component.problems[0].message or (
        "no file with a sha256" in component.problems[0].message
    )
    assert component.evidence == ()


def test_a_mirror_that_gives_other_bytes_is_not_believed(
    tmp_path: Path, server: Server
) -> None:
    sha256 = offered(server, "acme")
    server.files["/files/acme-1.0-py3-none-any.whl"] = wheel_of("evil")
    path = write_lock(tmp_path / "one", [("acme", "1.0", sha256)])
    for _ in range(2):
        (component,) = fetched(path, server, tmp_path / "cache")
        assert [p.rule for p in component.problems] == ["terms-unread"]


def test_a_slow_mirror_is_not_waited_for(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "SECONDS", 0.3)
    rows = [(n, "1.0", offered(server, n)) for n in NAMES]
    path = write_lock(tmp_path / "one", rows)
    server.seconds_a_piece = 0.2
    started = time.monotonic()
    found: list[Component] = []
    search = lock.Search(
        variables=server.variables,
        online=True,
        fetched=FetchedCache(str(tmp_path / "cache")),
    )
    with pytest.raises(index.IncompleteError):
        found.extend(lock.collect(str(path), search))
    assert time.monotonic() - started < 10
    assert [c.name for c in found] == sorted(NAMES)
    assert {p.rule for c in found for p in c.problems} == {"terms-unread"}
    server.seconds_a_piece = 0.0
    monkeypatch.setattr(index, "SECONDS", 20)
    assert all(texts(fetched(path, server, tmp_path / "cache")).values())


def test_what_fails_half_way_is_not_kept(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "WHOLE_BYTES", 1 << 10)
    data = wheel_of("acme", filler=1 << 20)
    hashes = {"sha256": sha256_of(data)}
    server.offer("acme-1.0-py3-none-any.whl", data, hashes=hashes)
    rows = [("acme", "1.0", hashes["sha256"])]
    path = write_lock(tmp_path / "one", rows)
    server.refuses_from = 3
    (broken,) = fetched(path, server, tmp_path / "cache")
    assert broken.problems
    server.refuses_from = None
    (whole,) = fetched(path, server, tmp_path / "cache")
    assert texts([whole])["acme"] == TERMS.format(name="acme")
    server.asked.clear()
    assert fetched(path, server, tmp_path / "cache") == [whole]
    assert server.asked == []


def test_a_damaged_or_foreign_value_is_fetched_anew(
    tmp_path: Path, server: Server
) -> None:
    sha256 = offered(server, "acme")
    path = write_lock(tmp_path / "one", [("acme", "1.0", sha256)])
    first = fetched(path, server, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").rglob("*.component")
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    server.asked.clear()
    assert fetched(path, server, tmp_path / "cache") == first
    assert server.asked


def test_a_fork_is_not_looked_for_at_the_index(
    tmp_path: Path, server: Server
) -> None:
    offered(server, "acme")
    path = tmp_path / "requirements.txt"
    path.write_text("acme @ git+https://user:secret@git.example/acme@v1\n")
    (tmp_path / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "acme"\nversion = "1.0"\n'
        'source = { git = "https://user:secret@git.example/acme?rev=1#0" }\n'
    )
    for place in (path, tmp_path / "uv.lock"):
        (component,) = fetched(place, server, tmp_path / "cache")
        assert [p.rule for p in component.problems] == ["terms-unread"]
        assert "secret" not in component.problems[0].message
    assert server.asked == []


def test_progress_names_package_and_size(
    tmp_path: Path, server: Server
) -> None:
    data = wheel_of("acme", filler=1 << 20)
    hashes = {"sha256": sha256_of(data)}
    server.offer(
        "acme-1.0-py3-none-any.whl", data, hashes=hashes, size=len(data)
    )
    server.seconds_a_piece = 0.05
    path = write_lock(tmp_path / "one", [("acme", "1.0", hashes["sha256"])])
    told: list[tuple[str, int, int]] = []
    search = lock.Search(
        variables=server.variables,
        online=True,
        told=lambda *step: told.append(step),
    )
    list(lock.collect(str(path), search))
    assert ("fetching acme 1.0 (1.0 MB)", 0, 1) in told


def test_the_artifact_for_the_platform_is_chosen(server: Server) -> None:
    for name in (
        "acme-1.0-cp311-cp311-manylinux_2_28_x86_64.whl",
        "acme-1.0-cp311-cp311-musllinux_1_2_x86_64.whl",
        "acme-1.0-cp314-cp314-win_amd64.whl",
        "acme-1.0-cp311-cp311-win_amd64.whl",
        "acme-1.0-cp311-cp311-win32.whl",
        "acme-1.0-cp39-abi3-macosx_11_0_universal2.whl",
        "acme-1.0.tar.gz",
    ):
        server.offer(name, b"")
    asked = index.Index(server.variables)
    for platform, python, chosen in (
        (Platform(), "3.11.2", "cp311-manylinux_2_28_x86_64"),
        (Platform("win32", "AMD64"), "3.11", "cp311-win_amd64"),
        (Platform("win32", "AMD64"), "3.14", "cp314-win_amd64"),
        (Platform("darwin", "arm64"), "", "abi3-macosx_11_0_universal2"),
    ):
        wanted = index.Wanted(
            name="acme", version="1.0", platform=platform, python=python
        )
        assert chosen in asked.offer(wanted).name


def test_a_pool_of_any_size(tmp_path: Path, server: Server) -> None:
    asked = downloads.Downloads(
        index.Index(server.variables),
        FetchedCache(None),
        lambda *step: None,
        platform=Platform(),
        python="",
    )
    assert list(asked.fetch([])) == []


def test_the_command_is_answered_from_memory(
    tmp_path: Path, server: Server
) -> None:
    rows = [(n, "1.0", offered(server, n)) for n in NAMES]
    path = write_lock(tmp_path / "one", rows)
    old = time.time() - 60
    for place in (path, path.parent, tmp_path):
        os.utime(place, (old, old))
    time.sleep(2.1)  # a change of a moment ago could hide behind its stamp

    def run() -> tuple[int, float, dict[str, object]]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "licensescan", "check", "uv.lock"),
                *("--online", "-f", "json"),
            ],
            cwd=path.parent,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(tmp_path / "home"),
                "no_proxy": "127.0.0.1",
                **server.variables,
            },
            capture_output=True,
            check=False,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime
        spent -= before.ru_utime + before.ru_stime
        assert done.returncode in (0, 1), done.stderr.decode()
        return done.returncode, spent, json.loads(done.stdout)

    code, _, report = run()
    assert server.asked
    server.asked.clear()
    again, seconds, same = run()
    assert (again, same, server.asked) == (code, report, [])
    assert seconds < 0.6  # 0.1 s on a quiet machine
