"""
Hold the reading of requirement files against pip's own resolver report: for
each case of tests/resolver/requirement_cases.py, what pip would install from
the wheels beside it, and what `licensescan scan` lists.

It needs no network: `pip install --dry-run --no-index --report`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from licensescan.collect.python import lock  # noqa: E402
from licensescan.standards.requirements import canonical  # noqa: E402
from tests.resolver.requirement_cases import CASES, Case, lay  # noqa: E402


def pip_report(path: Path) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return what pip asks for and all that it would install; None if it fails."""
    command = (
        *(sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"),
        *("--ignore-installed", "--no-index", "--no-build-isolation"),
        *("--find-links", "wheels", "--report", "report.json"),
        *("--requirement", path.name),
    )
    done = subprocess.run(
        command, cwd=path.parent, capture_output=True, check=False
    )
    if done.returncode:
        return None
    report = json.loads((path.parent / "report.json").read_text())
    named = {
        canonical(item["metadata"]["name"]): bool(item["requested"])
        for item in report["install"]
    }
    asked = (name for name, requested in named.items() if requested)
    return frozenset(asked), frozenset(named)


def listed(path: Path) -> tuple[frozenset[str], bool]:
    """
    Return the names of all components that licensescan lists, and whether it
    says that some of them were not read: what these need is not known then.
    """
    search = lock.Search(
        find_links=[str(path.parent / "wheels")], variables={}
    )
    found = list(lock.collect(str(path), search))
    is_open = any(p.rule == "terms-unread" for c in found for p in c.problems)
    return frozenset(canonical(c.name) for c in found), is_open


def difference(case: Case, folder: Path) -> str:
    """Return how the answers differ, "" where they do not."""
    path = lay(case, folder)
    report, (own, is_open) = pip_report(path), listed(path)
    if report is None or case.pip_fails:
        is_same = (report is None) == case.pip_fails
        return (
            ""
            if is_same
            else f"pip {'fails' if report is None else 'reads it'}"
        )
    asked, installed = report
    missing = (asked if is_open else installed) - own
    problems = [
        *(f"pip asks for {n}" for n in sorted(asked ^ case.asked)),
        *(f"lost: {n}" for n in sorted(missing)),
        *(f"not pip's: {n}" for n in sorted(own - installed)),
    ]
    return "; ".join(problems)


def main() -> int:
    wrong = 0
    for name, case in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            told = difference(case, Path(folder) / "project")
        wrong += bool(told)
        print(f"{'WRONG' if told else 'same':5}  {name}  {told}")
    print(
        f"{len(CASES) - wrong} of {len(CASES)} requirement files as pip reads them"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
