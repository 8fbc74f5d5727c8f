"""
YAML as data: the only importer of PyYAML, and no more of YAML than data needs.
"""

from __future__ import annotations

from typing import Any

DEPTH = 64
NODES = 100_000
_SMALL = 64 << 10
"""
Longer texts are lists of packages, which libyaml reads twenty times as fast.
"""


def load_yaml(text: str, *, nodes: int = NODES) -> Any:
    """
    Return the value of a YAML text, scalars as strings: a version `1.10` is no
    number, and `no` (Norwegian) is no false.

    Raises `ValueError` for aliases, for nesting beyond 64 or more than `nodes`
    events, and for what is no YAML.
    """
    import yaml

    is_small = len(text) <= _SMALL
    loader = (
        yaml.BaseLoader
        if is_small
        else getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    )
    try:
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader=loader)):
            if isinstance(event, yaml.AliasEvent):
                raise ValueError("an alias, which is not followed")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH or count > nodes:
                raise ValueError(
                    f"deeper than {DEPTH} levels or longer than {nodes} nodes"
                )
        return loader(text).get_single_data()
    except (yaml.YAMLError, RecursionError) as error:
        first = str(error).strip().split("\n")[0]
        raise ValueError(f"no valid YAML: {first}") from error
