"""
How an image lies on disk -> its layers, the lowest first.

Sources: the OCI image layout and manifest specifications; the archives of
`docker save` (manifest.json) and of `docker export` (the bare file system).
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

from licensescan.base.document import table, text, texts
from licensescan.model.types import IncompleteError
from licensescan.reader import (
    Budget,
    FileTree,
    FolderFiles,
    ReadError,
    SystemFiles,
    load_json,
    open_layer,
    tar,
    tar_index,
)
from licensescan.reader.archive import TarIndex
from licensescan.reader.inputs import is_file, is_folder
from licensescan.reader.layers import LayeredFiles, Layers
from licensescan.reader.tar import TarFiles

_MANIFEST_BYTES = 8 << 20
_DEPTH = 4
"""Indexes within indexes that are followed."""

_LAYERS = 512
"""Layers that are read of one image; Docker allows 127."""

_BY_NAME = re.compile(r"(?i)\.(?:tar(?:\.(?:gz|bz2|xz))?|tgz|oci)$")
_FIRST = re.compile(
    r"(?:blobs|oci-layout|index\.json|manifest\.json|repositories"
    r"|(?:sha256:)?[0-9a-f]{64})(?:[./].*)?"
)
"""The first member of an archive of layers."""

_TOP_OF_SYSTEM = re.compile(
    r"(?:\.dockerenv|\.|bin|boot|dev|etc|home|lib|lib64|media|opt|root|sbin|usr|var)"
    r"(?:/.*)?"
)
"""The first member of an archive of a whole file system."""

_SYSTEM_MARKS = ("etc/os-release", "usr/lib/os-release", "var/lib/dpkg/status")
_NOT_FILES = ("proc", "sys", "dev")
"""Folders at the top of a running system that hold no files of it."""


class _Blobs(Protocol):
    """Where the members of an image lie: a folder, or an archive."""

    def names(self) -> Sequence[str]: ...

    def offset(
        self,
        name: str,
    ) -> int: ...

    def read(
        self,
        name: str,
        limit: int,
    ) -> bytes: ...

    def stream(
        self,
        name: str,
    ) -> IO[bytes]: ...


class _FolderBlobs:
    """The members of an OCI layout in a folder."""

    def __init__(
        self,
        path: str,
    ) -> None:
        self._files = FolderFiles(path)

    def names(self) -> Sequence[str]:
        return self._files.paths()

    def offset(
        self,
        name: str,
    ) -> int:
        return 0

    def read(
        self,
        name: str,
        limit: int,
    ) -> bytes:
        return self._files.read_at(name, 0, limit)

    def stream(
        self,
        name: str,
    ) -> IO[bytes]:
        return self._files.stream(name)


@dataclass(slots=True)
class Image:
    """
    The tree of an image, how many layers it has, and what of it could not be
    read. `layered` is None for a root file system, `name` is "" unless other
    images lie beside it.
    """

    files: FileTree
    layered: LayeredFiles | None = None
    name: str = ""
    count: int = 0
    unread: list[str] = field(default_factory=list)
    streams: list[IO[bytes]] = field(default_factory=list)

    def close(self) -> None:
        """Close what the layers are read from."""
        for stream in self.streams:
            stream.close()

    def layer_note(
        self,
        path: str,
    ) -> str:
        """
        Return which layer the file or folder at `path` is from, "" for none.
        """
        if self.layered is None:
            return ""
        inside = (
            [path] if self.layered.has(path) else self.layered.walk(path)[:1]
        )
        number = self.layered.layer_of(inside[0]) if inside else None
        if number is None:
            return ""
        of_image = f" of {self.name}" if self.name else ""
        return f"layer {number + 1} of {self.count}{of_image}"


def is_image(path: str) -> bool:
    """
    Return True if an image, or the root of a file system, lies at `path`.
    """
    if is_folder(path):
        return _is_layout(path) or _is_system(path)
    if not _BY_NAME.search(path) or not is_file(path):
        return False
    archive = _archive(path)
    if archive is not None:
        archive.close()
    return archive is not None


def _is_layout(path: str) -> bool:
    return all(
        is_file(os.path.join(path, n)) for n in ("oci-layout", "index.json")
    )


def _is_system(path: str) -> bool:
    # etc/os-release is mostly a link to the other, and may be an absolute one.
    names = ("etc/os-release", "usr/lib/os-release")
    if any(is_file(os.path.join(path, name)) for name in names):
        return True
    return all(
        is_folder(os.path.join(path, f)) for f in ("var/lib/dpkg", "usr/lib")
    )


def _archive(path: str) -> TarIndex | None:
    """
    Return the members of an archive that is an image, None for any other.
    """
    index = tar_index(path, lambda name: bool(_is_first(name)))
    if index is None:
        return None
    names = set(index.names())
    marks = ({"manifest.json"}, {"oci-layout", "index.json"})
    is_layers = any(mark <= names for mark in marks)
    is_system = not names.isdisjoint(_SYSTEM_MARKS)
    if is_layers or is_system:
        return index
    index.close()
    return None


def _is_first(name: str) -> bool:
    return bool(_FIRST.fullmatch(name) or _TOP_OF_SYSTEM.fullmatch(name))


def open_images(path: str) -> list[Image]:
    """
    Return the images at `path`: one, or several that were saved into one
    archive. Raises `IncompleteError` when it cannot be read.
    """
    if is_folder(path) and not _is_layout(path):
        return [Image(files=_System(path))]
    if is_folder(path):
        return _images(_FolderBlobs(path), path)
    archive = _archive(path)
    if archive is None:
        raise IncompleteError(
            f"{path}: no image: no manifest and no file system in it"
        )
    try:
        images = _images(archive, path)
    except IncompleteError:
        archive.close()
        raise
    images[0].streams.append(archive.file)
    return images


def _images(
    blobs: _Blobs,
    path: str,
) -> list[Image]:
    try:
        return _layered(blobs, path)
    except ReadError as error:
        raise IncompleteError(f"{path}: {error.problem.message}") from error
    except ValueError as error:
        reason = f"an image whose manifest is damaged: {error}"
        raise IncompleteError(f"{path}: {reason}") from error


class _System(SystemFiles):
    """A root file system, without what the kernel shows in it."""

    def paths(self) -> Sequence[str]:
        """Return the files below the root, sorted."""
        if self._listing is None:
            self._listing = self.walk(
                "", lambda f, _: f in _NOT_FILES, only_code=False
            )
        return self._listing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stack:
    """The names of an image's layers, the lowest first, and its own name."""

    layers: Sequence[str]
    name: str = ""


