"""
Models as targets: caches, stores and folders built here, never a real weight.
"""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import pytest

from licensescan.collect import kind_of
from licensescan.collect.models import caches as models
from licensescan.collect.models import hugging_face, locations
from licensescan.model.types import Component, IncompleteError

MAIN, OLD = "a" * 40, "b" * 40
TERMS = "Acme Model Terms\n\nYou may use the model as you please.\n"


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            content.encode() if isinstance(content, str) else content
        )
    return folder


def found(path: Path) -> list[Component]:
    assert kind_of(str(path)) == "models"
    return list(models.collect(str(path)))


def card(license_: str, *more: str) -> str:
    return "\n".join(
        ["---", f"license: {license_}", *more, "---", "# A model", ""]
    )


def safetensors(**said: str) -> bytes:
    header = json.dumps({"__metadata__": said}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(8)


def gguf(**said: str) -> bytes:
    pairs = b""
    for key, value in said.items():
        name = key.replace("__", ".").encode()
        raw = value.encode()
        pairs += (
            struct.pack("<Q", len(name))
            + name
            + struct.pack("<IQ", 8, len(raw))
            + raw
        )
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(said)) + pairs


def values(component: Component, kind: str = "model-card") -> list[str]:
    return [e.value for e in component.evidence if e.kind == kind]


def rules(component: Component) -> list[str]:
    return [p.rule for p in component.problems]


