"""
The grammar of SPDX license expressions: text to tree and back, with ids in SPDX
spelling.

Users of expressions import `licensescan.standards.spdx_expression`, which passes on
what is public here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from licensescan.base.lazy_regex import Regex
from licensescan.model.errors import ExpressionError
from licensescan.model.texts import NOASSERTION, NONE, Expression, LicenseId

# Own parser, measured (CPU): license-expression costs 50 ms to import and build its
# SPDX table, 10 ms for the first compound expression and 48 us for each later one; this
# one 17 us, of 250 ms for an unchanged environment. It also reads `foo bar baz` as one
# unknown key, refuses LicenseRef and `+`, and sets no limit of depth. It serves as the
# oracle of tests/test_expression.py instead.

MAX_BYTES = 4096
MAX_DEPTH = 64
MAX_TERMS = 256


@dataclass(frozen=True, slots=True)
class License:
    """
    One license; `or_later` is SPDX's `+` for licenses whose id does not say it
    (`Apache-1.1+`).
    """

    id: LicenseId
    or_later: bool = False


@dataclass(frozen=True, slots=True)
class With:
    """
    A license with an exception: one leaf, since the exception means nothing alone.
    """

    license: License
    exception: LicenseId


@dataclass(frozen=True, slots=True)
class And:
    """All of `items` hold; at least two, none of them an `And`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of `items` can be chosen; at least two, none of them an `Or`."""

    items: tuple[Node, ...]


Leaf: TypeAlias = License | With
Node: TypeAlias = License | With | And | Or

_TOKEN = Regex(r"[()]|[^\s()]+")
_REF = Regex(r"(?i)(DocumentRef-[a-z0-9.\-]+:)?(LicenseRef|AdditionRef)-([a-z0-9.\-]+)")
_GNU = Regex(r"(?i)((?:A|L)?GPL|GFDL)-(\d\.\d)(\+|-only|-or-later)?")
_OPERATORS = frozenset({"and", "or", "with"})

# Ids that the SPDX license list 3.27 marks as deprecated, other than GNU ids that just
# lack -only or -or-later.
_DEPRECATED = {
    "bsd-2-clause-freebsd": "BSD-2-Clause-Views",
    "bsd-2-clause-netbsd": "BSD-2-Clause",
    "bzip2-1.0.5": "bzip2-1.0.6",
    "ecos-2.0": "GPL-2.0-or-later WITH eCos-exception-2.0",
    "gpl-2.0-with-autoconf-exception": "GPL-2.0-only WITH Autoconf-exception-2.0",
    "gpl-2.0-with-bison-exception": "GPL-2.0-only WITH Bison-exception-2.2",
    "gpl-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
    "gpl-2.0-with-font-exception": "GPL-2.0-only WITH Font-exception-2.0",
    "gpl-2.0-with-gcc-exception": "GPL-2.0-only WITH GCC-exception-2.0",
    "gpl-3.0-with-autoconf-exception": "GPL-3.0-only WITH Autoconf-exception-3.0",
    "gpl-3.0-with-gcc-exception": "GPL-3.0-only WITH GCC-exception-3.1",
    "nunit": "zlib-acknowledgement",
    "standardml-nj": "SMLNJ",
    "wxwindows": "LGPL-2.0-or-later WITH WxWindows-exception-3.1",
}

# SPDX ids that are spelled like ScanCode's key of another license, with the key of the
# one that is meant.
_SHADOWED = {
    "brian-gladman-3-clause": "brian-gladman-dual",
    "bsl-1.0": "boost-1.0",
    "intel": "intel-bsd-export-control",
    "libtool-exception": "libtool-exception-2.0",
    "openssl": "openssl-ssleay",
    "opl-1.0": "open-public",
    "tpl-1.0": "thor-pl",
    "x11": "x11-xconsortium",
}


def parse(text: str, *, keys: bool = True) -> Node:
    """
    The tree of an SPDX expression, with ids in SPDX spelling and deprecated ids
    replaced.

    Operators may be in any case; AND binds tighter than OR. An id that SPDX lacks is
    taken from ScanCode as `LicenseRef-scancode-<key>`; with `keys` false, only SPDX ids
    and `LicenseRef-*` are known. Raises `ExpressionError` that says what is wrong and
    where (characters count from 1), for an unknown id with the nearest known one; also
    beyond 4 KiB, 64 levels of brackets or 256 terms, which is checked before anything
    is parsed.
    """
    check_limits(text)
    return _Parser(text, keys=keys).parse()


def parse_ids(text: str) -> Node | None:
    """
    `parse` for words that may be anything: SPDX ids and `LicenseRef-*` only, and None
    instead of an error.
    """
    try:
        check_limits(text)
        return _Parser(text, keys=False).parse()
    except ExpressionError:
        return None


@lru_cache(maxsize=4096)
def parse_own(expression: str) -> Node:
    """
    `parse` for an expression that this tool wrote: a join may be twice as long as what
    a package may declare.

    Raises `ExpressionError`.
    """
    check_limits(expression, factor=2)
    return _Parser(expression, keys=True).parse()


def check_limits(text: str, *, factor: int = 1) -> None:
    """
    Raise `ExpressionError` if `text` has more than `factor` times 4 KiB, 64 levels of
    brackets or 256 terms.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES * factor:
        raise ExpressionError(
            f"expression of more than {MAX_BYTES * factor} bytes, starting {text[:40]!r}"
        )
    depth = deepest = terms = 0
    for match in _TOKEN.finditer(text):
        word = match[0]
        depth += (word == "(") - (word == ")")
        deepest = max(deepest, depth)
        terms += word not in "()" and word.lower() not in _OPERATORS
    if deepest > MAX_DEPTH * factor:
        raise ExpressionError(
            f"expression of more than {MAX_DEPTH * factor} brackets deep, starting {text[:40]!r}"
        )
    if terms > MAX_TERMS * factor:
        raise ExpressionError(
            f"expression of more than {MAX_TERMS * factor} terms, starting {text[:40]!r}"
        )