def _layered(
    blobs: _Blobs,
    path: str,
) -> list[Image]:
    """
    Return the images, each with its own layers alone: what one deletes is
    still there in another. They share what is read of a layer.
    """
    stacks = _stacks(blobs)
    streams: list[IO[bytes]] = []

    def opened(name: str) -> IO[bytes]:
        streams.append(_whole(path) if name == _WHOLE else blobs.stream(name))
        return streams[-1]

    names = dict.fromkeys(n for stack in stacks for n in stack.layers)
    layers, unread = _read_layers(list(names), blobs, opened)
    for layer in layers.values():
        told = (f"{p.path}: {p.message}" for p in layer.problems)
        unread += [f"layer {layer.label}: {text}" for text in told]
    images = []
    for stack in stacks:
        there = [layers[n] for n in stack.layers if n in layers]
        files = LayeredFiles(Layers(there))
        image = Image(
            files=files,
            layered=files,
            name=stack.name if len(stacks) > 1 else "",
            count=len(stack.layers),
        )
        images.append(image)
    images[0].unread += unread
    images[0].streams += streams
    return images


def _read_layers(
    names: Sequence[str],
    blobs: _Blobs,
    opened: Callable[[str], IO[bytes]],
) -> tuple[dict[str, TarFiles], list[str]]:
    """
    Return the layers that can be read, and what is to be told of the others.
    """
    keep = _Keep()
    budget = Budget(inflated=_INFLATED, members=_MEMBERS)
    layers: dict[str, TarFiles] = {}
    unread: list[str] = []
    # Where the archive is compressed, its layers are met in their order in it.
    offsets = {name: _offset(blobs, name) for name in names}
    for name in sorted(names, key=offsets.__getitem__):
        try:
            layers[name] = open_layer(opened(name), name, budget, keep)
        except ReadError as error:
            unread.append(f"layer {name}: {error.problem.message}")
    return layers, unread + keep.unread()


def _offset(
    blobs: _Blobs,
    name: str,
) -> int:
    return 0 if name == _WHOLE else blobs.offset(name)


def _whole(path: str) -> IO[bytes]:
    """Open an archive that is a file system itself."""
    folder, name = os.path.split(os.path.realpath(path))
    return FolderFiles(folder).stream(name)


_WHOLE = "the file system"

_INFLATED = 1 << 30
"""
Bytes of compressed layers that are kept, at most; libraries have a bound of
their own.
"""

_MEMBERS = 400_000


