"""
Lock files of every kind, resolved from what is at hand and never from the
network.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from licensescan.collect.formats.lock_files import (
    Locked,
    is_requirements,
    reader_of,
    scope_of_name,
)
from licensescan.collect.python import lock
from licensescan.model.types import Component, IncompleteError
from licensescan.resolver.requirement_files import read_requirements
from licensescan.standards.requirements import (
    Platform,
    Setting,
    platform_of,
)

UV = """version = 1
[[package]]
name = "project"
source = { virtual = "." }
dependencies = [{ name = "torch", marker = "sys_platform == 'linux'" }]
[package.dev-dependencies]
dev = [{ name = "pytest" }]
[package.optional-dependencies]
plot = [{ name = "pillow" }]
[[package]]
name = "torch"
version = "2.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "Sym_Py" }]
[[package]]
name = "sym-py"
version = "1.0"
[[package]]
name = "pytest"
version = "8.0"
[[package]]
name = "pillow"
version = "11.0"
resolution-markers = ["python_version < '3.13'"]
"""
PYLOCK = """lock-version = "1.0"
created-by = "test"
[[packages]]
name = "torch"
version = "2.0"
dependencies = [{ name = "sympy" }]
[[packages]]
name = "pytest"
version = "8.0"
marker = "'dev' in dependency_groups"
[[packages]]
name = "pillow"
version = "11.0"
marker = "'plot' in extras"
"""
POETRY = """[[package]]
name = "Torch"
version = "2.0"
optional = false
groups = ["main"]
[package.dependencies]
sympy = ">=1"
[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]
[[package]]
name = "pillow"
version = "11.0"
optional = true
category = "main"
"""
PDM = """[[package]]
name = "torch"
version = "2.0"
groups = ["default", "dev"]
dependencies = ["sympy>=1; python_version > '3'"]
[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]
marker = "os_name == 'nt'"
"""
PIPFILE = json.dumps(
    {
        "default": {"torch": {"version": "==2.0", "hashes": ["sha256:00"]}},
        "develop": {
            "pytest": {"version": "==8.0", "markers": "os_name == 'nt'"},
            "odd": 1,
        },
    }
)
REQUIREMENTS = """# made by a tool
torch==2.0 \\
    --hash=sha256:00 \\
    --hash=sha256:11
    # via project
Sym_Py [fast] == 1.0 ; sys_platform == 'linux'  # why
numpy>=1,<2
-r other.txt
--index-url https://example.org/simple
-e git+https://example.org/x#egg=edited
./local
"""
CONDA = """version: 1
metadata:
  channels:
  - url: conda-forge
package:
- name: libz
  version: 1.2.13
  manager: conda
  platform: linux-64
  dependencies:
    libgcc-ng: '>=12'
    __glibc: '>=2'
  category: main
- name: libz
  version: 1.2.13
  manager: conda
  platform: osx-64
  dependencies: {}
- name: torch
  version: '2.0'
  manager: pip
  platform: linux-64
  category: dev
