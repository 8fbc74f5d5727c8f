"""
The answer of `classify` to texts, in either form; each loads only what it
needs.
"""

from __future__ import annotations

from collections.abc import Iterable


def render(
    texts: Iterable[tuple[str, bytes]],
    form: str,
    width: int,
    clauses_only: bool = False,
    why: bool = False,
) -> str:
    """
    Return the answer of `classify` to `texts` (path and bytes), as text or
    JSON; only the text shows where the clauses of known licenses stand. `why`
    adds all that was considered.
    """
    if form == "json":
        from licensescan.classifier.classify import as_json, classify_bytes
        from licensescan.report.rows import laid_out_list

        return laid_out_list(
            as_json(classify_bytes(data, path, clauses_only, why))
            for path, data in texts
        )
    from licensescan.classifier.locate_clauses import located_bytes
    from licensescan.report import classify

    return classify.render(
        [located_bytes(data, path, clauses_only, why) for path, data in texts],
        width,
    )
