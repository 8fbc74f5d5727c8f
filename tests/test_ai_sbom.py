"""
The minimum elements of an SBOM for AI: what twenty folders state is in the
documents, and nothing else is.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_docs import script

BOMS: Any = script("generate").ai_sbom
FOLDERS = BOMS.scanned()


def test_there_are_twenty_folders_and_fifty_elements() -> None:
    assert len(FOLDERS) == 20
    assert len(BOMS.elements()) == 50


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.what)
def test_what_a_folder_states_is_in_its_documents(folder: Any) -> None:
    assert folder.found == folder.stated
    assert folder.stated <= folder.found_in_spdx
