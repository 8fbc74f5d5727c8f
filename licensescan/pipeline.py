"""
The line itself, on one page.

    targets -> components -> graph -> conclusions -> findings -> report
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from licensescan.base.installation import build_id, cache_folder
from licensescan.base.schema import nearest
from licensescan.cache.conclusions import Conclusions
from licensescan.cache.texts import Cache
from licensescan.collect.targets import (
    Collected,
    Options,
    Progress,
    collect,
    steps_of,
)
from licensescan.conclude.base_models import inherited
from licensescan.conclude.cached_reading import CachedReading
from licensescan.conclude.conclude import conclude
from licensescan.conclude.kept_texts import KeptTexts
from licensescan.conclude.places_of_clauses import with_places
from licensescan.conclude.sources import Reading
from licensescan.judge.judge import judge
from licensescan.judge.pairs import Around
from licensescan.model.kinds import RuleId
from licensescan.model.trace import SILENT, Trace
from licensescan.model.types import (
    Component,
    Conclusion,
    ExpressionError,
    Finding,
    Policy,
    Problem,
    Purl,
    Report,
    UsageError,
    Verdict,
)
from licensescan.resolver.graph import Graph, find
from licensescan.resolver.resolve import resolve
from licensescan.resolver.roots import project_name, stated_license
from licensescan.rulebook.rulebook import Rulebook, load
from licensescan.rulebook.user_facts import decidable
from licensescan.standards.requirements import key_of

__all__ = ["Options", "graph_of", "scan"]


def _silent(step: str, done: int, total: int) -> None:
    """Show no progress."""


def scan(
    paths: Sequence[str],
    *,
    policy: Policy | None,
    today: date,
    options: Options,
    fail_on: Verdict | None = None,
    progress: Progress = _silent,
    texts_read: Cache | None = None,
) -> Report:
    """
    Return the report on `paths` (none: the environment of the project), judged
    by `policy` (None: an inventory only).

    `today` decides whether a waiver has expired. `texts_read` has the answers
    on texts, in place of those that are kept on disk. Raises `UsageError` when
    there is nothing to judge; a target that cannot be opened as what it is
    makes the report incomplete instead.
    """
    rulebook = load()
    if policy and policy.environment and not options.environment:
        named = os.path.join(
            os.path.dirname(policy.source), policy.environment
        )
        options = replace(options, environment=os.path.abspath(named))
    if policy:
        own = (*options.outputs, *_files_of(policy))
        options = replace(options, outputs=own)
    collected = collect(paths, options, progress)
    graph = _graph(collected)
    texts = KeptTexts() if options.with_texts else None
    conclusions = _conclusions(
        collected,
        graph,
        rulebook,
        policy,
        options,
        progress,
        texts,
        texts_read,
    )
    dependencies = graph.dependencies()
    folder = collected.project.folder
    license_ = stated_license(folder) if collected.roots else ""
    findings, conclusions = judge(
        conclusions,
        rulebook,
        policy,
        today=today,
        around=Around(dependencies=dependencies, license=license_),
    )
    return Report(
        targets=tuple(collected.targets),
        conclusions=tuple(conclusions),
        findings=tuple(findings),
        policy=policy,
        fail_on=fail_on or (policy.fail_on if policy else "review"),
        incomplete=tuple(collected.incomplete),
        facts={
            **graph.facts(),
            **_dropping(graph, findings),
            **({"license": license_} if license_ else {}),
        },
        roots=graph.named_roots(),
        dependencies=dependencies,
        texts=texts.by_sha256 if texts else {},
    )


def _dropping(
    graph: Graph, findings: Sequence[Finding]
) -> dict[str, dict[str, list[Purl]]]:
    """
    Return which purls go with each requirement of the project, where there is
    something that dropping one could settle.
    """
    to_settle = {
        finding.component
        for finding in findings
        if finding.verdict != "warn" and not finding.waived_by
    }
    if not to_settle:
        return {}
    settled = {
        graph.display_name(root): [
            graph.components[key].purl
            for key in keys
            if key in graph.components
            and graph.components[key].purl in to_settle
        ]
        for root, keys in graph.settled_by_dropping().items()
    }
    return {"dropping": {root: keys for root, keys in settled.items() if keys}}


def _files_of(policy: Policy) -> tuple[str, ...]:
    """
    Return the files that a policy is made of and that are no part of what is
    judged: they name licenses in order to accept them.
    """
    baseline = policy.baseline.source if policy.baseline else ""
    is_project = os.path.basename(policy.source) == "pyproject.toml"
    named = ("" if is_project else policy.source, baseline)
    return tuple(filter(None, named))


def graph_of(
    paths: Sequence[str], *, options: Options
) -> tuple[Graph, dict[str, tuple[Component, ...]]]:
    """
    Return the graph alone, for `why`, and the parts of each component by its
    purl. Raises `UsageError` as `scan` does.
    """
    collected = collect(paths, options, _silent)
    parts: dict[str, tuple[Component, ...]] = {
        component.purl: component.parts for component in collected.components
    }
    return _graph(collected), parts


def _graph(collected: Collected) -> Graph:
    # A target that was named by its path names no roots: its top-level
    # packages are.
    return resolve(
        collected.components,
        collected.roots,
        python=collected.python,
        platform=collected.platform,
        project=project_name(collected.project.folder),
    )


def _conclusions(
    collected: Collected,
    graph: Graph,
    rulebook: Rulebook,
    policy: Policy | None,
    options: Options,
    progress: Progress,
    texts: KeptTexts | None = None,
    texts_read: Cache | None = None,
) -> list[Conclusion]:
    """
    Return the conclusion on each component, by purl and path.

    The components are emptied on the way: their texts are most of what a scan
    holds in memory. Raises `UsageError` if `options.why` is none of them.
    """
    folder = cache_folder(options.variables) if options.cached else None
    reading = CachedReading(texts_read or Cache(folder, build_id()))
    former = Conclusions(steps_of(options), policy.curations if policy else ())
    asked = _asked(graph, options.why)
    waiting = _known(collected, graph, former, asked, texts)
    if options.jobs > 1:
        progress("reading ahead", 0, 0)
        new = [one.component for one in waiting if not one.conclusion]
        reading.read_ahead(new, options.jobs)
    conclusions = []
    total = len(waiting)
    waiting.reverse()
    while waiting:
        progress("concluding", total - len(waiting) + 1, total)
        component, identity, conclusion = waiting.pop()
        if asked and key_of(component) == asked:
            conclusion = _explained(component, rulebook, policy)
        elif conclusion is None:
            keep = partial(former.put, identity)
            conclusion = _conclusion(
                component, rulebook, reading, policy, keep=keep
            )
        if policy and policy.us:
            conclusion = with_places(conclusion, component, decidable())
        conclusions.append(
            replace(conclusion, paths=graph.shortest_paths(component))
        )
    conclusions.sort(key=lambda c: (c.component.purl, c.component.path))
    conclusions = inherited(conclusions, rulebook)
    reading.save()
    former.save()
    return conclusions


class _Waiting(NamedTuple):
    """
    A component in its place, what it is known by, and the conclusion of a
    former run.
    """

    component: Component
    identity: str
    conclusion: Conclusion | None


def _known(
    collected: Collected,
    graph: Graph,
    former: Conclusions,
    asked: str,
    texts: KeptTexts | None,
) -> list[_Waiting]:
    """
    Return the components in their places, with what was concluded on those
    that have not changed; that which is `asked` for is concluded on anew. The
    texts that are to be passed on go to `texts`.
    """
    known = []
    components = collected.components
    components.reverse()
    while components:
        component = graph.placed(components.pop())
        if texts is not None:
            texts.keep(component)
        identity = collected.identities.take(component)
        is_asked = asked and key_of(component) == asked
        conclusion = None if is_asked else former.get(identity)
        known.append(_Waiting(component, identity, conclusion))
    return known


def _asked(graph: Graph, name: str) -> str:
    """
    Return the key of the component that `--why` names; "" if it is not given.
    """
    if not name:
        return ""
    key = find(graph, name)
    if key is None:
        close = nearest(name, graph.components)
        raise UsageError(f"{name} is not among the components{close}")
    return key


def _explained(
    component: Component, rulebook: Rulebook, policy: Policy | None
) -> Conclusion:
    """
    Return the conclusion on one component with all that was considered; its
    texts are read anew.
    """
    from licensescan.conclude.traced_reading import TracedReading
    from licensescan.model.recorder import Recorder

    trace: Recorder[Any] = Recorder()
    reading = TracedReading(trace)
    conclusion = _conclusion(component, rulebook, reading, policy, trace)
    return replace(conclusion, considered=trace.considered())


def _conclusion(
    component: Component,
    rulebook: Rulebook,
    reading: Reading,
    policy: Policy | None,
    trace: Trace[Any] = SILENT,
    keep: Callable[[Conclusion], None] | None = None,
) -> Conclusion:
    """
    Return the conclusion on one component, and `keep` it. What goes wrong with
    it is a problem of its own, and does not end the run.
    """
    curations = policy.curations if policy else ()
    try:
        conclusion = conclude(component, rulebook, reading, curations, trace)
        if keep is not None:
            keep(conclusion)
        return conclusion
    except (
        RecursionError,
        MemoryError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
    ) as error:
        kind = type(error).__name__
        message = f"an internal error while examining it ({kind}: {error})"
        return _undecided(component, message)
    except ExpressionError as error:
        return _undecided(
            component, f"its licenses cannot be put together: {error}"
        )


def _undecided(component: Component, message: str) -> Conclusion:
    """
    Return the conclusion on a component of which only a problem can be said.
    """
    problem = Problem(
        rule=RuleId.LICENSE_UNKNOWN, path=component.path, message=message
    )
    bare = replace(component, evidence=(), parts=())
    return Conclusion(component=bare, problems=(*component.problems, problem))
