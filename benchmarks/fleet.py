#!/usr/bin/env python3
"""
Prove and measure fleets: `python benchmarks/fleet.py WHAT... [--scale S]`.

    stores   wheels, environments and, with --wheels FOLDER, real wheels: the
             same store from one process, two, Dask, and in another order
    kills    20 times a worker or the driver is killed at a random moment
    growth   cost for each artifact at 1,000 and at 50,000
    rows     questions to a million component rows
    workers  two workers against one, and the memory of a worker

`--scale 0.1` takes a tenth of everything. Figures are worth something on an
idle machine alone; the load is printed.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from licensescan.fleet import scan
from licensescan.fleet.database import Database
from licensescan.fleet.questions import license_changes, new_since, where_used
from licensescan.fleet.reading import read
from licensescan.fleet.store import files_of, write_table
from licensescan.fleet.targets import targets_in
from licensescan.fleet.values import Batch, Done, Engine, Rows
from licensescan.fleet.workers import Workers

ROOT = Path(__file__).resolve().parent.parent
LICENSES = ("MIT", "BSD-3-Clause", "GPL-3.0-only", "Apache-2.0", "ISC")
DAY = "2026-01-31"
KILLS = 20


# -- what is scanned --


def package(name: str, version: str, number: int) -> dict[str, bytes]:
    """Return the files of a small distribution, with a text of its own."""
    info = f"{name}-{version}.dist-info"
    license_ = LICENSES[number % len(LICENSES)]
    head = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"
    text = (ROOT / "LICENSE").read_text("utf-8")
    notice = f"{name}\nCopyright {1990 + number % 40} The {name} authors\n"
    files = {
        f"{name}/__init__.py": f'"""Thing {number}."""\n'.encode(),
        f"{info}/METADATA": f"{head}License-Expression: {license_}\n".encode(),
        f"{info}/licenses/NOTICE": notice.encode(),
    }
    if license_ == "Apache-2.0":
        files[f"{info}/licenses/LICENSE"] = text.encode()
    rows = [record(path, data) for path, data in files.items()]
    files[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    return files


def record(path: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return f"{path},sha256={digest.decode().rstrip('=')},{len(data)}\n"


def wheels(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(count):
        name, version = f"thing{number % 97}", f"1.{number}"
        path = folder / f"{name}-{version}-py3-none-any.whl"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for inside, data in package(name, version, number).items():
                archive.writestr(zipfile.ZipInfo(inside), data)
        path.write_bytes(out.getvalue())
    return folder


def environments(folder: Path, count: int) -> Path:
    for number in range(count):
        prefix = folder / f"env{number:03}"
        site = prefix / "lib" / "python3.11" / "site-packages"
        site.mkdir(parents=True)
        (prefix / "pyvenv.cfg").write_text("version = 3.11.4\n")
        for inside in range(5):
            seed = number * 3 + inside
            files = package(f"thing{seed % 97}", f"1.{seed}", seed)
            for path, data in files.items():
                (site / path).parent.mkdir(parents=True, exist_ok=True)
                (site / path).write_bytes(data)
    return folder


# -- how it is scanned --


def scanned(
    source: Path, store: Path, engine: Callable[[], Engine]
) -> scan.Summary:
    return scan.fleet_scan(
        targets_in(str(source)),
        str(store),
        day=DAY,
        engine=engine,
        told=lambda *_: None,
    )


def command(source: Path, store: Path, *words: str) -> list[str]:
    return [
        *(sys.executable, "-m", "licensescan", "fleet", "scan"),
        *(str(source), "--store", str(store), "--date", DAY, *words),
    ]


def digest(store: Path) -> str:
    total = hashlib.sha256()
    for name, data in files_of(str(store)):
        total.update(f"{name} {hashlib.sha256(data).hexdigest()}\n".encode())
    return total.hexdigest()[:16]


def timed(words: list[str]) -> float:
    start = time.monotonic()
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode in (0, 3), done.stderr
    return time.monotonic() - start


# -- what is proved --


def stores(place: Path, scale: float, real: str) -> None:
    fleet = place / "fleet"
    wheels(fleet / "wheels", int(2_000 * scale))
    environments(fleet / "environments", int(300 * scale))
    if real:
        shutil.copytree(real, fleet / "real")
    listed = sorted(str(t.path) for t in targets_in(str(fleet)))
    random.Random(19).shuffle(listed)
    (place / "list.txt").write_text("\n".join(listed))
    ways = {
        "one process": command(fleet, place / "one", "--jobs", "1"),
        "two processes": command(fleet, place / "two", "--jobs", "2"),
        "Dask": command(
            fleet, place / "dask", "--jobs", "2", "--engine", "dask"
        ),
        "another order": command(place / "list.txt", place / "order"),
    }
    for name, words in ways.items():
        seconds = timed(words)
        store = Path(words[words.index("--store") + 1])
        print(
            f"  {name}: {len(listed)} targets, {seconds:.1f} s, store {digest(store)}"
        )


def kills(place: Path, scale: float, _: str) -> None:
    fleet = wheels(place / "killed-fleet", int(2_000 * scale))
    wanted = place / "unkilled"
    seconds = timed(command(fleet, wanted, "--jobs", "2"))
    chance = random.Random(19)
    store = place / "killed"
    count, drivers = 0, 0
    while True:
        driver = subprocess.Popen(
            command(fleet, store, "--jobs", "2"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while count < KILLS and driver.poll() is None:
            time.sleep(chance.uniform(0.2, 2 * seconds / KILLS + 0.5))
            victims = workers_of(driver.pid)
            is_driver = chance.random() < 0.3
            if not victims and not is_driver:
                continue
            victim = driver.pid if is_driver else chance.choice(victims)
            if driver.poll() is None:
                kill(victim)
                count, drivers = count + 1, drivers + is_driver
            if is_driver:
                break
        if driver.wait() in (0, 3):
            break
    verdict = "the same" if digest(store) == digest(wanted) else "ANOTHER"
    print(f"  {count} kills, {drivers} of them of the driver: {verdict} store")


def workers_of(driver: int) -> list[int]:
    """Return the processes that a driver has begun, on Linux."""
    numbers = (int(p.name) for p in Path("/proc").glob("[0-9]*"))
    return [
        number
        for number in numbers
        if parent_of(number) == driver and b"spawn_main" in started_as(number)
    ]


def parent_of(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    line = next(row for row in text.splitlines() if row.startswith("PPid"))
    return int(line.split()[1])


def started_as(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


class Copies:
    """An engine that reads one unit and answers with it for all others."""

    capacity = 2

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.rows: Rows = {}

    def submit(self, batch: Batch) -> None:
        """Take a batch."""
        self.batches.append(batch)

    def next(self) -> Done:
        """Return the rows of one of those that were taken."""
        batch = self.batches.pop()
        if not self.rows:
            first = Batch(
                batch="", version=batch.version, units=batch.units[:1]
            )
            self.rows = read(first)[batch.units[0].unit]
        rows = {u.unit: self._for(u.unit) for u in batch.units}
        return Done(batch=batch, rows=rows)

    def _for(self, unit: str) -> Rows:
        return {
            table: [{**row, "unit": unit} for row in rows]
            for table, rows in self.rows.items()
        }

    def close(self) -> None:
        """Forget all."""
        self.batches = []


def growth(place: Path, scale: float, _: str) -> None:
    """Reading is the same for each, so all else is measured here."""
    for count in (int(1_000 * scale), int(50_000 * scale)):
        fleet = wheels(place / f"growth-{count}", count)
        for step in ("first scan", "nothing new"):
            start = time.process_time()
            scanned(fleet, place / f"growth-store-{count}", Copies)
            cost = (time.process_time() - start) / count
            print(
                f"  {count} artifacts, {step}: {cost * 1e3:.2f} ms CPU each, without reading"
            )
        shutil.rmtree(fleet)
    few, many = int(500 * scale), int(4_000 * scale)
    for count in (few, many):
        fleet = wheels(place / f"read-{count}", count)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        timed(command(fleet, place / f"read-store-{count}", "--jobs", "1"))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cost = after.ru_utime - before.ru_utime
        print(
            f"  {count} artifacts with reading: {cost / count * 1e3:.1f} ms CPU each"
        )


def rows(place: Path, scale: float, _: str) -> None:
    """Fill a store with rows that were never read, and ask it."""
    store = place / "rows"
    (store / "ledger").mkdir(parents=True)
    each, units = 50, int(20_000 * scale)
    batch = 100
    for start in range(0, units, batch):
        numbers = range(start, start + batch)
        name = f"rules=v/{start:08}"
        inside = [component(n, k) for n in numbers for k in range(each)]
        write_table(str(store), "components", f"components/{name}", inside)
        for table in ("evidence", "clauses", "findings"):
            write_table(str(store), table, f"{table}/{name}", [])
        write_table(
            str(store),
            "artifacts",
            f"artifacts/{name}",
            [artifact(number) for number in numbers],
        )
    sightings = [sighting(number) for number in range(units)]
    write_table(str(store), "sightings", "sightings/1", sightings)
    version = {"sequence": 1, "rules": "v", "date": DAY}
    version |= {"tool": "", "corpus": ""}
    write_table(str(store), "versions", "versions/1", [version])
    questions: Mapping[str, Callable[[Database], object]] = {
        "where-used of a package": lambda d: where_used(d, "thing7"),
        "where-used of a license": lambda d: where_used(d, "MPL-2.0"),
        "new-since": lambda d: new_since(d, "2026-02-01"),
        "license-changes": license_changes,
        "count of licenses": lambda d: d.ask(
            "SELECT concluded, count(*) FROM components GROUP BY concluded"
        ),
    }
    for name, ask in questions.items():
        start_time, start_cpu = time.monotonic(), time.process_time()
        with Database(str(store)) as database:
            ask(database)
        seconds = time.monotonic() - start_time
        cpu = time.process_time() - start_cpu
        print(
            f"  {name}, {units * each} component rows: {seconds:.2f} s,"
            f" {cpu:.2f} s CPU"
        )


def component(unit: int, number: int) -> dict[str, object]:
    name = f"thing{(unit * 7 + number) % 5_000}"
    license_ = "MPL-2.0" if number == 0 and unit % 100 == 0 else "MIT"
    texts = dict.fromkeys(
        "scope relation role certainty path declared detected alternative"
        " basis commercial copyleft patent_grant patent_retaliation".split(),
        "",
    )
    return {
        **texts,
        "unit": f"{unit:064}",
        "number": number,
        "part_of": -1,
        "purl": f"pkg:pypi/{name}@{unit % 20}",
        "package": name,
        "name": name,
        "version": str(unit % 20),
        "kind": "package",
        "concluded": license_,
        "licenses": [license_],
        "confidence": 1.0,
    }


def artifact(unit: int) -> dict[str, object]:
    texts = {"artifact": "", "name": "", "kind": "", "error": "", "report": ""}
    return {**texts, "unit": f"{unit:064}"}


def sighting(unit: int) -> dict[str, object]:
    target = f"/srv/env{unit}"
    day = "2026-02-28" if unit % 100 == 0 else DAY
    seen = {"run": 1, "date": day, "target": target, "environment": target}
    return {**seen, "unit": f"{unit:064}"}


def workers(place: Path, scale: float, _: str) -> None:
    fleet = wheels(place / "workers-fleet", int(2_000 * scale))
    found = {}
    for count in (1, 2):
        start = time.monotonic()
        engines: list[Measured] = []

        def engine(
            count: int = count, engines: list[Measured] = engines
        ) -> Engine:
            engines.append(Measured(count))
            return engines[0]

        scanned(fleet, place / f"workers-{count}", engine)
        found[count] = time.monotonic() - start
        peak = engines[0].peak / 1024
        print(
            f"  {count}: {found[count]:.1f} s, a worker takes {peak:.0f} MB at most"
        )
    print(f"  two are {found[1] / found[2]:.2f} times one")


class Measured(Workers):
    """Workers whose memory is looked at after each batch, on Linux."""

    peak = 0

    def next(self) -> Done:
        """Return what came of a batch, and look at all workers."""
        done = super().next()
        for worker in (*self._idle, *self._busy.values()):
            self.peak = max(self.peak, peak_of(worker.process.pid or 0))
        return done


def peak_of(process: int) -> int:
    """Return the most kilobytes that a process has had."""
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    line = next(row for row in text.splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1])


PROOFS = {
    "stores": stores,
    "kills": kills,
    "growth": growth,
    "rows": rows,
    "workers": workers,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=list(PROOFS))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--wheels", default="", help="folder of real wheels")
    given = parser.parse_args()
    for name in given.what:
        load = os.getloadavg()[0]
        print(
            f"{name} (scale {given.scale}, load {load:.1f} on {os.cpu_count()} cores)"
        )
        with tempfile.TemporaryDirectory() as place:
            PROOFS[name](Path(place), given.scale, given.wheels)


if __name__ == "__main__":
    main()
