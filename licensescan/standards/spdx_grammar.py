"""
The grammar of SPDX license expressions: text to tree, with ids in SPDX
spelling (SPDX specification, annex on license expressions). The only importer
of `license_expression`.

license-expression parses; what stands around it here is what it does not do.
It reads `foo bar baz` as one key and `(MIT) ISC AND Zlib` as three operands of
AND, sets no limit of depth, and says of many faults neither what nor where. So
each word is checked and spelled before it: with the license list, and from
left to right, so that the message names the first fault and its position.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import (
    TYPE_CHECKING,
    Any,
    NamedTuple,
)

from licensescan.base.lazy_regex import Regex
from licensescan.model.errors import ExpressionError
from licensescan.model.texts import (
    NOASSERTION,
    NONE,
    LicenseId,
)
from licensescan.standards import license_ids
from licensescan.standards.spdx_tree import (
    And,
    Leaf,
    License,
    Node,
    Or,
    With,
    flat,
)

if TYPE_CHECKING:
    from license_expression import Licensing

MAX_BYTES = 4096
MAX_DEPTH = 64
MAX_TERMS = 256

_TOKEN = Regex(r"[()]|[^\s()]+")
_OPERATORS = frozenset({"and", "or", "with"})
_SHOWN = 80
"""Characters of an expression that an error message shows."""


def parse(
    text: str,
    *,
    keys: bool = True,
) -> Node:
    """
    Return the tree of an SPDX expression, with ids in SPDX spelling and
    deprecated ids replaced.

    Operators may be in any case; AND binds tighter than OR. An id that SPDX
    lacks is taken from ScanCode as `LicenseRef-scancode-<key>`; with `keys`
    false, only SPDX ids and `LicenseRef-*` are known. Raises `ExpressionError`
    that says what is wrong and where (characters count from 1), for an unknown
    id with the nearest known one; also beyond 4 KiB, 64 levels of brackets or
    256 terms, which is checked before anything is parsed.
    """
    check_limits(text)
    return _parsed(text, keys=keys)


def parse_ids(text: str) -> Node | None:
    """
    Return the tree of words that may be anything: `parse` with SPDX ids and
    `LicenseRef-*` only, and None instead of an error.
    """
    try:
        return parse(text, keys=False)
    except ExpressionError:
        return None


@lru_cache(maxsize=4096)
def parse_own(expression: str) -> Node:
    """
    Return the tree of an expression that this tool wrote: a join may be twice
    as long as what a package may declare.

    Raises `ExpressionError`.
    """
    check_limits(expression, factor=2)
    return _parsed(expression, keys=True)


def check_limits(
    text: str,
    *,
    factor: int = 1,
) -> None:
    """
    Raise `ExpressionError` if `text` has more than `factor` times 4 KiB, 64
    levels of brackets or 256 terms.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    _check(
        text,
        size,
        MAX_BYTES * factor,
        "bytes",
    )
    depth = deepest = terms = 0
    for match in _TOKEN.finditer(text):
        word = match[0]
        depth += (word == "(") - (word == ")")
        deepest = max(deepest, depth)
        terms += word not in "()" and word.lower() not in _OPERATORS
    _check(
        text,
        deepest,
        MAX_DEPTH * factor,
        "brackets deep",
    )
    _check(
        text,
        terms,
        MAX_TERMS * factor,
        "terms",
    )


def _check(
    text: str,
    number: int,
    most: int,
    unit: str,
) -> None:
    if number > most:
        message = (
            f"expression of more than {most} {unit}, starting {text[:40]!r}"
        )
        raise ExpressionError(message)


def _parsed(
    text: str,
    *,
    keys: bool,
) -> Node:
    words, operands = _Reader(text, keys=keys).read()
    if len(operands) == 1:
        return next(iter(operands.values()))
    return _tree(_licensing().parse(" ".join(words), simple=True), operands)


@cache
def _licensing() -> Licensing:
    """
    Return license-expression's parser. It is given no list of symbols, which
    costs 50 ms to build: the words that it sees are ids in SPDX spelling
    already.
    """
    from license_expression import Licensing

    return Licensing()


def _tree(
    parsed: Any,
    operands: dict[str, Leaf],
) -> Node:
    """
    Return our tree for one of license-expression, whose symbols are
    `operands`.
    """
    licensing = _licensing()
    if isinstance(parsed, licensing.AND):
        return flat(And, [_tree(item, operands) for item in parsed.args])
    if isinstance(parsed, licensing.OR):
        return flat(Or, [_tree(item, operands) for item in parsed.args])
    return operands[parsed.render()]


class _Token(NamedTuple):
    """A word or a bracket, and the character (from 1) that it begins at."""

    word: str
    at: int

    @property
    def operator(self) -> str:
        """The operator in lower case; "" for anything else."""
        lower = self.word.lower()
        return lower if lower in _OPERATORS else ""


def _tokens(text: str) -> list[_Token]:
    """
    Return the tokens of `text`; brackets around a single word are left out.
    """
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text):
        if match[0] == ")" and _is_alone(tokens):
            word = tokens.pop()
            tokens[-1] = word
        else:
            tokens.append(_Token(match[0], match.start() + 1))
    return tokens


def _is_alone(tokens: list[_Token]) -> bool:
    """
    Return True if `tokens` end with "(", where it may stand, and one word.
    """
    if len(tokens) < 2 or tokens[-2].word != "(":
        return False
    if tokens[-1].word in "()" or tokens[-1].operator:
        return False
    before = tokens[-3] if len(tokens) > 2 else None
    return (
        before is None
        or before.word == "("
        or before.operator in ("and", "or")
    )


