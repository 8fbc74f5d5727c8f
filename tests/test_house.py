"""
The house rules that a machine can check beside import-linter: who imports
which library, who prints, who reads.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "licensescan"
FILES = sorted(PACKAGE.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """A file's tree; each is looked at by many tests."""
    return ast.parse(path.read_text("utf-8"))


IMPORTERS = {
    "click": "cli/",
    "tomli": "base/toml.py",
    "tomlkit": "report/policy_edits.py",
    "jinja2": "report/html/__init__.py",
    "packaging": "standards/requirements.py",
    "license_expression": "standards/spdx_grammar.py",
    "networkx": "resolver/graph.py",
    "importlib_metadata": "collect/python/distribution.py",
    "rapidfuzz": "classifier/identify/alignment.py",
    "elftools": "collect/binaries/elf.py",
    "distributed": "fleet/dask_engine.py",
    "pyarrow": "fleet/parquet.py",
    "duckdb": "fleet/database.py",
    "yaml": "collect/formats/yaml_data.py",
}
"""Each library and the one module, or package, that imports it."""


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def imports(path: Path) -> tuple[tuple[str, bool], ...]:
    """
    `(module, is at the top level)`; imports for type checkers alone are left
    out.
    """
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[str, bool]]:
    tree = parsed(path)
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield module, id(node) in top
            if module in (
                "licensescan",
                "licensescan.collect",
                "licensescan.report",
            ):
                yield from (
                    (f"{module}.{alias.name}", id(node) in top)
                    for alias in node.names
                )


class TestLibraries:
    def importers(self, library: str) -> list[str]:
        return [
            name_of(p)
            for p in FILES
            if any(m.split(".")[0] == library for m, _ in imports(p))
        ]

    @pytest.mark.parametrize("library", sorted(IMPORTERS))
    def test_each_has_one_importer(self, library: str) -> None:
        found, wanted = self.importers(library), IMPORTERS[library]
        others = [name for name in found if not name.startswith(wanted)]
        assert not others, f"{library} belongs to {wanted}, not to {others}"
        assert len(found) == 1 or wanted.endswith("/"), found

    def test_no_other_library_is_imported(self) -> None:
        import sys

        known = set(sys.stdlib_module_names) | set(IMPORTERS) | {"licensescan"}
        others = {
            (name_of(p), m)
            for p in FILES
            for m, _ in imports(p)
            if m.split(".")[0] not in known
        }
        assert not others

    def test_all_but_two_are_imported_when_needed(self) -> None:
        """
        Click is the command line; a class is derived from one of
        importlib-metadata's, in a module that is itself imported when an
        environment is read.
        """
        eager = {
            (name_of(p), m)
            for p in FILES
            for m, at_top in imports(p)
            if at_top
            and m.split(".")[0]
            in set(IMPORTERS) - {"click", "importlib_metadata"}
        }
        assert not eager

    def test_packaging_tags_is_never_touched(self) -> None:
        assert not [
            p for p in FILES if "packaging.tags" in {m for m, _ in imports(p)}
        ]

    @pytest.mark.parametrize(
        "module", ["pickle", "marshal", "shelve", "dill", "joblib", "socket"]
    )
    def test_what_would_run_or_reach_out_is_not_imported(
        self, module: str
    ) -> None:
        assert not self.users(module)

    @pytest.mark.parametrize("module", ["urllib.request", "http", "ssl"])
    def test_one_module_reaches_out(self, module: str) -> None:
        assert {name for name, _ in self.users(module)} == {
            "collect/python/package_index.py"
        }
        assert not any(at_top for _, at_top in self.users(module))

    def users(self, module: str) -> set[tuple[str, bool]]:
        """
        Who imports a module or what is in it, and whether at the top of the
        file.
        """
        return {
            (name_of(p), at_top)
            for p in FILES
            for m, at_top in imports(p)
            if m == module or m.startswith(f"{module}.")
        }


HAVE_SQL = (
    "cache/texts.py",
    "cache/steps.py",
    "fleet/database.py",
    "fleet/ledger.py",
)
"""Modules with the operators of SQL."""

