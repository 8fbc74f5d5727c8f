"""
The package index, as a server on this machine gives it: pages, whole files,
parts of files, refusals.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import zipfile
from pathlib import Path

import pytest

from licensescan.collect.python import lock
from licensescan.collect.python import package_index as index
from licensescan.model.types import Component, IncompleteError
from licensescan.standards.requirements import Platform
from tests.collect.python.index_server import Server

METADATA = "Metadata-Version: 2.4\nName: acme\nVersion: 1.0\n"
TERMS = "Acme terms. " + "You may use the work only inside your company. " * 8


def wheel_bytes(**more: bytes) -> bytes:
    own = (
        "acme/__init__.py",
        *(
            f"acme-1.0.dist-info/{n}"
            for n in ("METADATA", "licenses/LICENSE", "RECORD")
        ),
    )
    names = (*own, *(name.replace("__", "/") for name in more))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("acme/__init__.py", "")
        file.writestr(
            "acme-1.0.dist-info/METADATA", f"{METADATA}License-File: LICENSE\n"
        )
        file.writestr("acme-1.0.dist-info/licenses/LICENSE", TERMS)
        file.writestr(
            "acme-1.0.dist-info/RECORD",
            "".join(f"{name},,\n" for name in names),
        )
        for name, content in more.items():
            file.writestr(name.replace("__", "/"), content, zipfile.ZIP_STORED)
    return data.getvalue()


def sdist_bytes() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as file:
        for name, text in (
            ("PKG-INFO", "Name: acme\nVersion: 1.0\n"),
            ("LICENSE", TERMS),
        ):
            info = tarfile.TarInfo(f"acme-1.0/{name}")
            info.size = len(text)
            file.addfile(info, io.BytesIO(text.encode()))
    return data.getvalue()


def locked(
    tmp_path: Path,
    server: Server,
    line: str = "acme==1.0",
    *,
    online: bool = True,
) -> list[Component]:
    path = tmp_path / "requirements.txt"
    path.write_text(line + "\n")
    return list(
        lock.collect(
            str(path),
            lock.Search(variables=server.variables, online=online),
        )
    )


def texts(component: Component) -> list[str]:
    return [
        e.text or "" for e in component.evidence if e.kind == "license-file"
    ]


def message(component: Component) -> str:
    (problem,) = component.problems
    assert problem.rule == "terms-unread"
    return problem.message


def test_nothing_is_asked_without_online(
    tmp_path: Path, server: Server
) -> None:
    server.offer("acme-1.0-py3-none-any.whl", wheel_bytes())
    (component,) = locked(tmp_path, server, online=False)
    assert "unresolved" in message(component)
    assert server.asked == []


def test_a_small_wheel_is_read_whole(tmp_path: Path, server: Server) -> None:
    data = wheel_bytes()
    server.offer("acme-1.0-cp311-cp311-win_amd64.whl", b"of no use")
    server.offer(
        "acme-1.0-py3-none-any.whl",
        data,
        hashes={"sha256": hashlib.sha256(data).hexdigest()},
    )
    (component,) = locked(tmp_path, server)
    assert texts(component) == [TERMS]
    assert component.problems == ()


def test_an_sdist_is_read_where_there_is_no_wheel(
    tmp_path: Path, server: Server
) -> None:
    server.offer("acme-1.0.tar.gz", sdist_bytes())
    server.offer("acme-2.0-py3-none-any.whl", wheel_bytes())
    (component,) = locked(tmp_path, server)
    assert texts(component) == [TERMS]


def test_a_page_in_html(tmp_path: Path, server: Server) -> None:
    server.files["/simple/acme/"] = (
        b'<a href="../../files/acme-1.0-py3-none-any.whl#sha256=00">acme</a>'
    )
    server.files["/files/acme-1.0-py3-none-any.whl"] = wheel_bytes()
    (component,) = locked(tmp_path, server)
    assert "sha256" in message(component)
    server.files["/simple/acme/"] = (
        b"<A HREF='../../files/acme-1.0-py3-none-any.whl'>acme</A>"
    )
    (component,) = locked(tmp_path, server)
    assert texts(component) == [TERMS]


def test_of_a_large_wheel_only_parts_are_fetched(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "WHOLE_BYTES", 1 << 20)
    data = wheel_bytes(acme__libx264__so=b"\x7fELF" + bytes(4 << 20))
    server.offer("acme-1.0-cp311-cp311-manylinux_2_28_x86_64.whl", data)
    (component,) = locked(tmp_path, server)
    assert texts(component) == [TERMS]
    assert [p.rule for p in component.problems] == ["evidence-truncated"]
    ranges = [
        m.groups()
        for _, asked in server.asked
        if (m := re.fullmatch(r"bytes=(\d+)-(\d+)", asked))
    ]
    assert (
        sum(int(last) - int(first) + 1 for first, last in ranges)
        < len(data) / 4
    )


def test_metadata_alone_where_a_large_wheel_cannot_be_had_in_parts(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "MOST_BYTES", 64)
    server.ranges = False
    server.offer("acme-1.0-py3-none-any.whl", wheel_bytes())
    (component,) = locked(tmp_path, server)
    assert "cannot give parts" in message(component)
    server.files.pop("/simple/acme/")
    server.offer(
        "acme-1.0-py3-none-any.whl", wheel_bytes(), **{"core-metadata": True}
    )
    server.files["/files/acme-1.0-py3-none-any.whl.metadata"] = (
        f"{METADATA}License: MIT\n".encode()
    )
    (component,) = locked(tmp_path, server)
    assert "only the metadata" in message(component)
    assert [e.value for e in component.evidence] == ["MIT"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("other==1.0", "does not know it"),
        ("acme==3.0", "no file of this version"),
        ("acme", "no version is pinned"),
    ],
)
def test_what_the_index_does_not_have_stays_unresolved(
    tmp_path: Path, server: Server, line: str, words: str
) -> None:
    server.offer("acme-1.0-py3-none-any.whl", wheel_bytes())
    (component,) = locked(tmp_path, server, line)
    assert words in message(component)


def test_an_answer_that_is_no_wheel_stays_unresolved(
    tmp_path: Path, server: Server
) -> None:
    server.offer("acme-1.0-py3-none-any.whl", b"PK but no zip")
    (component,) = locked(tmp_path, server)
    assert "cannot be read" in message(component)


def test_an_index_out_of_reach_makes_the_report_incomplete(
    tmp_path: Path, server: Server
) -> None:
    server.status = 503
    path = tmp_path / "requirements.txt"
    path.write_text("acme==1.0\nother==2.0\n")
    search = lock.Search(variables=server.variables, online=True)
    told = lock.collect(str(path), search)
    found = [next(told), next(told)]
    with pytest.raises(IncompleteError, match="503"):
        next(told)
    assert [c.name for c in found] == ["acme", "other"]
    # Each of the two that were asked for at once, and each once more.
    assert len(server.asked) <= 4


def test_credentials_are_sent_and_not_told(
    tmp_path: Path, server: Server
) -> None:
    server.status = 403
    host = server.url.removeprefix("http://")
    given = index.Index({"UV_INDEX_URL": f"http://ann:secret@{host}/simple/"})
    with pytest.raises(index.UnreachableError) as raised:
        given.offer(
            index.Wanted(name="acme", version="1.0", platform=Platform())
        )
    assert server.tokens == ["Basic YW5uOnNlY3JldA=="]
    assert "secret" not in str(raised.value)


def test_an_address_of_another_kind_is_not_asked(
    tmp_path: Path, server: Server
) -> None:
    server.offer("acme-1.0-py3-none-any.whl", b"", url="file:///etc/hostname")
    (component,) = locked(tmp_path, server)
    assert "not asked" in message(component)
