"""
Components -> graph: who requires whom, and what the project itself asks for.

Imports `standards`, `reader` and what is below them.
"""
