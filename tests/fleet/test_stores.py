"""All engines make the same store, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="needs licensescan[fleet]")
pytest.importorskip("duckdb", reason="needs licensescan[fleet]")

from licensescan.fleet import batches, reading, scan
from licensescan.fleet.reading import read
from licensescan.fleet.rows import rows_of_error
from licensescan.fleet.store import files_of
from licensescan.fleet.targets import targets_in
from licensescan.fleet.values import Batch, Done, Engine, Unit
from licensescan.fleet.workers import Workers
from licensescan.model.errors import IncompleteError
from tests.fleet.targets import environment, wheels

DAY = "2026-01-31"


class Here:
    """An engine in this process: reads what came last first, if asked to."""

    capacity = 3

    def __init__(self, *, backwards: bool = False, fails: int = 0) -> None:
        self.backwards = backwards
        self.fails = fails
        self.batches: list[Batch] = []

    def submit(self, batch: Batch) -> None:
        self.batches.append(batch)

    def next(self) -> Done:
        batch = self.batches.pop(-1 if self.backwards else 0)
        if self.fails:
            self.fails -= 1
            return Done(batch=batch, rows=None)
        return Done(batch=batch, rows=read(batch))

    def close(self) -> None:
        self.batches = []


def scanned(
    source: Path | str,
    store: Path,
    engine: Callable[[], Engine] = Here,
    day: str = DAY,
) -> scan.Summary:
    return scan.fleet_scan(
        targets_in(str(source)),
        str(store),
        day=day,
        engine=engine,
        told=lambda *_: None,
    )


def files(store: Path) -> Mapping[str, bytes]:
    return dict(files_of(str(store)))


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Wheels, an environment and a file that is no wheel, in five batches."""
    monkeypatch.setattr(batches, "MOST_UNITS", 5)
    folder = wheels(tmp_path / "fleet", 20)
    environment(folder / "app", ("one", "1.0", "MIT"), ("two", "2", "ISC"))
    (folder / "bad-1.0-py3-none-any.whl").write_bytes(b"PK\x03\x04 no zip")
    return folder


@pytest.fixture
def wanted(fleet: Path, tmp_path: Path) -> Mapping[str, bytes]:
    """The store that every other way is to make."""
    done = scanned(fleet, tmp_path / "wanted")
    assert (done.targets, done.units, done.read) == (22, 22, 22)
    assert done.errors == 1
    return files(tmp_path / "wanted")


