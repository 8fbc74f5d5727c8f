"""`cache`: what is remembered between runs."""

from __future__ import annotations

import os

import click

from licensescan.cli.options import debug_option
from licensescan.model.errors import UsageError

_MEGABYTE = 1_000_000


@click.command(short_help="Show or clear what is remembered.")
@click.option("--clear", is_flag=True, help="Forget all of it.")
@debug_option
def cache(clear: bool) -> None:
    """
    Show where results are kept between runs, and how many megabytes.

    They may be deleted at any time, and kept between jobs of CI: set
    LICENSESCAN_CACHE_DIR. Beyond a limit the oldest go by themselves.
    """
    from licensescan.base.installation import cache_folder
    from licensescan.cache import space

    folder = cache_folder(os.environ)
    if folder is None:
        raise UsageError("nothing is remembered: no variable says where")
    if clear:
        space.clear(folder)
    click.echo(folder)
    for kind, size in space.kept(folder).items():
        click.echo(f"  {size / _MEGABYTE:7.1f} MB  {kind}")
