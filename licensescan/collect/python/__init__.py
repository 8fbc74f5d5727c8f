"""
Python packages: environments, wheels, sdists, eggs, conda, lock files.

Imports `formats`, `survey` and what is below `collect`.
"""
