"""
Tell the language of a paragraph by its script and its most common words,
without a library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

ENGLISH, KOREAN, JAPANESE, CHINESE = "en", "ko", "ja", "zh"

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
        "eine den dem zu wird auf im durch diese dieser nur".split()
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


def _script(letter: str) -> str:
    """Return the script of a letter; "" for Latin."""
    for first, last, script in _RANGES:
        if first <= letter <= last:
            return script
    return ""


def language_of(text: str) -> str:
    """
    Return the language of a paragraph, "" where it cannot be told.
    """
    script = language_of_script(text)
    if script:
        return script
    words = "".join(
        letter if letter.isalpha() else " " for letter in text.lower()
    ).split()
    if len(words) < _FEW:
        return ""
    counts = Counter(words)
    shares = sorted(
        (
            (sum(counts[word] for word in common) / len(words), language)
            for language, common in _COMMON.items()
        ),
        reverse=True,
    )
    (best, language), (second, _) = shares[:2]
    return language if best >= max(_SHARE, _LEAD * second) else ""


def may_be_spoken(language: str, script: str) -> bool:
    """
    Return True if a sentence in the script of a language (see
    `language_of_script`) may have words of `language`; Latin letters stand in
    texts of all scripts.
    """
    return language == script or language not in (KOREAN, JAPANESE, CHINESE)