"""


LINUX = Setting(Platform("linux", "x86_64"), "3.11")


def read(name: str, text: str, setting: Setting = LINUX) -> list[Locked]:
    reader = reader_of(name)
    assert reader is not None
    return reader(text.encode(), name, setting)


def test_uv() -> None:
    found = {p.name: p for p in read("uv.lock", UV)}
    assert {n: (p.version, p.scope, p.requires) for n, p in found.items()} == {
        "torch": ("2.0", "runtime", ("sym-py",)),
        "sym-py": ("1.0", "runtime", ()),
        "pytest": ("8.0", "dev", ()),
        "pillow": ("11.0", "optional", ()),
    }
    assert found["pillow"].marker == "python_version < '3.13'"


@pytest.mark.parametrize(
    "name, text",
    [
        ("pylock.toml", PYLOCK),
        ("pylock.ci.toml", PYLOCK),
        ("poetry.lock", POETRY),
        ("pdm.lock", PDM),
    ],
)
def test_other_toml_locks(name: str, text: str) -> None:
    found = [
        (p.name, p.version, p.scope, p.requires) for p in read(name, text)
    ]
    expected: list[tuple[str, str, str, tuple[str, ...]]] = [
        ("torch", "2.0", "runtime", ("sympy",)),
        ("pytest", "8.0", "dev", ()),
        ("pillow", "11.0", "optional", ()),
    ]
    assert found == expected[: len(found)]
    assert len(found) >= 2


def test_pipfile() -> None:
    found = [
        (p.name, p.version, p.scope, p.marker)
        for p in read("Pipfile.lock", PIPFILE)
    ]
    assert found == [
        ("torch", "2.0", "runtime", ""),
        ("pytest", "8.0", "dev", "os_name == 'nt'"),
    ]


def test_requirements(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(REQUIREMENTS)
    lines = read_requirements(str(tmp_path), "requirements.txt")
    assert [(x.name, x.version, x.marker) for x in lines if x.name] == [
        ("torch", "2.0", ""),
        ("sym-py", "1.0", 'sys_platform == "linux"'),
        ("numpy", "", ""),
        ("edited", "", ""),
    ]
    assert scope_of_name("requirements-dev.txt") == "dev"


def test_conda_lock() -> None:
    found = [
        (p.manager, p.name, p.version, p.scope, p.requires)
        for p in read("conda-lock.yml", CONDA)
        if not p.is_excluded
    ]
    assert found == [
        ("conda", "libz", "1.2.13", "runtime", ("libgcc-ng",)),
        ("pypi", "torch", "2.0", "dev", ()),
    ]


def test_names_that_are_no_lock_files() -> None:
    for name in (
        "pyproject.toml",
        "README.txt",
        "lock.yml",
        "myrequirements.md",
        "Cargo.lock",
    ):
        assert reader_of(name) is None
    for name in (
        "dev-requirements.txt",
        "requirements.lock",
        "requirements.in",
    ):
        assert is_requirements(name)


def build_wheel(folder: Path, name: str, version: str) -> None:
    with zipfile.ZipFile(
        folder / f"{name}-{version}-py3-none-any.whl", "w"
    ) as archive:
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: MIT\n\n"
        archive.writestr(f"{name}-{version}.dist-info/METADATA", text)


def install(site: Path, name: str, version: str) -> None:
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: ISC\n\n"
    )


def unresolved(component: Component) -> str:
    return next(
        (p.message for p in component.problems if p.rule == "terms-unread"), ""
    )


def test_what_is_at_hand_is_read_and_the_rest_is_said_to_be_unresolved(
    tmp_path: Path,
) -> None:
    project, links, cache = (
        tmp_path / "project",
        tmp_path / "links",
        tmp_path / "uv",
    )
    venv = project / ".venv"
    install(venv / "lib" / "python3.12" / "site-packages", "here", "1.0")
    install(venv / "lib" / "python3.12" / "site-packages", "older", "1.0")
    (venv / "pyvenv.cfg").write_text("version = 3.12.1\n")
    links.mkdir()
    build_wheel(links, "linked", "1.0")
    install(cache / "archive-v0" / "abc", "cached", "1.0")
    build_wheel(links, "loaded", "1.0")
    body = tmp_path / "pip" / "http-v2" / "a" / "b" / "ab.body"
    body.parent.mkdir(parents=True)
    (links / "loaded-1.0-py3-none-any.whl").rename(body)
    (body.parent / "cd.body").write_text("a page of the index")
    lines = "loaded==1.0\nhere==1.0\nolder==2.0\nlinked==1.00\ncached==1.0\ngone==1.0\nnt==1.0 ; os_name == 'nt'\n"
    (project / "requirements.txt").write_text(lines)
    path = str(project / "requirements.txt")
    assert lock.matches(path)
    variables = {
        "UV_CACHE_DIR": str(cache),
        "PIP_CACHE_DIR": str(tmp_path / "pip"),
    }
    passed_over: list[str] = []
    search = lock.Search(
        find_links=[str(links)],
        variables=variables,
        passed_over=passed_over.append,
    )
    found = {c.name: c for c in lock.collect(path, search)}
    assert passed_over == [
        'nt 1.0: locked for other platforms (os_name == "nt")'
    ]
    assert sorted(found) == [
        "cached",
        "gone",
        "here",
        "linked",
        "loaded",
        "older",
    ]
    for name in ("here", "linked", "cached", "loaded"):
        assert unresolved(found[name]) == ""
        assert any(e.kind == "license-field" for e in found[name].evidence)
        assert found[name].scope == "runtime"
    assert "version 1.0 is installed" in unresolved(found["older"])
    assert "unresolved" in unresolved(found["gone"])
    assert found["gone"].purl == "pkg:pypi/gone@1.0"


@pytest.mark.parametrize(
    "name, text",
    [
        ("uv.lock", "= broken"),
        ("Pipfile.lock", "[1]"),
        ("Pipfile.lock", "{"),
        ("conda-lock.yml", "nothing: here\n"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(IncompleteError, match=name):
        list(lock.collect(str(tmp_path / name), lock.Search(variables={})))


PIXI = """version: 6
environments:
  default:
    packages:
      linux-64:
      - conda: https://example.org/linux-64/zlib-1.3.1-hb9d3cd8_2.conda
      - pypi: https://example.org/acme-1.0-py3-none-any.whl
  lint:
    packages:
      linux-64:
      - conda: https://example.org/noarch/ruff-0.9.0-py_0.conda
