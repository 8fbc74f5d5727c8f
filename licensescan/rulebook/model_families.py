"""
What `rules/models.toml` holds: which calls name models, which packages list
licenses of weights, which families are known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import cache
from typing import Literal

from licensescan.base.installation import data_folder
from licensescan.base.schema import StrictTable, parse_table
from licensescan.model.errors import ExpressionError
from licensescan.model.texts import Expression
from licensescan.standards.requirements import canonical
from licensescan.standards.spdx_expression import normalise

Named = Literal["model", "dataset", "package"]

_CALL_KEYS = (
    "name",
    "kind",
    "hub",
    "modules",
    "position",
    "also",
    "keywords",
    "as",
    "fixed",
    "not",
)
_FAMILY_KEYS = (
    "names",
    "kind",
    "license",
    "source",
    "says",
    "since",
    "revisions",
    "earlier",
)
_EARLIER_KEYS = ("license", "revisions", "source")
_LEAST_COMMIT = 7
"""Letters of a commit by which it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    A call that names a model, a data set or a package of one; see the head of
    `rules/models.toml`.
    """

    name: str
    kind: Named
    modules: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()
    keywords: tuple[str, ...] = ()
    shape: str = "{}"
    hub: str = "huggingface"
    fixed: str = ""
    refused: tuple[str, ...] = ()

    def id_of(self, value: str) -> str:
        """
        Return the id that the call means with `value`: one without owner is
        put into the call's shape.
        """
        return value if "/" in value else self.shape.format(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """
    Words of a command, the first id after which is a model of `hub`; `shape`
    makes an id of a name without owner.
    """

    words: str
    hub: str = "huggingface"
    shape: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """
    How scripts and configuration name models: the `files` that are read
    (patterns of names, but for those of `left`), `keys` whose value is an id,
    `refused` first folders and `ends` of what is a path, and the endings of
    `weights`.
    """

    files: tuple[str, ...]
    left: tuple[str, ...]
    keys: frozenset[str]
    refused: frozenset[str]
    ends: tuple[str, ...]
    weights: tuple[str, ...]

    def is_read(self, path: str) -> bool:
        """Return True for a script or configuration by its name."""
        name = path.rpartition("/")[2].lower()
        fits = _any_of(self.files).match(name)
        return fits is not None and not _any_of(self.left).match(name)


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """
    Files (a pattern) of `packages` that list the licenses of weights; `shape`
    makes an id of an entry's name.
    """

    packages: tuple[str, ...]
    files: str
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """
    The license that a family was under before, and `revisions` (commits, tags)
    that are known to be from then.
    """

    license: Expression
    revisions: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRevision:
    """
    The license of one revision of a model; `other` is one that it may be under
    instead, since nobody knows from when the revision is.
    """

    license: Expression
    says: str = ""
    other: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """
    Models or data sets of one origin that are under one license, as its
    `source` says; `since` when, where that changed, with `revisions` known to
    be from after that, and what was before, the newest first.
    """

    names: tuple[str, ...]
    kind: str
    license: Expression
    source: str
    says: str = ""
    since: str = ""
    revisions: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()

    def at(self, revision: str) -> AtRevision:
        """
        Return the license at a commit or tag; "" is the newest. A revision
        that the table does not know may be of either time.
        """
        if not self.earlier:
            return AtRevision(license=self.license, says=self.says)
        for before in self.earlier:
            if _is_among(revision, before.revisions):
                return AtRevision(
                    license=before.license,
                    says=f"revision {revision} is from before {self.since}",
                )
        before = self.earlier[0]
        is_known = not revision or _is_among(revision, self.revisions)
        told = f"since {self.since}; before, {before.license}"
        says = f"{told}; {self.says}" if self.says else told
        return AtRevision(
            license=self.license,
            says=says,
            other=None if is_known else before.license,
        )

    def is_of(
        self,
        kind: str,
        lower: str,
    ) -> bool:
        """Return True for the name of one of its models, in lower case."""
        return kind == self.kind and any(
            fnmatchcase(lower, n) for n in self.names
        )


def family_of(kind: str, name: str) -> Family | None:
    """
    Return what is known of the model or data set called `name`, in any case.
    """
    lower = name.lower()
    families = (f for f in table().families if f.is_of(kind, lower))
    return next(families, None)


def registries_of(package: str) -> tuple[Registry, ...]:
    """Return the registries that the files of `package` hold."""
    name = canonical(package)
    return tuple(r for r in table().registries if name in r.packages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All of `rules/models.toml`."""

    calls: tuple[Call, ...]
    commands: tuple[Command, ...]
    written: Written
    registries: tuple[Registry, ...]
    families: tuple[Family, ...]


