"""
Evidence -> declared, detected and concluded license of a component and its
parts.

Imports `classifier`, `judge` and what is below them, never `collect`.
"""
