"""
The fleet scan itself, on one page:

    source -> targets -> units -> batches -> rows -> store
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from licensescan.base.version import __version__
from licensescan.fleet.content import Content, Seen, seen
from licensescan.fleet.ledger import Ledger
from licensescan.fleet.rows import rows_of_error
from licensescan.fleet.store import ledger_folder, write_batch, write_table
from licensescan.fleet.values import Batch, Done, Engine, Rows, Target, Unit
from licensescan.fleet.version import licenses_touched, manifest, version
from licensescan.standards import license_list

Told = Callable[[str, int, int], None]
"""Told the step, how many are done, and of how many."""

TRIES = 2
"""How often a batch may end its worker before its units are read apart."""

TRIES_ALONE = 3
"""How often a unit may end a worker of its own before it is given up."""

_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """
    What a scan came to: `units` of content among the `targets`, how many of
    these were `read` now and `carried` over from an earlier version, and the
    `errors` among those that were read.
    """

    targets: int
    units: int
    read: int
    carried: int
    errors: int


def fleet_scan(
    targets: Sequence[Target],
    store: str,
    *,
    day: str,
    engine: Callable[[], Engine],
    told: Told,
) -> Summary:
    """
    Read what is new among `targets` into a store, on the date `day`.

    `engine` is called when there is something to read. Raises
    `IncompleteError` where another scan has the store.
    """
    ledger = Ledger(ledger_folder(store))
    try:
        found = _seen(targets, ledger, told)
        units = _units(found)
        ledger.keep(found, units)
        _write_version(ledger, store, day)
        _write_sightings(ledger, store, day, found)
        carried = _carry(ledger, store)
        ledger.plan(units, version())
        batches = list(ledger.open_batches(units, version()))
        run = _Run(ledger=ledger, store=store, told=told)
        if batches:
            run.read(batches, engine)
        return Summary(
            targets=len(targets),
            units=len(units),
            read=run.count,
            carried=carried,
            errors=run.errors,
        )
    finally:
        ledger.close()


# -- what there is --


def _seen(targets: Sequence[Target], ledger: Ledger, told: Told) -> list[Seen]:
    """Return what lies at each target, looking at several at a time."""
    known = ledger.contents()

    def recall(path: str, stamp: str) -> Content | None:
        kept = known.get(path)
        return kept[1] if kept and kept[0] == stamp else None

    found: list[Seen] = []
    with ThreadPoolExecutor(_THREADS) as pool:
        for item in pool.map(lambda target: seen(target, recall), targets):
            found.append(item)
            told("hashing", len(found), len(targets))
    return found


def _units(found: Iterable[Seen]) -> list[Unit]:
    """Return each unit once, at the first of the places where it lies."""
    units: dict[str, Unit] = {}
    for item in found:
        known = units.setdefault(item.unit.unit, item.unit)
        if item.unit.path < known.path:
            units[item.unit.unit] = item.unit
    return [units[key] for key in sorted(units)]


def _write_version(ledger: Ledger, store: str, day: str) -> None:
    sequence, date = ledger.sequence_of_version(version(), day, manifest())
    row = {
        "sequence": sequence,
        "date": date,
        "rules": version(),
        "tool": __version__,
        "corpus": license_list.version(),
    }
    write_table(store, "versions", f"versions/{sequence:06}", [row])


def _write_sightings(
    ledger: Ledger, store: str, day: str, found: Sequence[Seen]
) -> None:
    """Write what was where on this day; no file where nothing is new."""
    seen_now = [
        (item.target.shown, item.target.environment, item.unit.unit)
        for item in found
    ]
    lines = [day, *("\t".join(row) for row in seen_now)]
    run, digest = ledger.sequence_of_run(lines)
    rows = [
        {
            "run": run,
            "date": day,
            "target": target,
            "environment": environment or target,
            "unit": unit,
        }
        for target, environment, unit in seen_now
    ]
    name = f"sightings/{day}-{run:06}-{digest}"
    write_table(store, "sightings", name, rows)


def _carry(ledger: Ledger, store: str) -> int:
    """
    Let what was read by the version before hold for this one, as far as what
    has changed does not touch it. Return how many units that are.
    """
    before = ledger.before(version())
    licenses = licenses_touched(before[1]) if before else None
    if before is None or licenses is None:
        return 0
    from licensescan.fleet.database import Database

    with Database(store) as database:
        touched = database.units_naming(licenses)
    units = ledger.read_by(before[0]) - touched
    ledger.carry(version(), before[0], units)
    return len(units)


# -- reading it --


@dataclass(slots=True, kw_only=True)
class _Run:
    """
    Gives batches to an engine until all are in the store. A batch that ends
    its worker is tried again, then unit by unit; a unit that ends every worker
    has a row with that error.
    """

    ledger: Ledger
    store: str
    told: Told
    count: int = 0
    errors: int = 0
    total: int = 0
    waiting: deque[Batch] = field(default_factory=deque)
    whole: dict[str, Batch] = field(default_factory=dict)
    rows: dict[str, dict[str, Rows]] = field(default_factory=dict)
    ended: Counter[Batch] = field(default_factory=Counter)

    def read(
        self, batches: Sequence[Batch], engine: Callable[[], Engine]
    ) -> None:
        """Read all of `batches`."""
        self.waiting.extend(batches)
        self.whole = {batch.batch: batch for batch in batches}
        self.total = sum(len(batch.units) for batch in batches)
        readers = engine()
        running = 0
        try:
            while self.waiting or running:
                while self.waiting and running < readers.capacity:
                    readers.submit(self.waiting.popleft())
                    running += 1
                self._take(readers.next())
                running -= 1
        finally:
            readers.close()

    def _take(self, done: Done) -> None:
        if done.rows is None:
            self._try_again(done.batch)
            return
        whole = self.whole[done.batch.batch]
        rows = self.rows.setdefault(whole.batch, {})
        rows.update(done.rows)
        if len(rows) == len(whole.units):
            self._finish(whole, self.rows.pop(whole.batch))

    def _try_again(self, batch: Batch) -> None:
        self.ended[batch] += 1
        is_alone = len(batch.units) == 1
        if self.ended[batch] < (TRIES_ALONE if is_alone else TRIES):
            self.waiting.append(batch)
        elif is_alone:
            unit = batch.units[0]
            error = "reading it ends the process that does"
            rows = {unit.unit: rows_of_error(unit, error)}
            self._take(Done(batch=batch, rows=rows))
        else:
            self.waiting.extend(
                replace(batch, units=(unit,)) for unit in batch.units
            )

    def _finish(self, batch: Batch, rows: dict[str, Rows]) -> None:
        write_batch(self.store, batch, rows)
        self.ledger.finish(batch)
        self.count += len(batch.units)
        artifacts = (rows[unit.unit]["artifacts"][0] for unit in batch.units)
        self.errors += sum(bool(row["error"]) for row in artifacts)
        self.told("reading", self.count, self.total)
