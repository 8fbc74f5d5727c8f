"""
SPDX expressions and ids, package URLs, requirements: other people's grammars,
one module each.

Imports `reader` and what is below it.
"""
