"""SBOMs as targets: components are looked for, and a claim is only a claim."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from licensescan.collect import kind_of
from licensescan.collect.formats.boms import read_bom
from licensescan.standards.requirements import Setting
from tests.collect.python.bom_makers import MAKERS
from tests.places import add_environment, add_package, run


def cyclonedx(version: str = "1.6", **more: Any) -> dict[str, Any]:
    """A project `app` that needs `seed`, which needs `plain`."""

    def package(name: str, license_: str, **fields: Any) -> dict[str, Any]:
        return {
            "type": "library",
            "bom-ref": f"ref-{name}",
            "name": name,
            "version": "1.0",
            "purl": f"pkg:pypi/{name}@1.0?vcs_url=x",
            "licenses": [{"license": {"id": license_}}],
            **fields,
        }

    return {
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "metadata": {"component": {"name": "app", "bom-ref": "app"}},
        "components": [
            package("seed", "GPL-3.0-only"),
            package("plain", "MIT"),
            package("tool", "GPL-3.0-only", scope="excluded"),
            package("extra", "MIT", scope="optional"),
            {"type": "operating-system", "name": "debian", "version": "12"},
        ],
        "dependencies": [
            {"ref": "app", "dependsOn": ["ref-seed", "ref-tool"]},
            {"ref": "ref-seed", "dependsOn": ["ref-plain"]},
        ],
        **more,
    }


def spdx_2() -> dict[str, Any]:
    def package(name: str, license_: str, purl: str = "") -> dict[str, Any]:
        address = {"referenceType": "purl", "referenceLocator": purl}
        return {
            "SPDXID": f"SPDXRef-{name}",
            "name": name,
            "versionInfo": "1.0",
            "licenseDeclared": "NOASSERTION",
            "licenseConcluded": license_,
            "externalRefs": [address] if purl else [],
        }

    def related(a: str, kind: str, b: str) -> dict[str, str]:
        return {
            "spdxElementId": f"SPDXRef-{a}",
            "relationshipType": kind,
            "relatedSpdxElement": f"SPDXRef-{b}",
        }

    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "packages": [
            package("app", "NOASSERTION"),
            package("seed", "GPL-3.0-only", "pkg:pypi/seed@1.0"),
            package("plain", "MIT", "pkg:pypi/plain@1.0"),
            package("tool", "MIT", "pkg:pypi/tool@1.0"),
        ],
        "relationships": [
            related("DOCUMENT", "DESCRIBES", "app"),
            related("app", "DEPENDS_ON", "seed"),
            related("plain", "DEPENDENCY_OF", "seed"),
            related("tool", "DEV_DEPENDENCY_OF", "app"),
        ],
    }


def spdx_3() -> dict[str, Any]:
    def package(name: str) -> dict[str, Any]:
        return {
            "type": "software_Package",
            "spdxId": f"urn:{name}",
            "name": name,
            "software_packageVersion": "1.0",
            "software_packageUrl": f"pkg:pypi/{name}@1.0",
        }

    def related(a: str, kind: str, b: str) -> dict[str, Any]:
        names = {
            "relationshipType": kind,
            "from": f"urn:{a}",
            "to": [f"urn:{b}"],
        }
        return {"type": "Relationship", **names}

    license_ = {
        "type": "simplelicensing_LicenseExpression",
        "spdxId": "urn:gpl",
        "simplelicensing_licenseExpression": "GPL-3.0-only",
    }
    return {
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {
                "type": "software_Sbom",
                "spdxId": "urn:b",
                "rootElement": ["urn:app"],
            },
            *(package(name) for name in ("app", "seed", "plain")),
            license_,
            related("seed", "hasDeclaredLicense", "gpl"),
            related("app", "dependsOn", "seed"),
            related("seed", "dependsOn", "plain"),
        ],
    }


def locked(
    document: dict[str, Any],
) -> dict[str, tuple[str, tuple[str, ...], str]]:
    packages = read_bom(json.dumps(document).encode(), "bom.json", Setting())
    return {p.name: (p.scope, p.requires, p.license) for p in packages}


@pytest.mark.parametrize("version", ["1.4", "1.5", "1.6", "1.7"])
def test_cyclonedx(version: str) -> None:
    assert locked(cyclonedx(version)) == {
        "seed": ("runtime", ("plain",), "GPL-3.0-only"),
        "plain": ("runtime", (), "MIT"),
        "tool": ("dev", (), "GPL-3.0-only"),
        "extra": ("optional", (), "MIT"),
    }


def test_spdx_2() -> None:
    assert locked(spdx_2()) == {
        "seed": ("runtime", ("plain",), "GPL-3.0-only"),
        "plain": ("runtime", (), "MIT"),
        "tool": ("dev", (), "MIT"),
    }


def test_spdx_3() -> None:
    assert locked(spdx_3()) == {
        "seed": ("runtime", ("plain",), "GPL-3.0-only"),
        "plain": ("runtime", (), ""),
    }


def check(name: str, cwd: Path) -> dict[str, Any]:
    done = run("check", name, "-f", "json", cwd=cwd)
    report: dict[str, Any] = json.loads(done.out)
    assert report["exit_code"] == done.code
    return report


@pytest.mark.parametrize("document", [cyclonedx(), spdx_2(), spdx_3()])
def test_what_lies_nowhere_is_a_claim_and_a_finding(
    document: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "bom.json").write_text(json.dumps(document))
    report = check("bom.json", tmp_path)
    assert report["targets"][0]["kind"] == "sbom"
    rules = {(f["component"], f["rule"]) for f in report["findings"]}
    assert ("pkg:pypi/seed@1.0", "terms-unread") in rules
    assert ("pkg:pypi/plain@1.0", "terms-unread") in rules
    [seed] = [c for c in report["components"] if c["name"] == "seed"]
    assert seed["declared"] == "GPL-3.0-only"
    assert report["exit_code"] == 1


def test_what_is_installed_is_judged_by_what_it_is(tmp_path: Path) -> None:
    """The SBOM says MIT of a package whose own metadata say GPL."""
    licenses = {
        "seed": "GPL-3.0-only",
        "plain": "MIT",
        "tool": "MIT",
        "extra": "MIT",
    }
    add_environment(tmp_path / ".venv", licenses)
    (tmp_path / "requirements.txt").write_text("seed\n")
    text = json.dumps(cyclonedx()).replace("GPL-3.0-only", "MIT")
    (tmp_path / "bom.cdx.json").write_text(text)
    report = check("bom.cdx.json", tmp_path)
    assert {
        c["name"]: c["concluded"] for c in report["components"]
    } == licenses
    assert "terms-unread" not in {f["rule"] for f in report["findings"]}
    [plain] = [c for c in report["components"] if c["name"] == "plain"]
    assert report["exit_code"] == 1, plain


def test_packages_of_other_kinds_are_not_taken_for_python(
    tmp_path: Path,
) -> None:
    add_environment(tmp_path / ".venv", {"click": "MIT"})
    (tmp_path / "requirements.txt").write_text("click\n")
    component = {"type": "library", "name": "click", "version": "1.0"}
    listed = [
        {**component, "purl": "pkg:npm/click@1.0"},
        {**component, "purl": "pkg:npm/%40a/click@1.0"},
        {"type": "library", "group": "g", "name": "native", "version": "2"},
        {"type": "library", "group": "g", "name": "native", "version": "2"},
    ]
    (tmp_path / "bom.json").write_text(
        json.dumps({"bomFormat": "CycloneDX", "components": listed})
    )
    report = check("bom.json", tmp_path)
    assert [c["purl"] for c in report["components"]] == [
        "pkg:generic/g%2Fnative@2",
        "pkg:npm/%40a/click@1.0",
        "pkg:npm/click@1.0",
    ]
    assert {f["rule"] for f in report["findings"]} >= {"terms-unread"}


def test_xml_and_damaged_documents_are_told(tmp_path: Path) -> None:
    xml = '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>'
    (tmp_path / "bom.xml").write_text(xml)
    done = run("check", "bom.xml", cwd=tmp_path)
    assert done.code == 3
    assert "convert it to JSON" in done.out + done.err
    (tmp_path / "bom.json").write_text(
        '{"bomFormat": "CycloneDX", "components": ['
    )
    assert run("check", "bom.json", cwd=tmp_path).code == 3
    (tmp_path / "empty.json").write_text('{"bomFormat": "CycloneDX"}')
    assert run("check", "empty.json", cwd=tmp_path).code == 2


def test_other_json_is_no_sbom(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x"}')
    assert kind_of(str(tmp_path / "package.json")) != "sbom"


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_an_sbom_of_an_environment_is_that_environment(
    tmp_path: Path, name: str
) -> None:
    """Whoever made it: the same components on the same terms."""
    site = add_environment(
        tmp_path / ".venv", {"seed": "GPL-3.0-only", "Plain_One": "MIT"}
    )
    add_package(site, "local", "Apache-2.0", "1.0+cu12", requires="seed")
    (tmp_path / name).write_text(json.dumps(MAKERS[name](site)))
    of_sbom = json.loads(run("check", name, "-f", "json", cwd=tmp_path).out)
    of_env = json.loads(run("check", ".venv", "-f", "json", cwd=tmp_path).out)
    for key in ("purl", "concluded", "basis", "commercial", "evidence"):
        assert [c[key] for c in of_sbom["components"]] == [
            c[key] for c in of_env["components"]
        ]
    assert of_sbom["exit_code"] == of_env["exit_code"] == 1
