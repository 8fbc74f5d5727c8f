"""
The package index, for what a lock file names and is not at hand: the one
module that reaches the network.

Sources: the simple repository API, PEP 503 (HTML) and PEP 691 (JSON); metadata
beside a wheel, PEP 658; ranges, RFC 9110 section 14. Nothing is asked for but
pages and files of the index, and nothing is written to disk.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from licensescan.base.version import __version__
from licensescan.collect.formats.core_metadata import read_metadata
from licensescan.collect.formats.makers import provenance_of
from licensescan.collect.python import sdist, wheel
from licensescan.collect.python.info_folder import plain_version
from licensescan.model.errors import IncompleteError
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem
from licensescan.reader import ReadError, load_json, open_archive
from licensescan.reader.window import Window
from licensescan.standards.purl import purl
from licensescan.standards.requirements import (
    Platform,
    canonical,
    platform_of,
)

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.error import HTTPError
    from urllib.request import OpenerDirector, Request

Answer = TypeVar("Answer")

DEFAULT = "https://pypi.org/simple/"
VARIABLES = ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")
SECONDS = 20.0
"""For one answer; an index that takes longer counts as out of reach."""

PAGE_BYTES = 32 << 20
WHOLE_BYTES = 32 << 20
"""
Files up to this size are fetched whole; of larger wheels only what bears on
licenses.
"""

MOST_BYTES = 128 << 20
"""
Where the index cannot give ranges, or the file is an sdist: larger ones are
not fetched.
"""

SLOWEST = 32 << 10
"""Bytes a second; after the first `SECONDS`, who is slower is not waited for."""

SLOW_ANSWERS = 3
"""So many slow answers, and the index counts as out of reach."""

PAUSE = 0.5
"""Seconds before what failed in passing is asked for once more."""

_PASSING = (429, 500, 502, 503, 504)

BLOCK_BYTES = 128 << 10
RANGES_BYTES = 64 << 20
"""What is fetched of one large wheel, in blocks."""

_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"
_LINK = re.compile(r"<a\s([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_SDIST = re.compile(r"(?i)\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)$")


class UnresolvedError(Exception):
    """
    Why one package could not be read from the index; the text is for the
    report.
    """


class UnreachableError(UnresolvedError):
    """The index itself did not answer."""


class SlowError(UnresolvedError):
    """The index answers too slowly to wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    One version of a package, `hashes` the sha256 of which one is accepted
    (none: any), and the platform and Python version that it is for.
    """

    name: str
    version: str
    platform: Platform
    hashes: tuple[str, ...] = ()
    python: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    A file that the index offers; `size` is 0 and `sha256` "" where it does not
    say, metadata may stand beside it.
    """

    name: str
    url: str
    size: int = 0
    sha256: str = ""
    has_metadata: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """
    What was read of an artifact: `sha256` is that of its bytes, as promised or
    as counted ("" when neither), and `is_final` is False where another day or
    index may give more.
    """

    component: Component
    sha256: str = ""
    is_final: bool = True


