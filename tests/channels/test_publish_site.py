"""What is published beside the site that is built, and where the site is told it lies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from remotes import Clones, clones, written_site
from runfolio.channels.publish import publish_site
from runfolio.deliver.published import Published
from runfolio.errors import LeakError
from runfolio.progress import Clock, Silent
from runfolio.project import Project, open_project
from runfolio.request import PublishWish, Request
from stores import put

CONFIG = """\
audiences: {public: {}}
deliver: {url: 'https://lab.example.org/triage/'}
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clones:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = clones(tmp_path)
    put(made.clone.path, {"report.yaml": CONFIG})
    return made


def publish(
    made: Clones, wish: PublishWish, addresses: list[str], title: str = "Triage"
) -> Published:
    """Publish a site of one page; what holds the word ``hidden`` is refused.

    The style of the list of reports has that word, which tells nothing of anybody.
    """

    def watch(path: str, data: bytes) -> None:
        if "hidden" in path or b"hidden" in data:
            raise LeakError(f"{path} holds it", "leak")

    def build(project: Project, request: Request) -> Callable[[str, bytes], None]:
        addresses.append(project.settings.deliver.url)
        assert request.output is not None
        written_site(request.output, {}, title=title)
        return watch

    project = open_project((str(made.clone.path),), None)
    return publish_site(project, Request(audience="public"), wish, build, Clock(Silent()))


def test_a_site_is_told_where_it_lies(made: Clones, tmp_path: Path) -> None:
    told: list[str] = []
    publish(made, PublishWish(), told)
    assert publish(made, PublishWish(folder="pr-1"), told).address == (
        "https://lab.example.org/triage/pr-1/"
    )
    publish(made, PublishWish(folder="pr-1", url="https://example.org"), told)
    store = (tmp_path / "www").as_uri()
    published = publish(made, PublishWish(folder="a", to=store), told)
    assert published.address == "https://lab.example.org/triage/a/"
    start = "https://lab.example.org/triage"
    assert told == [start, f"{start}/pr-1", "https://example.org/pr-1", f"{start}/a"]
    assert (tmp_path / "www" / "a" / "index.html").is_file()


@pytest.mark.parametrize("in_store", [False, True])
def test_a_name_that_the_audience_must_not_see_is_not_published(
    made: Clones, tmp_path: Path, in_store: bool
) -> None:
    to = (tmp_path / "www").as_uri() if in_store else ""
    with pytest.raises(LeakError, match="--subdir holds it"):
        publish(made, PublishWish(folder="pr-hidden", to=to), [])
    assert made.remote.git("for-each-ref", "refs/heads/gh-pages") == ""
    assert not (tmp_path / "www").exists()


def test_the_list_of_reports_is_watched_over(made: Clones) -> None:
    with pytest.raises(LeakError, match="reports"):
        publish(made, PublishWish(folder="pr-1"), [], title="hidden")
    assert made.remote.git("for-each-ref", "refs/heads/gh-pages") == ""
