"""
The same sentence in every place where people write it: each row was labelled
before it was first run.
"""

from __future__ import annotations

import pytest

from licensescan.cache.texts import Cache
from licensescan.conclude.cached_reading import CachedReading
from licensescan.conclude.conclude import conclude
from licensescan.model.types import Component, Conclusion, Evidence, Purl
from licensescan.rulebook.rulebook import load

MIT = Evidence(kind="license-expression", path="METADATA", value="MIT")


def in_notice(said: str) -> Evidence:
    text = f"frobber\nCopyright 2024 The Frob Authors\n\n{said}\n"
    return Evidence(kind="notice", path="NOTICE", text=text)


def in_license(said: str) -> Evidence:
    return Evidence(kind="license-file", path="LICENSE", text=f"{said}\n")


def in_readme(said: str) -> Evidence:
    text = (
        f"# frobber\n\nTools for tensors.\n\n{said}\n\n## Usage\n\nCall it.\n"
    )
    return Evidence(kind="readme", path="README.md", text=text)


def in_item(said: str) -> Evidence:
    text = f"# frobber\n\n## License\n\n- Runs on CPU.\n- {said}\n"
    return Evidence(kind="readme", path="README.md", text=text)


def in_header(said: str) -> Evidence:
    text = f"# Copyright (c) 2024 The Frob Authors\n#\n# {said}\n"
    return Evidence(kind="source-header", path="frobber/pad.py", text=text)


def concluded(*evidence: Evidence) -> Conclusion:
    component = Component(
        purl=Purl("pkg:pypi/frobber@1"),
        name="frobber",
        version="1",
        evidence=evidence,
    )
    return conclude(component, load(), CachedReading(Cache(None, "v1")))


BESIDE = (in_notice, in_license, in_readme, in_item, in_header)
ALONE = (in_license, in_readme, in_item)

PARTS = [
    ("The copy of expat that ships with us is covered by the MIT No Attribution License.", "MIT-0"),
    ("Everything below contrib/rasterizer falls under the GNU GPL v3 only.", "GPL-3.0-only"),
    ("For the shaders in share/glsl the terms of CC BY-NC 4.0 apply.", "CC-BY-NC-4.0"),
    ("src/md5.c comes under the zlib license.", "Zlib"),
    ("The vendored parser (lib/yap) is AGPL-3.0-only.", "AGPL-3.0-only"),
    ("Test fixtures are published under CC0-1.0.", "CC0-1.0"),
    ("Our logo is licensed under CC BY-ND 4.0.", "CC-BY-ND-4.0"),
    ("Included is a modified version of qsort, released under the BSD-2-Clause license.", "BSD-2-Clause"),
    ("Please note that the checkpoints carry a CC BY-NC-SA 4.0 license.", "CC-BY-NC-SA-4.0"),
    ("Unlike the code, which is MIT, the pretrained models are under CC-BY-NC-4.0.", "CC-BY-NC-4.0"),
    ("License of the weights: CC BY-NC 4.0", "CC-BY-NC-4.0"),
    ("The network parameters may be used under the terms of the AGPL-3.0-only license.", "AGPL-3.0-only"),
    ("Models: Apache-2.0", "Apache-2.0"),
    ("The weights we publish fall under the Kestrel Open Weights License.", "LicenseRef-Kestrel-Open-Weights-License"),
    ("All annotations in this release are subject to CC BY-NC 4.0.", "CC-BY-NC-4.0"),
    ("The corpus itself is distributed under the CC-BY-NC-SA-4.0.", "CC-BY-NC-SA-4.0"),
    ("Recordings: CC BY-NC-ND 4.0", "CC-BY-NC-ND-4.0"),
    ("Tutorials are made available under the BSD-3-Clause license.", "BSD-3-Clause"),
    (
        "The solver in ext/mosquito is distributed under the Mosquito Academic License.",
        "LicenseRef-Mosquito-Academic-License",
    ),
]  # fmt: skip