class Index:
    """
    One simple index, asked for one package after another, by several threads;
    once it is out of reach it is not asked again.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
    ) -> None:
        given = next(
            (variables[v] for v in VARIABLES if variables.get(v)), DEFAULT
        )
        split = urlsplit(given.strip())
        self._token = ""
        if split.username is not None:
            pair = f"{unquote(split.username)}:{unquote(split.password or '')}"
            self._token = "Basic " + base64.b64encode(pair.encode()).decode()
        host = split.netloc.rpartition("@")[2]
        self.url = urlunsplit(
            (split.scheme, host, split.path.rstrip("/") + "/", "", "")
        )
        self._certificates = (
            variables.get("PIP_CERT") or variables.get("SSL_CERT_FILE") or None
        )
        self._slow = 0
        self.failure = ""

    def offer(
        self,
        wanted: Wanted,
    ) -> Offer:
        """
        Return the file of the package that suits best.

        Raises `UnresolvedError` with the reason, `UnreachableError` when it is
        the index that fails.
        """
        return self._guarded(lambda: self._best_offer(wanted))

    def read(self, offer: Offer, hashes: tuple[str, ...] = ()) -> Fetched:
        """
        Return the package from a wheel, an sdist, or the metadata beside a
        wheel; `hashes` are the sha256 of which one is accepted.

        Raises as `offer` does.
        """
        return self._guarded(lambda: self._read(offer, hashes))

    def _guarded(
        self,
        ask: Callable[[], Answer],
    ) -> Answer:
        """Return what `ask` gives, and remember that the index fails."""
        if self.failure:
            raise UnreachableError(self.failure)
        try:
            return ask()
        except UnreachableError as error:
            self.failure = str(error)
            raise
        except SlowError as error:
            self._slow += 1
            if self._slow >= SLOW_ANSWERS:
                self.failure = str(error)
            raise
        except (ReadError, IncompleteError, ValueError) as error:
            raise UnresolvedError(
                f"what the index gives cannot be read ({error})"
            ) from error

    def _best_offer(
        self,
        wanted: Wanted,
    ) -> Offer:
        name, version = wanted.name, wanted.version
        there = [
            offer
            for offer in self._offers(name)
            if _is_of(offer.name, name, version)
        ]
        if not there:
            raise UnresolvedError("the index has no file of this version")
        if wanted.hashes:
            stated = [o for o in there if o.sha256 in wanted.hashes]
            there = stated or [o for o in there if not o.sha256]
        if not there:
            raise UnresolvedError(
                "the index has no file with a sha256 that the lock states"
            )
        return min(there, key=lambda offer: _rank(offer, wanted))

    def _read(
        self,
        offer: Offer,
        hashes: tuple[str, ...],
    ) -> Fetched:
        accepted = (offer.sha256,) if offer.sha256 else hashes
        # What is not promised by the index has to be counted as a whole.
        is_promised = bool(offer.sha256) or not hashes
        is_small = 0 < offer.size <= WHOLE_BYTES
        can_be_parted = (
            offer.name.endswith(".whl") and is_promised and not is_small
        )
        tail = {"Range": f"bytes=-{BLOCK_BYTES}"} if can_be_parted else {}
        with self._asked(offer.url, tail) as answer:
            total = _total(answer)
            if answer.status == 206 and total > WHOLE_BYTES:
                return self._by_ranges(
                    offer, total, _limited(answer, BLOCK_BYTES)
                )
            whole = (
                _limited(answer, MOST_BYTES)
                if answer.status == 200 and total <= MOST_BYTES
                else None
            )
        if total <= MOST_BYTES:
            return _read_whole(
                offer,
                self._bytes(offer.url, MOST_BYTES) if whole is None else whole,
                accepted,
            )
        if offer.has_metadata:
            return self._by_metadata(offer, total)
        raise UnresolvedError(
            f"{offer.name} has {total >> 20} MB, and the index cannot give parts of it"
        )

    def _by_ranges(
        self,
        offer: Offer,
        size: int,
        tail: bytes,
    ) -> Fetched:
        remote = _Remote(self, offer.url, size, tail)
        stream = io.BufferedReader(Window(remote.piece, size), BLOCK_BYTES)
        files = open_archive(stream, offer.name)
        message = (
            f"{size >> 20} MB at the index: its metadata, texts and the names of its libraries were read, "
            "its sources and what its libraries hold were not"
        )
        found = wheel.read(files, offer.name, partly=True)
        partly = Problem(
            rule=RuleId.EVIDENCE_TRUNCATED, path=offer.name, message=message
        )
        return Fetched(
            component=_with(found, partly),
            sha256=offer.sha256,
            is_final=not remote.failed,
        )

    def _by_metadata(
        self,
        offer: Offer,
        size: int,
    ) -> Fetched:
        metadata = read_metadata(
            self._bytes(f"{offer.url}.metadata", PAGE_BYTES),
            f"{offer.name}.metadata",
        )
        message = f"of {size >> 20} MB at the index only the metadata was read: no license text, no part"
        found = Component(
            purl=purl("pypi", metadata.name, metadata.version),
            name=metadata.name,
            version=metadata.version,
            path=f"{offer.name}.metadata",
            requires=metadata.requires,
            evidence=metadata.evidence,
            problems=metadata.problems,
            provenance=provenance_of(metadata),
        )
        unread = Problem(
            rule=RuleId.TERMS_UNREAD, path=offer.name, message=message
        )
        return Fetched(component=_with(found, unread), is_final=False)

    def _offers(
        self,
        name: str,
    ) -> Iterator[Offer]:
        page = f"{self.url}{canonical(name)}/"
        with self._asked(page, {"Accept": _ACCEPT}) as answer:
            kind, base = answer.headers.get_content_type(), answer.url
            data = _limited(answer, PAGE_BYTES)
        return (
            _from_json(data, base)
            if kind.endswith("json")
            else _from_html(data, base)
        )

    def _bytes(
        self,
        url: str,
        limit: int,
    ) -> bytes:
        with self._asked(url, {}) as answer:
            return _limited(answer, limit)

    def piece(
        self,
        url: str,
        start: int,
        end: int,
    ) -> bytes:
        """
        Return the bytes of a file from `start` up to but not including `end`.
        Raises `OSError` when they cannot be had.
        """
        try:
            with self._asked(
                url, {"Range": f"bytes={start}-{end - 1}"}
            ) as answer:
                given = answer.headers.get("Content-Range", "")
                if not given.startswith(f"bytes {start}-{end - 1}/"):
                    raise OSError("the index gives no parts of files any more")
                data = _limited(answer, end - start)
        except UnresolvedError as error:
            raise OSError(str(error)) from error
        if len(data) != end - start:
            raise OSError("the index gives less of the file than it says")
        return data

    def _asked(
        self,
        url: str,
        headers: Mapping[str, str],
    ) -> HTTPResponse:
        """
        Return the answer to one request, asked a second time if it fails in a
        way that may pass. Raises `UnresolvedError` for a refusal,
        `UnreachableError` for none at all.
        """
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import Request

        if urlsplit(url).scheme not in ("http", "https"):
            raise UnresolvedError(f"an address that is not asked: {url[:200]}")
        agent = {"User-Agent": f"licensescan/{__version__}"}
        request = Request(url, headers={**agent, **headers})  # noqa: S310 - checked above
        if self._token and urlsplit(url).netloc == urlsplit(self.url).netloc:
            # Not for the place that an answer may redirect to.
            request.add_unredirected_header("Authorization", self._token)
        try:
            return self._opened(request)
        except HTTPError as error:
            with error:
                raise _refusal(self.url, error) from error
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise UnreachableError(
                f"the index {self.url} cannot be reached ({reason})"
            ) from error

    def _opened(
        self,
        request: Request,
    ) -> HTTPResponse:
        from urllib.error import HTTPError

        try:
            answer: HTTPResponse = self._opener.open(request, timeout=SECONDS)
        except HTTPError as error:
            if error.code not in _PASSING:
                raise
            error.close()
        except ConnectionError:
            pass
        else:
            return answer
        time.sleep(PAUSE)
        second: HTTPResponse = self._opener.open(request, timeout=SECONDS)
        return second

    @cached_property
    def _opener(self) -> OpenerDirector:
        import ssl
        from urllib.request import HTTPSHandler, build_opener

        context = ssl.create_default_context(cafile=self._certificates)
        return build_opener(HTTPSHandler(context=context))


def _refusal(
    index: str,
    error: HTTPError,
) -> UnresolvedError:
    """Return what an answer other than a file or a page means."""
    if error.code == 404:
        return UnresolvedError("the index does not know it")
    if error.code in (401, 403, 429) or error.code >= 500:
        return UnreachableError(
            f"the index {index} answers {error.code} {error.reason}"
        )
    return UnresolvedError(f"the index answers {error.code} {error.reason}")


class _Remote:
    """
    The `size` bytes of a file at the index, of which the `tail` is at hand;
    blocks are fetched once, and not beyond `RANGES_BYTES`.
    """

    def __init__(
        self,
        index: Index,
        url: str,
        size: int,
        tail: bytes,
    ) -> None:
        self._index = index
        self._url = url
        self._size = size
        self._tail = (size - len(tail), tail)
        self._blocks: dict[int, bytes] = {}
        self.failed = False

    def piece(
        self,
        offset: int,
        count: int,
    ) -> bytes:
        """
        Return up to `count` bytes from `offset`, within one block. Raises
        `OSError` when the block cannot be had.
        """
        start, tail = self._tail
        if offset >= start:
            return tail[offset - start :][:count]
        number = offset // BLOCK_BYTES
        if number not in self._blocks:
            if (len(self._blocks) + 1) * BLOCK_BYTES > RANGES_BYTES:
                raise OSError(
                    f"more than {RANGES_BYTES >> 20} MB would have to be fetched"
                )
            end = min((number + 1) * BLOCK_BYTES, self._size)
            try:
                self._blocks[number] = self._index.piece(
                    self._url, number * BLOCK_BYTES, end
                )
            except OSError:
                self.failed = True
                raise
        return self._blocks[number][offset % BLOCK_BYTES :][:count]


def _limited(
    answer: HTTPResponse,
    limit: int,
) -> bytes:
    """
    Return the body of an answer. Raises `UnresolvedError` when it is longer
    than `limit` bytes, breaks off or comes too slowly.
    """
    from http.client import HTTPException

    start, pieces, size = time.monotonic(), [], 0
    try:
        while size <= limit and (piece := answer.read1(BLOCK_BYTES)):
            pieces.append(piece)
            size += len(piece)
            if time.monotonic() - start > SECONDS + size / SLOWEST:
                raise SlowError(
                    f"the index gives less than {SLOWEST >> 10} KB a second"
                )
    except TimeoutError as error:
        raise SlowError("the index stopped in an answer") from error
    except (OSError, HTTPException) as error:
        raise UnresolvedError(
            f"the index's answer broke off ({error})"
        ) from error
    if size > limit:
        raise UnresolvedError(
            f"the index answers with more than {limit >> 20} MB"
        )
    if answer.length:
        raise UnresolvedError("the index's answer broke off")
    return b"".join(pieces)


def _total(answer: HTTPResponse) -> int:
    """
    Return the length of the file in bytes, from the answer to a request for
    its end; 0 where that does not state it.
    """
    name = "Content-Range" if answer.status == 206 else "Content-Length"
    length = answer.headers.get(name, "").rpartition("/")[2]
    return int(length) if length.isdigit() else 0


def _with(
    component: Component,
    problem: Problem,
) -> Component:
    return replace(component, problems=(*component.problems, problem))


def _read_whole(
    offer: Offer,
    data: bytes,
    accepted: tuple[str, ...],
) -> Fetched:
    sha256 = hashlib.sha256(data).hexdigest()
    if accepted and sha256 not in accepted:
        raise UnresolvedError(
            f"{offer.name} is not what was promised: another sha256"
        )
    files = open_archive(io.BytesIO(data), offer.name)
    is_wheel = offer.name.endswith(".whl")
    read = wheel.read if is_wheel else sdist.read
    return Fetched(component=read(files, offer.name), sha256=sha256)


def _from_json(
    data: bytes,
    base: str,
) -> Iterator[Offer]:
    page = load_json(data)
    listed = page.get("files") if isinstance(page, dict) else None
    for entry in listed if isinstance(listed, list) else ():
        name, url = (
            (entry.get("filename"), entry.get("url"))
            if isinstance(entry, dict)
            else (None, None)
        )
        if not isinstance(name, str) or not isinstance(url, str):
            continue
        hashes, size = entry.get("hashes"), entry.get("size")
        sha256 = hashes.get("sha256", "") if isinstance(hashes, dict) else ""
        yield Offer(
            name=name,
            url=urljoin(base, url),
            size=size if isinstance(size, int) else 0,
            sha256=sha256 if isinstance(sha256, str) else "",
            has_metadata=bool(
                entry.get("core-metadata") or entry.get("dist-info-metadata")
            ),
        )


def _from_html(
    data: bytes,
    base: str,
) -> Iterator[Offer]:
    for link in _LINK.finditer(data.decode("utf-8", "replace")):
        attributes = {
            a[1].lower(): html.unescape(a[2] or a[3] or "")
            for a in _ATTRIBUTE.finditer(link[1])
        }
        url, _, fragment = urljoin(base, attributes.get("href", "")).partition(
            "#"
        )
        yield Offer(
            name=unquote(urlsplit(url).path.rsplit("/", 1)[-1]),
            url=url,
            sha256=fragment.removeprefix("sha256=")
            if fragment.startswith("sha256=")
            else "",
            has_metadata=attributes.get(
                "data-core-metadata",
                attributes.get("data-dist-info-metadata", "false"),
            )
            != "false",
        )


def _is_of(
    file: str,
    name: str,
    version: str,
) -> bool:
    if file.endswith(".whl"):
        pieces = file.split("-")
        return (
            len(pieces) > 4
            and canonical(pieces[0]) == name
            and plain_version(pieces[1]) == plain_version(version)
        )
    stem, _, last = _SDIST.sub("", file).rpartition("-")
    return (
        bool(_SDIST.search(file))
        and canonical(stem) == name
        and plain_version(last) == plain_version(version)
    )


def _rank(
    offer: Offer,
    wanted: Wanted,
) -> tuple[int, int, bool, str]:
    """
    Return what offers are sorted by: wheels that suit the Python version
    before others, an sdist last; of wheels those for all platforms first, then
    those for the one that is wanted. Then by name.
    """
    if not offer.name.endswith(".whl"):
        return 2, 0, False, offer.name
    tags = offer.name.removesuffix(".whl").split("-")[-3:]
    python, abi, platform = (tag.split(".") for tag in tags)
    minor = (wanted.python or "3.11").partition(".")[2].partition(".")[0]
    suits = {"py3", f"py3{minor}", f"cp3{minor}"}.isdisjoint(python)
    is_misfit = suits and "abi3" not in abi
    place = min(_place(tag, wanted.platform) for tag in platform)
    is_rare = platform[0].startswith(("musl", "win32"))
    return int(is_misfit), place, is_rare, offer.name


def _place(
    tag: str,
    wanted: Platform,
) -> int:
    """Return 0 for all platforms, 1 for the one `wanted`, 2 for others."""
    if tag == "any":
        return 0
    given = platform_of(tag)
    if given is None or given.system != wanted.system:
        return 2
    return 1 if given.machine in (wanted.machine, "universal2") else 2
