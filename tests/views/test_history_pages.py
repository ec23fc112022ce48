"""The history on the site: what its pages say of moves, commits and levels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from builders import run
from commit_histories import GITHUB, analysed_with, commit_id, history, noise
from runfolio.analysis.analysed import Analysed
from runfolio.render.assets import bundle_assets
from runfolio.render.html import HtmlRenderer, SiteInfo
from runfolio.render.theme import load_theme
from runfolio.views.blocks import Block, Chart, Definitions, Details, Heading, Link, Page, Table
from runfolio.views.book import Book, navigation
from runfolio.views.charts import chart_specs
from runfolio.views.roles import load_roles

UP_AT_20 = np.r_[np.full(20, 0.80), np.full(20, 0.90)] + noise(40)
"""Recall rises by about 0.1 with commit 20, for sure: the noise has a sd of 0.01."""
SETTINGS: dict[str, Any] = {
    "metrics": {"recall": {"label": "Recall", "unit": "%", "goal": "maximize"}},
    "objective": {"metric": "recall"},
}
MOVED = history(
    {"recall": UP_AT_20},
    subjects=[f"Commit {i}" if i != 20 else "Take in the May export" for i in range(40)],
    params=[(20, "lr", "0.1", "0.01"), (20, "seed", "1", "2"), (25, "depth", "3", "4")],
    data=[(20, "data/cases.csv", "aaaaaaaaaaaa", "bbbbbbbbbbbb")],
    files={20: ["train.py"]},
    web=GITHUB,
)


def book(analysed: Analysed) -> Book:
    return Book.of(analysed, load_roles(), title="Triage")


def pages(made: Book) -> dict[str, Page]:
    found = [*made.pages(), *made.trend_pages(), *made.run_pages()]
    assert len({page.path for page in found}) == len(found), "no two pages at one path"
    return {page.path: page for page in found}


def blocks(page: Page) -> Iterator[Block]:
    waiting = [block for section in page.sections for block in section.blocks]
    while waiting:
        block = waiting.pop(0)
        yield block
        if isinstance(block, Details):
            waiting = [*block.blocks, *waiting]


def tables(page: Page) -> list[Table]:
    return [block for block in blocks(page) if isinstance(block, Table)]


def charts(page: Page) -> list[Chart]:
    return [block for block in blocks(page) if isinstance(block, Chart)]


def said(spans: Sequence[Any]) -> str:
    return "".join(s if isinstance(s, str) else s.text for s in spans).replace("\u00a0", " ")


def text_of(page: Page) -> str:
    parts = [page.title, page.kicker, said(page.lede)]
    for block in blocks(page):
        parts.append(said(getattr(block, "spans", ())))
        parts.append(getattr(block, "text", "") or getattr(block, "title", ""))
        if isinstance(block, Table):
            parts += [cell.text for row in block.rows for cell in row.cells]
    return "\n".join(parts).replace("\u00a0", " ")


def cells(table: Table, row: int = 0) -> dict[str, Any]:
    names = (column.label.partition(" (")[0] for column in table.columns)
    return dict(zip(names, table.rows[row].cells, strict=True))


def test_without_a_repository_there_is_no_history_and_nothing_speaks_of_it() -> None:
    made = book(analysed_with())
    targets = [path for _, entries in navigation(made.roles, pages(made)) for _, path in entries]
    assert "history.html" not in targets
    assert not any("history" in path for path in pages(made))
    assert not any("history" in text_of(page).lower() for page in pages(made).values())


def test_the_navigation_leads_to_the_history_and_every_metric_belongs_to_it() -> None:
    made = book(analysed_with(MOVED, **SETTINGS))
    targets = [path for _, entries in navigation(made.roles, pages(made)) for _, path in entries]
    assert targets.index("history.html") == targets.index("runs.html") + 1
    assert {p.path for p in pages(made).values() if p.nav == "history.html"} == {
        "history.html",
        "history/recall.html",
    }


def test_the_heading_is_the_finding_and_the_opening_names_the_commit_and_its_cause() -> None:
    page = pages(book(analysed_with(MOVED, **SETTINGS)))["history.html"]
    heading = page.title.replace("\u00a0", " ")
    assert re.match(
        r"Recall rose from (79|80)\.\d % to (89|90)\.\d % over 40 commits; "
        r"its last move was for the better$",
        heading,
    )
    opening = said(page.lede)
    assert opening.startswith("One improvement stands out from the noise of 1 metric.")
    assert re.search(r"recall rose by (9|10)\.\d points \(95 % interval of the change \+", opening)
    assert f"with commit {commit_id(20)[:8]} “Take in the May export” of 21 January" in opening
    assert "It changed lr from 0.1 to 0.01 and the data version of data/cases.csv." in opening
    assert "seed" not in opening
    assert Link(commit_id(20)[:8], f"https://github.com/acme/m/commit/{commit_id(20)}") in page.lede


def test_the_table_of_moves_tells_each_with_its_interval_commits_and_changes() -> None:
    page = pages(book(analysed_with(MOVED, **SETTINGS)))["history.html"]
    table = tables(page)[0]
    assert len(table.rows) == 1
    row = cells(table)
    assert row["When"].text.replace("\u00a0", " ") == "21 Jan 2026"
    assert (row["Metric"].text, row["Metric"].href) == ("Recall", "history/recall.html")
    assert (row["Verdict"].verdict.text, row["Verdict"].verdict.tone) == ("Better", "good")
    change = row["Change"].text.replace("\u00a0", " ")
    size, low, high = map(float, re.findall(r"[+](\d+\.\d)", change))
    assert low < size < high
    assert low < 10 < high, "the true change, in points"
    assert row["Commits that can have caused it"].href.endswith(f"/commit/{commit_id(20)}")
    assert row["What they changed"].text == (
        "lr: 0.1 → 0.01; version of data/cases.csv: aaaaaaaa → bbbbbbbb; train.py"
    )
    assert table.rows[0].anchors == (f"commit-{commit_id(20)[:12]}",), "the feed leads there"


def test_what_one_commit_moved_is_one_row_and_each_move_is_folded_away() -> None:
    low = np.r_[np.full(20, 0.5), np.full(20, 0.2)] + noise(40)
    both = history(
        {"recall": UP_AT_20, "loss": low, "latency": 1 - low},
        subjects=[f"Commit {i}" if i != 20 else "Take in the May export" for i in range(40)],
        params=[(20, "lr", "0.1", "0.01")],
        web=GITHUB,
    )
    page = pages(book(analysed_with(both, **SETTINGS)))["history.html"]
    events, moves = tables(page)[:2]
    (row,) = events.rows
    assert row.anchors == (f"commit-{commit_id(20)[:12]}",), "the feed leads there"
    told = cells(events)
    assert told["Commits that can have caused it"].text == (
        f"{commit_id(20)[:8]} Take in the May export"
    )
    assert told["What they changed"].text == "lr: 0.1 → 0.01"
    better = told["Better"].text.replace("\u00a0", " ")
    assert re.fullmatch(r"Recall \+(9|10)\.\d points, loss −0\.(29|30)\d*", better)
    assert re.fullmatch(r"latency \+0\.(29|30)\d*( ms)?", told["Worse"].text.replace("\u00a0", " "))
    assert len(moves.rows) == 3
    assert not any(one.anchors for one in moves.rows), "no two rows have one name"
    folded = next(block for block in blocks(page) if isinstance(block, Details))
    assert folded.summary.replace("\u00a0", " ") == "3 moves, each with its interval"


def test_too_few_measurements_are_said_to_be_too_few() -> None:
    few = history({"recall": [0.8, 0.81, 0.79, 0.82, 0.8, 0.83]})
    page = pages(book(analysed_with(few, **SETTINGS)))["history.html"]
    told = page.title.replace("\u00a0", " ")
    assert told == "Too few measurements over 6 commits to tell a move from noise"
    assert "needs 12 measurements" in said(page.lede)


def test_a_metric_without_a_direction_moved_and_is_neither_better_nor_worse() -> None:
    made = pages(book(analysed_with(history({"size": UP_AT_20}))))
    verdict = cells(tables(made["history.html"])[0])["Verdict"].verdict
    assert (verdict.text, verdict.tone) == ("Moved", "none")
    assert made["history.html"].title.startswith("One of one metrics moved")


def test_a_fall_of_what_should_rise_is_worse() -> None:
    falls = history({"recall": UP_AT_20[::-1].copy()})
    page = pages(book(analysed_with(falls, **SETTINGS)))["history.html"]
    assert page.title.endswith("its last move was for the worse")
    verdict = cells(tables(page)[0])["Verdict"].verdict
    assert (verdict.text, verdict.tone) == ("Worse", "bad")
    assert "rose" not in page.title


def test_where_not_every_commit_measures_all_that_can_have_caused_it_are_listed() -> None:
    sparse = history(
        {"recall": UP_AT_20},
        at={"recall": list(range(0, 2800, 70))},
        params=[(1350, "lr", "0.1", "0.01")],
        web=GITHUB,
    )
    page = pages(book(analysed_with(sparse, **SETTINGS)))["history/recall.html"]
    # Measured at 1330 and at 1400, so 1331 … 1400 can have caused it.
    links = [s for b in blocks(page) for s in getattr(b, "spans", ()) if isinstance(s, Link)]
    compare = f"https://github.com/acme/m/compare/{commit_id(1330)}...{commit_id(1400)}"
    assert Link("one of 70 commits", compare) in links
    assert "Together these commits changed lr from 0.1 to 0.01." in text_of(page)
    [listed] = [t for t in tables(page) if t.columns[0].label == "Commit" and "cause" in t.caption]
    assert len(listed.rows) == 50
    assert "the 50 nearest" in listed.caption
    assert listed.rows[0].cells[0].text == commit_id(1400)[:8]
    assert listed.rows[0].cells[0].href.endswith(commit_id(1400))


def test_levels_are_told_with_their_commits_count_and_spread() -> None:
    page = pages(book(analysed_with(MOVED, **SETTINGS)))["history/recall.html"]
    [levels] = [table for table in tables(page) if table.caption.startswith("Levels")]
    assert [row.cells[2].text for row in levels.rows] == ["20", "20"]
    assert [row.cells[0].text[:8] for row in levels.rows] == [commit_id(20)[:8], commit_id(0)[:8]]
    assert [row.cells[1].text[:8] for row in levels.rows] == [commit_id(39)[:8], commit_id(19)[:8]]
    spreads = [float(row.cells[4].text.split()[0]) for row in levels.rows]
    expected = [100 * np.std(UP_AT_20[part], ddof=1) for part in (slice(20, 40), slice(0, 20))]
    assert spreads == pytest.approx(expected, abs=0.05)


def test_metrics_that_never_changed_are_named_and_not_drawn() -> None:
    still = history({"recall": UP_AT_20, "classes": [7.0] * 40})
    page = pages(book(analysed_with(still, **SETTINGS)))["history.html"]
    assert len(charts(page)) == 1
    assert "Never changed: classes (7)." in text_of(page)


def test_what_only_wavers_has_no_moves_and_the_page_says_so() -> None:
    made = pages(book(analysed_with(history({"recall": 0.9 + noise(40, seed=3)}), **SETTINGS)))
    assert made["history.html"].title.replace("\u00a0", " ") == (
        "No move of any metric can be told from noise over 40 commits"
    )
    assert made["history/recall.html"].title == "No move of recall can be told from noise"
    assert not any(row.anchors for t in tables(made["history.html"]) for row in t.rows)


def test_few_measurements_are_called_too_few_and_not_calm() -> None:
    short = history({"recall": [0.81, 0.83, 0.84, 0.92, 0.95, 0.93]})
    page = pages(book(analysed_with(short, **SETTINGS)))["history/recall.html"]
    assert page.title == "Recall has too few measurements to tell a move from noise"


def test_a_drift_is_one_move_and_blames_no_commit() -> None:
    drifts = history({"recall": np.linspace(0.6, 0.95, 300) + noise(300, seed=1)})
    made = pages(book(analysed_with(drifts, **SETTINGS)))
    page = made["history/recall.html"]
    assert page.title.endswith("little by little")
    table = tables(made["history.html"])[0]
    assert len(table.rows) == 1
    assert "gradual" in cells(table)["Change"].text
    assert cells(table)["What they changed"].text == ""
    assert "too evenly for a single commit to stand out" in text_of(page)
    steps = len(charts(page)[0].data["f2"]) and charts(page)[0].data["f2"].count("level") - 1
    assert len(table.rows[0].anchors) == steps > 1, "every step can be led to"


HOSTILE = (
    "\u202eeslaf eb yam siht\u202c",
    "<script>alert(1)</script>",
    "a" * 5000,
    "line\nbreak\ttab\x00\x1b[31m",
    "${f1} \\ {braces}",
)


def test_whatever_a_commit_says_stays_a_short_line_of_text() -> None:
    subjects = [HOSTILE[i % len(HOSTILE)] for i in range(40)]
    bad = history(
        {"recall": UP_AT_20},
        subjects=subjects,
        params=[(20, "<b>\u202e", "x" * 9000, "\x00")],
        files={20: ["b" * 3000]},
    )
    for page in pages(book(analysed_with(bad, **SETTINGS))).values():
        if "history" not in page.path:
            continue
        for line in text_of(page).split("\n"):
            assert len(line) < 700
            assert "\u202e" not in line
        html = rendered(page)
        html.encode("utf-8")
        assert "<script>alert" not in html
        assert "\x00" not in html
        assert "\x1b" not in html


def test_each_repository_has_its_part_and_equal_metrics_have_pages_of_their_own() -> None:
    one, two = (history({"recall": UP_AT_20}, name=name) for name in ("one", "two"))
    made = pages(book(analysed_with(one, two, **SETTINGS)))
    page = made["history.html"]
    headings = [b.text for b in blocks(page) if isinstance(b, Heading) and b.level == 2]
    assert [h.partition(",")[0] for h in headings] == ["one", "two"]
    assert len({chart.key for chart in charts(page)}) == 2
    assert len([path for path in made if path.startswith("history/")]) == 2
    assert {chart.href for chart in charts(page)} < made.keys()


def test_the_page_of_a_run_names_its_commit_as_the_history_does() -> None:
    own = run("mine", {"recall": 0.9}, commit=commit_id(20))
    other = run("other", {"recall": 0.8}, commit="f" * 40)
    made = pages(book(analysed_with(MOVED, runs=[own, other], **SETTINGS)))
    found = {
        page.title: item
        for page in made.values()
        for block in blocks(page)
        if isinstance(block, Definitions)
        for item in block.items
        if item.term == "Commit of the code"
    }
    assert found["mine"].value == f"{commit_id(20)} Take in the May export"
    assert found["mine"].href == f"https://github.com/acme/m/commit/{commit_id(20)}"
    assert (found["other"].value, found["other"].href) == ("f" * 40, "")


def test_roles_see_what_moved_lately_with_a_way_to_the_rest() -> None:
    made = pages(book(analysed_with(MOVED, **SETTINGS)))
    for role in ("data-scientist", "business-stakeholder"):
        [section] = [s for s in made[f"{role}.html"].sections if s.key == "history-lately"]
        assert any(isinstance(b, Table) and len(b.rows) == 1 for b in section.blocks)
        links = [s for b in section.blocks for s in getattr(b, "spans", ()) if isinstance(s, Link)]
        assert [link.href for link in links] == ["history.html", "methods.html#moves"]


def test_the_methods_say_how_moves_are_found_only_where_there_is_a_history() -> None:
    with_one = text_of(pages(book(analysed_with(MOVED, **SETTINGS)))["methods.html"])
    assert "Moves over the commits" in with_one
    assert "at most 1 %" in with_one
    assert "Moves over the commits" not in text_of(pages(book(analysed_with()))["methods.html"])


def rendered(page: Page) -> str:
    theme = load_theme()
    site = SiteInfo("T", navigation(load_roles(), ["history.html"]), "0", "logs")
    return HtmlRenderer(theme, site, bundle_assets(theme, chart_specs())).page(page)


def test_a_year_of_ten_thousand_commits_stays_below_a_megabyte_a_page() -> None:
    n = 10_000
    metrics = {f"m{i}/loss": (1 + noise(n, seed=i)).tolist() for i in range(8)}
    metrics["steps"] = np.repeat(np.arange(n // 4), 4).astype(float).tolist()  # 2,499 moves
    metrics["recall"] = np.repeat([0.5, 0.6] * 50, n // 100) + noise(n)  # 99 moves
    year = history(metrics, subjects=["s" * 500] * n, tags={i: f"v{i}" for i in range(0, n, 7)})
    made = book(analysed_with(year, **SETTINGS))
    own = [p for p in (*made.pages(), *made.trend_pages()) if "history" in p.path]
    assert len(own) == 11
    sizes = {page.path: len(rendered(page).encode()) for page in own}
    assert max(sizes.values()) < 1_000_000, sizes
    overview = own[0]
    assert all(len(json.dumps(chart.data)) < 120_000 for chart in charts(overview))
    assert len(tables(overview)[0].rows) == 99
    assert "100; the pages of the metrics have the others" in tables(overview)[1].caption
