#!/usr/bin/env python3
"""
Plant a header on other terms into a wheel, and see whether `check` tells it:
`python benchmarks/plants.py SEED WHEEL... [--each 30] [--kinds all]`.

Each plant is a notice of the AGPL, of non-commercial use, or of a license that
nobody knows (with `--kinds all` of nine kinds more: weak copyleft, source
available, RAIL, withheld, Korean, Chinese), in words drawn from a few, at a
place drawn from the files of the wheel: at the head of a file, below its
imports, in its last line, behind 3 KiB of comment, as a tag, as a second tag,
under a tag that says otherwise, behind code, in a constant, or in a file of
its own. One is told when a part or a failing finding names its license, or its
file as undecided. The exit code is 1 unless all are told.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import random
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST = ("agpl", "noncommercial", "unknown")
SYLLABLES = "ba de fi go ku la me ni po ru sa te vo xi".split()
NOTICES = {
    "agpl": (
        "Licensed under the AGPLv3 or later; offer the source to those who use it over a network.",
        "This file is released under the GNU Affero General Public License, version 3.",
        "This module may be distributed under the terms of the GNU AGPL version 3 or any later version.",
        "License: AGPL-3.0-or-later",
    ),
    "noncommercial": (
        "This file may be used for non-commercial purposes only. Commercial use needs a written agreement with the author.",
        "Free for academic and other non-commercial use. Commercial use is not permitted.",
        "This code is licensed under CC BY-NC 4.0.",
        "You may not use this file for commercial purposes.",
    ),
    "unknown": (
        "Licensed under the {} License. You may not use this file except in compliance with it.",
        "This source file is subject to the terms of the {} Software License Agreement.",
        "Use of this file is governed by the {} Community License.",
        "Released under the {} Public License 2.1; see the file that came with it.",
    ),
    "mpl": (
        "This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0.",
        "Use and distribution are governed by the MPL 2.0.",
    ),
    "epl": (
        "This program and the accompanying materials are made available under the terms of the Eclipse Public License 2.0.",
        "Made available under the EPL-2.0.",
    ),
    "cddl": (
        "The contents of this file are subject to the terms of the Common Development and Distribution License 1.0.",
        "Covered by the CDDL-1.0.",
    ),
    "sspl": (
        "This program is free to use under the Server Side Public License, version 1.",
        "Licensed under the SSPL v1.",
    ),
    "busl": (
        "Use of this software is governed by the Business Source License 1.1.",
        "Licensed under BUSL-1.1; it changes to Apache 2.0 after four years.",
    ),
    "rail": (
        "The weights loaded here are subject to the CreativeML Open RAIL-M license.",
        "Released under the BigScience RAIL License v1.0.",
    ),
    "withheld": (
        "Confidential and proprietary to {} Labs. Unauthorized copying of this file is prohibited.",
        "This code is the property of {} Labs and may not be disclosed or distributed without written consent.",
        "Use, duplication and disclosure are governed by the {} End User License Agreement.",
    ),
    "korean": (
        "이 파일의 상업적 이용을 금지합니다.",
        "비영리 연구 목적으로만 사용할 수 있습니다.",
        "무단 복제 및 재배포를 금합니다.",
    ),
    "chinese": (
        "本文件禁止用于商业用途。",
        "仅供学术研究使用，不得用于任何商业目的。",
        "未经书面授权，不得复制、修改或分发本代码。",
    ),
}
TAGS = {
    "agpl": "AGPL-3.0-or-later",
    "noncommercial": "CC-BY-NC-SA-4.0",
    "unknown": "LicenseRef-{}",
    "mpl": "MPL-2.0",
    "epl": "EPL-2.0",
    "cddl": "CDDL-1.0",
    "sspl": "SSPL-1.0",
    "busl": "BUSL-1.1",
    "rail": "LicenseRef-{}-RAIL",
    "withheld": "LicenseRef-{}",
    "korean": "LicenseRef-{}-비상업",
    "chinese": "CC-BY-NC-4.0",
}
LIKE = {
    "agpl": r"(?i)AGPL|Affero",
    "noncommercial": r"(?i)non-?commercial|CC-BY-NC",
    "unknown": r"(?i){}",
    "mpl": "MPL-2|Mozilla",
    "epl": "EPL-2|Eclipse",
    "cddl": "CDDL",
    "sspl": "SSPL|Server Side",
    "busl": "BUSL|Business Source",
    "rail": "(?i)RAIL",
    "withheld": r"(?i){}|withholds|prohibit|LicenseRef",
    "korean": "(?i)금지|금합|목적으로만|LicenseRef",
    "chinese": "(?i)禁止|仅供|不得|CC-BY-NC|LicenseRef",
}
MARGINS = {
    **dict.fromkeys("py pyi pyx sh cmake toml yaml yml".split(), "# "),
    **dict.fromkeys(
        "js mjs ts tsx c h hpp cpp cc cu java go rs scss swift".split(), "// "
    ),
    **dict.fromkeys("css".split(), " * "),
    **dict.fromkeys("sql lua".split(), "-- "),
    **dict.fromkeys("f90 f95".split(), "! "),
}
"""How a line of comment begins, by the ending of a file."""

NEW = "py js cu lua f90 sh css".split()


@dataclass(frozen=True)
class Plant:
    """A notice of a kind in a file: `text` is the new content of `path`."""

    kind: str
    place: str
    path: str
    text: str
    like: str


@dataclass
class Draw:
    """What is drawn by chance for one plant."""

    chance: random.Random
    kind: str
    name: str
    margin: str

    def notice(self) -> str:
        """Return a notice of this kind as lines of comment."""
        words = self.chance.choice(NOTICES[self.kind]).format(self.name)
        holder = f"Copyright (c) 2019 {self.name} Labs"
        return self.comment([holder, "", *textwrap.wrap(words, 66)])

    def tag(self) -> str:
        """Return an SPDX tag of this kind as a line of comment."""
        value = TAGS[self.kind].format(self.name)
        return self.comment([f"SPDX-License-Identifier: {value}"])

    def sentence(self) -> str:
        """Return the first sentence of a notice."""
        words = self.chance.choice(NOTICES[self.kind]).format(self.name)
        return words if self.kind == "noncommercial" else words.split(";")[0]

    def comment(self, lines: Sequence[str]) -> str:
        """Return lines as a comment of the language."""
        body = "".join(
            f"{self.margin}{line}".rstrip() + "\n" for line in lines
        )
        return f"/*\n{body} */\n" if self.margin == " * " else body


def at_head(draw: Draw, text: str) -> str:
    """Put a notice before all that is there."""
    return f"{draw.notice()}\n{text}"


def in_the_middle(draw: Draw, text: str) -> str:
    """Put a notice between two statements, or at the end where none is."""
    lines = text.splitlines(keepends=True)
    place = draw.chance.choice(_joints(text) or [len(lines)])
    before = "".join(lines[:place])
    return f"{before}\n{draw.notice()}\n{''.join(lines[place:])}"


def at_the_end(draw: Draw, text: str) -> str:
    """Put a notice behind all that is there."""
    return f"{_ended(text)}\n{draw.notice()}"


def tag_in_last_line(draw: Draw, text: str) -> str:
    """Put a tag behind all that is there."""
    return f"{_ended(text)}{draw.tag()}"


def second_tag(draw: Draw, text: str) -> str:
    """Put two tags at the head: MIT, then the planted one."""
    first = draw.comment(["SPDX-License-Identifier: MIT"])
    return f"{first}{draw.tag()}\n{text}"


def under_a_tag(draw: Draw, text: str) -> str:
    """Put a notice under a tag that says otherwise."""
    tag = draw.comment(["SPDX-License-Identifier: MIT", ""])
    return f"{tag}{draw.notice()}\n{text}"


def behind_a_banner(draw: Draw, text: str) -> str:
    """Put a notice behind 3 KiB of comment in the same block."""
    words = [_name(draw.chance).lower() for _ in range(9)]
    lines = [" ".join(draw.chance.sample(words, 6)) for _ in range(90)]
    return f"{draw.comment([*lines, ''])}{draw.notice()}\n{text}"


def in_a_constant(draw: Draw, text: str) -> str:
    """Put a notice into a string of several lines below the code."""
    if draw.margin != "# ":
        return at_the_end(draw, text)
    words = "\n".join(textwrap.wrap(draw.sentence(), 66))
    return f'{_ended(text)}\nTERMS = """\n{words}\n"""\n'


def behind_code(draw: Draw, text: str) -> str:
    """Put a sentence behind a statement, in its line."""
    if draw.margin == " * ":
        return at_the_end(draw, text)
    return f"{_ended(text)}x = 1  {draw.margin}{draw.sentence()}\n"


PLACES: tuple[Callable[[Draw, str], str], ...] = (
    at_head,
    in_the_middle,
    at_the_end,
    tag_in_last_line,
    second_tag,
    under_a_tag,
    behind_a_banner,
    in_a_constant,
    behind_code,
)


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"


def _joints(text: str) -> list[int]:
    """Return the lines before which a statement of a module begins."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return []
    decorated = (getattr(node, "decorator_list", []) for node in body)
    pairs = zip(body, decorated, strict=True)
    firsts = [min([n.lineno, *(d.lineno for d in ds)]) for n, ds in pairs]
    return [line - 1 for line in firsts[1:]]


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=4)).capitalize()


