from __future__ import annotations

import pytest

from licensescan.classifier.names import phrases
from licensescan.classifier.names.interpret import (
    Name,
    combine,
    fits,
    interpret,
    reference,
)
from licensescan.standards.spdx_expression import normalise
from tests.spdx import is_known

CLASSPATH = "GPL-2.0-only WITH Classpath-exception-2.0"
PERL = "Artistic-1.0-Perl OR GPL-1.0-or-later"


@pytest.mark.parametrize(
    "value, expression",
    [
        # Korea.
        ("공공누리 제1유형", "LicenseRef-KOGL-Type-1"),
        ("공공누리 제 2 유형", "LicenseRef-KOGL-Type-2"),
        (
            "공공누리 제4유형: 출처표시 + 상업적 이용금지 + 변경금지",
            "LicenseRef-KOGL-Type-4",
        ),
        ("KOGL Type 3", "LicenseRef-KOGL-Type-3"),
        ("kogl-type-4", "LicenseRef-KOGL-Type-4"),
        ("AI 허브", "LicenseRef-AI-Hub"),
        ("이용허락범위 제한 없음", "LicenseRef-KOGL-Type-0"),
        # Names and versions.
        ("MIT", "MIT"),
        ("mit license", "MIT"),
        ("The MIT License (MIT)", "MIT"),
        ("MIT/X11", "MIT"),
        ("Expat", "MIT"),
        ("Apache 2", "Apache-2.0"),
        ("apache2", "Apache-2.0"),
        ("Apache License, Version 2.0, January 2004", "Apache-2.0"),
        ("The Apache Software License, Version 2.0", "Apache-2.0"),
        ("Licensed under the Apache License, Version 2.0", "Apache-2.0"),
        ("3-Clause BSD License", "BSD-3-Clause"),
        ("BSD (3-clause)", "BSD-3-Clause"),
        ("New BSD License", "BSD-3-Clause"),
        ("Simplified BSD", "BSD-2-Clause"),
        ("Eclipse Distribution License - v 1.0", "BSD-3-Clause"),
        ("ISC License (ISCL)", "ISC"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("zlib/libpng License", "Zlib"),
        ("PSFL", "PSF-2.0"),
        ("CC BY-NC-SA 4.0 International", "CC-BY-NC-SA-4.0"),
        (
            "Creative Commons Attribution-NonCommercial 4.0 International",
            "CC-BY-NC-4.0",
        ),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("BSL 1.1", "BUSL-1.1"),
        ("NVIDIA Proprietary Software", "LicenseRef-NVIDIA-Proprietary"),
        ("LicenseRef-Foo.Bar-1.0", "LicenseRef-Foo.Bar-1.0"),
        ("AGPL-3.0", "AGPL-3.0-only"),
        # "or later" survives.
        ("GPLv2", "GPL-2.0-only"),
        ("GPLv2+", "GPL-2.0-or-later"),
        ("GNU GPL v3 or any later version", "GPL-3.0-or-later"),
        (
            "GPL version 2 or (at your option) any later version",
            "GPL-2.0-or-later",
        ),
        ("GPL (>= 2)", "GPL-2.0-or-later"),
        ("LGPL, version 2.1", "LGPL-2.1-only"),
        ("LGPL-2.1+", "LGPL-2.1-or-later"),
        ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
        # WITH survives.
        ("Apache-2.0 with LLVM exceptions", "Apache-2.0 WITH LLVM-exception"),
        (
            "GNU GPLv2 (with FOSS License Exception)",
            "GPL-2.0-only WITH Universal-FOSS-exception-1.0",
        ),
        ("GPL2 w/ CPE", CLASSPATH),
        (
            "GNU General Public License, version 2 (GPL2), with the classpath exception",
            CLASSPATH,
        ),
        (
            "GPL-2+ with Autoconf exception",
            "GPL-2.0-or-later WITH Autoconf-exception-2.0",
        ),
        (
            "GPL, version 3 with GCC runtime library exception",
            "GPL-3.0-only WITH GCC-exception-3.1",
        ),
        (
            "Apache License 2.0 with Commons Clause",
            "Apache-2.0 WITH LicenseRef-scancode-commons-clause",
        ),
        # AND and OR survive.
        ("MIT OR Apache 2.0", "MIT OR Apache-2.0"),
        ("Apache 2.0 and MIT", "Apache-2.0 AND MIT"),
        ("Dual MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("Dual licensed under MIT and Apache 2.0", "MIT OR Apache-2.0"),
        ("GPL-2 | GPL-3", "GPL-2.0-only OR GPL-3.0-only"),
        (
            "GPL-2+ or LGPL-2.1+, and MIT",
            "(GPL-2.0-or-later OR LGPL-2.1-or-later) AND MIT",
        ),
        (
            "GPL-2+, or LGPL-2.1+ and MIT",
            "GPL-2.0-or-later OR (LGPL-2.1-or-later AND MIT)",
        ),
        (
            "MPL 1.1/GPL 2.0/LGPL 2.1",
            "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-only",
        ),
        (
            "CDDL 1.1 + GPLv2 with classpath exception",
            f"CDDL-1.1 OR {CLASSPATH}",
        ),
        (
            "AGPL 3.0 or Acme Commercial License",
            "AGPL-3.0-only OR LicenseRef-scancode-commercial-license",
        ),
        ("same terms as Perl itself", PERL),
        ("Artistic or GPL-1+", PERL),
        (
            "LGPL2.1+ / commercial",
            "LGPL-2.1-or-later OR LicenseRef-scancode-commercial-license",
        ),
        (
            "Dual license consisting of the CDDL v1.1 and GPL v2",
            "CDDL-1.1 OR GPL-2.0-only",
        ),
        (
            "GPL-3+-WITH-BISON-EXCEPTION",
            "GPL-3.0-or-later WITH Bison-exception-2.2",
        ),
        # Words around it.
        ("MIT, see LICENSE file", "MIT"),
        ("MIT License. Copyright (c) 2020 Foo. All rights reserved.", "MIT"),
        ("'MIT'", "MIT"),
        ("MIT License\n", "MIT"),
        ("License :: OSI Approved :: MIT License", "MIT"),
        # Addresses.
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("http://www.opensource.org/licenses/mit-license.php", "MIT"),
        ("https://spdx.org/licenses/BSD-3-Clause.html", "BSD-3-Clause"),
        (
            "http://creativecommons.org/licenses/by-nc-sa/4.0/",
            "CC-BY-NC-SA-4.0",
        ),
        ("MIT License (http://opensource.org/licenses/MIT)", "MIT"),
        # Titles of the license list.
        (
            "PolyForm Noncommercial License 1.0.0",
            "PolyForm-Noncommercial-1.0.0",
        ),
        ("Qhull License", "Qhull"),
    ],
)
def test_exact(value: str, expression: str) -> None:
    name = interpret(value)
    assert name.expression == expression
    assert name.exact
    assert name.understood
    assert name.value == value
    assert not name.families


@pytest.mark.parametrize(
    "value, family, likely",
    [
        ("BSD", "BSD", None),
        ("BSD License", "BSD", None),
        ("The BSD License", "BSD", None),
        ("BSD-style", "BSD", None),
        ("BSD License 2.0", "BSD", None),
        ("FreeBSD", "BSD", None),
        ("MIT-like", "MIT", None),
        ("GPL", "GPL", None),
        ("GNU General Public License (GPL)", "GPL", None),
        ("GNU Library or Lesser General Public License (LGPL)", "LGPL", None),
        ("LGPL with exceptions", "LGPL", None),
        ("GPL-2+ with Acme exception", "GPL", "GPL-2.0-or-later"),
        ("Apache", "Apache", "Apache-2.0"),
        ("Apache Software License", "Apache", "Apache-2.0"),
        ("Artistic", "Artistic", None),
        ("public-domain", "public domain", None),
        ("OSI Approved", "OSI Approved", None),
        ("cc", "CC", None),
        ("openrail", "OpenRAIL", None),
        (
            "Intel Simplified Software License",
            "ISSL",
            "LicenseRef-scancode-issl-2022",
        ),
        ("http://www.gnu.org/copyleft/gpl.html", "GPL", None),
    ],
)
def test_a_family_is_never_an_id(
    value: str, family: str, likely: str | None
) -> None:
    name = interpret(value)
    assert (name.expression, name.family, name.likely) == (
        None,
        family,
        likely,
    )
    assert name.basis == "family"
    assert not name.restricted


@pytest.mark.parametrize(
    "value",
    [
        "GPLv2 with an exception for non-free programs (including commercial ones)",
        "Commercial use allowed",
        "free for commercial use",
    ],
)
def test_words_that_give_commerce_restrict_nothing(value: str) -> None:
    assert not interpret(value).restricted


@pytest.mark.parametrize(
    "value",
    [
        "MIT License (non-commercial use only)",
        "MIT, non-commercial use only",
        "BSD-3-Clause for research purposes only",
        "Apache 2.0 / Proprietary",
        "Proprietary",
        "Other/Proprietary License",
        "License :: Free for non-commercial use",
        "UNLICENSED",
        "Commercial",
        "All rights reserved",
        "Acme EULA",
        "MIT for evaluation",
        "GPL or not commercial",
        "Not free for commercial use",
        "CC BY-NC 4.0 (code), MIT (weights)",
    ],
)
def test_restricting_words_are_kept(value: str) -> None:
    name = interpret(value)
    assert name.restricted
    assert name.expression is None
    assert not name.candidates


@pytest.mark.parametrize(
    "value",
    [
        "SUBMITTED LICENSE",
        "permit",
        "nice",
        "GPL-compatible",
        "GPL 2 or 3",
        "BSD 2 or 3 clause",
        "Apache-2.0 OR",
        "Acme Public License 7",
        "Copyright (c) 2020 Foo Corp. All rights reserved.",
        "(c) Foo",
        "MIT unless stated otherwise",
        "mostly MIT",
        "not GPL",
        "GPL 5.0",
    ],
)
def test_what_is_not_understood_wholly_is_junk(value: str) -> None:
    name = interpret(value)
    assert name.basis == "junk"
    assert not name.understood


@pytest.mark.parametrize(
    "value, file",
    [
        ("", ""),
        ("UNKNOWN", ""),
        ("None", ""),
        ("N/A", ""),
        ("Dual License", ""),
        ("other", ""),
        ("see LICENSE", ""),
        ("LICENSE.txt", "LICENSE.txt"),
        ("SEE LICENSE IN docs/EULA.md", "docs/EULA.md"),
        ("file LICENSE", "LICENSE"),
    ],
)
def test_placeholders_say_nothing_or_name_a_file(
    value: str, file: str
) -> None:
    name = interpret(value)
    assert (name.basis, name.file, name.understood) == (
        "placeholder",
        file,
        False,
    )


def test_a_file_beside_a_name_is_kept() -> None:
    name = interpret("MIT + file LICENSE")
    assert (name.expression, name.file) == ("MIT", "LICENSE")


def test_an_address_that_is_not_known_is_a_link() -> None:
    assert (
        interpret("https://example.com/product/license-agreement").basis
        == "link"
    )
    assert (
        interpret("https://github.com/acme/mit/blob/main/LICENSE").basis
        == "link"
    )


@pytest.mark.parametrize(
    "value",
    [
        "MIT License\n\nCopyright (c) 2020 Foo\n\nYou may copy it.\n\nNo warranty.",
        "word " * 60,
    ],
)
def test_a_pasted_text_is_left_to_detection(value: str) -> None:
    assert interpret(value).looks_like_text


@pytest.mark.parametrize(
    "value, candidates, families, joiner",
    [
        ("MIT and BSD", ("MIT",), ("BSD",), "AND"),
        ("GPL-2.0-or-later and LGPL", ("GPL-2.0-or-later",), ("LGPL",), "AND"),
        ("Artistic or GPL-2+", ("GPL-2.0-or-later",), ("Artistic",), "OR"),
        ("MIT/Apache-2.0", ("MIT", "Apache-2.0"), (), "unclear"),
        ("BSD, MIT", ("MIT",), ("BSD",), "unclear"),
        ("MIT (BSD)", ("MIT",), ("BSD",), "unclear"),
        (
            "CDDL + GPLv2 with classpath exception",
            (CLASSPATH,),
            ("CDDL",),
            "OR",
        ),
        ("CDDL or GPLv2 with exceptions", (), ("CDDL", "GPL"), "OR"),
    ],
)
def test_what_stays_open_is_listed(
    value: str,
    candidates: tuple[str, ...],
    families: tuple[str, ...],
    joiner: str,
) -> None:
    name = interpret(value)
    assert name.expression is None
    assert (name.candidates, name.families, name.joiner) == (
        candidates,
        families,
        joiner,
    )


def test_dual_with_a_family_offers_what_it_likely_means() -> None:
    name = interpret("Dual MIT/Apache")
    assert (name.expression, name.joiner, name.likely) == (
        None,
        "OR",
        "MIT OR Apache-2.0",
    )


def test_what_a_slash_means_is_unclear() -> None:
    assert interpret("MIT/Apache-2.0").expression is None


@pytest.mark.parametrize(
    "values, expression",
    [
        (
            [
                "GPL",
                "License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)",
            ],
            "GPL-2.0-or-later",
        ),
        (["GPLv3", "GPLv3+"], "GPL-3.0-or-later"),
        (["MIT OR Apache-2.0", "MIT", "Apache-2.0"], "MIT OR Apache-2.0"),
        (["UNKNOWN", "MIT"], "MIT"),
        (["OSI Approved", "MIT License"], "MIT"),
        (
            [
                "Apache License 2.0",
                "http://www.apache.org/licenses/LICENSE-2.0.txt",
            ],
            "Apache-2.0",
        ),
        (
            ["Apache-2.0", "Apache-2.0 with LLVM exceptions"],
            "Apache-2.0 WITH LLVM-exception",
        ),
        (["BSD", "BSD-2-Clause"], "BSD-2-Clause"),
    ],
)
def test_combine_refines(values: list[str], expression: str) -> None:
    for order in (values, values[::-1]):
        assert (
            combine([interpret(value) for value in order]).expression
            == expression
        )


@pytest.mark.parametrize(
    "values, candidates, families",
    [
        (
            ["Artistic License", "GPL", "GPLv2+"],
            {"GPL-2.0-or-later"},
            {"Artistic"},
        ),
        (["MIT", "ISC"], {"MIT", "ISC"}, set()),
        (["MIT", "Apache Software License"], {"MIT"}, {"Apache"}),
        (["LGPL", "GPL"], set(), {"LGPL", "GPL"}),
        (["MIT", "Other/Proprietary License"], {"MIT"}, {"proprietary"}),
    ],
)
def test_combine_lists_what_it_cannot_join(
    values: list[str], candidates: set[str], families: set[str]
) -> None:
    name = combine([interpret(value) for value in values])
    assert name.expression is None
    assert (set(name.candidates), set(name.families), name.joiner) == (
        candidates,
        families,
        "unclear",
    )


def test_combine_keeps_restrictions_and_says_when_nothing_is_told() -> None:
    assert combine(
        [interpret("MIT"), interpret("Other/Proprietary License")]
    ).restricted
    assert not combine(
        [interpret("UNKNOWN"), interpret("Dual License")]
    ).understood
    assert combine([]) == Name(value="", basis="placeholder")
    likely = combine(
        [
            interpret("Apache"),
            interpret("License :: OSI Approved :: Apache Software License"),
        ]
    )
    assert (likely.family, likely.likely) == ("Apache", "Apache-2.0")


def test_fits() -> None:
    assert fits("BSD", "BSD-2-Clause")
    assert fits("BSD", "MIT AND BSD-3-Clause")
    assert fits("OSI Approved", "Zlib")
    assert not fits("BSD", "MIT")
    assert not fits("OSI Approved", "LicenseRef-Acme")
    assert not fits("no such family", "MIT")
    assert not fits("BSD", "NOASSERTION")


def test_reference() -> None:
    assert (
        reference("Acme EULA, version 2.0")
        == "LicenseRef-Acme-EULA-version-2.0"
    )
    assert reference("--") is None
    assert normalise(reference("a/b_c") or "") == "LicenseRef-a-b-c"


def test_classifiers_of_today_are_all_understood() -> None:
    trove = pytest.importorskip("trove_classifiers")
    names = {
        c: interpret(c)
        for c in trove.classifiers
        if c.startswith("License ::")
    }
    assert len(names) > 80
    assert [
        c
        for c, name in names.items()
        if not name.understood or name.candidates
    ] == []
    assert {
        n.expression for c, n in names.items() if "v2 or later (LGPLv2+)" in c
    } == {"LGPL-2.0-or-later"}


HUGGING_FACE_FAMILIES = {
    "openrail": "OpenRAIL",
    "bsd": "BSD",
    "cc": "CC",
    "gfdl": "GFDL",
    "gpl": "GPL",
    "lgpl": "LGPL",
}
HUGGING_FACE = """
    apache-2.0 mit bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m afl-3.0
    artistic-2.0 bsl-1.0 bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0
    cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0
    cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0
    cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gpl-2.0 gpl-3.0 lgpl-2.1
    lgpl-3.0 isc h-research intel-research lppl-1.3c ms-pl apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0
    openmdw-1.1 openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license
    fair-noncommercial-research-license llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma
""".split()


def test_hugging_face_ids_are_all_understood() -> None:
    assert (
        len(HUGGING_FACE)
        + len(HUGGING_FACE_FAMILIES)
        + len(["unknown", "other"])
        == 83
    )
    assert [id_ for id_ in HUGGING_FACE if not interpret(id_).exact] == []
    for id_, family in HUGGING_FACE_FAMILIES.items():
        assert interpret(id_).family == family
    assert interpret("bsl-1.0").expression == "BSL-1.0"


def test_the_table_is_in_normal_form_and_names_real_licenses() -> None:
    table = phrases.table()
    for key in table.phrases:
        assert phrases.normal(key.replace(" +", "+")) == key
    for phrase in table.phrases.values():
        assert (
            phrase.expression is None
            or normalise(phrase.expression) == phrase.expression
        )
    for versions in table.versions.values():
        assert all(
            is_known(phrases.suffixed(id_)) for id_ in versions.values()
        )
    assert all(
        is_known(id_) for ids in table.exceptions.values() for id_ in ids
    )
    for target in table.urls.values():
        assert target in table.families or normalise(target) == target


def test_scancode_references_of_the_table_exist() -> None:
    named = {
        p.expression for p in phrases.table().phrases.values() if p.expression
    }
    for expression in named:
        if expression.startswith("LicenseRef-scancode-"):
            assert is_known(expression.removeprefix("LicenseRef-scancode-")), (
                expression
            )


@pytest.mark.parametrize(
    ("family", "expression", "fitting"),
    [
        ("CC-BY", "CC-BY-4.0", True),
        ("CC-BY", "CC-BY-NC-4.0", False),
        ("MPL", "mplus", False),
        ("ZPL", "LicenseRef-scancode-zpl-1.0", True),
        ("BSD", "LicenseRef-scancode-bsd-top", True),
        ("BSD", "LicenseRef-scancode-oracle-code-samples-bsd", False),
        ("PSF", "Python-2.0", True),
        ("public domain", "GPL-3.0-only", False),
        ("nobody's family", "MIT", False),
    ],
)
def test_the_table_says_what_a_family_can_be(
    family: str, expression: str, *, fitting: bool
) -> None:
    assert fits(family, expression) is fitting
