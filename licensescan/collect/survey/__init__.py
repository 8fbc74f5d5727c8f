"""
What any tree of files holds that bears on licenses.

Imports `formats`, `binaries` and what is below `collect`.
"""
