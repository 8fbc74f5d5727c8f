"""
Models and data sets: in caches and folders, and named by code.

Imports `formats`, `survey` and what is below `collect`.
"""
