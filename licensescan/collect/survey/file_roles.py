"""
Judge a file by its name and its folder: is it license-like, and does it speak
for the component or for a part of it?
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Kind, Relation

_CODE = frozenset(
    (
        "py pyc pyo pyi pyx pxd ipynb js mjs cjs ts tsx jsx map css scss less h hh hpp hxx c cc cpp cxx cu cuh m mm "
        "java class kt scala go rs rb lua php pl sh bat ps1 cmake in am ac svg png jpg jpeg gif ico webp woff woff2 "
        "ttf otf eot so dll dylib pyd lib a o exe npz npy pkl pt pth onnx bin safetensors gguf h5 hdf5 csv tsv "
        "parquet whl jar zip gz tar xz bz2 mo po pot qm proto fbs thrift yml yaml toml ini cfg lock xsd xsl dtd sql r "
        "pem crt cer der key pub asc sig p12 "
        "rds f f90 pas cs vb swift dart ex erl pdf json xml"
    ).split()
)
_STRONG = re.compile(
    r"(?i)^(licen[cs]e|licen[cs]ing|copying|copyright|unlicense|patents?|notice|eula|sla|legal|terms"
    r"|(?:third|3rd)[-_ ]?party(?:[-_ ]?(?:oss|software|open[-_ ]?source))?"
    r"(?:[-_ ]?(?:licen[cs]e|notice|copyright|attribution))?)s?(?=$|[-_. ,+(0-9\x00-\x1f])"
)
_WEAK = re.compile(
    r"(?i)(?:^|[-_. ])(licen[cs]es?|copying|copyright|unlicense|notices|eula|terms[-_ ]of[-_ ](?:use|service)"
    r"|(?:third|3rd)[-_ ]party)"
    r"(?=$|[-_. ])"
)
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where a word of a name ends without a mark: `ThirdPartyNotices`."""

_OF_LIBRARY = re.compile(r"(?:COPYING|LICEN[CS]E)S?\.[A-Z]+")
"""
A text called after what it is for, in capitals as no code is: `COPYING.LIB`.
"""

_PLATE = re.compile(r"licen[cs]e[-_ ]?plate")
_FOLDER = re.compile(
    r"(?i)(?:^|/)(licen[cs]es?|license_files)/(?:[^/]+/)*[^/]+$"
)
_VENDORED = re.compile(
    r"(?i)(?:^|/)(_?vendor(?:ed|s)?|_?vendored?_?\w*|third[-_]?party|3rd[-_]?party|thirdparty\w*|externals?|extern"
    r"|_extern(?:al)?|deps|dependencies"
    r"|bundled|node_modules|submodules|subprojects|contrib|vendored_packages)(?=/)"
)
_SAMPLE = re.compile(
    r"(?i)(?:^|/)(tests?|testing|testdata|test_data|examples?|docs?|fixtures|samples?|datasets?|data|benchmarks?"
    r"|tutorials?)(?=/)"
)
_SCRIPT = re.compile(r"(?i)\.(?:m|c)?js\.licen[cs]e(?:\.txt)?$")
_WEIGHTS = frozenset(
    "weights weight model models checkpoint checkpoints pretrained ckpt".split()
)
_THIRD = frozenset(
    (
        "third party 3rd thirdparty 3rdparty bundled dependencies vendored external externals binary libs oss"
    ).split()
)
_FAMILY = frozenset(
    (
        "apache apache2 asl al2 mit x11 expat bsd bsd2 bsd3 gpl gpl2 gpl3 gplv2 gplv3 lgpl lgpl21 lgplv3 agpl agpl3 "
        "agplv3 mpl mpl2 epl isc zlib psf cc0 cc by sa nc nd boost bsl unlicense artistic cddl lesser affero gnu "
        "0bsd wtfpl upl eupl ncsa cecill mulanpsl hpnd sspl busl fsl elv2 lgplv2 lgpl2 lgpl3 polyform blueoak afl osl "
        "clause simplified general non commercial noncommercial research academic educational evaluation community "
        "enterprise readme license licence licenses licences copying "
        "copyright notice notices eula terms use of the and or dual full txt md rst html htm text en english us "
        "software project main legal code patents patent legalcode agreement rtf 0 1 2 3 4 5 20 21 30 additional "
        "authors author contributors maintainers credits thanks changelog changes history"
    ).split()
)
_PEOPLE = re.compile(
    r"(?i)^(?:authors?|contributors?|maintainers?|credits|thanks|acknowledge?ments?)(?=$|[-_. ])"
)
_SCRIPTS = ("setup.py", "conftest.py", "versioneer.py", "noxfile.py")
_THIRD_PARTY = ("third", "3rd")
_LEGAL = ("legal", "terms", "sla")
_LEGAL_TEXT = re.compile(
    r"terms[-_ ]?(of|and)|legal[-_ ]?notice|^(legal|terms|sla)(\.\w+)?$"
)
"""Words that make a file called "terms" or "legal" a text rather than code."""

