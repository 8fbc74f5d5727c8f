"""What the kept results take, and how to be rid of them."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from string import hexdigits

KINDS = {
    "answers": "whole answers",
    "results.sqlite": "texts and distributions",
    "fetched": "what an index told of archives",
}
"""The files and folders that are ours, and what is kept in them."""

_DIGITS = 16
"""Digits of the shortest digest that names something in them."""


def kept(folder: str) -> dict[str, int]:
    """Return the bytes of each kind of results that are kept in `folder`."""
    return {
        kind: _bytes_of(os.path.join(folder, name))
        for name, kind in KINDS.items()
    }


def clear(folder: str) -> None:
    """Delete what licensescan keeps in `folder`, and nothing else in it."""
    for name in KINDS:
        path = os.path.join(folder, name)
        if os.path.islink(path):
            continue
        with suppress(OSError):
            if os.path.isdir(path):
                _clear_folder(path)
            else:
                os.unlink(path)


def _clear_folder(folder: str) -> None:
    """
    Delete what stands in one of our folders, by names that are digests, and
    the folder if it is then empty.
    """
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if len(name) < _DIGITS or not set(name) <= set(hexdigits):
            continue
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    os.rmdir(folder)


def _bytes_of(path: str) -> int:
    sizes = []
    with suppress(OSError):
        sizes.append(os.lstat(path).st_size)
    for place, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                sizes.append(os.lstat(os.path.join(place, name)).st_size)
    return sum(sizes)
