"""
Container images and root file systems: one tree, and everything installed in
it.

Imports the packages beside it in `collect`, which survey each kind alone.
"""
