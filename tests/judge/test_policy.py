"""The user's policy is read strictly, and a mistake says where it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from licensescan.judge.policy import load_policy
from licensescan.model.types import Acceptance, PolicyError


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)

    def put(text: str, name: str = "licensescan.toml") -> Path:
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path

    return put


class TestFinding:
    def test_built_in_when_there_is_none(self, tmp_path: Path) -> None:
        policy = load_policy(tmp_path)
        assert (policy.profile, policy.source, policy.fail_on) == (
            "distributed-product",
            "built in",
            "review",
        )

    def test_own_file_before_pyproject(self, write) -> None:  # type: ignore[no-untyped-def]
        write(
            '[tool.licensescan]\nprofile = "library-mit"\n', "pyproject.toml"
        )
        place = write('profile = "saas"\n')
        assert load_policy(place).profile == "saas"

    def test_pyproject(self, write) -> None:  # type: ignore[no-untyped-def]
        place = write(
            '[tool.licensescan]\nprofile = "saas"\n', "pyproject.toml"
        )
        policy = load_policy(place)
        assert (policy.profile, policy.source) == ("saas", "pyproject.toml")

    def test_a_pyproject_of_others_is_no_policy(self, write) -> None:  # type: ignore[no-untyped-def]
        place = write(
            '[project]\nname = "x"\ndependencies = ["licensescan"]\n',
            "pyproject.toml",
        )
        assert load_policy(place).source == "built in"

    def test_a_named_file(self, write) -> None:  # type: ignore[no-untyped-def]
        place = write('profile = "saas"\n', "other.toml")
        assert (
            load_policy(place, policy_file=place / "other.toml").profile
            == "saas"
        )

    def test_the_command_line_replaces_the_profile(self, write) -> None:  # type: ignore[no-untyped-def]
        place = write('profile = "saas"\nfail-on = "warn"\n')
        policy = load_policy(place, profile="library-mit")
        assert (policy.profile, policy.fail_on) == ("library-mit", "warn")

    def test_the_files_sha256_is_kept(self, write) -> None:  # type: ignore[no-untyped-def]
        assert len(load_policy(write('profile = "saas"\n')).sha256) == 64


def test_everything_at_once(write) -> None:  # type: ignore[no-untyped-def]
    place = write(
        """
        profile = "saas"
        fail-on = "deny"
        environment = ".venv"
        [licenses]
        allow = ["mit", "Apache-2.0"]
        deny = ["gpl-3.0"]
        [packages]
        allow = ["ours"]
        deny = ["theirs"]
        [verdicts]
        copyleft-weak = "deny"
        "copyleft-weak@dev" = "ok"
        [[waiver]]
        component = "av"
        versions = ">=1,<2"
        rule = "copyleft-strong"
        reason = "separate program"
        approved-by = "Kim"
        expires = 2027-03-01
        [[curation]]
        component = "pkg:pypi/odd"
        license = "mit or apache-2.0"
        source = "https://example.org"
        """
    )
    policy = load_policy(place)
    assert policy.allow == ("MIT", "Apache-2.0")
    assert policy.deny == ("GPL-3.0-only",)
    assert (policy.allow_packages, policy.deny_packages) == (
        ("ours",),
        ("theirs",),
    )
    assert (policy.fail_on, policy.environment) == ("deny", ".venv")
    assert policy.verdicts["copyleft-weak"] == "deny"
    assert policy.verdicts["copyleft-weak@dev"] == "ok"
    assert policy.verdicts["commercial-prohibited"] == "deny", (
        "the profile's own verdicts stay"
    )
    assert policy.waivers[0].expires == date(2027, 3, 1)
    assert policy.curations[0].license == "MIT OR Apache-2.0"


def test_what_a_project_allows_is_on_top_of_its_profile(
    tmp_path: Path,
) -> None:
    (tmp_path / "licensescan.toml").write_text(
        'profile = "permissive-only"\n[licenses]\nallow = ["MPL-2.0"]\n'
    )
    policy = load_policy(tmp_path)
    assert {"MIT", "MPL-2.0"} <= set(policy.allow)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            'profil = "saas"',
            ["licensescan.toml:1", "profil", "did you mean 'profile'"],
        ),
        (
            'profile = "sas"',
            ["licensescan.toml:1", "profile", "did you mean 'saas'"],
        ),
        (
            '\n\nfail-on = "revue"',
            ["licensescan.toml:3", "did you mean 'review'"],
        ),
        ("profile = 3", ["profile", "must be a string"]),
        ("verdicts = 3", ["verdicts", "must be a table"]),
        (
            '[verdicts]\ncopyleft-strng = "deny"',
            ["licensescan.toml:2", "did you mean 'copyleft-strong'"],
        ),
        (
            '[verdicts]\ncopyleft-strong = "error"',
            [":2", "'error' is not deny, review, warn or ok"],
        ),
        ('[licenses]\nallow = "MIT"', ["licenses.allow", "list of strings"]),
        ('[licenses]\nallow = ["MITT"]', ["licenses.allow", "MITT"]),
        (
            '[licenses]\nallowed = ["MIT"]',
            ["licenses.allowed", "did you mean 'allow'"],
        ),
        ("[waiver]\nx = 1", ["waiver", "[[waiver]]"]),
        ("waiver = [1]", ["waiver", "[[waiver]]"]),
        (
            '[[waiver]]\nrule = "copyleft-strong"\nreason = "x"',
            ["waiver[1].component", "is missing"],
        ),
        (
            '[[waiver]]\ncomponent = "x"\nrule = "copyleft-strong"',
            ["waiver[1].reason", "is missing"],
        ),
        (
            '[[waiver]]\ncomponent = "x"\nrule = "copy"\nreason = "x"',
            ["waiver[1].rule", "no rule 'copy'"],
        ),
        (
            '[[waiver]]\ncomponent = "x"\nrule = "copyleft-strong"\nreason = "x"\nexpires = "soon"',
            [":5", "waiver[1].expires", "a date such as"],
        ),
        (
            '[[waiver]]\ncomponent = "x"\nrule = "copyleft-strong"\nreason = "x"\nversions = "~~1"',
            ["waiver[1].versions", "no version range"],
        ),
        (
            '[[waiver]]\ncomponent = "x"\nrule = "copyleft-strong"\nreason = "x"\nsha256 = "ABC"',
            ["waiver[1].sha256", "64 hex digits"],
        ),
        (
            '[packages]\ndeny = ["pkg:pypi/x@1"]',
            [":2", "packages.deny", "names a version"],
        ),
        (
            '[[waiver]]\ncomponent = "pkg:pypi/x@1"\nrule = "copyleft-strong"\nreason = "x"',
            [":2", "waiver[1].component", "names a version", "`versions`"],
        ),
        (
            '[[curation]]\ncomponent = "x"\nlicense = "MIT"',
            ["curation[1].reason", "reason or a source"],
        ),
        (
            '[[curation]]\ncomponent = "x"\nreason = "y"\nlicense = "MIT OR"',
            ["curation[1].license"],
        ),
        (
            """[[waiver]]
            component = "x"
            rule = "copyleft-strong"
            reason = "x"
            [[waiver]]
            component = "y"
            rule = "copyleft-strong"
            reason = 1""",
            [":8", "waiver[2].reason", "must be a string"],
        ),
        (
            '[licenses]\nallow = ["MIT"]\n[packages]\nallow = "x"',
            [":4", "packages.allow", "list of strings"],
        ),
        ("profile = ", ["licensescan.toml", "line 1"]),
        ('profile = "saas"\nprofile = "saas"', ["licensescan.toml"]),
    ],
)
def test_a_mistake_says_where_and_what(
    write, text: str, parts: list[str]
) -> None:  # type: ignore[no-untyped-def]
    place = write(text + "\n")
    with pytest.raises(PolicyError) as caught:
        load_policy(place)
    for part in parts:
        assert part in str(caught.value)


def test_bytes_that_are_no_toml(tmp_path: Path) -> None:
    (tmp_path / "licensescan.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match="not UTF-8"):
        load_policy(tmp_path)


def test_a_pyproject_that_does_not_parse_is_not_passed_over(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.licensescan\n")
    with pytest.raises(PolicyError):
        load_policy(tmp_path)


def test_an_acceptance_is_read_with_all_that_it_states(write) -> None:  # type: ignore[no-untyped-def]
    place = write(
        """
        [licenses]
        allow = ["permissive", "mpl-2.0"]

        [[accept]]
        sha256 = "%s"
        reason = "read"
        expires = "never"

        [[accept]]
        component = ["av", "pkg:pypi/nvidia-*"]
        part = "libx264"
        license = ["gpl-2.0-or-later", "copyleft-weak"]
        rule = ["copyleft-strong"]
        scope = "runtime"
        versions = "<20"
        reason = "separate program"
        approved-by = "Kim"
        expires = 2027-03-01
        """
        % ("a" * 64)
    )
    policy = load_policy(place)
    assert policy.allow == ("permissive", "MPL-2.0")
    by_text, by_component = policy.acceptances
    assert by_text.texts == ("a" * 64,)
    assert (by_text.expires, by_text.has_no_end) == (None, True)
    assert by_component == Acceptance(
        components=("av", "pkg:pypi/nvidia-*"),
        parts=("libx264",),
        licenses=("GPL-2.0-or-later", "copyleft-weak"),
        rules=("copyleft-strong",),
        scopes=("runtime",),
        versions="<20",
        reason="separate program",
        approved_by="Kim",
        expires=date(2027, 3, 1),
        key="licensescan.toml:10: acceptance of av, pkg:pypi/nvidia-* and 3 more",
    )


@pytest.mark.parametrize(
    ("block", "word"),
    [
        ('reason = "r"', "sha256, license, component or rule"),
        ('rule = "copyleft-strong"', "reason"),
        ('rule = "copyleft-strung"\nreason = "r"', "copyleft-strong"),
        ('license = "permisive MIT"\nreason = "r"', "license"),
        ('sha256 = "abc"\nreason = "r"', "64 hex digits"),
        ('component = "x"\nreason = "r"\nexpires = "soon"', "a date"),
        ('component = "pkg:pypi/x@1"\nreason = "r"', "names a version"),
        ('component = "x"\nscope = "tests"\nreason = "r"', "scope"),
        ('component = "x"\nreasn = "r"', "did you mean 'reason'"),
    ],
)
def test_an_acceptance_that_is_not_one_is_an_error(
    write, block: str, word: str
) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PolicyError, match=word):
        load_policy(write(f"[[accept]]\n{block}\n"))


def test_what_we_say_of_ourselves_is_read(write) -> None:  # type: ignore[no-untyped-def]
    place = write(
        '[us]\ncountry = ["KR", "DE"]\nusers = 20_000\nhosts = false\npurpose = "medical"\n'
    )
    us = load_policy(place).us
    assert us is not None
    assert (us.countries, us.numbers) == (("KR", "DE"), {"users": 20_000})
    assert (us.answers, us.purposes) == ({"hosts": False}, ("medical",))
    assert load_policy(write("")).us is None


@pytest.mark.parametrize(
    ("block", "word"),
    [
        ('country = "Korea"', "ISO 3166"),
        ("users = 1.5", "whole number"),
        ('users = "many"', "whole number"),
        ('hosts = "no"', "true or false"),
        ("user = 1", "did you mean 'users'"),
    ],
)
def test_what_we_say_wrongly_is_an_error(write, block: str, word: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PolicyError, match=word):
        load_policy(write(f"[us]\n{block}\n"))
