"""
No bound on what is read is silent: each constant of `collect` and `reader`
that bounds a loop or a read raises a problem with the file and a number, or
stands in `HARMLESS` with the reason why it cuts no evidence.
"""

from __future__ import annotations

import ast
import io
import json
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import licensescan
from licensescan.collect import kind_of, many_problems, source_of, targets
from licensescan.collect.binaries import Binary
from licensescan.collect.formats import (
    build_lists,
    model_card,
    pom,
    record,
    yaml_data,
)
from licensescan.collect.images import layouts
from licensescan.collect.models import code_references, folder, ollama
from licensescan.collect.python import info_folder, rest, wheel
from licensescan.collect.python.environment import collect
from licensescan.collect.python.prefix import inspect
from licensescan.collect.survey import bundled_libraries
from licensescan.model.types import Component, IncompleteError, Problem, Purl
from licensescan.reader import Budget, FolderFiles, archive, open_archive, tar
from licensescan.reader import folder as folder_reader
from licensescan.reader import zip as zip_reader
from tests.collect.formats.test_weight_headers import gguf
from tests.collect.formats.test_weight_headers import text as gguf_text
from tests.collect.survey.test_bundled_libraries import elf

PACKAGE = Path(licensescan.__file__).parent
GRANT = b"Licensed under the MIT license.\n"
INFO = "acme-1.0.dist-info"
METADATA = "Metadata-Version: 2.4\nName: acme\nVersion: 1.0\n"

