"""Copyright lines: those that state one, and sentences about it."""

from __future__ import annotations

import pytest

from licensescan.classifier.document.copyrights import copyrights_in


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Copyright (c) 2020 Kim Minji", "Copyright (c) 2020 Kim Minji"),
        (
            "# Copyright 2011-2024 The Frob Authors.",
            "Copyright 2011-2024 The Frob Authors",
        ),
        ("/* (C) Copyright 1999 Lee & Co */", "(C) Copyright 1999 Lee & Co"),
        ("© 2019 Übung GmbH", "© 2019 Übung GmbH"),
        ("Copyright(C)1997,2001 A. Bee", "Copyright (C) 1997,2001 A. Bee"),
        ("Portions copyright 2004 Park", "Portions copyright 2004 Park"),
        (
            "The codec is Copyright (c) 1998 Frob",
            "The codec is Copyright (c) 1998 Frob",
        ),
        ("Copyright by Frob Inc, 2001", "Copyright by Frob Inc, 2001"),
        ("Copyright: 2012 Frob", "Copyright: 2012 Frob"),
        (
            "// SPDX-FileCopyrightText: 2023 Frob <a@frob.org>",
            "SPDX-FileCopyrightText: 2023 Frob <a@frob.org>",
        ),
        (
            "Copyright frob-libs contributors",
            "Copyright frob-libs contributors",
        ),
        ("Copyright the frob authors.", "Copyright the frob authors"),
        ("Copyright The Frob Authors", "Copyright The Frob Authors"),
        (
            "copyright frob.gl developers, a project of Frob",
            "copyright frob.gl developers, a project of Frob",
        ),
        (
            "Copyright (c) 2020 Frob. All rights reserved.",
            "Copyright (c) 2020 Frob",
        ),
    ],
)
def test_a_line_that_states_one(text: str, stated: str) -> None:
    assert copyrights_in(text) == (stated,)


@pytest.mark.parametrize(
    "text",
    [
        "The above copyright notice shall be included in all copies.",
        "COPYRIGHT HOLDERS AND CONTRIBUTORS ARE NOT LIABLE",
        "Copyright (c) <year> <name of author>",
        "Copyright [yyyy] [name of copyright owner]",
        '"Copyright Holder" is whoever is named in the list of authors',
        "Copyright belongs to the contributors",
        "Copyright protects authors",
        "copyright each of the contributors holds",
        "the copyright of frob contributors",
        "COPYRIGHT THE AUTHORS SHALL NOT BE LIABLE",
        "Copyright in contributions stays with their authors",
        "Copyright License. Each contributor grants you a license.",
        "the WIPO copyright treaty adopted on 20 December 1996",
        "(c) if you change the files, say so",
        "copyrighted by the Frob Foundation, write to it",
        "Copyright",
        "",
    ],
)
def test_a_sentence_about_it_states_none(text: str) -> None:
    assert copyrights_in(text) == ()


def test_a_holder_in_the_next_line_is_joined() -> None:
    text = "Copyright (c) 2001, 2002,\n  Frob Foundation\n\nPermission is"
    assert copyrights_in(text) == (
        "Copyright (c) 2001, 2002, Frob Foundation",
    )


def test_each_stands_once_in_its_order() -> None:
    text = "Copyright 2002 B\nCopyright 2001 A\nCopyright 2002 B\n"
    assert copyrights_in(text) == ("Copyright 2002 B", "Copyright 2001 A")
