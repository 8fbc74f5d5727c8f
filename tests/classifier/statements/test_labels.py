"""Sentences that give weights, data or copied code a license of their own."""

from __future__ import annotations

import pytest

from licensescan.cache.texts import Cache
from licensescan.classifier.statements.labels import (
    labels,
    stated,
    tabled,
    titled,
)
from licensescan.conclude.cached_reading import CachedReading
from licensescan.conclude.conclude import conclude
from licensescan.model.types import Component, Conclusion, Evidence, Purl
from licensescan.rulebook.rulebook import load


@pytest.mark.parametrize(
    ("text", "subject", "license_"),
    [
        (
            "Code is released under MIT, model weights are released under CC-BY-NC 4.0.",
            "weights",
            "CC-BY-NC-4.0",
        ),
        (
            "* The code is under the MIT license.\n* The weights are under the CC BY-NC 4.0 license as found in\n",
            "weights",
            "CC-BY-NC-4.0",
        ),
        (
            "Models are licensed under Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International License",
            "weights",
            "CC-BY-NC-SA-4.0",
        ),
        (
            "**Pretrained models** are available under the [GPL-3.0](https://example.org) license.",
            "weights",
            "GPL-3.0-only",
        ),
        (
            "The dataset is distributed under\nthe terms of the CC-BY-SA-4.0 license.",
            "data",
            "CC-BY-SA-4.0",
        ),
        ("Model license: cc-by-nc-4.0", "weights", "CC-BY-NC-4.0"),
        (
            "The models may have their own licenses.",
            "weights",
            "LicenseRef-conditional",
        ),
        (
            "Pretrained model weights are licensed separately. The tools are MIT.",
            "weights",
            "LicenseRef-conditional",
        ),
        (
            "Model licenses are separate from the toolkit's MIT license.",
            "weights",
            "LicenseRef-conditional",
        ),
        (
            "Model weights carry their own licenses, whatever the tool's is.",
            "weights",
            "LicenseRef-conditional",
        ),
        (
            "Please check the license types of those models before use.",
            "weights",
            "LicenseRef-conditional",
        ),
        (
            "A collection of algorithms. You need to refer to their original LICENCEs.",
            "weights",
            "LicenseRef-conditional",
        ),
    ],
)
def test_what_weights_and_data_are_under(
    text: str, subject: str, license_: str
) -> None:
    assert [(one.subject, one.value) for one in labels(text + "\n")] == [
        (subject, license_)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "This package is licensed under the MIT license.",
        "The model code is released under the Apache License 2.0.",
        "We train models under various conditions.",
        "Models are stored under data/mit.",
        "The weights are released under the same license.",
        "The weights are licensed. The software is under the MIT license.",
        "Bundled components have their own licenses.",
        "Plugins are licensed separately.",
        "The license is different from that of the older models' tool.",
        "Check the license of this package. Models come next.",
        "",
    ],
)
def test_what_is_about_the_code_or_names_nothing(text: str) -> None:
    assert labels(text) == ()


LISTED = """Acme is under the Acme License except for what is listed here.

FaceNet
The code is modified from the repository facenet. Their license is Creative Commons Attribution-NonCommercial 4.0.
StyleNet
The repository is elsewhere, and here is the Gadget license.

Terms of the Gadget License:
----------------------------
The work may be used for research purposes only and never for commercial purposes.

Open Source Software licensed under the MIT license:
1. other
"""


def test_titles_in_a_license_file() -> None:
    face, style = titled(LISTED)
    assert (face.name, face.value, face.is_text) == (
        "FaceNet",
        "Creative Commons Attribution-NonCommercial 4.0",
        False,
    )
    assert (style.name, style.is_text) == ("StyleNet", True)
    assert "research purposes only" in style.value
    assert "1. other" not in style.value
    assert titled("The title says it all.\nTheir license is MIT.\n" * 3) == ()
    assert titled("Here is the license of another.\n") == ()


def concluded(*evidence: Evidence) -> Conclusion:
    component = Component(
        purl=Purl("pkg:pypi/acme@1"),
        name="acme",
        version="1",
        evidence=evidence,
    )
    return conclude(component, load(), CachedReading(Cache(None, "v1")))


def parts(found: Conclusion) -> list[tuple[str, str, str, str]]:
    return sorted(
        (p.component.name, p.component.kind, p.concluded, p.terms.commercial)
        for p in found.parts
    )


MIT = Evidence(kind="license-expression", path="METADATA", value="MIT")


