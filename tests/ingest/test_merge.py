"""One run is one run, in however many logs it stands; two runs stay two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import run, series
from runfolio.ingest.merge import Merged, merge_runs
from runfolio.model.records import RunRecord

CURVE = [0.91234567, 0.71234567, 0.61234567]
OTHER = [0.91234567, 0.71234567, 0.51234567]


def at(path: str, metrics: dict[str, list[float]], **fields: Any) -> RunRecord:
    """Return a run that has no id but its path."""
    return run(path, metrics, path=path, id_is_path=True, name=path.rpartition("/")[2], **fields)


def merged(*runs: RunRecord) -> Merged:
    return merge_runs(runs)


def as_events(values: list[float]) -> list[float]:
    """Return values as a 32-bit float keeps them."""
    return [float(np.float32(value)) for value in values]


def test_two_formats_in_one_folder_are_one_run() -> None:
    table = at("logs/v0", {"loss": CURVE}, format="lightning-csv", status="unknown")
    events = at("logs/v0", {"lr": [0.1]}, format="tensorboard", params={"depth": "3"})
    both = merged(table, events)
    (one,) = both.runs
    assert {s.metric for s in one.series} == {"loss", "lr"}
    assert (one.params, one.status) == ({"depth": "3"}, "finished")
    assert [p.slug for p in both.problems] == ["run-in-two-places"]


def test_one_training_logged_by_two_trackers_is_told_by_its_values() -> None:
    tracked = run("abc123", {"train/loss": CURVE}, format="wandb", location="wandb")
    events = at("tb/version_0", {"train_loss": as_events(CURVE)}, format="tensorboard")
    both = merged(events, tracked)
    (one,) = both.runs
    assert (one.id, [s.metric for s in one.series]) == ("abc123", ["train/loss"])
    assert both.also_in == {"abc123": ["tb/version_0"]}
    assert "told by equal values" in both.problems[0].message


def test_the_finer_series_is_kept_under_the_name_of_the_run_that_stays() -> None:
    tracked = run("abc123", {"val/acc": CURVE, "loss": [0.5]}, format="wandb")
    events = at("tb", {"val/acc": CURVE, "Loss": [0.9, 0.7, 0.5]}, format="tensorboard")
    (one,) = merged(tracked, events).runs
    assert {s.metric: s.summary.count for s in one.series} == {"val/acc": 3, "loss": 3}


@pytest.mark.parametrize(
    "other",
    [
        at("tb", {"loss": as_events(OTHER)}, format="tensorboard"),  # ends elsewhere
        at("tb", {"loss": CURVE}, format="tensorboard", params={"seed": "2"}),  # another seed
        at("tb", {"loss": CURVE, "acc": [0.1, 0.3]}, format="tensorboard"),  # another accuracy
    ],
)
def test_what_differs_in_a_value_or_param_is_another_run(other: RunRecord) -> None:
    metrics = {"loss": CURVE, "acc": [0.1, 0.2]}
    tracked = run("abc123", metrics, format="wandb", params={"seed": "1"})
    assert len(merged(tracked, other).runs) == 2


def test_params_written_in_two_ways_are_the_same() -> None:
    tracked = run("abc123", {"loss": CURVE}, format="wandb", params={"lr": "0.001", "amp": "true"})
    events = at("tb", {"loss": CURVE}, format="tensorboard", params={"lr": "1e-3", "amp": "True"})
    assert len(merged(tracked, events).runs) == 1


def test_round_numbers_prove_nothing() -> None:
    tracked = run("abc123", {"acc": [0.5, 0.75, 1.0]}, format="wandb")
    events = at("tb", {"acc": [0.5, 0.75, 1.0]}, format="tensorboard")
    assert len(merged(tracked, events).runs) == 2


def test_runs_with_ids_of_their_own_stay_apart_within_a_tracker() -> None:
    """A second run with the same seed repeats the first; the tracker says that it is another."""
    runs = [run(name, {"loss": CURVE}, format="mlflow-files") for name in ("a" * 32, "b" * 32)]
    assert len(merged(*runs).runs) == 2


def test_an_id_that_people_chose_means_one_run_only_within_an_experiment() -> None:
    """Two projects may each have a run called baseline; a drawn id occurs nowhere else."""
    one = run("baseline", {"loss": CURVE}, format="wandb", experiment="churn", location="a")
    other = run("baseline", {"loss": OTHER}, format="wandb", experiment="fraud", location="b")
    assert [r.id for r in merged(one, other).runs] == ["baseline", "b/baseline"]
    same = run("baseline", {"loss": CURVE}, format="wandb", experiment="churn", location="b")
    assert len(merged(one, same).runs) == 1
    drawn = [run("a" * 32, {"loss": CURVE}, experiment=name) for name in ("churn", "Churn 2")]
    assert len(merged(*drawn).runs) == 1


def test_a_copied_folder_is_one_run() -> None:
    first = at("logs/run-7", {"loss": CURVE}, params={"lr": "0.1"})
    copy = at("logs/latest-run", {"loss": CURVE}, params={"lr": "0.1"})
    both = merged(first, copy)
    assert [one.name for one in both.runs] == ["run-7"]
    assert both.also_in == {"logs/run-7": ["logs/latest-run"]}


def test_equal_runs_of_two_seeds_are_two_runs() -> None:
    """Seeds may have no effect; that is worth knowing, and no copy."""
    first, second = (at(f"logs/run-{seed}", {"loss": CURVE}, seed=str(seed)) for seed in (0, 1))
    assert len(merged(first, second).runs) == 2
    tracked = run("abc123", {"loss": CURVE}, format="wandb", seed="0")
    assert len(merged(replace(first, format="tensorboard"), tracked).runs) == 1
    assert len(merged(replace(second, format="tensorboard"), tracked).runs) == 2


def test_a_training_run_again_is_another_run() -> None:
    """With the same seed it gives the same curve; the clock tells it from a copy."""
    first, again = (at(f"logs/ppo_{n}", {"loss": CURVE}, started=n * 10**12) for n in (1, 2))
    assert len(merged(first, again).runs) == 2


def test_event_files_below_a_run_are_that_run() -> None:
    trainer = at("out", {"loss": CURVE}, format="huggingface")
    events = at("out/runs/Nov24_host", {"train/loss": OTHER}, format="tensorboard")
    both = merged(trainer, events)
    assert [one.id for one in both.runs] == ["out"]
    assert "the folder it lies in" in both.problems[0].message
    two = at("out/runs/Nov25_host", {"train/loss": [0.3]}, format="tensorboard")
    assert len(merged(trainer, events, two).runs) == 3, "which of them is meant is not known"


def test_switched_off_every_record_is_a_run() -> None:
    pair = [run("x", {"loss": CURVE}, location=place) for place in ("mlruns", "mlflow.db")]
    both = merge_runs(pair, dedupe=False)
    assert [one.id for one in both.runs] == ["x", "mlflow.db/x"]
    assert not both.problems


RUNS = st.builds(
    lambda number, metric, values, fmt, params, own: replace(
        run(f"id{number}", {}, format=fmt, params=params, path=f"p{number}", id_is_path=not own),
        series=(series(metric, values),),
    ),
    st.integers(0, 5),
    st.sampled_from(["loss", "Loss", "val/loss"]),
    st.lists(st.sampled_from([0.123456, 0.654321, 0.5, float("nan")]), min_size=1, max_size=4),
    st.sampled_from(["wandb", "tensorboard", "folder"]),
    st.dictionaries(st.sampled_from(["lr", "seed"]), st.sampled_from(["1", "2"])),
    st.booleans(),
)


@given(st.lists(RUNS, max_size=8))
def test_no_metric_is_lost_and_ids_are_unique(runs: list[RunRecord]) -> None:
    for dedupe in (True, False):
        found = merge_runs(runs, dedupe=dedupe)
        ids = [one.id for one in found.runs]
        assert len(ids) == len(set(ids))
        assert len(ids) <= len(runs)
        kept = {s.summary.count for one in found.runs for s in one.series}
        assert max((s.summary.count for one in runs for s in one.series), default=0) in {*kept, 0}
    assert len(merge_runs(runs, dedupe=False).runs) == len(runs)