_LICENSE_FOLDER = re.compile(r"(?i)(?:^|/)(licen[cs]es?|license_files)(?:/|$)")
_NO_PROJECT = ("python", "py", "lib", "core")
"""Words of a component's name that do not mean it."""

_NO_HOME = (".libs", ".data", ".dylibs", "__pycache__")
_OUTSIDE = ("..", "bin", "share")
"""Folders beside the packages of a component."""

_TEXT_SUFFIX = re.compile(
    r"(?i)\.(txt|md|rst|markdown|html?|rtf|dat|text|license|licence|adoc|tex|docs?)$"
)


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class FileRole:
    """
    For whom a license-like file speaks: `part` is "" for the component itself,
    else the name of the part.

    `folder` is what the part's other files share; `kind` and `relation` are
    those of the part. `others` is True if the folder is for the work of others
    ("vendor", "third_party") or the name for a thing ("LICENSE-zlib");
    `sample` is True in a folder of tests, examples or data.
    """

    evidence: EvidenceKind
    part: str = ""
    folder: str = ""
    kind: Kind = "source"
    relation: Relation = "own"
    others: bool = False
    sample: bool = False


def suffix(name: str) -> str:
    """Return the file name's extension in lower case, without the dot."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def base_name(path: str) -> str:
    """Return the last piece of a path."""
    return path.rsplit("/", 1)[-1]


@lru_cache(maxsize=4096)
def evidence_kind(name: str) -> EvidenceKind | None:
    """
    Return the kind of evidence that a file of this name is, or None for a name
    that is not license-like.
    """
    lower = _WORDS.sub("-", name).lower()
    if _SCRIPT.search(lower):
        return EvidenceKind.LICENSE_FILE
    is_code = suffix(lower) in _CODE and not _OF_LIBRARY.fullmatch(name)
    if is_code or _PLATE.search(lower):
        return None
    strong = _STRONG.match(lower)
    if strong:
        return _kind_of_word(strong[1], lower)
    return EvidenceKind.LICENSE_FILE if _WEAK.search(lower) else None


def _kind_of_word(word: str, name: str) -> EvidenceKind | None:
    """
    Return the kind of a file whose `name` begins with this `word` of
    licensing.
    """
    if word.startswith("patent"):
        return EvidenceKind.PATENTS_FILE
    if word == "notice":
        return EvidenceKind.NOTICE
    if word.startswith(_THIRD_PARTY) and suffix(name) in ("md", "rst"):
        is_license = _WEAK.search(name)
    elif word in _LEGAL:
        is_license = _LEGAL_TEXT.search(name)
    else:
        return EvidenceKind.LICENSE_FILE
    return EvidenceKind.LICENSE_FILE if is_license else None


def needs_terms(name: str) -> bool:
    """
    Return True if a file that metadata lists as a license file is one only if
    it reads like one: AUTHORS, a script.
    """
    return suffix(name) in _CODE or _PEOPLE.match(name) is not None


def subject_of(name: str, own_names: Collection[str]) -> str:
    """
    Return what a license file's name says it is about beyond the license
    words; "" for the component itself.

    `LICENSE.APACHE` is a variant of the component's own license;
    `LICENSE-MODEL` is about weights; `ffmpy.LICENSE` about something called
    ffmpy. `own_names` holds the names that mean the component, in lower case
    without separators.
    """
    if _SCRIPT.search(name):
        return _BUNDLED_SCRIPTS
    stem = _WORDS.sub("-", _TEXT_SUFFIX.sub("", name)).lower()
    words = [
        word for word in re.split(r"[^a-z0-9]+", stem) if _is_subject(word)
    ]
    rest = set(words)
    if rest <= set(own_names) or "".join(words) in own_names:
        return ""
    if rest & _WEIGHTS:
        return "weights"
    if rest <= _THIRD:
        return "third party"
    return "-".join(words)


_BUNDLED_SCRIPTS = "bundled scripts"


def _is_subject(word: str) -> bool:
    """
    Return True unless the word belongs to the name or version of a license.
    """
    if not word or word in _FAMILY:
        return False
    return not re.fullmatch(r"v?\d+", word)


def role_of(
    path: str,
    *,
    home: Collection[str],
    own_names: Collection[str],
    declared: bool = False,
) -> FileRole | None:
    """
    Return for whom the file at `path` speaks; None when neither its name nor
    its folder is license-like and metadata does not list it.

    `path` is relative to the component's tree (a dist-info's license folders
    already taken off); `home` are the folders that are the component's own top
    ("" among them); `declared` says that metadata names it as a license file.
    """
    kind = _kind_at(path, declared=declared)
    if kind is None:
        return None
    folder, _, name = path.rpartition("/")
    about = subject_of(name, own_names)
    vendored = _vendored(path, about)
    if vendored:
        return _role_of_part(kind, vendored, folder, others=True)
    if about == "weights":
        return FileRole(
            evidence=kind,
            part="weights",
            folder=folder,
            kind="model",
            relation="weights",
        )
    inner = _LICENSE_FOLDER.sub("/", folder + "/").strip("/")
    if inner in home or inner.lower() in home:
        if not about:
            return FileRole(evidence=kind)
        return _role_of_part(kind, about, folder, others=True)
    if _SAMPLE.search("/" + folder + "/"):
        return _role_of_part(kind, folder, folder, sample=True)
    if about == _BUNDLED_SCRIPTS:
        return _role_of_part(kind, folder, folder)
    part = f"{base_name(inner)}/{about}" if about else inner
    return _role_of_part(kind, part, folder, others=bool(about))


def _kind_at(path: str, *, declared: bool) -> EvidenceKind | None:
    name = base_name(path)
    kind = evidence_kind(name)
    if kind is not None:
        return kind
    in_folder = _FOLDER.search(path) is not None and suffix(name) not in _CODE
    return EvidenceKind.LICENSE_FILE if declared or in_folder else None


def _role_of_part(
    kind: EvidenceKind,
    part: str,
    folder: str,
    *,
    others: bool = False,
    sample: bool = False,
) -> FileRole:
    return FileRole(
        evidence=kind,
        part=part,
        folder=folder,
        relation="vendored",
        others=others,
        sample=sample,
    )


def _vendored(path: str, about: str) -> str:
    """
    Return the name of the vendored thing that a license file at `path` is
    about; "" in no folder for the work of others.
    """
    folders = list(_VENDORED.finditer(path))
    if not folders:
        return ""
    rest = path[folders[-1].end() + 1 :].split("/")
    named = rest[0] if len(rest) > 1 else about
    if named.lower() in ("licenses", "license", "licences"):
        named = about or named
    return named or "third party"


def home_folders(
    paths: Collection[str], name: str
) -> tuple[set[str], set[str]]:
    """
    Return the home folders of a component, and the names that mean it.

    Home is the tree's top, the folder that all its files share, and its top
    packages where there is one or where one is called like the component.
    """
    own_names = {_plain(name), *re.split(r"[^a-z0-9]+", name.lower())}
    own_names -= {"", *_NO_PROJECT}
    folders = [
        f for f in (path.split("/")[:-1] for path in paths) if _is_inside(f)
    ]
    first = {folder[0] for folder in folders}
    home = {""}
    # Beside modules at the top, a folder holds something of theirs.
    if not any(map(_is_top_module, paths)):
        shared = _shared_folder(folders)
        home |= {
            "/".join(shared[:length]) for length in range(len(shared) + 1)
        }
        if len(first) == 1:
            home |= first
            own_names |= set(map(_plain, first))
    home |= {folder for folder in first if _plain(folder) in own_names}
    return home, own_names


def _shared_folder(folders: Sequence[list[str]]) -> list[str]:
    """
    Return the folder that all files are in, of which a folder above does not
    count: a package's own modules lie above the one folder that the others
    share.
    """
    shared = folders[0] if folders else []
    for folder in folders[1:]:
        if shared[: len(folder)] != folder:
            pairs = zip(shared, folder, strict=False)
            shared = [
                piece for piece, _ in takewhile(lambda p: p[0] == p[1], pairs)
            ]
    return shared


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def _is_inside(folder: list[str]) -> bool:
    """
    Return True for a folder that is or lies in a package of the component.
    """
    if not folder or folder[0] in _OUTSIDE:
        return False
    return not folder[0].endswith(_NO_HOME)


def _is_top_module(path: str) -> bool:
    if "/" in path or path in _SCRIPTS:
        return False
    return path.endswith((".py", ".so", ".pyd"))
