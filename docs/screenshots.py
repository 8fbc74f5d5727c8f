#!/usr/bin/env python3
"""
Answer a lawyer's three questions in the HTML page by clicks, and take a
picture of each answer:

    python docs/screenshots.py licenses.html docs/images

Needs Chromium, its driver, and selenium.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update"
    " --disable-sync --disable-dev-shm-usage --window-size=1100,900"
).split()

QUESTIONS: Mapping[str, Sequence[str]] = {
    "suit": (
        "nav a[href='#patents']",
        "#patents details summary",
    ),
    "models": ("nav a[href='#models']",),
    "way": (
        "nav a[href='#decisions']",
        "#decisions .decision details summary",
    ),
}
"""
What we ship under terms that end when we sue; which models we may not sell
with; who brought this in, and where the sentence stands: the clicks to each.
"""


def browser() -> Any:
    """Return a browser without a window."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in FLAGS:
        options.add_argument(flag)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


def answered(opened: Any, page: Path, question: str) -> str:
    """Click through to the answer; return what is then seen of its section."""
    opened.get("about:blank")
    opened.get(page.as_uri())
    for selector in QUESTIONS[question]:
        opened.find_element("css selector", selector).click()
    section = QUESTIONS[question][0].partition("#")[2].rstrip("']")
    opened.execute_script(
        "document.getElementById(arguments[0]).scrollIntoView()", section
    )
    text: str = opened.find_element("id", section).text
    return text


def main() -> None:
    """Take the pictures."""
    page, folder = map(Path, sys.argv[1:3])
    opened = browser()
    try:
        for question in QUESTIONS:
            answered(opened, page.resolve(), question)
            opened.save_screenshot(str(folder / f"question-{question}.png"))
    finally:
        opened.quit()


if __name__ == "__main__":
    main()