def drawn(chance: random.Random, files: Mapping[str, str], kind: str) -> Plant:
    """Return a plant of this kind in one of `files`, or beside one."""
    name = _name(chance)
    like = LIKE[kind].format(name)
    path = chance.choice(sorted(files))
    if chance.random() < 0.2:
        ending = chance.choice(NEW)
        folder = path.rpartition("/")[0]
        path = f"{folder}/{name.lower()}.{ending}".lstrip("/")
        draw = Draw(chance, kind, name, MARGINS[ending])
        return Plant(kind, "new_file", path, at_head(draw, "\n"), like)
    draw = Draw(chance, kind, name, MARGINS[_ending(path)])
    place = chance.choice(PLACES)
    text = place(draw, files[path])
    return Plant(kind, place.__name__, path, text, like)


def _ending(path: str) -> str:
    return path.rsplit(".", 1)[-1].lower()


def sources(wheel: Path) -> dict[str, str]:
    """Return the files of a wheel that take a comment, by path."""
    files = {}
    with zipfile.ZipFile(wheel) as archive:
        for item in archive.infolist():
            if _ending(item.filename) in MARGINS:
                data = archive.read(item)
                files[item.filename] = data.decode("utf-8", "replace")
    return files


def planted(wheel: Path, plant: Plant, target: Path) -> None:
    """Write the wheel with the plant, RECORD put right."""
    with (
        zipfile.ZipFile(wheel) as old,
        zipfile.ZipFile(target, "w") as new,
    ):
        for item in old.infolist():
            data = old.read(item)
            if item.filename == plant.path:
                continue
            if item.filename.endswith(".dist-info/RECORD"):
                data = _with_row(data, plant)
            new.writestr(item.filename, data)
        new.writestr(plant.path, plant.text)