class TestTheSameStore:
    def test_of_processes(
        self, fleet: Path, wanted: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        scanned(fleet, tmp_path / "pool", lambda: Workers(2))
        assert files(tmp_path / "pool") == wanted

    def test_of_dask(
        self, fleet: Path, wanted: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        pytest.importorskip("distributed", reason="needs licensescan[fleet]")
        code = (
            "import sys\n"
            "from licensescan.fleet import batches\n"
            "batches.MOST_UNITS = 5\n"
            "from licensescan.cli import main\n"
            "if __name__ == '__main__':\n"
            "    main(sys.argv[1:])\n"
        )
        script = tmp_path / "run.py"
        script.write_text(code)
        words = ["fleet", "scan", str(fleet), "--date", DAY, "--jobs", "2"]
        store = tmp_path / "dask"
        run = subprocess.run(
            [
                sys.executable,
                str(script),
                *words,
                "--engine=dask",
                f"--store={store}",
            ],
            capture_output=True,
            text=True,
        )
        assert run.returncode == 3, run.stderr  # one is no wheel
        assert files(store) == wanted

    def test_in_any_order(
        self, fleet: Path, wanted: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        listed = sorted(map(str, fleet.iterdir()), reverse=True)
        (tmp_path / "list.txt").write_text("\n".join(listed))
        scanned(
            tmp_path / "list.txt",
            tmp_path / "other",
            lambda: Here(backwards=True),
        )
        assert files(tmp_path / "other") == wanted

    def test_with_workers_that_end(
        self, fleet: Path, wanted: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        done = scanned(fleet, tmp_path / "other", lambda: Here(fails=7))
        assert files(tmp_path / "other") == wanted
        assert done.read == 22

    def test_with_a_worker_killed(
        self, fleet: Path, wanted: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        killed: list[int] = []

        def engine() -> Engine:
            workers = Workers(2)
            threading.Thread(
                target=kill_one, args=(workers, killed), daemon=True
            ).start()
            return workers

        scanned(fleet, tmp_path / "other", engine)
        assert killed
        assert files(tmp_path / "other") == wanted

    def test_taken_up_after_the_driver_was_killed(
        self, fleet: Path, wanted: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        store = tmp_path / "other"

        class Killed(Here):
            def next(self) -> Done:
                if len(list(store.glob("artifacts/*/*"))) == 2:
                    raise KeyboardInterrupt
                return super().next()

        with pytest.raises(KeyboardInterrupt):
            scanned(fleet, store, Killed)
        assert files(store).keys() < wanted.keys()
        done = scanned(fleet, store)
        assert 0 < done.read < 22
        assert files(store) == wanted

    def test_when_nothing_is_new(
        self, fleet: Path, wanted: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        done = scanned(fleet, tmp_path / "wanted", engine=never)
        assert (done.read, done.units) == (0, 22)
        assert files(tmp_path / "wanted") == wanted


def never() -> Engine:
    raise AssertionError("there is nothing to read")


def kill_one(workers: Workers, killed: list[int]) -> None:
    """Kill the first process that has something to do."""
    for _ in range(2_000):
        for worker in list(workers._busy.values()):
            if worker.process.pid and not killed:
                killed.append(worker.process.pid)
                os.kill(worker.process.pid, signal.SIGKILL)
                return
        time.sleep(0.005)


class TestWhatIsReadOnce:
    def test_copies(self, tmp_path: Path) -> None:
        for place in ("a", "b", "c"):
            wheels(tmp_path / "fleet" / place, 2)
        done = scanned(tmp_path / "fleet", tmp_path / "store")
        assert (done.targets, done.units, done.read) == (6, 2, 2)

    def test_environments_that_are_equal(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            environment(tmp_path / "fleet" / name, ("thing", "1", "MIT"))
        done = scanned(tmp_path / "fleet", tmp_path / "store")
        assert (done.targets, done.units, done.read) == (2, 1, 1)

    def test_only_what_is_added(self, tmp_path: Path) -> None:
        fleet = wheels(tmp_path / "fleet", 3)
        scanned(fleet, tmp_path / "store")
        before = files(tmp_path / "store")
        wheels(fleet, 4)
        done = scanned(fleet, tmp_path / "store", day="2026-02-01")
        after = files(tmp_path / "store")
        assert done.read == 1
        assert before.items() < after.items(), "files are only added"

    def test_a_file_that_changed(self, tmp_path: Path) -> None:
        fleet = environment(tmp_path / "env", ("thing", "1", "MIT"))
        scanned(fleet, tmp_path / "store")
        info = next(fleet.rglob("METADATA"))
        info.write_bytes(info.read_bytes().replace(b"MIT", b"ISC"))
        assert scanned(fleet, tmp_path / "store").read == 1


class TestPoison:
    def test_what_ends_every_worker_is_a_row(
        self, fleet: Path, wanted: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        class Poisoned(Here):
            def next(self) -> Done:
                done = super().next()
                names = [unit.name for unit in done.batch.units]
                is_poisoned = "thing3-3.0-py3-none-any.whl" in names
                return Done(
                    batch=done.batch, rows=None if is_poisoned else done.rows
                )

        done = scanned(fleet, tmp_path / "other", Poisoned)
        assert (done.read, done.errors) == (22, 2)
        assert files(tmp_path / "other").keys() == wanted.keys()
        again = scanned(fleet, tmp_path / "again", Poisoned)
        assert again == done
        assert files(tmp_path / "again") == files(tmp_path / "other")

    def test_an_exception_is_a_row(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def raises(*_: object, **__: object) -> None:
            raise OSError("broken disk")

        monkeypatch.setattr(reading, "scan", raises)
        done = scanned(wheels(tmp_path / "fleet", 2), tmp_path / "store")
        assert (done.read, done.errors) == (2, 2)

    def test_what_is_not_there_is_a_row(self, tmp_path: Path) -> None:
        wheels(tmp_path / "fleet", 1)
        listed = ["fleet/thing0-0.0-py3-none-any.whl", "fleet/gone.whl"]
        (tmp_path / "list.txt").write_text("\n".join(listed))
        done = scanned(tmp_path / "list.txt", tmp_path / "store")
        assert (done.read, done.errors) == (2, 1)

    def test_an_error_names_no_place(self) -> None:
        unit = Unit(
            unit="1",
            artifact="2",
            name="a.whl",
            path="/mnt/x/a.whl",
            weight=1,
        )
        rows = rows_of_error(unit, "/mnt/x/a.whl: is broken")
        assert rows["artifacts"][0]["error"] == "a.whl: is broken"


def test_one_scan_at_a_time(tmp_path: Path) -> None:
    fleet = wheels(tmp_path / "fleet", 1)
    store = tmp_path / "store"

    class Second(Here):
        def next(self) -> Done:
            with pytest.raises(IncompleteError, match="another scan"):
                scanned(fleet, store)
            return super().next()

    assert scanned(fleet, store, Second).read == 1


def test_a_worker_of_another_version_ends_the_run(tmp_path: Path) -> None:
    unit = Unit(unit="1", artifact="", name="", path="", weight=1)
    with pytest.raises(reading.OtherVersionError):
        read(Batch(batch="b", version="other", units=(unit,)))
