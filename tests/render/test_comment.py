"""A report as a comment: what failed is never lost, and text out of logs stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runfolio.render.comment import (
    FLAVOURS,
    KEY,
    LEAST,
    comment_markdown,
    marker,
    summary_markdown,
)
from runfolio.render.summary import Summary, summary_of
from runfolio.views import blocks as b
from sample_pages import every_block

SITE = "https://example.org/triage"
HOSTILE = (
    "<script>alert(1)</script>",
    "</details></table>",
    "[x](javascript:alert(1)) @team #12 https://evil.example",
    "![x](https://evil.example/p.png)",
    "a | b\n|---|\n| c |\n\n# heading",
    "<!-- runfolio: report -->",
    "/merge\n/close",
    "\\",
    "$`x`$",
    "&lt;img src=x onerror=alert(1)&gt;",
)
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.just("ü" * 500))
OURS = frozenset(
    "h3 h4 p em strong table thead tbody tr th td details summary sub span a ul li blockquote "
    "ol br".split()
)


def verdict(text: str, tone: b.Tone) -> b.Cell:
    return b.Cell(verdict=b.Verdict(text, tone))


def branch_page(worse: list[str], better: list[str], same: list[str]) -> b.Page:
    columns = (b.Column("Metric"), b.Column("Verdict", "verdict"), b.Column("After", "number"))
    looks: list[tuple[list[str], b.Cell]] = [
        (worse, verdict("Worse", "bad")),
        (better, verdict("Better", "good")),
        (same, verdict("Same", "none")),
    ]
    rows = [b.Row((b.Cell(name), look, b.Cell("0.5"))) for names, look in looks for name in names]
    sections = (
        b.Section("branch-metrics", "Metrics", (b.Table("All", columns, tuple(rows)),)),
        b.Section("branch-inputs", "What else it changes", every_block("more")),
    )
    title = f"{len(worse)} metrics worse"
    return b.Page("branch.html", "branch.html", title, sections, "What try changes", ("Lede.",))


def overview(
    text: str, gates: list[tuple[str, b.Cell]], figures: int = 3, told: tuple[str, ...] = ()
) -> b.Page:
    columns = (b.Column("Requirement"), b.Column("Champion", "verdict"), b.Column("Asked for"))
    rows = tuple(b.Row((b.Cell(name), look, b.Cell("at least 1"))) for name, look in gates)
    method = b.Link("Method", "methods.html#gates")
    all_of_it = b.Link("All requirements", "requirements.html")
    figure = b.KeyFigure(text, text, (b.Link(text, "runs/a.html"), ". Five runs. ", method))
    sections = (
        b.Section("figures", "", (b.KeyFigures((figure,) * figures),)),
        b.Section("description", "About", (b.Markdown("**Somebody's own words** @all"),)),
        b.Section(
            "requirements",
            "What is asked of it",
            (b.Prose(("It meets some. ", method, ". ", all_of_it, ".")),)
            + ((b.Table("Each", columns, rows),) if rows else ()),
        ),
        b.Section("leaderboard", "What was tried", every_block(text)),
    )
    return b.Page("index.html", "index.html", text, sections, text, (text, *told))


def summary(*pages: b.Page, problems: int = 0, title: str = "Triage") -> Summary:
    return summary_of(title, pages, [("Data", "data.html")], problems)


class Seen(HTMLParser):
    """What a reader of the comment would get."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.hrefs: list[str] = []
        self.comments: list[str] = []
        self.text = ""
        self.drawn = ""
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href", "style", "start"}, attrs

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        self.drawn += f"{data}\n"  # where hosts look for mentions, addresses and references
        self.text += data.replace("\u2060", "")


@pytest.fixture(scope="module")
def told() -> str:
    gates = [
        ("Catches cases", verdict("Met with 95\u00a0% confidence", "good")),
        ("Is quick", verdict("Missed", "bad")),
        ("Was looked at", verdict("Not evaluated", "unsure")),
        ("Few alarms", verdict("Met, not certain", "unsure")),
    ]
    data = b.Page("data.html", "data.html", "4 of 14 rules are broken", ())
    wrong = b.Page(
        *("problems.html", "problems.html", "2 problems in the input"),
        (b.Section("problems", "", (b.Prose(("Two remarks.",)),)),),
    )
    made = summary(
        overview("forest is better", gates),
        branch_page(["recall"], ["loss"], ["f1", "auc"]),
        *(data, wrong),
        problems=2,
    )
    return comment_markdown(made, key="report", site=SITE, version="0.8")


def test_what_a_reviewer_needs_comes_first(told: str) -> None:
    order = [
        *(marker("report"), "1 metrics worse", "recall", "2\u00a0other metrics"),
        *("Is quick", "Was looked at", "1\u00a0requirement that is met"),
        *("forest is better", "Five runs.", "4 of 14 rules are broken", "Two remarks."),
        *("The whole report", "0.8"),
    ]
    places = [told.index(words) for words in order]
    assert places == sorted(places)


def test_what_failed_and_what_got_better_is_seen_at_once(told: str) -> None:
    open_at_once = re.sub(r"<details>.*?</details>", "", told, flags=re.DOTALL)
    for words in ("recall", "loss", "Is quick", "Was looked at", "Few alarms"):
        assert f"| {words} |" in open_at_once
    for words in ("f1", "auc", "Catches cases"):
        assert f"| {words} |" in told
        assert f"| {words} |" not in open_at_once


def test_links_lead_to_the_site(told: str) -> None:
    hrefs = Seen(told).hrefs
    assert hrefs
    assert all(href.startswith(f"{SITE}/") for href in hrefs)
    assert f"{SITE}/branch.html" in hrefs
    assert f"{SITE}/data.html" in hrefs
    assert not any("methods.html" in href for href in hrefs)  # of use only on the site


