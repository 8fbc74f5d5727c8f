"""
Keep what was read before: texts by content, whole answers while nothing has
changed.

Imports `reader`, `base` and `model`.
"""
