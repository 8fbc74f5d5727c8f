"""
Who is said to be under what: mentions, grants, sections, lists, choices,
riders.

Imports `identify` and `standards`.
"""
