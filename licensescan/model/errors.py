"""
Errors that the user sees as one line: apart from `types`, whose 20 dataclasses
cost the command line 15 ms.
"""

from __future__ import annotations


class LicensescanError(Exception):
    """Base of every error that the user sees as one line."""


class UsageError(LicensescanError):
    """
    Nothing was judged: wrong usage, unreadable policy, target or environment
    not found (exit 2).
    """


class PolicyError(UsageError):
    """
    A policy or rule file that cannot be used; the message names file, key path
    and the nearest valid word.
    """


class IncompleteError(LicensescanError):
    """A target could not be opened as what it is (exit 3)."""


class ExpressionError(LicensescanError):
    """
    A license expression that does not parse, names unknown ids, or is beyond
    the limits.
    """
