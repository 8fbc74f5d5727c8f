"""
Provide what knows nothing of licenses: TOML and its schemas, lazy patterns,
the index file, worker processes, and where an installation keeps its data.

Imports `model` alone.
"""
