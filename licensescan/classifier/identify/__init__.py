"""
Which known license texts stand in a text, and what differs from them: text -> matches.

Imports `standards` and `base`.
"""
