"""What people read in Korean: one table, complete, and the same facts."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment, nodes

from licensescan.base import toml
from licensescan.base.installation import data_folder
from licensescan.model.kinds import EvidenceKind, Inferred
from licensescan.model.types import VERDICTS, Scope
from licensescan.report import (
    REPORTS,
    SPOKEN,
    difference,
    explain,
    patent_states,
    patents,
    phrases,
    render,
)
from licensescan.report.html import topics, words
from licensescan.report.speech import (
    LANGUAGES,
    about,
    language_of,
    say,
    speaking,
    told,
)
from licensescan.rulebook.rulebook import load, taxonomy
from tests.samples import report

PACKAGE = Path(__file__).parents[2] / "licensescan"
HTML = PACKAGE / "report" / "html"
OTHERS = tuple(name for name in LANGUAGES if name != "en")
FURTHER = (
    *explain._GRANTS.values(),
    *explain._STRENGTHS.values(),
    *explain._EFFECTS.values(),
    *explain._COMMERCIAL.values(),
    *phrases.COPYLEFT.values(),
    *(f"{words} {{values}}" for words in explain._CONDITIONS.values()),
    *patent_states._GRANTED.values(),
    *patent_states._ENDS.values(),
    *phrases._SURE.values(),
    *phrases._IS.values(),
    *patents._phrases().values(),
    *words.SAID,
    *topics.SAID,
    *VERDICTS,
    *EvidenceKind,
    *Inferred,
    "own",
    "import",
    "bundled",
    "vendored",
    "static",
    "weights",
    "data",
    "dev",
    "In order",
    "Not yet",
    "Incomplete",
    *difference.TITLES.values(),
    *get_args(Scope),
)
"""Messages that stand in tables of the code."""


def table(language: str) -> dict[str, dict[str, dict[str, str]]]:
    path = data_folder("rules") / "lang" / f"{language}.toml"
    return toml.loads(path.read_bytes(), label=path.name)


def messages() -> Iterator[str]:
    """Yield what is said by word in the code."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_said = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "say"
            )
            if is_said and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def of_the_page() -> Iterator[str]:
    """Yield what is said by word in the template of the HTML page."""
    text = (HTML / "page.html.jinja").read_text("utf-8")
    for call in Environment().parse(text).find_all(nodes.Call):
        is_said = getattr(call.node, "name", "") == "say"
        if is_said and isinstance(call.args[0], nodes.Const):
            yield call.args[0].value


def fields(message: str) -> set[str]:
    return {
        name for _, name, _, _ in string.Formatter().parse(message) if name
    }


@pytest.mark.parametrize("language", OTHERS)
class TestComplete:
    def test_messages(self, language: str) -> None:
        said = table(language)["messages"]
        wanted = {*messages(), *of_the_page(), *FURTHER}
        assert sorted(wanted - said.keys()) == []
        for message in wanted:
            assert fields(str(said[message])) <= fields(message), message

    def test_words_of_the_script(self, language: str) -> None:
        text = (HTML / "script.js").read_text("utf-8")
        calls = "|".join(("say", "labelled", "choice"))
        wanted = set()
        for arguments in re.findall(rf"\b(?:{calls})\((.*?)\)[;,)\n}}]", text):
            pairs = re.findall(r'\["[^"]*", "([^"]+)"\]', arguments)
            wanted |= set(pairs or re.findall(r'^"([^"]+)"', arguments))
        assert "Export decisions.json" in wanted
        assert wanted == set(table(language)["script"])

    @pytest.mark.parametrize("kind", ["rule", "clause", "profile", "word"])
    def test_what_has_an_id(self, language: str, kind: str) -> None:
        profiles = {
            name: load().profile_text(name) for name in load().profiles()
        }
        wanted = {
            "rule": {key: {"title", "why", "remedy"} for key in load().rules},
            "clause": {
                name: {key for key, words in entry.items() if words}
                for name, entry in taxonomy().items()
            },
            "profile": {key: {"title", "summary"} for key in profiles},
            "word": {
                word.needed("word"): {"means"}
                for word in explain.words().values()
            },
        }[kind]
        said = table(language)[kind]
        assert sorted(wanted.keys() - said.keys()) == []
        assert sorted(said.keys() - wanted.keys()) == []
        for name, keys in wanted.items():
            assert keys <= said[name].keys(), name

    def test_templates_have_the_blanks_of_the_english(
        self, language: str
    ) -> None:
        for english, said in table(language)["templates"].items():
            blanks = {str(at) for at in range(english.count("{}"))}
            assert fields(str(said)) == blanks, english


