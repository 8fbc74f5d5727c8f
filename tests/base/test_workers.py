"""Worker processes: the same answers as without, or none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from licensescan.base import workers
from licensescan.base.workers import share
from licensescan.cache.texts import Cache
from licensescan.conclude.cached_reading import CachedReading
from licensescan.model.types import Component, Evidence, Purl


def lengths(texts: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(key, len(text)) for key, text in texts.items()]


def broken(texts: Mapping[str, str]) -> list[tuple[str, int]]:
    raise OSError("no such luck")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "BATCH", 40)


def test_each_text_is_read_once(small: None) -> None:
    texts = {str(n): "word " * n for n in range(30)}
    assert dict(share(lengths, texts, 3, len)) == {
        k: len(t) for k, t in texts.items()
    }


def test_too_little_is_not_shared() -> None:
    assert list(share(lengths, {"a": "a few words"}, 8, len)) == []


def test_where_processes_fail_nothing_is_answered(small: None) -> None:
    assert (
        list(share(broken, {str(n): "word " * 20 for n in range(4)}, 2, len))
        == []
    )


def test_texts_read_ahead_are_read_alike(small: None) -> None:
    words = "You may use the work only for research. The license ends if you sue us over a patent."
    terms = [f"Acme terms {n}. {words}" for n in range(9)]
    texts = [
        Evidence(kind="license-file", path=f"LICENSE.{n}", text=text)
        for n, text in enumerate(terms)
    ]
    texts.append(
        Evidence(
            kind="readme",
            path="README",
            text="The weights are licensed for research only.\n" * 3,
        )
    )
    part = Component(
        purl=Purl("pkg:pypi/acme@1#x"),
        name="x",
        version="",
        evidence=tuple(texts[5:]),
    )
    whole = Component(
        purl=Purl("pkg:pypi/acme@1"),
        name="acme",
        version="1",
        evidence=tuple(texts[:5]),
        parts=(part,),
    )
    cache = Cache(None, "test")
    ahead, alone = CachedReading(cache), CachedReading(Cache(None, "test"))
    ahead.read_ahead([whole], 2)
    assert len(cache._fresh) == len(texts)
    for text in texts[:-1]:
        assert ahead.classify(text).terms == alone.classify(text).terms
        assert ahead.classify(text).detection == alone.classify(text).detection
    assert ahead.prose(texts[-1]) == alone.prose(texts[-1])


@pytest.mark.skipif(
    not hasattr(os, "fork"), reason="needs a process that can be orphaned"
)
def test_a_worker_ends_with_its_parent(tmp_path: Path) -> None:
    out = tmp_path / "pid"
    code = f"""
import os, sys, time
from licensescan.base.workers import end_with
parent = os.getpid()
if os.fork() == 0:
    end_with(parent)
    open({str(out)!r}, "w").write(str(os.getpid()))
    time.sleep(60)
while not os.path.exists({str(out)!r}) or not open({str(out)!r}).read():
    time.sleep(0.05)
os.kill(parent, 9)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    worker = int(out.read_text())
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        state = Path(f"/proc/{worker}/stat")
        if state.exists() and state.read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the worker goes on without its parent")
