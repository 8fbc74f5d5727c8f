"""
Tell the language of a paragraph by its script and its most common words,
without a library.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from licensescan.base.installation import read_data
from licensescan.base.toml import loads

ENGLISH, KOREAN, JAPANESE, CHINESE = "en", "ko", "ja", "zh"
_TABLE = "languages.toml"

UNREAD = "unread"
"""All languages whose terms nobody reads."""

ASIAN = frozenset({KOREAN, JAPANESE, CHINESE})
"""Languages with letters of their own."""

_RANGES = (
    ("\u0370", "\u03ff", "greek"),
    ("\u0400", "\u052f", "cyrillic"),
    ("\u0590", "\u05ff", "hebrew"),
    ("\u0600", "\u06ff", "arabic"),
    ("\u0900", "\u0dff", "indic"),
    ("\u0e00", "\u0e7f", "thai"),
    ("\u1100", "\u11ff", "hangul"),
    ("\u3040", "\u30fa", "kana"),
    ("\u3130", "\u318f", "hangul"),
    ("\u31f0", "\u31ff", "kana"),
    ("\u3400", "\u9fff", "han"),
    ("\uac00", "\ud7a3", "hangul"),
    ("\uf900", "\ufaff", "han"),
    ("\uff66", "\uff9f", "kana"),
)
"""The first and last letter of the scripts that are told apart from Latin."""

_LEAST: Mapping[str, float] = {"hangul": 0.2, "kana": 0.05, "han": 0.2}
"""
Share of the letters that decides: low, since terms in these languages are full
of Latin names.
"""

_OTHERS = 0.5
"""Share of the letters of another script that makes a text of it."""

_COMMON: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        "the of and to in is that for you may this with are be or not any "
        "under use by as on it".split()
    ),
    "de": frozenset(
        "der die das und nicht für mit von ist werden sie oder dürfen ein "
        "eine den dem zu wird auf im durch diese dieser nur des in bei aus "
        "nach ohne unserer unsere einer darf muss kann zur zum vom".split()
    ),
    "fr": frozenset(
        "le la les des et vous pour dans est une sur ne pas ou du au aux ce "
        "cette par sont être que qui un l d".split()
    ),
    "es": frozenset(
        "el la los las que y para por una con del no usted se en de su este "
        "esta un puede sin lo o".split()
    ),
    "pt": frozenset(
        "o a os as que e para por uma com do da não você se ou em de dos das "
        "no na um este esta ser é pode".split()
    ),
    "it": frozenset(
        "il lo gli della che non dei del per con una di e è sono nel alla "
        "questo può".split()
    ),
    "nl": frozenset(
        "het een van niet de en is voor dat op zijn met te wordt deze mag "
        "u".split()
    ),
    "id": frozenset(
        "yang dan untuk tidak dengan ini dari atau anda di dalam oleh "
        "dapat".split()
    ),
    "pl": frozenset(
        "i w na z do nie się jest że lub oraz przez dla tego może".split()
    ),
    "sv": frozenset(
        "och att det som en är för på av med inte eller den till får".split()
    ),
    "vi": frozenset("và của cho không các được này với là trong".split()),
    "tr": frozenset("ve bu bir için ile olarak veya değil".split()),
}
"""The most common words of languages in Latin letters."""

_SHARE = 0.08
_LEAD = 1.5
"""
The share of common words that shows a language, and how far it must lead.
"""

_LEAST_COMMON = 2
_FEW = 4
"""Words below which Latin letters do not tell a language."""


def language_of_script(text: str) -> str:
    """
    Return the language that the script of `text` shows: `ko`, `ja`, `zh`, the
    name of another script, or "" for Latin letters.
    """
    if text.isascii():
        return ""
    scripts = Counter(map(_script, filter(str.isalpha, text)))
    letters = scripts.total()
    if not letters:
        return ""
    if scripts["hangul"] >= _LEAST["hangul"] * letters:
        return KOREAN
    if scripts["kana"] >= _LEAST["kana"] * letters:
        return JAPANESE
    if scripts["han"] >= _LEAST["han"] * letters:
        return CHINESE
    scripts.pop("", None)
    script, count = max(scripts.items(), key=_count, default=("", 0))
    return script if count >= _OTHERS * letters else ""


def _count(item: tuple[str, int]) -> int:
    return item[1]


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """Return the script of a letter; "" for Latin."""
    for first, last, script in _RANGES:
        if first <= letter <= last:
            return script
    return ""


class _Letters(dict[int, str | int]):
    """A table for `str.translate` that leaves spaces for all but letters."""

    def __missing__(self, code: int) -> str | int:
        self[code] = code if chr(code).isalpha() else " "
        return self[code]


_LETTERS = _Letters()


@lru_cache(maxsize=16)
def language_of(text: str) -> str:
    """
    Return the language of a paragraph, "" where it cannot be told.
    """
    script = language_of_script(text)
    if script:
        return script
    words = text.lower().translate(_LETTERS).split()
    if len(words) < _FEW:
        return ""
    spoken_in = _languages_of_words()
    counts = dict.fromkeys(_COMMON, 0)
    for word in words:
        for language in spoken_in.get(word, ()):
            counts[language] += 1
    shares = sorted(
        ((count / len(words), language) for language, count in counts.items()),
        reverse=True,
    )
    (best, language), (second, _) = shares[:2]
    return language if best >= max(_SHARE, _LEAD * second) else ""


@cache
def _languages_of_words() -> Mapping[str, Sequence[str]]:
    """Return of which languages each common word is."""
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for language, common in _COMMON.items():
        for word in common:
            languages[word].append(language)
    return dict(languages)


def is_in_another_language(text: str) -> bool:
    """
    Return True if a sentence in Latin letters has more common words of other
    languages than of English: two, at least.
    """
    words = frozenset(text.lower().translate(_LETTERS).split())
    english = words & _COMMON[ENGLISH]
    others = words & (_languages_of_words().keys() - _COMMON[ENGLISH])
    return len(others) >= max(_LEAST_COMMON, len(english) + 1)


def languages_in(text: str) -> frozenset[str]:
    """
    Return those of Korean, Japanese and Chinese whose letters stand in `text`,
    be it among many others: Han is Japanese where kana stands beside it.
    """
    if text.isascii():
        return frozenset()
    scripts = set(map(_script, text))
    languages = {KOREAN} if "hangul" in scripts else set()
    if "kana" in scripts:
        languages.add(JAPANESE)
    elif "han" in scripts:
        languages.add(CHINESE)
    return frozenset(languages)


def may_be_spoken(language: str, text: str) -> bool:
    """
    Return True if `text` may have words of `language`, which is not English:
    its letters, or no English around them.
    """
    if language in ASIAN:
        return language in languages_in(text)
    return language_of(text) != ENGLISH


def spoken(text: str) -> str:
    """
    Return the language, other than English, in which a lower-cased text speaks
    of terms; "" if it does in none that is read.
    """
    read = [language for language in _licensing() if language != UNREAD]
    if not _holds_any(text, *read):
        return ""
    return next(x for x in read if speaks_in(x, text))


def speaks_in(language: str, text: str) -> bool:
    """Return True if a lower-cased text has words of licensing."""
    return _holds_any(text, language)


def _holds_any(text: str, *languages: str) -> bool:
    words = _telling(languages, text.isascii())
    return any(map(text.__contains__, words))


@cache
def _telling(languages: Sequence[str], is_ascii: bool) -> Sequence[str]:
    """
    Return the words of licensing that may be in a text, which has no others if
    it has all letters in ASCII; none that has another of them in it.
    """
    words = {
        word
        for language in languages
        for word in _licensing()[language]
        if word.isascii() or not is_ascii
    }
    return sorted(
        word
        for word in words
        if not any(other in word for other in words - {word})
    )


def unread_paragraphs(text: str) -> list[tuple[int, int]]:
    """
    Return the first and last lines of the paragraphs that speak of licenses in
    a language whose terms nobody reads.
    """
    if not speaks_in(UNREAD, text.lower()):
        return []
    found = []
    first = 0
    rows = [*text.split("\n"), ""]
    for number, row in enumerate(rows):
        if row.strip():
            continue
        if _is_unread("\n".join(rows[first:number])):
            found.append((first + 1, number))
        first = number + 1
    return found


def _is_unread(paragraph: str) -> bool:
    language = language_of(paragraph)
    is_other = language not in ("", ENGLISH, *_licensing())
    return is_other and speaks_in(UNREAD, paragraph.lower())


@cache
def _licensing() -> Mapping[str, Sequence[str]]:
    words: Mapping[str, Sequence[str]]
    words = loads(read_data("rules", _TABLE), label=_TABLE)["words"]
    return words


_PER_LETTER = 0.6
"""Words that a letter of Chinese or Japanese counts for."""

_PER_GROUP = 1.7
"""Words that a group of Korean letters between spaces counts for."""


def count_words(text: str) -> int:
    """
    Return how many words a text has; where no spaces stand between words,
    as many as its translation would have, about.
    """
    groups = text.split()
    if text.isascii():
        return len(groups)
    count = 0.0
    for group in groups:
        scripts = Counter(map(_script, filter(str.isalpha, group)))
        letters = scripts["han"] + scripts["kana"]
        others = scripts.total() - letters
        rest = _PER_GROUP if scripts["hangul"] else min(1, others)
        count += letters * _PER_LETTER + rest
    return round(count)
