"""HTML: one page that a lawyer reads, and that no package can write into."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from licensescan.base.version import __version__
from licensescan.model.types import Acceptance, Conclusion, Report, Root
from licensescan.report import render
from licensescan.report.escape import line
from licensescan.report.speech import LANGUAGES
from licensescan.rulebook.rulebook import load
from tests.samples import HOSTILE, judged, native, package, report

EMPTY = {"meta", "line", "rect", "link", "br"}


class Page(HTMLParser):
    """The elements and text of a page, with what is out of balance."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        self.ids += filter(None, [named.get("id")])
        self.links += filter(None, [named.get("href"), named.get("src")])
        self.handlers += [key for key in named if key.startswith("on")]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.scripts.append(data)
        else:
            self.text.append(data)


def page_of(given: Report) -> Page:
    return Page(render("html", given))


def test_the_page_is_whole_and_every_link_leads_somewhere() -> None:
    page = page_of(report())
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        assert link.startswith("#")
        assert link[1:] in page.ids


def test_a_hostile_name_is_text() -> None:
    name = f"<img src=x onerror=alert(1)>{HOSTILE}</script>"
    page = page_of(judged(package(name, "GPL-3.0-only")))
    assert "img" not in page.tags
    assert page.tags.count("script") == 1
    assert not page.handlers
    assert "onerror=alert(1)" in "".join(page.text)


def test_no_script_or_style_runs_but_ours() -> None:
    text = render("html", report())
    policy = re.search(r'Security-Policy" content="([^"]+)"', text)
    assert policy
    allowed = policy.group(1).replace("&#39;", "'")
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = hashlib.sha256(inside.encode()).digest()
        expected = f"sha256-{base64.b64encode(digest).decode()}"
        assert f"{tag}-src '{expected}'" in allowed
    assert "default-src 'none'" in allowed


def test_the_script_makes_no_markup_of_words() -> None:
    text = render("html", report())
    assert not re.search(r"innerHTML|insertAdjacent|outerHTML|\beval\(", text)


def test_each_decision_has_its_words_its_way_and_what_to_type() -> None:
    way = ("app", "direct", "deep")
    deep = replace(package("deep", "AGPL-3.0-only"), paths=(way,))
    root = Root(
        requirement="direct>=1", source="pyproject.toml:14", name="direct"
    )
    given = replace(judged(deep), roots=(root,))
    text = " ".join("".join(page_of(given).text).split())
    assert "app › direct › deep pyproject.toml:14" in text
    assert "deep-1.0.dist-info/LICENSE:1" in text
    (first, *_) = [f for f in given.findings if f.verdict == "deny"]
    assert f"licensescan accept {first.decision}" in text


def test_the_drawing_leads_from_the_project_to_what_fails() -> None:
    ways = {
        "deep": ("app", "direct", "deep"),
        "deeper": ("app", "direct", "between", "deeper"),
    }
    members = [
        replace(package(name, "AGPL-3.0-only"), paths=(way,))
        for name, way in ways.items()
    ]
    text = render("html", judged(*members))
    places = {
        name: int(x)
        for name, x in re.findall(
            r"<title>(\w+)[^<]*</title><rect x=\"(\d+)\"", text
        )
    }
    assert places["app"] < places["direct"] < places["deep"]
    assert places["deep"] == places["between"] < places["deeper"]


def test_what_ends_on_a_suit_comes_first() -> None:
    given = judged(package("a", "MIT"), package("b", "Apache-2.0"))
    text = "".join(page_of(given).text)
    patents = text[text.index("What ends on a suit comes first") :]
    assert patents.index("Apache-2.0") < patents.index("nothing is said")


def test_what_is_accepted_says_why_by_whom_and_until_when() -> None:
    acceptance = Acceptance(
        licenses=("GPL-3.0-only",),
        reason="no copies leave",
        approved_by="Kim",
        key="k",
    )
    policy = replace(
        load().profile("distributed-product"), acceptances=(acceptance,)
    )
    given = report(policy)
    findings = tuple(replace(f, waived_by="k") for f in given.findings)
    text = "".join(page_of(replace(given, findings=findings)).text)
    assert "Accepted: no copies leave, approved by Kim" in text


