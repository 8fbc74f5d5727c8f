"""
Survey any tree of files for what bears on licenses.

Imports `formats`, `binaries` and what is below `collect`, and asks the table
of `collect` for the source that reads an archive inside another.
"""
