"""
Models that a project names outside of calls: in strings of its code, commands
and configuration.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from licensescan.collect.formats.written_models import in_lines, in_string
from licensescan.collect.models.code_references import references
from licensescan.reader import FolderFiles


def named(folder: Path, name: str, text: str) -> list[tuple[str, str, int]]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    files = FolderFiles(folder)
    found, problems = references(files, files.paths())
    assert problems == []
    return [(r.kind, r.name, r.line) for r in found]


@pytest.mark.parametrize(
    "code",
    [
        'NAME = "facebook/musicgen-small"',
        'SIZES = {"small": "facebook/musicgen-small"}',
        'def load(name="facebook/musicgen-small"): ...',
        'parser.add_argument("--model", default="facebook/musicgen-small")',
        'def name():\n    return "facebook/musicgen-small"',
        'Encoder("facebook/musicgen-small").run()',
    ],
)
def test_a_known_id_counts_wherever_code_hands_it_on(
    tmp_path: Path, code: str
) -> None:
    found = named(tmp_path, "app.py", code)
    assert [name for _, name, _ in found] == ["facebook/musicgen-small"]


@pytest.mark.parametrize(
    "code",
    [
        '"facebook/musicgen-small"',
        'def f():\n    "facebook/musicgen-small"',
        'if name == "facebook/musicgen-small": ...',
        'KNOWN = {"facebook/musicgen-small"}',
        'SIZES = {"facebook/musicgen-small": 1}',
        'SIZES["facebook/musicgen-small"]',
        'match name:\n    case "facebook/musicgen-small": ...',
        'NAME = "nobody/knows-this"',
        'NAME = "see facebook/musicgen-small"',
        'URL = "https://example.org/facebook/musicgen-small"',
    ],
)
def test_what_is_compared_or_talked_of_names_no_model(
    tmp_path: Path, code: str
) -> None:
    assert named(tmp_path, "app.py", code) == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://weights.example/net/v1/a.pth", "weights.example/net/v1"),
        ("https://weights.example/a/b/c/d.ckpt?x=1", "weights.example/a/b"),
        (
            "https://github.com/a/b/releases/download/v1/c.safetensors",
            "github.com/a/b",
        ),
        ("s3://bucket/models/x.gguf", "bucket/models"),
        ("https://huggingface.co/acme/m/resolve/main/m.bin", "acme/m"),
        ("https://huggingface.co/acme/m", "acme/m"),
    ],
)
def test_an_address_of_weights_is_a_model(address: str, name: str) -> None:
    written = in_string(address, 1)
    assert written is not None
    assert (written.kind, written.name) == ("model", name)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/logo.png",
        "https://example.org/",
        "https://huggingface.co/acme/m/resolve/main/readme.txt",
        "https://huggingface.co/docs/hub/models-cards",
        "https://huggingface.co/docs/transformers",
        "https://example.org/data.csv",
    ],
)
def test_other_addresses_are_none(address: str) -> None:
    assert in_string(address, 1) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("huggingface-cli download acme/m", "acme/m"),
        ("RUN pip install x && hf download acme/m --local-dir d", "acme/m"),
        ('CMD ["vllm", "serve", "acme/m"]', "acme/m"),
        (
            "python -m vllm.entrypoints.openai.api_server --model acme/m",
            "acme/m",
        ),
        ("ollama pull llama3.2:1b", "ollama/llama3.2:1b"),
        ("train.py --pretrained_model_name_or_path=acme/m", "acme/m"),
        ("export HF_MODEL_ID=acme/m", "acme/m"),
        ("  model_name_or_path: acme/m  # the small one", "acme/m"),
        ('base_model = "acme/m"', "acme/m"),
        ('"_name_or_path": "acme/m",', "acme/m"),
        ("git clone https://huggingface.co/acme/m", "acme/m"),
        ("model: facebook/musicgen-small", "facebook/musicgen-small"),
    ],
)
def test_commands_and_keys_name_models(line: str, name: str) -> None:
    assert [written.name for written in in_lines(f"\n{line}\n")] == [name]
    assert [written.line for written in in_lines(f"\n{line}\n")] == [2]


@pytest.mark.parametrize(
    "line",
    [
        "# huggingface-cli download acme/m",
        "model_name_or_path: checkpoints/best",
        "model_name_or_path: $HOME/m",
        "base_model: ./m",
        "base_model: conf/model.yaml",
        "image: acme/m",
        "uses: actions/checkout@v4",
        "model: acme/m",
        "// facebook/musicgen-small",
    ],
)
def test_paths_images_and_remarks_name_none(line: str) -> None:
    assert list(in_lines(line)) == []


def test_a_command_over_two_lines_is_one(tmp_path: Path) -> None:
    text = "set -e\nhf download \\\n  acme/m\necho facebook/musicgen-small\n"
    assert named(tmp_path, "get.sh", text) == [
        ("model", "acme/m", 2),
        ("model", "facebook/musicgen-small", 4),
    ]


def test_each_command_of_a_line_counts() -> None:
    found = in_lines("hf download acme/a && hf download acme/b")
    assert [written.name for written in found] == ["acme/a", "acme/b"]


def test_a_key_is_looked_up_and_an_item_is_fetched() -> None:
    assert list(in_lines("facebook/opt-125m: 3")) == []
    (found,) = in_lines("models: [facebook/opt-125m]")
    assert found.name == "facebook/opt-125m"


def test_an_address_of_the_hub_is_found_in_code_without_calls(
    tmp_path: Path,
) -> None:
    code = 'URL = "https://huggingface.co/acme/m"\n'
    assert named(tmp_path, "app.py", code) == [("model", "acme/m", 1)]


def test_a_command_of_a_notebook_names_a_model(tmp_path: Path) -> None:
    source = ["%pip install acme\n", "!huggingface-cli download acme/m\n"]
    cell = {"cell_type": "code", "source": source}
    text = json.dumps({"cells": [cell]}, indent=1)
    assert named(tmp_path, "a.ipynb", text) == [("model", "acme/m", 7)]


def test_files_of_the_tool_and_locks_are_left_out(tmp_path: Path) -> None:
    for name in ("licensescan.toml", "uv.lock", "pyproject.toml", "a.md"):
        text = "base_model: facebook/musicgen-small"
        assert named(tmp_path, name, text) == []
