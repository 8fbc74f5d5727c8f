"""
Every form says the same: read back by readers that are not ours, each has the
same components, licenses and requirements; and a stored report is rendered to
the bytes that a direct run writes, whatever the target is.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from cyclonedx.model.bom import Bom
from openpyxl import load_workbook
from spdx_python_model import v3_0_1 as spdx3

from licensescan.cli.settings import Settings, look_options_of
from licensescan.judge.policy import load_policy
from licensescan.model.types import (
    Component,
    Conclusion,
    Dependency,
    Purl,
    Report,
    Root,
)
from licensescan.pipeline import scan
from licensescan.report import REPORTS, render
from licensescan.report.stored import report_in
from tests.samples import native, package, report
from tests.test_cases import CASES, TODAY, described
from tests.trees import tar, tree_of, write

Told = tuple[str, str, str]
Edge = tuple[str, str]


def edge(source: str, target: str) -> Dependency:
    return Dependency(
        source=Purl(source), target=Purl(target), requirement=target
    )


def given() -> Report:
    """A report with parts, parts of parts, a model, data, twins and edges."""
    model = package("m", "LicenseRef-odd")
    data = package("d", "CC-BY-4.0")
    app = package("app", "MIT")
    extra = [
        _as(model, "pkg:huggingface/org/m@1", "org/m", "model"),
        _as(data, "pkg:huggingface/org/d@1", "org/d", "dataset"),
        package("outer", "MIT", parts=(native("x264", "GPL-2.0-or-later"),)),
        package("none", "NONE"),
        replace(app, component=replace(app.component, relation="own")),
    ]
    whole = report()
    purls = [str(c.component.purl) for c in extra]
    return replace(
        whole,
        conclusions=(*whole.conclusions, *extra),
        dependencies=(
            edge(purls[0], purls[1]),
            edge("pkg:pypi/plain@1.0", "pkg:pypi/share@1.0"),
            edge("pkg:pypi/plain@1.0", purls[0]),
            edge(purls[2], purls[2]),
        ),
        roots=(Root(requirement="plain", source="a.txt:1", name="plain"),),
    )


def _as(conclusion: Conclusion, purl: str, name: str, kind: Any) -> Conclusion:
    component: Component = replace(
        conclusion.component, purl=Purl(purl), name=name, kind=kind
    )
    return replace(conclusion, component=component)


def everything(whole: Report) -> Iterator[Conclusion]:
    waiting = list(whole.conclusions)
    for conclusion in waiting:
        yield conclusion
        waiting += conclusion.parts


# -- readers --


def by_cyclonedx(form: str) -> Callable[[Report, Path], Any]:
    def read(whole: Report, _: Path) -> Any:
        document = json.loads(render(form, whole))
        bom: Any = Bom.from_json(document)  # type: ignore[attr-defined]
        refs, told = {}, Counter[Told]()
        waiting = [*bom.components]
        if bom.metadata.component:
            waiting.append(bom.metadata.component)
        for component in waiting:
            waiting += component.components
            said = {p.name: p.value for p in component.properties}
            purl = component.purl.to_string()
            refs[component.bom_ref.value] = purl
            licenses = [
                getattr(x, "value", None) or x.id for x in component.licenses
            ]
            concluded = said["licensescan:concluded"]
            assert licenses in ([concluded], [])
            told[purl, concluded, said["licensescan:declared"]] += 1
        edges = {
            (refs[d.ref.value], refs[inner.ref.value])
            for d in bom.dependencies
            for inner in d.dependencies
        }
        return told, edges

    return read


def by_spdx_tools(whole: Report, folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from spdx_tools.spdx.parser.parse_anything import parse_file

    path = folder / "report.spdx.json"
    path.write_text(str(render("spdx", whole)))
    document = parse_file(str(path))
    purls = {
        p.spdx_id: p.external_references[0].locator for p in document.packages
    }
    told = Counter(
        (
            purls[p.spdx_id],
            _plain(p.license_concluded),
            _plain(p.license_declared),
        )
        for p in document.packages
    )
    edges = {
        (purls[r.spdx_element_id], purls[r.related_spdx_element_id])
        for r in document.relationships
        if r.relationship_type.name == "DEPENDS_ON"
    }
    return told, edges


def _plain(license_: Any) -> str:
    name = type(license_).__name__
    return {"SpdxNoAssertion": "NOASSERTION", "SpdxNone": "NONE"}.get(
        name, str(license_)
    )


REQUIRES = ("dependsOn", "trainedOn", "descendantOf")


def by_spdx_3(whole: Report, _: Path) -> Any:
    objects = spdx3.SHACLObjectSet()
    text = str(render("spdx3", whole))
    spdx3.JSONLDDeserializer().read(io.BytesIO(text.encode()), objects)
    assert not objects.link()
    # Writing checks that nothing is missing.
    spdx3.JSONLDSerializer().write(objects, io.BytesIO())
    purls, licenses, edges = {}, {}, set()
    found = list(objects.foreach())
    for one in found:
        if isinstance(one, spdx3.software_Package):
            purls[one._id] = one.software_packageUrl
    for one in found:
        if not isinstance(one, spdx3.Relationship):
            continue
        how = one.relationshipType.rpartition("/")[2]
        if how in REQUIRES:
            edges |= {(purls[one.from_._id], purls[t._id]) for t in one.to}
        elif how != "contains":
            (target,) = one.to
            key = one.from_._id, how
            assert key not in licenses
            licenses[key] = _expression(target)
    told = Counter(
        (
            purl,
            licenses[address, "hasConcludedLicense"],
            licenses[address, "hasDeclaredLicense"],
        )
        for address, purl in purls.items()
    )
    return told, edges


def _expression(license_: Any) -> str:
    if isinstance(license_, spdx3.simplelicensing_LicenseExpression):
        return str(license_.simplelicensing_licenseExpression)
    name = getattr(license_, "_id", None) or str(license_)
    special = {"NoAssertionLicense": "NOASSERTION", "NoneLicense": "NONE"}
    return special[name.rpartition("/")[2]]


def _of_rows(rows: Iterator[dict[str, str]]) -> Any:
    return Counter(
        (row["purl"], row["concluded"], row["declared"]) for row in rows
    )


def by_csv(whole: Report, _: Path) -> Any:
    page = io.StringIO(str(render("csv", whole)))
    return _of_rows(csv.DictReader(page)), None


def by_openpyxl(whole: Report, _: Path) -> Any:
    data = render("xlsx", whole)
    assert isinstance(data, bytes)
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Decisions", "Components", "Clauses"]
    head, *rows = book["Components"].values
    return _of_rows(
        {name: value or "" for name, value in zip(head, row, strict=True)}
        for row in rows
    ), None


def by_json(whole: Report, _: Path) -> Any:
    document = json.loads(render("json", whole))
    waiting = list(document["components"])
    for one in waiting:
        waiting += one.get("parts", [])
    told = Counter((c["purl"], c["concluded"], c["declared"]) for c in waiting)
    edges = {(e["source"], e["target"]) for e in document["dependencies"]}
    edges |= {
        ("pkg:pypi/app@1.0", f"pkg:pypi/{root['name']}@1.0")
        for root in document["roots"]
    }
    return told, {pair for pair in edges if pair[0] != pair[1]}


READERS: dict[str, Callable[[Report, Path], Any]] = {
    "json": by_json,
    "cyclonedx": by_cyclonedx("cyclonedx"),
    "cyclonedx-1.7": by_cyclonedx("cyclonedx-1.7"),
    "spdx": by_spdx_tools,
    "spdx3": by_spdx_3,
    "csv": by_csv,
    "xlsx": by_openpyxl,
}


@pytest.mark.parametrize("form", READERS)
def test_a_reader_that_is_not_ours_finds_the_same(
    form: str, tmp_path: Path
) -> None:
    whole = given()
    told, edges = READERS[form](whole, tmp_path)
    assert told == Counter(
        (str(c.component.purl), c.concluded, c.declared)
        for c in everything(whole)
    )
    if edges is not None:
        assert edges == {
            ("pkg:huggingface/org/m@1", "pkg:huggingface/org/d@1"),
            ("pkg:pypi/app@1.0", "pkg:pypi/plain@1.0"),
            ("pkg:pypi/plain@1.0", "pkg:huggingface/org/m@1"),
            ("pkg:pypi/plain@1.0", "pkg:pypi/share@1.0"),
        }


def test_junit_has_a_case_for_each_component() -> None:
    whole = given()
    root = ElementTree.fromstring(str(render("junit", whole)).encode())
    assert len(list(root.iter("testcase"))) >= len(whole.conclusions)


# -- every kind of target --

ONE_OF_EACH = (
    "boat-1.0.tar.gz",
    "boat-1.0.0.tgz",
    "boat-1.0-py3-none-any.whl",
    "boat-1.2.jar",
    "env",
    "hub",
    "model",
    "python3-boat_1.0-1_all.deb",
    "requirements.txt",
    "tree",
    "uv.lock",
)


def _case_of(target: str) -> Path:
    found = (c for c in CASES if described(c)["targets"] == [target])
    return next(found)


def _direct(form: str, targets: list[str]) -> Report:
    settings = Settings(form=form, no_cache=True, jobs=1)
    return scan(
        targets,
        policy=load_policy(Path(), profile=None),
        today=TODAY,
        options=look_options_of(settings),
    )


def _same_in_every_form(targets: list[str]) -> None:
    stored = render("json", _direct("json", targets))
    again = report_in(str(stored).encode(), "report.json")
    for form in REPORTS:
        direct = render(form, _direct(form, targets))
        assert render(form, again) == direct, form


@pytest.mark.parametrize("target", ONE_OF_EACH)
def test_what_is_stored_is_what_a_direct_run_writes(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    write(tree_of(described(_case_of(target))), tmp_path)
    _same_in_every_form([target])


@pytest.mark.parametrize(
    "form", ["cyclonedx", "cyclonedx-1.7", "spdx", "spdx3"]
)
def test_our_own_bill_of_materials_as_a_target(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    bom = tmp_path / "bom.json"
    bom.write_text(str(render(form, given())))
    _same_in_every_form(["bom.json"])
    names = {
        c.component.name for c in _direct("json", ["bom.json"]).conclusions
    }
    assert {"plain", "share", "odd"} <= names


def test_an_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    info = "usr/lib/python3.11/site-packages/a-1.0.dist-info"
    layer = tar(
        {
            f"{info}/METADATA": b"Metadata-Version: 2.1\nName: a\nVersion: 1.0\nLicense: MIT\n",
            "etc/os-release": b"ID=debian\n",
        }
    )
    image = tar(
        {
            "manifest.json": b'[{"Config": "c.json", "RepoTags": ["a:1"], "Layers": ["l/layer.tar"]}]',
            "c.json": b"{}",
            "l/layer.tar": layer,
        }
    )
    (tmp_path / "image.tar").write_bytes(image)
    _same_in_every_form(["image.tar"])
    (target,) = _direct("json", ["image.tar"]).targets
    assert target.kind == "image"
    assert set(target.digests) == {"image.tar"}
