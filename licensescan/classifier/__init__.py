"""
What one text is and says: text -> matches, statements, clauses, terms.

Imports `rulebook`, `standards`, `cache` and what is below them.
"""
