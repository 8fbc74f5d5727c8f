"""What the small words of a sentence reach: what is banned, what is limited by "only", what is excepted."""

from __future__ import annotations

import re
from dataclasses import dataclass

Span = tuple[int, int]

_HARMLESS = (
    r"(?! (?:only|just|merely) )(?! (?:be )?(?:required|restricted|limited|prohibit\w*|obligat\w*|obliged|necessar\w*|need\w*|appl\w+|affect\w*|mean\w*"
    r"|preclud\w*|prevent\w*|forbid\w*|constitut\w*|impl\w+|be (?:deemed|construed|interpreted|liable|responsible|held)"
    r"|liable|responsible|warrant\w*|represent\w*|guarantee\w*|assume\w*|cover(?:ed)? by|exclu\w+|withdrawn|revoked|a condition"
    r"|have to|intended to (?:prohibit|restrict|limit|prevent)|in (?:any )?way (?:limit|restrict|affect))\b)"
)
_BEFORE = re.compile(
    rf"\b(?:may|shall|must|should|will|can)(?: \w+)? not\b{_HARMLESS}(?: \w+ly)?"
    rf"|(?:^|[.:;,)] |\b(?:please|and|or|you|users?|licensees?) )do not\b{_HARMLESS}"
    r"|\bno (?=[\w ,/-]{3,100} (?:is|are|may be|shall be) (?:\w+ )?(?:permitted|allowed|granted|authori[sz]ed|given|licensed)\b)"
    rf"|\bcannot\b{_HARMLESS}|\b(?:can't|mustn't|don't)\b{_HARMLESS}|\bnot to\b(?! exceed| be (?:construed|deemed))"
    r"|\b(?:no one|nobody|none of you|no (?:person|party|entity|licensee|user|company|organi[sz]ation|recipient|third party)(?: \w+){0,3})"
    r" (?:may|shall|can|is (?:allowed|permitted|entitled))\b"
    r"|\b(?:neither|nor) (?:\w+ ){1,5}(?:may|shall|can|will)\b|\bnor (?:may|shall|can|will) "
    r"|\bnot (?:be )?(?:permitted|allowed|entitled|authori[sz]ed|licensed|granted|given|permissible|lawful)\b(?! (?:to be )?(?:restrict|limit))"
    r"|\b(?:prohibited|forbidden|barred|restricted|refrain|excluded) from\b|\bforbidden to\b|\b(?:strictly |expressly )?(?:prohibited|forbidden|excluded) (?:uses?|activities|purposes)\b"
    r"|\bwithout the right\b|\bno (?:rights?|licen[sc]es?|permission|authori[sz]ation|authority)(?: or (?:rights?|licen[sc]es?))?"
    r"(?: (?:is|are|shall be|has been|have been))?(?: (?:here\w+|expressly|otherwise|also))?(?: (?:granted|given|conveyed|provided|conferred|included))?(?: here\w+| by \w+| under [\w ]{3,20}?)?(?: to (?:you|licensee|the licensee))? (?:to|for|of)\b"
    r"|\b(?:does|do|did|shall|will) not (?:\w+ )?(?:grant|include|permit|allow|convey|authori[sz]e|extend|entitle|give|confer|license|cover)\b"
    r"|(?<!nothing here )(?<!nothing )\b(?:prohibits|forbids|disallows|excludes)\b|\bunder no circumstances (?:may|shall|will|are|is)\b|\bin no (?:event|case) (?:may|shall (?:you|licensee|the licensee|user)|will (?:you|licensee))\b"
    r"|\bnever\b|\bat no time (?:may|shall)\b|\b(?:restrictions|prohibited uses|prohibitions|you agree not|not allowed|not permitted) ?:"
    r"|\bis (?:strictly |expressly )?(?:prohibited|forbidden|not allowed|not permitted) to\b|\bother than as (?:expressly )?permitted\b"
    r"|\bno (?=(?:re-?)?distribution\b|sub-?licensing\b|commercial (?:use|exploitation))"
)
_AFTER = re.compile(
    r"\b(?:is|are|be|being|remains?|stay|shall be|constitutes?)(?: also| hereby| here)?(?: strictly| expressly| explicitly| specifically| therefore| thus| absolutely| otherwise)?"
    r" (?:prohibited|forbidden|disallowed|excluded|barred|banned|ruled out|unlawful|illegal|off limits|out of scope|outside (?:the|this|of)|denied|withheld|restricted\b(?! to| from)|not (?:\w+ )?(?:permitted|allowed|licensed|authori[sz]ed|granted|covered|included|permissible|possible|part of)|unlicensed|reserved (?:to|for|by))\b"
    r"|\b(?:requires?|needs?|need to have|without)(?! (?:no|not)\b)(?: \w+){0,4} (?:separate|paid|commercial|additional|different|prior written|specific|express|explicit|our|paid)(?: \w+){0,3} (?:licen[sc]e|agreement|permission|consent|authori[sz]ation|approval|subscription)\b"
    r"|\b(?:strictly|expressly) (?:prohibited|forbidden)\b|\b(?:prohibited|forbidden|not (?:permitted|allowed|licensed|authori[sz]ed|granted))(?=[.;,:!)]|$)"
)
_NOT_AFTER = re.compile(
    r"\bnot (?:be )?(?:strictly |expressly )?(?:prohibited|forbidden|excluded|restricted|barred|banned)\b"
)
_ONLY = re.compile(
    r"\b(?:only|solely|exclusively|strictly|purely|merely)\b(?! (?:prohibited|forbidden|if|when|in the event))|\bsole (?:and exclusive )?purposes?\b|\b(?:exclusive|only|limited|specific) purposes?\b"
    r"|\b(?:limited|restricted|confined|reserved|limit|restrict|limiting|restricting) (?:(?:it|them|its use|your use|use|the use|themselves|the license) )?(?:only )?(?:to|for)\b|\bnothing (?:but|other than)\b"
    r"|\bno (?:other )?(?:purposes?|uses?|use) (?:other than|but|except)\b|\bfor no other purposes? than\b"
    r"|\b(?:uses?|purposes?|used|use it|use [\w ]{3,30}?) (?:other than|outside(?: of)?|except for|except|beyond)\b"
    r"|\bnot (?:be )?(?:\w+ ){1,12}?(?:other than|outside(?: of)?|except for|except|unless(?: it is| they are)?(?: for)?|beyond|but)\b"
)
_NOT_ONLY = re.compile(
    r"\b(?:not|without being|without) (?:be )?(?:only|solely|limited|restricted|confined|exclusively|merely)\b"
    r"|\bbut not limited\b|\bwithout limitation\b|\bread-only\b|\bno longer (?:limited|restricted)\b"
)
_EXCEPT = re.compile(r"\b(?:except|unless|other than|save (?:for|as|that)|aside from|apart from|with the exception)\b")
_TURN = re.compile(
    r"\b(?:but|however|whereas|while|and|though|although|nor is)(?:,)? (?:you |licensee |they |users? |everyone |anyone |it |the \w+ )?(?:may|can|are (?:allowed|permitted|free)|is (?:allowed|permitted|free)|shall be (?:allowed|permitted))\b(?! not)"
    r"|[;.] (?!(?:or|and|nor)\b)|, (?:you|licensee|users?|it|they) (?:may|can)\b(?! not)"
)
_LISTED = re.compile(r"^[^.;]{0,60}?:|^ ?\(?(?:a|i|1)\)|^[^.;]{0,40} (?:any of )?(?:the following|\(?(?:a|i|1)\))")
_SUBORDINATE = re.compile(
    r"\b(?:which|who|whose|where|if|when|because|so that|in order|provided|such as|including|may|shall|must|can|are|is|was|were|has|have)\b"
    r"|\bthat (?!you may|it may)|\bin respect of\b|\brelat(?:ed|ing) to\b|\bassociated with\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The spans of a sentence that are banned, limited to, and excepted from either."""

    text: str
    banned: tuple[Span, ...]
    banned_after: tuple[Span, ...]
    only: tuple[Span, ...]
    operators: tuple[Span, ...]

    def bans(self, span: Span, *, close: bool = False) -> Span | None:
        """The words that forbid what stands at `span`, if any do; with `close`, not across a subordinate clause."""
        for scope, operator in zip((*self.banned, *self.banned_after), self.operators, strict=False):
            if scope[0] <= span[0] < scope[1]:
                between = self.text[min(operator[1], span[1]) : max(span[0], operator[0])]
                if not close or not _SUBORDINATE.search(between):
                    return operator
        return None


def scope(text: str) -> Scope:
    """Read the operators of one sentence (as `layout.Sentence.text`)."""
    banned: list[Span] = []
    operators: list[Span] = []
    for match in _BEFORE.finditer(text):
        banned.append((match.end(), _reach(text, match.end())))
        operators.append(match.span())
    after: list[Span] = []
    for match in _AFTER.finditer(text):
        before = text[: match.start()]
        if _NOT_AFTER.search(text, max(0, match.start() - 4), match.end()):
            continue
        start = max(before.rfind("; "), before.rfind(". "), before.rfind(": ")) + 1
        turns = [m.start() for m in re.finditer(r",? but |, and (?:you|any|the|use|all)\b", before)]
        after.append((max([start, *turns]), match.start()))
        operators.append(match.span())
    return Scope(
        text=text, banned=tuple(banned), banned_after=tuple(after), only=tuple(_only_spans(text)), operators=tuple(operators)
    )


def _reach(text: str, start: int) -> int:
    """Where a ban that begins at `start` ends: at an exception or a turn, but not at the items of a list."""
    listed = bool(_LISTED.match(text[start : start + 120]))
    end = len(text)
    stop = _EXCEPT.search(text, start)
    # An exception at the very start ("may not, except as provided here, sell") is a parenthesis.
    while stop and stop.start() - start < 4:
        closing = text.find(",", stop.end())
        stop = _EXCEPT.search(text, closing) if closing > 0 else None
    if stop and not listed:
        end = stop.start()
    for turn in _TURN.finditer(text, start, end):
        if listed and turn.group().startswith((";", ".")):
            continue
        return turn.start()
    return end


def _only_spans(text: str) -> list[Span]:
    cancelled = [m.span() for m in _NOT_ONLY.finditer(text)]
    return [
        m.span()
        for m in _ONLY.finditer(text)
        if not any(a <= m.start() < b or m.start() <= a < m.end() for a, b in cancelled)
    ]
