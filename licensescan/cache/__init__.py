"""
What was read before: texts by content, and whole answers while nothing has changed.

Imports `reader`, `base` and `model`.
"""
