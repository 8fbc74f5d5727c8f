"""
Read the license-like files of a component, and the prose under other names
that reads like a license; what lies in a folder of its own becomes a part.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from licensescan.collect.survey import model_files
from licensescan.collect.survey.file_roles import (
    FileRole,
    base_name,
    evidence_kind,
    needs_terms,
    role_of,
    suffix,
)
from licensescan.collect.survey.tree import INFO, Contents, Tree, read_text
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.reasons import Reason
from licensescan.model.types import Component, Evidence
from licensescan.reader import ReadError, speaks

_LICENSE_FOLDERS = re.compile(r"^(?:licen[cs]es|license_files|LICENSES)/")
_NO_TERMS = re.compile(
    rf"{model_files.README.pattern}"
    r"|(?:^|/)(?:PKG-INFO|METADATA|DEPENDENCIES(?:\.txt)?)$"
)
"""
Names whose files are read otherwise, or are lists of what is elsewhere: Maven
writes the licenses of a project's dependencies into each of its jars,
DEPENDENCIES, and they are not in the jar.
"""

_PROSE = frozenset(
    "txt md rst dat text html htm bin lic license licence log cfg doc rtf tex adoc org info man nfo csv tsv".split()
) | {""}
_TERMS = re.compile(
    rb"gnu (?:affero |lesser |library )?general public license|non-?commercial|terms and conditions for use"
    rb"|end user license|permission is hereby granted|redistribution and use in source|licensed under"
)
_HIDDEN_APART = 3
"""Hidden texts in one folder up to which each is a part of its own."""

_HIDDEN_SHOWN = 8
"""Hidden texts of one folder that are kept; that there are more is told."""

_HEAD_BYTES = 4096
"""Bytes by which a binary file is known."""

_PIECE = 256 << 10
"""Bytes of a file under another name that are searched at once."""

_OVERLAP = 256
"""Bytes that are searched again with the next piece."""

_MOST = 64 << 20
"""
Bytes of a file under another name beyond which the rest is not searched: told.
"""

_ROWS = 20
"""Rows by which a table is known."""


@dataclass(slots=True)
class _Group:
    """The texts that speak for one part."""

    role: FileRole
    texts: list[Evidence] = field(default_factory=list)


class LicenseTexts:
    """
    The license-like files of a component: its own go to `contents`, all others
    are grouped by part and folder until `parts` is called.
    """

    def __init__(
        self,
        tree: Tree,
        contents: Contents,
        home: Collection[str],
        own_names: Collection[str],
        licenses: Collection[str],
    ) -> None:
        self._tree = tree
        self._contents = contents
        self._home = home
        self._own_names = own_names
        self._licenses = licenses
        self._groups: dict[tuple[str, str], _Group] = {}

    def parts(self) -> list[Component]:
        """Return a part for each group that is not the component's own."""
        self._take_the_only_one()
        return [
            self._tree.part(
                name, group.role.kind, group.role.relation, group.texts
            )
            for (name, _folder), group in self._groups.items()
        ]

    def _take_the_only_one(self) -> None:
        """
        Give the only license file that metadata lists to the component,
        whatever its name says (`LI_en.txt`); and so the only one outside the
        folders for the work of others, whatever its folder is called
        (`legal/LICENSE`).
        """
        evidence = self._contents.evidence
        if any(e.kind == EvidenceKind.LICENSE_FILE for e in evidence):
            return
        keys = [
            key for key, group in self._groups.items() if self._is_own(group)
        ]
        if len(keys) == 1:
            evidence += self._groups.pop(keys[0]).texts

    def _is_own(self, group: _Group) -> bool:
        if len(group.texts) != 1 or group.role.kind != "source":
            return False
        path = group.texts[0].path
        if path not in self._licenses:
            return False
        is_nameless = evidence_kind(base_name(path)) is None
        is_only = len(self._licenses) == 1 and is_nameless
        return is_only or not group.role.others

    def read(self, paths: Iterable[str]) -> set[str]:
        """
        Read every license-like file and give it to the component or to a part.
        Returns the paths that were read.
        """
        read = set()
        for path in paths:
            role = self._role_of(path)
            if role is None:
                continue
            read.add(path)
            is_named = path in self._licenses or not role.part
            text = self._read(path, role.evidence, named=is_named)
            if text is None:
                continue
            if _is_license(text):
                self._add(text, role)
            else:
                self._contents.leave_out([path], Reason.NOT_LIKE_TERMS)
        return read

    def _role_of(self, path: str) -> FileRole | None:
        """
        Return for whom the file at `path` speaks. A README that metadata list
        as a license file is prose all the same: None.
        """
        inner = self._tree.inner(path)
        declared = path in self._licenses
        info = INFO.match(inner)
        if info:
            if "/sboms/" in inner:
                return None
            inner = inner[info.end() :]
            folder = _LICENSE_FOLDERS.match(inner)
            if folder:
                inner = inner[folder.end() :]
                declared = True
            elif not declared and evidence_kind(base_name(inner)) is None:
                return None
        role = role_of(
            inner,
            home=self._home,
            own_names=self._own_names,
            declared=declared,
        )
        if role is None or role.evidence != EvidenceKind.LICENSE_FILE:
            return role
        if not model_files.is_readme(path):
            return role
        self._contents.leave_out([path], Reason.README_AS_LICENSE)
        return None

    def _read(
        self, path: str, kind: EvidenceKind, *, named: bool
    ) -> Evidence | None:
        return read_text(
            self._tree,
            self._contents,
            path,
            kind,
            named=named,
            promised=path in self._licenses,
        )

    def _add(self, text: Evidence, role: FileRole) -> None:
        if role.part:
            self._group(role).texts.append(text)
        else:
            self._contents.evidence.append(text)

    def _group(self, role: FileRole) -> _Group:
        return self._groups.setdefault((role.part, role.folder), _Group(role))

    def look_for_hidden(self, paths: Iterable[str]) -> None:
        """
        Read prose under other names that reads like a license: terms are not
        always where they belong.
        """
        by_folder: dict[str, list[Evidence]] = {}
        for path in filter(self._is_prose, paths):
            text = self._hidden(path)
            if text:
                by_folder.setdefault(path.rpartition("/")[0], []).append(text)
        for folder, texts in by_folder.items():
            for part, group in _grouped(folder, texts):
                role = FileRole(
                    evidence=EvidenceKind.HIDDEN_TEXT,
                    part=part,
                    folder=part,
                    relation="vendored",
                )
                self._group(role).texts += group[:_HIDDEN_SHOWN]
                self._tell_more([text.path for text in group[_HIDDEN_SHOWN:]])

    def _tell_more(self, paths: Sequence[str]) -> None:
        """
        Tell of files of one folder that read like licenses and are not kept.
        """
        if paths:
            self._contents.leave_out(paths, Reason.MANY_FILES)
            message = (
                f"{len(paths)} more files read like licenses and were not read"
            )
            self._contents.problem(
                RuleId.EVIDENCE_TRUNCATED, paths[0], message
            )

    def _is_prose(self, path: str) -> bool:
        if suffix(base_name(path)) not in _PROSE:
            return False
        inner = self._tree.inner(path)
        return not INFO.match(inner) and not _NO_TERMS.search(inner)

    def _hidden(self, path: str) -> Evidence | None:
        try:
            if not self._has_terms(path):
                return None
        except ReadError as error:
            if error.problem.rule != RuleId.EVIDENCE_MISSING:
                self._contents.problems.append(error.problem)
            return None
        return self._read(path, EvidenceKind.HIDDEN_TEXT, named=False)

    def _has_terms(self, path: str) -> bool:
        """
        Return True if the file has the words of a license anywhere; not a
        script or a table. Raises `ReadError` when it is too large to search.
        """
        head = self._tree.files.read_at(path, 0, _PIECE)
        if b"\0" in head[:_HEAD_BYTES] and not _is_wide(head):
            return False
        if not any(map(_speaks_of_terms, self._pieces(path))):
            return False
        is_prose = not (head.startswith(b"#!") or _is_table(head))
        if not is_prose:
            self._contents.leave_out([path], Reason.SCRIPT_OR_TABLE)
        return is_prose

    def _pieces(self, path: str) -> Iterator[bytes]:
        """
        Yield the file in pieces that overlap. Raises `ReadError` when it is
        too large to be searched to its end.
        """
        files = self._tree.files
        step = _PIECE - _OVERLAP
        searched = 0
        for offset in range(0, _MOST, step):
            data = files.read_at(path, offset, _PIECE)
            yield data
            searched = offset + len(data)
            if len(data) < _PIECE:
                break
        # The size is asked for where there is more than one piece: most files
        # are one.
        size = files.size(path) if searched >= _PIECE else searched
        if searched < size:
            message = f"{size} bytes: only the first {searched} were searched"
            raise ReadError(RuleId.EVIDENCE_TRUNCATED, path, message)