OUTSIDE_STANDARDS = [
    p for p in FILES if not p.is_relative_to(PACKAGE / "standards")
]


class TestStandards:
    """What `licensescan/standards/` knows is written nowhere else."""

    AS_TEXT = re.compile(
        r" (?:OR|AND|WITH)(?: |$)"  # an operator
        r"|^(?:[AL]?GPL|GFDL)-[\d.]*$|^-(?:only|or-later)$|only\|or-later"  # GNU ids
        r"|LicenseRef-(?:scancode-)?(?:$|[^A-Za-z])"  # names of one's own
    )
    """
    What finds an operator, a GNU suffix or a kind of id in the text of an
    expression: `standards/` answers such questions. Whole ids are names like
    any other.
    """

    @pytest.mark.parametrize(
        "path",
        [p for p in OUTSIDE_STANDARDS if name_of(p) not in HAVE_SQL],
        ids=name_of,
    )
    def test_no_expression_is_looked_into_as_text(self, path: Path) -> None:
        tree = parsed(path)
        documented = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
        }
        looks = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if id(node) not in documented and self.AS_TEXT.search(node.value)
        }
        assert not looks, "ask standards.spdx_text, spdx_expression or gnu"

    @pytest.mark.parametrize("path", OUTSIDE_STANDARDS, ids=name_of)
    def test_names_and_purls_are_spelled_in_one_place(
        self, path: Path
    ) -> None:
        source = path.read_text("utf-8")
        assert '"[-_.]+", "-"' not in source, (
            "standards.requirements.canonical"
        )
        assert ":02X}" not in source, "standards.purl.encoded"
        assert not re.search(r'Purl\(\s*f?"pkg:\w+/\{', source), (
            "standards.purl.purl"
        )


def test_the_model_stands_alone() -> None:
    """
    Import-linter checks the order of the packages (`make lint`); that the
    ground needs no library is said here.
    """
    import sys

    for path in (PACKAGE / "model").glob("*.py"):
        used = {m.split(".")[0] for m, _ in imports(path)}
        assert used - {"licensescan"} <= set(sys.stdlib_module_names)


