"""
Whatever the bytes: readers do not raise, a fault never makes a report milder,
and nothing raw reaches an output.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from licensescan.collect.formats.core_metadata import read_metadata
from licensescan.collect.formats.model_card import front_matter
from licensescan.collect.formats.record import read_record
from licensescan.model.types import Conclusion, Evidence, Problem, Report
from licensescan.reader import FolderFiles, decode, escapes
from licensescan.report import REPORTS, render
from tests.faults import GPL, Seen, distribution, look, metadata, write
from tests.samples import package, report

GOOD = metadata(
    "acme-x",
    "1.0",
    "License-Expression: MIT",
    "License-File: LICENSE",
    body="# acme\n",
)
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
COMMAND = re.compile(r"(?m)^\s*(::|##)[a-z\[]")
TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def torn(data: bytes) -> st.SearchStrategy[bytes]:
    """`data` with a piece of it replaced by any bytes."""
    place = st.integers(0, len(data))
    return st.builds(
        lambda a, b, new: data[: min(a, b)] + new + data[max(a, b) :],
        place,
        place,
        st.binary(max_size=40),
    )


@given(st.one_of(st.binary(), torn(GOOD)))
def test_metadata_never_raises_and_is_never_silent_about_a_missing_name(
    data: bytes,
) -> None:
    found = read_metadata(data, "METADATA")
    assert (found.name and found.version) or found.problems
    assert all(p.rule for p in found.problems)


@given(st.binary())
def test_bytes_become_text_or_are_said_to_be_none(data: bytes) -> None:
    found = decode(data)
    assert "\r" not in found.text
    assert not found.binary or not found.text


@given(TEXT)
def test_a_card_never_raises(text: str) -> None:
    front_matter(f"---\nlicense: {text}\n---\n", "README.md")


@given(st.one_of(st.binary(max_size=200), torn(b"a.py,sha256=x,1\nb.py,,\n")))
def test_a_record_never_raises(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.dist-info").mkdir()
        (Path(folder) / "x.dist-info" / "RECORD").write_bytes(data)
        rows, problems = read_record(
            FolderFiles(folder), "x.dist-info", needed=True
        )
    assert rows or problems


@given(
    st.lists(st.sampled_from(["..", ".", "a", "b", "", "C:"]), max_size=8).map(
        "/".join
    )
)
def test_what_does_not_escape_stays_below(name: str) -> None:
    if not escapes(name):
        depth = lowest = 0
        for piece in name.split("/"):
            depth += -1 if piece == ".." else piece not in ("", ".")
            lowest = min(lowest, depth)
        assert lowest >= 0
        assert not name.startswith("/")


def _words(report: str | bytes) -> str:
    """The text of a report; of a workbook that of all its members."""
    if isinstance(report, str):
        return report
    with zipfile.ZipFile(io.BytesIO(report)) as book:
        return "".join(book.read(n).decode() for n in book.namelist())


@given(TEXT, TEXT, TEXT)
def test_no_output_is_raw_whatever_a_package_says(
    name: str, value: str, path: str
) -> None:
    bare = package("plain", "MIT")
    told = Evidence(kind="license-field", path=path or "x", value=value)
    wrong = Problem(
        rule="license-unknown", path=path or "x", message=f"says {value}"
    )
    component = replace(bare.component, name=name or "x", path=path)
    odd = replace(
        bare, component=component, evidence=(told,), problems=(wrong,)
    )
    for form in sorted(REPORTS):
        out = _words(
            render(form, _judged(odd), width=100, verbose=True, color=False)
        )
        assert not CONTROL.search(out), (form, CONTROL.search(out))
        assert not COMMAND.search(out) or form == "github", (form, out)
        if form == "json":
            (said,) = json.loads(out)["components"]
            assert said["name"] == (name or "x")


def _judged(conclusion: Conclusion) -> Report:
    from licensescan.judge.judge import judge
    from licensescan.rulebook.rulebook import load
    from tests.samples import TODAY

    policy = load().profile("distributed-product")
    findings, judged = judge([conclusion], load(), policy, today=TODAY)
    return replace(
        report(),
        conclusions=tuple(judged),
        findings=tuple(findings),
        policy=policy,
    )


FAULTS: dict[str, dict[str, bytes]] = {
    "no metadata": {"bad-1.0.dist-info/RECORD": b""},
    "garbage": {"bad-1.0.dist-info/METADATA": b"\0\xff\xfe" * 50},
    "a second folder": distribution(
        "acme-x",
        version="2.0",
        license_="GPL-3.0-only",
        texts={"LICENSE": GPL},
    ),
    "an unknown text": distribution(
        "bad", texts={"LICENSE": "gibberish " * 30}
    ),
    "a bad expression": distribution("bad", license_="MIT AND ("),
    "a bad egg": {"bad-1.0-py3.11.egg": b"PK\3\4"},
    "a hidden text": {"acme_x/_vendor/x/COPYING": GPL.encode()},
    "a deep file": {
        "acme_x/direct_url.json": b"[" * 1000,
        "acme_x-1.0.dist-info/direct_url.json": b"[" * 1000,
    },
}


@settings(max_examples=25)
@given(
    st.sets(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=3),
    st.sampled_from(["MIT", "GPL-3.0-only"]),
)
def test_a_fault_never_lowers_the_exit_code_and_never_touches_a_neighbour(
    faults: set[str], license_: str
) -> None:
    clean = {
        **distribution("acme-x", license_=license_),
        **distribution("zebra"),
    }
    before = _look(clean)
    after = _look(
        {
            **clean,
            **{
                path: data
                for name in sorted(faults)
                for path, data in FAULTS[name].items()
            },
        }
    )
    assert after.code >= before.code
    assert after.code == 1
    assert _about(before, "zebra") == _about(after, "zebra")


def _look(files: dict[str, bytes]) -> Seen:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site-packages"
        write(site, files)
        return look(site)


def _about(seen: Seen, name: str) -> tuple[object, ...]:
    conclusions = [
        replace(c, paths=())
        for c in seen.report.conclusions
        if c.component.name == name
    ]
    findings = [
        replace(f, path=())
        for f in seen.report.findings
        if f"/{name}@" in f.component
    ]
    return (conclusions, findings)
