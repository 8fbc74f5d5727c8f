"""
The notices of third parties that go with a product: each component with its
license, then each distinct text once, with those who are under it. Texts are
repeated word for word: their copyright lines are those that have to be kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from licensescan.model.errors import UsageError
from licensescan.model.kinds import EvidenceKind
from licensescan.model.packed import unpacked
from licensescan.model.types import Conclusion, Report
from licensescan.report.escape import line, terminal
from licensescan.report.layout import Layout

_RULE = "-" * 72
_ORDER = (
    EvidenceKind.NOTICE,
    EvidenceKind.PATENTS_FILE,
    EvidenceKind.LICENSE_FILE,
)


@dataclass(slots=True)
class _Text:
    """A text, its number from 1, and who ships it in which file."""

    number: int
    text: str
    bearers: list[str] = field(default_factory=list)


def render(report: Report, layout: Layout | None = None) -> str:
    """Return the notices; the project itself and its tools have none in it."""
    shipped = [c for c in report.conclusions if _is_passed_on(c)]
    texts = _texts(report, shipped)
    rows = ["Third-party notices", ""]
    rows += ["This product contains or is used with the following.", ""]
    for conclusion in shipped:
        rows += _entry(conclusion, texts, "")
    left_out = [c for c in report.conclusions if c.component.scope == "dev"]
    if left_out:
        names = ", ".join(_named(c) for c in left_out)
        rows += ["", line(f"For development alone, and not listed: {names}")]
    for text in texts.values():
        rows += ["", _RULE, f"[{text.number}] {'; '.join(text.bearers)}"]
        rows += [_RULE, "", terminal(text.text.strip("\n"))]
    return "\n".join(rows) + "\n"


def _is_passed_on(conclusion: Conclusion) -> bool:
    component = conclusion.component
    return component.relation != "own" and component.scope != "dev"


def _texts(report: Report, shipped: Sequence[Conclusion]) -> dict[str, _Text]:
    """Return the texts of everything shipped by sha256, in their order."""
    texts: dict[str, _Text] = {}
    for bearer, sha256 in _borne(shipped):
        if sha256 not in report.texts:
            continue
        if sha256 not in texts:
            words = _words(report.texts[sha256])
            texts[sha256] = _Text(number=len(texts) + 1, text=words)
        if bearer not in texts[sha256].bearers:
            texts[sha256].bearers.append(bearer)
    return texts


def _borne(shipped: Sequence[Conclusion]) -> Iterator[tuple[str, str]]:
    """Yield who ships a text, in which file, and its sha256."""
    for whole in shipped:
        for name, conclusion in _inside(whole):
            for path, sha256 in _shas(conclusion):
                yield line(f"{name} ({path})"), sha256


def _words(data: str) -> str:
    try:
        return unpacked(data)
    except ValueError as error:
        raise UsageError(f"the report holds a text that {error}") from error


def _inside(whole: Conclusion) -> Iterator[tuple[str, Conclusion]]:
    """Yield a component and its parts, each with its name."""
    waiting = [(_named(whole), whole)]
    while waiting:
        name, conclusion = waiting.pop(0)
        yield name, conclusion
        waiting += [
            (f"{name}, {part.component.name}", part)
            for part in conclusion.parts
        ]


def _shas(conclusion: Conclusion) -> Iterator[tuple[str, str]]:
    """Yield the path and sha256 of each text, notices first."""
    for kind in _ORDER:
        for item in conclusion.evidence:
            if item.kind == kind and item.sha256:
                yield item.path, item.sha256


def _entry(
    conclusion: Conclusion, texts: dict[str, _Text], margin: str
) -> Iterator[str]:
    """Yield a component, its license and its texts, and so its parts."""
    numbers = sorted(
        {texts[sha].number for _, sha in _shas(conclusion) if sha in texts}
    )
    cited = " ".join(f"[{number}]" for number in numbers)
    license_ = line(conclusion.concluded)
    if not cited and not margin:
        cited = "(no text comes with it)"
    yield f"{margin}- {line(_named(conclusion))}: {license_} {cited}".rstrip()
    for part in conclusion.parts:
        yield from _entry(part, texts, f"{margin}  ")


def _named(conclusion: Conclusion) -> str:
    component = conclusion.component
    return f"{component.name} {component.version}".strip()