class TestHub:
    def cache(self, tmp_path: Path) -> Path:
        """
        As huggingface_hub lays it out: blobs, and snapshots of links to them.
        """
        repo = put(
            tmp_path / "hub" / "models--acme--tiny",
            {
                "blobs/one": card(
                    "apache-2.0", "base_model: acme/base", "datasets: [squad]"
                ),
                "blobs/two": card("cc-by-nc-4.0"),
                "refs/main": MAIN,
            },
        )
        for revision, blob in ((MAIN, "one"), (OLD, "two")):
            (repo / "snapshots" / revision).mkdir(parents=True)
            os.symlink(
                f"../../blobs/{blob}",
                repo / "snapshots" / revision / "README.md",
            )
        put(
            tmp_path / "hub" / "models--acme--bare",
            {f"snapshots/{MAIN}/config.json": "{}"},
        )
        put(
            tmp_path / "hub" / "models--acme--none",
            {
                f"snapshots/{MAIN}/config.json": "{}",
                f".no_exist/{MAIN}/README.md": "",
            },
        )
        put(tmp_path / "hub" / "models--acme--empty", {"refs/main": MAIN})
        put(
            tmp_path / "hub" / "datasets--squad",
            {f"snapshots/{MAIN}/README.md": card("cc-by-sa-4.0")},
        )
        put(
            tmp_path / "hub" / "spaces--acme--app",
            {f"snapshots/{MAIN}/README.md": card("mit")},
        )
        put(tmp_path / "hub" / ".locks", {"x": ""})
        return tmp_path

    @pytest.mark.parametrize("below", ["", "hub"])
    def test_each_revision_is_a_component(
        self, tmp_path: Path, below: str
    ) -> None:
        all_of = found(self.cache(tmp_path) / below)
        assert sorted((c.purl, c.kind, c.relation) for c in all_of) == [
            ("pkg:huggingface/acme/app@" + MAIN, "source", "import"),
            ("pkg:huggingface/acme/bare@" + MAIN, "model", "weights"),
            ("pkg:huggingface/acme/empty", "model", "weights"),
            ("pkg:huggingface/acme/none@" + MAIN, "model", "weights"),
            ("pkg:huggingface/acme/tiny@" + MAIN, "model", "weights"),
            ("pkg:huggingface/acme/tiny@" + OLD, "model", "weights"),
            ("pkg:huggingface/squad@" + MAIN, "dataset", "data"),
        ]

    def test_what_a_card_says_and_what_it_builds_on(
        self, tmp_path: Path
    ) -> None:
        new, old = found(self.cache(tmp_path) / "hub" / "models--acme--tiny")
        assert (values(new), values(old)) == (["apache-2.0"], ["cc-by-nc-4.0"])
        assert new.requires == ("model:acme/base", "dataset:squad")
        assert (new.note, old.note) == ("revision main", "")

    def test_a_card_that_is_not_cached_is_neither_clean_nor_absent(
        self, tmp_path: Path
    ) -> None:
        self.cache(tmp_path)
        (bare,) = found(tmp_path / "hub" / "models--acme--bare")
        assert rules(bare) == ["license-unknown"]
        assert "not cached" in bare.problems[0].message
        (empty,) = found(tmp_path / "hub" / "models--acme--empty")
        assert "nothing of it is cached" in empty.problems[0].message
        (none,) = found(tmp_path / "hub" / "models--acme--none")
        assert rules(none) == []

    def test_a_license_file_speaks_without_a_card(
        self, tmp_path: Path
    ) -> None:
        repo = put(
            tmp_path / "models--a--b", {f"snapshots/{MAIN}/LICENSE": TERMS}
        )
        (component,) = found(repo)
        assert rules(component) == []
        assert [e.kind for e in component.evidence] == ["license-file"]

    def test_the_revision_that_code_gets(self, tmp_path: Path) -> None:
        repo = str(self.cache(tmp_path) / "hub" / "models--acme--tiny")
        for asked, version in (("main", MAIN), (OLD, OLD), ("gone", MAIN)):
            component = hugging_face.current(repo, asked)
            assert component
            assert component.version == version

    def test_a_link_out_of_the_repository_is_not_followed(
        self, tmp_path: Path
    ) -> None:
        put(tmp_path, {"secret.md": card("mit")})
        snapshot = tmp_path / "models--a--b" / "snapshots" / MAIN
        snapshot.mkdir(parents=True)
        os.symlink(tmp_path / "secret.md", snapshot / "README.md")
        (component,) = found(tmp_path / "models--a--b")
        assert values(component) == []
        assert "path-escape" in rules(component)

    def test_where_the_caches_are(self) -> None:
        everything = {
            "HF_HUB_CACHE": "/1",
            "HUGGINGFACE_HUB_CACHE": "/2",
            "HF_HOME": "/3",
            "XDG_CACHE_HOME": "/4",
            "HOME": "/5",
        }
        places = []
        for name in list(everything):
            places.append(locations.hub_cache(everything))
            del everything[name]
        assert places == [
            "/1",
            "/2",
            "/3/hub",
            "/4/huggingface/hub",
            "/5/.cache/huggingface/hub",
        ]
        assert locations.hub_cache({}) == locations.torch_hub({}) == ""
        assert (
            locations.hub_cache({"HF_HOME": "~/hf", "HOME": "/h"})
            == "/h/hf/hub"
        )
        assert (
            locations.torch_hub({"TORCH_HOME": "/t", "HOME": "/h"}) == "/t/hub"
        )
        assert locations.torch_hub({"HOME": "/h"}) == "/h/.cache/torch/hub"