packages:
- conda: https://example.org/linux-64/zlib-1.3.1-hb9d3cd8_2.conda
  depends:
  - __glibc >=2.17
  - libzlib 1.3.1
  license: Zlib
- pypi: https://example.org/acme-1.0-py3-none-any.whl
  name: acme
  version: '1.0'
  requires_dist:
  - numpy>=1.2
- conda: https://example.org/noarch/ruff-0.9.0-py_0.conda
  license: MIT
"""


def test_pixi() -> None:
    found = [
        (p.manager, p.name, p.version, p.scope, p.requires, p.license)
        for p in read("pixi.lock", PIXI)
    ]
    assert found == [
        ("conda", "zlib", "1.3.1", "runtime", ("libzlib",), "Zlib"),
        ("pypi", "acme", "1.0", "runtime", ("numpy",), ""),
        ("conda", "ruff", "0.9.0", "dev", (), "MIT"),
    ]


def test_conda_lock_in_any_layout() -> None:
    head, _, rows = CONDA.partition("package:\n")
    indented = (
        head + "package:\n" + "".join(f"  {x}\n" for x in rows.splitlines())
    )
    as_json = (
        '{"package": [{"name": "libz", "version": "1", "manager": "conda"}]}'
    )
    assert read("conda-lock.yml", indented) == read("conda-lock.yml", CONDA)
    assert [p.name for p in read("conda-lock.yml", as_json)] == ["libz"]
    for broken in (
        "version: 1\n",
        "package: none\n",
        "- a\n",
        "{",
        "a: &x 1\nb: *x\n",
    ):
        with pytest.raises(ValueError):
            read("conda-lock.yml", broken)


def test_an_environment_of_conda_names_roots() -> None:
    text = (
        "dependencies:\n- python=3.11\n- conda-forge::numpy>=1.2\n- pip\n"
        "- pip:\n  - acme==2.0 # ours\n  - -e .\n  - requests\n"
    )
    found = [
        (p.manager, p.name, p.version) for p in read("environment.yml", text)
    ]
    assert found == [
        ("conda", "python", "3.11"),
        ("conda", "numpy", ""),
        ("conda", "pip", ""),
        ("pypi", "acme", "2.0"),
        ("pypi", "requests", ""),
    ]


MEMBERS = """version = 1
[manifest]
members = ["app", "member"]
[[package]]
name = "app"
version = "0.1"
source = { virtual = "." }
dependencies = [
    { name = "colorama", marker = "sys_platform == 'win32'" },
    { name = "member" },
    { name = "torch", version = "2.0", marker = "sys_platform == 'linux'" },
    { name = "torch", version = "2.0+mps", marker = "sys_platform == 'darwin'" },
]
[[package]]
name = "member"
version = "0.2"
source = { editable = "packages/member" }
dependencies = [{ name = "toolz" }]
[package.dev-dependencies]
dev = [{ name = "pluggy" }]
[[package]]
name = "colorama"
version = "0.4.6"
sdist = { url = "https://x/c.tar.gz", hash = "sha256:AA", size = 1 }
wheels = [{ url = "https://x/c.whl", hash = "sha256:bb", size = 1 }]
[[package]]
name = "toolz"
version = "1.0"
dependencies = [{ name = "pywin32", marker = "os_name == 'nt'" }]
[[package]]
name = "pywin32"
version = "300"
[[package]]
name = "pluggy"
version = "1.7"
"""


@pytest.mark.parametrize(
    ("tag", "python", "excluded"),
    [
        ("linux_x86_64", "", {"colorama", "pywin32"}),
        ("linux_x86_64", "3.12", {"colorama", "pywin32"}),
        ("win_amd64", "3.12", set()),
        ("macosx_11_0_arm64", "", {"colorama", "pywin32"}),
    ],
)
def test_what_uv_locks_for_other_platforms(
    tag: str, python: str, excluded: set[str]
) -> None:
    platform = platform_of(tag)
    assert platform is not None
    found = read("uv.lock", MEMBERS, Setting(platform, python))
    assert {p.name for p in found if p.is_excluded} == excluded
    by_name = {p.name: p for p in found}
    assert by_name["member"].location == "packages/member"
    assert "app" not in by_name
    assert by_name["toolz"].scope == "runtime"
    assert by_name["pluggy"].scope == "dev"
    assert by_name["colorama"].hashes == ("aa", "bb")


def test_markers_of_each_lock_and_the_scopes_of_their_groups() -> None:
    poetry = """[[package]]
