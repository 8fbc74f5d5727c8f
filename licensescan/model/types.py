"""
The types that flow along the line, from what a target holds to what a report
says.

Everything here is a value: frozen, keyword-only and slotted, built from the
standard library alone, so that each package can be tested with objects made in
memory.

    target --collect--> Component* --resolver--> Graph --conclude--> Conclusion* --judge--> Finding* --report--> text
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, NewType

from licensescan.model.errors import ExpressionError as ExpressionError
from licensescan.model.errors import IncompleteError as IncompleteError
from licensescan.model.errors import LicensescanError as LicensescanError
from licensescan.model.errors import PolicyError as PolicyError
from licensescan.model.errors import UsageError as UsageError
from licensescan.model.kinds import Adds as Adds
from licensescan.model.kinds import Basis as Basis
from licensescan.model.kinds import Certainty as Certainty
from licensescan.model.kinds import ClauseBasis as ClauseBasis
from licensescan.model.kinds import EvidenceKind as EvidenceKind
from licensescan.model.kinds import Inferred as Inferred
from licensescan.model.kinds import MatchKind as MatchKind
from licensescan.model.kinds import Role as Role
from licensescan.model.kinds import RuleId as RuleId
from licensescan.model.provenance import ModelFacts as ModelFacts
from licensescan.model.provenance import Provenance as Provenance
from licensescan.model.texts import NOASSERTION as NOASSERTION
from licensescan.model.texts import NONE as NONE
from licensescan.model.texts import Clause as Clause
from licensescan.model.texts import Commercial as Commercial
from licensescan.model.texts import Copyleft as Copyleft
from licensescan.model.texts import Detection as Detection
from licensescan.model.texts import Difference as Difference
from licensescan.model.texts import Expression as Expression
from licensescan.model.texts import Grant as Grant
from licensescan.model.texts import LicenseFact as LicenseFact
from licensescan.model.texts import LicenseId as LicenseId
from licensescan.model.texts import Match as Match
from licensescan.model.texts import Patent as Patent
from licensescan.model.texts import Problem as Problem
from licensescan.model.texts import Residue as Residue
from licensescan.model.texts import Retaliation as Retaliation
from licensescan.model.texts import Strength as Strength
from licensescan.model.texts import Terms as Terms
from licensescan.model.texts import Unmatched as Unmatched

if TYPE_CHECKING:
    from licensescan.model.considered import Considered
    from licensescan.model.reasons import Reason

Purl = NewType("Purl", str)
"""A package URL that names one component, e.g. `pkg:pypi/numpy@2.4.6`."""

Kind = Literal["package", "native", "jar", "source", "model", "dataset"]
Scope = Literal["runtime", "optional", "dev", "unknown"]
Verdict = Literal["deny", "review", "warn"]
Relation = Literal[
    "own", "import", "bundled", "vendored", "static", "weights", "data", "dev"
]
"""
How a component stands to what uses it: a license asks more of a bundled copy
than of an import.
"""

Ruling = Literal["deny", "review", "warn", "ok"]
"""What a policy says on a rule: a verdict, or that it makes no finding."""

Limit = Literal["deny", "review", "warn", "ok", "milder"]
"""The heaviest verdict that is left, or one step milder than it would be."""

VERDICTS: tuple[Verdict, ...] = ("warn", "review", "deny")
"""From mild to severe."""


# -- what is read --


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    One observation: which field or file says something about a license, and
    what it says, uninterpreted.

    A text has its decoded `text`; a field has its `value`. `lines` counts from
    1. `share` of a header says how many of the component's source files bear
    it, and how many there are. `expression` and `residue` are filled in by
    `conclude`: what this observation alone was read as, and the words of a
    text that this does not account for.
    """

    kind: EvidenceKind
    path: str
    value: str = ""
    sha256: str | None = None
    text: str | None = field(default=None, repr=False)
    lines: tuple[int, int] | None = None
    share: tuple[int, int] | None = None
    expression: Expression | None = None
    residue: tuple[Residue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """
    A file that could say something about a license and is left out on purpose;
    `number` counts the files that are left out for one reason where they are
    not listed.
    """

    path: str
    reason: Reason
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """
    What a component installs, as far as terms are checked against it: the
    names of its folders and of its compiled files (libraries, programs), and
    whether weights or data are among the rest.
    """

    folders: frozenset[str] = frozenset()
    compiled: frozenset[str] = frozenset()
    weights: bool = False
    data: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """
    What carries a license: a package, or a part inside it on terms of its own.

    `requires` holds the raw requirement strings. `path` is relative to the
    target. A part has a `relation` that says how it is contained; its purl is
    that of the whole with a `#subpath`. `is_empty` says of a distribution that
    it consists of metadata alone, as one that only requires others does.
    `shipped` is None where the files are not at hand, `facts` for what is no
    model and no data set.
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
    left_out: tuple[LeftOut, ...] = ()
    note: str = ""
    is_empty: bool = False
    shipped: Shipped | None = None
    provenance: Provenance = field(default_factory=Provenance)
    facts: ModelFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """
    A requirement of the project itself: `source` is the file and line that
    states it (`pyproject.toml:14`), or "" for a top-level package of an
    environment without a project. `name` is the key of the component that it
    asks for.
    """

    requirement: str
    source: str
    scope: Scope = "runtime"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """
    One component requires another by the line `requirement`, perhaps for an
    `extra` or under a `marker`.
    """

    source: Purl
    target: Purl
    requirement: str
    extra: str = ""
    marker: str = ""


# -- who uses it --


@dataclass(frozen=True, slots=True, kw_only=True)
class Us:
    """
    The user's own facts: the codes of their countries, numbers by name
    (`users`, `revenue` in `currency`, `employees`), yes or no by name
    (`hosts`, `trains`, `distributes`), and what it is used for.
    """

    countries: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    currency: str = "USD"
    answers: Mapping[str, bool] = field(default_factory=dict)
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    How the user's facts stand to a clause, in `words` with the number; `open`
    is what they do not decide.
    """

    clause: Clause
    status: Literal["satisfied", "violated", "open"]
    words: str


# -- what is concluded --


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """
    Under which license a component may be used, and on what evidence.

    `declared` is what metadata says, `detected` what texts say, `concluded`
    what licensescan decides, `effective` the branch taken in an OR (chosen by
    `judge`, under a policy). `basis` names what decided, and `also` what it
    was joined with where two sources make up the answer together;
    `alternative` holds the other reading when two sources disagree: the
    stricter of both decides the gate. `problems` includes those found while
    concluding (`license-mismatch` and the like). `considered` is all that was
    considered, if that was asked for. `certainty`, `role` and `share` say how
    sure it is that this holds for what is shipped, what it is about, and of
    how many of the source files; `standings` is how the
    user's own facts stand to the conditions, as far as a policy has some.
    """

    component: Component
    declared: Expression = NONE
    detected: Expression = NONE
    concluded: Expression = NONE
    effective: Expression = NONE
    alternative: Expression | None = None
    basis: Basis = Inferred.NONE
    also: Basis | None = None
    confidence: float = 1.0
    terms: Terms = field(default_factory=Terms)
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()
    parts: tuple[Conclusion, ...] = ()
    paths: tuple[tuple[str, ...], ...] = ()
    considered: tuple[Considered, ...] | None = None
    certainty: Certainty = Certainty.SHIPPED
    role: Role = Role.IMPORTED
    share: tuple[int, int] | None = None
    standings: tuple[Standing, ...] = ()

    @property
    def decided_by(self) -> str:
        """
        Return the basis as a report names it, both of two that were joined.
        """
        return f"{self.basis} and {self.also}" if self.also else self.basis


# -- what is held against it --


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """
    Accepts a finding: which component and versions, which rule, why, who
    approved, until when, for which text.
    """

    component: str
    rule: str
    reason: str
    versions: str = ""
    approved_by: str = ""
    expires: date | None = None
    sha256: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """
    Accepts the findings that meet all that it states; of several entries for
    one thing one is enough.

    `components` are names or purls without a version, `*` as in a shell;
    `licenses` ids, expressions or groups of licenses; `texts` the sha256 of
    texts. Where components are named, `parts` are those inside them that are
    meant, and `.` the component itself; no parts: it alone. `pin` is the
    sha256 of a text that must lie in the component.
    """

    reason: str
    components: tuple[str, ...] = ()
    licenses: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    scopes: tuple[Scope, ...] = ()
    versions: str = ""
    approved_by: str = ""
    expires: date | None = None
    has_no_end: bool = False
    pin: str = ""
    key: str = ""
    is_waiver: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """
    A finding of a baseline: its verdict then, the sha256 of the text that it
    is about, and what it said; "" where any will do.
    """

    fingerprint: str
    verdict: Verdict
    text: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The findings of yesterday, by fingerprint; `source` as printed."""

    source: str
    entries: Mapping[str, Known]

    @property
    def key(self) -> str:
        """Return what a finding says that it is known by."""
        return f"{self.source}: baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curation:
    """
    Corrects a fact: the license of a component (not of its parts), with a
    reason; pinned to a text's sha256.
    """

    component: str
    license: Expression
    reason: str
    versions: str = ""
    sha256: str = ""
    source: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """
    A profile for one use, with the user's own choices on top.

    `verdicts` maps a rule id to what the policy says on it, or `rule@relation`
    to that for one relation; `ok` switches a rule off. `limits` maps a
    certainty, a role or what a finding adds to the heaviest verdict that it
    can bear. `source` is what is printed: a file name or `built in`.
    """

    profile: str
    verdicts: Mapping[str, Ruling]
    limits: Mapping[str, Limit] = field(default_factory=dict)
    source: str = "built in"
    sha256: str = ""
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    allow_packages: tuple[str, ...] = ()
    deny_packages: tuple[str, ...] = ()
    outbound: str = ""
    waivers: tuple[Waiver, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    baseline: Baseline | None = None
    us: Us | None = None
    curations: tuple[Curation, ...] = ()
    fail_on: Verdict = "review"
    environment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """
    Where a finding rests: path relative to the target, lines from 1, and the
    words themselves if there are any.
    """

    path: str
    lines: tuple[int, int] | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """What one more rule says of the same subject on the same text."""

    rule: str
    verdict: Verdict
    message: str
    evidence: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One thing a reader must know: which rule, about what, why it matters and
    what can be done. `also` holds the milder rules that the same text makes
    hold. `decision` is the id of what settles it, and `text_sha256` the text
    that this is about, if it is one.
    """

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
    approved_by: str = ""
    also: tuple[Further, ...] = ()
    decision: str = ""
    text_sha256: str | None = None
    certainty: Certainty = Certainty.SHIPPED
    role: Role = Role.IMPORTED
    share: tuple[int, int] | None = None
    adds: Adds = Adds.TERMS

    @property
    def rules(self) -> tuple[str, ...]:
        """
        Return every rule that holds, the one that names the finding first.
        """
        return (self.rule, *(further.rule for further in self.also))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What was looked at: its kind, its path as printed, how it was chosen, and
    what was passed over for it, each with the reason. `revision` is the commit
    that a git checkout stands at, `digests` the sha256 of the files that pin
    it: itself, or its lock.
    """

    kind: str
    path: str
    chosen: str = ""
    detail: str = ""
    passed_over: tuple[str, ...] = ()
    revision: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What made a report: the versions of code, index and rules."""

    version: str
    corpus: str
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    Everything a reader or a machine needs, sorted; it alone knows the exit
    code. `policy` is None for `scan`. One that was stored has the `tool` that
    made it, and its `timestamp` if it had one. `texts` are the license texts
    and notices by sha256, packed, where they were asked for.
    """

    targets: tuple[Target, ...]
    conclusions: tuple[Conclusion, ...]
    findings: tuple[Finding, ...] = ()
    policy: Policy | None = None
    fail_on: Verdict = "review"
    incomplete: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    roots: tuple[Root, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    tool: Tool | None = None
    timestamp: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """
        3 if something could not be examined at all, 1 for a finding at or
        above `fail_on` under a policy, else 0.
        """
        if self.incomplete:
            return 3
        if self.policy is None:
            return 0  # an inventory judges nothing
        least = VERDICTS.index(self.fail_on)
        return int(
            any(
                VERDICTS.index(f.verdict) >= least and not f.waived_by
                for f in self.findings
            )
        )