class TestFolders:
    def test_weights_say_what_the_card_does_not(self, tmp_path: Path) -> None:
        put(
            tmp_path,
            {
                "model.safetensors": safetensors(license="cc-by-nc-4.0"),
                "config.json": "{}",
            },
        )
        (component,) = found(tmp_path)
        assert values(component, "weights-header") == ["cc-by-nc-4.0"]

    def test_shards_are_told_once(self, tmp_path: Path) -> None:
        put(
            tmp_path,
            {
                f"model-{n}.safetensors": safetensors(license="mit")
                for n in range(4)
            },
        )
        (component,) = found(tmp_path)
        assert values(component, "weights-header") == ["mit"]

    def test_an_adapter_builds_on_its_base(self, tmp_path: Path) -> None:
        config = json.dumps(
            {"base_model_name_or_path": "meta-llama/Llama-3.1-8B"}
        )
        put(
            tmp_path,
            {
                "adapter_config.json": config,
                "adapter_model.safetensors": safetensors(format="pt"),
            },
        )
        (component,) = found(tmp_path)
        assert component.requires == ("model:meta-llama/Llama-3.1-8B",)

    def test_a_piece_of_a_pipeline_does_not_speak_for_it(
        self, tmp_path: Path
    ) -> None:
        inner = json.dumps({"_name_or_path": "openai/clip"})
        put(
            tmp_path,
            {
                "model_index.json": "{}",
                "text_encoder/config.json": inner,
                "README.md": card("mit"),
            },
        )
        (component,) = found(tmp_path)
        assert component.requires == ()

    def test_mlflow(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "MLmodel": "flavors:\n  transformers:\n    source_model_name: acme/base\n",
            "LICENSE.txt": TERMS,
            "model_card.md": "# Acme\n",
            "model_card_data.yaml": "license: cc-by-nc-4.0\n",
        }
        (component,) = found(put(tmp_path, files))
        assert values(component) == ["cc-by-nc-4.0"]
        assert [
            e.path for e in component.evidence if e.kind == "license-file"
        ] == ["LICENSE.txt"]
        assert component.requires == ("model:acme/base",)
        assert component.parts == ()

    def test_spacy(self, tmp_path: Path) -> None:
        meta = {
            "lang": "de",
            "name": "news",
            "version": "1",
            "pipeline": [],
            "license": "CC BY-SA 4.0",
            "sources": [{"name": "Tiger", "license": "research only"}],
        }
        put(tmp_path, {"meta.json": json.dumps(meta), "config.cfg": "[nlp]\n"})
        (component,) = found(tmp_path)
        assert values(component) == ["CC BY-SA 4.0"]

    def test_a_card_that_leads_elsewhere_says_so(self, tmp_path: Path) -> None:
        link = "license_link: https://example.org/terms"
        put(
            tmp_path,
            {
                "README.md": card("other", "license_name: acme", link),
                "model.onnx": b"",
            },
        )
        (component,) = found(tmp_path)
        assert "terms-unread" in rules(component)
        put(tmp_path, {"LICENSE": TERMS})
        assert "terms-unread" not in rules(found(tmp_path)[0])
        put(tmp_path, {"README.md": card("llama3.1", link)})
        (tmp_path / "LICENSE").unlink()
        assert "terms-unread" not in rules(found(tmp_path)[0])

    def test_a_broken_card_and_a_broken_header_are_told(
        self, tmp_path: Path
    ) -> None:
        put(
            tmp_path,
            {
                "README.md": "---\nlicense: [mit\n---\n",
                "model.gguf": b"GGUF" + b"\xff" * 40,
                "config.json": "{",
            },
        )
        (component,) = found(tmp_path)
        assert rules(component) == ["metadata-invalid"] * 3

    @pytest.mark.parametrize(
        ("name", "data", "license_"),
        [
            ("m.gguf", gguf(general__license="llama3.1"), "llama3.1"),
            (
                "m.safetensors",
                safetensors(**{"modelspec.license": "mit"}),
                "mit",
            ),
        ],
    )
    def test_single_files(
        self, tmp_path: Path, name: str, data: bytes, license_: str
    ) -> None:
        put(tmp_path, {name: data})
        (component,) = found(tmp_path / name)
        assert (component.name, values(component, "weights-header")) == (
            name,
            [license_],
        )

    def test_pickles_are_not_opened(self, tmp_path: Path) -> None:
        put(
            tmp_path,
            {
                "pytorch_model.bin": b"cos\nsystem\n(S'true'\ntR.",
                "config.json": "{}",
            },
        )
        (component,) = found(tmp_path)
        assert component.evidence == ()

    @pytest.mark.parametrize(
        "other", ["setup.py", "main.py", "net.cpp", "pyproject.toml"]
    )
    def test_code_with_weights_beside_it_is_a_tree(
        self, tmp_path: Path, other: str
    ) -> None:
        put(tmp_path, {"model.onnx": b"", other: ""})
        assert kind_of(str(tmp_path)) == "tree"


