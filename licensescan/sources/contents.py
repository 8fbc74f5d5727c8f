"""
What any tree of files holds that bears on licenses: texts, notices, parts, natives, cards, headers.

One look at the names decides what is read. Every source (environment, wheel, sdist, jar, tree ...) calls `survey` with
the files that belong to one component.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from licensescan.model import Component, Evidence, Kind, Problem, Purl, Relation
from licensescan.reader import Files, ReadError, decode
from licensescan.sources.headers import SOURCES, headers
from licensescan.sources.places import Place, evidence_kind, needs_terms, place, suffix, tops

_INFO = re.compile(r"^[^/]+\.(?:dist-info|egg-info)/")
_LICENSE_FOLDERS = re.compile(r"^(?:licen[cs]es|license_files|LICENSES)/")
_NESTED_INFO = re.compile(r"^(.+)/([^/]+)\.(dist-info|egg-info)/(METADATA|PKG-INFO)$")
_SBOM = re.compile(r"\.(?:dist-info|egg-info)/sboms/[^/]+$")
_README = re.compile(
    r"(?i)(?:^|/)(readme|(?:[\w.-]+[-_])?model[-_]?card|model[-_]zoo)[^/]*\.(md|rst|txt|markdown)$|(?:^|/)readme$"
    r"|(?:^|/)model[-_]?cards?/[^/]+\.(md|markdown)$"
)
_NO_TERMS = re.compile(rf"{_README.pattern}|(?:^|/)(?:PKG-INFO|METADATA|DEPENDENCIES(?:\.txt)?)$")
"""Names whose files are read otherwise, or are lists of what is elsewhere: Maven writes the licenses of a project's
dependencies into each of its jars, DEPENDENCIES, and they are not in the jar."""
_JARS = (".jar", ".war")
_METADATA = ("/METADATA", "/PKG-INFO")
_PROSE = frozenset(
    "txt md rst dat text html htm bin lic license licence log cfg doc rtf tex adoc org info man nfo csv tsv".split()
) | {""}
_HIDDEN = re.compile(
    rb"(?i)GNU (?:Affero |Lesser |Library )?General Public License|non-?commercial|TERMS AND CONDITIONS FOR USE"
    rb"|end user license|Permission is hereby granted|Redistribution and use in source|licensed under"
)
_WEIGHTS = (".gguf", ".safetensors", ".onnx", ".mlmodel")
_TOP_INFO = re.compile(r"^[^/]+\.dist-info/METADATA$")
_ARCHIVES = 100
_SILENT = ("notice", "coordinates", "readme", "readme-nested")
"""Evidence that does not say by itself which license a jar is under."""
_PEEK_FILES = 400
"""Prose files under other names that are looked into, per component: enough for any real package's data folder."""

_HIDDEN_APART = 3
_HIDDEN_SHOWN = 8
_PEEK_BYTES = 256 << 10