GRANTS = [
    ("Feel free to use this library under the Apache License 2.0.", "Apache-2.0"),
    ("Use, copying and distribution are governed by the MIT-0 license.", "MIT-0"),
    ("We ship this toolkit with the BSD 3-clause license attached.", "BSD-3-Clause"),
    ("The license is Apache-2.0.", "Apache-2.0"),
    ("The software in this repository falls under the European Union Public Licence 1.2.", "EUPL-1.2"),
    ("This work carries the ISC license.", "ISC"),
    ("Open-sourced under MPL-2.0 by the Frob team.", "MPL-2.0"),
    ("Dieses Projekt steht unter der Apache-2.0-Lizenz.", "Apache-2.0"),
    ("Ce projet est distribué sous licence GPL-3.0-only.", "GPL-3.0-only"),
    ("Este proyecto se publica bajo la licencia Apache-2.0.", "Apache-2.0"),
    ("Este projeto está licenciado sob a licença BSD-3-Clause.", "BSD-3-Clause"),
    ("本ソフトウェアは Apache-2.0 ライセンスの下で公開されています。", "Apache-2.0"),
    ("이 코드는 GPL-3.0-only 라이선스로 배포합니다.", "GPL-3.0-only"),
    ("Licensed under either of Apache-2.0 or BSD-3-Clause.", "Apache-2.0 OR BSD-3-Clause"),
    (
        "You can take it under the terms of the ISC license or, should that not suit you, the Apache-2.0 license.",
        "ISC OR Apache-2.0",
    ),
    (
        "One half of the code is under BSD-3-Clause, the other half under GPL-2.0-only, and both apply.",
        "BSD-3-Clause AND GPL-2.0-only",
    ),
    ("This package is covered by the ISC license and by the Apache-2.0 license.", "ISC AND Apache-2.0"),
    (
        "Its use is governed by the Sandhurst End User License Agreement.",
        "LicenseRef-Sandhurst-End-User-License-Agreement",
    ),
]  # fmt: skip

QUIET = [
    "The GPL original was never consulted.",
    "Written without looking at the AGPL-licensed implementation.",
    "This is an independent rewrite of a GPL-3.0 tool.",
    "None of the files here is under the GPL-3.0.",
    "We do not ship any AGPL component.",
    "GPL-licensed contributions cannot be merged.",
    "Dieses Paket steht nicht unter der GPL-3.0.",
    "이 저장소는 AGPL 라이브러리를 사용하지 않습니다.",
    "The reference implementation is GPL-3.0; we chose MIT instead.",
    "Compared with the AGPL-licensed server, this client is permissive.",
    "Similar projects use the GPL-3.0.",
    "Talks to a Neo4j server (GPL-3.0) over the network.",
    "You need Gurobi, which has a commercial license.",
    "If ffmpeg was built with --enable-gpl, its GPL applies to ffmpeg.",
    "Until 2019 this code was distributed under the GPL-3.0.",
    "It changed from AGPL-3.0 to MIT with version 4.",
    "From version 5 on we will switch to BUSL-1.1.",
    "A closed edition under a commercial license can be bought from Frob Inc.",
    "Prints the license of each package, e.g. GPL-3.0-only or MIT.",
]


@pytest.mark.parametrize(("said", "license_"), PARTS)
@pytest.mark.parametrize("place", BESIDE)
def test_a_part_is_a_part_in_every_place(
    place: object, said: str, license_: str
) -> None:
    assert callable(place)
    found = concluded(MIT, place(said))
    assert found.concluded == "MIT"
    assert license_ in {part.concluded for part in found.parts}


@pytest.mark.parametrize(("said", "license_"), GRANTS)
@pytest.mark.parametrize("place", ALONE)
def test_a_grant_is_one_in_every_place(
    place: object, said: str, license_: str
) -> None:
    assert callable(place)
    found = concluded(place(said)).concluded
    assert sorted(found.split()) == sorted(license_.split())


@pytest.mark.parametrize("said", QUIET)
@pytest.mark.parametrize("place", BESIDE)
def test_what_gives_nothing_gives_it_in_no_place(
    place: object, said: str
) -> None:
    assert callable(place)
    found = concluded(MIT, place(said))
    assert found.concluded == "MIT"
    assert found.parts == ()
    assert not found.problems or all(
        p.rule in ("notice-missing", "license-unknown") for p in found.problems
    )