def _speaks_of_terms(data: bytes) -> bool:
    return speaks(data) and _TERMS.search(data.lower()) is not None


def _grouped(
    folder: str, texts: list[Evidence]
) -> Iterator[tuple[str, list[Evidence]]]:
    """
    Yield the hidden texts of one folder with the name of their part. Many in
    one folder are data files with a common header: one part, not hundreds.
    """
    if len(texts) > _HIDDEN_APART:
        yield folder, texts
    else:
        yield from ((text.path, [text]) for text in texts)


def _is_wide(head: bytes) -> bool:
    """Return True for UTF-16, in which a plain word is none of bytes."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _is_table(head: bytes) -> bool:
    """
    Return True if each of the first rows has the same number of tabs, or one
    word alone: columns of data or a vocabulary, not sentences.
    """
    lines = head.split(b"\n")[:-1]
    rows = [
        line for line in lines if line.strip() and not line.startswith(b"#")
    ]
    tabs = {row.count(b"\t") for row in rows[:_ROWS]}
    if len(rows) > _ROWS and all(len(row.split()) == 1 for row in rows):
        return True  # a list of words
    return len(rows) > 2 and len(tabs) == 1 and tabs != {0}


def _is_license(text: Evidence) -> bool:
    """
    Return False for a script or a list of authors that does not read like
    terms.
    """
    if not needs_terms(base_name(text.path)):
        return True
    words = (text.text or "").lower().encode("utf-8", "replace")
    return _TERMS.search(words) is not None
