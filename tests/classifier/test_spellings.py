"""
The names of licenses as people write them, after the words that grant and by
themselves.
"""

from __future__ import annotations

import pytest

from licensescan.classifier.detection import detect
from licensescan.model.types import NONE

_SAID = (
    "License: {}",
    "Licensed under {}",
    "Fitter is released under the terms of the {}.",
    "## License\n\n{}\n",
    "This project is licensed under the {} - see the LICENSE file for details",
)


@pytest.mark.parametrize("said", _SAID)
@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("GNU Lesser General Public License, version 3", "LGPL-3.0-only"),
        ("GNU Lesser General Public License v2.1+", "LGPL-2.1-or-later"),
        ("GNU Affero General Public License v3.0+", "AGPL-3.0-or-later"),
        ("GPLv2 or later", "GPL-2.0-or-later"),
        ("GPL version 3", "GPL-3.0-only"),
        ("LGPL v2.1+", "LGPL-2.1-or-later"),
        ("AGPLv3", "AGPL-3.0-only"),
        ("Mozilla Public License, version 2.0", "MPL-2.0"),
        ("MPL v2", "MPL-2.0"),
        ("EPLv2", "EPL-2.0"),
        ("BUSL-1.1", "BUSL-1.1"),
        ("SIL Open Font License", "OFL-1.1"),
        ("Zero-Clause BSD", "0BSD"),
        ("simplified BSD license", "BSD-2-Clause"),
        ("BSD-3-Clause-Clear", "BSD-3-Clause-Clear"),
        ("MIT-0", "MIT-0"),
        ("Apache2", "Apache-2.0"),
        ("University of Illinois Open Source", "NCSA"),
    ],
)
def test_a_name_is_read_to_its_end(
    said: str, name: str, expression: str
) -> None:
    assert detect(said.format(name)).expression == expression


@pytest.mark.parametrize(
    "name",
    ["GNU General Public License 1.0", "European Union Public Licence 1.0"],
)
def test_a_public_license_is_not_qs(name: str) -> None:
    assert "QPL" not in detect(f"Released under {name}").expression


def test_a_name_that_needs_its_letter_is_nobodys_without_it() -> None:
    assert detect("License: CERN-OHL-2.0").expression == NONE
    assert detect("License: CERN-OHL-S-2.0").expression == "CERN-OHL-S-2.0"


def test_an_index_of_names_grants_nothing() -> None:
    names = "AFL-3.0 BUSL-1.1 CDDL-1.1 EPL-2.0 EUPL-1.2 GPL-3.0-only LGPL-2.1-only "
    names += "MIT-0 MPL-2.0 OSL-3.0 SSPL-1.0 CC0-1.0 BSD-2-Clause Apache-2.0"
    assert detect("\n".join(names.split())).expression == NONE


def test_a_license_after_a_holder_is_told() -> None:
    assert (
        detect("Copyright (c) 2020 A. Fitter. MPL 2.0\n").expression
        == "MPL-2.0"
    )
