"""Where the shipped data is: beside the package in a wheel, one level up in a checkout or an editable install."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def folder(name: str) -> Path:
    """
    The folder `rules` or `corpus` that belongs to this installation.

    hatchling's `force-include` puts both into the package in a wheel; an editable install has no such mapping, so
    the checkout's top level is looked at second. Raises `FileNotFoundError` when neither is there.
    """
    package = Path(__file__).resolve().parent
    for place in (package / name, package.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"licensescan's data folder {name!r} is missing from {package}")