name = "cycler"
version = "1"
optional = true
groups = ["main"]
markers = "extra == \\"plot\\""
files = [{file = "c.whl", hash = "sha256:cc"}]
[[package]]
name = "pywin32"
version = "1"
groups = ["main", "dev"]
markers = {main = "sys_platform == \\"win32\\"", dev = "sys_platform == \\"win32\\" and extra == \\"x\\""}
"""
    found = {p.name: p for p in read("poetry.lock", poetry)}
    assert not found["cycler"].is_excluded
    assert found["cycler"].hashes == ("cc",)
    assert found["pywin32"].is_excluded
    pdm = """[[package]]
name = "cycler"
version = "1"
groups = ["plot"]
[[package]]
name = "iniconfig"
version = "1"
groups = ["docs", "test"]
marker = "python_version < \\"3.9\\""
"""
    found = {p.name: p for p in read("pdm.lock", pdm)}
    assert [p.scope for p in found.values()] == ["optional", "dev"]
    assert [p.is_excluded for p in found.values()] == [False, True]
    pipfile = {
        "_meta": {"hash": {"sha256": "0"}},
        "default": {"colorama": {"version": "*"}},
        "plot": {"cycler": {"version": "==1", "hashes": ["sha256:dd"]}},
        "develop": {"mine": {"path": "./mine", "editable": True}},
    }
    found = {p.name: p for p in read("Pipfile.lock", json.dumps(pipfile))}
    assert [(p.version, p.scope) for p in found.values()] == [
        ("", "runtime"),
        ("1", "optional"),
        ("", "dev"),
    ]
    assert found["mine"].location == "./mine"
    assert found["cycler"].hashes == ("dd",)


def test_pylock_by_extras_groups_and_platform() -> None:
    entries = {
        "always": "",
        "windows": "sys_platform == 'win32'",
        "extra": "'plot' in extras and sys_platform == 'linux'",
        "group": "'dev' in dependency_groups or 'docs' in dependency_groups",
        "default": "'base' in dependency_groups",
    }
    rows = [
        'lock-version = "1.0"',
        'created-by = "test"',
        'extras = ["plot"]',
        'default-groups = ["base"]',
        'dependency-groups = ["dev"]',
    ]
    for name, marker in entries.items():
        rows += ["[[packages]]", f'name = "{name}"', 'version = "1"']
        rows += [f'marker = "{marker}"'] if marker else []
        rows += [
            f'wheels = [{{ url = "https://x/{name}-1-py3-none-any.whl", hashes = {{ sha256 = "ab" }} }}]'
        ]
    found = {p.name: p for p in read("pylock.toml", "\n".join(rows))}
    assert {n: p.scope for n, p in found.items() if not p.is_excluded} == {
        "always": "runtime",
        "extra": "optional",
        "group": "dev",
        "default": "runtime",
    }
    assert found["windows"].is_excluded
    assert found["always"].hashes == ("ab",)


def test_conda_for_the_platform_or_for_all() -> None:
    linux = read("conda-lock.yml", CONDA)
    assert [(p.name, p.is_excluded) for p in linux] == [
        ("libz", False),
        ("libz", True),
        ("torch", False),
    ]
    windows = Setting(Platform("win32", "AMD64"))
    assert not any(
        p.is_excluded for p in read("conda-lock.yml", CONDA, windows)
    )


def test_an_explicit_list_of_conda() -> None:
    text = """# platform: linux-64