@dataclass(slots=True)
class Contents:
    """What `survey` found: the component's own evidence, its parts, and what could not be read."""

    evidence: list[Evidence] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


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

    `licenses` are the paths that metadata names as license files; `prefix` is the folder that is the component's own
    top (an sdist's `name-version/`), taken off before places are judged. Own texts become evidence, texts in a place
    of their own become parts. With `natives_by_name` no library is opened. Never raises for a bad file: it becomes a
    problem.
    """
    found = _Survey(files, paths, purl, name, licenses, prefix)
    return found.run(with_headers=with_headers, with_natives=with_natives, natives_by_name=natives_by_name)


class _Survey:
    """One walk over the names of a component; a class because its dozen steps share the same six things."""

    def __init__(
        self, files: Files, paths: Collection[str], purl: Purl, name: str, licenses: Sequence[str], prefix: str
    ) -> None:
        self.files = files
        self.paths = sorted(paths)
        self.purl = purl
        self.name = name
        self.licenses = set(licenses)
        self.prefix = prefix
        outside = [p for p in (self._inner(p) for p in self.paths) if not _INFO.match(p)]
        self.home, self.own = tops(outside, name)
        self.contents = Contents()
        self.grouped: dict[tuple[str, str], tuple[Place, list[Evidence]]] = {}

    def run(self, *, with_headers: bool, with_natives: bool, natives_by_name: bool) -> Contents:
        nested = self._nested_packages()
        rest = [p for p in self.paths if not any(p.startswith(n) for n in nested)]
        seen = self._texts(rest)
        self._cards(rest)
        self._registries(rest)
        self._weights(rest)
        self._sboms(rest)
        if with_natives:
            self._natives(rest, by_name=natives_by_name)
        self._jars(rest)
        self._archives(rest)
        self._hidden([p for p in rest if p not in seen])
        if with_headers:
            self.contents.evidence += headers(self.files, (p for p in rest if suffix(p) in SOURCES))
        for (part, _folder), (where, evidence) in self.grouped.items():
            self.contents.parts.append(self._part(part, where.kind, where.relation, evidence))
        return self.contents

    def _inner(self, path: str) -> str:
        return path[len(self.prefix) :] if self.prefix and path.startswith(self.prefix) else path

    def _part(
        self, name: str, kind: Kind, relation: Relation, evidence: Iterable[Evidence], note: str = ""
    ) -> Component:
        items = tuple(evidence)
        path = items[0].path if items else ""
        return Component(
            purl=Purl(f"{self.purl}#{path}"),
            name=name,
            version="",
            kind=kind,
            relation=relation,
            path=path,
            evidence=items,
            note=note,
        )

    def _texts(self, paths: Iterable[str]) -> set[str]:
        """Read every license-like file and give it to the component or to a part."""
        seen = set()
        for path in paths:
            inner = self._inner(path)
            in_info = _INFO.match(inner)
            if in_info:
                if "/sboms/" in inner:
                    continue
                inner = inner[in_info.end() :]
                folder = _LICENSE_FOLDERS.match(inner)
                if not folder and path not in self.licenses and evidence_kind(inner.rsplit("/", 1)[-1]) is None:
                    continue
                inner = inner[folder.end() :] if folder else inner
                where = place(inner, home=self.home, own=self.own, declared=bool(folder) or path in self.licenses)
            else:
                where = place(inner, home=self.home, own=self.own, declared=path in self.licenses)
            if where is None or (where.evidence == "license-file" and _is_readme(path)):
                # A README that metadata list as a license file is prose all the same.
                continue
            seen.add(path)
            evidence = self._read(path, where.evidence, named=path in self.licenses or not where.part)
            if evidence is None or (needs_terms(path.rsplit("/", 1)[-1]) and not _reads_like_terms(evidence)):
                continue
            if where.part:
                key = (where.part, where.folder)
                self.grouped.setdefault(key, (where, []))[1].append(evidence)
            else:
                self.contents.evidence.append(evidence)
        return seen

    def _read(self, path: str, kind: str, *, named: bool) -> Evidence | None:
        try:
            data = self.files.read(path)
        except ReadError as error:
            if error.problem.rule != "evidence-missing" or path in self.licenses:
                self.contents.problems.append(error.problem)
            return None
        decoded = decode(data.data)
        if data.truncated and (named or not decoded.binary):
            self._problem("evidence-truncated", path, f"{data.size} bytes: only head, tail and samples were read")
        if decoded.binary:
            if named:
                self._problem("evidence-unreadable", path, "is not a text")
            return None
        if not decoded.text.strip():
            if path in self.licenses and evidence_kind(path.rsplit("/", 1)[-1]) == "license-file":
                self._problem("evidence-missing", path, "the metadata names this license file, and it is empty")
            return Evidence(kind=kind, path=path, sha256=data.sha256, text="")
        return Evidence(kind=kind, path=path, sha256=data.sha256, text=decoded.text)

    def _problem(self, rule: str, path: str, message: str) -> None:
        self.contents.problems.append(Problem(rule=rule, path=path, message=message))

    def _nested_packages(self) -> list[str]:
        """Packages vendored with their metadata: one part each, its own files taken out of the whole's."""
        from licensescan.metadata import read_metadata

        prefixes = []
        for path in self.paths:
            found = _NESTED_INFO.match(self._inner(path)) if path.endswith(_METADATA) else None
            if not found:
                continue
            folder = path[: path.rindex("/") + 1]
            try:
                metadata = read_metadata(self.files.read(path).data, path)
            except ReadError as error:
                self.contents.problems.append(error.problem)
                continue
            prefixes.append(folder)
            evidence = list(metadata.evidence)
            for other in self.paths:
                if other.startswith(folder) and evidence_kind(other.rsplit("/", 1)[-1]):
                    text = self._read(other, "license-file", named=True)
                    evidence += [text] if text else []
            name = metadata.name or found.group(2).split("-")[0]
            part = self._part(name, "package", "vendored", evidence)
            self.contents.parts.append(replace(part, version=metadata.version, path=folder.rstrip("/")))
        return prefixes

    def _cards(self, paths: Iterable[str]) -> None:
        """Model cards, model registries and READMEs: front matter makes a part, prose is evidence."""
        from licensescan import cards

        for path in paths:
            base = path.rsplit("/", 1)[-1]
            if _is_readme(path):
                self._readme(path, base)
            elif base in (".models.json", "models.json", "model_index.json", "meta.json", "MLmodel"):
                try:
                    data = self.files.read(path, 4 << 20)
                except ReadError:
                    continue
                found, problems = cards.registry(data.data, path)
                self.contents.problems += problems
                for entry in found:
                    self.contents.parts.append(replace(self._part(entry.name, "model", "weights", entry.evidence)))

    def _registries(self, paths: Sequence[str]) -> None:
        """Weights that a package lists in its code: a part for each license."""
        from licensescan.families import registries_of
        from licensescan.names import interpret
        from licensescan.sources.registry import Listed, entries

        for registry in registries_of(self.name):
            if registry.files.endswith(".json"):
                continue  # read with the other cards
            grouped: dict[str, list[Listed]] = {}
            for entry in entries(self.files, paths, registry):
                # Names that mean nothing here are one open question, not one for each.
                known = interpret(entry.license, context="huggingface").expression
                grouped.setdefault(str(known or ""), []).append(entry)
            for _, listed in sorted(grouped.items()):
                first = {entry.license: entry for entry in reversed(listed)}
                evidence = [
                    Evidence(kind="model-card", path=e.path, value=e.license, lines=(e.line, e.line))
                    for e in reversed(first.values())
                ]
                more = f" and {len(listed) - 1} more" if len(listed) > 1 else ""
                self.contents.parts.append(self._part(f"{listed[0].name}{more}", "model", "weights", evidence))

    def _weights(self, paths: Iterable[str]) -> None:
        """What the headers of weights say of themselves: a license is a part's, a header that is none a problem."""
        for path in paths:
            if path.endswith(_WEIGHTS):
                from licensescan.weights import read_header

                header = read_header(self.files, path)
                self.contents.problems += header.problems
                if header.evidence:
                    name = header.name or path.rsplit("/", 1)[-1]
                    self.contents.parts.append(self._part(name, "model", "weights", header.evidence))

    def _readme(self, path: str, base: str) -> None:
        from licensescan import cards

        try:
            data = self.files.read(path)
        except ReadError:
            return
        text = decode(data.data).text
        folder = self._inner(path).rpartition("/")[0]
        beside = any(p.rpartition("/")[0] == path.rpartition("/")[0] and p.endswith(_WEIGHTS) for p in self.paths)
        if beside and (not text.strip() or cards.is_broken(text)):
            self._problem("metadata-invalid", path, "the card beside the weights cannot be read")
        if not text:
            return
        if data.truncated:
            self._problem("evidence-truncated", path, f"{data.size} bytes: only head, tail and samples were read")
        own = folder in self.home or _INFO.match(self._inner(path)) is not None
        if text.lstrip("\ufeff").startswith("---"):
            card = cards.front_matter(text, path)
            self.contents.problems += card.problems
            if card.evidence:
                name = folder.rsplit("/", 1)[-1] or base
                self.contents.parts.append(self._part(name, "model", "weights", card.evidence))
        if own:
            self.contents.evidence.append(Evidence(kind="readme", path=path, sha256=data.sha256, text=text))
        elif re.search(r"(?i)licen[cs]|non-?commercial", text):
            self.contents.evidence.append(Evidence(kind="readme-nested", path=path, sha256=data.sha256, text=text))

    def _sboms(self, paths: Iterable[str]) -> None:
        from licensescan.sources.sbom import parts_of_sbom

        for path in paths:
            if "/sboms/" in path and _SBOM.search(path):
                try:
                    data = self.files.read(path, 8 << 20)
                except ReadError as error:
                    self.contents.problems.append(error.problem)
                    continue
                found, problems = parts_of_sbom(data.data, path, self.purl)
                self.contents.parts += found
                self.contents.problems += problems

    def _natives(self, paths: Sequence[str], *, by_name: bool) -> None:
        from licensescan import natives

        found, problems = natives.parts(self.files, paths, purl=self.purl, own=self.own, by_name=by_name)
        self.contents.parts += found
        self.contents.problems += problems

    def _jars(self, paths: Iterable[str]) -> None:
        """Each jar is a part, and so is what it holds; jars called like the component are content of its own too."""
        own: list[Component] = []
        for path in paths:
            if not path.lower().endswith(_JARS):
                continue
            from licensescan.sources import jar

            try:
                inside = self.files.nested(path)
            except ReadError as error:
                if error.problem.rule != "evidence-missing":
                    self.contents.problems.append(error.problem)
                continue
            for found in jar.components(inside, path):
                whole = hoisted(replace(found, path="", relation="bundled"), self.purl, path)
                if re.fullmatch(rf"{re.escape(self.name)}(?:[-_.].*)?", whole.name, re.IGNORECASE):
                    own.append(whole)
                    if not whole.problems and all(e.kind in _SILENT for e in whole.evidence):
                        # The component's own code in another form: its license is the component's.
                        self.contents.parts += whole.parts
                        continue
                self.contents.parts += [replace(whole, parts=()), *whole.parts]
        self.contents.evidence += _votes(own)

    def _archives(self, paths: Iterable[str]) -> None:
        """Wheels and zips that are carried along: a part each, if metadata or a license file is in it."""
        from licensescan.metadata import read_metadata

        for path in [p for p in paths if p.lower().endswith((".whl", ".zip"))][:_ARCHIVES]:
            evidence: list[Evidence] = []
            name = path.rsplit("/", 1)[-1]
            try:
                inside = self.files.nested(path)
                for member in inside.paths():
                    base = member.rsplit("/", 1)[-1]
                    if _TOP_INFO.match(member):
                        metadata = read_metadata(inside.read(member).data, f"{path}/{member}")
                        name = metadata.name or name
                        evidence += [e for e in metadata.evidence if e.kind != "readme"]
                    elif (
                        evidence_kind(base) == "license-file"
                        and (text := decode(inside.read(member).data).text).strip()
                    ):
                        evidence.append(Evidence(kind="license-file", path=f"{path}/{member}", text=text))
            except ReadError as error:
                if error.problem.rule == "archive-unsafe":
                    self.contents.problems.append(replace(error.problem, path=path))
                continue
            self.contents.problems += [replace(p, path=f"{path}/{p.path}") for p in inside.problems]
            if evidence:
                self.contents.parts.append(replace(self._part(name, "package", "bundled", evidence), path=path))

    def _hidden(self, paths: Iterable[str]) -> None:
        """Prose under another name whose first bytes read like a license: terms are not always where they belong."""
        looked = 0
        found: dict[str, list[Evidence]] = {}
        for path in paths:
            inner = self._inner(path)
            if suffix(path.rsplit("/", 1)[-1]) not in _PROSE or _INFO.match(inner) or _NO_TERMS.search(inner):
                continue
            looked += 1
            if looked > _PEEK_FILES:
                break
            try:
                head = self.files.read_at(path, 0, 4096)
            except ReadError:
                continue
            if head.startswith(b"#!") or _is_table(head) or not _HIDDEN.search(head):
                continue
            try:
                if self.files.size(path) > _PEEK_BYTES:
                    continue
            except ReadError:
                continue
            evidence = self._read(path, "hidden-text", named=False)
            if evidence:
                found.setdefault(path.rpartition("/")[0], []).append(evidence)
        for folder, texts in found.items():
            # Many in one folder are data files with a common header: one part, not hundreds.
            for part, several in [(folder, texts)] if len(texts) > _HIDDEN_APART else [(t.path, [t]) for t in texts]:
                where = Place(evidence="hidden-text", part=part, relation="vendored")
                self.grouped.setdefault((part, part), (where, []))[1].extend(several[:_HIDDEN_SHOWN])


def _is_table(head: bytes) -> bool:
    """Whether each of the first rows has the same number of tabs: columns of data, not sentences."""
    rows = [row for row in head.split(b"\n")[:-1] if row.strip() and not row.startswith(b"#")][:20]
    return len(rows) > 2 and len({row.count(b"\t") for row in rows}) == 1 and rows[0].count(b"\t") > 0


def _reads_like_terms(evidence: Evidence) -> bool:
    return _HIDDEN.search((evidence.text or "").encode("utf-8", "replace")) is not None


def _is_readme(path: str) -> bool:
    """Whether a file is a README or model card by its name; most are dismissed by the words that are not in it."""
    lower = path.lower()
    return ("readme" in lower or "model" in lower) and _README.search(path) is not None


def hoisted(part: Component, whole: Purl, container: str) -> Component:
    """A part of a container as a part of the whole: its paths begin with the container's."""

    def moved(path: str) -> str:
        return path if path.startswith(container) else f"{container}/{path}".rstrip("/")

    coordinates = Evidence(kind="coordinates", path=moved(part.path), value=part.purl)
    own = (coordinates,) if part.purl.startswith("pkg:maven/") and "#" not in part.purl else ()
    return replace(
        part,
        purl=Purl(f"{whole}#{moved(part.path)}"),
        path=moved(part.path),
        evidence=(*(replace(e, path=moved(e.path)) for e in part.evidence), *own),
        parts=tuple(hoisted(p, whole, container) for p in part.parts),
        problems=tuple(replace(p, path=moved(p.path)) for p in part.problems),
    )


def _votes(jars: Sequence[Component]) -> list[Evidence]:
    """What the POMs of a component's own jars say, as headers: each jar is a vote."""
    said: dict[str, list[Evidence]] = {}
    for item in (e for whole in jars for e in _once(whole.evidence)):
        said.setdefault(item.value, []).append(item)
    return [
        replace(items[0], kind="spdx-tag" if items[0].kind == "spdx-tag" else "source-header", share=(n, len(jars)))
        for items in said.values()
        for n in (len(items),)
    ]


def _once(evidence: Iterable[Evidence]) -> Iterable[Evidence]:
    return {e.value: e for e in evidence if e.kind in ("spdx-tag", "pom")}.values()
