"""
Every closed set of words that observations, answers and problems are named
with, one line of meaning each.

Members are strings: their values are what reports and the JSON show.
"""

from __future__ import annotations

from enum import StrEnum


class RuleId(StrEnum):
    """
    The rules of `rules/checks` that the code itself raises, since they are
    about the evidence or the policy. A rule about terms has no name here: its
    `when` raises it.
    """

    LICENSE_MISSING = "license-missing"
    """Nothing says a license."""
    LICENSE_UNKNOWN = "license-unknown"
    """Something says a license, and it could not be decided which."""
    LICENSE_AMBIGUOUS = "license-ambiguous"
    """Only a family of licenses is named, such as BSD."""
    LICENSE_MISMATCH = "license-mismatch"
    """Two sources name different licenses."""
    LICENSE_MODIFIED = "license-modified"
    """A known text was changed in words that matter."""
    EXPRESSION_INVALID = "expression-invalid"
    """A field for SPDX expressions holds something else."""
    METADATA_INVALID = "metadata-invalid"
    """Metadata is broken, contradictory or doubled."""
    TEXT_OBFUSCATED = "text-obfuscated"
    """Invisible or look-alike characters had to be undone."""
    EVIDENCE_MISSING = "evidence-missing"
    """A file that is named is not there."""
    EVIDENCE_UNREADABLE = "evidence-unreadable"
    """A file is there and cannot be read."""
    EVIDENCE_TRUNCATED = "evidence-truncated"
    """A file or tree is too large to be read whole."""
    NOTICE_MISSING = "notice-missing"
    """A text that must be passed on is not shipped."""
    TERMS_UNREAD = "terms-unread"
    """The terms stand in a place that was not read."""
    NATIVE_UNLISTED = "native-unlisted"
    """A bundled library that `rules/natives.toml` does not know."""
    PATENT_POOL = "patent-pool"
    """A codec is inside that patents of a pool cover."""
    PATENT_FILE_MISSING = "patent-file-missing"
    """A patent grant is spoken of and not shipped."""
    CURATED_FACT = "curated-fact"
    """`rules/components` knows what the component does not say."""
    NAME_MISLEADING = "name-misleading"
    """The package is not the project that its name suggests."""
    TERMS_VIOLATED = "terms-violated"
    """The user's own facts break a condition."""
    LICENSE_DENIED = "license-denied"
    """The policy's lists refuse the license or the package."""
    LICENSE_INCOMPATIBLE = "license-incompatible"
    """Two licenses, or one and the outbound license, cannot both be met."""
    WAIVER_STALE = "waiver-stale"
    """
    A waiver or curation of the policy expired, lapsed or matches nothing.
    """
    PATH_ESCAPE = "path-escape"
    """A path of the target leads out of it."""
    ARCHIVE_UNSAFE = "archive-unsafe"
    """An archive that cannot be opened safely."""


