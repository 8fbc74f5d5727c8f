"""
What stands several times is told once: copies of a text, and an agreement in
many languages.
"""

from __future__ import annotations

from dataclasses import replace

from licensescan.conclude.duplicate_parts import without_repeats
from licensescan.model.types import (
    Clause,
    Component,
    Conclusion,
    Evidence,
    Expression,
    Problem,
    Purl,
    Terms,
)


def part(
    path: str, concluded: str, sha256: str, *, unknown: bool = False
) -> Conclusion:
    name = path.rpartition("/")[2]
    component = Component(
        purl=Purl(f"pkg:pypi/acme@1#{path}"),
        name=name,
        version="",
        kind="source",
        path=path,
    )
    problems = (
        (Problem(rule="license-unknown", path=path, message="what is this"),)
        if unknown
        else ()
    )
    evidence = (Evidence(kind="license-file", path=path, sha256=sha256),)
    return Conclusion(
        component=component,
        concluded=Expression(concluded),
        basis="license-file",
        evidence=evidence,
        problems=problems,
    )


def told(*parts: Conclusion) -> list[tuple[str, int]]:
    return [
        (p.component.name, len(p.evidence)) for p in without_repeats(parts)
    ]


def test_one_text_in_many_folders_is_one_part() -> None:
    copies = [
        part(f"{place}/coin", "EPL-1.0", "aa") for place in ("arm", "x86")
    ]
    assert told(
        *copies,
        part("osx/other", "EPL-1.0", "aa"),
        part("win/third", "EPL-1.0", "aa"),
    ) == [("coin, other, third", 4)]
    assert (
        told(
            copies[0],
            part("x86/coin", "EPL-1.0", "bb"),
            part("win/coin", "MIT", "aa"),
        )
        == [("coin", 1)] * 3
    )


def test_of_many_names_the_first_are_given() -> None:
    assert told(*(part(f"lib/p{n}", "MIT", "aa") for n in range(10))) == [
        ("p0, p1, p2, p3, p4, p5, p6, p7 and 2 more", 10)
    ]


def test_two_copies_of_a_list_tell_of_one_thing() -> None:
    def stanza(
        path: str, name: str, concluded: str = "MIT", quote: str = ""
    ) -> Conclusion:
        one = part(path, concluded, path)
        terms = (
            Terms(clauses=(Clause(clause="dist.no_modify", quote=quote),))
            if quote
            else Terms()
        )
        return replace(
            one,
            component=replace(one.component, name=name, relation="bundled"),
            terms=terms,
        )

    info, tree = (
        stanza("info/LICENSE", "fitlib"),
        stanza("fit/LICENSE", "Fitlib"),
    )
    assert told(info, tree) == [("fitlib", 2)]
    assert len(told(info, stanza("fit/LICENSE", "plotlib"))) == 2
    assert len(told(info, stanza("fit/LICENSE", "fitlib", "Zlib"))) == 2
    assert (
        len(
            told(
                info, stanza("fit/LICENSE", "fitlib", quote="do not change it")
            )
        )
        == 2
    )


def test_translations_of_an_unknown_agreement_are_told_with_the_english_one() -> (
    None
):
    english, german = (
        part("a/LI_en", "LicenseRef-x", "aa", unknown=True),
        part("a/LI_de", "X", "bb", unknown=True),
    )
    assert told(
        english, german, part("a/LI_zh_TW", "NOASSERTION", "cc", unknown=True)
    ) == [("LI_en", 3)]


def test_what_is_no_translation_stays() -> None:
    english, german = (
        part("a/LI_en", "LicenseRef-x", "aa", unknown=True),
        part("a/LI_de", "X", "bb", unknown=True),
    )
    assert (
        len(told(part("a/LI_en", "MIT", "aa"), german)) == 2
    )  # the English text is known, this one is not
    assert len(told(english, part("b/LI_de", "X", "bb", unknown=True))) == 2
    assert len(told(english, part("a/LI_de", "GPL-3.0-only", "bb"))) == 2
    limit = Terms(
        clauses=(Clause(clause="use.noncommercial", quote="no commerce"),)
    )
    assert len(told(english, replace(german, terms=limit))) == 2
    assert len(told(german, part("a/LI_fr", "X", "cc", unknown=True))) == 2
