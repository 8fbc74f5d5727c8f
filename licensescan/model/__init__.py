"""
The values that flow along the line, and the errors.

Imports the standard library alone.
"""
