"""
Parameters of clauses: amounts and what they count, who grants, whose law, what
a suit is about and what it ends.
"""

from __future__ import annotations

import pytest

from licensescan.classifier.clauses import analyse
from licensescan.model.types import Clause


def one(text: str, clause: str) -> Clause:
    """The only clause of that name in `text`."""
    (found,) = [c for c in analyse(text).clauses if c.clause == clause]
    return found


VERSIONED = """If, on the Modelo 3.2 release date, the monthly active users of your products are greater than
700 million monthly active users in the month before, you must request a license from the maker."""
SMALL = """Use is permitted if your company has fewer than 100 individuals working as employees, and less than
1,000,000 USD total revenue in the prior tax year."""


class TestLimits:
    @pytest.mark.parametrize(
        ("text", "params"),
        [
            (
                VERSIONED,
                {"metric": "monthly active users", "amount": "700 million"},
            ),
            (
                "Access stays free for people or firms with an annual revenue of less than US $1,000,000.",
                {
                    "metric": "revenue",
                    "amount": "US $1,000,000",
                    "period": "annual",
                },
            ),
            (
                "A company that has raised more than $2M in funding or made over $2M of revenue needs a license.",
                {"metric": "funding, revenue", "amount": "$2M, $2M"},
            ),
            (
                SMALL,
                {
                    "metric": "individuals, revenue",
                    "amount": "100, 1,000,000 USD",
                    "period": "prior tax year",
                },
            ),
            (
                "Products with over ten million monthly active users need a separate license.",
                {"metric": "monthly active users", "amount": "ten million"},
            ),
        ],
    )
    def test_the_amount_is_that_of_what_is_counted(
        self, text: str, params: dict[str, str]
    ) -> None:
        assert one(text, "use.threshold").params == params

    def test_the_end_of_the_sentence_is_no_digit(self) -> None:
        text = "You need a license when your revenue is above $2.5 million. Version 2.0. Ask us."
        assert one(text, "use.threshold").params["amount"] == "$2.5 million"


SUIT = """If You bring an action (including a cross-claim or counterclaim) against Foo Labs or any other entity
alleging that the Model infringes a patent, then all licenses granted to You end on that day.
"""
ANSWERED = """If you file a patent suit against the licensor over the work, your license ends, unless it is filed in
response to a suit that the licensor brought."""
WITHDRAWN = """If you assert a patent claim over the work against a contributor, your rights terminate sixty (60) days
after notice unless you withdraw it."""
EXCLUDED = "If you sue anyone over patents in the work (excluding counterclaims), your license ends."


class TestSuits:
    def test_all_that_a_lawyer_asks(self) -> None:
        assert one(SUIT, "patent.retaliation").params == {
            "trigger": " ".join(
                SUIT.partition(", then")[0].removeprefix("If You ").split()
            ),
            "defendant": "any",
            "subject": "work",
            "counterclaims": "count",
            "effect": "all",
        }

    @pytest.mark.parametrize(
        ("text", "name", "value"),
        [
            (EXCLUDED, "counterclaims", "excluded"),
            (ANSWERED, "counterclaims", "defensive carve-out"),
            (WITHDRAWN, "cure_days", "sixty (60) days"),
            (
                "If you sue Foo Labs over patents in the work, your license ends.",
                "defendant",
                "Foo Labs",
            ),
            (
                "If you sue anyone over a patent in the work, the patent license to you ends.",
                "effect",
                "patent",
            ),
        ],
    )
    def test_each_parameter(self, text: str, name: str, value: str) -> None:
        assert one(text, "patent.retaliation").params[name] == value

    def test_a_carve_out_in_the_next_sentence(self) -> None:
        text = """The patent license ends if you assert any patent against the firm. Notwithstanding that, if the firm
            sues first and you answer with a counterclaim, the license will not
            terminate due to such counterclaim."""
        assert (
            one(text, "patent.retaliation").params["counterclaims"]
            == "defensive carve-out"
        )

    def test_a_long_trigger_is_cut_between_words(self) -> None:
        text = f"If you sue anyone over patents in the work and {'so forth ' * 60}, then your license ends."
        trigger = one(text, "patent.retaliation").params["trigger"]
        assert trigger.endswith((" so …", " forth …"))
        assert len(trigger) < 310


@pytest.mark.parametrize(
    ("text", "clause", "name", "value"),
    [
        (
            "Foo Labs, Inc. hereby grants you a license under its patents to use it.",
            "patent.grant",
            "from",
            "Foo Labs",
        ),
        (
            "Under the terms below, each Contributor grants you a license under its patents to use it.",
            "patent.grant",
            "from",
            "each Contributor",
        ),
        (
            "You are granted a license under Foo's intellectual property to use and copy it.",
            "patent.grant_ip",
            "from",
            "Foo",
        ),
        (
            "This is governed by the laws of the State of New York, without its conflict rules.",
            "risk.governing_law",
            "law",
            "State of New York",
        ),
        (
            "It is governed by the laws of the United States and the State of Ohio.",
            "risk.governing_law",
            "law",
            "United States and the State of Ohio",
        ),
    ],
)
def test_names_are_as_they_were_written(
    text: str, clause: str, name: str, value: str
) -> None:
    assert one(text, clause).params[name].removesuffix(", Inc") == value


class TestLeads:
    def test_an_item_brings_its_lead_in(self) -> None:
        text = "You may not:\n\n(a) rent or lease the tool;\n\n(b) use the tool for surveillance.\n"
        clauses = [c for c in analyse(text).clauses if c.quote]
        assert {c.lead for c in clauses} == {"You may not:"}
        assert [c.quote for c in clauses] == [
            "rent or lease the tool;",
            "use the tool for surveillance.",
        ]

    def test_a_heading_is_no_lead_in(self) -> None:
        text = "3. Conditions and Limits\n\n(A) You may not use the tool for surveillance.\n"
        assert [c.lead for c in analyse(text).clauses if c.quote] == [""]
