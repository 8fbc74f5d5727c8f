"""Models that code names: what counts as a literal call, and what does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from licensescan.collect.models.code_references import Reference, references
from licensescan.reader import FolderFiles


def look(folder: Path, text: str, name: str = "app.py") -> list[Reference]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    files = FolderFiles(folder)
    found, problems = references(files, files.paths())
    assert problems == []
    return found


def told(found: list[Reference]) -> list[tuple[str, str, int]]:
    return [(r.kind, r.name, r.line) for r in found]


@pytest.mark.parametrize(
    ("code", "kind", "name"),
    [
        ("AutoModel.from_pretrained('acme/m')", "model", "acme/m"),
        (
            "AutoModel.from_pretrained(pretrained_model_name_or_path='acme/m')",
            "model",
            "acme/m",
        ),
        ("x.from_pretrained('gpt2')", "model", "gpt2"),
        (
            "PeftModel.from_pretrained(base, 'acme/adapter')",
            "model",
            "acme/adapter",
        ),
        (
            "Pipe.from_single_file('https://huggingface.co/acme/m/blob/main/m.safetensors')",
            "model",
            "acme/m",
        ),
        (
            "from transformers import pipeline\npipeline('text-generation', model='acme/m')",
            "model",
            "acme/m",
        ),
        (
            "import transformers as t\nt.pipeline('x', 'acme/m')",
            "model",
            "acme/m",
        ),
        (
            "from huggingface_hub import hf_hub_download as get\nget('acme/m', 'f.bin')",
            "model",
            "acme/m",
        ),
        (
            "snapshot_download(repo_id='acme/d', repo_type='dataset')",
            "dataset",
            "acme/d",
        ),
        (
            "SentenceTransformer('all-MiniLM-L6-v2')",
            "model",
            "sentence-transformers/all-MiniLM-L6-v2",
        ),
        ("CrossEncoder('acme/m')", "model", "acme/m"),
        (
            "import timm\ntimm.create_model('resnet50.a1_in1k', pretrained=True)",
            "model",
            "timm/resnet50.a1_in1k",
        ),
        (
            "from timm import create_model\ncreate_model('hf_hub:acme/m')",
            "model",
            "acme/m",
        ),
        (
            "import torch\ntorch.hub.load('acme/net', 'net18')",
            "model",
            "acme/net",
        ),
        (
            "from torch import hub\nhub.load('acme/net:main', 'net18')",
            "model",
            "acme/net:main",
        ),
        (
            "import whisper\nwhisper.load_model('base')",
            "model",
            "whisper/base",
        ),
        (
            "from TTS.api import TTS\nTTS('tts_models/en/a/b')",
            "model",
            "tts_models/en/a/b",
        ),
        (
            "import spacy\nspacy.load('en_core_web_sm')",
            "package",
            "en_core_web_sm",
        ),
        ("load_dataset('squad')", "dataset", "squad"),
        (
            "from torchvision.datasets import ImageNet\nImageNet(root)",
            "dataset",
            "imagenet-1k",
        ),
        ("from vllm import LLM\nLLM(model='acme/m')", "model", "acme/m"),
        (
            "from ultralytics import YOLO\nYOLO('yolov8n.pt')",
            "model",
            "ultralytics/yolov8n.pt",
        ),
        (
            "NAME = 'acme/m'\nAutoModel.from_pretrained(NAME)",
            "model",
            "acme/m",
        ),
        (
            "async def f():\n    return await g(AutoModel.from_pretrained('acme/m'))",
            "model",
            "acme/m",
        ),
    ],
)
def test_a_literal_call_names_a_model(
    tmp_path: Path, code: str, kind: str, name: str
) -> None:
    found = look(tmp_path, code + "\n")
    assert told(found) == [(kind, name, 2 if "\n" in code else 1)]


@pytest.mark.parametrize(
    "code",
    [
        "AutoModel.from_pretrained(name)",
        "AutoModel.from_pretrained(f'acme/{size}')",
        "AutoModel.from_pretrained('/models/x')",
        "AutoModel.from_pretrained('..')",
        "AutoModel.from_pretrained('')",
        "AutoModel.from_pretrained('has blanks in it')",
        "NAME = 'a/b'\nNAME = 'a/c'\nAutoModel.from_pretrained(NAME)",
        "from pydantic import create_model\ncreate_model('Name')",
        "import json\njson.load('x')",
        "pipeline('text-generation', model='acme/m')",
        "load_dataset('csv', data_files='x.csv')",
        "'''AutoModel.from_pretrained('acme/m')'''",
        "# AutoModel.from_pretrained('acme/m')",
        "from pathlib import Path\nAutoModel.from_pretrained(Path('x'))",
        "snapshot_download('acme/app', repo_type='space')",
        "load_dataset('https://example.org/data.zip')",
    ],
)
def test_what_is_no_literal_call_of_that_kind(
    tmp_path: Path, code: str
) -> None:
    assert look(tmp_path, code + "\n") == []


def test_revision_scope_and_home(tmp_path: Path) -> None:
    code = "AutoModel.from_pretrained('acme/m', revision='v1')\n"
    (found,) = look(tmp_path, code, "tests/test_m.py")
    assert (found.revision, found.scope, found.hub) == (
        "v1",
        "dev",
        "huggingface",
    )
    (found,) = look(
        tmp_path / "b", "import torch\ntorch.hub.load('a/b', 'c')\n"
    )
    assert (found.scope, found.hub) == ("runtime", "github")


def test_a_folder_of_the_project_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (found,) = look(tmp_path, "AutoModel.from_pretrained('./weights')\n")
    assert (found.name, found.folder) == ("weights", True)


def test_each_model_once_for_each_file(tmp_path: Path) -> None:
    look(
        tmp_path,
        "x.from_pretrained('a/b')\nx.from_pretrained('A/b')\n",
        "one.py",
    )
    assert [
        (r.path, r.line)
        for r in look(tmp_path, "x.from_pretrained('a/b')\n", "two.py")
    ] == [
        ("one.py", 1),
        ("two.py", 1),
    ]


def test_a_module_that_is_no_python_3_is_read_by_words(tmp_path: Path) -> None:
    assert told(
        look(tmp_path, "print 'x'\nm = AutoModel.from_pretrained('acme/m')\n")
    ) == [("model", "acme/m", 2)]
    assert (
        look(tmp_path / "deep", "x = " + "(" * 5000 + "from_pretrained(\n")
        == []
    )


def test_code_cells_of_a_notebook(tmp_path: Path) -> None:
    cells = [
        {
            "cell_type": "markdown",
            "source": "AutoModel.from_pretrained('acme/prose')",
        },
        {
            "cell_type": "code",
            "source": [
                "%pip install x\n",
                "!ls\n",
                "for i in x:\n",
                "    %time f()\n",
            ],
        },
        {"cell_type": "code", "source": "AutoModel.from_pretrained('acme/m')"},
        {"cell_type": "code", "source": 3},
        "odd",
    ]
    text = json.dumps({"cells": cells}, indent=1)
    (found,) = look(tmp_path, text, "a.ipynb")
    assert found.name == "acme/m"
    assert "acme/m" in text.split("\n")[found.line - 1]


@pytest.mark.parametrize(
    "text",
    [
        "from_pretrained(",
        "[from_pretrained(]",
        '{"cells": "from_pretrained("}',
    ],
)
def test_a_notebook_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ipynb").write_text(text)
    found, problems = references(FolderFiles(tmp_path), ["a.ipynb"])
    assert found == []
    assert [p.rule for p in problems] == (
        [] if text.startswith("{") else ["evidence-unreadable"]
    )


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\x00\xff from_pretrained('acme/m') \xfe")
    found, problems = references(FolderFiles(tmp_path), ["a.py"])
    assert (len(found) <= 1, problems) == (True, [])
