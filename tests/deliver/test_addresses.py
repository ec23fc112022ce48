"""Where a host serves the pages of a repository."""

from __future__ import annotations

import pytest

from runfolio.deliver.addresses import pages_address


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/Lab/triage.git", "https://lab.github.io/triage/"),
        ("https://token:x@github.com/lab/triage", "https://lab.github.io/triage/"),
        ("git@github.com:lab/triage.git", "https://lab.github.io/triage/"),
        ("ssh://git@github.com:22/lab/triage.git", "https://lab.github.io/triage/"),
        ("https://github.com/lab/lab.github.io", "https://lab.github.io/"),
        ("https://gitlab.com/lab/ml/triage.git", "https://lab.gitlab.io/ml/triage/"),
        ("git@gitlab.com:lab/lab.gitlab.io.git", "https://lab.gitlab.io/"),
        ("https://git.example.org/lab/triage.git", ""),
        ("../remote.git", ""),
        ("/srv/git/triage.git", ""),
        ("file:///srv/github.com/a/b", ""),
        ("", ""),
    ],
)
def test_the_address_follows_from_the_remote(remote: str, address: str) -> None:
    assert pages_address(remote) == address


def test_a_host_name_of_ones_own_comes_first() -> None:
    remote = "https://github.com/lab/triage"
    assert pages_address(remote, "report.example.org\n") == "https://report.example.org/"
    assert pages_address(remote, "\n") == "https://lab.github.io/triage/"
