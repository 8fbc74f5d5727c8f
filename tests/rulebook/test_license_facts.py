"""
The license facts as data: every file loads, means what the texts say, and
stays within the closed vocabularies.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from licensescan.base.installation import data_folder
from licensescan.model import types as model
from licensescan.rulebook.rulebook import load
from licensescan.rulebook.terms import CONDITIONS
from licensescan.standards import license_list as catalog

_PLACE = data_folder("rules")
_FILES = sorted((_PLACE / "licenses").glob("*.toml"))
_TABLES: dict[str, dict[str, Any]] = {
    p.stem: tomllib.loads(p.read_text("utf-8")) for p in _FILES
}
_LICENSES = sorted(
    name for name, table in _TABLES.items() if not table.get("exception")
)
_EXCEPTIONS = sorted(
    name for name, table in _TABLES.items() if table.get("exception")
)
_TAXONOMY = {
    block["id"]
    for block in tomllib.loads((_PLACE / "taxonomy.toml").read_text("utf-8"))[
        "clause"
    ]
}

# Grant, strength and effect of retaliation ("" = none), as the texts have
# them.
_PATENTS: tuple[tuple[str, str, str, str], ...] = (
    ("Apache-2.0", "express", "work", "patent"),
    ("ECL-2.0", "express", "work", "patent"),
    ("MulanPSL-2.0", "express", "work", "patent"),
    ("MPL-2.0", "express", "work", "all"),
    ("MPL-1.1 CPAL-1.0 NOSL NPL-1.1", "express", "grantor", "all"),
    ("CDDL-1.0 CDDL-1.1", "express", "work", "all"),
    ("EPL-1.0 EPL-2.0", "express", "work", "patent"),
    ("CPL-1.0 IPL-1.0", "express", "grantor", "patent"),
    (
        "GPL-3.0-only GPL-3.0-or-later AGPL-3.0-only AGPL-3.0-or-later SSPL-1.0",
        "express",
        "work",
        "all",
    ),
    ("LGPL-3.0-only LGPL-3.0-or-later", "express", "work", "all"),
    (
        "GPL-2.0-only GPL-2.0-or-later LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later",
        "implicit",
        "",
        "",
    ),
    ("AFL-2.1 AFL-3.0 OSL-2.1 OSL-3.0 NPOSL-3.0", "express", "work", "all"),
    ("AFL-2.0 OSL-2.0", "express", "grantor", "all"),
    ("AFL-1.1 AFL-1.2 OSL-1.0 OSL-1.1", "express", "broad", "all"),
    ("Artistic-2.0", "express", "work", "all"),
    ("MS-PL MS-RL MS-LPL", "express", "work", "patent"),
    (
        "UPL-1.0 EUPL-1.1 EUPL-1.2 CECILL-2.1 BSD-2-Clause-Patent BlueOak-1.0.0 NASA-1.3",
        "express",
        "",
        "",
    ),
    (
        "LicenseRef-scancode-facebook-patent-rights-2 LicenseRef-Facebook-PATENTS-v1",
        "file",
        "broad",
        "patent",
    ),
    ("APSL-1.0 APSL-1.1 APSL-1.2 APSL-2.0", "express", "grantor", "all"),
    ("RPL-1.1 RPL-1.5", "express", "work", "all"),
    ("CERN-OHL-P-2.0 CERN-OHL-W-2.0 CERN-OHL-S-2.0", "express", "work", "all"),
    ("LicenseRef-scancode-openmdw-1.0", "express", "work", "all"),
    (
        "LicenseRef-scancode-bigscience-rail-1.0 LicenseRef-CreativeML-Open-RAIL-M",
        "express",
        "work",
        "patent",
    ),
    ("LicenseRef-scancode-bigcode-open-rail-m-v1", "express", "work", "all"),
    (
        "LicenseRef-scancode-deepseek-la-1.0 LicenseRef-scancode-falcon-2-11b-1.0",
        "express",
        "work",
        "patent",
    ),
    (
        "LicenseRef-scancode-llama-2-license-2023 LicenseRef-Llama-3-Community LicenseRef-scancode-llama-4-cla-2025",
        "ip",
        "ip",
        "all",
    ),
    (
        "LicenseRef-scancode-qwen-2024 LicenseRef-scancode-stability-ai-community-2024",
        "ip",
        "ip",
        "all",
    ),
    ("LicenseRef-scancode-nvidia-open-model-2025-04-28", "ip", "ip", "all"),
    (
        "LicenseRef-scancode-nvidia-sdk-12.8 CDLA-Permissive-1.0",
        "none",
        "ip",
        "all",
    ),
    (
        "LicenseRef-Gemma-Terms-of-Use",
        "none",
        "",
        "",
    ),
    ("LicenseRef-scancode-issl-2018", "express", "", ""),
    ("LicenseRef-scancode-issl-2022", "disclaimed", "", ""),
    (
        "Elastic-2.0 PolyForm-Noncommercial-1.0.0 PolyForm-Small-Business-1.0.0",
        "express",
        "work",
        "patent",
    ),
    ("FSL-1.1-MIT FSL-1.1-ALv2", "express", "work", "patent"),
    ("LicenseRef-MSR-LA", "none", "work", "all"),
    (
        "CC0-1.0 CC-BY-4.0 CC-BY-SA-4.0 CC-BY-NC-4.0 CC-BY-ND-4.0",
        "disclaimed",
        "",
        "",
    ),
    ("BSD-3-Clause-Clear ODbL-1.0 ODC-By-1.0 PDDL-1.0", "disclaimed", "", ""),
    (
        "MIT MIT-0 0BSD BSD-2-Clause BSD-3-Clause BSD-4-Clause ISC Zlib Libpng BSL-1.0 X11 HPND",
        "none",
        "",
        "",
    ),
    (
        "PostgreSQL Python-2.0 PSF-2.0 NCSA OpenSSL PHP-3.01 ZPL-2.1 LPPL-1.3c Unlicense WTFPL curl",
        "none",
        "",
        "",
    ),
    (
        "GFDL-1.3-only CDLA-Permissive-2.0 C-UDA-1.0 CC-BY-3.0 Unicode-3.0",
        "none",
        "",
        "",
    ),
    (
        "BUSL-1.1 LicenseRef-scancode-commons-clause W3C OFL-1.1",
        "none",
        "",
        "",
    ),
)
_ROWS = [(name, *rest) for names, *rest in _PATENTS for name in names.split()]

_CONDITIONAL = (
    *(
        "BUSL-1.1",
        "Elastic-2.0",
        "FSL-1.1-MIT",
        "MS-LPL",
        "PolyForm-Small-Business-1.0.0",
        "Hippocratic-2.1",
    ),
    *(
        "LicenseRef-NVIDIA-Proprietary",
        "LicenseRef-scancode-commons-clause",
        "LicenseRef-Gemma-Terms-of-Use",
    ),
    *(
        "LicenseRef-MS-1bitSGD-General",
        "LicenseRef-scancode-qwen-2024",
        "LicenseRef-CreativeML-Open-RAIL-M",
    ),
)
_PROHIBITED = (
    *(
        "LicenseRef-MSR-LA",
        "LicenseRef-Apple-AMLR",
        "LicenseRef-Coqui-Public-Model",
        "LicenseRef-DeepFloyd-IF",
    ),
    *(
        "LicenseRef-Intel-Research",
        "LicenseRef-Gurobi-EULA",
        "LicenseRef-non-commercial",
        "LicenseRef-SMPL-X",
    ),
    *(
        "PolyForm-Noncommercial-1.0.0",
        "LicenseRef-scancode-flux-1-nc",
        "LicenseRef-FAIR-Noncommercial-Research",
    ),
)
_COPYLEFT = {
    "network": (
        "AGPL-3.0-only",
        "AGPL-1.0-or-later",
        "OSL-3.0",
        "EUPL-1.2",
        "CPAL-1.0",
        "RPL-1.5",
    ),
    "service": ("SSPL-1.0",),
    "work": (
        "GPL-2.0-only",
        "GPL-3.0-or-later",
        "Sleepycat",
        "CERN-OHL-S-2.0",
        "QPL-1.0",
    ),
    "library": (
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "CECILL-C",
        "CERN-OHL-W-2.0",
    ),
    "file": ("MPL-2.0", "CDDL-1.0", "MS-RL", "Vim"),
    "module": ("EPL-2.0", "CPL-1.0", "FDK-AAC"),
    "adaptation": ("CC-BY-SA-4.0", "ODbL-1.0", "GFDL-1.3-only", "OFL-1.1"),
    "none": (
        "MIT",
        "Apache-2.0",
        "Artistic-2.0",
        "AFL-3.0",
        "CC-BY-4.0",
        "LPPL-1.3c",
    ),
}


@pytest.mark.parametrize("name", _LICENSES)
def test_a_fact_is_read_strictly_and_says_where_it_comes_from(
    name: str,
) -> None:
    fact = load().fact(name)
    assert fact is not None
    assert fact.basis == "fact"
    assert fact.name
    assert fact.source
    assert len(fact.summary) > 20
    assert {c.clause for c in fact.terms.clauses} <= _TAXONOMY


@pytest.mark.parametrize("name", _LICENSES)
def test_commercial_use_and_the_clauses_that_limit_it_agree(name: str) -> None:
    terms = load().terms_of(name)
    said = {c.clause for c in terms.clauses}
    limits = {c for c in said if c.startswith("use.")} | said & {
        *CONDITIONS,
        "risk.incorporated_policy",
    }
    if terms.commercial == "conditional":
        assert limits or name == "LicenseRef-conditional"
    if terms.commercial == "allowed":
        assert limits <= {"use.field", "use.benchmark_gag"}


@pytest.mark.parametrize("name", _EXCEPTIONS)
def test_an_exception_is_read_strictly_and_lifts_to_a_known_reach(
    name: str,
) -> None:
    assert load().fact(name) is not None
    lifted = load().facts.lifts(name)
    assert lifted is None or lifted in get_args(model.Copyleft)


def test_every_license_that_texts_can_be_recognised_as_may_have_a_fact_and_no_other_id_has_one() -> (
    None
):
    known = {
        info.id.lower() for i in catalog.ids() if (info := catalog.info(i))
    } | set(catalog.ids())
    named = (_PLACE / "names.toml").read_text("utf-8")
    strange = [
        n
        for n in _TABLES
        if not n.startswith("LicenseRef-")
        and n.lower() not in known
        and n not in named
    ]
    assert not strange
    keys = [
        n
        for n in _TABLES
        if n.startswith("LicenseRef-scancode-") and n.lower() not in known
    ]
    assert not keys


def test_the_facts_cover_what_the_names_and_the_libraries_lead_to() -> None:
    wanted: set[str] = set()
    for table in ("names.toml", "natives.toml"):
        path = _PLACE / table
        if path.is_file():
            wanted |= set(
                re.findall(
                    r"LicenseRef-[A-Za-z0-9.+-]*[A-Za-z0-9](?![-.+A-Za-z0-9])",
                    path.read_text("utf-8"),
                )
            )
    assert not wanted - set(_TABLES)


@pytest.mark.parametrize(("name", "grant", "strength", "effect"), _ROWS)
def test_patents_are_what_the_text_says(
    name: str, grant: str, strength: str, effect: str
) -> None:
    fact = load().fact(name)
    assert fact is not None
    assert fact.basis == "fact"
    patent = fact.terms.patent
    assert patent.grant == grant
    hit = patent.retaliation
    assert ((hit.strength, hit.effect) if hit else ("", "")) == (
        strength,
        effect,
    )


@pytest.mark.parametrize("name", _LICENSES)
def test_grants_and_retaliation_name_their_place(name: str) -> None:
    patent = _TABLES[name].get("patent", {})
    if patent.get("grant") in ("express", "ip", "file"):
        assert patent["from"]
        assert patent["section"]
        assert patent["scope"]
    if "retaliation" in patent:
        assert patent["retaliation"]["trigger"]
        assert patent["retaliation"]["section"]


@pytest.mark.parametrize("name", _LICENSES)
def test_clauses_agree_with_the_fields(name: str) -> None:
    table = _TABLES[name]
    clauses = {block["clause"] for block in table.get("clause", ())}
    if clauses & {
        "use.noncommercial",
        "use.research_only",
        "use.evaluation_only",
    }:
        assert table["commercial"] == "prohibited"
    if "use.threshold" in clauses:
        block = next(
            b for b in table["clause"] if b["clause"] == "use.threshold"
        )
        assert {"metric", "amount"} <= set(block.get("params", {})), (
            f"{name}.toml: use.threshold wants these params"
        )
    grant = table.get("patent", {}).get("grant")
    for clause, holds in (
        ("patent.retaliation", "retaliation" in table.get("patent", {})),
    ):
        assert (clause in clauses) == holds, (
            f"{name}.toml: the clause {clause} and [patent] contradict each other"
        )
    without = {"patent.silent", "patent.named", "patent.disclaimed"}
    assert bool(clauses & without) == (grant in ("none", "disclaimed"))
    assert ("patent.disclaimed" in clauses) or grant != "disclaimed"
    if table["copyleft"] == "none":
        assert not {
            c for c in clauses if c.startswith(("copyleft.", "sharealike."))
        }
    else:
        assert {
            c for c in clauses if c.startswith(("copyleft.", "sharealike."))
        }


def test_noncommercial_creative_commons_is_prohibited_and_no_derivatives_limits_changes_alone() -> (
    None
):
    family = [n for n in _LICENSES if n.startswith("CC-BY")]
    assert len(family) > 40
    for name in family:
        # What must not be changed may be sold all the same (`cc:permits
        # cc:CommercialUse` in the licenses' RDF).
        expected = "prohibited" if "-NC" in name else "allowed"
        assert (
            "dist.no_modify" in {c["clause"] for c in _TABLES[name]["clause"]}
        ) == ("-ND" in name), name
        assert _TABLES[name]["commercial"] == expected, name


@pytest.mark.parametrize("name", _CONDITIONAL)
def test_a_condition_on_commerce_is_named(name: str) -> None:
    assert _TABLES[name]["commercial"] == "conditional"
    assert any(
        b["clause"].startswith(("use.", "dist.", "risk."))
        for b in _TABLES[name]["clause"]
    )


@pytest.mark.parametrize("name", _PROHIBITED)
def test_research_and_noncommercial_terms_prohibit_commerce(name: str) -> None:
    assert _TABLES[name]["commercial"] == "prohibited"


@pytest.mark.parametrize(("reach", "names"), _COPYLEFT.items())
def test_the_reach_of_copyleft(reach: str, names: tuple[str, ...]) -> None:
    assert {n: _TABLES[n]["copyleft"] for n in names} == dict.fromkeys(
        names, reach
    )


@pytest.mark.parametrize(
    "name",
    [
        "GPL-3.0-only",
        "AGPL-3.0-only",
        "GFDL-1.2-only",
        "APSL-2.0",
        "Unlicense",
        "RPL-1.5",
    ],
)
def test_copyleft_and_harmless_words_put_no_condition_on_commerce(
    name: str,
) -> None:
    assert _TABLES[name]["commercial"] == "allowed"


@pytest.mark.parametrize(
    ("expression", "reach"),
    [
        ("GPL-3.0-or-later WITH GCC-exception-3.1", "none"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "library"),
        ("GPL-2.0-or-later WITH Bootloader-exception", "none"),
        ("GPL-2.0-only WITH Universal-FOSS-exception-1.0", "work"),
        ("LGPL-2.1-only WITH OCaml-LGPL-linking-exception", "file"),
    ],
)
def test_an_exception_leaves_the_stated_reach(
    expression: str, reach: str
) -> None:
    assert load().terms_of(expression).copyleft == reach


def test_facts_are_written_in_our_words_and_in_one_line_each() -> None:
    for name, table in _TABLES.items():
        for text in (table["summary"], *table.get("obligations", ())):
            assert "\n" not in text, name
            assert len(text) < 420, name
    assert all(isinstance(p, Path) and p.stat().st_size < 6000 for p in _FILES)