def unparse(node: Node) -> Expression:
    """
    The expression that `parse` reads as `node`.

    An AND inside an OR is put in brackets as well: the grammar does not ask for them,
    readers do.
    """
    return Expression(write(node))


def write(node: Node) -> str:
    """`unparse` for any node of a tree."""
    if isinstance(node, License):
        return f"{node.id}+" if node.or_later else node.id
    if isinstance(node, With):
        return f"{write(node.license)} WITH {node.exception}"
    parts = (
        f"({write(item)})" if isinstance(item, And | Or) else write(item)
        for item in node.items
    )
    return (" AND " if isinstance(node, And) else " OR ").join(parts)


def leaves(node: Node) -> Iterator[Leaf]:
    """
    Each license of the tree, with its exception, from left to right, repeats included.
    """
    if isinstance(node, License | With):
        yield node
    else:
        for item in node.items:
            yield from leaves(item)


def flat(kind: type[And | Or], items: Iterable[Node]) -> Node:
    """
    `items` under one `And` or `Or`: operands of the same kind are taken apart, repeats
    dropped, order kept.
    """
    seen: dict[Node, None] = {}
    for item in items:
        seen.update(
            dict.fromkeys(
                item.items
                if isinstance(item, And | Or) and type(item) is kind
                else (item,)
            )
        )
    return kind(tuple(seen)) if len(seen) > 1 else next(iter(seen))


def is_known(id_: str) -> bool:
    """
    Whether `id_` is an SPDX license or exception or a ScanCode key, or has the form of
    a `LicenseRef`.
    """
    return bool(_REF.fullmatch(id_)) or _lookup(id_, keys=True) is not None


