"""
The models and data sets that a project's own files name: literal calls such
as `from_pretrained("org/name")`, other strings of its code that are known ids
or addresses of weights, and commands and keys of scripts and configuration.

Modules are parsed and notebooks' code cells read, nothing is imported or run.
What counts is data, in `rules/models.toml`. Only words that are written out
count: a literal, or a name that the module binds once to one.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice

from licensescan.collect.formats.written_models import (
    WrittenModel,
    in_lines,
    in_string,
    may_be_written,
)
from licensescan.collect.models.python_code import (
    Module,
    code_cells,
    parse_module,
)
from licensescan.model.kinds import RuleId
from licensescan.model.types import Problem, Scope
from licensescan.reader import Files, ReadError, decode, read_whole
from licensescan.rulebook.model_families import Call, Named, table

FILES = 20_000
"""Files of one project that are looked into for names of models."""

MOST = 10_000
"""Names of models and data sets that are followed."""

_LOOKED_AT = 16 << 20
"""Bytes of a file in which names of models are looked for."""

_MODULE_BYTES = 1 << 20
_NOTEBOOK_BYTES = 16 << 20
"""Bytes of a module and of a notebook that are parsed."""

_MESSAGE_LENGTH = 300

_DEV = re.compile(
    r"(?i)(?:^|/)(?:tests?|testing|docs?|benchmarks?|ci|\.github)/|(?:^|/)(?:test_[^/]*|conftest)\.py$"
)
_ID = re.compile(r"[A-Za-z0-9][\w.:+-]{0,127}(?:/[\w.:+-]{1,127}){0,3}")
_PREFIX = re.compile(
    r"^(?:hf[-_]hub:|hf://(?:models/)?|https?://(?:www\.)?huggingface\.co/(?:datasets/)?|huggingface:)"
)
_ADDRESS = re.compile(r"^(?:https?|s3|gs|file)://")
_LOCAL = re.compile(
    r"^(?:[./~]|[A-Za-z]:\\)|\\|\.(?:txt|json|csv|ya?ml|toml|cfg)$"
)
_FOLDER = re.compile(r"[\w./ -]{1,200}")
_OUTSIDE = ("/", "..", "~")

_KEYWORDS = ("revision", "repo_type", "source")
"""Arguments by which a call says where its repository is."""

_NO_KEYWORDS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """
    A model or data set (or the package of one) that `path` names on `line`, by
    a call of `call`, or by the words `by`. With `folder`, `name` is a folder
    of the project.
    """

    kind: Named
    name: str
    path: str
    line: int
    call: str = ""
    scope: Scope = "runtime"
    hub: str = "huggingface"
    revision: str = ""
    folder: bool = False
    by: str = ""

    @property
    def shown(self) -> str:
        """Return how the file names it, for people."""
        called = f"{self.call}({self.name!r})"
        return called if self.call else f"{self.by} {self.name}"


def references(
    files: Files,
    paths: Sequence[str],
) -> tuple[list[Reference], list[Problem]]:
    """
    Return what the modules, notebooks, scripts and configuration among `paths`
    name, in the order of the files, each once for each file; and what could
    not be looked into.
    """
    found: dict[tuple[str, str, str], Reference] = {}
    problems: list[Problem] = []
    modules = [path for path in paths if _is_looked_into(path)]
    if len(modules) > FILES:
        message = f"{len(modules)} modules, scripts, settings; only the first {FILES} were searched for models"
        problems.append(
            Problem(rule=RuleId.EVIDENCE_TRUNCATED, path="", message=message)
        )
    for path in modules[:FILES]:
        for reference in _of_file(files, path, problems):
            key = (reference.kind, reference.name.lower(), path)
            found.setdefault(key, reference)
    if len(found) > MOST:
        first = next(islice(found.values(), MOST, None))
        message = f"{len(found)} names of models; only the first {MOST} were followed"
        problems.append(
            Problem(
                rule=RuleId.EVIDENCE_TRUNCATED,
                path=first.path,
                message=message,
            )
        )
    return list(islice(found.values(), MOST)), problems


def _is_looked_into(path: str) -> bool:
    is_code = path.endswith((".py", ".ipynb"))
    return is_code or table().written.is_read(path)


def _of_file(
    files: Files,
    path: str,
    problems: list[Problem],
) -> list[Reference]:
    code = _CodeFile(path)
    add, most = code.add_lines, _LOOKED_AT
    if path.endswith(".py"):
        add, most = code.add_module, _MODULE_BYTES
    if path.endswith(".ipynb"):
        add, most = code.add_notebook, _NOTEBOOK_BYTES
    try:
        data = read_whole(files, path, _LOOKED_AT)
        if most == _LOOKED_AT or _may_name(data):
            data = read_whole(files, path, most)
            add(decode(data).text)
    except ReadError as error:
        if error.problem.rule != RuleId.PATH_ESCAPE:
            problems.append(error.problem)
    except ValueError as error:
        message = f"is no notebook: {error}"[:_MESSAGE_LENGTH]
        problems.append(
            Problem(
                rule=RuleId.EVIDENCE_UNREADABLE, path=path, message=message
            )
        )
    return code.references


# -- which files are worth parsing --


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cue:
    """
    Words that a module must hold to use a package, and the calls of it: each
    by its name, and as it is written.
    """

    words: tuple[bytes, ...]
    calls: tuple[tuple[bytes, re.Pattern[bytes]], ...]

    def is_in(self, data: bytes) -> bool:
        return all(word in data for word in self.words) and any(
            name in data and written.search(data)
            for name, written in self.calls
        )


@cache
def _cues() -> tuple[_Cue, ...]:
    names_by_words: dict[tuple[bytes, ...], set[bytes]] = {}
    for call in table().calls:
        for module in call.modules or ("",):
            words = tuple(word.encode() for word in module.split(".") if word)
            names_by_words.setdefault(words, set()).add(call.name.encode())
    cues = []
    for words, names in names_by_words.items():
        calls = tuple((name, _written(name)) for name in sorted(names))
        cues.append(_Cue(words=words, calls=calls))
    return tuple(cues)


def _written(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![A-Za-z0-9])" + name + rb"(?:\s*\(|\s+as\b)")


def _may_name(data: bytes) -> bool:
    """
    Return True if a module is worth parsing: looking for the words costs a
    hundredth of it, and most name no model.
    """
    return may_be_written(data) or any(cue.is_in(data) for cue in _cues())


# -- calls --


@cache
def _calls() -> Mapping[str, list[Call]]:
    """Return the calls of the table by their name."""
    calls: dict[str, list[Call]] = {}
    for call in table().calls:
        calls.setdefault(call.name, []).append(call)
    return calls


class _CodeFile:
    """A module or notebook, and what it names."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.scope: Scope = "dev" if _DEV.search(path) else "runtime"
        self.references: list[Reference] = []

    def add_notebook(self, text: str) -> None:
        """
        Add what the code cells of a notebook name; the line is that of the id
        in the file. Raises `ValueError` for what is no JSON.
        """
        for code, shell in code_cells(text.encode("utf-8", "replace")):
            self.add_module(code)
            self.add_lines(shell)
        self.references = [
            replace(reference, line=_line_of(reference.name, text))
            for reference in self.references
        ]

    def add_module(self, text: str) -> None:
        module = parse_module(text)
        if module is None:
            self._add_words(text)
            return
        for node in module.calls:
            self._add_call(node, module)
        for string, line in module.strings:
            self._add_written(in_string(string, line))

    def add_lines(self, text: str) -> None:
        """Add what a script or a configuration names."""
        for written in in_lines(text):
            self._add_written(written)

    def _add_written(self, written: WrittenModel | None) -> None:
        if written is None:
            return
        reference = Reference(
            kind=written.kind,
            name=written.name,
            by=written.by,
            path=self.path,
            line=written.line,
            scope=self.scope,
            hub=written.hub,
        )
        self.references.append(reference)

    def _add_words(self, text: str) -> None:
        """
        Add what can be seen in a text that is no Python 3: a call that needs
        no import to be known, with a quoted id.
        """
        for call in table().calls:
            if call.modules or not call.positions:
                continue
            name = re.escape(call.name)
            written = rf"\b{name}\(\s*[\"']([^\"'\n]+)[\"']"
            for match in re.finditer(written, text):
                line = text.count("\n", 0, match.start()) + 1
                self._add(call, match[1], line)

    def _add_call(self, node: ast.Call, module: Module) -> None:
        """Add what the first call of the table that `node` is names."""
        dotted = module.dotted_name(node.func)
        name = dotted.rpartition(".")[2]
        for call in _calls().get(name, ()):
            is_called = _comes_from(dotted, call.modules)
            if is_called and self._add_argument(call, node, module):
                return

    def _add_argument(
        self,
        call: Call,
        node: ast.Call,
        module: Module,
    ) -> bool:
        """
        Add the first argument of `node` that names something, or what is
        fixed.
        """
        if call.fixed:
            return self._add(call, call.fixed, node.lineno)
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        keywords = {name: module.string(given.get(name)) for name in _KEYWORDS}
        named = [given.get(name) for name in call.keywords]
        placed = [node.args[n : n + 1] for n in call.positions]
        for argument in (*named, *chain.from_iterable(placed)):
            text = module.string(argument)
            if (
                argument
                and text
                and self._add(call, text, argument.lineno, keywords)
            ):
                return True
        return False

    def _add(
        self,
        call: Call,
        text: str,
        line: int,
        keywords: Mapping[str, str] = _NO_KEYWORDS,
    ) -> bool:
        """
        Add the reference that a written-out argument is. Return False for what
        leads to no repository and to no folder of the project.
        """
        is_data_set = keywords.get("repo_type") == "dataset"
        reference = Reference(
            kind="dataset" if is_data_set else call.kind,
            name=text.strip(),
            call=call.name,
            path=self.path,
            line=line,
            scope=self.scope,
        )
        led = _led(reference, call, keywords)
        if led:
            self.references.append(led)
        return led is not None


