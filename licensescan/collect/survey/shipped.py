"""
Sum up what a component installs: its folders, its compiled files, weights,
data.
"""

from __future__ import annotations

from collections.abc import Iterable

from licensescan.model.types import Shipped

_COMPILED = (".a", ".dll", ".dylib", ".exe", ".lib", ".pyd", ".so")
_WEIGHTS = (
    ".bin",
    ".caffemodel",
    ".ckpt",
    ".dat",
    ".gguf",
    ".h5",
    ".joblib",
    ".mlmodel",
    ".model",
    ".msgpack",
    ".npz",
    ".onnx",
    ".params",
    ".pb",
    ".pdiparams",
    ".pdmodel",
    ".pickle",
    ".pkl",
    ".pt",
    ".pth",
    ".safetensors",
    ".tflite",
    ".traineddata",
    ".weights",
)
"""Endings of files that may hold weights; a `.bin` may be anything."""
_DATA = (
    *_WEIGHTS,
    ".arrow",
    ".avi",
    ".bz2",
    ".conll",
    ".conllu",
    ".csv",
    ".db",
    ".dic",
    ".feather",
    ".flac",
    ".gz",
    ".hdf5",
    ".jpeg",
    ".jpg",
    ".jsonl",
    ".mat",
    ".mp3",
    ".mp4",
    ".npy",
    ".ogg",
    ".parquet",
    ".rda",
    ".rds",
    ".sqlite",
    ".tar",
    ".tfrecord",
    ".tsv",
    ".wav",
    ".xlsx",
    ".xz",
    ".zip",
    ".zst",
)
"""Endings of files that may hold data that others have collected."""


def shipped(paths: Iterable[str]) -> Shipped:
    """Return the summary of `paths`, by their names alone."""
    folders: set[str] = set()
    compiled: set[str] = set()
    has_weights = has_data = False
    seen: set[str] = set()
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder not in seen:
            seen.add(folder)
            folders.update(folder.lower().split("/"))
        if is_compiled(folder, name):
            compiled.add(name)
        has_weights = has_weights or name.endswith(_WEIGHTS)
        has_data = has_data or name.endswith(_DATA)
    return Shipped(
        folders=frozenset(folders),
        compiled=frozenset(compiled),
        weights=has_weights,
        data=has_data,
    )


def is_compiled(folder: str, name: str) -> bool:
    """
    Return True for a library or a program by its name; a program is what has
    no ending in a folder of programs.
    """
    if name.endswith(_COMPILED) or ".so." in name:
        return True
    return "." not in name and folder.endswith("/bin")
