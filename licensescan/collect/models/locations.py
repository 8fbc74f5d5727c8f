"""
Where libraries keep the models that they download: by the variables of a
process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping


def hub_cache(variables: Mapping[str, str]) -> str:
    """
    Return the cache of huggingface_hub (its documentation, "Environment
    variables"); "" if unknown.
    """
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        folder = _folder(variables, name)
        if folder:
            return folder
    home = _library_home(variables, "HF_HOME", "huggingface")
    return _below(home, "hub")


def torch_hub(variables: Mapping[str, str]) -> str:
    """
    Return the folder of torch.hub (its documentation, "Where are my downloaded
    models saved"); "" if unknown.
    """
    home = _library_home(variables, "TORCH_HOME", "torch")
    return _below(home, "hub")


def ollama_store(variables: Mapping[str, str]) -> str:
    """
    Return Ollama's store (its FAQ, "Where are models stored"); "" if unknown.
    """
    home = variables.get("HOME", "")
    return variables.get("OLLAMA_MODELS") or _below(home, ".ollama/models")


def _library_home(
    variables: Mapping[str, str], name: str, library: str
) -> str:
    """
    Return the folder of a library: what variable `name` says, else in the
    cache.
    """
    cache = _folder(variables, "XDG_CACHE_HOME")
    home = variables.get("HOME", "")
    in_cache = _below(cache or _below(home, ".cache"), library)
    return _folder(variables, name) or in_cache


def _folder(variables: Mapping[str, str], name: str) -> str:
    """
    Return the folder that a variable names; the libraries that read it take
    `~` for the user's home.
    """
    folder = variables.get(name, "")
    if folder == "~" or folder.startswith("~/"):
        return variables.get("HOME", "~") + folder[1:]
    return folder


def _below(folder: str, name: str) -> str:
    return os.path.join(folder, name) if folder else ""
