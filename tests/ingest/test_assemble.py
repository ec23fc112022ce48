"""Records of several sources become tables with every run once and safe names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from builders import run, tables
from runfolio.ingest.assemble import Read, assemble
from runfolio.model.order import natural
from runfolio.model.records import Records
from runfolio.model.series import reduce_series

TITLES = {"mlflow-files": "files", "mlflow-sqlite": "database", "folder": "Plain folders"}


def test_a_run_in_two_stores_is_one_run_with_the_fuller_series() -> None:
    files = run("f" * 32, {"loss": [3.0, 2.0]}, format="mlflow-files", tags={"only": "here"})
    base = run("f" * 32, {"loss": [3.0, 2.0, 1.0]}, format="mlflow-sqlite", location="mlflow.db")
    merged = assemble(
        [
            Read("mlflow-files", "mlruns", Records((files,))),
            Read("mlflow-sqlite", "mlflow.db", Records((base,))),
        ],
        TITLES,
    )
    assert list(merged.runs.index) == ["f" * 32]
    assert merged.metrics["count"].tolist() == [3]
    assert merged.runs.at["f" * 32, "also_in"] == "logs"
    assert merged.tags["tag"].tolist() == ["only"]
    assert [p.slug for p in merged.problems] == ["run-in-two-places"]
    assert [s.runs for s in merged.sources] == [1, 1]


def test_plain_folders_with_one_path_in_two_places_stay_two_runs() -> None:
    one = run("run-1", {"acc": 0.1}, location="a", path="a/run-1", id_is_path=True)
    other = run("run-1", {"acc": 0.2}, location="b", path="b/run-1", id_is_path=True)
    both = assemble(
        [Read("folder", "a", Records((one,))), Read("folder", "b", Records((other,)))], TITLES
    )
    assert len(both.runs) == 2


@given(st.lists(st.text(max_size=30), min_size=1, max_size=12))
def test_labels_and_file_names_are_unique_whatever_the_names(names: list[str]) -> None:
    runs = [run(f"id{i}", {"acc": 0.5}, name=name) for i, name in enumerate(names)]
    frame = tables(*runs).runs
    assert frame["label"].is_unique
    assert frame["label"].str.strip().ne("").all()
    assert frame["slug"].str.lower().is_unique
    assert frame["slug"].str.fullmatch(r"[a-z0-9-]{1,90}").all()


def test_names_are_sorted_as_people_count() -> None:
    assert sorted(["run-10", "run-9", "Run-1"], key=natural) == ["Run-1", "run-9", "run-10"]


def test_times_that_no_calendar_holds_are_left_out() -> None:
    frame = tables(run("a", started=1_760_000_000_000), run("b", started=10**18)).runs
    assert str(frame.at["a", "started"]) == "2025-10-09 08:53:20+00:00"
    assert frame["started"].isna().tolist() == [False, True]


def test_curves_lie_beside_the_rows_of_the_metrics() -> None:
    built = tables(run("a", {"x": [1.0, 2.0], "y": [5.0]}), run("b", {"x": [7.0]}))
    curves = [built.curves.of(i)[1].tolist() for i in range(3)]
    assert curves == [[1.0, 2.0], [5.0], [7.0]]
    assert built.series()["value"].tolist() == [1.0, 2.0, 5.0, 7.0]
    assert built.series()["run"].tolist() == ["a", "a", "a", "b"]


def test_times_lie_beside_the_points_and_are_told_where_unknown() -> None:
    steps, values = np.arange(2), np.array([1.0, 2.0])
    timed = reduce_series("x", steps, values, np.array([1_760_000_000_000, 1_760_000_001_500]))
    built = tables(replace(run("a", {"y": [5.0]}), series=(timed, *run("a", {"y": 5.0}).series)))
    assert built.curves.times_of(0).tolist() == [1_760_000_000.0, 1_760_000_001.5]
    assert built.curves.times_of(1).tolist() == []
    assert len(built.curves.times) == len(built.curves.values)
    assert tables(run("a", {"x": [1.0, 2.0]})).curves.times.size == 0


def test_an_alias_renames_a_metric_and_keeps_the_finer_of_two() -> None:
    runs = (
        run("old", {"val_acc": [0.1, 0.2]}),
        run("both", {"val_acc": [0.1, 0.2, 0.3], "val/acc": [0.3]}),
    )
    aliases = {"val_acc": "val/acc", "val_ac": "val/acc"}
    built = assemble([Read("folder", "logs", Records(runs))], TITLES, aliases=aliases)
    found = built.metrics[["run", "metric", "count"]].itertuples(index=False, name=None)
    assert sorted(found) == [("both", "val/acc", 3), ("old", "val/acc", 2)]
    (told,) = built.problems
    assert (told.slug, told.hint) == ("alias-unused", "Did you mean 'val_acc'?")
