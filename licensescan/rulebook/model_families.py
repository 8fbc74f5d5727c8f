"""
`rules/models.toml`: which calls name models, which packages list licenses of weights,
which families are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Literal, cast

from licensescan.base import toml
from licensescan.base.installation import data_folder
from licensescan.model.errors import ExpressionError
from licensescan.model.texts import Expression
from licensescan.standards.requirements import canonical
from licensescan.standards.spdx_expression import normalise

Named = Literal["model", "dataset", "package"]

_KEYS = {
    "call": {
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
    },
    "registry": {"packages", "files", "as"},
    "family": {"names", "kind", "license", "source", "says"},
}


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
        The id that the call means with `value`: one without owner is put into the
        call's shape.
        """
        return value if "/" in value else self.shape.format(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """
    Files (a pattern) of `packages` that list the licenses of weights; `shape` makes an
    id of an entry's name.
    """

    packages: tuple[str, ...]
    files: str
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """
    Models or data sets of one origin that are under one license, as its `source` says.
    """

    names: tuple[str, ...]
    kind: str
    license: Expression
    source: str
    says: str = ""


def family_of(kind: str, name: str) -> Family | None:
    """What is known of the model or data set called `name`, whatever its case."""
    plain = name.lower()
    fits = (
        f
        for f in table().families
        if f.kind == kind and any(fnmatchcase(plain, n) for n in f.names)
    )
    return next(fits, None)


def registries_of(package: str) -> tuple[Registry, ...]:
    """The registries that the files of `package` hold."""
    name = canonical(package)
    return tuple(r for r in table().registries if name in r.packages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All of `rules/models.toml`."""

    calls: tuple[Call, ...]
    registries: tuple[Registry, ...]
    families: tuple[Family, ...]


@cache
def table() -> Table:
    """
    `rules/models.toml`, read strictly. Raises `ValueError` for whatever is wrong with
    it.
    """
    return read_table(data_folder("rules").joinpath("models.toml").read_bytes())


def read_table(data: bytes) -> Table:
    """
    The table that `data` holds. Raises `ValueError`, with the place, for an unknown key
    or a value of no use.
    """
    raw = toml.loads(data, label="models.toml")
    if set(raw) - set(_KEYS):
        raise ValueError(f"models.toml: unknown table {min(set(raw) - set(_KEYS))!r}")
    for kind, keys in _KEYS.items():
        for number, row in enumerate(raw.get(kind, ()), 1):
            if odd := set(row) - keys:
                raise ValueError(
                    f"models.toml: {kind} {number}: unknown key {min(odd)!r}"
                )
    return Table(
        calls=tuple(
            _call(row, f"models.toml: call {n}")
            for n, row in enumerate(raw.get("call", ()), 1)
        ),
        registries=tuple(
            Registry(
                packages=tuple(row["packages"]), files=row["files"], shape=row["as"]
            )
            for row in raw.get("registry", ())
        ),
        families=tuple(
            _family(row, f"models.toml: family {n}")
            for n, row in enumerate(raw.get("family", ()), 1)
        ),
    )


def _call(row: Mapping[str, Any], label: str) -> Call:
    positions = tuple(row[key] for key in ("position", "also") if key in row)
    if row.get("kind") not in ("model", "dataset", "package") or not row.get("name"):
        raise ValueError(f"{label}: wants `name`, and `kind` model, dataset or package")
    if (
        not (positions or row.get("keywords") or row.get("fixed"))
        or row.get("as", "{}").count("{}") != 1
    ):
        raise ValueError(
            f"{label}: wants a position, keywords or `fixed`, and one {{}} in `as`"
        )
    return Call(
        name=row["name"],
        kind=cast("Named", row["kind"]),
        modules=tuple(row.get("modules", ())),
        positions=positions,
        keywords=tuple(row.get("keywords", ())),
        shape=row.get("as", "{}"),
        hub=row.get("hub", "huggingface"),
        fixed=row.get("fixed", ""),
        refused=tuple(row.get("not", ())),
    )


def _family(row: Mapping[str, Any], label: str) -> Family:
    names = tuple(row.get("names", ()))
    if not names or not row.get("source") or any(n != n.lower() for n in names):
        raise ValueError(f"{label}: wants `names` in lower case, and a `source`")
    try:
        license_ = normalise(str(row.get("license", "")))
    except ExpressionError as error:
        raise ValueError(f"{label}: {error}") from error
    return Family(
        names=names,
        kind=row.get("kind", "model"),
        license=license_,
        source=row["source"],
        says=row.get("says", ""),
    )