def _with_row(record: bytes, plant: Plant) -> bytes:
    rows = io.StringIO(record.decode("utf-8", "replace")).readlines()
    kept = [row for row in rows if not row.startswith(plant.path + ",")]
    return ("".join(kept).rstrip("\n") + f"\n{plant.path},,\n").encode()


def is_told(report: Mapping[str, Any], plant: Plant) -> bool:
    """Return True if a part or a failing finding names what was planted."""
    for component in report["components"]:
        for part in component.get("parts", []):
            if _names(part, plant):
                return True
    return any(
        finding["verdict"] in ("deny", "review") and _names(finding, plant)
        for finding in report["findings"]
    )


def _names(row: Mapping[str, Any], plant: Plant) -> bool:
    said = json.dumps(row, ensure_ascii=False)
    return plant.path in said and bool(re.search(plant.like, said))


def main() -> int:
    """Plant, check and count. Returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("seed", type=int)
    parser.add_argument("wheels", nargs="+", type=Path)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--kinds", default=",".join(FIRST))
    parser.add_argument("--cmd", default="licensescan")
    given = parser.parse_args()
    told: Counter[str] = Counter()
    count: Counter[str] = Counter()
    silent = []
    for wheel in given.wheels:
        files = sources(wheel)
        if not files:
            print(f"{wheel.name}: no sources")
            continue
        chance = random.Random(f"{given.seed} {wheel.name}")
        asked = (
            list(NOTICES) if given.kinds == "all" else given.kinds.split(",")
        )
        kinds = [asked[n % len(asked)] for n in range(given.each)]
        for kind in kinds:
            plant = drawn(chance, files, kind)
            count[wheel.name] += 1
            if _is_told_by(given.cmd, wheel, plant):
                told[wheel.name] += 1
            else:
                silent.append((wheel.name, plant))
        row = f"{told[wheel.name]}/{count[wheel.name]}"
        print(f"{wheel.name[:60]:60} told {row}", flush=True)
    for name, plant in silent:
        print(f"  silent: {plant.kind} {plant.place} {plant.path} in {name}")
        print(textwrap.indent(_excerpt(plant), "    | "))
    total, whole = sum(told.values()), sum(count.values())
    print(f"plants: told {total}/{whole}, silent {whole - total}")
    return int(total < whole)


def _excerpt(plant: Plant) -> str:
    match = re.search(plant.like, plant.text)
    at = match.start() if match else 0
    return plant.text[max(0, at - 200) : at + 300]


def _is_told_by(command: str, wheel: Path, plant: Plant) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / wheel.name
        planted(wheel, plant, target)
        tool = [*shlex.split(command), "check", str(target), "-f", "json"]
        run = subprocess.run(tool, capture_output=True, check=False)
    return is_told(json.loads(run.stdout), plant)


if __name__ == "__main__":
    sys.exit(main())