def test_a_readme_gives_weights_a_license_and_it_is_told_once() -> None:
    text = "# Acme\n\nThe code is MIT. The weights are released under the CC-BY-NC 4.0 license.\n"
    readme = Evidence(kind="readme", path="README.md", text=text)
    again = Evidence(kind="readme", path="METADATA", text=text)
    found = concluded(MIT, readme, again)
    assert found.concluded == "MIT"
    assert parts(found) == [("weights", "model", "CC-BY-NC-4.0", "prohibited")]
    assert found.parts[0].basis == "label"


def test_weights_on_the_terms_of_the_code_are_no_part() -> None:
    readme = Evidence(
        kind="readme",
        path="README.md",
        text="Code and models are released under the MIT license.\n",
    )
    assert parts(concluded(MIT, readme)) == []


def test_the_terms_of_a_copy_are_those_of_the_text_that_is_announced() -> None:
    found = concluded(
        MIT, Evidence(kind="license-file", path="LICENSE", text=LISTED)
    )
    named = {name: (license_, use) for name, _, license_, use in parts(found)}
    assert named["FaceNet"] == ("CC-BY-NC-4.0", "prohibited")
    assert named["StyleNet"][1] == "prohibited"


def test_a_table_gives_a_license_to_the_code_that_it_links_to() -> None:
    table = (
        "| Function | Source | Original LICENSE |\n| :--- | :---: | ---: |\n"
        "| [Track](acme/track/README.md) | [Sort](https://example.org/sort) | [GPL 3.0](https://example.org/l) |\n"
        "| [Align](acme/align/) | somebody | - |\n"
        "| Elsewhere | [Other](https://example.org/o) | MIT |\n"
        "| [Model](https://example.org/m) | them | MIT |\n"
        "\nA line | with a bar | GPL-2.0\n"
    )
    assert [(t.name, t.value, t.lines) for t in tabled(table)] == [
        ("Track", "GPL 3.0", (3, 3))
    ]
    assert tabled("| a | b |\n| - | - |\n| [x](y/z) | GPL |\n") == ()


def test_that_terms_stand_elsewhere_is_not_told_where_they_are_told() -> None:
    from licensescan.conclude.readme import read_prose, read_text

    said = "Model weights are licensed separately.\n\nThe new model weights are released under non-commercial licenses.\n"
    readme = Evidence(kind="readme", path="README.md", text=said)
    prose = read_prose([readme], lambda item: read_text(item.text or ""))
    whole = Component(
        purl=Purl("pkg:pypi/demo@1"),
        name="demo",
        version="1",
        evidence=(readme,),
    )
    assert prose.labelled(whole) == []
    assert [
        (p.component.name, p.terms.commercial) for p in prose.parts(whole)
    ] == [("weights", "prohibited")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "This project is licensed under the [GPL-3.0](https://example.org) license.",
            "GPL-3.0-only",
        ),
        (
            "Contents\n\nThe Acme software is released under the terms of the CC BY-NC 4.0.",
            "CC-BY-NC-4.0",
        ),
        (
            "The model weights in this repository are released under the CC-BY-NC 4.0 license.",
            "",
        ),
        (
            "Earlier versions of this package were GPL. This package is available under a new license.",
            "",
        ),
        ("If this library is distributed under the GPL-3.0, so is yours.", ""),
    ],
)
def test_what_a_readme_says_of_its_own_project(text: str, value: str) -> None:
    assert [one.value for one in stated(text)] == ([value] if value else [])


def test_a_readme_with_heavier_terms_than_the_license_is_told() -> None:
    def problems(said: str) -> list[str]:
        text = f"# Demo\n\nThis project is licensed under the {said}.\n"
        readme = Evidence(kind="readme", path="README.md", text=text)
        field = Evidence(
            kind="license-expression",
            path="METADATA",
            value="Apache-2.0 OR LGPL-2.1-only",
        )
        return [
            p.message
            for p in concluded(field, readme).problems
            if p.rule == "license-mismatch"
        ]

    other = Evidence(
        kind="readme",
        path="README.md",
        text="Gadget is licensed under the GPL-3.0.\n",
    )
    assert problems("GPL-3.0") == [
        "acme is Apache-2.0 OR LGPL-2.1-only; README.md:3 says that it is under GPL-3.0-only"
    ]
    assert [
        p.message
        for p in concluded(MIT, other).problems
        if p.rule == "license-mismatch"
    ] == []
    assert problems("MIT license") == []
    assert problems("LGPL-2.1") == []
