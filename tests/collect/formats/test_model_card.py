"""Front matter of model cards, and the small files beside weights."""

from __future__ import annotations

import json

import pytest

from licensescan.cache.texts import Cache
from licensescan.collect.formats.model_card import (
    Card,
    front_matter,
    registry,
    side_card,
)
from licensescan.conclude.cached_reading import CachedReading
from licensescan.conclude.conclude import conclude
from licensescan.model.types import Component, Conclusion, Purl
from licensescan.rulebook.rulebook import load

IDS = """
apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m
afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5
cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0
cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0
cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl
lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c ms-pl apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0
openmdw-1.1 openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license
fair-noncommercial-research-license llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma unknown other
""".split()
"""
The license ids of the Hugging Face hub (hub-docs, repositories-licenses.md,
August 2026).
"""

OPEN = ("openrail", "bsd", "cc", "gfdl", "gpl", "lgpl", "unknown", "other")


def card(text: str) -> Card:
    return front_matter(text, "README.md")


def judged(text: str) -> Conclusion:
    said = card(f"---\n{text}\n---\n# A model\n")
    component = Component(
        purl=Purl("pkg:generic/m"),
        name="m",
        version="",
        kind="model",
        relation="weights",
        evidence=said.evidence,
    )
    return conclude(component, load(), CachedReading(Cache(None, "v1")))


def test_there_are_83_ids() -> None:
    assert len(set(IDS)) == 83


@pytest.mark.parametrize("name", [i for i in IDS if i not in OPEN])
def test_an_id_names_one_license_of_which_the_terms_are_held(
    name: str,
) -> None:
    for written in (name, name.upper()):
        found = judged(f"license: {written}")
        assert found.concluded not in ("NOASSERTION", "NONE")
        assert found.problems == ()
        fact = load().fact(found.concluded)
        assert fact
        assert fact.basis == "fact"


@pytest.mark.parametrize("name", OPEN)
def test_a_family_and_what_names_nothing_stay_open_and_say_so(
    name: str,
) -> None:
    found = judged(f"license: {name}")
    assert found.concluded == "NOASSERTION"
    assert [p.rule for p in found.problems] == [
        "license-ambiguous" if name == "bsd" else "license-unknown"
    ]
    assert name in found.problems[0].message.lower()


def test_other_is_named_by_its_license_name() -> None:
    said = card(
        "---\nlicense: other\nlicense_name: llama3.1\nlicense_link: LICENSE\n---\n"
    )
    assert [(e.kind, e.value) for e in said.evidence] == [
        ("model-card", "llama3.1"),
        ("link", "LICENSE"),
    ]
    found = judged("license: other\nlicense_name: acme-terms")
    assert "acme-terms" in found.problems[0].message


def test_all_licenses_of_a_list_apply() -> None:
    assert (
        judged("license:\n- mit\n- cc-by-nc-4.0").concluded
        == "MIT AND CC-BY-NC-4.0"
    )
    assert judged("license: [apache-2.0, openrail]").concluded == "NOASSERTION"
    assert judged("license: [mit, mit]").concluded == "MIT"


def test_bases_and_data() -> None:
    said = card(
        "---\nlicense: mit\nbase_model:\n- a/b\n- a/c\n- a/b\ndatasets: squad\nLanguage: no\n---\n"
    )
    assert said.base_models == ("a/b", "a/c")
    assert said.datasets == ("squad",)


def test_the_line_of_the_license_is_told() -> None:
    said = card("---\ntags:\n- license\nlicense_name: x\nlicense: mit\n---\n")
    assert said.evidence[0].lines == (5, 5)
    assert card("---\nlanguage: en\nlicense: mit\n---\n").evidence[
        0
    ].lines == (3, 3)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff---\nlicense: mit\n---\n",
        "---\r\nlicense: mit\r\n---\r\nText\r\n",
        "---  \nLicense: 'mit'\n...\n",
        '---\n"license": mit\n---',
        "---\nlicense:\n  - mit\n---\n",
        "---\n{license: mit, language: en}\n---\n",
    ],
)
def test_odd_forms_are_read(text: str) -> None:
    said = card(text)
    assert [e.value for e in said.evidence] == ["mit"]
    assert said.problems == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("---\nlicense: mit\n# No end\n", "no end"),
        ("---\nlicense: [mit\n---\n", "YAML"),
        ("---\nlicense:\tmit\n\tx: y\n---\n", "YAML"),
        ("---\nx: &a [1]\ny: *a\nlicense: mit\n---\n", "alias"),
        ("---\nlicense: mit\nx: " + "[" * 70 + "]" * 70 + "\n---\n", "deep"),
        ("---\nlicense: mit\nx: \x01\n---\n", "YAML"),
        ("---\nlicense: mit\nlicense: cc-by-nc-4.0\n---\n", "twice"),
        ("---\nlicense: {name: mit}\n---\n", "neither a word nor a list"),
        ("---\nlicense: [mit, [gpl]]\n---\n", "neither a word nor a list"),
    ],
)
def test_a_malformed_card_is_told(text: str, word: str) -> None:
    (problem,) = card(text).problems
    assert problem.rule == "metadata-invalid"
    assert word in problem.message