@pytest.mark.parametrize("number", [0, 1])
def test_an_inventory_judges_nothing(number: int) -> None:
    given = replace(report(), policy=None, findings=())
    given = replace(given, conclusions=given.conclusions[:number])
    page = page_of(given)
    assert "decisions" not in page.ids
    assert "components" in page.ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_many_stays_small(language: str) -> None:
    many = [package(f"package-{n}", "MIT") for n in range(428)]
    many += [package(f"other-{n}", "Apache-2.0") for n in range(300)]
    text = render("html", judged(*many), language=language)
    assert len(text.encode()) < 1_500_000


NAMES = ("code", "blockquote", "script", "style")
"""Elements of ids, quotes and what nobody reads."""


class Prose(HTMLParser):
    """The words of a page that are not names, quotes or places."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.words: set[str] = set()
        self.feed(text)

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        named = dict(attrs)
        self._take(named.get("aria-label") or "")
        if tag not in EMPTY:
            classes = {"place", "license", "id"} & {named.get("class")}
            self.open.append(tag in NAMES or bool(classes))

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.open):
            self._take(data)

    def _take(self, data: str) -> None:
        self.words |= set(re.findall(r"[A-Za-z][\w.-]*\w", data))


def test_no_english_is_left_in_the_korean_page() -> None:
    given = report()
    texts = [
        render("html", given, language="ko"),
        render("html", replace(given, policy=None), language="ko"),
    ]
    known = {
        "licensescan",
        "JSON",
        "WITH",
        "LicenseRef",
        "sha256",
        *names(given),
    }
    for text in texts:
        assert '<html lang="ko">' in text
        assert sorted(Prose(text).words - known) == []


SHOWN = frozenset(
    "name version path license concluded declared rule decision detail"
    " profile source component part chosen waived_by quote reason".split()
)
"""Fields of the JSON report that hold names and quotes."""


def names(given: Report) -> Iterator[str]:
    """Yield the words of the names and quotes in a report."""
    waiting: list[tuple[str, Any]] = [("", json.loads(render("json", given)))]
    texts = [__version__, "cannot be decided", line(HOSTILE)]
    for key, value in waiting:
        if isinstance(value, dict):
            waiting += value.items()
        elif isinstance(value, list):
            waiting += [(key, one) for one in value]
        elif key in SHOWN and isinstance(value, str):
            texts.append(value)
            facts = map(load().fact, re.findall(r"[A-Z][A-Z0-9a-z.-]+", value))
            texts += [fact.name for fact in facts if fact]
    for text in texts:
        yield from re.findall(r"[A-Za-z][\w.-]*\w", text)


def test_the_script_speaks_the_language_of_the_page() -> None:
    text = render("html", report(), language="ko")
    (words,) = re.findall(r'data-words="([^"]+)"', text)
    assert json.loads(unescape(words))["accept"] == "수용"
    assert "data-words" not in render("html", report())


def test_models_are_named_with_what_holds_them_the_forbidden_first() -> None:
    def weights(license_: str) -> Conclusion:
        part = native("weights", license_)
        held = replace(part.component, kind="model", relation="weights")
        return replace(part, component=held)

    free = package("a", "MIT", parts=(weights("MIT"),))
    bound = package("b", "MIT", parts=(weights("CC-BY-NC-4.0"),))
    text = render("html", judged(free, bound))
    table = text[text.index("<table>") : text.index("</table>")]
    assert table.index(">b, weights<") < table.index(">a, weights<")
    assert "app › b" in table


def test_the_broadest_suit_comes_first() -> None:
    given = judged(package("a", "Apache-2.0"), package("b", "GPL-3.0-only"))
    text = render("html", given)
    patents = text[text.index('<section id="patents"') :]
    assert patents.index("GPL-3.0-only") < patents.index("Apache-2.0")
