"""
The models and data sets that a project's own Python names: literal calls such as
`from_pretrained("org/name")`.

Modules are parsed and notebooks' code cells read, nothing is imported or run. Which
calls count is data, in `rules/models.toml`. Only words that are written out count: a
literal, or a name that the module binds once to one.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from licensescan.model.kinds import RuleId
from licensescan.model.types import Problem, Scope
from licensescan.reader import Files, ReadError, decode, load_json
from licensescan.rulebook.model_families import Call, Named, table

FILES = 20_000
"""Modules and notebooks of one project that are looked into."""

_BYTES = 1 << 20
_NOTEBOOK_BYTES = 16 << 20
_NODES = 400_000
_DEV = re.compile(
    r"(?i)(?:^|/)(?:tests?|testing|docs?|benchmarks?|ci|\.github)/|(?:^|/)(?:test_[^/]*|conftest)\.py$"
)
_ID = re.compile(r"[A-Za-z0-9][\w.:+-]{0,127}(?:/[\w.:+-]{1,127}){0,3}")
_PREFIX = re.compile(
    r"^(?:hf[-_]hub:|hf://(?:models/)?|https?://(?:www\.)?huggingface\.co/(?:datasets/)?|huggingface:)"
)
_ADDRESS = re.compile(r"^(?:https?|s3|gs|file)://")
_LOCAL = re.compile(r"^(?:[./~]|[A-Za-z]:\\)|\\|\.(?:txt|json|csv|ya?ml|toml|cfg)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """
    A model or data set (or the package of one) that `path` names on `line`, by a call
    of `call`.
    """

    kind: Named
    name: str
    call: str
    path: str
    line: int
    scope: Scope = "runtime"
    hub: str = "huggingface"
    revision: str = ""
    folder: bool = False


def references(
    files: Files, paths: Sequence[str]
) -> tuple[list[Reference], list[Problem]]:
    """
    What the modules and notebooks among `paths` name, in the order of the files; each
    once for each file.
    """
    found: dict[tuple[str, str, str], Reference] = {}
    problems: list[Problem] = []
    modules = [p for p in paths if p.endswith((".py", ".ipynb"))]
    if len(modules) > FILES:
        message = f"{len(modules)} modules; only the first {FILES} were looked into for models that they name"
        problems.append(
            Problem(rule=RuleId.EVIDENCE_TRUNCATED, path="", message=message)
        )
    for path in modules[:FILES]:
        for one in _of_file(files, path, problems):
            found.setdefault((one.kind, one.name.lower(), path), one)
    return list(found.values()), problems


def _of_file(files: Files, path: str, problems: list[Problem]) -> Iterable[Reference]:
    notebook = path.endswith(".ipynb")
    try:
        read = files.read(path, _NOTEBOOK_BYTES if notebook else _BYTES)
    except ReadError as error:
        if error.problem.rule == RuleId.PATH_ESCAPE:
            return ()
        problems.append(error.problem)
        return ()
    if not _may_name(read.data):
        return ()
    text = decode(read.data).text
    return _of_notebook(text, path, problems) if notebook else _of_module(text, path)


@cache
def _cues() -> tuple[
    tuple[tuple[bytes, ...], tuple[tuple[bytes, re.Pattern[bytes]], ...]], ...
]:
    """
    The words of each package that a module must hold, and its calls: by name, and as
    they are written.
    """
    grouped: dict[tuple[bytes, ...], set[bytes]] = {}
    for call in table().calls:
        for module in call.modules or ("",):
            words = tuple(w.encode() for w in module.split(".") if w)
            grouped.setdefault(words, set()).add(call.name.encode())
    return tuple(
        (
            words,
            tuple(
                (n, re.compile(rb"(?<![A-Za-z0-9])" + n + rb"(?:\s*\(|\s+as\b)"))
                for n in sorted(names)
            ),
        )
        for words, names in grouped.items()
    )


def _may_name(data: bytes) -> bool:
    """
    Whether a module is worth parsing: looking for the words costs a hundredth of it,
    and most name no model.
    """
    return any(
        all(w in data for w in words)
        and any(name in data and written.search(data) for name, written in calls)
        for words, calls in _cues()
    )


def _of_notebook(text: str, path: str, problems: list[Problem]) -> Iterator[Reference]:
    """The code cells of a notebook; the line is that of the id in the file."""
    try:
        notebook = load_json(text.encode("utf-8", "replace"))
    except ValueError as error:
        problems.append(
            Problem(
                rule=RuleId.EVIDENCE_UNREADABLE,
                path=path,
                message=f"is no notebook: {error}"[:300],
            )
        )
        return
    cells = notebook.get("cells") if isinstance(notebook, Mapping) else None
    for cell in cells if isinstance(cells, list) else ():
        if not isinstance(cell, Mapping) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source")
        code = (
            "".join(s for s in source if isinstance(s, str))
            if isinstance(source, list)
            else str(source or "")
        )
        # Magics and shell lines are not Python.
        plain = re.sub(r"(?m)^([ \t]*)[%!?].*$", r"\1pass", code)
        for one in _of_module(plain, path):
            yield replace(one, line=_line_of(one.name, text))


def _line_of(name: str, text: str) -> int:
    """
    Where a notebook writes an id out: between quotes, of which JSON escapes one kind.
    """
    wanted = [
        f"{quote}{written}"
        for written in (name, name.rsplit("/", 1)[-1])
        for quote in ("'", '\\"')
    ]
    place = next((at for w in wanted if (at := text.find(w)) >= 0), 0)
    return text.count("\n", 0, place) + 1


def _of_module(text: str, path: str) -> list[Reference]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _by_words(text, path)
    imported, bound, calls = _survey(tree)
    found = []
    for node in calls:
        dotted = _dotted(node.func, imported)
        name = dotted.rsplit(".", 1)[-1]
        for call in _calls().get(name, ()):
            if _comes_from(dotted, call.modules) and (
                one := _reference(node, call, bound, path)
            ):
                found.append(one)
                break
    return found


def _by_words(text: str, path: str) -> list[Reference]:
    """
    What can be seen in a text that is no Python 3: a call that needs no import to be
    known, with a quoted id.
    """
    found = []
    for call in (c for c in table().calls if not c.modules and c.positions):
        for match in re.finditer(
            rf"\b{re.escape(call.name)}\(\s*[\"']([^\"'\n]+)[\"']", text
        ):
            line = text.count("\n", 0, match.start()) + 1
            one = _named(call, match[1], path, line, {})
            found += [one] if one else []
    return found


@cache
def _calls() -> Mapping[str, tuple[Call, ...]]:
    names = {c.name for c in table().calls}
    return {n: tuple(c for c in table().calls if c.name == n) for n in names}


def _survey(tree: ast.Module) -> tuple[dict[str, str], dict[str, str], list[ast.Call]]:
    """
    What names mean after the imports, which names are bound to one string, and all
    calls.
    """
    imported: dict[str, str] = {}
    bound: dict[str, set[str]] = {}
    calls = []
    for count, node in enumerate(ast.walk(tree)):
        if count > _NODES:
            break
        if isinstance(node, ast.Import):
            for alias in node.names:
                imported[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                imported[alias.asname or alias.name] = (
                    f"{node.module or ''}.{alias.name}"
                )
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            for target in targets:
                if isinstance(target, ast.Name):
                    bound.setdefault(target.id, set()).add(
                        value if isinstance(value, str) else ""
                    )
        elif isinstance(node, ast.Call):
            calls.append(node)
    return (
        imported,
        {n: next(iter(v)) for n, v in bound.items() if len(v) == 1 and v != {""}},
        calls,
    )


def _dotted(node: ast.expr, imported: Mapping[str, str]) -> str:
    """
    `torch.hub.load` for `hub.load` after `from torch import hub`; a call or subscript
    below stands for itself.
    """
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        names.append(imported.get(node.id, node.id))
    return ".".join(reversed(names))


def _comes_from(dotted: str, modules: Sequence[str]) -> bool:
    return not modules or any(dotted.startswith(f"{m}.") for m in modules)


def _reference(
    node: ast.Call, call: Call, bound: Mapping[str, str], path: str
) -> Reference | None:
    if call.fixed:
        return _named(call, call.fixed, path, node.lineno, {})
    given = {k.arg: k.value for k in node.keywords if k.arg}
    words = {
        name: text
        for name in ("revision", "repo_type", "source")
        if (text := _text(given.get(name), bound))
    }
    asked = [given[k] for k in call.keywords if k in given] + [
        node.args[p] for p in call.positions if p < len(node.args)
    ]
    for value in asked:
        text = _text(value, bound)
        one = _named(call, text, path, value.lineno, words) if text else None
        if one:
            return one
    return None


def _text(node: ast.expr | None, bound: Mapping[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return bound.get(node.id, "") if isinstance(node, ast.Name) else ""


def _named(
    call: Call, value: str, path: str, line: int, words: Mapping[str, str]
) -> Reference | None:
    """The reference that a written-out id is; None for what leads to no repository."""
    plain = _PREFIX.sub("", value.strip())
    if plain != value.strip() and "/blob/" in plain:
        plain = plain.split("/blob/", 1)[0]
    kind: Named = "dataset" if words.get("repo_type") == "dataset" else call.kind
    scope: Scope = "dev" if _DEV.search(path) else "runtime"
    local = bool(_LOCAL.search(plain)) or words.get("source") == "local"
    if (
        local
        or _ADDRESS.match(plain)
        or plain in call.refused
        or words.get("repo_type") == "space"
    ):
        plain = os.path.normpath(plain).replace(os.sep, "/")
        inside = (
            local
            and not plain.startswith(("/", "..", "~"))
            and call.kind == "model"
            and not _ADDRESS.match(value)
        )
        if not inside or not re.fullmatch(r"[\w./ -]{1,200}", plain) or plain == ".":
            return None
        return Reference(
            kind=kind,
            name=plain,
            call=call.name,
            path=path,
            line=line,
            scope=scope,
            folder=True,
        )
    if not _ID.fullmatch(plain):
        return None
    # `hf-hub:org/name` is at home on the hub, whatever else the call may name.
    home = plain != value.strip()
    return Reference(
        kind=kind,
        name=plain if home or call.fixed else call.id_of(plain),
        call=call.name,
        path=path,
        line=line,
        scope=scope,
        hub="huggingface" if home else call.hub,
        revision=words.get("revision", ""),
    )
