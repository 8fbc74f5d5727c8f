"""
The types that flow along the line, from what a target holds to what a report says.

Everything here is a value: frozen, keyword-only and slotted, built from the standard library alone, so that each
room can be tested with objects made in memory.

    target --collect--> Component* --resolve--> Graph --conclude--> Conclusion* --judge--> Finding* --render--> text
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NewType

from licensescan.errors import ExpressionError as ExpressionError
from licensescan.errors import IncompleteError as IncompleteError
from licensescan.errors import LicensescanError as LicensescanError
from licensescan.errors import PolicyError as PolicyError
from licensescan.errors import UsageError as UsageError

Purl = NewType("Purl", str)
"""A package URL that names one component, e.g. `pkg:pypi/numpy@2.4.6`."""

LicenseId = NewType("LicenseId", str)
"""One SPDX license id or `LicenseRef-*` in its canonical spelling; a plain `str` has not been checked yet."""

Expression = NewType("Expression", str)
"""An SPDX license expression in normal spelling, or `NOASSERTION` or `NONE`."""

NOASSERTION = Expression("NOASSERTION")
"""There is evidence, and it could not be decided."""

NONE = Expression("NONE")
"""Looked, and there is no evidence."""

Kind = Literal["package", "native", "jar", "source", "model", "dataset"]
Scope = Literal["runtime", "optional", "dev", "unknown"]
Verdict = Literal["deny", "review", "warn"]
Commercial = Literal["allowed", "conditional", "prohibited", "unknown"]
Grant = Literal["none", "implicit", "express", "ip", "disclaimed", "file", "unknown"]
Strength = Literal["work", "grantor", "broad", "ip"]
Copyleft = Literal["none", "file", "library", "work", "network", "service"]
Relation = Literal["own", "import", "bundled", "vendored", "static", "weights", "data", "dev"]
"""How a component stands to what uses it: a license asks more of a bundled copy than of an import."""

VERDICTS: tuple[Verdict, ...] = ("warn", "review", "deny")
"""From mild to severe; `ok` is the absence of a finding."""


# -- what is read ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that was met while reading and that a report must say; `rule` is the id of the rule it raises."""

    rule: str
    path: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    One observation: which field or file says something about a license, and what it says, uninterpreted.

    `kind` is one of `license-expression`, `license-field`, `classifier`, `license-file`, `patents-file`, `notice`,
    `readme`, `source-header`, `spdx-tag`, `sbom`, `pom`, `manifest`, `model-card`, `weights-header`, `native`,
    `native-string`, `curation`, `link`, `reference` (code that names a model), `label` (a sentence). A text has its
    decoded `text`; a field has its `value`. `lines` counts from 1.
    `share` of a header says how many of the component's source files bear it, and how many there are. `expression` is
    filled in by `conclude` and is what this observation alone was read as.
    """

    kind: str
    path: str
    value: str = ""
    sha256: str | None = None
    text: str | None = field(default=None, repr=False)
    lines: tuple[int, int] | None = None
    share: tuple[int, int] | None = None
    expression: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """
    What carries a license: a package, or a part inside it on terms of its own.

    `requires` holds the raw requirement strings. `path` is relative to the target. A part has a `relation` that says
    how it is contained; its purl is that of the whole with a `#subpath`.
    """

    purl: Purl
    name: str
    version: str
    kind: Kind = "package"
    scope: Scope = "unknown"
    relation: Relation = "import"
    path: str = ""
    requires: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[Component, ...] = ()
    problems: tuple[Problem, ...] = ()
    note: str = ""


# -- what a text says ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Words that a text has more (`added`, quoted) or less (`missing`, named if known) than the license it matches."""

    kind: Literal["added", "missing"]
    lines: tuple[int, int]
    words: str
    matters: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """
    One license found in a text: its expression, where (`lines` count from 1), and how far the words agree.

    `kind` is `text`, `notice`, `tag` or `reference`. `part` names what the license is about when the file itself says
    that it is something else than the component (a stanza, a "the following applies to" section); else None.
    """

    expression: Expression
    kind: str
    lines: tuple[int, int]
    coverage: float
    differences: tuple[Difference, ...] = ()
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Legal wording that no known license accounts for; `part` as in `Match`."""

    lines: tuple[int, int]
    words: int
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """
    What a text is: `expression` sums up the matches that belong to the component itself (`NOASSERTION` if nothing
    could be decided, `NONE` if there is no license in it); `modified` says that a known text was changed in words
    that matter. `obfuscated` says that invisible or look-alike characters had to be undone.
    """

    expression: Expression
    modified: bool = False
    obfuscated: bool = False
    matches: tuple[Match, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """
    One thing that a text provides, in the taxonomy of `docs/clauses.md`, e.g. `use.noncommercial`.

    `quote` is cut word for word from the text at `lines`; `lead` is the lead-in of the list that it is an item of ("You
    may not:"), in single spaces. `basis` is `rule` (read from the text), `known-text` (a
    license fact) or `metadata`. `section` is the section of a known license.
    """

    clause: str
    params: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    lines: tuple[int, int] | None = None
    quote: str | None = None
    lead: str = ""
    confidence: float = 1.0
    basis: str = "rule"
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retaliation:
    """What ends rights when the licensee sues: how far the trigger reaches (`strength`) and what ends (`effect`)."""

    strength: Strength
    effect: Literal["patent", "all"]
    trigger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patent:
    """The patent terms of one license or of a whole component."""

    grant: Grant = "unknown"
    retaliation: Retaliation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a license or a text means for patents, commerce and sharing; `incomplete` = some terms are not at hand."""

    patent: Patent = field(default_factory=Patent)
    commercial: Commercial = "unknown"
    copyleft: Copyleft = "none"
    clauses: tuple[Clause, ...] = ()
    incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseFact:
    """
    What one license says: from `rules/licenses/<id>.toml` (`basis` `fact`), from its text as clause analysis read it
    when this version was made (`reading`), or coarsely from ScanCode's category (`category`).
    """

    id: LicenseId
    name: str
    summary: str = ""
    source: str = ""
    category: str = ""
    basis: Literal["fact", "reading", "category"] = "fact"
    terms: Terms = field(default_factory=Terms)
    patent_from: str = ""
    patent_scope: str = ""
    patent_section: str = ""
    obligations: tuple[str, ...] = ()