HARMLESS: Mapping[str, str] = {
    "reader/cues.py NEAR": "how far apart the words of a cue stand",
    # Values that formats define.
    "collect/binaries/__init__.py _SLICES": "format",
    "collect/binaries/base.py FAR": "format",
    "collect/binaries/elf.py _LOAD": "format",
    "collect/binaries/elf.py _DYNAMIC": "format",
    "collect/binaries/elf.py _NOTE": "format",
    "collect/binaries/elf.py _END": "format",
    "collect/binaries/elf.py _NEEDED": "format",
    "collect/binaries/elf.py _NAMES": "format",
    "collect/binaries/elf.py _NAMES_SIZE": "format",
    "collect/binaries/elf.py _SONAME": "format",
    "collect/binaries/elf.py _RPATH": "format",
    "collect/binaries/elf.py _RUNPATH": "format",
    "collect/binaries/elf.py _PACKAGE_NOTE": "format",
    "collect/binaries/macho.py _ID": "format",
    "collect/binaries/macho.py _RPATH": "format",
    "collect/binaries/macho.py _SEGMENT": "format",
    "collect/binaries/macho.py _SEGMENT_64": "format",
    "collect/binaries/macho.py _LOADS": "format",
    "collect/binaries/macho.py _REQUIRED": "format",
    "collect/binaries/pe.py _IMPORT_BYTES": "format",
    "collect/formats/weight_headers.py _TEXT": "format",
    "collect/formats/weight_headers.py _ARRAY": "format",
    "collect/formats/weight_headers.py _VARINT": "format",
    "collect/formats/weight_headers.py _BYTES": "format",
    "collect/models/hugging_face.py _COMMIT_BYTES": "format",
    "reader/archive.py _AR_HEADER": "format",
    "reader/zip.py _HEADER": "format",
    "reader/zip.py _END": "format",
    "reader/zip_front.py _ENCRYPTED": "format",
    "reader/zip_front.py _STREAMED": "format",
    "reader/zip_front.py _UTF8": "format",
    "reader/zip_front.py _IN_EXTRA": "format",
    "reader/zip_front.py _BEHIND": "format",
    # As much as is read or inflated at once: a loop reads on.
    "collect/binaries/__init__.py _STEP": "piece",
    "collect/binaries/base.py HEAD": "piece",
    "collect/formats/weight_headers.py _CHUNK": "piece",
    "collect/survey/containers.py _PIECE": "piece",
    "collect/survey/license_texts.py _PIECE": "piece",
    "collect/survey/license_texts.py _OVERLAP": "piece",
    "collect/survey/source_headers.py _PIECE": "piece",
    "collect/survey/source_headers.py _OVERLAP": "piece",
    "reader/base.py _SAMPLES": "piece",
    "reader/inflate.py _FEED": "piece",
    "reader/inflate.py _CHUNK": "piece",
    "reader/window.py _SNAPSHOTS": "piece",
    "reader/window.py _STEP": "piece",
    "reader/window.py _FEED": "piece",
    "reader/window.py _CHUNK": "piece",
    "reader/zip.py _FIRST": "piece",
    "reader/zip.py _HELD": "piece",
    # How many are named; the message has the number of the others.
    "collect/formats/core_metadata.py _QUOTED": "shown",
    "collect/formats/model_card.py _NAMED": "shown",
    "collect/formats/record.py _QUOTED": "shown",
    "collect/formats/sbom.py _NAMED": "shown",
    "collect/images/image.py _TOLD": "shown",
    "collect/images/loose.py _TOLD": "shown",
    "collect/models/code_references.py _MESSAGE_LENGTH": "shown",
    "collect/models/folder.py _ADDRESS_LENGTH": "shown",
    "collect/models/referenced.py _UNREAD_SHOWN": "shown",
    "collect/models/referenced.py _MESSAGE_LENGTH": "shown",
    "collect/python/rest.py _SHOWN": "shown",
    "collect/survey/bundled_libraries.py _MODULES": "shown",
    "collect/survey/bundled_libraries.py _SHOWN": "shown",
    "collect/survey/library_claims.py _QUOTE": "shown",
    "collect/survey/containers.py _NAMED": "shown",
    "collect/survey/license_texts.py _HIDDEN_APART": "shown",
    "collect/trees/debian_copyright.py _FILES_SHOWN": "shown",
    "collect/trees/jar.py _NAMES_SHOWN": "shown",
    # What decides how something is taken, not whether it is read.
    "collect/binaries/elf.py _LONGEST": "a longer name is none of a library",
    "collect/formats/license_lists.py _LONGEST": "what is longer is a text",
    "collect/formats/sbom.py _NAME_LENGTH": "what is longer is a text",
    "collect/formats/model_card.py _UNENDED_LINES": "only for a warning",
    "collect/formats/model_card.py _UNENDED_BYTES": "only for a warning",
    "collect/formats/model_card.py _FRONT_BYTES": "as long as a text",
    "collect/formats/model_card.py _WHOLE_BYTES": "the fields used are read",
    "collect/formats/model_card.py _DEPTH": "refused by the parser",
    "collect/formats/yaml_data.py _SMALL": "which check is asked first",
    "collect/formats/build_lists.py _GO_BYTES": "one part, unread anyway",
    "collect/models/folder.py _HEAD_BYTES": "which kind of target it is",
    "collect/python/bom.py _HEAD_BYTES": "which kind of target it is",
    "collect/python/lock.py _HEAD_BYTES": "which kind of target it is",
    "collect/python/distribution.py _INSTALLER_BYTES": "one word",
    "collect/python/distribution.py _TEXT_BYTES": "requirements of eggs",
    "collect/python/editable.py _LINK_BYTES": "one path",
    "collect/survey/bundled_libraries.py _LARGE": "what has to be explained",
    "collect/survey/license_texts.py _HEAD_BYTES": "whether it is a binary",
    "collect/survey/license_texts.py _ROWS": "whether it is a table",
    "collect/survey/linked_libraries.py _VERSION_LENGTH": "no version",
    "collect/survey/linked_libraries.py _LONGEST": "how much is quoted",
    "collect/survey/notices.py _BEFORE": "the words around a cue",
    "collect/survey/notices.py _BEHIND": "the words around a cue",
    "collect/survey/own_names.py _NO_NAME": "no name",
    "collect/survey/own_names.py _SHORT_NAME": "no name",
    "collect/survey/source_headers.py _SHORT": "what counts for a share",
    "collect/survey/weight_registries.py _SOURCE_BYTES": "told as source",
    "collect/trees/docstrings.py _MODULE_BYTES": "read as a notice, too",
    "collect/survey/catalogues.py _FEW": "whose texts they are",
    "collect/survey/catalogues.py _MANY": "whose texts they are",
    "collect/survey/catalogues.py _SHARE": "whose texts they are",
    "collect/trees/jar.py _FEW": "whose texts they are",
    "reader/base.py HEAD_BYTES": "which kind of file it is",
    "reader/inputs.py SETTLED_NS": "whether an answer is remembered",
    "reader/json_data.py _SMALL": "which check is asked first",
    "reader/tar.py _LARGE": "how much of data is kept",
    "reader/tar.py _SILENT_HEAD": "searched, and says nothing",
    # What a server may send: an error of the fetch, never an answer.
    "collect/python/downloads.py WORKERS": "network",
    "collect/python/downloads.py _PAUSE": "network",
    "collect/python/package_index.py SECONDS": "network",
    "collect/python/package_index.py PAGE_BYTES": "network",
    "collect/python/package_index.py WHOLE_BYTES": "network",
    "collect/python/package_index.py MOST_BYTES": "network",
    "collect/python/package_index.py SLOWEST": "network",
    "collect/python/package_index.py SLOW_ANSWERS": "network",
    "collect/python/package_index.py PAUSE": "network",
    "collect/python/package_index.py _PASSING": "network",
    "collect/python/package_index.py BLOCK_BYTES": "network",
    "collect/python/package_index.py RANGES_BYTES": "network",
    "collect/many_problems.py MOST": "shown",
    "collect/python/remembered.py _FILE": "which process reads what",
    "collect/trees/own_reports.py _HEAD": "which report it is",
    "collect/trees/own_reports.py _DEEPEST": "which report it is",
    # What bills of materials say of a maker, a commit or a card; no terms.
    "collect/formats/card_facts.py _LONGEST": "who made it, and which one it is",
    "collect/formats/card_facts.py _MANY_LANGUAGES": "who made it, and which one it is",
    "collect/formats/card_facts.py _MOST": "who made it, and which one it is",
    "collect/formats/makers.py _LONGEST": "who made it, and which one it is",
    "collect/formats/makers.py _WHEEL_BYTES": "who made it, and which one it is",
    "collect/identity.py _FILE_BYTES": "who made it, and which one it is",
    "collect/identity.py _PACKED_BYTES": "who made it, and which one it is",
    "collect/identity.py _PIECE": "who made it, and which one it is",
    "collect/identity.py _REF_BYTES": "who made it, and which one it is",
    # A binary whose tables are longer makes no sense: searched whole.
    "collect/binaries/base.py TABLE": "searched whole",
    "collect/binaries/base.py LIMIT": "searched whole",
    "collect/binaries/base.py _PIECE": "searched whole",
    "collect/binaries/macho.py _COMMANDS_BYTES": "searched whole",
    # Links that lead nowhere are told where a text is missing.
    "reader/folder.py _LINKS": "a loop",
    "reader/layers.py _HOPS": "a loop",
    "reader/tar.py _LINKS": "a loop",
}