@pytest.mark.parametrize(
    ("asked", "variables", "language"),
    [
        ("", {}, "en"),
        ("ko", {"LANG": "en_US.UTF-8"}, "ko"),
        ("", {"LANG": "ko_KR.UTF-8"}, "ko"),
        ("", {"LANG": "ko_KR.UTF-8", "LICENSESCAN_LANG": "en"}, "en"),
        ("", {"LANG": "C", "LICENSESCAN_LANG": "ko"}, "ko"),
        ("", {"LANG": "de_DE.UTF-8"}, "en"),
        ("", {"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8"}, "en"),
    ],
)
def test_which_language(
    asked: str, variables: dict[str, str], language: str
) -> None:
    assert language_of(asked, variables) == language


def test_what_is_said() -> None:
    assert say("in order") == "in order"
    with speaking("ko"):
        assert say("in order") == "통과"
        assert say("{count} waived", count=3) == "수용 3건"
        assert about("rule", "copyleft-strong", "title", "x").startswith(
            "저작물"
        )
        assert about("rule", "of-a-policy", "title", "x") == "x"
    assert say("in order") == "in order"


def test_findings_are_told_by_templates_and_titles() -> None:
    message = "suing over the work itself ends the patent license"
    assert told("patent-retaliation", message) == message
    with speaking("ko"):
        assert "특허 허락" in told("patent-retaliation", message)
        clauses = "forbids commercial use (use.noncommercial)"
        assert told("commercial-conditional", clauses) == (
            "상업적 이용을 금지함 (use.noncommercial)"
        )
        unknown = told("license-unknown", "something new")
        assert unknown == "결정할 수 없는 라이선스 — something new"


def test_the_report_says_the_same_in_korean() -> None:
    given = report()
    english = render("text", given)
    korean = render("text", given, language="ko")
    assert korean != english
    for finding in given.findings:
        if finding.verdict == "deny" and not finding.waived_by:
            assert finding.decision in korean
    assert f"종료 코드 {given.exit_code}" in korean
    assert "what to do" not in korean


@pytest.mark.parametrize("form", sorted(set(REPORTS) - SPOKEN))
def test_other_forms_stay_in_english(form: str) -> None:
    given = report()
    assert render(form, given, language="ko") == render(form, given)


def test_json_is_json_of_english_words() -> None:
    document = json.loads(render("json", report(), language="ko"))
    assert all(finding["why"].isascii() for finding in document["findings"])


@pytest.mark.parametrize(
    "name", ["copyleft-weak", "saas", "use.threshold", "decision", "MIT"]
)
def test_pages_in_korean(name: str) -> None:
    with speaking("ko"):
        page = explain.explain(name, load(), width=80)
    assert any("가" <= letter <= "힣" for letter in page)


def test_messages_of_the_cases_are_told_in_korean() -> None:
    """What rules/components knows is quoted; all else has its template."""
    cases = (PACKAGE.parent / "tests" / "cases").glob("*/expected.json")
    messages: set[tuple[str, str]] = set()
    for path in cases:
        for finding in json.loads(path.read_text("utf-8"))["findings"]:
            message = finding["message"]
            short = message.removeprefix(f"{finding['license']}: ")
            messages.add((finding["rule"], short))
    assert len(messages) > 50
    with speaking("ko"):
        untold = [
            message
            for rule, message in messages
            if rule != "curated-fact"
            and told(rule, message).endswith(f" — {message}")
        ]
    # A new wording may come before its template, which then has its title.
    assert len(untold) <= len(messages) // 20, untold
