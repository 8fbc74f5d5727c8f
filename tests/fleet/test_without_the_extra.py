"""Without `licensescan[fleet]`, the commands say what to install."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from licensescan.cli import main
from tests.fleet.targets import wheels


@pytest.mark.parametrize(
    "words, library",
    [
        (["scan", "{fleet}"], "pyarrow"),
        (["scan", "{fleet}", "--engine", "dask"], "pyarrow"),
        (["query"], "duckdb"),
    ],
)
def test_it_is_said_what_to_install(
    words: list[str],
    library: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("pyarrow", "pyarrow.parquet", "duckdb", "distributed"):
        monkeypatch.setitem(sys.modules, name, None)
    fleet = str(wheels(tmp_path / "fleet", 1))
    asked = [word.format(fleet=fleet) for word in words]
    with pytest.raises(SystemExit) as stop:
        main(["fleet", *asked, "--store", str(tmp_path / "store")])
    said = capsys.readouterr().err
    assert stop.value.code == 2
    assert f"needs {library}" in said
    assert "pip install 'licensescan[fleet]'" in said
