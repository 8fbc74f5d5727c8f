"""
Read the formats of other people, one module each: bytes -> fields and
evidence.

Imports `classifier`, `standards` and `reader`.
"""
