"""
Ground that knows nothing of licenses: TOML and its schemas, lazy patterns, where an
installation keeps its data.

Imports `model` alone.
"""
