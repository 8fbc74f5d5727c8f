"""
Exceptions in files of their own: put to the one license beside them that they
are for, and to no other.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from licensescan.classifier.classify import Classified
from licensescan.conclude.conclude import conclude
from licensescan.conclude.readme import ProseRead
from licensescan.model.types import (
    NONE,
    Component,
    Conclusion,
    Detection,
    Evidence,
    Expression,
    Match,
    Purl,
)
from licensescan.rulebook.rulebook import load

RUNTIME = "exception GCC-exception-3.1"


class Reader:
    """
    Reads `is X` as the text of X, and `exception X` as that exception alone.
    """

    def classify(self, evidence: Evidence) -> Classified:
        word, _, name = (evidence.text or "").partition(" ")
        match = Match(
            expression=Expression(name),
            kind="text",
            lines=(1, 9),
            coverage=1.0,
        )
        if word == "listed":
            other = Match(
                expression=Expression(name),
                kind="text",
                lines=(1, 9),
                coverage=1.0,
                part="libfoo",
            )
            detection = Detection(
                expression=other.expression,
                matches=(other,),
                exceptions=(
                    replace(match, expression=Expression("LLVM-exception")),
                ),
            )
        elif word == "exception":
            detection = Detection(expression=NONE, exceptions=(match,))
        else:
            detection = Detection(
                expression=match.expression, matches=(match,)
            )
        return Classified(
            path=evidence.path,
            sha256="",
            detection=detection,
            terms=load().terms_of(name),
        )

    def prose(self, evidence: Evidence) -> ProseRead:
        return ProseRead()


def files(folder: str, **texts: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            kind="license-file",
            path=f"{folder}/{name}",
            text=words,
            sha256=name,
        )
        for name, words in texts.items()
    )


def part(name: str, evidence: tuple[Evidence, ...]) -> Component:
    path = evidence[0].path
    return Component(
        purl=Purl(f"pkg:pypi/acme@1#{path}"),
        name=name,
        version="",
        kind="source",
        relation="vendored",
        path=path,
        evidence=evidence,
    )


def judged(
    declared: str, *parts: Component, own: tuple[Evidence, ...] = ()
) -> Conclusion:
    said = Evidence(kind="license-expression", path="METADATA", value=declared)
    component = Component(
        purl=Purl("pkg:pypi/acme@1"),
        name="acme",
        version="1",
        evidence=(said, *own),
        parts=tuple(parts),
    )
    return conclude(component, load(), Reader())


def told(conclusion: Conclusion) -> dict[str, str]:
    return {p.component.name: p.concluded for p in conclusion.parts}


def test_an_exception_beside_its_license_is_one_part_with_it() -> None:
    texts = part(
        "third", files("third", GPL3="is GPL-3.0-only", zlib="is Zlib")
    )
    found = judged(
        "MIT", texts, part("third/gcc-exception", files("third", GCC=RUNTIME))
    )
    assert told(found) == {
        "third": "GPL-3.0-only WITH GCC-exception-3.1 AND Zlib"
    }
    assert found.parts[0].terms.copyleft == "none"


def test_two_files_of_one_part_are_read_together() -> None:
    found = judged(
        "MIT",
        part(
            "libfoo",
            files("deps/libfoo", COPYING="is GPL-3.0-only", RUNTIME=RUNTIME),
        ),
    )
    assert told(found) == {"libfoo": "GPL-3.0-only WITH GCC-exception-3.1"}


@pytest.mark.parametrize(
    "host",
    [
        # The license of something else that has a name; another folder;
        # another version of the license.
        part("third/readline", files("third", readline="is GPL-3.0-only")),
        part("other", files("other", GPL3="is GPL-3.0-only")),
        part("third", files("third", GPL2="is GPL-2.0-only")),
        # Two texts, of which either may be meant.
        part(
            "third",
            files("third", one="is GPL-3.0-only", two="is GPL-3.0-or-later"),
        ),
    ],
)
def test_what_may_be_the_license_of_something_else_is_left_alone(
    host: Component,
) -> None:
    found = judged(
        "MIT", host, part("third/gcc-exception", files("third", GCC=RUNTIME))
    )
    assert not any(
        " WITH " in expression for expression in told(found).values()
    )
    assert any(p.terms.copyleft == "work" for p in found.parts)


@pytest.mark.parametrize(
    ("declared", "concluded"),
    [
        ("MIT", "MIT AND GPL-3.0-only WITH GCC-exception-3.1"),
        # The text may be that of the package, and the exception that of a
        # library in it.
        ("GPL-3.0-only", "GPL-3.0-only AND MIT"),
        ("MIT AND GPL-3.0-or-later", "MIT AND GPL-3.0-or-later"),
    ],
)
def test_the_own_license_of_a_package_takes_no_exception_of_another_file(
    declared: str, concluded: str
) -> None:
    own = files("licenses", LICENSE="is MIT", GPL3="is GPL-3.0-only")
    found = judged(
        declared,
        part("gcc-exception", files("licenses", GCC=RUNTIME)),
        own=own,
    )
    assert found.concluded == concluded


@pytest.mark.parametrize(
    ("exception", "concluded"),
    [
        ("LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        (
            "GCC-exception-3.1",
            "NOASSERTION",
        ),  # whatever it lifts, the license that it is taken from is not there
    ],
)
def test_an_exception_alone_names_a_license_that_asks_for_nothing(
    exception: str, concluded: str
) -> None:
    alone = part(
        "dragon", files("third_party/dragon", LICENSE=f"exception {exception}")
    )
    assert told(judged("MIT", alone))["dragon"] == concluded


def test_an_exception_among_the_licenses_of_others_takes_nothing_from_them() -> (
    None
):
    several = part(
        "others", files("third_party/others", NOTICES="listed MPL-2.0")
    )
    assert "MPL-2.0" in {p.concluded for p in judged("MIT", several).parts}