def _comes_from(dotted: str, modules: Sequence[str]) -> bool:
    starts = tuple(f"{module}." for module in modules)
    return not modules or dotted.startswith(starts)


def _line_of(name: str, text: str) -> int:
    """
    Return where a notebook writes an id out: between quotes, of which JSON
    escapes one kind, or as a word of a command.
    """
    last = name.rpartition("/")[2]
    quoted = (f"'{name}", f'\\"{name}', f"'{last}", f'\\"{last}')
    for written in (*quoted, f" {name}", f" {last}"):
        offset = text.find(written)
        if offset >= 0:
            return text.count("\n", 0, offset) + 1
    return 1


# -- ids --


def _led(
    reference: Reference,
    call: Call,
    keywords: Mapping[str, str],
) -> Reference | None:
    """
    Return `reference` with where its written name leads to; None if nowhere.
    """
    name = _PREFIX.sub("", reference.name)
    # `hf-hub:org/name` is at home on the hub, whatever else the call may name.
    is_on_hub = name != reference.name
    if is_on_hub:
        name = name.partition("/blob/")[0]
    if _LOCAL.search(name) or keywords.get("source") == "local":
        is_model = call.kind == "model" and not _ADDRESS.match(reference.name)
        return _folder(reference, name) if is_model else None
    if keywords.get("repo_type") == "space" or not _is_id(name, call):
        return None
    return replace(
        reference,
        name=name if is_on_hub or call.fixed else call.id_of(name),
        hub="huggingface" if is_on_hub else call.hub,
        revision=keywords.get("revision", ""),
    )


def _is_id(name: str, call: Call) -> bool:
    if name in call.refused or _ADDRESS.match(name):
        return False
    return _ID.fullmatch(name) is not None


def _folder(reference: Reference, name: str) -> Reference | None:
    """
    Return the folder of the project that is named; None if it lies outside.
    """
    folder = os.path.normpath(name).replace(os.sep, "/")
    is_inside = folder != "." and not folder.startswith(_OUTSIDE)
    if not is_inside or not _FOLDER.fullmatch(folder):
        return None
    return replace(
        reference,
        name=folder,
        folder=True,
    )