class TestEnds:
    @pytest.mark.parametrize(
        "path", [p for p in FILES if p.parent.name != "cli"], ids=name_of
    )
    def test_only_the_command_line_prints_or_exits(self, path: Path) -> None:
        tree = parsed(path)
        called = {
            ast.unparse(n.func)
            for n in ast.walk(tree)
            if isinstance(n, ast.Call)
        }
        assert not called & {
            "print",
            "exit",
            "quit",
            "sys.exit",
            "os._exit",
            "click.echo",
            "input",
            "breakpoint",
        }
        assert not {
            c for c in called if c.startswith(("sys.stdout", "sys.stderr"))
        }
        raised = {
            ast.unparse(n.exc)
            for n in ast.walk(tree)
            if isinstance(n, ast.Raise) and n.exc
        }
        assert not {r for r in raised if r.startswith("SystemExit")}

    @pytest.mark.parametrize("path", FILES, ids=name_of)
    def test_nothing_scanned_can_be_run(self, path: Path) -> None:
        tree = parsed(path)
        called = {
            ast.unparse(n.func)
            for n in ast.walk(tree)
            if isinstance(n, ast.Call)
        }
        assert not called & {
            "eval",
            "exec",
            "compile",
            "__import__",
            "os.system",
            "os.popen",
            "yaml.load",
        }
        assert not {m for m, _ in imports(path)} & {
            "subprocess",
            "runpy",
            "ctypes",
        }

    @pytest.mark.parametrize(
        "path",
        [
            p
            for p in FILES
            if p.is_relative_to(PACKAGE / "collect")
            or p.is_relative_to(PACKAGE / "resolver")
        ],
        ids=name_of,
    )
    def test_a_source_reads_through_the_reader_only(self, path: Path) -> None:
        tree = parsed(path)
        called = {
            ast.unparse(n.func)
            for n in ast.walk(tree)
            if isinstance(n, ast.Call)
        }
        assert not called & {
            "open",
            "os.open",
            "io.open",
            "zipfile.ZipFile",
            "tarfile.open",
            "gzip.open",
        }
        read = {
            c
            for c in called
            if c.endswith(
                (".read_bytes", ".read_text", ".extractall", ".extract")
            )
        }
        # Our own tables are read as files; what a target holds is not. The
        # text of an installed distribution comes through the reader.
        read -= {"self.read_text"}
        assert not {c for c in read if "folder('rules')" not in c}

    @pytest.mark.parametrize(
        "path",
        [
            p
            for p in FILES
            if p.parent.name != "cli"
            and p.name
            not in (
                "terminal.py",
                "delivery.py",
                "inputs.py",
                "installation.py",
            )
        ],
        ids=name_of,
    )
    def test_what_is_looked_at_is_noted(self, path: Path) -> None:
        """
        An answer is given again when nothing that was looked at has changed:
        every look must have been noted.
        """
        tree = parsed(path)
        named = {
            ast.unparse(n)
            for n in ast.walk(tree)
            if isinstance(n, ast.Attribute)
        }
        # SOURCE_DATE_EPOCH is part of the question, and the package's own
        # functions keep no answers.
        if path.name not in ("timestamp.py", "lock.py", "__init__.py"):
            assert not named & {"os.environ", "os.getenv"}
        if path.parent.name == "reader" or path.parent.name == "cache":
            return
        looks = {
            f"os.path.{n}"
            for n in (
                "isfile",
                "isdir",
                "exists",
                "lexists",
                "islink",
                "getsize",
                "getmtime",
            )
        }
        looks |= {
            f"os.{n}"
            for n in ("stat", "lstat", "listdir", "scandir", "walk", "access")
        }
        calls = [
            n
            for n in ast.walk(tree)
            if isinstance(n, ast.Call) and ast.unparse(n.func) in looks
        ]
        # `path` is a target itself, which pipeline.py notes.
        assert not {
            ast.unparse(c) for c in calls if ast.unparse(c.args[0]) != "path"
        }


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_module_has_one_idea_and_at_most_700_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 700


class TestWords:
    @pytest.mark.parametrize("path", FILES, ids=name_of)
    def test_the_words_that_are_not_ours(self, path: Path) -> None:
        assert not re.match(r"(utils|helpers|manager|common|misc)", path.stem)
        tree = parsed(path)
        names = {
            n.name
            for n in ast.walk(tree)
            if isinstance(n, ast.FunctionDef | ast.ClassDef)
        }
        assert not {
            n
            for n in names
            if re.search(r"(?i)violation|manager|helper|licence|utils", n)
        }

    @pytest.mark.parametrize("path", FILES, ids=name_of)
    def test_every_module_says_what_it_answers(self, path: Path) -> None:
        tree = parsed(path)
        assert ast.get_docstring(tree) or not tree.body

    def test_no_license_text_of_others_is_in_the_repository(self) -> None:
        """
        Words that stand in nearly every copy of the commonest texts, put
        together here so as not to stand here.
        """
        marks = [
            " ".join(
                [
                    "Permission is hereby",
                    "granted, free of charge, to any person",
                ]
            ),
            " ".join(
                [
                    "Redistributions of source code must",
                    "retain the above copyright",
                ]
            ),
            " ".join(
                [
                    "Everyone is permitted to copy",
                    "and distribute verbatim copies",
                ]
            ),
            " ".join(
                [
                    "Permission to use, copy, modify, and/or",
                    "distribute this software for any",
                ]
            ),
        ]
        folders = (
            "licensescan",
            "rules",
            "corpus",
            "tests",
            "docs",
            "benchmarks",
            "demo",
        )
        files = [
            p
            for f in folders
            for p in (ROOT / f).rglob("*")
            if p.is_file() and "__pycache__" not in p.parts
        ]
        found = []
        for path in files:
            if path.suffix in (".bin", ".pyc"):
                continue
            text = " ".join(path.read_text("utf-8", "replace").split())
            found += [
                (path.relative_to(ROOT).as_posix(), mark[:20])
                for mark in marks
                if mark.lower() in text.lower()
            ]
        assert not found
