"""A package index for tests of what is fetched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.collect.python.index_server import Server, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as state:
        yield state
