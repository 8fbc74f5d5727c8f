"""
What a lock names and is not at hand, fetched side by side from the package
index, each artifact once.

What was read is kept by the sha256 that the lock states for it, and the choice
between a package's artifacts by all of them: an unchanged lock asks nothing
again, and a changed one for what changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from licensescan.cache.fetched import FetchedCache
from licensescan.collect.formats.lock_files import Locked
from licensescan.collect.python.package_index import (
    Index,
    Offer,
    UnresolvedError,
    Wanted,
)
from licensescan.model.types import Component
from licensescan.standards.requirements import Platform

WORKERS = 8
"""Requests under way at a time: most of it is waiting for answers."""

_PAUSE = 0.1
"""Seconds between two looks at how far the downloads are."""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """
    The component of a package, or why there is none; `is_kept` is True where
    the next run need not ask.
    """

    component: Component | None = None
    refusal: str = ""
    is_kept: bool = False


class Downloads:
    """
    Fetches packages for one platform and Python version; `told` hears how far
    it is.
    """

    def __init__(
        self,
        index: Index,
        kept: FetchedCache,
        told: Told,
        *,
        platform: Platform,
        python: str,
    ) -> None:
        self._index = index
        self._kept = kept
        self._told = told
        self._platform = platform
        self._python = python
        self._under_way: dict[str, Offer | None] = {}

    def fetch(
        self,
        packages: Sequence[Locked],
    ) -> Iterator[Delivery]:
        """Yield what became of each package, in their order."""
        if not packages:
            return
        pool = ThreadPoolExecutor(min(WORKERS, len(packages)))
        try:
            under_way = [pool.submit(self._delivery, p) for p in packages]
            self._watch(under_way)
            yield from (future.result() for future in under_way)
            self._kept.drop_oldest()
        finally:
            pool.shutdown(cancel_futures=True)

    def _watch(
        self,
        under_way: Sequence[Future[Delivery]],
    ) -> None:
        """Tell how far the downloads are until all are done."""
        waiting = set(under_way)
        total = len(waiting)
        while waiting:
            waiting = wait(waiting, timeout=_PAUSE).not_done
            label = self._label()
            if label:
                self._told(label, total - len(waiting), total)

    def _label(self) -> str:
        """Name the package that is waited for longest, and its size."""
        name, offer = next(iter(list(self._under_way.items())), ("", None))
        if not name:
            return ""
        size = f" ({offer.size / 1e6:.1f} MB)" if offer and offer.size else ""
        return f"fetching {name}{size}"

    def _delivery(
        self,
        package: Locked,
    ) -> Delivery:
        """Return what became of one package. Never raises."""
        if not package.version:
            reason = "no version is pinned that could be asked for"
            return Delivery(refusal=reason)
        if package.address:
            place = package.address.rpartition("@")[2][:120]
            return Delivery(refusal=f"it comes from {place}, not asked")
        label = f"{package.name} {package.version}"
        self._under_way[label] = None
        try:
            return self._remembered(package) or self._asked(package, label)
        except UnresolvedError as error:
            return Delivery(refusal=str(error))
        except (RecursionError, MemoryError, LookupError, TypeError) as error:
            kind = type(error).__name__
            reason = f"an internal error while reading it ({kind}: {error})"
            return Delivery(refusal=reason)
        finally:
            self._under_way.pop(label, None)

    def _remembered(
        self,
        package: Locked,
    ) -> Delivery | None:
        """Return what another run has fetched for the same hashes."""
        chosen = self._kept.choice(self._key(package))
        if chosen not in package.hashes:
            return None
        component = self._kept.component(chosen)
        return _kept(component) if component else None

    def _asked(
        self,
        package: Locked,
        label: str,
    ) -> Delivery:
        """Return what the index has. Raises `UnresolvedError`."""
        wanted = Wanted(
            name=package.name,
            version=package.version,
            hashes=package.hashes,
            platform=self._platform,
            python=self._python,
        )
        offer = self._index.offer(wanted)
        self._under_way[label] = offer
        known = self._kept.component(offer.sha256) if offer.sha256 else None
        if known:
            return self._chosen(package, offer.sha256, known)
        fetched = self._index.read(offer, package.hashes)
        if not fetched.is_final or not fetched.sha256:
            return Delivery(component=fetched.component)
        self._kept.keep(fetched.sha256, fetched.component)
        return self._chosen(package, fetched.sha256, fetched.component)

    def _chosen(
        self,
        package: Locked,
        sha256: str,
        component: Component,
    ) -> Delivery:
        """Keep the choice, where the lock states what there is to choose."""
        if sha256 not in package.hashes:
            return Delivery(component=component)
        self._kept.choose(self._key(package), sha256)
        return _kept(component)

    def _key(
        self,
        package: Locked,
    ) -> str:
        """Return what stands for a choice: the hashes, and for what it is."""
        python = ".".join(self._python.split(".")[:2])
        asked = [*sorted(package.hashes), *self._platform, python]
        return hashlib.sha256("\n".join(asked).encode()).hexdigest()


def _kept(component: Component) -> Delivery:
    return Delivery(component=component, is_kept=True)
