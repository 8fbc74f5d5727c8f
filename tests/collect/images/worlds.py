"""
Images made by hand: layers of files, and the ways in which they lie on disk.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

SITE = "usr/local/lib/python3.11/site-packages"
Layer = dict[str, "str | bytes | tuple[str, str]"]
"""
Path -> content; a pair is a link: its kind ("sym" or "hard") and its target.
"""


def layer(files: Layer) -> bytes:
    """A tar archive of `files`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            if isinstance(content, tuple):
                kind, member.linkname = content
                member.type = (
                    tarfile.SYMTYPE if kind == "sym" else tarfile.LNKTYPE
                )
                archive.addfile(member)
                continue
            data = content.encode() if isinstance(content, str) else content
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def docker(path: Path, *layers: bytes, packed: bool = False) -> Path:
    """What `docker save` writes; `packed` through gzip."""
    files: Layer = {f"{_sha(b)}/layer.tar": b for b in layers}
    names = [f"{_sha(b)}/layer.tar" for b in layers]
    config = b"{}"
    files[f"{_sha(config)}.json"] = config
    files["manifest.json"] = json.dumps(
        [
            {
                "Config": f"{_sha(config)}.json",
                "RepoTags": ["app:1"],
                "Layers": names,
            }
        ]
    )
    data = layer(files)
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def docker_of(path: Path, images: dict[str, list[bytes]]) -> Path:
    """What `docker save` writes of several images: shared layers once."""
    layers = {_sha(b): b for stack in images.values() for b in stack}
    files: Layer = {f"{n}/layer.tar": b for n, b in layers.items()}
    listed = [
        {
            "Config": f"{_sha(tag.encode())}.json",
            "RepoTags": [tag],
            "Layers": [f"{_sha(b)}/layer.tar" for b in stack],
        }
        for tag, stack in images.items()
    ]
    files["manifest.json"] = json.dumps(listed)
    path.write_bytes(layer(files))
    return path


def oci(path: Path, *layers: bytes, packed: bool = True) -> Path:
    """
    An OCI layout in the folder `path`, its layers compressed if `packed`.
    """
    blobs = [gzip.compress(b) if packed else b for b in layers]
    manifest = _json(
        {
            "schemaVersion": 2,
            "layers": [{"digest": f"sha256:{_sha(b)}"} for b in blobs],
        }
    )
    inner = _json({"manifests": [{"digest": f"sha256:{_sha(manifest)}"}]})
    attestation = {
        "digest": f"sha256:{'0' * 64}",
        "platform": {"os": "unknown"},
    }
    index = {"manifests": [attestation, {"digest": f"sha256:{_sha(inner)}"}]}
    (path / "blobs/sha256").mkdir(parents=True)
    for blob in (manifest, inner, *blobs):
        (path / "blobs/sha256" / _sha(blob)).write_bytes(blob)
    (path / "index.json").write_bytes(_json(index))
    (path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return path


def tree(path: Path, *layers: Layer) -> Path:
    """A root file system in the folder `path`."""
    for files in layers:
        for name, content in files.items():
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, tuple):
                target.symlink_to(content[1])
            else:
                data = (
                    content.encode() if isinstance(content, str) else content
                )
                target.write_bytes(data)
    return path


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# -- what lies in them --


def wheel(
    name: str, license_: str, site: str = SITE, requires: str = ""
) -> Layer:
    """An installed distribution that declares `license_`."""
    info = f"{site}/{name}-1.0.dist-info"
    fields = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n"
    fields += f"License-Expression: {license_}\n"
    fields += f"Requires-Dist: {requires}\n" if requires else ""
    rows = f"{name}/__init__.py,,\n{name}-1.0.dist-info/METADATA,,\n"
    return {
        f"{info}/METADATA": fields,
        f"{info}/RECORD": f"{rows}{name}-1.0.dist-info/RECORD,,\n",
        f"{site}/{name}/__init__.py": "x = 1\n",
    }


def stanza(name: str, status: str = "install ok installed") -> str:
    """One package in dpkg's status."""
    return (
        f"Package: {name}\nStatus: {status}\nArchitecture: amd64\n"
        "Maintainer: Acme <a@example.org>\nVersion: 4.2-1\n\n"
    )


def copyright_file(license_: str) -> str:
    """A copyright file in the format of DEP-5."""
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        f"Files: *\nCopyright: 2020 Acme\nLicense: {license_}\n"
    )


def debian(name: str, license_: str) -> Layer:
    """A system in which dpkg installed one package."""
    where = f"usr/share/doc/{name}/copyright"
    return {
        "etc/os-release": "ID=debian\n",
        "var/lib/dpkg/status": stanza(name),
        f"var/lib/dpkg/info/{name}:amd64.list": f"/.\n/{where}\n",
        where: copyright_file(license_),
    }


REVISION = "0123456789abcdef0123456789abcdef01234567"


def model(
    repo: str, license_: str, hub: str = "root/.cache/huggingface/hub"
) -> Layer:
    """
    A repository in the cache of huggingface_hub: its snapshot is links to
    blobs.
    """
    top = f"{hub}/models--{repo.replace('/', '--')}"
    card = f"---\nlicense: {license_}\nlibrary_name: transformers\n---\n# {repo}\n"
    return {
        f"{top}/blobs/{'a' * 40}": card,
        f"{top}/refs/main": REVISION,
        f"{top}/snapshots/{REVISION}/README.md": (
            "sym",
            f"../../blobs/{'a' * 40}",
        ),
    }
