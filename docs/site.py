"""
The site, for mkdocs: the readme is its first page, and links to files outside
of docs/ lead to the repository.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BLOB = "https://github.com/licensescan/licensescan/blob/main/"
RAW = "https://raw.githubusercontent.com/licensescan/licensescan/main/"
LINK = re.compile(r"\]\(([^)\s#]+)(#[^)\s]*)?\)")


def on_files(files: Any, config: Any) -> Any:
    """Add the readmes as pages."""
    from mkdocs.structure.files import File

    for name, source in (("index.md", "README.md"), ("ko.md", "README.ko.md")):
        text = (ROOT / source).read_text("utf-8")
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page whose links are those of the site."""
    folder = (ROOT / "docs" / page.file.src_uri).parent

    def led(match: re.Match[str]) -> str:
        target, anchor = match.group(1), match.group(2) or ""
        return f"]({_link(target, folder)}{anchor})"

    return LINK.sub(led, markdown)


def _link(target: str, folder: Path) -> str:
    """Return where a link leads in the site."""
    docs = ROOT / "docs"
    if target.startswith((BLOB, RAW)):
        path = ROOT / target.removeprefix(BLOB).removeprefix(RAW)
    elif "://" in target:
        return target
    else:
        path = (folder / target).resolve()
    if path in (ROOT / "README.md", ROOT / "README.ko.md"):
        path = docs / ("ko.md" if path.name == "README.ko.md" else "index.md")
    if path.is_relative_to(docs) and not path.is_dir():
        return Path("../" * _depth(folder), path.relative_to(docs)).as_posix()
    return f"{BLOB}{path.relative_to(ROOT).as_posix()}"


def _depth(folder: Path) -> int:
    return len(folder.relative_to(ROOT / "docs").parts)
