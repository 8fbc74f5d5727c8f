"""
Reports made in memory, as wide as the types allow, for the tests of everything
that shows one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from licensescan.judge.judge import judge
from licensescan.model.types import (
    Clause,
    Component,
    Conclusion,
    Evidence,
    Expression,
    Patent,
    Policy,
    Problem,
    Purl,
    Report,
    Retaliation,
    Target,
    Terms,
    Waiver,
)
from licensescan.rulebook.rulebook import load

HOSTILE = 'x\x1b[31m\u202e"\n::error::pwned\ud800'
"""
A terminal escape, a bidi override, a quote, a CI command and half a character.
"""

TODAY = date(2027, 1, 1)


def package(name: str, license_: str, **more: object) -> Conclusion:
    """A package whose license file says `license_`."""
    component = Component(
        purl=Purl(f"pkg:pypi/{name}@1.0"),
        name=name,
        version="1.0",
        scope="runtime",
        path=name,
    )
    evidence = (
        Evidence(
            kind="license-file",
            path=f"{name}-1.0.dist-info/LICENSE",
            sha256="a" * 64,
            lines=(1, 20),
            expression=Expression(license_),
        ),
    )
    fields: dict[str, object] = {
        "declared": Expression(license_),
        "detected": Expression(license_),
        "concluded": Expression(license_),
        "effective": Expression(license_),
        "basis": "license-file",
        "evidence": evidence,
        "terms": load().terms_of(license_),
        "paths": (("app", name),),
        **more,
    }
    return Conclusion(component=component, **fields)  # type: ignore[arg-type]


def conclusions() -> list[Conclusion]:
    """Plain, copyleft, undecided, hostile, and one with parts of parts."""
    hit = Retaliation(
        strength="broad", effect="all", trigger="you sue anybody"
    )
    clause = Clause(
        clause="use.noncommercial",
        params={"scope": "weights"},
        path="odd-1.0.dist-info/LICENSE",
        lines=(3, 4),
        quote="for play and study, and not for gain",
        confidence=0.9,
    )
    odd = Terms(
        patent=Patent(grant="express", retaliation=hit),
        commercial="prohibited",
        clauses=(clause,),
        incomplete=True,
    )
    lib = Component(
        purl=Purl("pkg:pypi/whole@1.0#whole.libs/libx.so"),
        name="libx264",
        version="",
        kind="native",
        relation="bundled",
        path="whole.libs/libx.so",
    )
    inner = Conclusion(
        component=replace(lib, name="inner", kind="model", path="whole/w.bin"),
        concluded=Expression("CC-BY-NC-4.0"),
        terms=load().terms_of("CC-BY-NC-4.0"),
    )
    part = Conclusion(
        component=lib,
        concluded=Expression("GPL-2.0-or-later"),
        basis="native",
        terms=load().terms_of("GPL-2.0-or-later"),
        parts=(inner,),
    )
    bad = Problem(
        rule="license-unknown",
        path=f"bad/{HOSTILE}",
        message=f"cannot be decided: {HOSTILE}",
    )
    return [
        package("plain", "MIT"),
        package("share", "AGPL-3.0-only"),
        package("odd", "LicenseRef-odd", terms=odd),
        package("whole", "MIT OR Apache-2.0", parts=(part,)),
        package(
            "bad",
            "NOASSERTION",
            problems=(bad,),
            terms=Terms(),
            evidence=(
                Evidence(
                    kind="license-field", path="bad/METADATA", value=HOSTILE
                ),
            ),
        ),
    ]


def native(name: str, license_: str) -> Conclusion:
    """A bundled library that its name gives away."""
    path = f"whole.libs/{name}.so"
    component = Component(
        purl=Purl(f"pkg:pypi/whole@1.0#{path}"),
        name=name,
        version="",
        kind="native",
        relation="bundled",
        path=path,
    )
    told = Evidence(
        kind="native",
        path=path,
        value=license_,
        expression=Expression(license_),
    )
    return Conclusion(
        component=component,
        concluded=Expression(license_),
        basis="native",
        evidence=(told,),
        terms=load().terms_of(license_),
    )


def judged(*given: Conclusion) -> Report:
    """The report over `given` by the default profile."""
    policy = load().profile("distributed-product")
    found, decided = judge(given, load(), policy, today=TODAY)
    return Report(
        targets=(),
        conclusions=tuple(decided),
        findings=tuple(found),
        policy=policy,
    )


def report(
    policy: Policy | None = None, *, with_policy: bool = True
) -> Report:
    """The judged report over `conclusions`; one finding is waived."""
    if with_policy and policy is None:
        waiver = Waiver(
            component="share",
            rule="copyleft-network",
            reason="not a service",
            key="licensescan.toml: w",
        )
        policy = replace(
            load().profile("distributed-product"), waivers=(waiver,)
        )
    found, judged = judge(conclusions(), load(), policy, today=TODAY)
    return Report(
        targets=(
            Target(
                kind="environment",
                path=".venv",
                chosen="project .venv",
                detail="Python 3.11",
            ),
        ),
        conclusions=tuple(sorted(judged, key=lambda c: c.component.purl)),
        findings=tuple(found),
        policy=policy,
        facts={
            "roots": ["plain"],
            "roots_from": ["pyproject.toml"],
            "missing": [],
            "unneeded": [],
            "cycles": [],
        },
    )