@EXPLICIT
https://conda.anaconda.org/conda-forge/linux-64/libzlib-1.3.1-hb9d3cd8_2.conda#edb0dca6bc32e4f4789199455a1dbeb8
https://conda.anaconda.org/conda-forge/noarch/toolz-1.0.0-pyhd8ed1ab_1.tar.bz2
"""
    found = read("conda-linux-64.lock", text)
    assert [(p.name, p.version, p.manager) for p in found] == [
        ("libzlib", "1.3.1", "conda"),
        ("toolz", "1.0.0", "conda"),
    ]
    with pytest.raises(ValueError, match="explicit"):
        read("conda-linux-64.lock", "nothing\n")


def test_a_member_is_own_and_leads_to_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(MEMBERS)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "app"\n')
    member = tmp_path / "packages" / "member"
    member.mkdir(parents=True)
    (member / "pyproject.toml").write_text(
        '[project]\nname = "member"\nversion = "0.2"\ndependencies = ["toolz"]\n'
    )
    found = {c.name: c for c in lock.collect(str(tmp_path / "uv.lock"))}
    assert found["member"].relation == "own"
    assert found["member"].requires == ("toolz",)


SCRIPT = """#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "seed>=1",  # why
#     "pinned==2.0",
#     "pywin; os_name == 'nt'",
# ]
# ///
import seed
"""


def test_a_script_that_says_what_it_needs(tmp_path: Path) -> None:
    """PEP 723."""
    path = tmp_path / "tool.py"
    path.write_text(SCRIPT)
    assert lock.matches(str(path))
    found = list(lock.collect(str(path), lock.Search(variables={})))
    assert [(c.name, c.version) for c in found] == [
        ("pinned", "2.0"),
        ("seed", ""),
    ]
    assert all(map(unresolved, found))
    path.write_text("import seed\n")
    assert not lock.matches(str(path))
    path.write_text(SCRIPT.replace("seed>=1", "no requirement"))
    with pytest.raises(IncompleteError, match=r"tool\.py"):
        list(lock.collect(str(path), lock.Search(variables={})))


def test_the_lock_of_a_script() -> None:
    text = UV.replace('name = "project"', 'name = "other"')
    assert {p.name for p in read("tool.py.lock", text)} >= {"torch"}


def test_what_comes_from_elsewhere_is_not_what_an_index_has(
    tmp_path: Path,
) -> None:
    """A fork under the name and version of a release is another thing."""
    place = "https://git.example/seed"
    fork = 'name = "seed"\nversion = "1.0"\n'
    locks = {
        "uv.lock": f'[[package]]\n{fork}source = {{ git = "{place}?rev=x#0" }}\n',
        "poetry.lock": f'[[package]]\n{fork}[package.source]\ntype = "git"\nurl = "{place}"\n',
        "pdm.lock": f'[[package]]\n{fork}git = "{place}"\n',
        "Pipfile.lock": json.dumps(
            {
                "default": {
                    "seed": {"git": place, "ref": "0", "version": "==1.0"}
                }
            }
        ),
    }
    for name, text in locks.items():
        (package,) = read(name, text)
        assert package.address.startswith(place), name
    legacy = f'[[package]]\n{fork}[package.source]\ntype = "legacy"\nurl = "{place}"\n'
    assert read("poetry.lock", legacy)[0].address == ""
    built = tmp_path / "pip" / "wheels"
    built.mkdir(parents=True)
    build_wheel(built, "seed", "1.0")
    (tmp_path / "uv.lock").write_text(f"version = 1\n{locks['uv.lock']}")
    (tmp_path / "requirements.txt").write_text(
        f"seed @ {place}/seed-1.0-py3-none-any.whl\n"
    )
    variables = {"PIP_CACHE_DIR": str(tmp_path / "pip")}
    for name in ("uv.lock", "requirements.txt"):
        search = lock.Search(variables=variables)
        (component,) = lock.collect(str(tmp_path / name), search)
        assert unresolved(component), name
        # The user's own folder of wheels is what the user says it is.
        search = lock.Search(find_links=[str(built)], variables={})
        (component,) = lock.collect(str(tmp_path / name), search)
        assert not unresolved(component), name
