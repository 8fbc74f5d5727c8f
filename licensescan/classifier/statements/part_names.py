"""
What to call a part of which a license file says something: the thing, not the
sentence that speaks of it.
"""

from __future__ import annotations

import re

from licensescan.base.lazy_regex import Regex

_MOST_WORDS = 8

_MARKS = Regex(
    r"^(?:[\s*#=\-:.,;>`'\"“”]|\(?(?:\d{1,3}|[a-z])(?:\.\d+)*[.)][ \t]+)+",
    re.IGNORECASE,
)
_ENDS = " \t*#=-:.,;`'\"“”"
_WEB = Regex(r"[(<\[][ \t]*<?https?://[^\s)>\]]*>?[)>\]]*|https?://\S+")
_LEAD = Regex(
    r"^(?:(?:name|library|package|component|project|files?)[ \t]*:[ \t]*|unless[ ]otherwise[ ]\w+,?[ ]|includes?[ ]|"
    r"a[ ]modified[ ]version[ ]of[ ](?:the[ ])?|(?:some|all|most|portions?|parts?|pieces?)[ ](?:of[ ])?(?:the[ ])?|"
    r"the[ ]|this[ ]|"
    r"(?:source[ ])?(?:code|files?|file\(s\)|software|functions?|modules?|material|content|library|work)[ ]"
    r"(?:(?:was|is|are|were|that[ ]\w+)[ ])?(?:copied|taken|adapted|derived|borrowed|developed|written|authored|"
    r"contributed|imported)?[ ]?(?:from|by|at|in)[ ](?:the[ ])?|(?:contributed|written|authored|developed)[ ]by[ ])",
    re.IGNORECASE,
)
_TAIL = Regex(
    r"[ ,]+(?:(?:is|are|was|were|has|have|may[ ]be|carry|carries|bears?|comes?|falls?|under|with|subject|which|that|"
    r"whose|who|except|licen[cs]ed|located|released|distributed|available|covered|used|provided|including)\b.*"
    r"|and(?:[ ]all)?|or|of|for|from|by|in|at|to|the|project|source[ ]code|licen[cs]e)$"
    r"|[ ,]+(?:-[ ])?(?:the[ ])?(?:new[ ]|modified[ ]|simplified[ ])?(?:bsd|mit|apache|l?gpl)\b[^,]*licen[cs]e.*$",
    re.IGNORECASE,
)
_ORIGIN = Regex(
    r"\b(?:taken|derived|copied|adapted|borrowed|based|ported|imported|extracted)\b[^.\n]{0,12}?\b(?:from|on)[ ]"
    r"(?:the[ ]|code[ ]|work[ ]|from[ ]|in[ ])*([^.,;\n]{2,60})",
    re.IGNORECASE,
)
_NO_NAME = Regex(
    r"(?i)^(?:\W|the|a|an|is|are|was|were|has|have|had|be|been|under|subject|to|following|this|that|these|it|they|and|or|"
    r"of|for|from|by|with|in|on|at|as|software|code|source|files?|details?|over|other|additional|different|various|"
    r"licen[cs]es?|licen[cs]ed|terms|notices?|projects?|teams?|developed|copied|taken|derived|products?|mit|bsd|apache|gpl|lgpl|\d+)*$"
)
_NO_PART = Regex(
    r"(?i)^(?:begin|end)\b|^history\b|^(?:optional[ ])?exceptions?\b|"
    r"^acknowledge?ments?\b|^university[ ]of[ ]illinois|^ncsa\b|^appendix\b|^exhibit\b|"
    r"^annex\b|^full[ ](?:text|licen[cs]e)|^\d?-?clause\b|^over[ ]\d|\bapache[ ]software[ ]foundation\b|\S@\S|^id$|"
    r"^following\b|^\w+[ ](?:19|20)\d\d\)?$"
)
_THIRD_PARTY = Regex(
    r"(?i)^(?:various[ ]|other[ ]|external[ ])?third[- ]?party\b.*(?:licen[cs]e|notice|software|component|code|program)"
)


GROUP = "third-party software"
"""What a heading is about that announces what others made."""


def named(words: str) -> str | None:
    """
    The name in what a file says a part is; None when there is none in it: a
    license's name, half a sentence.

    >>> named("1. XByak (src/cpu/xbyak/)"), named("code from Google's protobuf project")
    ('XByak (src/cpu/xbyak/)', "Google's protobuf")
    """
    if _THIRD_PARTY.match(_MARKS.sub("", words)):
        return GROUP
    origin = _ORIGIN.search(words)
    if origin and (name := _stripped(origin[1])):
        return name
    return _stripped(words)


def _stripped(words: str) -> str | None:
    name = " ".join(_WEB.sub(" ", words).split())
    before = ""
    while name != before:
        before = name
        name = _MARKS.sub("", name).strip(_ENDS)
        if _NO_PART.search(name):
            return None
        name = _TAIL.sub("", _LEAD.sub("", name)).strip()
    name = re.sub(r"[ ]?\([^)]*$|[\"“”]", "", name).strip(_ENDS)
    if not name or _NO_NAME.match(name) or len(name.split()) > _MOST_WORDS:
        return None
    return name if len(name) <= 80 else name[:77] + "..."