class TestOllama:
    def store(self, tmp_path: Path, *layers: tuple[str, bytes]) -> Path:
        listed = []
        for number, (kind, data) in enumerate(layers):
            digest = f"{number:064x}"
            put(tmp_path, {f"models/blobs/sha256-{digest}": data})
            listed.append(
                {
                    "mediaType": f"application/vnd.ollama.image.{kind}",
                    "digest": f"sha256:{digest}",
                }
            )
        put(
            tmp_path,
            {
                "models/manifests/registry.ollama.ai/library/tiny/1b": json.dumps(
                    {"layers": listed}
                ),
                "models/manifests/registry.ollama.ai/acme/own/latest": json.dumps(
                    {"layers": listed}
                ),
            },
        )
        return tmp_path

    @pytest.mark.parametrize("below", ["", "models"])
    def test_license_layers_and_the_header(
        self, tmp_path: Path, below: str
    ) -> None:
        header = gguf(general__license="llama3.2")
        store = self.store(
            tmp_path,
            ("model", header),
            ("license", TERMS.encode()),
            ("license", b"More.\n"),
            ("params", b"{}"),
        )
        own, tiny = found(store / below)
        assert (tiny.name, tiny.purl) == ("tiny:1b", "pkg:ollama/tiny@1b")
        assert (own.name, own.purl) == (
            "registry.ollama.ai/acme/own:latest",
            "pkg:ollama/registry.ollama.ai/acme/own@latest",
        )
        assert [e.kind for e in tiny.evidence] == [
            "weights-header",
            "license-file",
            "license-file",
        ]
        assert tiny.problems == ()

    def test_without_a_license_it_is_unknown(self, tmp_path: Path) -> None:
        (_, tiny) = found(
            self.store(tmp_path, ("model", gguf(general__name="x")))
        )
        assert rules(tiny) == ["license-unknown"]

    @pytest.mark.parametrize(
        "manifest",
        [
            "{",
            "[]",
            '{"layers": 3}',
            '{"layers": [{"mediaType": "application/vnd.ollama.image.license", "digest": "../x"}]}',
        ],
    )
    def test_a_manifest_that_is_none_is_told(
        self, tmp_path: Path, manifest: str
    ) -> None:
        put(tmp_path, {"blobs/x": "", "manifests/h/n/m/t": manifest})
        (component,) = found(tmp_path)
        assert rules(component) == ["metadata-invalid", "license-unknown"]

    def test_a_blob_that_is_gone_is_told(self, tmp_path: Path) -> None:
        store = self.store(tmp_path, ("license", TERMS.encode()))
        (store / "models/blobs" / f"sha256-{0:064x}").unlink()
        assert "evidence-missing" in rules(found(store)[0])


class TestTorchHub:
    def test_repositories_and_checkpoints(self, tmp_path: Path) -> None:
        put(
            tmp_path / "hub",
            {
                "acme_net_main/hubconf.py": "",
                "acme_net_main/LICENSE": TERMS,
                "checkpoints/net-1a2b.pth": b"\x80\x02.",
                "checkpoints/notes.txt": "",
                "trusted_list": "acme_net\n",
            },
        )
        net, weights = found(tmp_path)
        assert (net.purl, net.name, net.kind) == (
            "pkg:github/acme/net@main",
            "acme/net",
            "model",
        )
        assert [e.path for e in net.evidence] == ["LICENSE"]
        assert (weights.name, rules(weights)) == (
            "net-1a2b.pth",
            ["license-unknown"],
        )


def test_a_target_that_holds_no_model(tmp_path: Path) -> None:
    with pytest.raises(IncompleteError):
        list(models.collect(str(tmp_path)))
    assert not models.matches(str(tmp_path))
    assert not models.matches(str(tmp_path / "gone"))
