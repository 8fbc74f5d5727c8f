"""
An installed Python environment, read from the outside: every distribution in it, whole
or broken.

One listing of the site folder and one pass over each RECORD say which file belongs to
whom. Files that no RECORD lists but that stand in a distribution's folders belong to it
too: RECORD is a claim, the tree is the fact.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from licensescan.collect.formats.core_metadata import (
    Metadata,
    egg_requires,
    read_metadata,
)
from licensescan.collect.formats.record import WRITERS, read_record
from licensescan.collect.python import egg
from licensescan.collect.python.discover import Environment
from licensescan.collect.python.wheel import plain_version
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import RuleId
from licensescan.model.types import Component, Evidence, Problem, Purl
from licensescan.reader import (
    RECORD_BYTES,
    FolderFiles,
    ReadError,
    decode,
    escapes,
    load_json,
)
from licensescan.reader.inputs import is_file, is_folder
from licensescan.standards.purl import purl
from licensescan.standards.requirements import canonical

_INFO = (".dist-info", ".egg-info")
_SCHEME = re.compile(
    r"^(?:\.\./){1,5}(?:bin|Scripts|share|etc|include|lib|lib64|Lib|man|sbin|libexec|var|opt|src)/"
)
_LICENSE_PLACES = ("licenses/", "", "license_files/", "LICENSES/")
_PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg")


def collect(environment: Environment) -> Iterator[Component]:
    """
    Each distribution of `environment`, in order of name; a broken one is named by its
    folder and says what is broken.

    Two distributions of one name are both given, with a `metadata-invalid` problem on
    each.
    """
    found: list[Component] = []
    for site in (*environment.sites, *environment.system):
        found += _Site(site, environment).components()
    if environment.conda:
        from licensescan.collect.python import conda

        found = conda.merge(found, environment.prefix)
    names = Counter(canonical(c.name) for c in found)
    shadowed = {canonical(c.name) for c in found if names[canonical(c.name)] > 1}
    for component in sorted(
        found, key=lambda c: (canonical(c.name), c.version, c.path)
    ):
        if canonical(component.name) in shadowed and not _same_everywhere(
            component, found
        ):
            message = f"{names[canonical(component.name)]} distributions of this name are installed"
            twice = Problem(
                rule=RuleId.METADATA_INVALID, path=component.path, message=message
            )
            component = replace(component, problems=(*component.problems, twice))
        yield component


def _same_everywhere(component: Component, found: list[Component]) -> bool:
    """
    A system package that the environment has again at the same version is shadowed, not
    doubled.
    """
    same = [c for c in found if canonical(c.name) == canonical(component.name)]
    return len({c.version for c in same}) == 1 and len({c.path for c in same}) == 1


def _depth(site: str, prefix: str) -> int:
    """
    How many folders below its prefix a site is; by its name where the prefix is not
    known (`lib/pythonX.Y/...`).
    """
    if site != prefix and site.startswith(prefix.rstrip("/") + "/"):
        return len(os.path.relpath(site, prefix).split("/"))
    if re.search(r"/lib(64)?/(python|pypy)[\d.]*/(site|dist)-packages$", site):
        return 3
    return 2 if re.search(r"/[Ll]ib/site-packages$", site) else 0


class _Site:
    """One site-packages folder: who is in it, and which file is whose."""

    def __init__(self, site: str, environment: Environment) -> None:
        self.site = site
        self.depth = _depth(site, environment.prefix)
        self.files = FolderFiles(site, roots=[environment.prefix])
        self.entries = self.files.names()
        self.present = [p for p in self.files.paths() if not p.endswith(".pyc")]
        self.records: dict[str, list[str]] = {}
        self.problems: dict[str, list[Problem]] = {}

    def components(self) -> list[Component]:
        infos = [e for e in self.entries if e.endswith(_INFO)]
        for info in infos:
            self.records[info] = self._record(info)
        owned = self._owned(infos)
        found = [
            self._guarded(self._component, info, owned.get(info, [])) for info in infos
        ]
        links = [e for e in self.entries if e.endswith(".egg-link")]
        found += [
            self._guarded(self._egg, e) for e in self.entries if e.endswith(".egg")
        ]
        return found + [c for c in map(self._egg_link, links) if c]

    def _egg(self, name: str) -> Component:
        return egg.collect(self.files, name, f"{self.site}/{name}")

    def _guarded(
        self, read: Callable[..., Component], name: str, *more: object
    ) -> Component:
        """
        What `read` makes of the entry `name`; what it stumbles over is said of this
        one, and the next goes on.
        """
        try:
            return read(name, *more)
        except (
            ArithmeticError,
            LookupError,
            MemoryError,
            OSError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            stem, _, version = name.rpartition(".")[0].partition("-")
            message = (
                f"an internal error while reading it ({type(error).__name__}: {error})"
            )
            problem = Problem(rule=RuleId.METADATA_INVALID, path=name, message=message)
            return Component(
                purl=purl("pypi", stem, version),
                name=stem,
                version=version,
                path=name,
                problems=(problem,),
            )

    def _record(self, info: str) -> list[str]:
        """
        The paths that a distribution says are its own. Notes a RECORD that is malformed
        or points outside.
        """
        problems = self.problems.setdefault(info, [])
        if info.endswith(".egg-info"):
            return self._egg_files(info)
        rows, wrong = read_record(self.files, info, needed=False)
        if not rows and not wrong and self._installer(info) in WRITERS:
            wrong = read_record(self.files, info, needed=True)[1]
        problems += wrong
        paths = list(rows)
        odd = [p for p in paths if ".." in p or p[:1] in "/\\" or p[1:2] == ":"]
        outside = [
            p
            for p in odd
            if escapes(p) and not _SCHEME.match(p) and not self._inside(p)
        ]
        if outside:
            message = f"RECORD names files outside the environment ({len(outside)}), first: {outside[0]}"
            problems.append(
                Problem(rule=RuleId.PATH_ESCAPE, path=f"{info}/RECORD", message=message)
            )
            paths = [p for p in paths if p not in set(outside)]
        return paths

    def _installer(self, info: str) -> str:
        try:
            return (
                self.files.read(f"{info}/INSTALLER", 256)
                .data.decode("utf-8", "replace")
                .strip()
                .lower()
            )
        except ReadError:
            return ""

    def _inside(self, path: str) -> bool:
        """
        A path that leaves the site and stays below the prefix that the site belongs to:
        scripts, data, libraries.
        """
        if path.startswith("/"):
            return path.startswith(self.site + "/")
        plain = os.path.normpath(path)
        return (
            not plain.startswith("../" * (self.depth + 1))
            and plain != ".."
            and ":" not in plain[:2]
        )

    def _egg_files(self, info: str) -> list[str]:
        listed: list[str] = []
        for name, base in (("installed-files.txt", info), ("SOURCES.txt", "")):
            try:
                lines = decode(
                    self.files.read(f"{info}/{name}", RECORD_BYTES).data
                ).text.split("\n")
            except ReadError:
                continue
            paths = (
                os.path.normpath(os.path.join(base, line.strip()))
                for line in lines
                if line.strip()
            )
            listed += [p for p in paths if not escapes(p)]
        return listed

    def _owned(self, infos: list[str]) -> dict[str, list[str]]:
        """
        The files present for each distribution: listed ones, and unlisted ones that
        stand in its folders.
        """
        there = set(self.present)
        owner: dict[str, str] = {}
        for info in reversed(
            infos
        ):  # the first that lists a file owns it, and so is the last to be entered
            owner.update(dict.fromkeys(there.intersection(self.records[info]), info))
        unlisted = any("/" in path and path not in owner for path in self.present)
        folders = self._folders(infos) if unlisted else {}
        owned: dict[str, list[str]] = {}
        for path in self.present:
            info_of = owner.get(path)
            if info_of is None:
                folder = path.rpartition("/")[0]
                while folder and folder not in folders:
                    folder = folder.rpartition("/")[0]
                info_of = folders.get(folder) if folder else None
            if info_of is not None:
                owned.setdefault(info_of, []).append(path)
        return owned

    def _folders(self, infos: list[str]) -> dict[str, str]:
        """
        Whose each folder is: the first's that lists a file in it, or names it as its
        top.
        """
        folders: dict[str, str] = {}
        for info in infos:
            for folder in {path.rpartition("/")[0] for path in self.records[info]}:
                while folder and folder not in folders:
                    folders[folder] = info
                    folder = folder.rpartition("/")[0]
            folders[info] = info
            for top in self._top_level(info):
                folders.setdefault(top, info)
        return folders

    def _top_level(self, info: str) -> list[str]:
        try:
            text = decode(self.files.read(f"{info}/top_level.txt", 65536).data).text
        except ReadError:
            text = ""
        names = [n.strip() for n in text.split("\n") if n.strip() and not escapes(n)]
        return names or [re.sub(r"-[^-]*$", "", info.rsplit(".", 1)[0])]

    def _component(self, info: str, present: list[str]) -> Component:
        problems = list(self.problems.get(info, ()))
        metadata = self._metadata(info, problems)
        guessed, _, guessed_version = info.rsplit(".", 1)[0].partition("-")
        name = metadata.name or guessed
        told = re.sub(r"-py\d.*$", "", guessed_version)
        version = metadata.version or told
        if metadata.name and guessed and canonical(metadata.name) != canonical(guessed):
            message = (
                f"the folder is named {guessed}, the metadata says {metadata.name}"
            )
            problems.append(
                Problem(rule=RuleId.METADATA_INVALID, path=info, message=message)
            )
        if (
            metadata.version
            and told
            and plain_version(metadata.version) != plain_version(told)
        ):
            message = f"the folder is named {told}, the metadata says version {metadata.version}"
            problems.append(
                Problem(rule=RuleId.METADATA_INVALID, path=info, message=message)
            )
        identity = purl("pypi", name, version)
        licenses = self._license_files(info, metadata, problems)
        there = set(present)
        contents = survey(
            self.files,
            [*present, *(p for p in licenses if p not in there)],
            purl=identity,
            name=name,
            licenses=licenses,
        )
        self._missing(info, present, licenses, problems)
        origin, origin_evidence, origin_problems = self._direct_url(info)
        evidence = (*metadata.evidence, *contents.evidence, *origin_evidence)
        return Component(
            purl=identity,
            name=name,
            version=version,
            path=info,
            requires=metadata.requires,
            evidence=evidence,
            parts=tuple(contents.parts),
            problems=tuple(
                dict.fromkeys(
                    (
                        *problems,
                        *metadata.problems,
                        *contents.problems,
                        *origin_problems,
                    )
                )
            ),
            note=origin,
        )

    def _metadata(self, info: str, problems: list[Problem]) -> Metadata:
        names = ["METADATA"] if info.endswith(".dist-info") else ["PKG-INFO", ""]
        path = f"{info}/{names[0]}"
        for candidate in names:
            path = f"{info}/{candidate}" if candidate else info
            try:
                read = self.files.read(path, 2 << 20)
            except ReadError as error:
                last = error
                continue
            metadata = read_metadata(read.data, path)
            if candidate == "PKG-INFO" and not metadata.requires:
                metadata = replace(metadata, requires=self._egg_requires(info))
            if read.truncated:
                message = f"{read.size} bytes: only the head and parts of the description were read"
                problems.append(
                    Problem(rule=RuleId.EVIDENCE_TRUNCATED, path=path, message=message)
                )
            return metadata
        problems.append(
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message=f"no metadata: {last.problem.message}",
            )
        )
        return Metadata(name="", version="")

    def _egg_requires(self, info: str) -> tuple[str, ...]:
        try:
            return egg_requires(
                decode(self.files.read(f"{info}/requires.txt", 1 << 20).data).text
            )
        except ReadError:
            return ()

    def _license_files(
        self, info: str, metadata: Metadata, problems: list[Problem]
    ) -> list[str]:
        """
        Where the files named by License-File are; the standard's place first (PEP 639),
        then older habits.
        """
        found = []
        for named in metadata.license_files:
            if escapes(named):
                message = f"License-File names a file outside the distribution: {named}; it was not read"
                problems.append(
                    Problem(rule=RuleId.PATH_ESCAPE, path=info, message=message)
                )
                continue
            base = named.rsplit("/", 1)[-1]
            places = [
                f"{info}/{p}{n}"
                for p in _LICENSE_PLACES
                for n in dict.fromkeys((named, base))
            ]
            there = next((p for p in places if self.files.has(p)), None)
            if there:
                found.append(there)
            elif info.endswith(".dist-info"):
                message = f"License-File names {named}, which is not there"
                problems.append(
                    Problem(rule=RuleId.EVIDENCE_MISSING, path=info, message=message)
                )
        return found

    def _missing(
        self,
        info: str,
        present: list[str],
        licenses: list[str],
        problems: list[Problem],
    ) -> None:
        """
        A license file in the dist-info that RECORD lists and that is gone would have
        been evidence.
        """
        there = {*present, *licenses}
        own = [path for path in self.records[info] if path.startswith(info)]
        for path in own:
            named = path.startswith(
                (f"{info}/licenses/", f"{info}/LICENSE", f"{info}/COPYING")
            )
            if named and path not in there and not path.endswith(".pyc"):
                message = "RECORD lists this license file, and it is not there"
                problems.append(
                    Problem(rule=RuleId.EVIDENCE_MISSING, path=path, message=message)
                )

    def _direct_url(self, info: str) -> tuple[str, list[Evidence], list[Problem]]:
        """
        Where an editable or local install comes from, and what its project folder says
        about licenses.
        """
        path = f"{info}/direct_url.json"
        if not self.files.has(path):
            return "", [], []
        try:
            value = load_json(self.files.read(path, 1 << 20).data)
        except (ReadError, ValueError) as error:
            message = f"direct_url.json cannot be read: {str(error)[:200]}"
            return (
                "",
                [],
                [Problem(rule=RuleId.METADATA_INVALID, path=path, message=message)],
            )
        if not isinstance(value, Mapping):
            return (
                "",
                [],
                [
                    Problem(
                        rule=RuleId.METADATA_INVALID,
                        path=path,
                        message="direct_url.json is no object",
                    )
                ],
            )
        url = value.get("url")
        try:
            folder = (
                unquote(urlsplit(url).path)
                if isinstance(url, str) and url.startswith("file://")
                else ""
            )
        except ValueError:
            folder = "\0"
        if (
            not isinstance(url, str)
            or not url
            or "\0" in folder
            or re.search("[\ud800-\udfff]", url)
        ):
            return (
                "",
                [],
                [
                    Problem(
                        rule=RuleId.METADATA_INVALID,
                        path=path,
                        message="direct_url.json names no valid url",
                    )
                ],
            )
        details = value.get("dir_info")
        if not (isinstance(details, Mapping) and details.get("editable")) or not folder:
            return f"from {url}" if url else "", [], []
        if not is_folder(folder):
            message = f"an editable install whose folder is gone: {folder}"
            return (
                f"editable, {folder}",
                [],
                [Problem(rule=RuleId.METADATA_INVALID, path=path, message=message)],
            )
        if not any(is_file(os.path.join(folder, m)) for m in _PROJECT_MARKS):
            message = f"an editable install of a folder that holds no Python project: {folder}"
            return (
                f"editable, {folder}",
                [],
                [Problem(rule=RuleId.METADATA_INVALID, path=path, message=message)],
            )
        project = FolderFiles(folder)
        top = [n for n in project.names() if not project.is_folder(n)]
        inside = survey(
            project,
            top,
            purl=Purl("pkg:pypi/editable"),
            name=folder.rsplit("/", 1)[-1],
            with_natives=False,
        )
        return f"editable, {folder}", inside.evidence, inside.problems

    def _egg_link(self, name: str) -> Component | None:
        """A `setup.py develop` install: one line that names the project's folder."""
        try:
            folder = (
                decode(self.files.read(name, 4096).data).text.split("\n")[0].strip()
            )
        except ReadError:
            return None
        project = name.removesuffix(".egg-link")
        identity = purl("pypi", project)
        info = (
            next(
                (n for n in FolderFiles(folder).names() if n.endswith(".egg-info")),
                None,
            )
            if is_folder(folder)
            else None
        )
        if info is None:
            problem = Problem(
                rule=RuleId.METADATA_INVALID,
                path=name,
                message=f"a development install whose folder is gone: {folder}",
            )
            return Component(
                purl=identity, name=project, version="", path=name, problems=(problem,)
            )
        files = FolderFiles(folder)
        try:
            metadata = read_metadata(
                files.read(f"{info}/PKG-INFO", 2 << 20).data, f"{info}/PKG-INFO"
            )
        except ReadError as error:
            return Component(
                purl=identity,
                name=project,
                version="",
                path=name,
                problems=(error.problem,),
            )
        top = [n for n in files.names() if not files.is_folder(n)]
        inside = survey(files, top, purl=identity, name=project, with_natives=False)
        return Component(
            purl=purl("pypi", project, metadata.version),
            name=metadata.name or project,
            version=metadata.version,
            path=name,
            requires=metadata.requires,
            evidence=(*metadata.evidence, *inside.evidence),
            parts=tuple(inside.parts),
            problems=(*metadata.problems, *inside.problems),
            note=f"editable, {folder}",
        )
