"""
The words that an SPDX expression may hold for a license or an exception, and
their spelling in the SPDX license list (https://spdx.org/licenses/, version
3.27).
"""

from __future__ import annotations

from typing import NamedTuple

from licensescan.base.lazy_regex import Regex
from licensescan.model.texts import LicenseId
from licensescan.standards.license_list import ids, info
from licensescan.standards.spdx_tree import (
    Leaf,
    License,
    With,
)

_REFERENCE = Regex(
    r"(?i)(DocumentRef-[a-z0-9.\-]+:)?(LicenseRef|AdditionRef)-([a-z0-9.\-]+)"
)
"""A name of one's own (SPDX specification, annex on license expressions)."""

_GNU = Regex(r"(?i)((?:A|L)?GPL|GFDL)-(\d\.\d)(\+|-only|-or-later)?")

_DEPRECATED = {
    "bsd-2-clause-freebsd": "BSD-2-Clause-Views",
    "bsd-2-clause-netbsd": "BSD-2-Clause",
    "bzip2-1.0.5": "bzip2-1.0.6",
    "ecos-2.0": ("GPL-2.0-or-later", "eCos-exception-2.0"),
    "gpl-2.0-with-autoconf-exception": (
        "GPL-2.0-only",
        "Autoconf-exception-2.0",
    ),
    "gpl-2.0-with-bison-exception": ("GPL-2.0-only", "Bison-exception-2.2"),
    "gpl-2.0-with-classpath-exception": (
        "GPL-2.0-only",
        "Classpath-exception-2.0",
    ),
    "gpl-2.0-with-font-exception": ("GPL-2.0-only", "Font-exception-2.0"),
    "gpl-2.0-with-gcc-exception": ("GPL-2.0-only", "GCC-exception-2.0"),
    "gpl-3.0-with-autoconf-exception": (
        "GPL-3.0-only",
        "Autoconf-exception-3.0",
    ),
    "gpl-3.0-with-gcc-exception": ("GPL-3.0-only", "GCC-exception-3.1"),
    "nunit": "zlib-acknowledgement",
    "standardml-nj": "SMLNJ",
    "wxwindows": ("LGPL-2.0-or-later", "WxWindows-exception-3.1"),
}
"""
Ids that the list marks as deprecated, other than GNU ids that just lack -only
or -or-later: the id that took their place, or a license and its exception.
"""

_SHADOWED = {
    "brian-gladman-3-clause": "brian-gladman-dual",
    "bsl-1.0": "boost-1.0",
    "intel": "intel-bsd-export-control",
    "libtool-exception": "libtool-exception-2.0",
    "openssl": "openssl-ssleay",
    "opl-1.0": "open-public",
    "tpl-1.0": "thor-pl",
    "x11": "x11-xconsortium",
}
"""
SPDX ids that are spelled like ScanCode's key of another license, with the key
of the one that is meant.
"""


class Known(NamedTuple):
    """
    An id in the spelling of its list, and whether it is that of an exception.
    """

    id: LicenseId
    is_exception: bool


def lookup(
    word: str,
    *,
    keys: bool,
) -> Known | None:
    """
    Return the license or exception that `word` is the id of, in any case.

    With `keys`, ScanCode's keys count as well. Other names that the license
    list knows never do: "GPL" is one of them.
    """
    name = word.lower()
    row = info(_SHADOWED.get(name, name))
    if row is None:
        return None
    is_own_name = name in (row.id.lower(), f"licenseref-scancode-{row.key}")
    is_key = keys and name == row.key
    if is_own_name or is_key or name in _SHADOWED or _is_scancode(name):
        return Known(LicenseId(row.id), row.is_exception)
    return None


def _is_scancode(name: str) -> bool:
    return name.startswith("licenseref-scancode-")


def is_reference(word: str) -> bool:
    """
    Return True if `word` has the form of a `LicenseRef` or an `AdditionRef`.
    """
    return _REFERENCE.fullmatch(word) is not None


def is_license_reference(word: str) -> bool:
    """Return True if `word` has the form of a `LicenseRef`."""
    match = _REFERENCE.fullmatch(word)
    return match is not None and match[2].lower() == "licenseref"


def reference(word: str) -> LicenseId:
    """
    Return a `LicenseRef` or `AdditionRef` with its prefix in SPDX spelling;
    ScanCode's name for a license that SPDX has by now becomes its id.
    """
    row = lookup(word, keys=True)
    if row is not None:
        return row.id
    match = _REFERENCE.fullmatch(word)
    if match is None:
        return LicenseId(word)
    is_license = match[2].lower() == "licenseref"
    prefix = "LicenseRef" if is_license else "AdditionRef"
    return LicenseId(f"{match[1] or ''}{prefix}-{match[3]}")


def gnu(word: str) -> License | None:
    """
    Return the GNU license that `word` names, which says -only or -or-later; an
    older id without either means -only (SPDX license list 3.0).
    """
    match = _GNU.fullmatch(word)
    if match is None:
        return None
    suffix = (match[3] or "-only").lower().replace("+", "-or-later")
    id_ = LicenseId(f"{match[1].upper()}-{match[2]}{suffix}")
    return License(id_) if lookup(id_, keys=False) else None


def replaced(word: str) -> Leaf | None:
    """Return what took the place of the deprecated id `word`."""
    new = _DEPRECATED.get(word.lower())
    if new is None:
        return None
    if isinstance(new, str):
        return License(LicenseId(new))
    license_, exception = new
    return With(License(LicenseId(license_)), LicenseId(exception))


def unknown(word: str) -> str:
    """
    Return the message for a `word` that is no id, with the nearest id. It
    takes 10 ms.
    """
    from difflib import get_close_matches

    if "ref-" in word.lower():
        return f"{word!r} may hold only letters, digits, '.' and '-' after its prefix"
    names = [name for name in ids() if "ref-" not in name]
    near = get_close_matches(
        word.lower(),
        names,
        n=1,
        cutoff=0.7,
    )
    row = lookup(near[0], keys=True) if near else None
    nearest = f" (nearest: {row.id})" if row else ""
    return f"unknown license id {word!r}{nearest}"