class _Reader:
    """
    Checks an expression from left to right and spells its ids: after an
    operator or "(" a license is wanted, after a license an operator or ")".
    """

    def __init__(
        self,
        text: str,
        *,
        keys: bool,
    ) -> None:
        self.text = text
        self.keys = keys
        self.tokens = _tokens(text)
        self.tokens.reverse()
        self.opened: list[int] = []

    def read(self) -> tuple[list[str], dict[str, Leaf]]:
        """
        Return the words in SPDX spelling, and the licenses among them by their
        spelling. Raise `ExpressionError` at the first word that cannot stand
        there.
        """
        if not self.tokens:
            raise ExpressionError("empty expression")
        words: list[str] = []
        operands: dict[str, Leaf] = {}
        while True:
            words += self._brackets()
            leaf = self._leaf()
            operands[str(leaf)] = leaf
            words.append(str(leaf))
            words += self._closing()
            if not self.tokens:
                break
            words.append(self._joint())
        if self.opened:
            raise self._unclosed()
        return words, operands

    def _brackets(self) -> list[str]:
        """Take the brackets that open before a license."""
        before = len(self.opened)
        while self.tokens and self.tokens[-1].word == "(":
            self.opened.append(self.tokens.pop().at)
        return ["("] * (len(self.opened) - before)

    def _closing(self) -> list[str]:
        """Take the brackets that close behind a license."""
        before = len(self.opened)
        while self.opened and self.tokens and self.tokens[-1].word == ")":
            self.tokens.pop()
            self.opened.pop()
        closed = [")"] * (before - len(self.opened))
        if closed and self.tokens and self.tokens[-1].operator == "with":
            raise self._single(self.tokens[-1].at)
        return closed

    def _joint(self) -> str:
        """Take the AND or OR behind an operand."""
        token = self.tokens[-1]
        if token.operator in ("and", "or"):
            self.tokens.pop()
            return token.operator
        if self.opened:
            raise self._unclosed()
        if token.word == ")":
            raise self._error("unbalanced ')'", token.at)
        message = f"AND, OR or WITH expected before {token.word!r}"
        raise self._error(message, token.at)

    def _leaf(self) -> Leaf:
        """Take a license and the exception that may follow."""
        leaf = self._license(self._take("a license id"))
        if not self.tokens or self.tokens[-1].operator != "with":
            return leaf
        token = self.tokens.pop()
        if not isinstance(leaf, License):
            raise self._single(token.at)
        return With(leaf, self._exception(self._take("an exception id")))

    def _license(
        self,
        token: _Token,
    ) -> Leaf:
        word = token.word
        if license_ids.is_license_reference(word):
            return License(license_ids.reference(word))
        special = license_ids.gnu(word) or license_ids.replaced(word)
        if special is not None:
            return special
        id_, is_exception = self._known(word.removesuffix("+"), token)
        if is_exception:
            message = f"{word!r} is an exception and needs a license and WITH before it"
            raise self._error(message, token.at)
        if word.endswith("+") and id_.endswith(("-only", "-or-later")):
            said = id_.rpartition("-")[2]
            raise self._error(f"'+' after an id that says {said!r}", token.at)
        return License(id_, word.endswith("+"))

    def _exception(
        self,
        token: _Token,
    ) -> LicenseId:
        if license_ids.is_reference(token.word):
            return license_ids.reference(token.word)
        id_, is_exception = self._known(token.word, token)
        if not is_exception:
            message = f"{token.word!r} after WITH is not an exception"
            raise self._error(message, token.at)
        return id_

    def _known(
        self,
        word: str,
        token: _Token,
    ) -> license_ids.Known:
        known = license_ids.lookup(word, keys=self.keys)
        if known is None:
            raise _UnknownIdError(word, self._where(token.at))
        return known

    def _take(
        self,
        wanted: str,
    ) -> _Token:
        """Take a word that is no operator, bracket or answer."""
        if not self.tokens:
            end = len(self.text) + 1
            raise self._error(f"{wanted} expected after the end,", end)
        token = self.tokens[-1]
        if token.word == ")" or token.operator:
            message = f"{wanted} expected instead of {token.word!r}"
            raise self._error(message, token.at)
        if token.word.upper() in (NOASSERTION, NONE):
            raise self._error(f"{token.word!r} is not a license", token.at)
        return self.tokens.pop()

    def _single(
        self,
        at: int,
    ) -> ExpressionError:
        return self._error("WITH needs a single license before it", at)

    def _unclosed(self) -> ExpressionError:
        return self._error("bracket not closed, opened", self.opened[-1])

    def _error(
        self,
        what: str,
        at: int,
    ) -> ExpressionError:
        return ExpressionError(f"{what} {self._where(at)}")

    def _where(
        self,
        at: int,
    ) -> str:
        shown = self.text.strip()
        if len(shown) > _SHOWN:
            shown = f"{shown[: _SHOWN - 3]}..."
        return f"at character {at} of {shown!r}"


class _UnknownIdError(ExpressionError):
    """
    An unknown id. The nearest known one is looked for when the message is
    read: most never are.
    """

    def __init__(
        self,
        word: str,
        where: str,
    ) -> None:
        super().__init__(word, where)
        self._word, self._where = word, where

    def __str__(self) -> str:
        return f"{license_ids.unknown(self._word)} {self._where}"
