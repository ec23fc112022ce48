"""Does the model meet what is asked of it? Thresholds by hand, and what must always hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.gate import Gate
from runfolio.analysis.gates import MOST_CANDIDATES, judge, may_be_released, of_side, stops
from runfolio.config import Requirement, Settings
from runfolio.ingest.assemble import Read, assemble
from runfolio.model.records import CheckRecord, CheckStatus, Records, RunRecord

# Three runs: mean 0.96, s = 0.01, t(0.975, 2) = 4.303, so ± 4.303 · 0.01 / √3 = 0.0248.
RECALL = [0.95, 0.96, 0.97]
LOW, HIGH = 0.9352, 0.9848
NAN, INF = math.nan, math.inf


def runs(name: str, *values: Mapping[str, float], **fields: Any) -> list[RunRecord]:
    return [
        run(f"{name}-{n}", own, params={"model": name, "seed": str(n)}, **fields)
        for n, own in enumerate(values)
    ]


def recalls(name: str, values: Sequence[float], **fields: Any) -> list[RunRecord]:
    return runs(name, *({"recall": value} for value in values), **fields)


def analysed(records: Sequence[RunRecord], *asked: Mapping[str, Any], **more: Any) -> Analysed:
    told = {
        "objective": {"metric": "recall", "goal": "maximize"},
        "requirements": [{"name": f"asked {n}", **one} for n, one in enumerate(asked)],
        "as_of": "2026-11-30",
        **more,
    }
    return analyse(tables(*records), Settings.model_validate(told))


def own(records: Sequence[RunRecord], asked: Mapping[str, Any], **more: Any) -> Gate:
    """Return the gate of the champion."""
    (gate,) = of_side(analysed(records, asked, **more).gates, "champion")
    return gate


def slugs(a: Analysed) -> list[str]:
    known = ("requirement", "waiver")
    return [problem.slug for problem in a.problems if problem.slug.startswith(known)]


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        ({"at_least": LOW - 0.001}, "met"),
        ({"at_least": LOW + 0.001}, "met, not certain"),
        ({"at_least": 0.96}, "met, not certain"),
        ({"at_least": 0.961}, "missed"),
        ({"at_least": 0.961, "tolerance": 0.002}, "met, not certain"),
        ({"at_least": 0.961, "tolerance": 0.03}, "met"),
        ({"at_least": 0.961, "tolerance": {"relative": 0.03}}, "met"),
        ({"at_most": HIGH + 0.001}, "met"),
        ({"at_most": HIGH - 0.001}, "met, not certain"),
        ({"at_most": 0.959}, "missed"),
        ({"at_most": 0.959, "tolerance": 0.002}, "met, not certain"),
        ({"at_least": 0.9, "at_most": 0.99}, "met"),
        ({"at_least": 0.95, "at_most": 0.99}, "met, not certain"),
        ({"at_least": 0.9, "at_most": 0.95}, "missed"),
        ({"at_least": 95, "unit": "%"}, "met, not certain"),
        ({"at_least": 93, "unit": "%"}, "met"),
        ({"at_least": 97, "unit": "%"}, "missed"),
    ],
)
def test_the_mean_and_its_interval_decide(asked: dict[str, Any], outcome: str) -> None:
    gate = own(recalls("forest", RECALL), {"metric": "recall", **asked})
    assert gate.outcome == outcome
    assert gate.is_met == outcome.startswith("met")
    assert gate.stops == (outcome == "missed")


def test_the_reason_says_on_which_side_the_interval_lies() -> None:
    def reason(bound: float) -> str:
        return own(recalls("forest", RECALL), {"metric": "recall", "at_least": bound}).reason

    assert reason(0.93).endswith("lies wholly on the right side.")
    assert reason(0.95).endswith("reaches to the wrong side.")
    assert reason(0.97).endswith("reaches to the right side.")
    assert reason(0.99).endswith("lies wholly on the wrong side.")
    assert "mean of 3 runs" in reason(0.99)


def test_one_run_is_never_certain() -> None:
    gate = own(recalls("forest", [0.99]), {"metric": "recall", "at_least": 0.5})
    assert gate.outcome == "met, not certain"
    assert "one run has no spread" in gate.reason


@pytest.mark.parametrize("percent", [35, 41, 47, 57, 69, 70, 82, 83, 94, 95, 7, 14, 28, 29, 55])
@pytest.mark.parametrize("side", ["at_least", "at_most"])
def test_a_value_at_the_threshold_meets_it_whatever_the_unit(percent: int, side: str) -> None:
    # 95 times 0.01 is a little more than 0.95 in floating point, 35 times 0.01 a little more.
    asked = {"metric": "recall", side: percent, "unit": "%"}
    assert own(recalls("forest", [percent / 100]), asked).is_met


def test_a_value_at_the_edge_of_the_tolerance_meets_it() -> None:
    asked = {"metric": "recall", "at_least": 0.9, "tolerance": 0.005}
    assert own(recalls("forest", [0.895]), asked).is_met
    assert not own(recalls("forest", [0.8949]), asked).is_met


@pytest.mark.parametrize(
    ("metric", "asked", "told", "outcome"),
    [
        ("latency_ms", {"at_most": 0.05, "unit": "s"}, {}, "met, not certain"),
        ("latency_ms", {"at_most": 0.03, "unit": "s"}, {}, "missed"),
        ("latency_ms", {"at_most": 40, "unit": "milliseconds"}, {}, "met, not certain"),
        ("latency_ms", {"at_most": 40}, {}, "met, not certain"),
        ("latency_ms", {"at_most": 40, "unit": "MB"}, {}, "not evaluated"),
        ("latency", {"at_most": 40, "unit": "ms"}, {}, "not evaluated"),
        ("latency", {"at_most": 40, "unit": "ms"}, {"unit": "ms"}, "met, not certain"),
        # Logged in per cent, and nobody said so: 40 could be a share only by mistake.
        ("accuracy", {"at_least": 95, "unit": "%"}, {}, "not evaluated"),
        ("accuracy", {"at_least": 30, "unit": "%"}, {"unit": "%"}, "met, not certain"),
        ("latency_ms", {"at_most": 1e308, "unit": "h"}, {}, "not evaluated"),
    ],
)
def test_units_are_converted_or_not_judged(
    metric: str, asked: dict[str, Any], told: dict[str, Any], outcome: str
) -> None:
    records = runs("forest", {"recall": 0.9, metric: 40.0})
    more = {"metrics": {metric: told}} if told else {}
    a = analysed(records, {"metric": metric, **asked}, **more)
    assert a.gates[0].outcome == outcome
    assert slugs(a) == (["requirement-unit"] if outcome == "not evaluated" else [])


@pytest.mark.parametrize("asked", [{"at_most": 6}, {"at_least": 95}, {"at_most": 1.5}])
def test_per_cent_without_a_unit_is_not_taken_for_a_share(asked: dict[str, float]) -> None:
    # 6 would let every share pass, 95 none.
    share = {"metrics": {"recall": {"unit": "%"}}}
    a = analysed(recalls("forest", RECALL), {"metric": "recall", **asked}, **share)
    assert a.gates[0].outcome == "not evaluated"
    assert slugs(a) == ["requirement-unit"]
    assert own(recalls("forest", RECALL), {"metric": "recall", "at_least": 0.5}, **share).is_met


@pytest.mark.parametrize("value", [NAN, INF, -INF])
@pytest.mark.parametrize("bound", [{"at_least": -1e300}, {"at_most": 1e300}])
def test_a_value_that_is_not_finite_is_never_a_pass(value: float, bound: dict[str, float]) -> None:
    records = runs("forest", {"recall": 0.9, "cost": value}, {"recall": 0.9, "cost": value})
    gate = own(records, {"metric": "cost", **bound})
    assert (gate.outcome, gate.stops) == ("not evaluated", True)
    assert gate.threshold


def test_a_metric_that_nobody_logged_is_told_with_what_was_probably_meant() -> None:
    a = analysed(recalls("forest", RECALL), {"metric": "recal", "at_least": 0})
    assert a.gates[0].outcome == "not evaluated"
    assert a.gates[0].threshold == "at least 0"
    (problem,) = [p for p in a.problems if p.slug == "requirement-not-logged"]
    assert "'recall'" in problem.hint


def test_runs_that_diverged_count_for_nothing() -> None:
    records = runs("forest", {"recall": 0.9, "loss": NAN}, {"recall": 0.2, "loss": 0.5})
    gate = own(records, {"metric": "recall", "at_least": 0.5})
    assert gate.outcome == "missed"
    assert gate.estimate is not None
    assert gate.estimate.n == 1


# Against the baseline: means 0.96 and 0.90, and the difference of 0.06 with the interval that
# Welch's method gives: s = 0.01 on both sides, so se = 0.01 √(2/3), t(0.975, 4) = 2.776: ± 0.0227.
BASE = [0.89, 0.90, 0.91]
AS_BASE = {"baseline": {"params": {"model": "today"}}, "replicates": {"pair_by": "none"}}


@pytest.mark.parametrize(
    ("values", "tolerance", "outcome"),
    [
        (RECALL, 0, "met"),
        ([0.905, 0.915, 0.91], 0, "met, not certain"),
        ([0.87, 0.88, 0.89], 0, "missed"),
        ([0.87, 0.88, 0.89], 0.021, "met, not certain"),
        ([0.87, 0.88, 0.89], 0.06, "met"),
        ([0.895], 0.005, "met, not certain"),  # 0.9 − 0.895 is a little more than 0.005
        ([NAN, NAN], 1000, "not evaluated"),
    ],
)
def test_no_worse_than_the_baseline(values: list[float], tolerance: float, outcome: str) -> None:
    records = [
        *runs("today", *({"recall": 0.1, "auc": value} for value in BASE)),
        *runs("forest", *({"recall": 0.9, "auc": value} for value in values)),
    ]
    asked = {"metric": "auc", "no_worse_than": "baseline", "tolerance": tolerance}
    goal = {"metrics": {"auc": {"goal": "maximize"}}}
    a = analysed(records, asked, **AS_BASE, **goal)
    (gate,) = of_side(a.gates, "champion")
    assert gate.outcome == outcome
    (before,) = of_side(a.gates, "baseline")
    assert (before.outcome, before.reason) == ("met", "It is the baseline itself.")


def test_no_worse_than_a_baseline_of_which_nothing_is_known() -> None:
    asked = {"metric": "auc", "no_worse_than": "baseline"}
    goal = {"metrics": {"auc": {"goal": "maximize"}}}
    forest = runs("forest", {"recall": 0.9, "auc": 0.9})
    assert own(forest, asked, **goal).reason == "No baseline is known."
    unmeasured = runs("today", {"recall": 0.99})
    a = analysed([*unmeasured, *forest], asked, **AS_BASE, **goal)
    assert a.champion is a.baseline
    assert of_side(a.gates, "champion")[0].outcome == "not evaluated"
    assert {gate.outcome for gate in a.gates} == {"not evaluated"}


def test_without_a_direction_nothing_is_no_worse() -> None:
    records = [
        *runs("today", {"recall": 0.1, "zorp": 1}),
        *runs("forest", {"recall": 0.9, "zorp": 2}),
    ]
    a = analysed(records, {"metric": "zorp", "no_worse_than": "baseline"}, **AS_BASE)
    assert {gate.outcome for gate in a.gates} == {"not evaluated"}
    assert slugs(a) == ["requirement-without-goal"]


def test_runs_on_other_data_are_not_compared() -> None:
    records = [*recalls("today", BASE, data="v1"), *recalls("forest", RECALL, data="v2")]
    more = {**AS_BASE, "champion": {"params": {"model": "forest"}}}
    gate = own(records, {"metric": "recall", "no_worse_than": "baseline"}, **more)
    assert gate.outcome == "not evaluated"
    assert "different data" in gate.reason


def test_champion_baseline_and_candidates_are_judged_the_best_first() -> None:
    records = [*recalls("today", [0.5]), *recalls("forest", [0.9]), *recalls("tree", [0.7])]
    a = analysed(records, {"metric": "recall", "at_least": 0.6}, **AS_BASE)
    assert [(g.side, g.outcome) for g in a.gates] == [
        ("champion", "met, not certain"),
        ("baseline", "missed"),
        ("candidate", "met, not certain"),
    ]


def test_a_baseline_that_is_the_champion_is_judged_once() -> None:
    records = [*recalls("today", [0.9]), *recalls("forest", [0.5])]
    a = analysed(records, {"metric": "recall", "at_least": 0.6}, **AS_BASE)
    assert [g.side for g in a.gates] == ["champion", "candidate"]


def test_of_very_many_configurations_the_best_are_judged() -> None:
    records = [one for n in range(60) for one in recalls(f"m{n}", [n / 100])]
    a = analysed(records, {"metric": "recall", "at_least": 0.3})
    assert len(a.gates) == 1 + MOST_CANDIDATES


@pytest.mark.parametrize(
    "records",
    [
        [run("a", {"recall": 0.9}, status="failed")],
        [run("a", {"recall": NAN})],
        [run("a", {"zorp": 1.0})],
        [run("a", {})],
    ],
)
def test_without_a_champion_nothing_passes_and_the_report_says_so(records: list[RunRecord]) -> None:
    a = analysed(records, {"metric": "recall", "at_least": 0})
    if a.champion is None:
        assert "requirements-without-champion" in slugs(a)
        assert of_side(a.gates, "champion") == ()
    assert not any(gate.is_met for gate in a.gates)
    assert not may_be_released(of_side(a.gates, "champion"))


# Evidence.


def with_evidence(
    evidence: Any, *, files: Mapping[str, tuple[str, ...]] | None = None, **more: Any
) -> Gate:
    a = analysed(recalls("forest", RECALL), {"evidence": evidence})
    told = replace(a.tables, files=files or {}, **more)
    gates, _ = judge(replace(a, tables=told), [a.gates[0].requirement])
    return of_side(gates, "champion")[0]


def test_a_file_is_evidence_if_it_was_found() -> None:
    assert with_evidence("CARD.md").outcome == "not evaluated"
    gate = with_evidence("CARD.md", files={"CARD.md": ("CARD.md",)})
    assert (gate.outcome, gate.evidence) == ("met", ("CARD.md",))
    assert with_evidence("CARD.md", files={"other.md": ("other.md",)}).outcome == "not evaluated"


def test_a_statement_needs_a_name_and_a_day() -> None:
    told = {"statement": "No names.", "by": "data engineer", "date": "2026-10-05"}
    gate = with_evidence(told)
    assert gate.outcome == "met"
    assert gate.reason == "Stated by data engineer on 2026-10-05: No names."
    for lacking in ("by", "date"):
        with pytest.raises(ValueError, match="nobody answers for"):
            Settings.model_validate(
                {
                    "requirements": [
                        {"name": "a", "evidence": {k: v for k, v in told.items() if k != lacking}}
                    ]
                }
            )


def checked(*checks: tuple[str, CheckStatus, int]) -> Gate:
    """Judge checks of data: name, status and day."""
    records = tables(*recalls("forest", RECALL))
    day = 86_400_000
    frame = tables_of_checks(
        [
            CheckRecord("patients", name, "gx", "gx", status, checked=at * day)
            for name, status, at in checks
        ]
    )
    a = analyse(
        replace(records, checks=frame),
        Settings.model_validate(
            {
                "objective": {"metric": "recall", "goal": "maximize"},
                "requirements": [{"name": "a", "evidence": {"check": "patients/*"}}],
            }
        ),
    )
    return of_side(a.gates, "champion")[0]


def tables_of_checks(checks: Sequence[CheckRecord]) -> Any:
    return assemble([Read("gx", "gx", Records(checks=tuple(checks)))], {"gx": "GX"}, ()).checks


@pytest.mark.parametrize(
    ("checks", "outcome"),
    [
        ((), "not evaluated"),
        ([("a", "pass", 1)], "met"),
        ([("a", "pass", 1), ("b", "pass", 1)], "met"),
        ([("a", "pass", 1), ("b", "fail", 1)], "missed"),
        ([("a", "pass", 1), ("b", "error", 1)], "missed"),
        ([("a", "pass", 1), ("b", "warning", 1)], "missed"),
        ([("a", "pass", 1), ("b", "skipped", 1)], "not evaluated"),
        ([("a", "measured", 1)], "not evaluated"),
        ([("a", "pass", 1), ("b", "measured", 1)], "met"),
        ([("a", "fail", 1), ("a", "pass", 2)], "met"),
        ([("a", "pass", 1), ("a", "fail", 2)], "missed"),
    ],
)
def test_checks_of_data_are_evidence_if_their_newest_results_are_passes(
    checks: Sequence[tuple[str, CheckStatus, int]], outcome: str
) -> None:
    assert checked(*checks).outcome == outcome


# Waivers.

WAIVED = {"metric": "recall", "at_least": 0.999}


@pytest.mark.parametrize(
    ("as_of", "waived"),
    [("2026-12-30", True), ("2026-12-31", True), ("2027-01-01", False), (None, False)],
)
def test_a_waiver_counts_up_to_its_last_day(as_of: str | None, waived: bool) -> None:
    asked = {**WAIVED, "waiver": {"until": "2026-12-31", "by": "owner", "reason": "later"}}
    a = analysed(recalls("forest", RECALL), asked, as_of=as_of)
    (gate,) = a.gates
    assert (gate.outcome, gate.waived, gate.stops) == ("missed", waived, not waived)
    undated = ["waiver-undated"] if as_of is None else ["waiver-over"]
    assert slugs(a) == ([] if waived else undated)


def test_nothing_is_said_of_a_waiver_that_is_not_needed_any_more() -> None:
    waiver = {"until": "2020-01-01", "by": "owner", "reason": "later"}
    a = analysed(recalls("forest", RECALL), {"metric": "recall", "at_least": 0.9, "waiver": waiver})
    assert (slugs(a), a.gates[0].waived) == ([], False)


def test_what_should_be_met_holds_nothing_back() -> None:
    gate = own(recalls("forest", RECALL), {**WAIVED, "severity": "should"})
    assert (gate.outcome, gate.stops) == ("missed", False)


def test_only_what_must_be_met_has_to_be_certain() -> None:
    asked = {"metric": "recall", "at_least": 0.955}
    for more, held in (({}, 1), ({"severity": "should"}, 0)):
        gates = analysed(recalls("forest", RECALL), {**asked, **more}).gates
        assert stops(gates) == ()
        assert len(stops(gates, certain=True)) == held
        assert may_be_released(gates, certain=True) == (not held)
    assert not may_be_released(())


# What must always hold.

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
VALUES = st.lists(NUMBERS, min_size=1, max_size=5)
ORDER = {"not evaluated": -1, "missed": 0, "met, not certain": 1, "met": 2}
GOAL = {"metrics": {"auc": {"goal": "maximize"}}}
STUDY = analysed(
    [
        *runs("today", *[{"recall": 0.1, "auc": 0.5, "took_ms": 1.0}] * 5),
        *runs("f", *[{"recall": 0.9, "auc": 0.5, "took_ms": 1.0}] * 5),
    ],
    **AS_BASE,
    **GOAL,
)


def judged(
    values: Sequence[float], asked: Mapping[str, Any], base: Sequence[float] = (), **more: Any
) -> Gate:
    """Judge the champion by other values than it logged; runs without one logged none."""
    metric = str(asked["metric"])
    told = {f"f-{n}": value for n, value in enumerate(values)}
    told |= {f"today-{n}": value for n, value in enumerate(base)}
    a = replace(STUDY, values={**STUDY.values, metric: told}, **more)
    gates, _ = judge(a, [Requirement.model_validate({"name": "asked", **asked})])
    return of_side(gates, "champion")[0]


@given(VALUES, NUMBERS, st.floats(0, 1e6), st.floats(0, 1e6), st.booleans())
def test_more_tolerance_never_turns_a_pass_into_a_fail(
    values: list[float], bound: float, one: float, other: float, is_floor: bool
) -> None:
    asked = {"metric": "auc", "at_least" if is_floor else "at_most": bound}
    outcomes = [
        ORDER[judged(values, {**asked, "tolerance": tolerance}).outcome]
        for tolerance in (0, *sorted((one, other)))
    ]
    assert outcomes == sorted(outcomes)


@given(VALUES, VALUES, st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_tolerance_against_the_baseline_is_never_worse(
    values: list[float], base: list[float], one: float, other: float
) -> None:
    asked = {"metric": "auc", "no_worse_than": "baseline"}
    outcomes = [
        ORDER[judged(values, {**asked, "tolerance": tolerance}, base).outcome]
        for tolerance in (0, *sorted((one, other)))
    ]
    assert outcomes == sorted(outcomes)


@given(VALUES, NUMBERS, st.floats(0, 100))
def test_at_most_is_the_mirror_of_at_least(
    values: list[float], bound: float, tolerance: float
) -> None:
    asked = {"metric": "auc", "tolerance": tolerance}
    floor = judged(values, {**asked, "at_least": bound})
    ceiling = judged([-value for value in values], {**asked, "at_most": -bound})
    assert floor.outcome == ceiling.outcome


@given(VALUES, NUMBERS)
def test_the_unit_of_the_threshold_changes_nothing(values: list[float], bound: float) -> None:
    outcomes = {
        judged(values, {"metric": "took_ms", "at_most": bound / size, "unit": unit}).outcome
        for unit, size in (("ms", 1), ("s", 1000), ("min", 60_000), ("µs", 0.001))
    }
    assert len(outcomes) == 1


@given(
    st.lists(st.sampled_from([NAN, INF, -INF]), max_size=4),
    NUMBERS,
    st.floats(0, 1e300),
    st.sampled_from(["at_least", "at_most", "no_worse_than"]),
)
def test_nothing_finite_is_never_a_pass(
    values: list[float], bound: float, tolerance: float, side: str
) -> None:
    asked = {"metric": "auc", side: "baseline" if side == "no_worse_than" else bound}
    gate = judged(values, {**asked, "tolerance": tolerance}, [0.5, 0.6])
    assert (gate.outcome, gate.stops) == ("not evaluated", True)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-400, 400))
def test_a_waiver_never_holds_back_before_its_end_and_always_after(until: date, days: int) -> None:
    waiver = {"until": until, "by": "a", "reason": "b"}
    day = pd.Timestamp(until + timedelta(days), tz="UTC")
    asked = {"metric": "auc", "at_least": 1, "waiver": waiver}
    gate = judged([0.5], asked, as_of=day)
    assert gate.stops == (days > 0)
    assert gate.outcome == "missed", "a waiver is no pass"


@given(st.floats(0, 1e308), st.floats(0, 1e308), st.floats(-1e308, 1e308))
def test_huge_numbers_are_judged_or_not_and_break_nothing(
    relative: float, absolute: float, bound: float
) -> None:
    tolerance = {"relative": relative, "absolute": absolute}
    asked = {"metric": "took_ms", "at_most": bound, "unit": "h", "tolerance": tolerance}
    gate = judged([1e300], asked)
    bound, absolute = bound * 3_600_000, absolute * 3_600_000
    if not (math.isfinite(bound) and math.isfinite(absolute)):
        assert gate.outcome == "not evaluated"
    else:
        top = bound + max(absolute, relative * abs(bound))
        assert math.isclose(top, 1e300, rel_tol=1e-9) or gate.is_met == (top > 1e300)
