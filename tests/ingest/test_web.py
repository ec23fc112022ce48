"""The pages of a repository on the web, told from its remote alone, without credentials."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.ingest.web import web_of


@pytest.mark.parametrize(
    ("remote", "commit", "compare"),
    [
        (
            "https://github.com/team/triage.git",
            "https://github.com/team/triage/commit/c",
            "https://github.com/team/triage/compare/a...b",
        ),
        (
            "https://ada:s3cret@github.com/team/triage",
            "https://github.com/team/triage/commit/c",
            "https://github.com/team/triage/compare/a...b",
        ),
        (
            "git@github.com:team/triage.git",
            "https://github.com/team/triage/commit/c",
            "https://github.com/team/triage/compare/a...b",
        ),
        (
            "ssh://git@gitlab.example.org:2222/group/sub/triage.git",
            "https://gitlab.example.org/group/sub/triage/-/commit/c",
            "https://gitlab.example.org/group/sub/triage/-/compare/a...b",
        ),
        (
            "https://bitbucket.org/team/triage.git/",
            "https://bitbucket.org/team/triage/commits/c",
            "https://bitbucket.org/team/triage/branches/compare/b..a",
        ),
        (
            "https://codeberg.org/team/triage",
            "https://codeberg.org/team/triage/commit/c",
            "https://codeberg.org/team/triage/compare/a...b",
        ),
    ],
)
def test_known_hosts(remote: str, commit: str, compare: str) -> None:
    web = web_of(remote)
    assert web is not None
    assert web.commit.format("c") == commit
    assert web.compare.format("a", "b") == compare


@pytest.mark.parametrize(
    "remote",
    [
        "",
        "../elsewhere",
        "/srv/git/github/project.git",
        "file:///srv/git/github.com/team/project",
        "https://git.example.org/team/project",
        "https://github.com/alone",
        "https://github.com/../../etc/passwd",
        "C:\\git\\github\\project",
        "https://github/:pa55@github.com/a/b",
        "javascript:alert(1)//github.com/a/b",
        "ext::sh -c github.com/a/b",
    ],
)
def test_what_has_no_pages_gets_no_links(remote: str) -> None:
    web = web_of(remote)
    assert web is None or web.commit.startswith("https://")
    assert web is None


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_a_link_is_never_more_than_an_address_without_a_password(
    path: str, user: str, password: str
) -> None:
    web = web_of(f"https://{user}:pa55{password}@github.com/{path}/x")
    if web is not None:
        assert web.commit.startswith("https://github.com/")
        assert "pa55" not in web.commit
        assert web.commit.isascii()
        assert web.commit.count("{") == 1
        web.commit.format("id")
