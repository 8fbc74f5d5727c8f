"""
What the files of one model say together, and how the model is called in the
graph.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from licensescan.collect.formats.model_card import Card
from licensescan.collect.formats.weight_headers import Header
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence, ModelFacts, Problem, Purl
from licensescan.standards.purl import purl


@dataclass(slots=True)
class Gathered:
    """
    What the files of one model say: evidence for its license, the models and
    data sets that it builds on, other facts, and what could not be read.
    """

    evidence: list[Evidence] = field(default_factory=list)
    base_models: list[str] = field(default_factory=list)
    datasets: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    facts: ModelFacts = field(default_factory=ModelFacts)

    def add(self, statement: Card | Header) -> None:
        """Add what one card or header says."""
        self.evidence += statement.evidence
        self.base_models += statement.base_models
        self.datasets += statement.datasets
        self.problems += statement.problems

    def add_problem(self, rule: RuleId, path: str, message: str) -> None:
        """Add what is wrong with the file at `path`."""
        self.problems.append(Problem(rule=rule, path=path, message=message))

    def has(self, kinds: Collection[EvidenceKind]) -> bool:
        """Return True if there is evidence of one of `kinds`."""
        return any(item.kind in kinds for item in self.evidence)

    def requirements(self, name: str) -> tuple[str, ...]:
        """
        Return what the model `name` builds on as requirement lines of the
        graph, each once and never the model itself.
        """
        own_name = name.lower()
        models = [
            base for base in self.base_models if base.lower() != own_name
        ]
        lines = [f"model:{base}" for base in models]
        lines += [f"dataset:{dataset}" for dataset in self.datasets]
        return tuple(dict.fromkeys(lines))


def unique(*groups: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems of all groups, each once."""
    problems: dict[Problem, None] = {}
    for group in groups:
        problems.update(dict.fromkeys(group))
    return tuple(problems)


def model_purl(hub: str, model_id: str, version: str = "") -> Purl:
    """Return the purl of `owner/name` at `hub`, a purl type."""
    owner, _, name = model_id.rpartition("/")
    return purl(hub, name, version, owner)
