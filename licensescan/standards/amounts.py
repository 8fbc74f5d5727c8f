"""Read amounts as terms write them: `700 million`, `$1,000,000`, `EUR 5m`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?P<number>\d[\d,  ]*(?:\.\d+)?) ?(?P<unit>thousand|million|billion|bn|mm|[km])?\b",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"\b(?P<number>one|two|three|five|ten|twenty|fifty|seven hundred|hundred)"
    r"(?: (?P<unit>thousand|million|billion))?\b",
    re.IGNORECASE,
)
_UNITS = {
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "m": 10**6,
    "mm": 10**6,
    "billion": 10**9,
    "bn": 10**9,
}
_NAMED = {
    "one": 1,
    "two": 2,
    "three": 3,
    "five": 5,
    "ten": 10,
    "twenty": 20,
    "fifty": 50,
    "hundred": 100,
    "seven hundred": 700,
}
_CURRENCIES = {
    "USD": ("$", "usd", "dollar"),
    "EUR": ("€", "eur"),
    "GBP": ("£", "gbp", "pound"),
    "CNY": ("rmb", "cny", "yuan"),
    "JPY": ("jpy", "yen"),
    "KRW": ("₩", "krw", "won"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number, and the code of a currency if it is money."""

    value: int
    currency: str = ""


def amounts_in(text: str) -> list[Amount]:
    """
    Return the amounts that stand in `text`, those that are divided by a
    semicolon or by a comma and a blank.
    """
    pieces = text.replace(", ", ";").split(";")
    return [found for piece in pieces if (found := _amount(piece))]


def _amount(text: str) -> Amount | None:
    match = _NUMBER.search(text)
    if match:
        digits = "".join(c for c in match["number"] if c not in ",  ")
        number = float(digits)
    else:
        match = _WORDS.search(text)
        if not match:
            return None
        number = _NAMED[match["number"].lower()]
    unit = _UNITS.get((match["unit"] or "").lower(), 1)
    low = text.lower()
    currencies = (
        code
        for code, names in _CURRENCIES.items()
        if any(name in low for name in names)
    )
    return Amount(value=round(number * unit), currency=next(currencies, ""))
