"""
Broken and hostile places to look at: a small environment or archive with one
fault, and what a scan says of it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from licensescan.model.types import Report
from licensescan.pipeline import Options, scan
from licensescan.rulebook.rulebook import load

TODAY = date(2027, 1, 1)
MIT = "SPDX-License-Identifier: MIT\n"
GPL = "SPDX-License-Identifier: GPL-3.0-only\n"
"""Stand-ins for the texts, which are not ours to copy."""

BAN = "The software may not be used for any commercial purpose without a separate paid agreement.\n"


def metadata(
    name: str = "acme-x", version: str = "1.0", *fields: str, body: str = ""
) -> bytes:
    """A METADATA file with further `fields`."""
    return "\n".join(
        [
            "Metadata-Version: 2.4",
            f"Name: {name}",
            f"Version: {version}",
            *fields,
            "",
            body,
        ]
    ).encode()


def row(path: str, data: bytes) -> str:
    """A row of RECORD."""
    digest = (
        base64.urlsafe_b64encode(hashlib.sha256(data).digest())
        .rstrip(b"=")
        .decode()
    )
    return f"{path},sha256={digest},{len(data)}\n"


def distribution(
    name: str = "acme-x",
    *fields: str,
    version: str = "1.0",
    license_: str | None = "MIT",
    texts: Mapping[str, str | bytes] | None = None,
    code: Mapping[str, str | bytes] | None = None,
    raw: bytes | None = None,
    body: str = "",
) -> dict[str, bytes]:
    """
    The files of a distribution, installed or in a wheel: its metadata, license
    files (`texts`) and `code`.
    """
    plain = name.replace("-", "_")
    info = f"{plain}-{version}.dist-info"
    texts = {"LICENSE": MIT} if texts is None else texts
    heads = [f"License-Expression: {license_}"] if license_ is not None else []
    heads += [*fields, *(f"License-File: {t}" for t in texts)]
    files: dict[str, bytes] = {
        f"{info}/METADATA": metadata(name, version, *heads, body=body)
        if raw is None
        else raw
    }
    files[f"{info}/INSTALLER"] = b"pip\n"
    inside = {f"{info}/licenses/{n}": t for n, t in texts.items()} | dict(
        code or {f"{plain}/__init__.py": ""}
    )
    files |= {
        path: data.encode() if isinstance(data, str) else data
        for path, data in inside.items()
    }
    files[f"{info}/RECORD"] = (
        "".join(row(p, d) for p, d in files.items()) + f"{info}/RECORD,,\n"
    ).encode()
    return files


def write(site: Path, files: Mapping[str, bytes]) -> Path:
    """
    Put `files` into `site`; gives the first one's folder, the distribution's
    metadata.
    """
    for path, data in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    return (site / next(iter(files))).parent


def wheel(
    path: Path, files: Mapping[str, bytes] | Sequence[tuple[str, bytes]]
) -> Path:
    """A wheel of `files`."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zipped(files))
    return path


def zipped(files: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """A zip of `files`, whose names may be any."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (
            files.items() if isinstance(files, Mapping) else files
        ):
            archive.writestr(
                zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)),
                data,
                zipfile.ZIP_DEFLATED,
            )
    return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    What a scan said: its exit code, the rules that fail the gate by package,
    and the names of all packages.
    """

    report: Report
    failing: Mapping[str, set[str]]
    names: set[str]

    @property
    def code(self) -> int:
        """The exit code."""
        return self.report.exit_code

    @property
    def rules(self) -> set[str]:
        """All the rules that fail the gate."""
        return set().union(*self.failing.values()) if self.failing else set()


def look(target: Path) -> Seen:
    """
    Scan `target` with the built-in policy; a clean package beside the bad one
    must stay clean.
    """
    policy = load().profile("distributed-product")
    report = scan(
        [str(target)],
        policy=policy,
        today=TODAY,
        options=Options(project="/", cached=False),
    )
    failing: dict[str, set[str]] = {}
    for finding in report.findings:
        if finding.verdict in ("deny", "review"):
            failing.setdefault(finding.component, set()).update(finding.rules)
    return Seen(
        report=report,
        failing=failing,
        names={c.component.name for c in report.conclusions},
    )


def environment(place: Path, files: Mapping[str, bytes]) -> Path:
    """
    A site-packages folder with `files` and a clean package, `sentinel-ok`.
    """
    site = place / "site-packages"
    write(site, distribution("sentinel-ok"))
    write(site, files)
    return site
