"""
The promises of docs/threats.md that only a whole process can break: what it
runs, opens, writes and leaves.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from licensescan.report import REPORTS
from tests.faults import GPL, distribution, environment, look, write
from tests.places import add_environment, run

CANARY = "import os; open(os.environ['CANARY'], 'a').write(__name__ + '\\n')\n"
SHADOWS = "json click sqlite3 tomli yaml jinja2 rich packaging sitecustomize usercustomize _manylinux setup conftest"

WATCHED = """
import os, sys
root, events = sys.argv.pop(1), []
def hook(event, args):
    name = str(args[0]) if args else ""
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        events.append(("write", name))
    elif event in ("exec", "compile") and root in str(args[-1] if event == "compile" else args[0]):
        events.append((event, name))
    elif event.startswith(("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.", "ctypes.")):
        if event not in ("socket.__new__", "ctypes.dlopen", "ctypes.dlsym"):
            events.append((event, name))
sys.addaudithook(hook)
from licensescan.cli import main
try:
    main(sys.argv[1:])
finally:
    print(events, file=sys.stderr)
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """
    A site whose every file would tell if it was run, and which shadows what
    licensescan imports.
    """
    site = environment(
        tmp_path,
        distribution(
            code={"acme_x/__init__.py": CANARY, "acme_x.pth": CANARY}
        ),
    )
    write(site, {f"{name}.py": CANARY.encode() for name in SHADOWS.split()})
    write(
        site,
        distribution("gpl", license_="GPL-3.0-only", texts={"LICENSE": GPL}),
    )
    return site


def process(
    code: str, *args: str, cwd: Path, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    env = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(cwd),
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=cwd,
        env=env,
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_nothing_that_is_looked_at_is_run_even_from_within(
    tmp_path: Path, hostile: Path
) -> None:
    canary = tmp_path / "canary"
    for cwd in (tmp_path, hostile):
        done = run(
            "check", str(hostile), "--no-cache", cwd=cwd, CANARY=str(canary)
        )
        assert done.code == 1, done
        assert "gpl 1.0" in done.out
    assert not canary.exists(), canary.read_text()


def test_nothing_is_started_connected_or_written(
    tmp_path: Path, hostile: Path
) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    done = process(
        WATCHED,
        str(hostile),
        "check",
        str(hostile),
        "--no-cache",
        "-f",
        "json",
        cwd=place,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.decode().strip().splitlines()[-1] == "[]"
    assert list(place.iterdir()) == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_the_system_sees_one_program_and_no_network(
    tmp_path: Path, hostile: Path
) -> None:
    trace = tmp_path / "trace"
    calls = [
        "strace",
        "-f",
        "-o",
        str(trace),
        "-e",
        "trace=execve,socket,connect",
    ]
    command = [
        *calls,
        sys.executable,
        "-m",
        "licensescan",
        "check",
        str(hostile),
        "--no-cache",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, check=False, timeout=120
    )
    if done.returncode not in (0, 1):
        pytest.skip("strace may not trace here")
    lines = trace.read_text().splitlines()
    assert sum("execve(" in line for line in lines) == 1
    assert not [line for line in lines if "AF_INET" in line]


# -- the same input gives the same bytes --


def test_hash_seed_zone_locale_and_jobs_change_nothing(
    tmp_path: Path, hostile: Path
) -> None:
    plain = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}
    other = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}
    for name in sorted(REPORTS):
        once = run(
            "check",
            str(hostile),
            "--no-cache",
            "-f",
            name,
            cwd=tmp_path,
            **plain,
        )
        again = run(
            "check",
            str(hostile),
            "--no-cache",
            "--jobs",
            "2",
            "-f",
            name,
            cwd=tmp_path,
            **other,
        )
        assert (once.code, again.code) == (1, 1), once.err
        assert once.out == again.out


