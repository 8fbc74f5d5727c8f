"""Headers of many files, put together."""

from __future__ import annotations

from licensescan.conclude.source_headers import headline
from licensescan.model.types import NONE, Evidence, Expression


def header(
    license_id: str, share: tuple[int, int] | None
) -> tuple[Evidence, Expression]:
    return Evidence(
        kind="source-header", path="a.py", text="x", share=share
    ), Expression(license_id)


def test_nothing_said() -> None:
    assert headline([]) == (NONE, 0.0)
    assert headline([header("NOASSERTION", (5, 5))]) == (NONE, 0.0)


def test_the_share_of_the_files_is_told() -> None:
    assert headline([header("Apache-2.0", (6, 60))]) == ("Apache-2.0", 0.1)


def test_rare_headers_are_left_to_parts() -> None:
    expression, share = headline(
        [header("MIT", (50, 100)), header("GPL-3.0-only", (2, 100))]
    )
    assert (expression, share) == ("MIT", 0.52)
    both, _ = headline(
        [header("MIT", (50, 100)), header("BSD-3-Clause", (30, 100))]
    )
    assert set(both.split(" AND ")) == {"MIT", "BSD-3-Clause"}


def test_a_fifth_of_the_most_frequent_one_is_enough() -> None:
    assert (
        headline([header("MIT", (50, 100)), header("ISC", (10, 100))])[0]
        == "MIT AND ISC"
    )
    assert (
        headline([header("MIT", (50, 100)), header("ISC", (9, 100))])[0]
        == "MIT"
    )


def test_the_docstring_of_the_only_module_speaks_for_all() -> None:
    assert headline([header("BSD-3-Clause", None)]) == ("BSD-3-Clause", 1.0)
