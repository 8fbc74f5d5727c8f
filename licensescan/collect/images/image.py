"""
An image or a root file system as target: what is installed in it, each thing
once.

Source: `collect/images/layouts.py` for the layers, `installed.py` for what is
in them.
"""

from __future__ import annotations

from collections.abc import Iterator

from licensescan.collect.images.layouts import is_image, open_images
from licensescan.model.types import Component, IncompleteError

_TOLD = 5
"""Unread layers and members that a message lists."""


def matches(path: str) -> bool:
    """
    Return True for `docker save` and OCI archives, OCI layouts, file systems.
    """
    return is_image(path)


def collect(path: str) -> Iterator[Component]:
    """
    Yield what is installed in the image at `path`, or in the several there. Raises `IncompleteError`
    when it cannot be read, and after the last component when some of it could
    not be.
    """
    # It loads what reads Python environments, which other targets do without.
    from licensescan.collect.images.installed import installed

    images = open_images(path)
    try:
        for image in images:
            yield from installed(image)
    finally:
        for image in images:
            image.close()
    unread = list(dict.fromkeys(u for i in images for u in i.unread))
    if unread:
        more = (
            f" and {len(unread) - _TOLD} more" if len(unread) > _TOLD else ""
        )
        raise IncompleteError(f"{path}: {'; '.join(unread[:_TOLD])}{more}")