def test_the_order_of_a_folder_changes_nothing(
    hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = look(hostile).report
    scandir = os.scandir

    class Backwards:
        def __init__(self, path: str) -> None:
            with scandir(path) as entries:
                self.entries = list(entries)[::-1]

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            return iter(self.entries)

        def __exit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(os, "scandir", Backwards)
    assert look(hostile).report == before


# -- a report is whole, or not there --


@pytest.mark.parametrize("delay", [0.05, 0.3, 0.6, 1.0])
def test_a_killed_process_leaves_no_half_report(
    tmp_path: Path, hostile: Path, delay: float
) -> None:
    out = tmp_path / "out.json"
    command = [
        sys.executable,
        "-m",
        "licensescan",
        "check",
        str(hostile),
        "--report",
        f"json={out}",
        "--no-cache",
    ]
    child = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(delay)
    child.send_signal(signal.SIGKILL if delay < 0.5 else signal.SIGTERM)
    child.wait()
    if out.exists():
        json.loads(out.read_text())


@pytest.mark.skipif(
    not Path("/dev/full").is_char_device(), reason="needs /dev/full"
)
def test_a_full_disk_is_incomplete_and_a_device_stays_one(
    tmp_path: Path, hostile: Path
) -> None:
    command = [
        sys.executable,
        "-m",
        "licensescan",
        "check",
        str(hostile),
        "--no-cache",
    ]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            command,
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert b"could not be written" in done.stderr
    assert b"Traceback" not in done.stderr


def test_what_is_no_file_is_written_to_and_not_replaced(
    tmp_path: Path, hostile: Path
) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link.json"
    os.mkfifo(pipe)
    link.symlink_to("real.json")
    with subprocess.Popen(
        ["cat", str(pipe)], stdout=subprocess.PIPE
    ) as reader:
        reports = ("--report", f"json={pipe}", "--report", f"json={link}")
        assert (
            run(
                "check", str(hostile), "--no-cache", *reports, cwd=tmp_path
            ).code
            == 1
        )
        assert reader.stdout is not None
        json.loads(reader.stdout.read())
    assert pipe.is_fifo()
    assert link.is_symlink()
    json.loads((tmp_path / "real.json").read_text())


def test_a_closed_output_is_no_crash(tmp_path: Path, hostile: Path) -> None:
    command = f"{sys.executable} -m licensescan check {hostile} --no-cache"
    for closing in (">&-", ">&- 2>&-", "| head -c 1 >/dev/null"):
        done = subprocess.run(
            ["sh", "-c", f"{command} {closing}"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in done.stderr
        assert done.returncode in (0, 1)


def test_a_component_with_too_many_licenses_does_not_end_the_run(
    tmp_path: Path,
) -> None:
    site = add_environment(tmp_path / "env", {"plain": "MIT", "many": "MIT"})
    tags = (
        f"SPDX-License-Identifier: LicenseRef-own-number-{n:04}"
        for n in range(800)
    )
    (site / "many-1.0.dist-info" / "LICENSE").write_text("\n".join(tags))
    done = run("check", "env", "-f", "json", cwd=tmp_path)
    report = json.loads(done.out)
    assert {c["name"] for c in report["components"]} == {"plain", "many"}
    assert (done.code, report["findings"][0]["component"]) == (
        1,
        "pkg:pypi/many@1.0",
    )


@pytest.mark.parametrize("name", ["licensescan.toml", "pyproject.toml"])
def test_a_policy_inside_a_target_judges_nothing(
    tmp_path: Path, name: str
) -> None:
    """What is scanned has no say in how it is judged."""
    target, here = tmp_path / "target", tmp_path / "here"
    here.mkdir()
    copyleft = {"copyleft": "AGPL-3.0-only"}
    site = add_environment(target / "env", copyleft)
    policy = (
        'profile = "permissive-only"\nfail-on = "deny"\n'
        '[verdicts]\ncopyleft-network = "ok"\nlicense-denied = "ok"\n'
    )
    if name == "pyproject.toml":
        head = "[tool.licensescan"
        policy = policy.replace("[verdicts]", f"{head}.verdicts]")
        policy = f"{head}]\n{policy}"
    for folder in (target, target / "env", site):
        (folder / name).write_text(policy)
    done = run("check", str(target / "env"), cwd=here)
    assert done.code == 1, done.err
    assert "copyleft-network" in done.out
    # The same policy is a good one, where the user names it.
    named = ("--policy", str(target / name))
    assert run("check", str(target / "env"), *named, cwd=here).code == 0
