"""
Requirement files of every kind that pip reads, with what pip asks for: tests
read them, and `benchmarks/requirements.py` asks pip itself.

The wheels that they are about: alpha 1.0 and 2.0, beta 1.0 (needs gamma),
gamma 1.0, delta 1.0 (needs epsilon for its extra `x`), epsilon 1.0, zeta-eta
1.0.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

WHEELS = (
    ("alpha", "1.0", ()),
    ("alpha", "2.0", ()),
    ("beta", "1.0", ("gamma",)),
    ("gamma", "1.0", ()),
    ("delta", "1.0", ("epsilon; extra == 'x'",)),
    ("epsilon", "1.0", ()),
    ("zeta_eta", "1.0", ()),
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    Files by name (`requirements.txt` is the first), the names that pip asks
    for itself, and those that need to be told as unread, for pip fails there.
    """

    files: dict[str, str | bytes]
    asked: frozenset[str] = frozenset()
    pip_fails: bool = False
    unread: int = 0


def _case(text: str | bytes, *asked: str, **files: str) -> Case:
    return Case(
        files={"requirements.txt": text, **files}, asked=frozenset(asked)
    )


def _named(path: str, text: str, case: Case) -> Case:
    return Case(files={**case.files, path: text}, asked=case.asked)


def _unread(text: str, *asked: str, unread: int = 1, **files: str) -> Case:
    return Case(
        files={"requirements.txt": text, **files},
        asked=frozenset(asked),
        pip_fails=True,
        unread=unread,
    )


BASE = "base.txt"
WHEEL = "wheels/alpha-1.0-py3-none-any.whl"

