"""
`rules/` as typed tables: license facts, families, bundled libraries,
components, profiles.

Imports `standards`, `cache` and what is below them.
"""