def test_of_two_licenses_that_contradict_both_are_kept() -> None:
    assert {
        e.value
        for e in card("---\nlicense: mit\nlicense: gpl-3.0\n---\n").evidence
    } == {"mit", "gpl-3.0"}


def test_tables_of_results_are_not_parsed() -> None:
    rows = "".join(f"  - {{name: {n}, value: {n}}}\n" for n in range(30_000))
    said = card(
        f"---\nmodel-index:\n- results:\n{rows}license: mit\nbase_model: a/b\n---\n"
    )
    assert [e.value for e in said.evidence] == ["mit"]
    assert said.base_models == ("a/b",)
    assert said.problems == ()


def test_a_page_that_is_no_card_says_nothing() -> None:
    assert card("# Title\n\n---\nlicense: mit\n---\n") == Card()
    assert card("---\ntitle: a: b: c\n---\n") == Card()
    assert card("---\n- one\n- two\n---\n") == Card()
    assert card("---\n\nA rule above, and a text about a license.\n") == Card()


@pytest.mark.parametrize(
    ("name", "content", "bases"),
    [
        (
            "adapter_config.json",
            {"base_model_name_or_path": "acme/base", "peft_type": "LORA"},
            ("acme/base",),
        ),
        (
            "adapter_config.json",
            {"base_model_name_or_path": "/home/me/base"},
            (),
        ),
        ("adapter_config.json", {"base_model_name_or_path": None}, ()),
        (
            "config.json",
            {"_name_or_path": "acme/base", "model_type": "llama"},
            ("acme/base",),
        ),
        (
            "model_index.json",
            {"_class_name": "Pipeline", "_name_or_path": "acme/diffuse"},
            ("acme/diffuse",),
        ),
    ],
)
def test_what_weights_were_made_from(
    name: str, content: dict[str, object], bases: tuple[str, ...]
) -> None:
    assert side_card(json.dumps(content).encode(), name) == Card(
        base_models=bases
    )


def test_mlflow_names_its_source() -> None:
    text = b"flavors:\n  transformers:\n    source_model_name: acme/base\n  python_function: {loader_module: m}\n"
    assert side_card(text, "MLmodel").base_models == ("acme/base",)
    assert side_card(
        b"license: mit\nbase_model: a/b\n", "model_card_data.yaml"
    ).licenses == ("mit",)


def test_only_spacys_meta_json_is_a_card() -> None:
    spacy = {
        "lang": "en",
        "name": "core",
        "pipeline": ["ner"],
        "license": "CC BY-SA 4.0",
    }
    assert side_card(json.dumps(spacy).encode(), "meta.json").licenses == (
        "CC BY-SA 4.0",
    )
    assert side_card(b'{"license": "MIT"}', "meta.json") == Card()


@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff\xfe", b"[" * 100, b"3"])
@pytest.mark.parametrize("name", ["adapter_config.json", "MLmodel"])
def test_a_side_file_that_is_none_is_told(name: str, data: bytes) -> None:
    assert [p.rule for p in side_card(data, name).problems] == [
        "metadata-invalid"
    ]


def test_a_source_that_is_only_thanked_is_no_part() -> None:
    sources = [
        {"name": "Words", "license": "MIT"},
        {
            "name": "Rules",
            "license": "Mentioned with thanks, no code packaged with the model",
        },
    ]
    entries, problems = registry(
        json.dumps(
            {"lang": "en", "pipeline": [], "sources": sources}
        ).encode(),
        "meta.json",
    )
    assert ([e.name for e in entries], problems) == (["Words"], [])
