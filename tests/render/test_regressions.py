"""``regressions.json`` tells every move with every digit, and keeps to its schema."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import mean, stdev
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest

from histories import RECALL, analysed, commit_id, history, move, moves
from runfolio.analysis.history import Alteration, Moves, Trend
from runfolio.analysis.metrics import Metric
from runfolio.render.regressions import regressions_json
from runfolio.schema import regressions_schema
from sites import strict_json

COMMIT: dict[str, Any] = {
    **{"id": "0" * 40, "time": "2026-03-01T12:00:00.000Z", "subject": "Go on"},
}
# Written by hand after the description of the format.
DOCUMENT: dict[str, Any] = {
    "format": "runfolio-regressions",
    "version": 1,
    "histories": [
        {
            **{"name": "project", "branch": None, "head": COMMIT, "commits": 9},
            "metrics": [
                {
                    **{"metric": "loss", "label": "Loss", "unit": "", "scale": 1, "goal": None},
                    **{"n": 9, "latest": "NaN", "level": None, "noise": None, "n_level": 0},
                    "moves": 0,
                }
            ],
            "moves": [
                {
                    "id": "urn:uuid:5b74807b-8312-545b-9185-389ee5913a2e",
                    **{"metric": "loss", "unit": "", "scale": 100, "goal": "minimize"},
                    **{"outcome": "worse", "before": 0, "after": 0.5, "size": 0.5},
                    **{"relative": None, "interval": [0.25, "Infinity"], "p": 0.001},
                    **{"exact": False, "gradual": True, "n_before": 4, "n_after": 5},
                    **{"since": COMMIT, "at": {**COMMIT, "time": None}, "until": COMMIT},
                    "commits": 2,
                    "params": [{"name": "C", "old": "", "new": "1"}],
                    "data": [{"path": "cases.csv", "old": "ab", "new": ""}],
                    **{"files": ["train.py"], "file_count": 3},
                }
            ],
        }
    ],
}


def errors(document: Any) -> list[str]:
    schema = regressions_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(document)]


def document_of(*histories: Moves) -> Any:
    text = regressions_json(analysed(*histories))
    document = strict_json(text.encode("utf-8").decode("utf-8"))
    assert errors(document) == []
    return document


def only(found: Moves) -> Any:
    (told,) = document_of(found)["histories"]
    return told


def measured(values: Sequence[float], at: int | None = None, after: float = 0.0) -> Moves:
    """Return a history of one metric, with a move at a commit or without any."""
    told = () if at is None else (move(at, 0.0, after),)
    trend = Trend(RECALL, np.arange(len(values)), np.array(values), told)
    return Moves(history(len(values)), (trend,))


class TestSchema:
    def test_the_described_format_is_valid(self) -> None:
        assert errors(DOCUMENT) == []
        assert errors({**DOCUMENT, "histories": []}) == []

    @pytest.mark.parametrize(
        "change",
        [
            lambda d: d.pop("histories"),
            lambda d: d.update(version=2),
            lambda d: d["histories"][0].update(extra=1),
            lambda d: d["histories"][0].pop("head"),
            lambda d: d["histories"][0]["metrics"][0].update(goal=""),
            lambda d: d["histories"][0]["metrics"][0].update(latest=None),
            lambda d: d["histories"][0]["moves"][0].update(id="urn:uuid:5b74807b"),
            lambda d: d["histories"][0]["moves"][0].update(outcome="Worse"),
            lambda d: d["histories"][0]["moves"][0].update(interval=[1]),
            lambda d: d["histories"][0]["moves"][0].update(interval=[1, 2, 3]),
            lambda d: d["histories"][0]["moves"][0].update(p="nan"),
            lambda d: d["histories"][0]["moves"][0].update(commits=0),
            lambda d: d["histories"][0]["moves"][0]["at"].update(id="main"),
            lambda d: d["histories"][0]["moves"][0]["params"][0].update(new=1),
        ],
    )
    def test_anything_else_is_not(self, change: Callable[[dict[str, Any]], Any]) -> None:
        document = copy.deepcopy(DOCUMENT)
        change(document)
        assert errors(document)


class TestMoves:
    def test_all_that_is_known_of_a_move_as_logged(self) -> None:
        told = move(
            *(6, 0.954, 0.923),
            half=0.012,
            since=3,
            until=7,
            p=1e-300,
            n_before=6,
            n_after=4,
            params=(Alteration("C", "1.0", "0.1"),),
            data=(Alteration("cases.csv", "", "a8e2537a53041e6c"),),
            files=("train.py",),
            file_count=12,
        )
        found = only(moves(history(10, branch="dev"), told))
        (one,) = found["moves"]
        size = 0.923 - 0.954
        assert one.pop("id").startswith("urn:uuid:")
        assert one == {
            **{"metric": "val/recall", "unit": "%", "scale": 100, "goal": "maximize"},
            **{"outcome": "worse", "before": 0.954, "after": 0.923, "size": size},
            **{"relative": size / 0.954, "interval": [size - 0.012, size + 0.012]},
            **{"p": 1e-300, "exact": False, "gradual": False, "n_before": 6, "n_after": 4},
            "since": _commit(3),
            "at": _commit(6),
            "until": _commit(7),
            "commits": 4,
            "params": [{"name": "C", "old": "1.0", "new": "0.1"}],
            "data": [{"path": "cases.csv", "old": "", "new": "a8e2537a53041e6c"}],
            "files": ["train.py"],
            "file_count": 12,
        }
        assert (found["name"], found["branch"], found["commits"]) == ("project", "dev", 10)
        assert found["head"] == _commit(9)

    def test_the_newest_first_over_all_metrics(self) -> None:
        other = Metric("size", "size")
        told = [move(2, 0.9, 0.8), move(6, 0.8, 0.9), move(4, 10.0, 30.0, other)]
        found = only(moves(history(9), *told))
        assert [(one["metric"], one["outcome"]) for one in found["moves"]] == [
            ("val/recall", "better"),
            ("size", "moved"),
            ("val/recall", "worse"),
        ]
        assert [(one["metric"], one["moves"]) for one in found["metrics"]] == [
            ("val/recall", 2),
            ("size", 1),
        ]
        assert [one["goal"] for one in found["moves"]] == ["maximize", None, "maximize"]

    def test_a_share_of_nothing_is_not_told(self) -> None:
        up, down = move(2, 0.0, 0.5), move(4, -0.5, -1.0)
        found = only(moves(history(9), up, down))
        assert [one["relative"] for one in found["moves"]] == [-1, None]

    def test_numbers_that_json_does_not_have_and_texts_that_utf_8_does_not(self) -> None:
        metric = Metric("half \ud800", "nul\x00 \u2028")
        told = move(2, math.inf, -math.inf, metric, files=("\udfff",), file_count=1)
        found = history(4, subject=["</script> \x00 \ud800"] * 4)
        (one,) = only(moves(found, told))["moves"]
        assert (one["before"], one["after"], one["relative"]) == ("Infinity", "-Infinity", "NaN")
        assert one["metric"] == "half \ud800"
        assert one["at"]["subject"] == "</script> \x00 \ud800"

    def test_a_commit_without_a_time_and_a_head_without_a_branch(self) -> None:
        none = pd.Series([pd.NaT] * 4, dtype="datetime64[ms, UTC]")
        found = only(moves(history(4, branch="", time=none), move(2, 0.9, 0.8)))
        assert (found["branch"], found["head"]["time"]) == (None, None)

    def test_several_repositories_stand_beside_each_other(self) -> None:
        one = moves(history(9, name="a"), move(4, 0.9, 0.8))
        two = moves(history(9, name="b"), move(4, 0.9, 0.8))
        found = document_of(one, two)["histories"]
        assert [history["name"] for history in found] == ["a", "b"]
        assert len({one["id"] for history in found for one in history["moves"]}) == 2


class TestMetrics:
    def test_where_a_metric_stands_since_its_last_move(self) -> None:
        values = [0.9, 0.92, 0.91, 0.8, math.nan, 0.82, 0.84]
        (told,) = only(measured(values, at=3, after=0.825))["metrics"]
        since = [0.8, 0.82, 0.84]
        assert (told["n"], told["latest"], told["moves"]) == (7, 0.84, 1)
        assert (told["level"], told["n_level"]) == (0.825, 3), "the move's own level"
        assert told["noise"] == pytest.approx(stdev(since))

    def test_without_a_move_all_of_it_counts(self) -> None:
        values = [0.9, 0.92, math.inf, 0.91]
        (told,) = only(measured(values))["metrics"]
        assert told["level"] == pytest.approx(mean([0.9, 0.92, 0.91]))
        assert told["noise"] == pytest.approx(stdev([0.9, 0.92, 0.91]))
        assert told["n_level"] == 3

    @pytest.mark.parametrize(
        ("values", "latest", "level"), [([math.nan], "NaN", None), ([0.5], 0.5, 0.5)]
    )
    def test_one_value_has_no_noise(
        self, values: list[float], latest: object, level: object
    ) -> None:
        (told,) = only(measured(values))["metrics"]
        assert (told["latest"], told["level"], told["noise"]) == (latest, level, None)

    def test_a_value_is_as_logged_and_its_scale_says_how_it_is_shown(self) -> None:
        shown = replace(RECALL, scale=1.0, unit="")
        for metric, scale in ((RECALL, 100), (shown, 1)):
            trend = Trend(metric, np.arange(3), np.array([0.1 + 0.2] * 3), ())
            (told,) = only(Moves(history(3), (trend,)))["metrics"]
            assert (told["latest"], told["scale"]) == (0.1 + 0.2, scale)


def _commit(position: int) -> dict[str, str]:
    return {
        "id": commit_id(position),
        "time": f"2026-03-{position + 1:02d}T09:30:00.000Z",
        "subject": f"Commit {position}",
    }