@cache
def table() -> Table:
    """
    Return what `rules/models.toml` holds. Raises `PolicyError` for whatever is
    wrong with it.
    """
    return read_models((data_folder("rules") / "models.toml").read_bytes())


def read_models(data: bytes) -> Table:
    """
    Return the table that `data` holds. Raises `PolicyError`, with the line,
    for an unknown key or a value of no use.
    """
    document = parse_table(data, "models.toml")
    document.check_keys("call", "command", "written", "registry", "family")
    return Table(
        calls=tuple(map(_call, document.tables("call"))),
        commands=tuple(map(_command, document.tables("command"))),
        written=_written(document.table("written")),
        registries=tuple(map(_registry, document.tables("registry"))),
        families=tuple(map(_family, document.tables("family"))),
    )


def _call(block: StrictTable) -> Call:
    block.check_keys(*_CALL_KEYS)
    positions = [
        block.value(key) for key in ("position", "also") if key in block
    ]
    call = Call(
        name=block.needed("name"),
        kind=block.one_of("kind", Named),
        modules=block.strings("modules"),
        positions=tuple(positions),
        keywords=block.strings("keywords"),
        shape=block.text("as", "{}"),
        hub=block.text("hub", "huggingface"),
        fixed=block.text("fixed"),
        refused=block.strings("not"),
    )
    if not (call.positions or call.keywords or call.fixed):
        raise block.error(
            "position", "or keywords or `fixed` must be given", "call"
        )
    if call.shape.count("{}") != 1:
        raise block.error("as", "must hold one {}", call.shape)
    return call


def _command(block: StrictTable) -> Command:
    block.check_keys("words", "hub", "as")
    return Command(
        words=block.needed("words"),
        hub=block.text("hub", "huggingface"),
        shape=block.text("as", "{}"),
    )


def _written(block: StrictTable) -> Written:
    block.check_keys("files", "left", "keys", "not", "ends", "weights")
    return Written(
        files=block.strings("files"),
        left=block.strings("left"),
        keys=frozenset(block.strings("keys")),
        refused=frozenset(block.strings("not")),
        ends=block.strings("ends"),
        weights=block.strings("weights"),
    )


def _registry(block: StrictTable) -> Registry:
    block.check_keys("packages", "files", "as")
    return Registry(
        packages=block.strings("packages"),
        files=block.needed("files"),
        shape=block.needed("as"),
    )


def _is_among(revision: str, known: tuple[str, ...]) -> bool:
    """Return True for one of the known commits, cut short or not, and tags."""
    if len(revision) < _LEAST_COMMIT:
        return revision in known
    return any(
        revision.startswith(name) or name.startswith(revision)
        for name in known
    )


def _family(block: StrictTable) -> Family:
    block.check_keys(*_FAMILY_KEYS)
    names = block.strings("names")
    if not names or any(name != name.lower() for name in names):
        raise block.error("names", "must be given, in lower case", "names")
    earlier = tuple(map(_earlier, block.tables("earlier")))
    if bool(earlier) != ("since" in block):
        raise block.error("since", "and `earlier` go together", "since")
    return Family(
        names=names,
        kind=block.one_of("kind", ("model", "dataset"), "model"),
        license=_license(block),
        source=block.needed("source"),
        says=block.text("says"),
        since=block.text("since"),
        revisions=block.strings("revisions"),
        earlier=earlier,
    )


def _earlier(block: StrictTable) -> Earlier:
    block.check_keys(*_EARLIER_KEYS)
    return Earlier(
        license=_license(block),
        revisions=block.strings("revisions"),
        source=block.needed("source"),
    )


def _license(block: StrictTable) -> Expression:
    try:
        return normalise(block.needed("license"))
    except ExpressionError as error:
        raise block.error("license", str(error)) from error