class _Parser:
    """
    Recursive descent; the depth of brackets, and with it that of calls, was limited
    beforehand.
    """

    def __init__(self, text: str, *, keys: bool) -> None:
        self.text = text
        self.keys = keys
        self.tokens = [(match[0], match.start() + 1) for match in _TOKEN.finditer(text)]
        self.at = 0

    def parse(self) -> Node:
        if not self.tokens:
            raise ExpressionError("empty expression")
        node = self._or()
        if self.at < len(self.tokens):
            word, place = self.tokens[self.at]
            raise self._error(
                "unbalanced ')'"
                if word == ")"
                else f"AND, OR or WITH expected before {word!r}",
                place,
            )
        return node

    def _or(self) -> Node:
        items = [self._and()]
        while self._skip("or"):
            items.append(self._and())
        return flat(Or, items)

    def _and(self) -> Node:
        items = [self._with()]
        while self._skip("and"):
            items.append(self._with())
        return flat(And, items)

    def _with(self) -> Node:
        node = self._term()
        place = self.tokens[self.at][1] if self.at < len(self.tokens) else 0
        if not self._skip("with"):
            return node
        if not isinstance(node, License):
            raise self._error("WITH needs a single license before it", place)
        return With(node, self._exception())

    def _term(self) -> Node:
        word, place = self._take("a license id")
        if word == "(":
            node = self._or()
            if not self._skip(")"):
                raise self._error("bracket not closed, opened", place)
            return node
        if _REF.fullmatch(word) and not word.lower().startswith("additionref"):
            return License(_reference(word))
        special = _gnu(word) or _replaced(word)
        if special is not None:
            return special
        canonical, is_exception = self._id(word.removesuffix("+"), place)
        if is_exception:
            raise self._error(
                f"{word!r} is an exception and needs a license and WITH before it",
                place,
            )
        if word.endswith("+") and canonical.endswith(("-only", "-or-later")):
            raise self._error(
                f"'+' after an id that says {canonical.rpartition('-')[2]!r}", place
            )
        return License(canonical, word.endswith("+"))

    def _exception(self) -> LicenseId:
        word, place = self._take("an exception id")
        if _REF.fullmatch(word):
            return _reference(word)
        canonical, is_exception = self._id(word, place)
        if not is_exception:
            raise self._error(f"{word!r} after WITH is not an exception", place)
        return canonical

    def _id(self, word: str, place: int) -> tuple[LicenseId, bool]:
        found = _lookup(word, keys=self.keys)
        if found is None:
            raise _UnknownIdError(word, self._where(place))
        return found

    def _take(self, wanted: str) -> tuple[str, int]:
        if self.at >= len(self.tokens):
            raise self._error(f"{wanted} expected after the end,", len(self.text) + 1)
        word, place = self.tokens[self.at]
        if word == ")" or word.lower() in _OPERATORS:
            raise self._error(f"{wanted} expected instead of {word!r}", place)
        if word.upper() in (NOASSERTION, NONE):
            raise self._error(f"{word!r} is not a license", place)
        self.at += 1
        return word, place

    def _skip(self, word: str) -> bool:
        there = self.at < len(self.tokens) and self.tokens[self.at][0].lower() == word
        self.at += there
        return there

    def _error(self, what: str, place: int) -> ExpressionError:
        return ExpressionError(f"{what} {self._where(place)}")

    def _where(self, place: int) -> str:
        shown = self.text.strip()
        shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
        return f"at character {place} of {shown!r}"


class _UnknownIdError(ExpressionError):
    """
    The nearest known id is looked for when somebody reads the message: it takes 10 ms,
    and most are never read.
    """

    def __init__(self, word: str, where: str) -> None:
        super().__init__(word, where)
        self._word, self._where = word, where

    def __str__(self) -> str:
        return f"{_unknown(self._word)} {self._where}"


def _reference(word: str) -> LicenseId:
    """
    A `LicenseRef` or `AdditionRef` as written; ScanCode's name for a license that SPDX
    has by now becomes its id.
    """
    found = _lookup(word, keys=True)
    match = _REF.fullmatch(word)
    if found is not None or match is None:
        return found[0] if found else LicenseId(word)
    prefix = "LicenseRef" if match[2].lower() == "licenseref" else "AdditionRef"
    return LicenseId(f"{match[1] or ''}{prefix}-{match[3]}")


def _gnu(word: str) -> License | None:
    """
    GNU ids say -only or -or-later; an older one without either means -only (SPDX
    license list 3.0).
    """
    match = _GNU.fullmatch(word)
    if not match:
        return None
    suffix = (match[3] or "-only").lower().replace("+", "-or-later")
    canonical = f"{match[1].upper()}-{match[2]}{suffix}"
    return License(LicenseId(canonical)) if _lookup(canonical, keys=False) else None


def _replaced(word: str) -> Node | None:
    new = _DEPRECATED.get(word.lower())
    return parse(new) if new else None


def _unknown(word: str) -> str:
    from difflib import get_close_matches

    from licensescan.standards.license_list import ids

    if "ref-" in word.lower():
        return f"{word!r} may hold only letters, digits, '.' and '-' after its prefix"
    near = get_close_matches(
        word.lower(), [name for name in ids() if "ref-" not in name], n=1, cutoff=0.7
    )
    found = _lookup(near[0], keys=True) if near else None
    return f"unknown license id {word!r}" + (f" (nearest: {found[0]})" if found else "")


def _lookup(word: str, *, keys: bool) -> tuple[LicenseId, bool] | None:
    """
    The canonical id and whether it is an exception.

    With `keys`, what ScanCode calls a license counts as well; other names that the
    catalog knows never do: "GPL" is one of them.
    """
    from licensescan.standards.license_list import info

    name = word.lower()
    found = info(_SHADOWED.get(name, name))
    if found is None:
        return None
    own = (
        found.id.lower(),
        f"licenseref-scancode-{found.key}",
        *((found.key,) if keys else ()),
    )
    if name in own or name in _SHADOWED or name.startswith("licenseref-scancode-"):
        return LicenseId(found.id), found.is_exception
    return None
