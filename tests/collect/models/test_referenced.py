"""
From the names in code to components: caches, registries, families, and what is
nowhere.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from licensescan.collect.python import environment
from licensescan.collect.python.discover import inspect
from licensescan.collect.survey.weight_registries import entries
from licensescan.model.types import Report, UsageError
from licensescan.pipeline import Options, graph_of, scan
from licensescan.reader import FolderFiles
from licensescan.report.why import render_why
from licensescan.rulebook.model_families import registries_of
from licensescan.rulebook.rulebook import load

REVISION = "c" * 40

OLD = "c" * 40


def put(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def card(license_: str, *more: str) -> str:
    return "\n".join(
        ["---", f"license: {license_}", *more, "---", "# A model", ""]
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an empty environment, and a cache beside it."""
    put(
        tmp_path / "app" / ".venv" / "lib" / "python3.11" / "site-packages",
        {"README.txt": ""},
    )
    put(tmp_path / "app" / ".venv", {"pyvenv.cfg": "version = 3.11.4\n"})
    put(
        tmp_path / "hub",
        {
            f"models--acme--tuned/snapshots/{REVISION}/README.md": card(
                "mit", "base_model: acme/base", "datasets: squad"
            ),
            "models--acme--tuned/refs/main": REVISION,
            f"models--acme--bare/snapshots/{REVISION}/config.json": "{}",
        },
    )
    return tmp_path / "app"


def options(project: Path) -> Options:
    variables = {
        "HF_HUB_CACHE": str(project.parent / "hub"),
        "HOME": str(project.parent / "nobody"),
    }
    return Options(project=str(project), variables=variables, cached=False)


def judged(project: Path, *paths: str) -> Report:
    policy = load().profile("distributed-product")
    return scan(
        paths, policy=policy, today=date(2027, 1, 1), options=options(project)
    )


def concluded(report: Report) -> dict[str, tuple[str, str]]:
    return {
        c.component.name: (c.concluded, c.basis) for c in report.conclusions
    }


def rules(report: Report, name: str) -> set[str]:
    purls = {
        c.component.purl
        for c in report.conclusions
        if c.component.name == name
    }
    return {f.rule for f in report.findings if f.component in purls}


