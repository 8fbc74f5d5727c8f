"""
The same terms in every encoding and layout: the same clauses, words that stand
in the file, and the lines where.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable

import pytest

from licensescan.classifier.classify import classify_bytes
from licensescan.model.types import Clause

PARAGRAPHS = (
    "Terms of Use of the Gadget",
    "1. Grant. Each contributor grants you a worldwide license under its patents to make, use and sell the work.",
    "2. Limits. You may not:",
    "(a) rent or lease the work to others;",
    "(b) use the work for surveillance of people; or",
    "(c) offer the work to third parties as a hosted service.",
    "3. Money. A company with an annual revenue of more than US $5,000,000 needs a license of its own from the maker.",
    "4. Suits. If you sue anyone over patents in the work, the patent license granted to you ends.",
    "5. Law. These terms are governed by the laws of Norway.",
)
CLAUSES = {
    "patent.grant": "Each contributor",
    "dist.prohibited": "rent or lease",
    "use.field": "use the work for surveillance",
    "use.no_hosting": "offer the work",
    "use.threshold": "A company",
    "patent.retaliation": "If you sue",
    "risk.governing_law": "These terms",
}
"""Each clause, and how its words begin."""


def wrapped(width: int = 60) -> str:
    return (
        "\n\n".join("\n".join(textwrap.wrap(p, width)) for p in PARAGRAPHS)
        + "\n"
    )


def before(mark: str, text: str) -> str:
    return "".join((mark + line).rstrip() + "\n" for line in text.splitlines())


def relabelled(*labels: str) -> str:
    text = wrapped()
    for old, new in zip(("(a)", "(b)", "(c)"), labels, strict=True):
        text = text.replace(old, new)
    return text


def broken() -> str:
    """Words of some length are broken at the ends of lines."""
    rows: list[str] = []
    for paragraph in PARAGRAPHS:
        row = ""
        for word in paragraph.split():
            if (
                len(row) + len(word) > 50
                and word.isalpha()
                and word.islower()
                and len(word) > 6
            ):
                rows.append(f"{row} {word[:4]}-".strip())
                row = word[4:]
            elif len(row) + len(word) > 56:
                rows.append(row)
                row = word
            else:
                row = f"{row} {word}".strip()
        rows += [row, ""]
    return "\n".join(rows)


def boxed() -> str:
    edge = "*" * 66 + "\n"
    return (
        edge
        + "".join(f"* {line:62s} *\n" for line in wrapped().splitlines())
        + edge
    )


def page(*, nested: bool) -> str:
    if not nested:
        paragraphs = "".join(
            f'<p class="x">{html.escape(p)}</p>\n' for p in PARAGRAPHS
        )
        return f"<html><body>\n{paragraphs}</body></html>\n"
    said = [re.sub(r"^(?:\d\. |\([abc]\) )", "", p) for p in PARAGRAPHS]
    items = "".join(f"<li>{p}</li>\n" for p in said[3:6])
    rest = "".join(
        f"<li>{p.replace('US $', 'US&nbsp;$')}</li>" for p in said[6:]
    )
    return f"<h1>{said[0]}</h1><ol><li>{said[1]}</li><li>{said[2]}<ol type=a>\n{items}</ol></li>\n{rest}</ol>\n"


BULLETS = relabelled("*", "*", "*").replace("not:\n\n", "not:\n")
FORMS: dict[str, Callable[[], str | bytes]] = {
    "wrapped": wrapped,
    "long lines": lambda: wrapped(10_000),
    "one line": lambda: " ".join(PARAGRAPHS) + "\n",
    "no blank lines": lambda: "\n".join(PARAGRAPHS) + "\n",
    "crlf": lambda: wrapped().replace("\n", "\r\n"),
    "old mac": lambda: wrapped().replace("\n", "\r"),
    "byte-order mark": lambda: wrapped().encode("utf-8-sig"),
    "utf-16": lambda: wrapped().encode("utf-16"),
    "utf-16 big": lambda: b"\xfe\xff" + wrapped().encode("utf-16-be"),
    "utf-16 without a mark": lambda: wrapped().encode("utf-16-le"),
    "latin-1": lambda: wrapped().replace("Gadget", "Gädget").encode("latin-1"),
    "cp1252": lambda: (
        wrapped().replace("the Gadget", "the “Gadget”").encode("cp1252")
    ),
    "hashes": lambda: before("# ", wrapped()),
    "slashes": lambda: before("// ", wrapped()),
    "stars": lambda: "/*\n" + before(" * ", wrapped()) + " */\n",
    "a comment without stars": lambda: "/*\n" + wrapped() + "*/\n",
    "semicolons": lambda: before(";; ", wrapped()),
    "rem": lambda: before("REM ", wrapped()),
    "dnl": lambda: before("dnl ", wrapped()),
    "dashes": lambda: before("-- ", wrapped()),
    "percents": lambda: before("% ", wrapped()),
    "exclamation marks": lambda: before("! ", wrapped()),
    "quoted": lambda: before("> ", wrapped()),
    "sgml comment": lambda: "<!--\n" + wrapped() + "-->\n",
    "docstring": lambda: f'"""\n{wrapped()}"""\n',
    "a box": boxed,
    "indented": lambda: before("        ", wrapped()),
    "tabs": lambda: before("\t", wrapped()),
    "justified": lambda: (
        "\n".join(
            line.replace(" ", "  ", 7) for line in wrapped().splitlines()
        )
        + "\n"
    ),
    "broken words": broken,
    "capitals": lambda: wrapped().upper(),
    "html": lambda: page(nested=False),
    "html lists": lambda: page(nested=True),
    "bullets": lambda: BULLETS,
    "dashes as bullets": lambda: BULLETS.replace("\n*", "\n-"),
    "rest": lambda: "Terms\n=====\n\n" + BULLETS,
    "roman": lambda: relabelled("i.", "ii.", "iii."),
    "decimal": lambda: relabelled("2.1", "2.2", "2.3"),
    "no labels": lambda: relabelled("", "", ""),
    "form feed": lambda: wrapped().replace("3. Money", "\f3. Money"),
}


def read(form: str) -> tuple[str, list[Clause]]:
    """
    The text of a form with plain line ends, and what was found at lines of it.
    """
    given = FORMS[form]()
    data = given.encode() if isinstance(given, str) else given
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "cp1252"):
        try:
            text = (
                data.decode(encoding)
                if encoding != "utf-16"
                or data[:2] in (b"\xff\xfe", b"\xfe\xff")
                else "\0"
            )
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            break
    found = classify_bytes(data, "terms.txt", clauses_only=True)
    return _plain(text), [c for c in found.terms.clauses if c.lines]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_form_says_the_same(form: str) -> None:
    _, clauses = read(form)
    assert sorted(c.clause for c in clauses) == sorted(CLAUSES)


def test_quotes_stand_in_the_lines_that_are_told(form: str) -> None:
    text, clauses = read(form)
    rows = text.split("\n")
    for clause in clauses:
        assert clause.lines is not None
        first, last = clause.lines
        within = "\n".join(rows[first - 1 : last])
        quote = _plain(clause.quote or "")
        assert quote in within
        assert quote.split("\n")[0] in rows[first - 1]
        assert quote.split("\n")[-1] in rows[last - 1]


def test_quotes_begin_with_the_first_word_of_what_is_said(form: str) -> None:
    _, clauses = read(form)
    for clause in clauses:
        said = " ".join((clause.quote or "").split())
        assert said.lower().startswith(CLAUSES[clause.clause].lower()), said


def test_parameters_are_the_same(form: str) -> None:
    _, clauses = read(form)
    limit = next(c for c in clauses if c.clause == "use.threshold")
    assert {k: v.lower() for k, v in limit.params.items()} == {
        "metric": "revenue",
        "amount": "us $5,000,000",
        "period": "annual",
    }