class _Keep:
    """
    How many bytes of a member of a compressed layer are kept, so that what is
    evidence always is: libraries and archives only while there is room.
    """

    _LIBRARY = re.compile(
        r"(?i)(?:\.so(?:\.[\d.]+)?|\.dll|\.dylib|\.pyd|\.exe|\.a)$"
    )
    _SOURCE_BYTES = 16 << 10
    _RECORD_BYTES = 32 << 20

    def __init__(self) -> None:
        self._room = {"library": 192 << 20, "archive": 256 << 20}
        self._left_out = 0

    def __call__(
        self,
        name: str,
        size: int,
    ) -> int:
        if tar.LISTS.search(name):
            return min(size, self._RECORD_BYTES)
        wanted = tar.keep(name, size)
        if self._LIBRARY.search(name):
            return self._within("library", wanted)
        if name.lower().endswith(tar.ARCHIVES):
            return self._within("archive", wanted)
        is_source = name.endswith(
            (".py", ".h", ".hpp", ".js", ".c", ".pyi", ".ts")
        )
        return min(wanted, self._SOURCE_BYTES) if is_source else wanted

    def _within(
        self,
        kind: str,
        wanted: int,
    ) -> int:
        if wanted > self._room[kind]:
            self._left_out += 1
            return 0
        self._room[kind] -= wanted
        return wanted

    def unread(self) -> list[str]:
        """Say how many were left out, if any."""
        if not self._left_out:
            return []
        message = (
            f"{self._left_out} libraries and archives in compressed layers were not kept,"
            " the bound is reached; save the image uncompressed with `docker save`"
        )
        return [message]


# -- manifests --


def _stacks(blobs: _Blobs) -> list[_Stack]:
    """Return the images that are named; a bare file system is one layer."""
    names = frozenset(blobs.names())
    if "manifest.json" in names:
        listed = _document(blobs, "manifest.json")
        if not isinstance(listed, list) or not listed:
            raise ValueError("manifest.json names no image")
        stacks = [_of_docker(image) for image in listed]
    elif "index.json" in names:
        stacks = list(_of_index(blobs, names, "index.json", 0))
        if not stacks:
            raise ValueError("index.json names no image that is here")
    else:
        return [_Stack(layers=[_WHOLE])]
    unlike = {tuple(stack.layers): stack for stack in reversed(stacks)}
    return list(reversed(unlike.values()))


def _of_docker(image: object) -> _Stack:
    """Return one image of a manifest.json."""
    entry = image if isinstance(image, Mapping) else {}
    named = entry.get("Layers")
    if not isinstance(named, list):
        raise ValueError("manifest.json names no layers")
    layers = [posixpath.normpath(n) for n in named if isinstance(n, str)]
    tags = texts(entry.get("RepoTags")) or [text(entry.get("Config"))[:19]]
    return _Stack(layers=_bounded(layers), name=tags[0])


def _bounded(layers: list[str]) -> list[str]:
    if len(layers) > _LAYERS:
        raise ValueError(f"it names {len(layers)} layers, more than {_LAYERS}")
    return layers


def _of_index(
    blobs: _Blobs,
    names: frozenset[str],
    path: str,
    depth: int,
    name: str = "",
) -> Iterator[_Stack]:
    """
    Yield the images that an index names and that are here, for whichever
    platform.
    """
    document = _document(blobs, path)
    layers = list(_digests(document, "layers"))
    if layers and not names.isdisjoint(layers):
        yield _Stack(layers=_bounded(layers), name=name)
        return
    for item in _manifests(document):
        for manifest in _digests({"manifests": [item]}, "manifests"):
            if manifest in names:
                if depth >= _DEPTH:
                    raise ValueError(f"more than {_DEPTH} levels of indexes")
                called = _called(item) or name or manifest[-64:][:12]
                yield from _of_index(blobs, names, manifest, depth + 1, called)


def _manifests(document: object) -> Iterator[Mapping[str, Any]]:
    """
    Yield the entries that an index lists, without attestations and the like.
    """
    listed = (
        document.get("manifests") if isinstance(document, Mapping) else None
    )
    for item in listed if isinstance(listed, list) else ():
        if (
            isinstance(item, Mapping)
            and text(table(item, "platform").get("os")) != "unknown"
        ):
            yield item


def _called(
    item: Mapping[str, Any],
) -> str:
    """Return the name of an image, or the platform that it is for."""
    notes, platform = table(item, "annotations"), table(item, "platform")
    named = notes.get("io.containerd.image.name") or notes.get(
        "org.opencontainers.image.ref.name"
    )
    system = filter(None, map(text, map(platform.get, ("os", "architecture"))))
    return text(named) or "/".join(system)


def _digests(
    document: object,
    key: str,
) -> Iterator[str]:
    """The paths of the blobs that a document lists under `key`."""
    listed = document.get(key) if isinstance(document, Mapping) else None
    for item in listed if isinstance(listed, list) else ():
        digest = item.get("digest") if isinstance(item, Mapping) else None
        match = re.fullmatch(r"(sha\d+):([0-9a-f]{32,128})", str(digest))
        if match:
            yield f"blobs/{match[1]}/{match[2]}"


def _document(
    blobs: _Blobs,
    name: str,
) -> object:
    return load_json(blobs.read(name, _MANIFEST_BYTES))