class TestProject:
    def test_a_model_is_judged_by_its_card_and_so_is_what_it_builds_on(
        self, project: Path
    ) -> None:
        put(project, {"app.py": "AutoModel.from_pretrained('acme/tuned')\n"})
        report = judged(project)
        assert concluded(report) == {
            "acme/tuned": ("MIT", "model-card"),
            "acme/base": ("NOASSERTION", "none"),
            "squad": ("CC-BY-SA-4.0", "curated"),
        }
        paths = {c.component.name: c.paths for c in report.conclusions}
        assert paths["acme/base"] == (("app", "acme/tuned", "acme/base"),)
        assert paths["squad"] == (("app", "acme/tuned", "squad"),)
        assert rules(report, "acme/base") == {"terms-unread"}
        assert report.exit_code == 1

    def test_a_family_is_known_by_name_and_says_so(
        self, project: Path
    ) -> None:
        put(
            project,
            {
                "app.py": "AutoModel.from_pretrained('meta-llama/Llama-3.1-8B')\n"
            },
        )
        report = judged(project)
        (conclusion,) = report.conclusions
        assert (conclusion.concluded, conclusion.basis) == (
            "LicenseRef-scancode-llama-3.1-license-2024",
            "curated",
        )
        assert {"curated-fact", "commercial-conditional"} <= rules(
            report, "meta-llama/Llama-3.1-8B"
        )
        assert "terms-unread" not in rules(report, "meta-llama/Llama-3.1-8B")
        (evidence,) = conclusion.evidence
        assert (evidence.kind, evidence.path, evidence.lines) == (
            "reference",
            "app.py",
            (1, 1),
        )

    @pytest.mark.parametrize(
        ("code", "other", "fails"),
        [
            ("AutoModel.from_pretrained('facebook/dinov2-base')", None, False),
            (
                f"AutoModel.from_pretrained('facebook/dinov2-base', revision='{OLD}')",
                "CC-BY-NC-4.0",
                True,
            ),
        ],
    )
    def test_a_pinned_revision_may_be_from_before_a_change(
        self, project: Path, code: str, other: str | None, fails: bool
    ) -> None:
        put(project, {"app.py": f"{code}\n"})
        report = judged(project)
        (conclusion,) = report.conclusions
        assert conclusion.concluded == "Apache-2.0"
        assert conclusion.alternative == other
        told = rules(report, "facebook/dinov2-base")
        assert ("commercial-prohibited" in told) is fails

    def test_a_cached_revision_is_from_before_a_change(
        self, project: Path
    ) -> None:
        """A cache without a card: the commit says under which terms."""
        put(
            project.parent / "hub",
            {
                f"models--01-ai--Yi-6B/snapshots/{REVISION}/config.json": "{}",
            },
        )
        put(project, {"app.py": "AutoModel.from_pretrained('01-ai/Yi-6B')\n"})
        (conclusion,) = judged(project).conclusions
        assert conclusion.component.version == REVISION
        assert conclusion.alternative == "LicenseRef-Yi-Series-2.1"

    def test_a_sheet_that_nobody_read_says_so(self, project: Path) -> None:
        put(
            project,
            {
                "app.py": "AutoModel.from_pretrained('upstage/solar-open-100b')\n"
            },
        )
        report = judged(project)
        said = [f.message for f in report.findings]
        assert any("nobody read this sheet" in one for one in said), said

    def test_what_is_nowhere_is_unresolved_and_told_with_its_line(
        self, project: Path
    ) -> None:
        put(project, {"app.py": "\nAutoModel.from_pretrained('acme/gone')\n"})
        report = judged(project)
        (finding,) = report.findings
        assert (finding.rule, finding.path) == (
            "terms-unread",
            ("app", "acme/gone"),
        )
        assert "app.py:2" in finding.message
        assert concluded(report) == {"acme/gone": ("NOASSERTION", "none")}

    def test_a_card_that_is_not_cached_is_told_once(
        self, project: Path
    ) -> None:
        put(project, {"app.py": "AutoModel.from_pretrained('acme/bare')\n"})
        report = judged(project)
        (finding,) = report.findings
        assert finding.rule == "license-unknown"
        assert "not cached" in finding.message

    def test_environments_inside_the_project_are_not_its_code(
        self, project: Path
    ) -> None:
        code = "AutoModel.from_pretrained('acme/gone')\n"
        put(
            project,
            {
                ".venv/lib/python3.11/site-packages/x.py": code,
                "node_modules/a.py": code,
                "old/pyvenv.cfg": "",
                "old/x.py": code,
            },
        )
        # What no distribution lists is told, and its code is not asked.
        report = judged(project)
        assert {c.component.kind for c in report.conclusions} == {"source"}

    def test_code_that_names_models_does_not_hide_the_packages(
        self, project: Path
    ) -> None:
        info = ".venv/lib/python3.11/site-packages/acme-1.dist-info/METADATA"
        put(
            project,
            {
                "app.py": "x.from_pretrained('gpt2')\n",
                info: "Metadata-Version: 2.4\nName: acme\nVersion: 1\n",
            },
        )
        paths = {
            c.component.name: c.paths for c in judged(project).conclusions
        }
        assert paths == {"acme": (("acme",),), "gpt2": (("app", "gpt2"),)}

    def test_a_package_and_a_model_of_one_name_are_two(
        self, project: Path
    ) -> None:
        info = ".venv/lib/python3.11/site-packages/gpt2-1.dist-info/METADATA"
        put(
            project,
            {
                "app.py": "x.from_pretrained('gpt2')\n",
                info: "Metadata-Version: 2.4\nName: gpt2\nVersion: 1\n",
            },
        )
        assert {c.component.purl for c in judged(project).conclusions} == {
            "pkg:pypi/gpt2@1",
            "pkg:huggingface/gpt2",
        }

    def test_a_spacy_model_is_the_package_or_unresolved(
        self, project: Path
    ) -> None:
        put(project, {"app.py": "import spacy\nspacy.load('en_core_acme')\n"})
        (alone,) = judged(project).conclusions
        assert (alone.component.purl, alone.component.kind) == (
            "pkg:pypi/en-core-acme",
            "model",
        )
        info = ".venv/lib/python3.11/site-packages/en_core_acme-1.dist-info/METADATA"
        put(
            project,
            {
                info: "Metadata-Version: 2.4\nName: en-core-acme\nVersion: 1\nLicense-Expression: MIT\n"
            },
        )
        (there,) = judged(project).conclusions
        assert there.component.kind == "package"
        assert there.paths == (("app", "en-core-acme"),)

    def test_a_folder_of_the_project_is_judged_by_its_card(
        self, project: Path
    ) -> None:
        put(
            project,
            {
                "app.py": "x.from_pretrained('./weights')\n",
                "weights/README.md": card("cc-by-nc-4.0"),
            },
        )
        assert concluded(judged(project)) == {
            "weights": ("CC-BY-NC-4.0", "model-card")
        }

    def test_a_folder_that_is_not_there_is_somebodys_output(
        self, project: Path
    ) -> None:
        put(project, {"app.py": "x.from_pretrained('./out')\n"})
        with pytest.raises(UsageError, match="nothing to judge"):
            judged(project)

    def test_a_notebook_that_cannot_be_read_is_told(
        self, project: Path
    ) -> None:
        put(project, {"a.ipynb": "{ from_pretrained("})
        report = judged(project)
        assert [f.rule for f in report.findings] == ["terms-unread"]
        assert "a.ipynb" in report.findings[0].message

    def test_why(self, project: Path) -> None:
        put(project, {"app.py": "AutoModel.from_pretrained('acme/tuned')\n"})
        text = render_why(
            graph_of([], options=options(project))[0], "Acme/Base"
        )
        assert "model:acme/tuned   app.py:1" in text
        assert "acme/base" in text.split("app.py:1")[1]


