"""
What any tree of files holds that bears on licenses: texts, notices, parts, natives,
cards, headers.

One look at the names decides what is read. Every source (environment, wheel, sdist,
jar, tree ...) calls `survey` with the files that belong to one component.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from licensescan.collect.survey import bundled_libraries as natives
from licensescan.collect.survey import containers as carried
from licensescan.collect.survey import model_files as learned
from licensescan.collect.survey.file_roles import (
    Place,
    evidence_kind,
    needs_terms,
    place,
    suffix,
    tops,
)
from licensescan.collect.survey.source_headers import SOURCES, headers
from licensescan.collect.survey.tree import INFO, Contents, Tree, read_text
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Component, Evidence, Purl
from licensescan.reader import Files, ReadError

_LICENSE_FOLDERS = re.compile(r"^(?:licen[cs]es|license_files|LICENSES)/")
_NO_TERMS = re.compile(
    rf"{learned.README.pattern}|(?:^|/)(?:PKG-INFO|METADATA|DEPENDENCIES(?:\.txt)?)$"
)
"""
Names whose files are read otherwise, or are lists of what is elsewhere: Maven writes
the licenses of a project's dependencies into each of its jars, DEPENDENCIES, and they
are not in the jar.
"""

_PROSE = frozenset(
    "txt md rst dat text html htm bin lic license licence log cfg doc rtf tex adoc org info man nfo csv tsv".split()
) | {""}
_HIDDEN = re.compile(
    rb"gnu (?:affero |lesser |library )?general public license|non-?commercial|terms and conditions for use"
    rb"|end user license|permission is hereby granted|redistribution and use in source|licensed under"
)
_PEEK_FILES = 400
"""
Prose files under other names that are looked into, per component: enough for any real
package's data folder.
"""

_HIDDEN_APART = 3
_HIDDEN_SHOWN = 8
_PEEK_BYTES = 256 << 10


def survey(
    files: Files,
    paths: Collection[str],
    *,
    purl: Purl,
    name: str,
    licenses: Sequence[str] = (),
    prefix: str = "",
    with_headers: bool = True,
    with_natives: bool = True,
    natives_by_name: bool = False,
) -> Contents:
    """
    Find everything in `paths` that says or implies a license.

    `licenses` are the paths that metadata names as license files; `prefix` is the
    folder that is the component's own top (an sdist's `name-version/`), taken off
    before places are judged. Own texts become evidence, texts in a place of their own
    become parts. With `natives_by_name` no library is opened. Never raises for a bad
    file: it becomes a problem.
    """
    tree = Tree(files, tuple(sorted(paths)), purl, name, prefix)
    home, own = tops(
        [p for p in map(tree.inner, tree.paths) if not INFO.match(p)], name
    )
    contents = Contents()
    nested = tuple(carried.packages(tree, contents))
    rest = (
        [p for p in tree.paths if not p.startswith(nested)]
        if nested
        else list(tree.paths)
    )
    texts = _Texts(tree, contents, home, own, frozenset(licenses))
    seen = texts.look(rest)
    learned.cards(tree, rest, home, contents)
    learned.registries(tree, rest, contents)
    learned.weights(tree, rest, contents)
    carried.sboms(tree, rest, contents)
    if with_natives:
        libraries, problems = natives.parts(
            files, rest, purl=purl, own=own, by_name=natives_by_name
        )
        contents.parts += libraries
        contents.problems += problems
    carried.jars(tree, rest, contents)
    carried.archives(tree, rest, contents)
    texts.look_for_hidden([p for p in rest if p not in seen])
    if with_headers:
        contents.evidence += headers(files, (p for p in rest if suffix(p) in SOURCES))
    contents.parts += texts.parts()
    return contents


class _Texts:
    """
    The license-like files of a component; a class because what lies in one place
    becomes one part.
    """

    def __init__(
        self,
        tree: Tree,
        contents: Contents,
        home: Collection[str],
        own: Collection[str],
        licenses: Collection[str],
    ) -> None:
        self.tree = tree
        self.contents = contents
        self.home = home
        self.own = own
        self.licenses = licenses
        self.grouped: dict[tuple[str, str], tuple[Place, list[Evidence]]] = {}

    def parts(self) -> list[Component]:
        """A part for each place that is not the component's own."""
        self._own_the_only_one()
        grouped = self.grouped.items()
        return [
            self.tree.part(part, where.kind, where.relation, found)
            for (part, _folder), (where, found) in grouped
        ]

    def _own_the_only_one(self) -> None:
        """
        The only license file that metadata lists is the component's own, whatever its
        name says (`LI_en.txt`); and so is the only one outside the folders for the work
        of others, whatever its folder is called (`legal/LICENSE`).
        """
        if any(e.kind == EvidenceKind.LICENSE_FILE for e in self.contents.evidence):
            return
        own = [
            key
            for key, (where, found) in self.grouped.items()
            if len(found) == 1
            and found[0].path in self.licenses
            and where.kind == "source"
            if not where.others
            or (len(self.licenses) == 1 and _is_nameless(found[0].path))
        ]
        if len(own) == 1:
            self.contents.evidence += self.grouped.pop(own[0])[1]

    def look(self, paths: Iterable[str]) -> set[str]:
        """Read every license-like file and give it to the component or to a part."""
        seen = set()
        for path in paths:
            inner = self.tree.inner(path)
            in_info = INFO.match(inner)
            if in_info:
                if "/sboms/" in inner:
                    continue
                inner = inner[in_info.end() :]
                folder = _LICENSE_FOLDERS.match(inner)
                if (
                    not folder
                    and path not in self.licenses
                    and evidence_kind(inner.rsplit("/", 1)[-1]) is None
                ):
                    continue
                inner = inner[folder.end() :] if folder else inner
                where = place(
                    inner,
                    home=self.home,
                    own=self.own,
                    declared=bool(folder) or path in self.licenses,
                )
            else:
                where = place(
                    inner, home=self.home, own=self.own, declared=path in self.licenses
                )
            if where is None or (
                where.evidence == EvidenceKind.LICENSE_FILE and learned.is_readme(path)
            ):
                # A README that metadata list as a license file is prose all the same.
                continue
            seen.add(path)
            evidence = self._read(
                path, where.evidence, named=path in self.licenses or not where.part
            )
            if evidence is None or (
                needs_terms(path.rsplit("/", 1)[-1]) and not _reads_like_terms(evidence)
            ):
                continue
            if where.part:
                key = (where.part, where.folder)
                self.grouped.setdefault(key, (where, []))[1].append(evidence)
            else:
                self.contents.evidence.append(evidence)
        return seen

    def _read(self, path: str, kind: EvidenceKind, *, named: bool) -> Evidence | None:
        return read_text(
            self.tree,
            self.contents,
            path,
            kind,
            named=named,
            promised=path in self.licenses,
        )

    def look_for_hidden(self, paths: Iterable[str]) -> None:
        """
        Prose under another name whose first bytes read like a license: terms are not
        always where they belong.
        """
        looked = 0
        found: dict[str, list[Evidence]] = {}
        for path in paths:
            inner = self.tree.inner(path)
            if (
                suffix(path.rsplit("/", 1)[-1]) not in _PROSE
                or INFO.match(inner)
                or _NO_TERMS.search(inner)
            ):
                continue
            looked += 1
            if looked > _PEEK_FILES:
                break
            try:
                head = self.tree.files.read_at(path, 0, 4096)
            except ReadError:
                continue
            if (
                head.startswith(b"#!")
                or _is_table(head)
                or not _HIDDEN.search(head.lower())
            ):
                continue
            try:
                if self.tree.files.size(path) > _PEEK_BYTES:
                    continue
            except ReadError:
                continue
            evidence = self._read(path, EvidenceKind.HIDDEN_TEXT, named=False)
            if evidence:
                found.setdefault(path.rpartition("/")[0], []).append(evidence)
        for folder, texts in found.items():
            # Many in one folder are data files with a common header: one part, not
            # hundreds.
            for part, several in (
                [(folder, texts)]
                if len(texts) > _HIDDEN_APART
                else [(t.path, [t]) for t in texts]
            ):
                where = Place(
                    evidence=EvidenceKind.HIDDEN_TEXT, part=part, relation="vendored"
                )
                self.grouped.setdefault((part, part), (where, []))[1].extend(
                    several[:_HIDDEN_SHOWN]
                )


def _is_nameless(path: str) -> bool:
    """Whether only metadata say that the file at `path` holds a license."""
    return evidence_kind(path.rsplit("/", 1)[-1]) is None


def _is_table(head: bytes) -> bool:
    """
    Whether each of the first rows has the same number of tabs: columns of data, not
    sentences.
    """
    rows = [
        row
        for row in head.split(b"\n")[:-1]
        if row.strip() and not row.startswith(b"#")
    ][:20]
    return (
        len(rows) > 2
        and len({row.count(b"\t") for row in rows}) == 1
        and rows[0].count(b"\t") > 0
    )


def _reads_like_terms(evidence: Evidence) -> bool:
    return (
        _HIDDEN.search((evidence.text or "").lower().encode("utf-8", "replace"))
        is not None
    )
