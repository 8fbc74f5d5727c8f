#!/usr/bin/env python3
"""
Check one hostile input of a megabyte for each reader:
`python benchmarks/hostile.py [--seed N] [NAME...]`.

No input may cost more than `SECONDS` of CPU or `MEGABYTES`, or end without a
report; otherwise the exit code is 1. Texts are those of `growth.py`, in each
place where a text is read; the others fill one format with as many small
things as fit.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import growth

SIZE = 1 << 20
SECONDS, MEGABYTES = 20.0, 512
Files = dict[str, bytes]
INFO = "acme-1.0.dist-info"
METADATA = "Metadata-Version: 2.4\nName: acme\nVersion: 1.0\nLicense: MIT\n"


class Input(NamedTuple):
    """What a target is called, and the files in it."""

    target: str
    files: Files


def rows(row: str, size: int = SIZE) -> bytes:
    """Return as many numbered rows as fit into `size` bytes."""
    count = size // (len(row.format(10_000)) or 1)
    return "".join(row.format(number) for number in range(count)).encode()


def zipped(files: Files) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files: Files, kind: str = "w:gz") -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=kind) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return data.getvalue()


def wheel(files: Files, metadata: str = METADATA) -> Files:
    """Return a target that is a wheel of `files`."""
    inside = {f"{INFO}/METADATA": f"{metadata}\n".encode(), **files}
    return {"acme-1.0-py3-none-any.whl": zipped(inside)}


def listed(entry: Mapping[str, object], size: int = SIZE) -> list[object]:
    count = size // len(json.dumps(entry))
    return [{**entry, "name": f"a{number}"} for number in range(count)]


def sbom(count: int = 8_000) -> bytes:
    components = [
        {
            "name": f"a{number}",
            "licenses": [{"license": {"name": f"Terms {number}"}}],
            "hashes": [{"alg": "SHA-256", "content": "0" * 64}],
        }
        for number in range(count)
    ]
    document = {"bomFormat": "CycloneDX", "components": components}
    return json.dumps(document).encode()


def gguf() -> bytes:
    words = struct.pack("<IQ", 8, SIZE // 9) + b"\1\0\0\0\0\0\0\0x" * (
        SIZE // 9
    )
    key = b"tokens"
    return (
        b"GGUF"
        + struct.pack("<IQQ", 3, 0, 1)
        + struct.pack("<Q", len(key))
        + key
        + struct.pack("<I", 9)
        + words
    )


def safetensors() -> bytes:
    table = {f"t{number}": {"shape": [1]} for number in range(30_000)}
    data = json.dumps(table).encode()
    return struct.pack("<Q", len(data)) + data


def noise(seed: int, alphabet: bytes = bytes(range(256))) -> bytes:
    chance = random.Random(seed)
    return bytes(chance.choices(alphabet, k=SIZE))


def _structured(seed: int) -> dict[str, Files]:
    """Return inputs of one format each, filled with small things."""
    terms = "\nLicensed under the GPL-3.0.\n"
    many = {
        f"acme/m{n}.py": b"# licensed under the GPL\n" for n in range(9000)
    }
    odd = {f"../m{n}": b"" for n in range(9000)}
    empty = {f"acme/LICENSE.{n}": b"" for n in range(9000)}
    jars = {f"acme/j{n}.jar": zipped({"a": b""}) for n in range(3000)}
    reuse = (
        "version = 1\n"
        + rows(
            '[[annotations]]\npath = "**/a{}*b*c*d"\nSPDX-License-Identifier = "MIT"\n'
        ).decode()
    )
    stanza = "Files: a{}/*b*\nCopyright: x\nLicense: GPL-3\n\n"
    dep5 = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
    pom = rows(
        "<dependency><artifactId>a{}</artifactId></dependency>"
    ).decode()
    project = f"<project><dependencies>{pom}</dependencies></project>"
    return {
        "fields of METADATA": wheel(
            {}, METADATA + rows("License-File: L{}\n").decode()
        ),
        "classifiers": wheel(
            {}, METADATA + rows("Classifier: License :: {}\n").decode()
        ),
        "a License field": wheel(
            {},
            "Name: acme\nVersion: 1.0\nLicense: "
            + rows("GPL v{} or ").decode()
            + "\n",
        ),
        "an expression": wheel(
            {},
            "Name: acme\nVersion: 1.0\nLicense-Expression: "
            + rows("(MIT OR ").decode()
            + "\n",
        ),
        "requirements of METADATA": wheel(
            {}, METADATA + rows("Requires-Dist: a{}; extra == 'b'\n").decode()
        ),
        "rows of RECORD": wheel(
            {f"{INFO}/RECORD": rows("../a{},sha256=x,1\n")}
        ),
        "many members": wheel(many),
        "odd members": wheel(odd),
        "empty license files": wheel(empty),
        "many jars": wheel(jars),
        "a list of licenses": wheel(
            {
                "acme/third-party-licenses.json": json.dumps(
                    listed({"license": "GPL-3.0", "name": ""})
                ).encode()
            }
        ),
        "a bill of materials": wheel({f"{INFO}/sboms/a.cdx.json": sbom()}),
        "GGUF": wheel({"acme/m.gguf": gguf()}),
        "safetensors": wheel({"acme/m.safetensors": safetensors()}),
        "ONNX": wheel({"acme/m.onnx": b"\x08\x01" * (SIZE // 2)}),
        "strings of a library": wheel(
            {
                "acme/liba.so": b"\x7fELF"
                + b"inflate 1.2.11\0GPL\0" * (SIZE // 19)
            }
        ),
        "a card": wheel(
            {
                "acme/w/README.md": b"---\n"
                + rows("k{}: {{a: [b, c]}}\n")
                + b"license: gpl\n---\n"
            }
        ),
        "REUSE.toml": wheel(
            {
                "REUSE.toml": reuse.encode(),
                **{f"a{n}bcd": b"" for n in range(200)},
            }
        ),
        "noise in a license": wheel({"acme/LICENSE": noise(seed)}),
        "letters in a license": wheel(
            {"acme/LICENSE": noise(seed, b"abc \n")}
        ),
        "brackets in a license": wheel(
            {"acme/LICENSE": b"([{<" * (SIZE // 4)}
        ),
        "marks on letters": wheel(
            {"acme/LICENSE": "a\u0301\u0302".encode() * (SIZE // 5)}
        ),
        "a POM": {
            "a-1.jar": zipped({"META-INF/maven/g/a/pom.xml": project.encode()})
        },
        "a manifest of a jar": {
            "a-1.jar": zipped(
                {
                    "META-INF/MANIFEST.MF": b"Bundle-License: "
                    + rows("a{};link=b,")
                }
            )
        },
        "setup.py": {
            "a-1.tar.gz": tarred(
                {
                    "a-1/setup.py": b"setup(license=("
                    + b'"GPL" + ' * (SIZE // 9)
                    + b'""))'
                }
            )
        },
        "setup.cfg": {
            "a-1.tar.gz": tarred(
                {"a-1/setup.cfg": b"[metadata]\n" + rows("k{} = GPL\n")}
            )
        },
        "pyproject.toml": {
            "a-1.tar.gz": tarred(
                {
                    "a-1/pyproject.toml": b'[project]\nname = "a"\n'
                    + rows("k{} = [1, 2]\n")
                }
            )
        },
        "links of a tar": {"a-1.tar.gz": _links()},
        "members of a tar": {
            "a-1.tar.gz": tarred(
                {f"a-1/{n}/LICENSE": terms.encode() for n in range(9000)}
            )
        },
        "DEP-5": {
            "a/debian/copyright": (dep5.encode() + rows(stanza)),
            **{f"a/a{n}/xb": b"" for n in range(300)},
        },
        "package.json": {
            "a/package.json": b'{"name": "a", "licenses": '
            + json.dumps(listed({"type": "GPL"})).encode()
            + b"}"
        },
        "a notebook": {
            "a/pyproject.toml": b'[project]\nname = "a"\n',
            "a/n.ipynb": json.dumps(
                {
                    "cells": [
                        {
                            "cell_type": "code",
                            "source": "from_pretrained('a/b')\n" * 30_000,
                        }
                    ]
                }
            ).encode(),
        },
        "a module": {
            "a/pyproject.toml": b'[project]\nname = "a"\n',
            "a/m.py": rows(
                "x = AutoModel.from_pretrained('a/b{}')\n", SIZE - 99
            ),
        },
        "a requirement file": {
            "requirements.txt": rows("a{}==1.0; python_version > '3'\n")
        },
        "a lock of poetry": {
            "poetry.lock": rows('[[package]]\nname = "a{}"\nversion = "1"\n')
        },
        "a lock of conda": {
            "conda-lock.yml": b"version: 1\npackage:\n"
            + rows(
                "- {{name: a{}, version: '1', manager: conda, platform: linux-64}}\n"
            )
        },
        "an SBOM": {"a.cdx.json": sbom()},
        "an image": {
            "image.tar": tarred(
                {
                    "manifest.json": json.dumps(
                        [
                            {
                                "Config": "c",
                                "Layers": [f"l{n}" for n in range(90_000)],
                            }
                        ]
                    ).encode()
                },
                "w",
            )
        },
    }


def _links() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for number in range(9000):
            member = tarfile.TarInfo(f"a-1/LICENSE.{number}")
            member.type = tarfile.SYMTYPE
            member.linkname = f"LICENSE.{number + 1}"
            archive.addfile(member)
    return data.getvalue()


_PLACES: Mapping[str, Callable[[bytes], Files]] = {
    "license": lambda text: wheel({"acme/LICENSE": text}),
    "notices": lambda text: wheel({"acme/ThirdPartyNotices.txt": text}),
    "source": lambda text: wheel({"acme/a.py": text, "acme/b.c": text}),
    "readme": lambda text: {"a/README.md": text, "a/a.py": b"x = 1\n"},
    "description": lambda text: wheel({}, f"{METADATA}\n{text.decode()}"),
}


def inputs(seed: int) -> dict[str, Files]:
    """Return all inputs by name."""
    found = _structured(seed)
    for pattern, text in growth.PATTERNS.items():
        data = text(SIZE - 64).encode()
        for place, made in _PLACES.items():
            found[f"{place}: {pattern}"] = made(data)
    return found


def cost(files: Files) -> tuple[float, float, int]:
    """Return CPU seconds, peak megabytes and the exit code of a check."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        top = Path(folder) / next(iter(files)).split("/")[0]
        command = [sys.executable, "-m", "licensescan", "check", str(top)]
        command += ["--no-cache", "-f", "json"]
        limit = int(2 * SECONDS)
        with open(os.devnull, "wb") as nothing:
            process = subprocess.Popen(
                command,
                stdout=nothing,
                stderr=nothing,
                preexec_fn=lambda: resource.setrlimit(
                    resource.RLIMIT_CPU, (limit, limit)
                ),
            )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    return seconds, usage.ru_maxrss / 1024, process.returncode


def main() -> int:
    """Measure all inputs, or those whose name has one of the words."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    over = 0
    for name, files in inputs(given.seed).items():
        if given.names and not any(word in name for word in given.names):
            continue
        seconds, megabytes, code = cost(files)
        is_over = seconds > SECONDS or megabytes > MEGABYTES
        is_over = is_over or code not in (0, 1, 3)
        over += is_over
        mark = "over" if is_over else ""
        print(
            f"{name:45} {seconds:6.1f} s {megabytes:5.0f} MB  {code} {mark}",
            flush=True,
        )
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