class TestTree:
    def test_a_tree_names_models_too(self, project: Path) -> None:
        tree = put(
            project.parent / "code",
            {
                "main.py": "x.from_pretrained('acme/tuned')\n",
                "LICENSE": "Acme terms.\n",
            },
        )
        report = judged(project, str(tree))
        paths = {c.component.name: c.paths for c in report.conclusions}
        assert paths["acme/base"] == (("code", "acme/tuned", "acme/base"),)
        text = render_why(
            graph_of([str(tree)], options=options(project))[0], "acme/tuned"
        )
        assert "main.py:1" in text


TIMM = """
default_cfgs = generate_default_cfgs({
    'net_a.one': _cfg(hf_hub_id='timm/', license='mit'),
    'net_a.two': _cfg(
        hf_hub_id='timm/',
        license='cc-by-nc-4.0', url=''),
    'net_b': _cfg(url=''),
})
"""


class TestRegistries:
    def site(self, project: Path) -> Path:
        return put(
            project / ".venv/lib/python3.11/site-packages",
            {
                "timm/models/net.py": TIMM,
                "TTS/.models.json": json.dumps(
                    {
                        "tts_models": {
                            "en": {"a": {"b": {"license": "cc-by-nc-nd-4.0"}}}
                        }
                    }
                ),
            },
        )

    def test_entries_of_a_registry_in_python(self, project: Path) -> None:
        files = FolderFiles(self.site(project))
        (timm,) = registries_of("timm")
        assert [
            (e.name, e.license, e.path, e.line)
            for e in entries(files, files.paths(), timm)
        ] == [
            ("timm/net_a.one", "mit", "timm/models/net.py", 3),
            ("timm/net_a.two", "cc-by-nc-4.0", "timm/models/net.py", 6),
        ]

    def test_the_package_has_a_part_for_each_license(
        self, project: Path
    ) -> None:
        info = {
            "timm-1.dist-info/METADATA": "Metadata-Version: 2.4\nName: timm\nVersion: 1\n",
            "timm-1.dist-info/RECORD": "timm/models/net.py,,\ntimm-1.dist-info/METADATA,,\n",
        }
        put(self.site(project), info)
        found = inspect(str(project / ".venv"), "named")
        assert found
        (timm,) = (
            component
            for component in environment.collect(found)
            if component.name == "timm"
        )
        assert sorted(
            (p.name, p.kind, p.evidence[0].value) for p in timm.parts
        ) == [
            ("timm/net_a.one", "model", "mit"),
            ("timm/net_a.two", "model", "cc-by-nc-4.0"),
        ]

    @pytest.mark.parametrize(
        ("code", "name", "license_"),
        [
            (
                "import timm\ntimm.create_model('net_a.two')\n",
                "timm/net_a.two",
                "CC-BY-NC-4.0",
            ),
            ("import timm\ntimm.create_model('net_a')\n", "timm/net_a", "MIT"),
            (
                "import timm\ntimm.create_model('net_b')\n",
                "timm/net_b",
                "NOASSERTION",
            ),
            (
                "from TTS.api import TTS\nTTS('tts_models/en/a/b')\n",
                "tts_models/en/a/b",
                "CC-BY-NC-ND-4.0",
            ),
        ],
    )
    def test_weights_are_on_the_terms_that_the_package_lists(
        self, project: Path, code: str, name: str, license_: str
    ) -> None:
        self.site(project)
        put(project, {"app.py": code})
        found = concluded(judged(project))
        assert found[name][0] == license_