def test_without_a_site_there_are_no_links_and_no_sentences_that_only_point() -> None:
    made = summary(overview("x", [("Is quick", verdict("Missed", "bad"))]))
    seen = Seen(comment_markdown(made))
    assert seen.hrefs == []
    assert "All requirements" not in seen.text
    assert "Method" not in seen.text
    assert "x. Five runs." in seen.text  # the run is named, though there is no link


def test_what_people_wrote_about_the_project_is_not_repeated(told: str) -> None:
    assert "own words" not in told


def test_nothing_to_tell_is_a_comment_all_the_same() -> None:
    text = comment_markdown(summary(), key="a")
    assert text.startswith("<!-- runfolio: a -->\n\n### Triage\n")


@given(st.lists(TEXT, max_size=3), st.booleans(), st.sampled_from(HOSTILE))
def test_text_out_of_logs_stays_text(names: list[str], linked: bool, text: str) -> None:
    gates = [(name, verdict("Missed", "bad")) for name in names]
    made = summary(overview(text, gates), branch_page(names, names, names), title=text)
    markdown = comment_markdown(
        made, key="report", site=SITE if linked else "", budget=FLAVOURS["gitlab"].budget
    )
    seen = Seen(markdown)
    assert set(seen.tags) <= OURS
    assert seen.comments == [" runfolio: report "]
    assert all(href.startswith(f"{SITE}/") for href in seen.hrefs)
    assert seen.tags.count("details") == markdown.count("</details>\n")
    assert not re.search(r"@\w|#\d|https?://", seen.drawn)
    assert not re.search(r"^(/|::)", markdown, re.MULTILINE)


@given(
    st.sampled_from((0, 1, 2, 80)),
    st.sampled_from((0, 1, 2, 80)),
    TEXT,
    st.sampled_from((LEAST, 6_000, 20_000, 65_536)),
    st.booleans(),
)
def test_what_failed_is_named_or_counted_in_no_more_bytes_than_there_are(
    worse: int, missed: int, text: str, budget: int, linked: bool
) -> None:
    gates = [(f"gate-{n}. {text}", verdict("Missed", "bad")) for n in range(missed)]
    metrics = [f"metric-{n}. {text}" for n in range(worse)]
    made = summary(
        overview(text, gates, figures=20, told=(text,)),
        branch_page(metrics, [text] * 5, [text] * 20),
        title=text * 9,
    )
    markdown = comment_markdown(
        made, key="report", site=SITE if linked else "", budget=budget, version="0.8"
    )
    assert len(markdown.encode()) <= budget
    seen = Seen(markdown)
    assert set(seen.tags) <= OURS
    assert seen.tags.count("details") == markdown.count("</details>\n")
    for count, name, says in (
        (worse, "metric", "metrics are worse"),
        (missed, "gate", "requirements are not met"),
    ):
        named = {int(n) for n in re.findall(rf"{name}-(\d+)\.", seen.text)}
        if count > 1 and named != set(range(count)):
            assert f"{count}\u00a0{says}" in seen.text
            assert named == set(range(len(named)))  # the first ones, none of them twice
        assert count != 1 or named == {0}


def test_detail_goes_first_and_this_is_said() -> None:
    gates = [(f"gate-{n}", verdict("Missed", "bad")) for n in range(30)]
    made = summary(overview("x" * 90, gates), branch_page(["recall"], [], []))
    whole = comment_markdown(made, budget=10**6)
    assert "Shortened" not in whole
    short = comment_markdown(made, budget=len(whole.encode()) - 1)
    assert "What was tried" in whole
    assert "Shortened to fit. Left out: What was tried" in short
    assert all(f"| gate-{n} |" in short for n in range(30))
    many = summary(overview("x", gates * 10), branch_page(["recall"], [], []))
    least = comment_markdown(many, budget=LEAST)
    assert "**recall**: ✗\u00a0Worse (after 0.5)" in least
    assert "**300\u00a0requirements are not met**, of which" in least


def test_a_comment_of_five_megabytes_becomes_one_that_fits() -> None:
    long = "loss of a very long name " * 100
    names = [f"{long}{n}" for n in range(2_000)]
    text = comment_markdown(summary(overview(long, []), branch_page(names, [], [])))
    assert len(text.encode()) <= 65_536
    assert "2,000\u00a0metrics are worse" in text
    # No room is left unused while there is more to name.
    assert len(text.encode()) > 60_000


def test_a_budget_below_the_least_is_refused() -> None:
    with pytest.raises(ValueError, match="4000"):
        comment_markdown(summary(), budget=LEAST - 1)


@pytest.mark.parametrize("key", ["report", "a.b_c-d", "A" * 60])
def test_a_key_is_one_line_of_a_comment_in_html(key: str) -> None:
    assert Seen(marker(key)).comments == [f" runfolio: {key} "]


@pytest.mark.parametrize("key", ["", "a b", "a--b", "-a", "a>", "ä", "a\n", "A" * 61])
def test_what_could_end_the_marker_is_no_key(key: str) -> None:
    assert not KEY.fullmatch(key)
    with pytest.raises(ValueError, match="not a key"):
        marker(key)


def test_the_file_of_a_site_has_everything_and_links_beside_itself() -> None:
    gates = [("Is quick", verdict("Missed", "bad")), ("Is met", verdict("Met", "good"))]
    text = summary_markdown(summary(overview("forest", gates)), "0.8")
    assert text.startswith("# [Triage](<index.html>): forest\n")
    assert "<details>" not in text
    assert "runfolio: " not in text
    hrefs = Seen(text).hrefs
    assert "runs/a.html" in hrefs
    assert not any("//" in href for href in hrefs)
    for name in ("Is quick", "Is met"):
        assert f"| {name} |" in text