# -- what is concluded -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """
    Under which license a component may be used, and on what evidence.

    `declared` is what metadata says, `detected` what texts say, `concluded` what licensescan decides, `effective` the
    branch taken in an OR (chosen by `judge`, under a policy). `basis` names what decided, `alternative` holds the other
    reading when two sources disagree: the stricter of both decides the gate. `problems` includes those found while
    concluding (`license-mismatch` and the like).
    """

    component: Component
    declared: Expression = NONE
    detected: Expression = NONE
    concluded: Expression = NONE
    effective: Expression = NONE
    alternative: Expression | None = None
    basis: str = "none"
    confidence: float = 1.0
    terms: Terms = field(default_factory=Terms)
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()
    parts: tuple[Conclusion, ...] = ()
    paths: tuple[tuple[str, ...], ...] = ()


# -- what is held against it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One question to a conclusion: `when` (field = values, all fields must hold), why it matters, what to do."""

    id: str
    title: str
    when: Mapping[str, tuple[str, ...]]
    why: str
    remedy: str
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Accepts a finding: which component and versions, which rule, why, who approved, until when, for which text."""

    component: str
    rule: str
    reason: str
    versions: str = ""
    approved_by: str = ""
    expires: date | None = None
    sha256: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curation:
    """Corrects a fact: the license of a component or of its part, with a reason; pinned to a text's sha256."""

    component: str
    license: Expression
    reason: str
    versions: str = ""
    part: str = ""
    sha256: str = ""
    source: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """
    A profile for one use, with the user's own choices on top.

    `verdicts` maps a rule id to its verdict, or `rule@relation` to the verdict for one relation; `ok` switches a rule
    off. `source` is what is printed: a file name or `built in`.
    """

    profile: str
    verdicts: Mapping[str, str]
    source: str = "built in"
    sha256: str = ""
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    allow_packages: tuple[str, ...] = ()
    deny_packages: tuple[str, ...] = ()
    outbound: str = ""
    waivers: tuple[Waiver, ...] = ()
    curations: tuple[Curation, ...] = ()
    fail_on: Verdict = "review"
    environment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Where a finding rests: path relative to the target, lines from 1, and the words themselves if there are any."""

    path: str
    lines: tuple[int, int] | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a reader must know: which rule, about what, why it matters and what can be done."""

    rule: str
    verdict: Verdict
    component: Purl | str
    message: str
    why: str = ""
    remedy: str = ""
    part: str | None = None
    license: str = ""
    evidence: tuple[Quote, ...] = ()
    path: tuple[str, ...] = ()
    fingerprint: str = ""
    waived_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was looked at: its kind, its path as printed, and how it was chosen."""

    kind: str
    path: str
    chosen: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a reader or a machine needs, sorted; it alone knows the exit code. `policy` is None for `scan`."""

    targets: tuple[Target, ...]
    conclusions: tuple[Conclusion, ...]
    findings: tuple[Finding, ...] = ()
    policy: Policy | None = None
    fail_on: Verdict = "review"
    incomplete: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """3 if something could not be examined at all, 1 for a finding at or above `fail_on` under a policy, else 0."""
        if self.incomplete:
            return 3
        if self.policy is None:
            return 0  # an inventory judges nothing
        least = VERDICTS.index(self.fail_on)
        return int(any(VERDICTS.index(f.verdict) >= least and not f.waived_by for f in self.findings))
