"""
What a file's name and place say: is it license-like, and does it speak for the
component or for a part of it?
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

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
    r"|third[-_ ]?party|3rd[-_ ]?party)s?(?=$|[-_. ,+(0-9\x00-\x1f])"
)
_WEAK = re.compile(
    r"(?i)(?:^|[-_. ])(licen[cs]es?|copying|copyright|unlicense|notices|eula|terms[-_ ]of[-_ ](?:use|service))"
    r"(?=$|[-_. ])"
)
_PLATE = re.compile(r"licen[cs]e[-_ ]?plate")
_FOLDER = re.compile(r"(?i)(?:^|/)(licen[cs]es?|license_files)/(?:[^/]+/)*[^/]+$")
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
_TEXT_SUFFIX = re.compile(
    r"(?i)\.(txt|md|rst|markdown|html?|rtf|dat|text|license|licence|adoc|tex|docs?)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    For whom a license-like file speaks: `part` is "" for the component itself, else the
    name of the part.

    `folder` is what the part's other files share; `kind` and `relation` are those of
    the part. `others` says that the folder is for the work of others ("vendor",
    "third_party") or the name for a thing ("LICENSE-zlib").
    """

    evidence: EvidenceKind
    part: str = ""
    folder: str = ""
    kind: Kind = "source"
    relation: Relation = "own"
    others: bool = False
    sample: bool = False


def suffix(name: str) -> str:
    """The file name's extension in lower case, without the dot."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


@lru_cache(maxsize=4096)
def evidence_kind(name: str) -> EvidenceKind | None:
    """
    The kind of evidence that a file of this name is, or None for a name that is not
    license-like.
    """
    lower = name.lower()
    if _SCRIPT.search(lower):
        return EvidenceKind.LICENSE_FILE
    if suffix(lower) in _CODE or _PLATE.search(lower):
        return None
    found = _STRONG.match(lower)
    if found:
        word = found.group(1)
        if word.startswith("patent"):
            return EvidenceKind.PATENTS_FILE
        if word == "notice":
            return EvidenceKind.NOTICE
        if word in ("third-party", "third_party", "thirdparty", "3rd-party") and suffix(
            lower
        ) in ("md", "rst"):
            return EvidenceKind.LICENSE_FILE if _WEAK.search(lower) else None
        if word in ("legal", "terms", "sla") and not re.search(
            r"terms[-_ ]?(of|and)|legal[-_ ]?notice|^(legal|terms|sla)(\.\w+)?$", lower
        ):
            return None
        return EvidenceKind.LICENSE_FILE
    return EvidenceKind.LICENSE_FILE if _WEAK.search(lower) else None


def needs_terms(name: str) -> bool:
    """
    Whether a file that metadata lists as a license file is one only if it reads like
    one: AUTHORS, a script.
    """
    return suffix(name) in _CODE or _PEOPLE.match(name) is not None


def subject(name: str, own: Collection[str]) -> str:
    """
    What a license file's name says it is about beyond the license words: "" when it is
    the component itself.

    `LICENSE.APACHE` is a variant of the component's own license; `LICENSE-MODEL` is
    about weights; `ffmpy.LICENSE` about something called ffmpy. `own` holds the names
    that mean the component, in lower case without separators.
    """
    if _SCRIPT.search(name):
        return "bundled scripts"
    stem = _TEXT_SUFFIX.sub("", name)
    words = [w for w in re.split(r"[^a-z0-9]+", stem.lower()) if w]
    rest = [w for w in words if w not in _FAMILY and not re.fullmatch(r"v?\d+", w)]
    if not rest or "".join(rest) in own or set(rest) <= set(own):
        return ""
    if set(rest) & _WEIGHTS:
        return "weights"
    if set(rest) <= _THIRD:
        return "third party"
    return "-".join(rest)


def place(
    path: str, *, home: Collection[str], own: Collection[str], declared: bool = False
) -> Place | None:
    """
    Where a path stands: None when neither its name nor its folder is license-like and
    metadata does not list it.

    `path` is relative to the component's tree (a dist-info's license folders already
    taken off); `home` are the folders that are the component's own top ("" among them);
    `declared` says that metadata names it as a license file.
    """
    folder, _, name = path.rpartition("/")
    kind = evidence_kind(name)
    if (
        kind is None
        and _FOLDER.search(path)
        and (suffix(name) not in _CODE or declared)
    ):
        kind = EvidenceKind.LICENSE_FILE
    if kind is None and not declared:
        return None
    kind = kind or EvidenceKind.LICENSE_FILE
    about = subject(name, own)
    vendored = list(_VENDORED.finditer(path))
    if vendored:
        rest = path[vendored[-1].end() + 1 :].split("/")
        named = rest[0] if len(rest) > 1 else about
        if named.lower() in ("licenses", "license", "licences"):
            named = about or named
        return Place(
            evidence=kind,
            part=named or "third party",
            folder=folder,
            relation="vendored",
            others=True,
        )
    inner = re.sub(
        r"(?i)(?:^|/)(licen[cs]es?|license_files)(?:/|$)", "/", folder + "/"
    ).strip("/")
    if about == "weights":
        return Place(
            evidence=kind,
            part="weights",
            folder=folder,
            kind="model",
            relation="weights",
        )
    if inner in home or inner.lower() in home:
        if not about:
            return Place(evidence=kind)
        return Place(
            evidence=kind, part=about, folder=folder, relation="vendored", others=True
        )
    if _SAMPLE.search("/" + folder + "/"):
        return Place(
            evidence=kind, part=folder, folder=folder, relation="vendored", sample=True
        )
    if about == "bundled scripts":
        return Place(evidence=kind, part=folder, folder=folder, relation="vendored")
    return Place(
        evidence=kind,
        part=f"{inner.rsplit('/', 1)[-1]}/{about}" if about else inner,
        folder=folder,
        relation="vendored",
        others=bool(about),
    )


def tops(paths: Collection[str], name: str) -> tuple[set[str], set[str]]:
    """
    The home folders of a component, and the names that mean it.

    Home is the tree's top, the folder that all its files share, and its top packages
    where there is one or where one is called like the component.
    """
    plain = re.sub(r"[^a-z0-9]+", "", name.lower())
    own = {plain, *re.split(r"[^a-z0-9]+", name.lower())} - {
        "",
        "python",
        "py",
        "lib",
        "core",
    }
    first: set[str] = set()
    modules = False
    shared: list[str] | None = None
    for path in paths:
        pieces = path.split("/")[:-1]
        modules = modules or (
            not pieces
            and path.endswith((".py", ".so", ".pyd"))
            and path not in _SCRIPTS
        )
        if (
            not pieces
            or pieces[0].endswith((".libs", ".data", ".dylibs", "__pycache__"))
            or pieces[0] in ("..", "bin", "share")
        ):
            continue
        first.add(pieces[0])
        if shared is None:
            shared = pieces
        elif shared[: len(pieces)] != pieces:
            shared = [a for a, b in zip(shared, pieces, strict=False) if a == b][
                : _agree(shared, pieces)
            ]
    home = {""}
    # Beside modules at the top, a folder holds something of theirs.
    for length in range(0 if modules else len(shared or ()) + 1):
        home.add("/".join((shared or [])[:length]))
    if len(first) == 1 and not modules:
        home |= first
        own.add(re.sub(r"[^a-z0-9]+", "", next(iter(first)).lower()))
    home |= {f for f in first if re.sub(r"[^a-z0-9]+", "", f.lower()) in own}
    return home, own


def _agree(a: list[str], b: list[str]) -> int:
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count
