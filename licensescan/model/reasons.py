"""
Every reason why something that was considered counts or does not, one line of
meaning each: `--why` shows them, `explain` says what one means.
"""

from __future__ import annotations

from enum import Enum


class Reason(Enum):
    """
    Why something that was considered counts or does not.

    The value is the id that reports show, a colon and what it means.
    """

    @property
    def id(self) -> str:
        """Return the id, in kebab-case."""
        return self.value.partition(": ")[0]

    @property
    def meaning(self) -> str:
        """Return what the reason means, in one line."""
        return self.value.partition(": ")[2]

    # -- why words count --
    STANDS = "stands: nothing speaks against it"
    LISTED = (
        "item-of-a-list: it is an item of a list that is announced as licenses"
    )
    ANNOUNCED = "announced: the row above says that the license follows"
    FIELD = "license-field: it stands in a License field"
    HEADS_COMPONENTS = "heads-components: components are listed right below it"
    AFTER_COPYRIGHT = (
        "after-a-copyright: a holder of copyright is named right before"
    )
    GRANTED = "granted: the sentence says that something is under it"
    JOINED = "joined: it is joined by and/or to a license that counts"

    # -- which words name a license at all (classifier.engine) --
    CUTS_VERSION = (
        "cuts-a-version: the known words end within the number of a version"
    )
    APART = "words-apart: its few words stand in different rows and are not one name"
    INSIDE_LONGER = "inside-longer: something longer explains the same words"
    ANOTHER_TEXT = "another-text: so much of the deal differs that it is a text of its own"
    TAG_IN_TEXT = (
        "tag-in-a-text: the text of a license shows this tag to its users"
    )
    TAG_INVALID = "tag-invalid: what the tag says is no SPDX expression"
    NARROWER = "part-of-a-choice: the choice that it is a part of says more"
    SAID_IN_ROW = (
        "said-in-this-row: a match has found the same license in this row"
    )
    SUMMED_UP = "summed-up: others say the same and more"
    CHANGED = "changed: words differ that matter, so that its name is not what is given"
    EXCEPTION_ALONE = "exception-alone: the license that it is an exception to is not in the text"

    # -- which of them say under which terms something is (statements.mentions) --
    LIST_OF_NAMES = (
        "list-of-names: the text does nothing but name many licenses"
    )
    NAMES_NOTHING = "names-nothing: words that are known to name no license"
    TAGGED_LINE = "tagged-line: the tag in the same line says it"
    TO_COME = (
        "license-to-come: a field for the license that comes later (BUSL-1.1)"
    )
    TITLE_OF_TEXT = "title-of-a-text: it is the title of the text below it"
    BESIDE_TEXT = "named-beside-a-text: a text stands in the file, and nothing is said to be under this one"
    VAGUE = (
        "vague-word: one word that means other things as well, and no grant"
    )
    MENTION = "mentioned: it is compared, denied or spoken of, and not given"
    EARLIER = (
        "earlier-version: it is about earlier versions or what is compatible"
    )
    TWO_NAMES = "two-names: its last word is the first of the next name"
    HISTORY = "history: the text is a history of changes: it was so once"
    KIND_OF_GPL = "kind-of-gpl: the word before makes it another kind of GPL"
    LEFT_OUT = "left-out: the next sentence says that only a part on other terms is there"
    SAMPLE = "sample-notice: the sample at the end of a GNU license"
    WHERE_TO_READ = (
        "where-to-read: the address of the license named right before"
    )
    BASE_TEXT = (
        "base-of-lgpl: the text of the GPL that the LGPL above consists of"
    )
    BARE_NAME = "bare-name: a name without a version, which is given elsewhere"
    INTRODUCES = "introduces-a-text: a notice about the text right below it"
    SAME_NAME = (
        "same-name: the text of the other license of this name is there"
    )

    # -- which sentences give nothing (statements.claims) --
    DENIED = "denied: the sentence says that it is not under this license"
    PAST = "past: the sentence says that it was so once"
    FUTURE = "future: the sentence says that it may be so one day"
    OFFERED = "offered: the sentence offers another product or license"
    COMPARED = "compared: the sentence compares with something else"
    EXAMPLE = "example: the sentence speaks of licenses as a topic"
    REQUIRED = "required: the sentence demands it of the works of others"
    SPOKEN_OF = "spoken-of: the sentence speaks of a license, and gives none"
    SET_APART = "set-apart: the sentence says it of a part"

    # -- which rows begin a section about a part (statements.sections) --
    BEGINS_PART = (
        "begins-a-part: what follows is about this, by the file's own words"
    )
    NO_NAME = "no-name: there is no name in it that a part could be called by"
    TITLE_OF_LICENSE = "title-of-a-license: it names a license and not a part"
    OF_THE_WHOLE = "of-the-whole: what it applies to is no part"
    NO_TERMS_BELOW = (
        "no-terms-below: a description: no name, origin or license in it"
    )
    TITLE_OF_FILE = (
        "title-of-the-file: the title of the agreement that the file is"
    )
    END_OF_SENTENCE = "end-of-a-sentence: it goes on from the row above"
    IN_A_PARAGRAPH = (
        "in-a-paragraph: it does not stand by itself as a heading does"
    )
    QUOTED = "quoted: what others are to say stands in quotation marks"

    # -- which rows are those of a list (statements.lists) --
    NO_LIST = "no-list: a single row that looks like one of a list"
    UNANNOUNCED = (
        "unannounced-list: nothing above it says that it is about licenses"
    )

    # -- which words beside a license change it (statements.riders) --
    RIDER = "rider: it limits what the license beside it gives"
    TAKES_NOTHING = (
        "takes-nothing: it takes no right away that a license gives"
    )
    UNSURE = (
        "unsure: it was read less surely than is needed to change anything"
    )
    OF_OTHERS = "of-others: it tells of the terms of another thing"
    OF_A_PART = "of-a-part: it stands in what the file sets apart"
    OF_UNKNOWN_LICENSE = (
        "of-an-unknown-license: the terms around it are a license of their own"
    )
    FILLED_IN = "filled-in: it is written into a blank of the license"
    OUT_OF_REACH = (
        "out-of-reach: no license of the component itself stands near enough"
    )
    NO_BAN = "no-ban: what sounds like a ban lifts one, or is an offer"
    NO_WORD_OF_LIMITS = (
        "no-word-of-limits: no word in the stretch could be of a clause"
    )
    PROSE = (
        "prose: too few words of law for its length: what the license is about"
    )

    # -- which sentences are clauses (classifier.clauses) --
    DEFINITION = "definition: the sentence defines a word and limits nothing"
    OUT_OF_SCOPE = (
        "out-of-scope: it is said in the lead-in only, or a ban holds it"
    )
    NOT_BANNED = (
        "not-banned: nothing in the sentence forbids what it speaks of"
    )
    NOBODY_BARRED = "nobody-barred: nobody who is named is shut out"
    NOT_LIMITED = "not-limited: nothing is limited to what it speaks of"
    NOT_DEMANDED = "not-demanded: nothing is demanded"
    NOT_GRANTED = "not-granted: nothing is permitted, or it is forbidden"
    EXCUSED = "excused: words beside it make it harmless"
    GIVEN_FREELY = "given-freely: the work is given away elsewhere in the text"

    # -- which sentences of a README are clauses (classifier.clauses.prose) --
    NO_SENTENCE = "no-sentence: so long that it is a list or a table"
    SERVICES = "services: it is about support, courses and the like"
    NO_TRIAL = "no-trial: to evaluate is what the program does"
    ORDINARY_WORDS = (
        "ordinary-words: no word of licenses, nor a subject and a purpose"
    )

    # -- which statements of a README give a license (statements.labels) --
    GIVEN_BY_NAME = "given-by-name: it gives a license by name"
    STATED = "stated: it says under which license the project is"
    NOT_OF_WEIGHTS = (
        "not-of-weights: it is about code, or about nothing that is known"
    )
    NO_LICENSE_NAMED = (
        "no-license-named: what it names is no license that is known"
    )
    NOT_OF_THE_WHOLE = (
        "not-of-the-whole: it is about a part, or about another time"
    )
    NOT_HERE = "not-here: it does not link to a file of the same repository"

    # -- which texts, fields and headers speak for a component (conclude) --
    SAYS_NOTHING = "says-nothing: neither a license nor a limit is in it"
    ONLY_THANKS = "thanks: a short file of thanks that names no license"
    NOTICE = "notice: a NOTICE is about what is bundled; only what it forbids counts"
    DECLARES = "declares: the metadata names this license"
    CONTRADICTS = (
        "contradicts: another field names another license; both are judged"
    )
    DECIDES_NOTHING = "decides-nothing: the fields together do not decide"
    PASTED_TEXT = "pasted-text: a text where a name belongs, read as a text"
    NO_EXPRESSION = "no-expression: what it says is no SPDX expression"
    PLACEHOLDER = "placeholder: a word that tools write where nothing was said"
    WITHHOLDS = "withholds: it restricts, and names no license"
    FAMILY = "family: it names a family of licenses and not which of them"
    NOT_UNDERSTOOD = "not-understood: it names no license that is known"
    HEADER_MENTION = (
        "header-mention: a bare name in a long header that gives nothing"
    )
    HEADER_WITHOUT_LICENSE = (
        "header-without-license: no license is decided in it"
    )
    SPEAKS_FOR_WHOLE = "speaks-for-the-whole: enough source files bear it"
    FEW_FILES = (
        "few-files: too few source files bear it to speak for the whole"
    )
    RARE = "rare: far fewer files bear it than bear the most frequent license"
    NESTED_README = (
        "nested-readme: a README in a folder does not speak for the whole"
    )
    OF_DOCUMENTATION = "of-documentation: it is about the documentation"
    SAID_HERE = "said-here: the README itself says the terms that are said to be elsewhere"
    OF_ANOTHER_NAME = "of-another-name: it is about something of another name"
    NOT_HEAVIER = (
        "not-heavier: it says nothing heavier than the license concluded"
    )

    # -- which parts are on terms of their own (conclude.parts) --
    OPENED = "opened: a list, whose rows are the parts"
    POINTER = "pointer: its few lines name another text of the component and give nothing themselves"
    OF_PACKAGE = (
        "of-the-package: the Java half of the package, under its license"
    )
    SHOWN_BY_FILE = "shown-by-a-file: a file shows the same part"
    BASE_OF_EXCEPTION = (
        "base-of-an-exception: the text that the exception above lifts"
    )
    KNOWN_LIBRARY = (
        "known-library: the table of natives knows the library itself"
    )
    FREE_OF_LIMITS = "free-of-limits: its unknown terms limit no commerce"
    COVERED = "covered: the license of the component covers it"
    WITHIN_OWN_GNU = (
        "within-own-gnu: it asks nothing that the own GNU license does not"
    )
    TERMS_OF_FILES = "terms-of-files: the terms of the files that bear it"
    EVALUATES = "evaluates: to evaluate is what many programs do"
    FORBIDS_NO_COMMERCE = "forbids-no-commerce: it forbids commerce to nobody"
    CITED = "cited: it stands in back quotes, as what a comment speaks about"
    ABOUT_CODE = "about-code: it says what code does or may do, and no right"
    KNOWN_BY_NAME = "known-by-name: the license is known by name and no milder"
    SAME_AS_OWN = "same-as-own: the license of the component itself"
    NOTHING_KNOWN = (
        "nothing-known: nothing is known of it, and nothing wrong with it"
    )
    COPY_OF_OWN = (
        "copy-of-own: its texts are the component's own, byte for byte"
    )
    OF_OWNER = "of-the-owner: terms of the owner of the component"
    BRANCH_OF_CHOICE = (
        "branch-of-a-choice: the text of one branch of the own choice"
    )
    SAME_AS_ANOTHER = (
        "same-as-another: another part says the same; one is shown"
    )
    TRANSLATION = "translation: the English text beside it says it"

    # -- which files are left out on purpose (collect.survey) --
    README_AS_LICENSE = (
        "readme: listed as a license file, and read as the README it is"
    )
    OWN_REPORT = "own-report: a report that licensescan itself has written"
    NOT_LIKE_TERMS = (
        "not-like-terms: people or code by its name, and not like terms"
    )
    SCRIPT_OR_TABLE = (
        "script-or-table: it has words of a license and is no prose"
    )
    MANY_FILES = "many-files: more files of this kind than are looked into"
