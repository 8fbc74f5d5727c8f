"""
Conclusions against a policy -> findings.

Imports `rulebook`, `resolver`, `standards` and what is below them.
"""
