"""
Find which known license texts stand in a text, and what differs from them.

Imports `standards` and `base`.
"""