CASES: dict[str, Case] = {
    "a name": _case("alpha\n", "alpha"),
    "without an end of line": _case("alpha", "alpha"),
    "pinned": _case("alpha==1.0\n", "alpha"),
    "arbitrary equality": _case("alpha===1.0\n", "alpha"),
    "bounds": _case("alpha>=1,<2\nbeta~=1.0\n", "alpha", "beta"),
    "bounds in brackets": _case("alpha (>=1,<2)\n", "alpha"),
    "spaces everywhere": _case(
        "  alpha  ==  1.0  \n\n\tbeta\n", "alpha", "beta"
    ),
    "another spelling": _case("Zeta.Eta\nALPHA\n", "zeta-eta", "alpha"),
    "twice": _case("alpha\nalpha==1.0\n", "alpha"),
    "comments": _case("# gamma\nalpha # beta\n   # epsilon\n", "alpha"),
    "a comment that ends in a backslash": _case(
        "# gamma \\\nalpha\n", "alpha"
    ),
    "a comment and then a backslash": _case("alpha # one \\\nbeta\n", "alpha"),
    "a line that goes on": _case(
        "alpha \\\n  == \\\n  1.0\nbeta\n", "alpha", "beta"
    ),
    "a comment within": _case("alpha \\\n# why\nbeta\n", "alpha", "beta"),
    "a backslash at the end": _case("alpha\\\n", "alpha"),
    "nothing but a backslash": _case("\\\nalpha\n", "alpha"),
    "lines of Windows": _case(
        "alpha\r\nbeta \\\r\n ==1.0\r\n", "alpha", "beta"
    ),
    "with a mark of UTF-8": _case(
        b"\xef\xbb\xbfalpha\nbeta\n", "alpha", "beta"
    ),
    "in UTF-16": _case(
        "\ufeffalpha\nbeta\n".encode("utf-16-le"), "alpha", "beta"
    ),
    "an extra": _case("delta[x]\n", "delta"),
    "an extra with spaces": _case("delta [ x ] == 1.0\n", "delta"),
    "a marker that holds": _case("alpha ; python_version > '3'\n", "alpha"),
    "a marker that does not": _case(
        "alpha\nbeta; sys_platform == 'win32' and python_version < '3'\n",
        "alpha",
    ),
    "options of the whole": _case(
        "--pre\n--prefer-binary\n-i https://index.example/simple\n--no-index\n"
        "--find-links wheels\n--trusted-host=index.example\nalpha\n",
        "alpha",
    ),
    "a file": _named(
        BASE, "beta\n", _case("-r base.txt\nalpha\n", "alpha", "beta")
    ),
    "a file, one word": _named(
        BASE, "beta\n", _case("-rbase.txt\nalpha\n", "alpha", "beta")
    ),
    "a file, the long way": _named(
        BASE,
        "beta\n",
        _case("--requirement=base.txt\nalpha\n", "alpha", "beta"),
    ),
    "a file in quotes": _named(
        "my base.txt", "beta\n", _case("-r 'my base.txt'\n", "beta")
    ),
    "a file after an option": _named(
        BASE, "beta\n", _case("--pre -r base.txt\nalpha\n", "alpha", "beta")
    ),
    "a file in a folder that names one beside it": _named(
        "sub/more.txt",
        "gamma\n",
        _named(
            "sub/base.txt",
            "-r more.txt\nbeta\n",
            _case("-r sub/base.txt\n", "beta", "gamma"),
        ),
    ),
    "a file above": _named(
        BASE,
        "beta\n",
        _named(
            "sub/one.txt",
            "-r ../base.txt\n",
            _case("-r sub/one.txt\n", "beta"),
        ),
    ),
    "a constraint": _named(
        "pins.txt",
        "alpha==1.0\ngamma==1.0\n",
        _case("-c pins.txt\nalpha\nbeta\n", "alpha", "beta"),
    ),
    "a constraint that is also asked for": _named(
        BASE,
        "alpha==1.0\n",
        _case("-c base.txt\n-r base.txt\nbeta\n", "alpha", "beta"),
    ),
    "a constraint that names a file": _named(
        BASE,
        "alpha==1.0\n",
        _named(
            "pins.txt", "-r base.txt\n", _case("-c pins.txt\nalpha\n", "alpha")
        ),
    ),
    "a wheel by its path": _case(f"./{WHEEL}\nbeta\n", "alpha", "beta"),
    "a wheel and a marker": _case(
        f"./{WHEEL}; python_version > '3'\nbeta\n", "alpha", "beta"
    ),
    "a wheel that no marker wants": _case(
        f"./{WHEEL} ; sys_platform == 'win32'\nbeta\n", "beta"
    ),
    "a name and an address": _case(
        "alpha @ file://{here}/" + WHEEL + "\n", "alpha"
    ),
    "an address alone": _case("file://{here}/" + WHEEL + "\n", "alpha"),
    "a folder": _case("./own\nbeta\n", "own", "beta"),
    "a folder to edit": _case("-e ./own\nbeta\n", "own", "beta"),
    "a folder to edit, the long way": _case("--editable=./own\n", "own"),
    "a variable without a value": _unread("${NOT_SET_HERE}\nalpha\n", "alpha"),
    "a file that is not there": _unread("-r gone.txt\nalpha\n", "alpha"),
    "words": _unread("please install alpha\nbeta\n", "beta"),
}


def lay(case: Case, folder: Path) -> Path:
    """Write the files of a case, wheels and a project beside them."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    for name, version, needed in WHEELS:
        info = f"{name}-{version}.dist-info"
        rows = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            f"Version: {version}",
        ]
        rows += ["License-Expression: MIT", "Provides-Extra: x"]
        rows += [f"Requires-Dist: {line}" for line in needed]
        path = wheels / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as file:
            file.writestr(f"{info}/METADATA", "\n".join(rows) + "\n")
            file.writestr(
                f"{info}/WHEEL",
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            file.writestr(f"{info}/RECORD", "")
    own = folder / "own"
    own.mkdir()
    (own / "pyproject.toml").write_text(
        '[project]\nname = "own"\nversion = "1.0"\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (own / "backend.py").write_text(_BACKEND)
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else text.encode()
        path.write_bytes(data.replace(b"{here}", str(folder).encode()))
    return folder / "requirements.txt"


_BACKEND = """import os


def prepare_metadata_for_build_wheel(folder, config_settings=None):
    name = "own-1.0.dist-info"
    os.mkdir(os.path.join(folder, name))
    with open(os.path.join(folder, name, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: own\\nVersion: 1.0\\n")
    return name


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_wheel(folder, config_settings=None, metadata_directory=None):
    raise NotImplementedError


build_editable = build_wheel
"""
