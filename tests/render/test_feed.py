"""The feed keeps to RFC 4287, says what moved, and knows an entry again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import runfolio
from histories import RECALL, analysed, commit_id, history, move, moves
from repositories import T0, Made, made
from runfolio.analysis.history import Alteration, Moves
from runfolio.analysis.metrics import Metric
from runfolio.render.feed import feed_xml
from sites import Site

SAMPLE = Path(__file__).parents[2] / "sample_runs"
ATOM = "{http://www.w3.org/2005/Atom}"
ONCE, AT_MOST_ONCE, ANY = (1, 1), (0, 1), (0, 10**6)
FEED = {
    # RFC 4287, 4.1.1 and 4.1.2: how often a child may stand there; what else it allows, the
    # feed does not use.
    **{"id": ONCE, "title": ONCE, "updated": ONCE, "author": (1, 10**6), "link": ANY},
    **{"generator": AT_MOST_ONCE, "subtitle": AT_MOST_ONCE, "entry": ANY},
}
ENTRY = {
    **{"id": ONCE, "title": ONCE, "updated": ONCE, "summary": AT_MOST_ONCE},
    **{"link": (1, 10**6), "category": ANY},
}
ATTRIBUTES = {
    "feed": {"{http://www.w3.org/XML/1998/namespace}lang"},
    "link": {"href", "rel", "type"},
    "category": {"term"},
    "generator": {"version"},
}


def parsed(text: str) -> Element:
    """Parse strictly, and hold the feed to the rules of RFC 4287."""
    feed = ElementTree.fromstring(text.encode("utf-8"))
    assert feed.tag == f"{ATOM}feed"
    _check_children(feed, FEED)
    for element in feed.iter():
        name = element.tag.removeprefix(ATOM)
        assert set(element.keys()) <= ATTRIBUTES.get(name, set()), name
        assert len(element) == 0 or name in ("feed", "entry", "author"), "plain text"
    for author in feed.iter(f"{ATOM}author"):
        assert [child.tag for child in author] == [f"{ATOM}name"]
        assert (author[0].text or "").strip()
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        _check_children(entry, ENTRY)
        assert [one.get("rel") for one in entry.iter(f"{ATOM}link")] == ["alternate"]
        assert all(one.get("term") for one in entry.iter(f"{ATOM}category"))
    for link in feed.iter(f"{ATOM}link"):
        assert re.fullmatch(r"[A-Za-z0-9./#-]+", link.attrib["href"]), "no colon, so relative"
    ids = [_text(one, "id") for one in (feed, *entries)]
    assert len(set(ids)) == len(ids)
    for name in ids:
        assert uuid.UUID(name).urn == name, "written as RFC 9562 wants it"
    for one in (feed, *entries):
        _time(one)
        assert _text(one, "title").strip()
    return feed


def _check_children(element: Element, allowed: dict[str, tuple[int, int]]) -> None:
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= allowed.keys()
    for name, (least, most) in allowed.items():
        assert least <= names.count(name) <= most, name


def _text(element: Element, name: str) -> str:
    return (element.findtext(ATOM + name) or "").replace("\u00a0", " ")


def _time(element: Element) -> datetime:
    """Return when it was updated, which must be written as RFC 3339 wants it."""
    text = _text(element, "updated")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text)
    return datetime.fromisoformat(text)


def entries_of(*histories: Moves) -> list[Element]:
    return parsed(feed_xml(analysed(*histories), "Triage", "1.0")).findall(f"{ATOM}entry")


def ids_of(*histories: Moves) -> list[str]:
    return [_text(entry, "id") for entry in entries_of(*histories)]


def only(*histories: Moves) -> Element:
    (entry,) = entries_of(*histories)
    return entry


class TestWhatItSays:
    def test_of_a_move_in_noise(self) -> None:
        told = move(
            *(6, 0.954, 0.923),
            half=0.012,
            since=3,
            until=7,
            params=(Alteration("C", "1.0", "0.1"), Alteration("features", "", "all")),
            data=(Alteration("data/cases.csv", "73df95499554ab88", "a8e2537a53041e6c"),),
            files=("train.py", "dvc.yaml"),
            file_count=12,
        )
        entry = only(moves(history(10), told))
        assert _text(entry, "title") == "Recall fell by 3.1 points"
        assert _text(entry, "updated") == "2026-03-07T09:30:00.000Z", "of the seventh commit"
        first, last, at = (commit_id(position)[:8] for position in (4, 7, 6))
        assert _text(entry, "summary").splitlines() == [
            "Recall went from 95.4 % to 92.3 % (95 % interval of the change −4.3 to −1.9 points), "
            "which is worse.",
            f"It shows first in commit {at} of 2026-03-07 (“Commit 6”).",
            f"With 95 % confidence it happened in one of 4 commits, {first} to {last}.",
            "Params changed: C from 1.0 to 0.1 and features from none to all.",
            "Data changed: data/cases.csv from 73df9549 to a8e2537a.",
            "Other files changed: train.py, dvc.yaml and 10 more.",
        ]
        (category,) = entry.iter(f"{ATOM}category")
        assert category.get("term") == "worse"

    def test_of_a_move_of_a_metric_that_repeats_exactly(self) -> None:
        size = Metric("size", "size", digits=0)
        lines = _text(only(moves(history(9), move(4, 10, 30, size))), "summary").splitlines()
        assert lines == [
            "size went from 10 to 30 (the metric repeats exactly, so the difference is no noise).",
            f"It shows first in commit {commit_id(4)[:8]} of 2026-03-05 (“Commit 4”).",
            "It happened in that commit.",
            "No param, no version of data and no other file changed there.",
        ]

    def test_of_a_drift(self) -> None:
        latency = Metric("latency", "Latency", unit="ms", goal="minimize", digits=0)
        entry = only(moves(history(9), move(4, 120, 95, latency, half=9, gradual=True)))
        assert _text(entry, "title") == "Latency fell little by little by 25 ms"
        assert "which is better" in _text(entry, "summary")
        assert "the place says little" in _text(entry, "summary")

    def test_a_small_move_is_not_told_as_none(self) -> None:
        entry = only(moves(history(9), move(4, 0.5, 0.50012, half=0.00001)))
        assert _text(entry, "title") == "Recall rose by 0.012 points"
        assert "50 % to 50.01 %" in _text(entry, "summary")

    def test_of_two_repositories_each_entry_names_its_own(self) -> None:
        found = entries_of(
            moves(history(9, name="a"), move(4, 0.9, 0.8)),
            moves(history(9, name="b", branch="dev"), move(5, 0.9, 0.8)),
        )
        assert [_text(entry, "summary")[:5] for entry in found] == ["In b:", "In a:"]

    def test_of_the_feed_itself(self) -> None:
        feed = parsed(feed_xml(analysed(moves(history(10), move(3, 0.9, 0.8))), "Triage", "7.1"))
        assert _text(feed, "title") == "Triage: changes of metrics"
        assert _text(feed, "updated") == "2026-03-10T09:30:00.000Z", "of the newest commit"
        assert "main" in _text(feed, "subtitle")

    def test_without_a_move_it_has_no_entry(self) -> None:
        assert entries_of(moves(history(5))) == []


class TestOrder:
    def test_the_newest_hundred_the_newest_first(self) -> None:
        many = [move(at, 0.5, 0.6) for at in range(1, 131)]
        found = entries_of(moves(history(140), *many))
        times = [_time(entry) for entry in found]
        assert len(found) == 100
        assert times == sorted(times, reverse=True)
        assert _text(found[0], "updated").startswith("2026-07-09"), "the 131st commit's day"

    def test_two_repositories_are_mixed_by_time(self) -> None:
        one = moves(history(9, name="a"), move(2, 0.9, 0.8), move(6, 0.8, 0.9))
        two = moves(history(9, name="b"), move(4, 0.9, 0.8))
        days = [_time(entry).day for entry in entries_of(one, two)]
        assert days == [7, 5, 3]

    def test_a_commit_without_a_time_has_that_of_a_neighbour(self) -> None:
        days = ["2026-03-01", "2026-03-02", "NaT", "2026-03-09"]
        found = history(4, time=pd.Series(pd.to_datetime(days, utc=True)))
        assert _text(only(moves(found, move(2, 0.9, 0.8))), "updated")[:10] == "2026-03-02"
        none = history(4, time=pd.Series([pd.NaT] * 4, dtype="datetime64[ms, UTC]"))
        assert _text(only(moves(none, move(2, 0.9, 0.8))), "updated")[:10] == "1970-01-01"


class TestIds:
    def test_more_commits_and_more_moves_leave_an_id_as_it_is(self) -> None:
        before = ids_of(moves(history(9), move(4, 0.9, 0.8)))
        told = move(4, 0.91, 0.79, half=0.01, since=2, until=6)
        after = ids_of(moves(history(30), told, move(20, 0.8, 0.9), move(2, 0.7, 0.9)))
        assert after[1] == before[0], "the interval and the range may be others"
        assert len(set(after)) == 3

    def test_a_clone_that_begins_later_gives_the_same_ids(self) -> None:
        whole = history(9)
        commits = whole.commits.iloc[3:].reset_index(drop=True)
        shallow = replace(whole, commits=commits)
        assert ids_of(moves(shallow, move(1, 0.9, 0.8))) == ids_of(moves(whole, move(4, 0.9, 0.8)))

    def test_another_label_title_or_version_leaves_it_too(self) -> None:
        named = replace(RECALL, label="Share found", unit="", scale=1.0)
        found = analysed(moves(history(9), move(4, 0.9, 0.8, named)))
        feed = parsed(feed_xml(found, "Another title", "9"))
        ids = ids_of(moves(history(9), move(4, 0.9, 0.8)))
        assert [_text(entry, "id") for entry in feed.iter(f"{ATOM}entry")] == ids

    def test_each_metric_commit_and_history_has_its_own(self) -> None:
        other = replace(RECALL, name="test/recall")
        one = moves(history(9), move(4, 0.9, 0.8), move(4, 0.9, 0.8, other), move(6, 0.8, 0.9))
        # Two branches of one repository share commits.
        branch = moves(history(9, branch="dev"), move(4, 0.9, 0.8))
        assert len(set(ids_of(one, branch))) == 4

    def test_they_are_as_ever(self) -> None:
        # By uuid itself, from what the ids are said to be made of.
        space = uuid.UUID("5b74807b-8312-445b-9185-389ee5913a2e")
        name = json.dumps(["val/recall", commit_id(4), "0"])
        assert ids_of(moves(history(9), move(4, 0.9, 0.8))) == [uuid.uuid5(space, name).urn]


class TestHostileText:
    HOSTILE = (
        "]]></summary><entry><id>x</id></entry>",
        "<script>alert(1)</script> &lt;&amp;&#0; <![CDATA[",
        "nul\x00 bell\x07 esc\x1b del\x7f nel\x85",
        "half \ud800 other half \udfff no character \ufffe \uffff",
        "\u202eright to left\u2066 \u05d0\u05d1 \u200f",
        "two\r\nlines\u2028three",
        "x" * 5000,
        "",
        " \n ",
    )

    @pytest.mark.parametrize("text", HOSTILE)
    def test_stays_text_wherever_it_stands(self, text: str) -> None:
        metric = Metric(text, text, unit=text[:10])
        told = move(
            *(2, 1.0, 2.0, metric),
            params=(Alteration(text, text, text),),
            data=(Alteration(text, text, text),),
            files=(text,) * 9,
            file_count=9,
        )
        found = history(4, name=text, branch=text, subject=[text] * 4)
        xml = feed_xml(analysed(moves(found, told)), text, "1.0")
        feed = parsed(xml)
        (entry,) = feed.iter(f"{ATOM}entry")
        assert len(feed.findall(f"{ATOM}entry")) == 1
        assert not re.search("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]", xml), "none turns"
        assert len(_text(entry, "summary")) < 5000
        if text.startswith("<script>"):
            assert text in _text(entry, "summary")

    @given(st.text(st.characters(exclude_categories=())), st.floats())
    def test_any_text_and_number_give_a_feed(self, text: str, value: float) -> None:
        metric = Metric(text, text, unit="%", goal="minimize")
        found = history(4, name=text, branch=text, subject=[text] * 4)
        told = move(2, value, 1.0, metric, files=(text,), file_count=3)
        assert len(parsed(feed_xml(analysed(moves(found, told)), text, "1.0")).findall("*")) == 9


class TestInASite:
    def test_links_lead_to_pages_below_any_address(self, sample: Site) -> None:
        feed = parsed((sample.folder / "feed.xml").read_text("utf-8"))
        hrefs = {link.attrib["href"] for link in feed.iter(f"{ATOM}link")}
        assert len(hrefs) > 3
        base = "https://ada.github.io/project/feed.xml"
        for href in hrefs:
            address, _, place = urljoin(base, href).partition("#")
            path = address.removeprefix("https://ada.github.io/project/")
            assert (sample.folder / path).is_file(), href
            if place:
                assert place in sample.pages[path].values("id"), href

    def test_every_page_names_it(self, sample: Site) -> None:
        for path, page in sample.pages.items():
            (link,) = [
                one.attributes
                for one in page.all("link")
                if one.attributes.get("type") == "application/atom+xml"
            ]
            assert link["rel"] == "alternate"
            assert link["title"]
            assert link["href"] == "../" * path.count("/") + "feed.xml"

    def test_it_tells_what_regressions_json_tells(self, sample: Site) -> None:
        feed = parsed((sample.folder / "feed.xml").read_text("utf-8"))
        document = json.loads((sample.folder / "regressions.json").read_text("utf-8"))
        told = {
            one["id"]: (one["at"]["time"], one["outcome"])
            for found in document["histories"]
            for one in found["moves"]
        }
        assert told == {
            _text(entry, "id"): (
                _text(entry, "updated"),
                next(entry.iter(f"{ATOM}category")).get("term"),
            )
            for entry in feed.iter(f"{ATOM}entry")
        }
        assert len(told) > 3

    def test_another_machine_gives_the_same_bytes(self, sample: Site, tmp_path: Path) -> None:
        environment = {
            **os.environ,
            **{"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "4711"},
            "HOME": str(tmp_path),
        }
        code = "import sys; from runfolio.cli import main; sys.exit(main(sys.argv[1:]))"
        output = tmp_path / "elsewhere"
        subprocess.run(
            [sys.executable, "-c", code, "build", "history.bundle", "-o", output, "--quiet"],
            cwd=SAMPLE,
            env=environment,
            check=True,
            timeout=120,
        )
        ours, other = sample.files(), Site(output).files()
        for path in ("feed.xml", "regressions.json", "report.json"):
            assert ours[path] == other[path], path

    def test_one_more_commit_keeps_the_ids(self, tmp_path: Path) -> None:
        repository = made(tmp_path / "project.git", "--bare")
        for number in range(14):
            _measure(repository, number, 0.75 if number < 7 else 0.5)
        before = _build(repository.path, tmp_path / "before")
        _measure(repository, 14, 0.5)
        after = _build(repository.path, tmp_path / "after")
        assert [_text(entry, "title") for entry in before] == ["accuracy fell by 0.2500"]
        assert [_text(entry, "id") for entry in before] == [_text(entry, "id") for entry in after]

    def test_without_a_history_there_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "logs" / "one").mkdir(parents=True)
        (tmp_path / "logs" / "one" / "metrics.json").write_text('{"acc": 1}', "utf-8")
        runfolio.build(tmp_path / "logs", output=tmp_path / "site")
        site = Site(tmp_path / "site")
        assert not {"feed.xml", "regressions.json"} & site.files().keys()
        assert "feed.xml" not in "".join(site.pages["index.html"].values("href"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The report of the repository in the sample, built where the bundle lies."""
    output = tmp_path_factory.mktemp("feed") / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(SAMPLE)
        runfolio.build("history.bundle", output=output)
    return Site(output)


def _measure(repository: Made, number: int, value: float) -> None:
    content = json.dumps({"accuracy": value, "count": number})
    repository.commit(f"Commit {number}", {"metrics.json": content}, time=T0 + 3600 * number)


def _build(source: Path, output: Path) -> list[Element]:
    runfolio.build(source, output=output)
    return parsed((output / "feed.xml").read_text("utf-8")).findall(f"{ATOM}entry")
