"""
What people write in license fields -> SPDX.

Imports `rulebook`, `standards` and the detection of texts.
"""
