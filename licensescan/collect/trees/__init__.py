"""
Source trees and archives that are no Python package: npm, Debian.

Imports `formats`, `survey` and what is below `collect`.
"""