class EvidenceKind(StrEnum):
    """Where an observation about a license was made."""

    # Fields: `value` holds what stands there.
    LICENSE_EXPRESSION = "license-expression"
    """License-Expression in core metadata or pyproject.toml (PEP 639)."""
    SPDX_FIELD = "spdx-field"
    """
    A field that the format reserves for an SPDX expression (Cargo.toml,
    conda).
    """
    LICENSE_FIELD = "license-field"
    """
    A license field of free words; with `text` when a whole license stands in
    it.
    """
    CLASSIFIER = "classifier"
    """A trove classifier `License :: ...`."""
    POM = "pom"
    """The licenses of a Maven POM."""
    NPM = "npm"
    """The license of a package.json."""
    ROCKSPEC = "rockspec"
    """The license of a LuaRocks rockspec."""
    DEBIAN = "debian"
    """A short name of a Debian copyright file (DEP-5)."""
    MANIFEST = "manifest"
    """The license in a JAR's MANIFEST.MF."""
    SBOM = "sbom"
    """A license that an SBOM inside the component gives."""
    MODEL_CARD = "model-card"
    """The license in the front matter of a model or data set card."""
    WEIGHTS_HEADER = "weights-header"
    """The license in the header of a file of weights."""
    COORDINATES = "coordinates"
    """The package URL that a part (a jar in a wheel) would have on its own."""
    LINK = "link"
    """An address where the terms are said to stand."""
    REFERENCE = "reference"
    """A line of code that names a model, a data set or a package."""

    # Texts: `text` holds them, decoded.
    LICENSE_FILE = "license-file"
    """A file that is called like a license, or text that stands for one."""
    HIDDEN_TEXT = "hidden-text"
    """A license text in a file that is not called like one."""
    PATENTS_FILE = "patents-file"
    """A PATENTS file beside the license."""
    NOTICE = "notice"
    """A NOTICE file."""
    README = "readme"
    """The component's README or long description."""
    README_NESTED = "readme-nested"
    """A README in a folder of its own inside the component."""
    SOURCE_HEADER = "source-header"
    """The notice at the head of source files; `share` says of how many."""
    CATALOGUE = "catalogue"
    """Texts of licenses that are data: a scanner's, or templates."""
    SPDX_TAG = "spdx-tag"
    """An SPDX-License-Identifier in source files."""

    # Words found by reading something else.
    LABEL = "label"
    """A sentence that says what something inside is under."""
    NATIVE = "native"
    """A shared library that `rules/natives.toml` knows."""
    NATIVE_STRING = "native-string"
    """Words inside a binary."""
    CURATED = "curated"
    """A fact of `rules/components`."""


class Inferred(StrEnum):
    """What decided an answer where no single piece of evidence did."""

    NONE = "none"
    """Nothing did."""
    CURATION = "curation"
    """A curation of the policy."""
    CLAUSES = "clauses"
    """The clauses of a text that no list knows."""
    PACKAGE = "package"
    """What the package around a part is under."""


Basis = EvidenceKind | Inferred
"""What decided an answer: the kind of evidence, or what else."""


class MatchKind(StrEnum):
    """How a license is present in a text."""

    TEXT = "text"
    """Its words, whole or nearly so."""
    NOTICE = "notice"
    """The notice with which it is applied."""
    TAG = "tag"
    """An SPDX tag or another field of a fixed form."""
    REFERENCE = "reference"
    """Its name or address."""
    STATEMENT = "statement"
    """A sentence that gives it to a part, or by a name that nobody knows."""


class ClauseBasis(StrEnum):
    """From where a clause is known."""

    RULE = "rule"
    """Read from the text by a detector."""
    KNOWN_TEXT = "known-text"
    """A fact about a known license."""
    METADATA = "metadata"
    """Words in a field."""


class Certainty(StrEnum):
    """How sure it is that terms hold for what is shipped, from the surest."""

    SHIPPED = "shipped"
    """Bytes in the artifact prove it."""
    NAMED = "named"
    """A text or field names it, and what it is about is there."""
    LISTED = "listed"
    """A collective text or an SBOM lists it."""
    TALKED_OF = "talked-of"
    """It is only spoken of: what it is about is not there."""


class Role(StrEnum):
    """What terms are about, as seen from what is shipped."""

    OWN = "own"
    """The user's own project."""
    IMPORTED = "imported"
    """A component as a whole, imported or linked."""
    BUNDLED = "bundled"
    """Something inside a component, part of what it does."""
    GENERATED = "generated"
    """What the component writes into its output."""
    WEIGHTS = "weights"
    """Weights that are there, or that the project's code names."""
    DATA = "data"
    """Data that are there, or that the project's code names."""
    BESIDE = "beside"
    """Tests, examples, documentation and build tools inside a component."""
    FETCHED = "fetched"
    """Weights that a component could fetch."""
    FETCHED_DATA = "fetched-data"
    """Data that a component speaks of or could fetch, and does not hold."""


class Adds(StrEnum):
    """What a finding adds to the terms that are declared."""

    TERMS = "terms"
    """Terms that the profile minds."""
    NOTHING = "nothing"
    """A shade: the profile minds no reading of it."""
    UNKNOWN = "unknown"
    """It is open what it would add."""
