"""`runfolio.compare`: the numbers of the site, named by what people know, shown in a notebook."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import runfolio
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings, load_settings
from runfolio.errors import UsageError
from runfolio.notebook.compare_result import CompareResult
from runfolio.render.report_json import report_json
from sites import Parsed, Site
from stores import put, write_folder

SAMPLE = Path(__file__).parents[2] / "sample_runs"
HOSTILE = "<img src=x onerror=alert(1)></td><script>alert(2)</script>\x1b[2J\u202e\"'&amp;$x$"

OLD = {"acc": (0.80, 0.82, 0.81), "latency_ms": (10.0, 11.0, 12.0)}
NEW = {"acc": (0.90, 0.93, 0.90), "latency_ms": (20.0, 22.0, 21.0)}

Values = Mapping[str, Sequence[float]]


def project(
    folder: Path, config: str = "baseline: {params: {model: old}}", **sides: Values
) -> Path:
    """Write a run for each seed of each side, and the configuration."""
    for model, values in sides.items():
        for seed in range(len(next(iter(values.values())))):
            write_folder(
                folder / f"{model}-{seed}",
                {metric: logged[seed] for metric, logged in values.items()},
                {"name": f"{model} seed {seed}", "params": {"model": model, "seed": seed}},
            )
    return put(folder, {"report.yaml": f"objective: {{metric: acc, goal: maximize}}\n{config}\n"})


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    return project(tmp_path / "logs", old=OLD, new=NEW)


def as_in_report(compared: CompareResult) -> list[dict[str, Any]]:
    """Return the comparisons with the keys and the numbers of ``report.json``."""
    found = []
    for c in compared.comparisons:
        told: dict[str, Any] = {"metric": c.metric, "verdict": c.outcome, "reason": c.reason}
        if d := c.difference:
            told |= {"difference": d.value, "low": d.low, "high": d.high, "p": c.p}
            told |= {"together": c.together, "runs": list(d.n), "pairs": d.pairs}
            told |= {k: str(v).replace("nan", "NaN") for k, v in told.items() if v != v}
        found.append(told)
    return found


def rows(page: Parsed, caption: str) -> list[str]:
    """Return the texts of the cells of the table with this caption."""
    begin = next(
        i for i, e in enumerate(page.elements) if e.tag == "caption" and e.text.startswith(caption)
    )
    body = next(i for i in range(begin, len(page.elements)) if page.elements[i].tag == "tbody")
    cells = []
    for element in page.elements[body + 1 :]:
        if element.tag == "table":
            break
        if element.tag in ("td", "th", "span", "bdi"):
            cells.append(element.text)
    return [cell for cell in cells if cell]


def test_the_numbers_are_those_worked_out_by_hand(logs: Path) -> None:
    compared = runfolio.compare(logs)
    # Pairs differ by 0.10, 0.11 and 0.09: s = 0.01, and t(0.975, 2) = 4.302653 (Student's table).
    half = 4.302653 * 0.01 / math.sqrt(3)
    first = compared.to_frame().iloc[0]
    assert (first["metric"], first["verdict"], compared.verdict) == ("acc", "better", "better")
    assert first["candidate"] == pytest.approx(0.91)
    assert first["baseline"] == pytest.approx(0.81)
    assert first["difference"] == pytest.approx(0.10)
    assert (first["low"], first["high"]) == pytest.approx((0.10 - half, 0.10 + half), abs=1e-8)
    assert first["relative"] == pytest.approx(0.10 / 0.81)
    assert (first["n_candidate"], first["n_baseline"]) == (3, 3)
    assert list(compared.to_frame()["metric"]) == ["acc", "latency_ms"]
    assert compared.candidate.params == {"model": "new"}
    assert "better by acc, +0.1000 (95\u00a0% interval +0.0752 to +0.1248)" in repr(compared)


def test_the_sample_gives_exactly_what_its_report_json_says() -> None:
    tables, settings = runfolio.load_runs(SAMPLE), load_settings(SAMPLE / "report.yaml")
    report = json.loads(report_json(analyse(tables, settings), {}, ""))
    compared = runfolio.compare(SAMPLE)
    assert len(compared.comparisons) > 5
    assert as_in_report(compared) == report["comparisons"]
    assert compared.candidate.label == report["configurations"]["champion"]["label"]
    assert list(compared.baseline.runs) == report["configurations"]["baseline"]["runs"]
    assert compared.objective is not None
    assert compared.objective.metric == report["objective"]["metric"]
    assert "best of 6" in " ".join(compared.notes)


def test_the_notebook_shows_the_cells_of_the_site(logs: Path, tmp_path: Path) -> None:
    runfolio.build(logs, output=tmp_path / "site")
    site, compared = Site(tmp_path / "site"), runfolio.compare(logs)
    assert as_in_report(compared) == site.report["comparisons"]
    shown = rows(Parsed(compared._repr_html_()), "Candidate against baseline")
    assert shown == rows(site.pages["data-scientist.html"], "Champion against baseline, means")
    assert all(cell in repr(compared) for cell in shown)


@pytest.mark.parametrize("name", ["mid", "mid-1", "mid seed 2", "logs/mid-1"])
def test_what_is_named_counts_as_if_the_configuration_named_it(name: str, tmp_path: Path) -> None:
    mid = {"acc": (0.85, 0.86, 0.88), "latency_ms": (5.0, 5.5, 6.5)}
    logs = project(tmp_path / "logs", old=OLD, new=NEW, mid=mid)
    tables = runfolio.load_runs(logs)
    run = next(run for run in tables.runs.index if str(run).endswith("mid-1"))
    given = str(run) if name == "logs/mid-1" else name.replace("mid-1", str(run))
    if name == "mid":
        given = next(
            c.label for c in analyse(tables, Settings()).configurations if c.params["model"] == name
        )
    asked = {"champion": {"run": run}, "baseline": {"params": {"model": "old"}}}
    objective = {"metric": "acc", "goal": "maximize"}
    expected = analyse(tables, Settings.model_validate({**asked, "objective": objective}))
    compared = runfolio.compare(logs, candidate=given)
    assert compared.candidate.params == {"model": "mid"}
    assert compared.comparisons == expected.scorecard
    assert not any("best of" in note for note in compared.notes)


def test_a_baseline_and_a_metric_may_be_named(logs: Path) -> None:
    compared = runfolio.compare(logs, baseline="new seed 0", metric="latency_ms")
    assert compared.candidate.params == {"model": "old"}
    assert compared.objective is not None
    assert (compared.objective.metric, compared.objective.goal) == ("latency_ms", "minimize")
    assert compared.comparisons[0].metric == "latency_ms"
    assert compared.comparisons[0].difference is not None
    assert compared.comparisons[0].difference.value == pytest.approx(-10.0)
    assert compared.verdict == "better"


def test_a_metric_may_be_named_by_its_label(tmp_path: Path) -> None:
    config = "baseline: {params: {model: old}}\nmetrics: {latency_ms: {label: Waiting time}}"
    logs = project(tmp_path, config, old=OLD, new=NEW)
    compared = runfolio.compare(logs, metric="Waiting time")
    assert compared.objective is not None
    assert compared.objective.metric == "latency_ms"


def test_the_id_of_a_run_may_be_the_name_of_another(tmp_path: Path) -> None:
    def written(folder: str, name: str, model: str, seed: int = 0) -> None:
        about = {"name": name, "params": {"model": model, "seed": seed}}
        write_folder(tmp_path / folder, {"acc": 0.5}, about)

    written("b", "old", "old")
    written("z", "first", "z")
    run = str(runfolio.load_runs(tmp_path).runs.query("name == 'first'").index[0])
    written("a-0", run, "a", 0)
    written("a-1", "unlike", "a", 1)
    put(tmp_path, {"report.yaml": "objective: {metric: acc, goal: maximize}\n"})
    assert runfolio.compare(tmp_path, candidate=run, baseline="old").candidate.runs == (run,)


@pytest.mark.parametrize(
    ("named", "slug", "said"),
    [
        ({"candidate": "new seed 7"}, "configuration-unknown", "Did you mean 'new seed"),
        ({"baseline": "zzz"}, "configuration-unknown", "Configurations and runs are: "),
        ({"candidate": ""}, "configuration-unknown", "There is no configuration or run ''"),
        ({"metric": "latency"}, "metric-unknown", "Did you mean 'latency_ms'?"),
        ({"metric": "size"}, "metric-without-goal", "metrics: {size: {goal: maximize}}"),
        ({"candidate": "old seed 1"}, "same-configuration", "Name another candidate or baseline."),
        ({"candidate": "broken"}, "configuration-not-compared", "(failed) is not compared"),
        ({"baseline": "twin"}, "configuration-ambiguous", "runs of 2 configurations"),
    ],
)
def test_what_cannot_be_compared_is_told_with_what_to_do(
    named: dict[str, str], slug: str, said: str, logs: Path
) -> None:
    for folder, about in {
        "broken": {"name": "broken", "status": "failed"},
        "twin-1": {"name": "twin", "params": {"model": "t1"}},
        "twin-2": {"name": "twin", "params": {"model": "t2"}},
    }.items():
        write_folder(logs / folder, {"acc": 0.5, "size": 3}, about)
    with pytest.raises(UsageError) as raised:
        runfolio.compare(logs, **named)
    assert raised.value.slug == slug
    assert said in raised.value.message


def test_without_a_baseline_the_configurations_are_named(tmp_path: Path) -> None:
    logs = project(tmp_path, "", old=OLD, new=NEW)
    with pytest.raises(UsageError, match=r"baseline='…'.*Configurations are: .*new") as raised:
        runfolio.compare(logs)
    assert raised.value.slug == "baseline-missing"
    config = "baseline: {run: nowhere}"
    with pytest.raises(UsageError, match="The baseline that is configured was not found"):
        runfolio.compare(project(tmp_path, config, old=OLD, new=NEW))


def test_a_baseline_that_is_still_the_best_is_said_to_be(tmp_path: Path) -> None:
    logs = project(tmp_path, "baseline: {params: {model: new}}", old=OLD, new=NEW)
    compared = runfolio.compare(logs)
    assert (compared.comparisons, compared.verdict) == ((), None)
    assert compared.candidate is compared.baseline
    assert "is both baseline and champion: best of 2 configurations" in repr(compared)
    assert len(compared.to_frame()) == 0
    assert "<table" not in compared._repr_html_()


def test_names_from_logs_stay_text(tmp_path: Path) -> None:
    old, new = ({HOSTILE: v["acc"], "acc": v["acc"]} for v in (OLD, NEW))
    logs = project(tmp_path, old=old, new=new)
    metrics = {HOSTILE: {"goal": "maximize", "label": HOSTILE}}
    put(logs, {"report.yaml": json.dumps({"metrics": metrics, "objective": {"metric": HOSTILE}})})
    for seed in range(3):
        about = {"name": HOSTILE, "params": {"model": HOSTILE, "seed": seed}}
        write_folder(logs / f"new-{seed}", {k: v[seed] for k, v in new.items()}, about)
    compared = runfolio.compare(logs, baseline="old seed 0")
    assert HOSTILE in compared.candidate.params.values()
    page = Parsed(compared._repr_html_())
    tags = {"div", "p", "strong", "small", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert {element.tag for element in page.elements} <= tags
    assert {n for e in page.elements for n in e.attributes} <= {"class", "style", "scope"}
    assert "<script>alert(2)</script>\\x1b[2J\\u202e\"'&amp;$x$" in page.text
    for text in (repr(compared), repr(runfolio.load_runs(logs)), compared._repr_html_()):
        assert "\x1b" not in text
        assert "\u202e" not in text
    with pytest.raises(UsageError, match="no configuration or run"):
        runfolio.compare(logs, candidate=HOSTILE + "?" * 40 + "nothing like it")


def test_colours_are_left_to_the_notebook(logs: Path) -> None:
    styles = Parsed(runfolio.compare(logs)._repr_html_()).values("style")
    assert styles
    assert not any("color" in style or "background" in style for style in styles)


def test_what_is_not_shown_is_counted(tmp_path: Path) -> None:
    many = {f"acc_{number:02}": OLD["acc"] for number in range(47)}
    logs = project(tmp_path, old=OLD | many, new=NEW | many)
    compared = runfolio.compare(logs)
    assert len(compared.to_frame()) == 49
    shown = rows(Parsed(compared._repr_html_()), "Candidate against baseline")
    assert len([cell for cell in shown if cell.startswith(("acc", "latency"))]) == 40
    assert "And 9\u00a0more metrics: to_frame() has all of them." in repr(compared)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ((0.5,), (0.6,), "too few runs"),
        ((1e300, -1e300, 1e300), (-1e300, 1e300, 1e300), "not distinguishable"),
        ((math.nan, math.inf), (0.5, 0.6), "not comparable"),
    ],
)
def test_odd_values_make_no_claim(
    old: tuple[float, ...], new: tuple[float, ...], verdict: str, tmp_path: Path
) -> None:
    logs = project(tmp_path, old={"acc": old}, new={"acc": new})
    compared = runfolio.compare(logs, candidate="new seed 0")
    assert compared.verdict == verdict
    assert verdict in compared.finding
    assert compared.to_frame()["verdict"].tolist() == [verdict]
