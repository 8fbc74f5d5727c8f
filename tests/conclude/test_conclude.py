"""
The precedence of docs/architecture.md, case by case, with texts that a fake
reader names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from licensescan.classifier.classify import Classified
from licensescan.conclude.conclude import conclude
from licensescan.conclude.readme import ProseRead, read_prose, read_text
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Clause,
    Component,
    Conclusion,
    Curation,
    Detection,
    Difference,
    Evidence,
    Expression,
    Match,
    Patent,
    Purl,
    Retaliation,
    Terms,
    Unmatched,
)
from licensescan.rulebook.rulebook import Rulebook, load

FACTS = {
    "MIT": 'commercial = "allowed"\n[patent]\ngrant = "none"\n',
    "ISC": 'commercial = "allowed"\n[patent]\ngrant = "none"\n',
    "Apache-2.0": 'commercial = "allowed"\n[patent]\ngrant = "express"\n'
    '[patent.retaliation]\nstrength = "work"\neffect = "patent"\n',
    "GPL-3.0-only": 'copyleft = "work"\ncommercial = "allowed"\n[patent]\ngrant = "express"\n',
    "GPL-2.0-only": 'copyleft = "work"\ncommercial = "allowed"\n[patent]\ngrant = "implicit"\n',
    "GPL-2.0-or-later": 'copyleft = "work"\ncommercial = "allowed"\n[patent]\ngrant = "implicit"\n',
    "BSD-3-Clause": 'commercial = "allowed"\n[patent]\ngrant = "none"\n',
    "CC-BY-NC-4.0": 'commercial = "prohibited"\n[patent]\ngrant = "disclaimed"\n',
}
LONG = "words of terms that go on for a while " * 30


@pytest.fixture
def rulebook(tmp_path: Path) -> Rulebook:
    (tmp_path / "licenses").mkdir()
    for name, text in FACTS.items():
        (tmp_path / "licenses" / f"{name}.toml").write_text(text)
    return Rulebook(tmp_path)


class Fake:
    """
    Reads `is X` as the expression X, `open ...` as an unknown text, `changed
    X` as a modified one.
    """

    def classify(self, evidence: Evidence) -> Classified:
        text = evidence.text or ""
        word, _, rest = text.partition(" ")
        expression, modified, matches, terms = NONE, False, (), Terms()
        unmatched: tuple[Unmatched, ...] = ()
        if word in ("is", "mentions"):
            expression = Expression(rest.partition("\n")[0])
        elif word == "stanzas":
            own, part, *name = rest.split(" | ")
            expression = Expression(own)
            matches = (
                Match(
                    expression=expression,
                    kind="text",
                    lines=(1, 4),
                    coverage=1.0,
                ),
                Match(
                    expression=Expression(part),
                    kind="text",
                    lines=(5, 9),
                    coverage=1.0,
                    part=name[0] if name else "libfoo",
                ),
            )
        elif word == "about":
            names = [pair.split("=") for pair in rest.split()]
            matches = tuple(
                Match(
                    expression=Expression(x),
                    kind="text",
                    lines=(1, 4),
                    coverage=1.0,
                    part=name,
                )
                for name, x in names
            )
            expression = Expression(" AND ".join(x for _, x in names))
        elif word == "changed":
            difference = Difference(
                kind="added",
                lines=(2, 2),
                words="not for profit",
                matters=True,
            )
            match = Match(
                expression=Expression(rest),
                kind="text",
                lines=(1, 3),
                coverage=0.9,
                differences=(difference,),
            )
            expression, modified, matches = NOASSERTION, True, (match,)
        elif word == "open":
            clause = Clause(
                clause="use.noncommercial", lines=(1, 1), quote="no commerce"
            )
            expression = NOASSERTION
            terms = Terms(
                commercial="prohibited",
                clauses=(clause,),
                patent=Patent(grant="none"),
            )
        elif word == "apart":
            expression = Expression(rest)
            matches = (
                Match(
                    expression=expression,
                    kind="text",
                    lines=(1, 4),
                    coverage=1.0,
                ),
            )
            unmatched = (Unmatched(lines=(5, 9), words=50, part="libfoo"),)
            clause = Clause(
                clause="use.noncommercial",
                path=evidence.path,
                lines=(6, 6),
                quote="no commerce",
            )
            terms = Terms(
                commercial="prohibited",
                clauses=(clause,),
                patent=Patent(grant="none"),
            )
        elif word == "rider":
            hit = Retaliation(strength="broad", effect="patent")
            expression, terms = (
                NOASSERTION,
                Terms(patent=Patent(grant="file", retaliation=hit)),
            )
        detection = Detection(
            expression=expression,
            modified=modified,
            matches=matches,
            unmatched=unmatched,
        )
        return Classified(
            path=evidence.path, sha256="", detection=detection, terms=terms
        )

    def prose(self, evidence: Evidence) -> ProseRead:
        text = evidence.text or ""
        if "PATENTS" in text:
            return ProseRead(patents=(1, 1))
        if text.startswith("is "):
            return ProseRead(section=f"SPDX-License-Identifier: {text[3:]}")
        if text.startswith("weights"):
            clause = Clause(
                clause="use.noncommercial",
                lines=(1, 1),
                quote=text,
                params={"subject": "weights"},
            )
            return ProseRead(clauses=(clause,))
        return ProseRead()


def field(kind: str, value: str) -> Evidence:
    return Evidence(kind=kind, path="METADATA", value=value, lines=(1, 1))


def text(
    words: str, path: str = "LICENSE", kind: str = "license-file"
) -> Evidence:
    return Evidence(kind=kind, path=path, text=words, sha256="0" * 64)


def judged(
    rulebook: Rulebook,
    *evidence: Evidence,
    parts: Sequence[Component] = (),
    curations: Sequence[Curation] = (),
) -> Conclusion:
    component = Component(
        purl=Purl("pkg:pypi/acme@1.0"),
        name="acme",
        version="1.0",
        evidence=evidence,
        parts=tuple(parts),
    )
    return conclude(component, rulebook, Fake(), curations)


def rules(conclusion: Conclusion) -> set[str]:
    return {p.rule for p in conclusion.problems}


@pytest.mark.parametrize(
    ("evidence", "concluded", "basis", "problems"),
    [
        # A text covers what is declared.
        ([field("license-expression", "MIT"), text("is MIT")], "MIT", "license-expression", set()),
        ([field("license-field", "MIT"), text("is MIT")], "MIT", "license-field", set()),
        ([field("license-expression", "MIT AND ISC"), text("is MIT")], "MIT AND ISC", "license-expression", set()),
        ([field("license-expression", "MIT OR ISC"), text("is MIT")], "MIT OR ISC", "license-expression", set()),
        # Texts decide where metadata names a family or nothing.
        ([text("is MIT")], "MIT", "license-file", set()),
        ([field("license-field", "BSD"), text("is BSD-3-Clause")], "BSD-3-Clause", "license-file", set()),
        ([field("license-field", "BSD"), text("is MIT")], "MIT", "license-file", {"license-mismatch"}),
        # The text is another license.
        ([field("license-expression", "MIT"), text("is GPL-3.0-only")], "GPL-3.0-only", "license-file",
         {"license-mismatch"}),
        # More text than declared: added, and told when it weighs more.
        ([field("license-expression", "MIT"), text("is MIT AND ISC")], "MIT AND ISC",
         "license-expression and license-file", set()),
        ([field("license-expression", "MIT"), text("is MIT"), text("is GPL-3.0-only", "COPYING")],
         "MIT AND GPL-3.0-only", "license-expression and license-file", {"license-mismatch"}),
        # A changed text is never its base.
        ([field("license-expression", "MIT"), text("changed MIT")], NOASSERTION, "license-file", {"license-modified"}),
        # Nothing but metadata.
        ([field("license-field", "MIT")], "MIT", "license-field", {"notice-missing"}),
        ([field("license-field", "BSD")], NOASSERTION, "license-field", {"license-ambiguous"}),
        ([field("license-field", "UNKNOWN")], NONE, "none", {"license-missing"}),
        ([], NONE, "none", {"license-missing"}),
        ([text("   ")], NONE, "none", {"license-missing"}),
        ([text("names of people", "AUTHORS"), field("license-field", "MIT")], "MIT", "license-field",
         {"notice-missing"}),
        # An expression that is none, read like a field.
        ([field("license-expression", "MIT License"), text("is MIT")], "MIT", "license-expression",
         {"expression-invalid"}),
        # A nameless LicenseRef gives way to a text.
        ([field("license-expression", "LicenseRef-Proprietary"), text("is BSD-3-Clause")], "BSD-3-Clause",
         "license-file", set()),
        # It does not to a changed one, but a vendor's terms in another version
        # are what a nameless one stands for.
        ([field("license-expression", "LicenseRef-Proprietary"), text("changed MIT")], NOASSERTION,
         "license-file", {"license-modified"}),
        ([field("license-expression", "LicenseRef-Proprietary"), text("changed LicenseRef-Acme-SDK")],
         "LicenseRef-Proprietary", "license-expression", {"license-unknown"}),
        # Headers and READMEs come last.
        ([Evidence(kind="spdx-tag", path="a.py", value="ISC", lines=(1, 1))], "ISC", "source-header", set()),
        ([text("is MIT", "README", kind="readme")], "MIT", "readme", set()),
    ],
)  # fmt: skip
def test_the_precedence(
    rulebook: Rulebook,
    evidence: list[Evidence],
    concluded: str,
    basis: str,
    problems: set[str],
) -> None:
    found = judged(rulebook, *evidence)
    assert (found.concluded, found.decided_by) == (concluded, basis)
    assert rules(found) == problems


@pytest.mark.parametrize(
    ("kind", "value", "concluded", "rule"),
    [
        (
            "classifier",
            "License :: OSI Approved :: Apache Software License",
            "Apache-2.0",
            "license-ambiguous",
        ),
        (
            "classifier",
            "License :: OSI Approved :: BSD License",
            NOASSERTION,
            "license-ambiguous",
        ),
        ("license-field", "BSD", NOASSERTION, "license-ambiguous"),
        ("license-field", "BSD OR GPL", NOASSERTION, "license-unknown"),
        (
            "license-field",
            "BSD, non-commercial",
            NOASSERTION,
            "license-unknown",
        ),
        ("license-field", "MPL", NOASSERTION, "license-unknown"),
        (
            "classifier",
            "License :: OSI Approved :: GNU General Public License (GPL)",
            NOASSERTION,
            "license-unknown",
        ),
    ],
)
def test_a_bare_family_is_ambiguous_where_no_member_asks_for_more(
    rulebook: Rulebook, kind: str, value: str, concluded: str, rule: str
) -> None:
    found = judged(rulebook, field(kind, value))
    assert (found.concluded, rules(found)) == (concluded, {rule})


@pytest.mark.parametrize(
    ("kind", "value", "commercial", "clauses"),
    [
        (
            "classifier",
            "License :: Free for non-commercial use",
            "prohibited",
            {"use.noncommercial"},
        ),
        (
            "classifier",
            "License :: Free For Educational Use",
            "prohibited",
            {"use.research_only"},
        ),
        (
            "license-field",
            "MIT License (non-commercial use only)",
            "prohibited",
            {"use.noncommercial"},
        ),
        (
            "license-field",
            "Evaluation only",
            "prohibited",
            {"use.evaluation_only"},
        ),
        (
            "classifier",
            "License :: Other/Proprietary License",
            "conditional",
            set(),
        ),
        (
            "classifier",
            "License :: Free To Use But Restricted",
            "conditional",
            set(),
        ),
        ("license-field", "Whatever", "unknown", set()),
    ],
)
def test_what_a_field_withholds_is_told_although_no_license_is_named(
    rulebook: Rulebook,
    kind: str,
    value: str,
    commercial: str,
    clauses: set[str],
) -> None:
    found = judged(rulebook, field(kind, value))
    assert (found.concluded, found.terms.commercial) == (
        NOASSERTION,
        commercial,
    )
    assert {c.clause for c in found.terms.clauses} == clauses
    assert rules(found) == {"license-unknown"}


@pytest.mark.parametrize(
    ("said", "commercial"),
    [
        ("Commercial use cases require a paid license.", "conditional"),
        ("It may be used for non-commercial purposes only.", "prohibited"),
    ],
)
def test_an_offer_beside_a_copyleft_license_is_a_condition(
    said: str, commercial: str
) -> None:
    class Reads(Fake):
        def prose(self, evidence: Evidence) -> ProseRead:
            return read_text(evidence.text or "")

    def beside(license_: str) -> str:
        evidence = (
            text(f"is {license_}"),
            text(f"# License\n\n{said}\n", "README", kind="readme"),
        )
        component = Component(
            purl=Purl("pkg:pypi/acme@1.0"),
            name="acme",
            version="1.0",
            evidence=evidence,
        )
        return conclude(component, load(), Reads(), ()).terms.commercial

    assert beside("AGPL-3.0-only") == commercial
    assert beside("MIT") == "prohibited"


def test_or_later_is_decided_by_a_field(rulebook: Rulebook) -> None:
    trove = "License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)"
    found = judged(
        rulebook,
        field("license-field", "GPL"),
        field("classifier", trove),
        text("is GPL-2.0-only"),
    )
    assert found.concluded == "GPL-2.0-or-later"
    assert (
        judged(rulebook, text("is GPL-2.0-only")).concluded == "GPL-2.0-only"
    )


def test_two_fields_that_differ_without_a_text_are_both_kept(
    rulebook: Rulebook,
) -> None:
    trove = "License :: OSI Approved :: ISC License (ISCL)"
    found = judged(
        rulebook, field("license-field", "MIT"), field("classifier", trove)
    )
    assert {found.concluded, found.alternative} == {"MIT", "ISC"}
    assert rules(found) == {"license-mismatch"}


def test_a_mismatch_points_to_the_text_that_differs_and_not_to_an_unknown_one_before_it(
    rulebook: Rulebook,
) -> None:
    texts = (
        text("open Acme Terms\n" + LONG, "EULA.txt"),
        text("is GPL-3.0-only", "COPYING"),
    )
    found = judged(rulebook, field("license-expression", "MIT"), *texts)
    assert [
        p.path for p in found.problems if p.rule == "license-mismatch"
    ] == ["COPYING"]


@pytest.mark.parametrize(
    ("license_", "told"),
    [
        ("MIT", ["acme ships the text of MIT; a field says 'Proprietary'"]),
        ("LicenseRef-Acme-SDK", []),
    ],
)
def test_a_text_under_a_field_that_withholds_is_a_mismatch_unless_it_is_a_vendors(
    rulebook: Rulebook, license_: str, told: list[str]
) -> None:
    found = judged(
        rulebook, field("license-field", "Proprietary"), text(f"is {license_}")
    )
    assert [
        p.message for p in found.problems if p.rule == "license-mismatch"
    ] == told


@pytest.mark.parametrize(
    ("license_", "told"),
    [
        ("MIT", ["acme one field says MIT, another 'Proprietary'"]),
        ("LicenseRef-Acme-SDK", []),
    ],
)
def test_so_is_a_name_without_a_text(
    rulebook: Rulebook, license_: str, told: list[str]
) -> None:
    found = judged(
        rulebook,
        field("license-expression", license_),
        field("license-field", "Proprietary"),
    )
    assert [
        p.message for p in found.problems if p.rule == "license-mismatch"
    ] == told


def test_a_restricting_field_is_never_overheard(rulebook: Rulebook) -> None:
    found = judged(
        rulebook,
        field("license-field", "MIT License (non-commercial use only)"),
    )
    assert found.concluded == NOASSERTION
    assert "license-unknown" in rules(found)


def test_an_unknown_text_gets_a_name_and_keeps_its_clauses(
    rulebook: Rulebook,
) -> None:
    found = judged(rulebook, text("open Acme Research Terms\n" + LONG))
    assert found.concluded.startswith("LicenseRef-")
    assert found.terms.commercial == "prohibited"
    assert found.terms.clauses[0].quote == "no commerce"
    assert "license-unknown" in rules(found)


def test_an_unknown_text_under_a_known_label_is_judged_by_both(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook,
        field("license-expression", "MIT"),
        text("open Acme Terms\n" + LONG),
    )
    assert (found.alternative, found.basis) == ("MIT", "clauses")
    assert found.terms.commercial == "prohibited"
    assert "license-mismatch" in rules(found)


def test_a_pasted_text_in_the_license_field_is_read_as_a_text(
    rulebook: Rulebook,
) -> None:
    found = judged(rulebook, field("license-field", "open " + "line\n" * 40))
    assert found.declared == NOASSERTION
    assert found.detected == NOASSERTION


def test_a_stanza_of_the_license_file_becomes_a_part(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook,
        field("license-expression", "MIT"),
        text("stanzas MIT | GPL-3.0-only"),
    )
    assert found.concluded == "MIT"
    assert [(p.component.name, p.concluded) for p in found.parts] == [
        ("libfoo", "GPL-3.0-only")
    ]
    assert rules(found) == set()


def test_a_source_header_on_other_terms_becomes_a_part(
    rulebook: Rulebook,
) -> None:
    tag = Evidence(
        kind="spdx-tag",
        path="acme/core.py",
        value="GPL-3.0-only",
        lines=(1, 1),
    )
    same = Evidence(
        kind="spdx-tag", path="acme/a.py", value="MIT", lines=(1, 1)
    )
    found = judged(
        rulebook, field("license-expression", "MIT"), text("is MIT"), tag, same
    )
    assert [(p.component.path, p.concluded) for p in found.parts] == [
        ("acme/core.py", "GPL-3.0-only")
    ]


def _tag(license_id: str, share: tuple[int, int] | None) -> Evidence:
    return Evidence(
        kind="spdx-tag",
        path="acme/core.py",
        value=license_id,
        lines=(1, 1),
        share=share,
    )


def test_a_few_headers_do_not_speak_for_the_whole(rulebook: Rulebook) -> None:
    few = judged(rulebook, _tag("MIT", (3, 60)))
    assert (few.concluded, few.basis) == (NOASSERTION, "source-header")
    assert [(p.component.path, p.concluded) for p in few.parts] == [
        ("acme/core.py", "MIT")
    ]
    assert judged(rulebook, _tag("MIT", (30, 60))).concluded == "MIT"


def test_most_headers_outweigh_a_field_without_a_text(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook, field("license-field", "MIT"), _tag("GPL-3.0-only", (50, 60))
    )
    assert (found.concluded, found.alternative) == ("GPL-3.0-only", "MIT")
    assert "license-mismatch" in rules(found)
    rare = judged(
        rulebook, field("license-field", "MIT"), _tag("GPL-3.0-only", (5, 60))
    )
    assert rare.concluded == "MIT"
    assert [p.concluded for p in rare.parts] == ["GPL-3.0-only"]


def test_stale_headers_about_patents_are_told_and_decide_nothing(
    rulebook: Rulebook,
) -> None:
    stale = Evidence(
        kind="source-header",
        path="acme/old.py",
        text="see PATENTS",
        share=(3, 60),
    )
    found = judged(rulebook, text("is MIT"), stale)
    assert found.terms.patent.grant == "none"
    assert rules(found) == {"patent-file-missing"}


def test_two_unknown_texts_are_a_choice_when_a_third_says_so(
    rulebook: Rulebook,
) -> None:
    two = (
        text("open Acme General Terms\n" + LONG, "LICENSE-A"),
        text("open Acme Research Terms\n" + LONG, "LICENSE-B"),
    )
    assert " AND " in judged(rulebook, *two).concluded
    offer = text(
        "open Licensed according to one of the following terms",
        "LICENSE-README",
    )
    assert " OR " in judged(rulebook, *two, offer).concluded


def test_parts_are_concluded_on_their_own(rulebook: Rulebook) -> None:
    part = Component(
        purl=Purl("pkg:pypi/acme@1.0#w"), name="weights", version="", kind="model", relation="weights",
        evidence=(text("is CC-BY-NC-4.0", "LICENSE_weights"),),
    )  # fmt: skip
    found = judged(
        rulebook,
        field("license-expression", "MIT"),
        text("is MIT"),
        parts=[part],
    )
    assert found.concluded == "MIT"
    assert found.terms.commercial == "allowed"
    assert found.parts[0].terms.commercial == "prohibited"


def test_a_readme_can_put_the_weights_on_other_terms(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook,
        field("license-expression", "MIT"),
        text("is MIT"),
        text("weights no", "README", "readme"),
    )
    assert [(p.component.kind, p.terms.commercial) for p in found.parts] == [
        ("model", "prohibited")
    ]
    assert found.terms.commercial == "allowed"


def test_a_patents_file_changes_the_patent_answer(rulebook: Rulebook) -> None:
    found = judged(
        rulebook,
        text("is BSD-3-Clause"),
        text("rider", "PATENTS", "patents-file"),
    )
    assert found.concluded == "BSD-3-Clause"
    assert found.terms.patent.grant == "file"
    assert found.terms.patent.retaliation == Retaliation(
        strength="broad", effect="patent"
    )


def test_a_patents_file_that_is_only_spoken_of_is_missed(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook,
        text("is BSD-3-Clause"),
        text("see PATENTS", "README", "readme"),
    )
    assert found.terms.patent.grant == "unknown"
    assert rules(found) == {"patent-file-missing"}


def test_a_curation_wins_while_its_text_is_the_same(
    rulebook: Rulebook,
) -> None:
    evidence = (field("license-expression", "MIT"), text("is GPL-3.0-only"))
    pinned = Curation(
        component="acme",
        license=Expression("ISC"),
        reason="asked upstream",
        sha256="0" * 64,
    )
    found = judged(rulebook, *evidence, curations=[pinned])
    assert (found.concluded, found.basis) == ("ISC", "curation")
    lapsed = Curation(
        component="acme",
        license=Expression("ISC"),
        reason="asked upstream",
        sha256="1" * 64,
    )
    assert (
        judged(rulebook, *evidence, curations=[lapsed]).concluded
        == "GPL-3.0-only"
    )


def test_every_observation_is_told(rulebook: Rulebook) -> None:
    found = judged(
        rulebook,
        field("license-expression", "MIT"),
        field("license-field", "MIT"),
        text("is MIT"),
    )
    assert [(e.kind, e.expression) for e in found.evidence] == [
        ("license-expression", "MIT"),
        ("license-field", "MIT"),
        ("license-file", "MIT"),
    ]
    assert all(e.text is None for e in found.evidence)


def test_two_texts_are_a_choice_when_the_readme_says_dual(
    rulebook: Rulebook,
) -> None:
    two = (
        text("is MIT", "COPYING-MIT"),
        text("is GPL-2.0-only", "COPYING-GPL"),
    )
    readme = text(
        "Acme\n\nLicense\n-------\n\nAcme is dual licensed, see the files.\n",
        "README",
        kind="readme",
    )
    assert judged(rulebook, *two).concluded == "MIT AND GPL-2.0-only"
    assert judged(rulebook, *two, readme).concluded == "MIT OR GPL-2.0-only"


def test_a_version_or_later_is_kept_by_keeping_to_a_later_one(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook,
        text("is LGPL-2.0-or-later AND MIT", "COPYING"),
        text("is LGPL-2.1-only", "COPYING.LESSER"),
    )
    assert found.concluded == "MIT AND LGPL-2.1-only"


def test_one_file_that_says_or_later_speaks_for_itself(
    rulebook: Rulebook,
) -> None:
    some = [
        replace(_tag("GPL-2.0-only", (9, 20)), path="a.py"),
        replace(_tag("GPL-2.0-or-later", (1, 20)), path="b.py"),
    ]
    assert (
        judged(rulebook, text("is GPL-2.0-only"), *some).concluded
        == "GPL-2.0-only"
    )
    assert (
        judged(rulebook, text("is GPL-2.0-only"), some[1]).concluded
        == "GPL-2.0-or-later"
    )


def test_headers_that_ask_no_more_than_the_whole_are_no_parts(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook,
        field("license-field", "AGPL-3.0-only"),
        text("is AGPL-3.0-only"),
        _tag("GPL-3.0-only", (1, 9)),
    )
    assert found.parts == ()
    wider = judged(
        rulebook,
        field("license-field", "GPL-3.0-only"),
        text("is GPL-3.0-only"),
        _tag("AGPL-3.0-only", (1, 9)),
    )
    assert [p.concluded for p in wider.parts] == ["AGPL-3.0-only"]


def test_parts_that_repeat_the_component_are_left_out(
    rulebook: Rulebook,
) -> None:
    own = replace(text("is MIT"), sha256="a" * 64)
    copy = replace(text("is MIT", "share/doc/acme/LICENSE"), sha256="a" * 64)
    other = replace(text("is ISC", "share/doc/zlib/LICENSE"), sha256="b" * 64)
    parts = tuple(
        Component(
            purl=Purl(f"pkg:pypi/acme@1#{e.path}"),
            name=e.path,
            version="",
            kind="source",
            evidence=(e,),
        )
        for e in (copy, other)
    )
    found = conclude(
        Component(
            purl=Purl("pkg:pypi/acme@1"),
            name="acme",
            version="1",
            evidence=(own,),
            parts=parts,
        ),
        rulebook,
        Fake(),
    )
    assert [p.component.name for p in found.parts] == [
        "share/doc/zlib/LICENSE"
    ]


@pytest.mark.parametrize(
    ("own", "kept"),
    [("LicenseRef-Acme-EULA", 0), ("LicenseRef-Other-EULA", 1), ("MIT", 1)],
)
def test_a_vendors_library_in_its_own_package_is_that_package(
    rulebook: Rulebook, own: str, kept: int
) -> None:
    told = Evidence(
        kind="native",
        path="acme/libengine.so",
        value="LicenseRef-scancode-acme-engine",
    )
    part = Component(
        purl=Purl("pkg:pypi/acme@1#x"),
        name="Acme engine",
        version="",
        kind="native",
        evidence=(told,),
    )
    whole = Component(
        purl=Purl("pkg:pypi/acme@1"),
        name="acme",
        version="1",
        evidence=(field("license-expression", own),),
        parts=(part,),
    )
    assert len(conclude(whole, rulebook, Fake()).parts) == kept


def part_of(*evidence: Evidence) -> Component:
    """A folder inside a package, with a license of its own or not."""
    purl = Purl("pkg:pypi/acme@1.0#acme/inner")
    return Component(
        purl=purl,
        name="inner",
        version="",
        kind="source",
        relation="vendored",
        evidence=evidence,
    )


@pytest.mark.parametrize(
    ("evidence", "concluded", "parts"),
    [
        # "Inner is licensed under the MIT license: ..." is about itself,
        ([text("about inner=MIT")], "MIT", []),
        # a list of other things is about these,
        (
            [text("about one=MIT two=GPL-3.0-only")],
            NONE,
            ["GPL-3.0-only", "MIT"],
        ),
        # and a NOTICE is read for what it says of others.
        ([text("is Apache-2.0", "NOTICE", "notice")], "Apache-2.0", []),
        ([text("thanks to everybody", "NOTICE", "notice")], NONE, []),
    ],
)
def test_what_a_folder_of_others_says(
    rulebook: Rulebook,
    evidence: list[Evidence],
    concluded: str,
    parts: list[str],
) -> None:
    found = conclude(part_of(*evidence), rulebook, Fake())
    assert found.concluded == concluded
    assert sorted(p.concluded for p in found.parts) == parts
    assert rules(found) == set()


def test_a_license_file_of_a_folder_that_says_nothing_is_told(
    rulebook: Rulebook,
) -> None:
    assert rules(
        conclude(part_of(text("thanks to everybody")), rulebook, Fake())
    ) == {"license-unknown"}


def test_a_list_of_others_is_taken_apart(rulebook: Rulebook) -> None:
    inner = part_of(text("about one=MIT two=GPL-3.0-only"))
    found = judged(
        rulebook,
        field("license-expression", "MIT"),
        text("is MIT"),
        parts=[inner],
    )
    assert [(p.component.name, p.concluded) for p in found.parts] == [
        ("one", "MIT"),
        ("two", "GPL-3.0-only"),
    ]


def test_a_text_about_something_else_does_not_contradict_what_is_declared(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook,
        field("license-expression", "MIT"),
        text("about helper=GPL-3.0-only"),
    )
    assert found.concluded == "MIT"
    assert [(p.component.name, p.concluded) for p in found.parts] == [
        ("helper", "GPL-3.0-only")
    ]


@pytest.mark.parametrize(
    ("declared", "concluded"), [("MIT", "MIT"), (None, "Apache-2.0 OR MIT")]
)
def test_two_files_named_after_their_licenses_offer_a_choice(
    rulebook: Rulebook, declared: str | None, concluded: str
) -> None:
    texts = [
        text("is MIT", "LICENSE-MIT"),
        text("is Apache-2.0", "LICENSE-APACHE"),
    ]
    found = judged(
        rulebook,
        *([field("license-field", declared)] if declared else []),
        *texts,
    )
    assert found.concluded == concluded
    assert rules(found) == set()


def test_a_field_that_says_proprietary_does_not_contradict_a_vendors_text(
    rulebook: Rulebook,
) -> None:
    word = field("classifier", "License :: Other/Proprietary License")
    assert "license-mismatch" not in rules(
        judged(rulebook, word, text("is LicenseRef-scancode-issl-2022"))
    )
    assert "license-mismatch" in rules(judged(rulebook, word, text("is MIT")))


@pytest.mark.parametrize(
    ("declared", "shipped"),
    [
        ("PSF-2.0", "Python-2.0 AND Python-2.0.1"),
        ("BSD-3-Clause", "LicenseRef-scancode-protobuf"),
    ],
)
def test_texts_that_are_shipped_under_another_name(
    rulebook: Rulebook, declared: str, shipped: str
) -> None:
    found = judged(
        rulebook, field("license-field", declared), text(f"is {shipped}")
    )
    assert (found.concluded, rules(found)) == (declared, set())


def test_a_rider_that_is_only_referred_to_makes_no_part(
    rulebook: Rulebook,
) -> None:
    stale = _tag(
        "MIT AND LicenseRef-scancode-facebook-patent-rights-2", (2, 60)
    )
    assert (
        judged(
            rulebook, field("license-field", "MIT"), text("is MIT"), stale
        ).parts
        == ()
    )


def test_a_stanza_about_a_library_that_the_table_knows_in_every_build_adds_nothing(
    rulebook: Rulebook,
) -> None:
    told = Evidence(kind="native", path="acme.libs/liblzma.so.5", value="0BSD")
    native = Component(
        purl=Purl("pkg:pypi/acme@1#l"),
        name="XZ Utils (liblzma)",
        version="",
        kind="native",
        evidence=(told,),
    )
    stanza = text("stanzas MIT | GPL-3.0-only | LIBLZMA")
    for parts, names in (
        ((), ["LIBLZMA"]),
        ((native,), ["XZ Utils (liblzma)"]),
    ):
        whole = Component(
            purl=Purl("pkg:pypi/acme@1"),
            name="acme",
            version="1",
            evidence=(stanza,),
            parts=parts,
        )
        assert [
            p.component.name for p in conclude(whole, rulebook, Fake()).parts
        ] == names


@pytest.mark.parametrize(
    ("stanza", "concluded"),
    [
        (
            "GPL-3.0-only | xz-5.4.5",
            "0BSD",
        ),  # the license file of a whole project, its scripts and build system too
        ("GPL-2.0-only | freetype-2.13.2", "FTL OR GPL-2.0-or-later"),
        ("GPL-3.0-only | fftw-3.3", "GPL-3.0-only"),
        ("GPL-3.0-only | fitlib-1.0", "GPL-3.0-only"),
        ("MIT | xz-5.4.5", "MIT"),
    ],
)
def test_a_stanza_of_a_library_is_what_the_table_knows_of_it(
    rulebook: Rulebook, stanza: str, concluded: str
) -> None:
    found = judged(
        rulebook,
        field("license-expression", "MIT"),
        text(f"stanzas MIT | {stanza}"),
    )
    assert [p.concluded for p in found.parts] == [concluded]
    assert [p.detected for p in found.parts] == [stanza.partition(" | ")[0]]


def test_limits_in_what_a_text_sets_apart_are_the_parts_alone(
    rulebook: Rulebook,
) -> None:
    # No field names a license, so that the text decides, as in NumPy's wheels
    # for Windows.
    found = judged(rulebook, text("apart MIT"))
    assert (found.concluded, found.terms.commercial) == ("MIT", "allowed")
    assert [
        c.clause for c in found.terms.clauses if c.clause.startswith("use.")
    ] == []
    assert [(p.component.name, p.terms.commercial) for p in found.parts] == [
        ("libfoo", "prohibited")
    ]


@pytest.mark.parametrize(
    ("more", "parts"),
    [
        ("This is an alternative to the other wrapper.", 0),
        ("Released under the GPL.", 1),
    ],
)
def test_a_long_header_that_only_mentions_gpl_is_about_other_software(
    rulebook: Rulebook, more: str, parts: int
) -> None:
    header = Evidence(
        kind="source-header",
        path="acme/a.py",
        text=f"mentions GPL-1.0-or-later\n{'many words ' * 20}{more}",
        share=(1, 60),
    )
    found = judged(
        rulebook, field("license-field", "MIT"), text("is MIT"), header
    )
    assert len(found.parts) == parts


def test_the_texts_of_what_one_file_offers_add_nothing_to_the_choice(
    rulebook: Rulebook,
) -> None:
    offer = text("is GPL-2.0-or-later OR LGPL-2.1-or-later OR MIT", "LICENSE")
    texts = [
        text("is GPL-2.0-only", "COPYING.GPL"),
        text("is LGPL-2.1-only", "COPYING.LGPL"),
        text("is MIT", "MIT.txt"),
    ]
    assert (
        judged(rulebook, offer, *texts).concluded
        == "GPL-2.0-or-later OR LGPL-2.1-or-later OR MIT"
    )


def test_an_exception_in_the_text_belongs_to_the_license_that_a_classifier_names(
    rulebook: Rulebook,
) -> None:
    classifier = field(
        "classifier",
        "License :: OSI Approved :: GNU General Public License v2 (GPLv2)",
    )
    excepted = "GPL-2.0-or-later WITH Bootloader-exception"
    assert (
        judged(rulebook, classifier, text(f"is {excepted} AND MIT")).concluded
        == f"{excepted} AND MIT"
    )
    formal = field("license-expression", "GPL-2.0-only")
    assert (
        judged(rulebook, formal, text(f"is {excepted}")).concluded
        == "GPL-2.0-only"
    )


def test_weights_that_are_free_below_a_limit_are_a_condition() -> None:
    readme = Evidence(kind="readme", path="README.md", text="x")
    said = read_text(
        "## License\n\nThe weights are free for personal use, and startups with under $2M in revenue.\n"
    )
    component = Component(
        purl=Purl("pkg:pypi/acme@1.0"), name="acme", version="1.0"
    )
    (part,) = read_prose((readme,), lambda _: said).parts(component)
    assert (part.concluded, part.terms.commercial) == (
        "LicenseRef-conditional",
        "conditional",
    )


def test_the_evidence_of_a_rider_is_the_file_that_it_stands_in(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook,
        text("is BSD-3-Clause"),
        text("is LicenseRef-Acme-PATENTS", "PATENTS", "patents-file"),
    )
    assert found.concluded == "BSD-3-Clause AND LicenseRef-Acme-PATENTS"
    assert {e.path: e.expression for e in found.evidence}[
        "PATENTS"
    ] == "LicenseRef-Acme-PATENTS"


def test_free_for_research_and_small_companies_is_a_condition_and_says_which() -> (
    None
):
    from licensescan.classifier.clauses import analyse_prose
    from licensescan.rulebook.terms import added

    rest = "The weights are free for research, personal use and startups under $7M revenue."
    assert added(analyse_prose(rest).clauses).commercial == "conditional"
    alone = "The weights are free for research and personal use only."
    assert added(analyse_prose(alone).clauses).commercial == "prohibited"


def test_what_names_the_lines_of_unknown_terms_is_told_once(
    rulebook: Rulebook,
) -> None:
    class Long(Fake):
        def classify(self, evidence: Evidence) -> Classified:
            match = Match(
                expression=Expression("MIT"),
                kind="text",
                lines=(37, 37),
                coverage=1.0,
                part="libfoo",
            )
            detection = Detection(
                expression=match.expression,
                matches=(match,),
                unmatched=(Unmatched(lines=(1, 35), words=500),),
            )
            clause = Clause(
                clause="use.noncommercial", lines=(1, 1), quote="no commerce"
            )
            terms = Terms(
                commercial="prohibited",
                clauses=(clause,),
                patent=Patent(grant="none"),
            )
            return Classified(
                path=evidence.path, sha256="", detection=detection, terms=terms
            )

    words = (
        "the parties to this agreement keep to its terms and the license grants no right.\n"
        * 35
    )
    component = Component(
        purl=Purl("pkg:pypi/acme@1.0"),
        name="acme",
        version="1.0",
        evidence=(text(words),),
    )
    unknown = [
        p.message
        for p in conclude(component, rulebook, Long(), ()).problems
        if p.rule == "license-unknown"
    ]
    assert unknown == [
        "lines 1-35: 500 words of terms that no known license accounts for"
    ]


def test_a_text_of_the_family_that_a_field_names_is_no_mismatch(
    rulebook: Rulebook,
) -> None:
    found = judged(
        rulebook, field("license-field", "Python"), text("is PSF-2.0")
    )
    assert (found.concluded, found.problems) == ("PSF-2.0", ())
    found = judged(rulebook, field("license-field", "Python"), text("is ISC"))
    assert [p.rule for p in found.problems] == ["license-mismatch"]


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        ("ISC", True),
        # A text of a free license that SPDX has no id for; the terms of a
        # vendor.
        ("LicenseRef-scancode-bsd-top", True),
        ("LicenseRef-scancode-nvidia-sdk-12.8", False),
    ],
)
def test_what_is_approved_of_is_no_vendors_terms(
    rulebook: Rulebook, shown: str, *, fits: bool
) -> None:
    found = judged(
        rulebook,
        field("classifier", "License :: OSI Approved"),
        text(f"is {shown}"),
    )
    assert (not found.problems) is fits


def test_a_header_that_forbids_commerce_is_a_part_even_if_it_names_no_license() -> (
    None
):
    from licensescan.classifier.classify import classify_text
    from licensescan.rulebook.rulebook import load

    class Real(Fake):
        def classify(self, evidence: Evidence) -> Classified:
            return classify_text(evidence.text or "", evidence.path)

        def prose(self, evidence: Evidence) -> ProseRead:
            return read_text(evidence.text or "")

    said = "# Poses, after the original of the lab\n# This step is licensed by the lab for non-commercial use only.\n"
    plain = "# Poses, after the original of the lab\n# This grid runs the evaluation-only stage for research purposes.\n"
    cited = "# Reads names: neither `MIT (non-commercial use\n# only)` nor `for research only` is taken for a license.\n"
    headers = [
        Evidence(kind="source-header", path=path, text=words, share=(1, 9))
        for path, words in (
            ("acme/pose.py", said),
            ("acme/a.py", plain),
            ("acme/names.py", cited),
        )
    ]
    component = Component(
        purl=Purl("pkg:pypi/acme@1.0"),
        name="acme",
        version="1.0",
        evidence=(field("license-expression", "MIT"), *headers),
    )
    (part,) = conclude(component, load(), Real()).parts
    assert (part.component.name, part.terms.commercial) == (
        "acme/pose.py",
        "prohibited",
    )
    assert "non-commercial use only" in part.evidence[0].value


def test_a_name_of_ones_own_for_a_known_license_and_more_is_not_that_license_alone(
    rulebook: Rulebook,
) -> None:
    class More(Fake):
        def classify(self, evidence: Evidence) -> Classified:
            found = super().classify(evidence)
            left = Unmatched(
                lines=(3, 20),
                words=int((evidence.text or "").rpartition(" ")[2]),
            )
            matches = (
                Match(
                    expression=found.detection.expression,
                    kind="notice",
                    lines=(1, 1),
                    coverage=1.0,
                ),
            )
            detection = replace(
                found.detection,
                expression=Expression("MIT"),
                matches=matches,
                unmatched=(left,) if left.words else (),
            )
            return replace(
                found, detection=detection, terms=rulebook.terms_of("MIT")
            )

    def found(declared: str, words: int) -> tuple[str, set[str]]:
        component = Component(
            purl=Purl("pkg:pypi/acme@1.0"),
            name="acme",
            version="1.0",
            evidence=(
                field("license-expression", declared),
                text(f"is MIT {words}"),
            ),
        )
        answer = conclude(component, rulebook, More())
        return answer.concluded, rules(answer)

    assert found("LicenseRef-Acme-Open", 0) == ("MIT", set())
    assert found("LicenseRef-Acme-Open", 250) == (
        "LicenseRef-Acme-Open",
        {"license-unknown"},
    )
    assert found("MIT", 250) == ("MIT", set())


@pytest.mark.parametrize(
    ("badge", "clauses"),
    [
        (
            "![License: CC BY-NC 4.0](https://img.shields.io/badge/License-MIT-grey.svg)",
            0,
        ),
        (
            "![License: CC BY-NC 4.0](https://img.shields.io/badge/License-CC%20BY--NC%204.0-grey.svg)",
            1,
        ),
        (
            "![License: CC BY-NC 4.0](https://img.shields.io/badge/Docs-MIT-grey.svg)",
            1,
        ),
        ("![License: CC BY-NC 4.0](https://example.org/a.png)", 1),
    ],
)
def test_a_badge_says_what_its_picture_shows(badge: str, clauses: int) -> None:
    found = read_text(f"# Acme\n\n{badge}\n")
    assert len(found.clauses) == clauses


@pytest.mark.parametrize(
    ("path", "shown", "missing"),
    [
        ("acme-1.dist-info/licenses/LICENSE-b", "ISC", False),
        ("acme-1.dist-info/licenses/LICENSE-b", "Zlib", True),
        ("acme/vendor/b/LICENSE", "ISC", True),
    ],
)
def test_the_text_of_a_declared_license_is_shipped_whatever_its_file_is_called(
    rulebook: Rulebook, path: str, shown: str, missing: bool
) -> None:
    part = Component(
        purl=Purl(f"pkg:pypi/acme@1.0#{path}"),
        name="b",
        version="",
        kind="source",
        relation="vendored",
        path=path,
        evidence=(text(f"is {shown}", path),),
    )
    found = judged(
        rulebook, field("license-expression", "MIT OR ISC"), parts=[part]
    )
    assert ("notice-missing" in rules(found)) == missing


def test_a_tag_with_a_plain_name_of_ones_own_is_the_license_that_it_names(
    rulebook: Rulebook,
) -> None:
    from licensescan.classifier.classify import classify_text

    class Real(Fake):
        def classify(self, evidence: Evidence) -> Classified:
            return classify_text(evidence.text or "", evidence.path)

    def tag(value: str) -> Evidence:
        return Evidence(
            kind="spdx-tag", path=f"acme/{value}.py", value=value, share=(1, 9)
        )

    component = Component(
        purl=Purl("pkg:pypi/acme@1.0"),
        name="acme",
        version="1.0",
        evidence=(
            field("license-expression", "MIT"),
            tag("LicenseRef-Apache2"),
            tag("LicenseRef-Acme"),
        ),
    )
    found = conclude(component, rulebook, Real())
    assert [p.concluded for p in found.parts] == [
        "Apache-2.0",
        "LicenseRef-Acme",
    ]


@pytest.mark.parametrize(
    ("kind", "concluded"),
    [("hidden-text", "MIT"), ("license-file", "MIT AND GPL-1.0-or-later")],
)
def test_a_bare_name_beside_the_notice_of_a_file_is_about_other_software(
    rulebook: Rulebook, kind: str, concluded: str
) -> None:
    class Two(Fake):
        def classify(self, evidence: Evidence) -> Classified:
            matches = (
                Match(
                    expression=Expression("MIT"),
                    kind="notice",
                    lines=(1, 3),
                    coverage=1.0,
                ),
                Match(
                    expression=Expression("GPL-1.0-or-later"),
                    kind="reference",
                    lines=(20, 20),
                    coverage=1.0,
                ),
            )
            detection = Detection(
                expression=Expression("MIT AND GPL-1.0-or-later"),
                matches=matches,
            )
            return Classified(
                path=evidence.path,
                sha256="",
                detection=detection,
                terms=Terms(),
            )

    said = text("uses a solver under the GPL", "acme/Support", kind)
    component = Component(
        purl=Purl("pkg:pypi/acme@1#acme/Support"),
        name="acme/Support",
        version="",
        evidence=(said,),
    )
    assert conclude(component, rulebook, Two()).concluded == concluded


@pytest.mark.parametrize(
    ("words", "path", "parts"),
    [
        (
            "The terms of the licenses of others and their copyright are told on our site.",
            "ThirdPartyNotices.txt",
            0,
        ),
        (
            "The terms of the licenses of others and their copyright are told on our site.",
            "LICENSE",
            1,
        ),
        (
            "The license has terms. Redistribution of the software is prohibited without permission.",
            "ThirdPartyNotices.txt",
            1,
        ),
    ],
)
def test_a_short_notice_on_third_parties_that_limits_nothing_is_no_part(
    words: str, path: str, parts: int
) -> None:
    from licensescan.classifier.classify import classify_text
    from licensescan.rulebook.rulebook import load

    class Real(Fake):
        def classify(self, evidence: Evidence) -> Classified:
            return classify_text(evidence.text or "", evidence.path)

    name = f"acme/node_modules/rpc/{path}"
    part = Component(
        purl=Purl(f"pkg:pypi/acme@1#{name}"),
        name="rpc",
        version="",
        kind="source",
        relation="vendored",
        path=name,
        evidence=(text(words, name),),
    )
    component = Component(
        purl=Purl("pkg:pypi/acme@1"),
        name="acme",
        version="1",
        evidence=(field("license-expression", "MIT"),),
        parts=(part,),
    )
    assert len(conclude(component, load(), Real()).parts) == parts