Case = Callable[[Path, pytest.MonkeyPatch], list[str]]
"""Returns what is said of an input over a bound that was made small."""

CASES: dict[str, Case] = {}


def case(*constants: str) -> Callable[[Case], Case]:
    def kept(function: Case) -> Case:
        CASES.update(dict.fromkeys(constants, function))
        return function

    return kept


def everything(component: Component) -> Iterator[Component]:
    yield component
    for part in component.parts:
        yield from everything(part)


def messages(problems: list[Problem]) -> list[str]:
    return [f"{p.rule} {p.path}: {p.message}" for p in problems]


def said_of(components: list[Component]) -> list[str]:
    inside = [c for top in components for c in everything(top)]
    return messages([p for c in inside for p in c.problems])


def said(path: Path) -> list[str]:
    """Return what is said of a target."""
    kind = kind_of(str(path))
    assert kind is not None
    try:
        return said_of(list(source_of(kind).collect(str(path))))
    except IncompleteError as error:
        return [f"evidence-truncated {error}"]


def tree(folder_: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        target = folder_ / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder_


def zipped(
    files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive_:
        for name, content in files.items():
            archive_.writestr(name, content)
    return data.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive_:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive_.addfile(member, io.BytesIO(content))
    return data.getvalue()


def wheel_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{INFO}/METADATA": METADATA.encode(), **files}


def read_with(budget: Budget, files: Mapping[str, bytes]) -> list[str]:
    """Return what is said of a wheel that is read on a small budget."""
    data = io.BytesIO(zipped(wheel_of(files)))
    name = "acme-1.0-py3-none-any.whl"
    opened = open_archive(data, name, budget)
    return said_of([wheel.read(opened, name)])


@case("reader/base.py TEXT_BYTES")
def text(path: Path, _: pytest.MonkeyPatch) -> list[str]:
    return said(tree(path, {"LICENSE": GRANT * 40_000}))


@case("reader/base.py RECORD_BYTES")
def record_bytes(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(record, "RECORD_BYTES", 10)
    target = path / "acme-1.0-py3-none-any.whl"
    target.write_bytes(zipped(wheel_of({f"{INFO}/RECORD": b"a,,\n" * 9})))
    return said(target)


@case("reader/base.py INFLATED_BYTES", "reader/base.py MEMBERS")
def inflated(_: Path, __: pytest.MonkeyPatch) -> list[str]:
    return read_with(
        Budget(inflated=100), {"acme/LICENSE": GRANT * 9}
    ) + read_with(Budget(members=1), {"acme/LICENSE": GRANT})


@case("reader/base.py HELD_BYTES")
def held(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    data = tarred({"a-1/x.jar": zipped({"LICENSE": GRANT})})
    opened = open_archive(io.BytesIO(data), "a.tar.gz", Budget(held=1))
    return messages(opened.problems)


@case("reader/base.py STREAM_BYTES")
def passed(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    data = tarred({"a-1/LICENSE": GRANT})
    opened = open_archive(io.BytesIO(data), "a.tar.gz", Budget(passed=1024))
    return messages(opened.problems)


@case("reader/base.py RATIO", "reader/base.py RATIO_FROM")
def bomb(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    return read_with(Budget(), {"acme/LICENSE": GRANT * 100_000})


@case("reader/base.py NESTING")
def nesting(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(archive, "NESTING", 0)
    return read_with(Budget(), {"acme/x.jar": zipped({"LICENSE": GRANT})})


@case("reader/base.py FILES")
def files_(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(folder_reader, "FILES", 3)
    return said(tree(path, {f"{n}/LICENSE": GRANT for n in range(9)}))


@case("reader/inflate.py _LZMA_MOST")
def dictionary(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr("licensescan.reader.inflate._LZMA_MOST", 1)
    target = path / "acme-1.0-py3-none-any.whl"
    members = wheel_of({"acme/LICENSE": GRANT})
    target.write_bytes(zipped(members, zipfile.ZIP_LZMA))
    return said(target)


@case("reader/json_data.py _DEPTH")
def depth(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    data = b"[" * 99 + b"]" * 99
    return said(tree(path, {"a/third-party-licenses.json": data}))


@case("reader/tar.py _KEEP_TEXT")
def kept_text(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(tar, "_KEEP_TEXT", 1 << 19)
    target = path / "a-1.tar.gz"
    target.write_bytes(tarred({"a-1/net.py": b"x = 1\n" * 100_000 + GRANT}))
    return said(target)


@case("reader/tar.py _KEEP_NATIVE", "reader/tar.py _KEEP_PROGRAM")
def kept_native(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(tar, "_KEEP_NATIVE", 5000)
    patch.setattr(tar, "_KEEP_PROGRAM", 5000)
    target = path / "a-1.tar.gz"
    data = elf(texts=b"\0words" * 5000)
    target.write_bytes(
        tarred({"a-1/liba.so": data, "a-1/bin/a": data, "a-1/PKG-INFO": b""})
    )
    return said(target)


@case("reader/tar.py _KEEP_HEAD")
def kept_head(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    target = path / "a-1.tar.gz"
    pairs = [("tokenizer.ggml.model", 8, gguf_text("x" * 90_000))]
    target.write_bytes(tarred({"a-1/m.gguf": gguf(pairs), "a-1/x": b""}))
    return said(target)


@case("reader/tar.py _KEEP_ARCHIVE")
def kept_archive(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(tar, "_KEEP_ARCHIVE", 10)
    target = path / "a-1.tar.gz"
    target.write_bytes(tarred({"a-1/x.jar": zipped({"LICENSE": GRANT})}))
    return said(target)


@case("reader/zip.py _AT_BYTES")
def at_bytes(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(zip_reader, "_AT_BYTES", 10_000)
    data = elf(texts=bytes(range(1, 255)) * 99)
    return read_with(Budget(), {"acme/liba.so": data})


LIBRARY = {"lib/liba.so": elf(texts=b"\0words" * 99)}
JSON_LIST = "a/third-party-licenses.json"
CLAIMED = {"lib/libavutil.so": elf(texts=b"\0words" * 99)}
CARD = {
    "config.json": b"{}",
    "model.safetensors": struct.pack("<Q", 2) + b"{}",
}
TREES: Mapping[str, tuple[int, Mapping[str, bytes]]] = {
    "collect/survey/bundled_libraries.py _LINKED_BYTES": (4, LIBRARY),
    "collect/survey/bundled_libraries.py _LINKED_TOTAL": (4, LIBRARY),
    "collect/survey/bundled_libraries.py _TEXT_BYTES": (4, CLAIMED),
    "collect/survey/bundled_libraries.py _TEXT_TOTAL": (4, CLAIMED),
    "collect/survey/license_texts.py _HIDDEN_SHOWN": (
        2,
        {f"a/{n}.txt": b"%d " % n + GRANT for n in range(9)},
    ),
    "collect/survey/license_texts.py _MOST": (
        300_000,
        {"a/x.txt": b"words\n" * 150_000},
    ),
    "collect/survey/source_headers.py _STRINGS": (
        2,
        {"a.py": b'x = 1\ny = """\nlicensed under the GPL\n"""\n' * 9},
    ),
    "collect/survey/source_headers.py _MOST": (
        10,
        {"a.py": b"x = 1\n" * 90_000},
    ),
    "collect/survey/model_files.py _LIST_BYTES": (
        10,
        {"a/.models.json": b"{}" + b" " * 99},
    ),
    "collect/survey/containers.py _SBOM_BYTES": (
        10,
        {JSON_LIST: b"[]" + b" " * 99},
    ),
    "collect/formats/license_lists.py _DEPTH": (1, {JSON_LIST: b"[[[[1]]]]"}),
    "collect/formats/core_metadata.py _HEADERS_BYTES": (
        10,
        {"PKG-INFO": METADATA.encode()},
    ),
    "collect/formats/core_metadata.py _LONGEST": (
        2,
        {"PKG-INFO": METADATA.encode()},
    ),
    "collect/formats/weight_headers.py _JSON_BYTES": (
        1,
        {"w/m.safetensors": struct.pack("<Q", 2) + b"{}"},
    ),
    "collect/formats/weight_headers.py _GGUF_BYTES": (
        30,
        {"w/m.gguf": gguf([("a", 8, gguf_text("x" * 99))])},
    ),
    "collect/formats/weight_headers.py _FIELDS": (
        2,
        {"w/m.onnx": b"\x08\x01" * 9},
    ),
    "collect/formats/weight_headers.py _STRING": (
        2,
        {"w/m.onnx": b"\x72\x09\x0a\x07license"},
    ),
    "collect/trees/debian_copyright.py _COPYRIGHT_BYTES": (10, {}),
}
"""A bound, what it is made, and the tree that is over it then."""

PARSERS: Mapping[str, tuple[int, Callable[[], object]]] = {
    "collect/formats/pom.py _LARGEST": (
        1,
        lambda: pom.read_pom(b"<project/>"),
    ),
    "collect/formats/pom.py _DEEPEST": (
        1,
        lambda: pom.read_pom(b"<project><a><b/></a></project>"),
    ),
    "collect/formats/yaml_data.py DEPTH": (
        1,
        lambda: yaml_data.load_yaml("a: {b: {c: 1}}"),
    ),
    "collect/formats/yaml_data.py NODES": (
        1,
        lambda: yaml_data.load_yaml("[1, 2, 3]", nodes=1),
    ),
    "collect/formats/build_lists.py _RUST_BYTES": (
        4,
        lambda: build_lists.rust_crates(zlib.compress(b'{"packages": []}')),
    ),
    "collect/images/layouts.py _LAYERS": (
        1,
        lambda: layouts._bounded(["a", "b"]),
    ),
}
"""A bound, what it is made, and what raises `ValueError` over it then."""


def over(key: str, folder_: Path, patch: pytest.MonkeyPatch) -> list[str]:
    """Return what is said over a bound."""
    if key in CASES:
        return CASES[key](folder_, patch)
    module, _, name = key.partition(".py ")
    dotted = "licensescan." + module.replace("/", ".")
    value, files = TREES.get(key, (0, {}))
    if key in TREES:
        patch.setattr(f"{dotted}.{name}", value)
        return said(tree(folder_, files))
    value, parse = PARSERS[key]
    patch.setattr(f"{dotted}.{name}", value)
    with pytest.raises(ValueError, match=r".") as error:
        parse()
    return [f"metadata-invalid of 1 file: {error.value}"]


@case("collect/survey/bundled_libraries.py _INFLATED")
def natives(_: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(bundled_libraries, "_INFLATED", 10)
    return read_with(Budget(), {"acme/liba.so": elf()})


@case("collect/survey/bundled_libraries.py _LIST_BYTES")
def crates(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(bundled_libraries, "_LIST_BYTES", 1)
    listed = Binary(format="elf", crates=(0, 9))
    patch.setattr(bundled_libraries, "read_binary", lambda *_: listed)
    return said(tree(path, LIBRARY))


@case("collect/python/info_folder.py _METADATA_BYTES")
def metadata(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(info_folder, "_METADATA_BYTES", 20)
    return read_with(Budget(), {"acme/a.py": b""})


@case("collect/python/rest.py _PTH_BYTES")
def pth(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(rest, "_PTH_BYTES", 10)
    site = path / "lib" / "python3.11" / "site-packages"
    info = {f"{INFO}/METADATA": METADATA.encode(), f"{INFO}/RECORD": b""}
    tree(site, {**info, "a.pth": b"/far/away\n" * 9})
    environment = inspect(str(path), "")
    assert environment is not None
    return said_of(list(collect(environment)))


@case(
    "collect/models/code_references.py FILES",
    "collect/models/code_references.py _MODULE_BYTES",
    "collect/models/code_references.py _LOOKED_AT",
    "collect/models/code_references.py _NOTEBOOK_BYTES",
)
def code(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    for name, value in (("FILES", 2), ("_MODULE_BYTES", 9)):
        patch.setattr(code_references, name, value)
    patch.setattr(code_references, "_NOTEBOOK_BYTES", 9)
    line = b'x = AutoModel.from_pretrained("a/b")\n'
    names = ("a.py", "b.ipynb", "c.py")
    files = FolderFiles(tree(path, dict.fromkeys(names, line)))
    _, problems = code_references.references(files, names)
    assert len(problems) == 3
    return messages(problems)


@case("collect/models/code_references.py MOST")
def names(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(code_references, "MOST", 1)
    line = b'x = AutoModel.from_pretrained("a/b%d")\n'
    code_ = b"".join(line % number for number in range(3))
    files = FolderFiles(tree(path, {"a.py": code_}))
    found, problems = code_references.references(files, ["a.py"])
    assert len(found) == 1
    return messages(problems)


@case("collect/many_problems.py MOST_PARTS")
def parts_(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(many_problems, "MOST_PARTS", 1)
    inside = tuple(component(f"p{number}") for number in range(3))
    whole = many_problems.bounded(replace(component("a"), parts=inside))
    assert len(whole.parts) == 1
    return said_of([whole])


@case("collect/targets.py MOST_LISTED")
def listed(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(targets, "MOST_LISTED", 2)
    lock = tree(path, {"requirements.txt": b"a==1\nb==1\nc==1\n"})
    found = targets.collect(
        [str(lock / "requirements.txt")],
        targets.Options(project=str(path), cached=False),
        lambda *_: None,
    )
    assert len(found.components) == 2
    return [f"incomplete {reason}" for reason in found.incomplete]


def component(name: str) -> Component:
    purl = Purl(f"pkg:pypi/{name}@1")
    return Component(purl=purl, name=name, version="1", path=name)


@case("collect/models/folder.py _SIDE_BYTES")
def side_card(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(folder, "_SIDE_BYTES", 1)
    name = model_card.SIDE_FILES[0]
    return said(tree(path, {**CARD, name: b"{}  "}))


@case("collect/models/ollama.py _LAYERS")
def ollama_layers(path: Path, patch: pytest.MonkeyPatch) -> list[str]:
    patch.setattr(ollama, "_LAYERS", 1)
    manifest = json.dumps({"layers": [{}, {}]}).encode()
    name = "manifests/registry.ollama.ai/library/a/latest"
    tree(path, {name: manifest, "blobs/x": b""})
    return said_of(list(ollama.models_in(FolderFiles(path))))


ELSEWHERE: Mapping[str, str] = {
    "collect/images/layouts.py _MANIFEST_BYTES": "is no valid JSON then",
    "collect/images/layouts.py _DEPTH": "raises, as _LAYERS does",
    "collect/images/layouts.py _INFLATED": "a budget, as INFLATED_BYTES",
    "collect/images/layouts.py _MEMBERS": "a budget, as MEMBERS",
    "collect/python/editable.py _METADATA_BYTES": "read whole or told",
    "collect/trees/debian_copyright.py _COPYRIGHT_BYTES": (
        "tests/collect/trees/test_deb.py"
    ),
}
"""Bounds whose message other tests see."""


def constants() -> Iterator[str]:
    """Yield each constant of a module of `collect` and `reader` that is a number."""
    for folder_ in ("collect", "reader"):
        for path in sorted((PACKAGE / folder_).rglob("*.py")):
            inside = path.relative_to(PACKAGE).as_posix()
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.Assign) and _is_number(node.value):
                    for name in ast.walk(node.targets[0]):
                        if isinstance(name, ast.Name):
                            yield f"{inside} {name.id}"


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return bool(node.elts) and all(map(_is_number, node.elts))
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) and _is_number(node.right)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


TESTED = {**CASES, **TREES, **PARSERS}
TESTED = {key: TESTED[key] for key in TESTED if key not in ELSEWHERE}


def test_each_constant_is_a_bound_that_is_told_or_harmless() -> None:
    known = {*HARMLESS, *TESTED, *ELSEWHERE}
    assert set(constants()) - known == set()
    assert known - set(constants()) == set()


@pytest.mark.parametrize("key", TESTED)
def test_what_is_over_a_bound_is_told(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = over(key, tmp_path, monkeypatch)
    with_numbers = [m for m in told if re.search(r"\d", m.partition(": ")[2])]
    assert with_numbers, told
