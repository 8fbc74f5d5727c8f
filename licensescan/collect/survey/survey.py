"""
Survey any tree of files for what bears on licenses: texts, notices, parts,
natives, cards, headers.

One look at the names decides what is read. Every source (environment, wheel,
sdist, jar, tree ...) calls `survey` with the files that belong to one
component.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from licensescan.collect.survey import (
    bundled_libraries,
    containers,
    model_files,
    reuse,
)
from licensescan.collect.survey.catalogues import without_catalogues
from licensescan.collect.survey.file_roles import home_folders
from licensescan.collect.survey.license_texts import LicenseTexts
from licensescan.collect.survey.shipped import shipped
from licensescan.collect.survey.source_headers import headers
from licensescan.collect.survey.tree import INFO, Contents, Tree
from licensescan.model.types import Purl
from licensescan.reader import Files


def survey(
    files: Files,
    paths: Collection[str],
    *,
    purl: Purl,
    name: str,
    licenses: Sequence[str] = (),
    prefix: str = "",
    with_headers: bool = True,
    with_natives: bool = True,
    natives_by_name: bool = False,
) -> Contents:
    """
    Find everything in `paths` that says or implies a license.

    `licenses` are the paths that metadata names as license files; `prefix` is
    the folder that is the component's own top (an sdist's `name-version/`),
    taken off before a file is judged by its folder. Own texts become evidence,
    texts in a folder of their own become parts. With `natives_by_name` no
    library is opened. Never raises for a bad file: it becomes a problem.
    """
    tree = Tree(files, tuple(sorted(paths)), purl, name, prefix)
    contents = Contents(shipped=shipped(tree.paths))
    inner_paths = map(tree.inner, tree.paths)
    home, own_names = home_folders(
        [p for p in inner_paths if not INFO.match(p)], name
    )
    vendored = tuple(containers.packages(tree, contents))
    rest = [p for p in tree.paths if not p.startswith(vendored)]
    of_parts = reuse.annotated(tree, rest, contents)
    rest = [p for p in rest if p not in of_parts]
    rest = without_catalogues(tree, rest, frozenset(licenses), contents)
    texts = LicenseTexts(tree, contents, home, own_names, frozenset(licenses))
    read = texts.read(rest)
    model_files.cards(tree, rest, home, contents)
    model_files.registries(tree, rest, contents)
    model_files.weights(tree, rest, contents)
    containers.sboms(tree, rest, contents)
    if with_natives:
        libraries, problems = bundled_libraries.parts(
            files,
            rest,
            purl=purl,
            own_names=own_names,
            by_name=natives_by_name,
            listed=containers.listed_modules(contents),
        )
        contents.parts += libraries
        contents.problems += problems
    unread = [p for p in rest if p not in read]
    containers.lists(tree, unread, contents)
    containers.documents(rest, contents)
    containers.archives(tree, rest, contents)
    texts.look_for_hidden(unread)
    if with_headers:
        contents.evidence += headers(files, unread, contents.problems)
    contents.parts += texts.parts()
    return contents
