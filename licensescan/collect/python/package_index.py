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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from licensescan.base.version import __version__
from licensescan.collect.formats.core_metadata import read_metadata
from licensescan.collect.python import sdist, wheel
from licensescan.collect.python.info_folder import plain_version
from licensescan.model.errors import IncompleteError
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Problem
from licensescan.reader import ReadError, load_json, open_archive
from licensescan.reader.window import Window
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical

if TYPE_CHECKING:
    from http.client import HTTPResponse

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


class Index:
    """
    One simple index, asked for one package after another; once it is out of
    reach it is not asked again.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
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
        self.failure = ""

    def component(self, name: str, version: str) -> Component:
        """
        Return the package from its wheel, else its sdist, else the metadata
        beside a wheel.

        Raises `UnresolvedError` with the reason, `UnreachableError` when it is
        the index that fails.
        """
        if self.failure:
            raise UnreachableError(self.failure)
        try:
            return self._component(name, version)
        except UnreachableError as error:
            self.failure = str(error)
            raise
        except (ReadError, IncompleteError, ValueError) as error:
            raise UnresolvedError(
                f"what the index gives cannot be read ({error})"
            ) from error

    def _component(self, name: str, version: str) -> Component:
        offers = sorted(
            (o for o in self._offers(name) if _is_of(o.name, name, version)),
            key=_rank,
        )
        if not offers:
            raise UnresolvedError("the index has no file of this version")
        offer = offers[0]
        with self._asked(
            offer.url, {"Range": f"bytes=-{BLOCK_BYTES}"}
        ) as answer:
            total = _total(answer)
            if (
                answer.status == 206
                and total > WHOLE_BYTES
                and offer.name.endswith(".whl")
            ):
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
    ) -> Component:
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
        return _with(found, partly)

    def _by_metadata(self, offer: Offer, size: int) -> Component:
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
        )
        return _with(
            found,
            Problem(
                rule=RuleId.TERMS_UNREAD,
                path=offer.name,
                message=message,
            ),
        )

    def _offers(self, name: str) -> Iterator[Offer]:
        page = f"{self.url}{canonical(name)}/"
        with self._asked(page, {"Accept": _ACCEPT}) as answer:
            kind, base = answer.headers.get_content_type(), answer.url
            data = _limited(answer, PAGE_BYTES)
        return (
            _from_json(data, base)
            if kind.endswith("json")
            else _from_html(data, base)
        )

    def _bytes(self, url: str, limit: int) -> bytes:
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
                if answer.status != 206:
                    raise OSError("the index gives no parts of files any more")
                return _limited(answer, end - start)
        except UnresolvedError as error:
            raise OSError(str(error)) from error

    def _asked(self, url: str, headers: Mapping[str, str]) -> HTTPResponse:
        """
        Return the answer to one request. Raises `UnresolvedError` for a
        refusal, `UnreachableError` for none at all.
        """
        import ssl
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import HTTPSHandler, Request, build_opener

        if urlsplit(url).scheme not in ("http", "https"):
            raise UnresolvedError(f"an address that is not asked: {url[:200]}")
        agent = {"User-Agent": f"licensescan/{__version__}"}
        request = Request(url, headers={**agent, **headers})  # noqa: S310 - checked above
        if self._token and urlsplit(url).netloc == urlsplit(self.url).netloc:
            # Not for the place that an answer may redirect to.
            request.add_unredirected_header("Authorization", self._token)
        try:
            context = ssl.create_default_context(cafile=self._certificates)
            answer: HTTPResponse = build_opener(
                HTTPSHandler(context=context)
            ).open(request, timeout=SECONDS)
        except HTTPError as error:
            with error:
                if error.code == 404:
                    raise UnresolvedError(
                        "the index does not know it"
                    ) from error
                if error.code in (401, 403) or error.code >= 500:
                    raise UnreachableError(
                        f"the index {self.url} answers {error.code} {error.reason}"
                    ) from error
                raise UnresolvedError(
                    f"the index answers {error.code} {error.reason}"
                ) from error
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise UnreachableError(
                f"the index {self.url} cannot be reached ({reason})"
            ) from error
        return answer


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

    def piece(self, offset: int, count: int) -> bytes:
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
            self._blocks[number] = self._index.piece(
                self._url, number * BLOCK_BYTES, end
            )
        return self._blocks[number][offset % BLOCK_BYTES :][:count]


def _limited(answer: IO[bytes], limit: int) -> bytes:
    """
    Return the body of an answer. Raises `UnresolvedError` when it is longer
    than `limit` bytes or breaks off.
    """
    from http.client import HTTPException

    try:
        data = answer.read(limit + 1)
    except (OSError, HTTPException) as error:
        raise UnresolvedError(
            f"the index's answer broke off ({error})"
        ) from error
    if len(data) > limit:
        raise UnresolvedError(
            f"the index answers with more than {limit >> 20} MB"
        )
    return data


def _total(answer: HTTPResponse) -> int:
    """
    Return the length of the file in bytes, from the answer to a request for
    its end; 0 where that does not state it.
    """
    name = "Content-Range" if answer.status == 206 else "Content-Length"
    length = answer.headers.get(name, "").rpartition("/")[2]
    return int(length) if length.isdigit() else 0


def _with(component: Component, problem: Problem) -> Component:
    return replace(component, problems=(*component.problems, problem))


def _read_whole(offer: Offer, data: bytes) -> Component:
    if offer.sha256 and hashlib.sha256(data).hexdigest() != offer.sha256:
        raise UnresolvedError(
            f"{offer.name} is not what the index promises: another sha256"
        )
    files = open_archive(io.BytesIO(data), offer.name)
    return (
        wheel.read(files, offer.name)
        if offer.name.endswith(".whl")
        else sdist.read(files, offer.name)
    )


def _from_json(data: bytes, base: str) -> Iterator[Offer]:
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


def _from_html(data: bytes, base: str) -> Iterator[Offer]:
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


def _rank(offer: Offer) -> tuple[int, int, str]:
    """
    Return what offers are sorted by: wheels for all before those for common
    Linux machines, and these before others; an sdist last. Then by name.
    """
    if not offer.name.endswith(".whl"):
        return 4, 0, offer.name
    marks = ("-none-any.whl", "manylinux", "linux", "")
    place = next(n for n, mark in enumerate(marks) if mark in offer.name)
    return place, int("x86_64" not in offer.name), offer.name
