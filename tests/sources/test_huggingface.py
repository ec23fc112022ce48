"""Hugging Face's Trainer: its states and checkpoints, what lies beside them, what goes wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import DatasetUse, RunRecord
from runfolio.registry import find
from samples import EDGE
from sites import Site
from stores import put

Row = dict[str, Any]


def rows(steps: Sequence[int], start: float = 1.0) -> list[Row]:
    """Return what a training logs at these steps."""
    return [
        {"epoch": step / 100, "learning_rate": 5e-05, "loss": start / step, "step": step}
        for step in steps
    ]


def state(history: Sequence[Row], *, step: int | None = None, **facts: Any) -> str:
    """Return a state as the Trainer writes it: sorted and indented."""
    content = {
        "best_metric": None,
        "best_model_checkpoint": "/home/marker-user/out/checkpoint-20",
        "epoch": 1.0,
        "global_step": step if step is not None else history[-1]["step"],
        "is_world_process_zero": True,
        "log_history": list(history),
        "max_steps": 100,
        "num_train_epochs": 3,
        "train_batch_size": 8,
        "trial_name": None,
        "trial_params": None,
        **facts,
    }
    return json.dumps(content, indent=2, sort_keys=True) + "\n"


TOTALS = {"epoch": 1.0, "step": 30, "total_flos": 0.0, "train_loss": 0.5, "train_runtime": 9.5}


def points(run: RunRecord) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in run.series
    }


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "sweep" / "bert"


def test_the_folders_own_state_and_its_checkpoints_are_one_run(out: Path) -> None:
    history = rows([10, 20, 30])
    history.insert(1, {"epoch": 0.1, "eval_loss": 0.25, "eval_runtime": 2.0, "step": 10})
    put(
        out,
        {
            "trainer_state.json": state([*history, TOTALS]),
            "checkpoint-10/trainer_state.json": state(history[:2]),
            "checkpoint-30/trainer_state.json": state(history),
        },
    )
    assert matches("huggingface", out)
    records = read("huggingface", out)
    run = only_run(records)
    assert records.problems == ()
    assert (run.id, run.path, run.id_is_path) == ("bert", "bert", True)
    assert (run.name, run.experiment, run.location) == ("bert", "runs", ".")
    assert run.status == "finished"
    assert points(run) == {
        "eval_loss": [(10, 0.25)],
        "eval_runtime": [(10, 2.0)],
        "learning_rate": [(10, 5e-05), (20, 5e-05), (30, 5e-05)],
        "loss": [(10, 0.1), (20, 0.05), (30, 1 / 30)],
        "total_flos": [(30, 0.0)],
        "train_loss": [(30, 0.5)],
        "train_runtime": [(30, 9.5)],
    }
    assert run.params == {"max_steps": "100", "num_train_epochs": "3", "train_batch_size": "8"}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (state(rows([10]), max_steps=10), "finished"),
        (state([*rows([10]), TOTALS]), "finished"),  # early stopping
        (state(rows([10])), "unknown"),
        (state(rows([10]), max_steps=0), "unknown"),
        (state(rows([10]), max_steps=None), "unknown"),
    ],
)
def test_status(out: Path, content: str, status: str) -> None:
    put(out, {"checkpoint-10/trainer_state.json": content})
    assert only_run(read("huggingface", out)).status == status


def test_checkpoints_are_ordered_by_number(out: Path) -> None:
    history = rows(range(500, 10_001, 500))
    put(
        out,
        {
            "checkpoint-500/trainer_state.json": state(history[:1]),
            "checkpoint-9500/trainer_state.json": state(history[:19]),
            "checkpoint-10000/trainer_state.json": state(history),
        },
    )
    run = only_run(read("huggingface", out))
    assert points(run)["loss"][-1] == (10_000, 1e-4)
    assert run.series[1].summary.count == 20


def test_checkpoints_of_another_training_are_runs_of_their_own(out: Path) -> None:
    """Seen in public: 49 checkpoints of one training, and one of an earlier one."""
    put(
        out,
        {
            "config.json": '{"model_type": "bert", "hidden_size": 128}',
            "checkpoint-20/trainer_state.json": state(rows([10, 20])),
            "checkpoint-30/trainer_state.json": state(rows([10, 20, 30])),
            "checkpoint-5/trainer_state.json": state(rows([5], start=7.0)),
            "checkpoint-15/trainer_state.json": state(rows([5, 15], start=7.0)),
            "checkpoint-15/config.json": '{"model_type": "gpt2"}',
        },
    )
    records = read("huggingface", out)
    own, other = records.runs
    assert (own.name, other.name) == ("bert", "checkpoint-15")
    assert (own.id, other.id) == ("bert", "bert/checkpoint-15")
    assert own.experiment == other.experiment
    assert points(own)["loss"] == [(10, 0.1), (20, 0.05), (30, 1 / 30)]
    assert points(other)["loss"] == [(5, 1.4), (15, 7 / 15)]
    assert (own.params["model.model_type"], other.params["model.model_type"]) == ("bert", "gpt2")
    (told,) = records.problems
    assert (told.slug, told.severity) == ("checkpoint-of-another-run", "note")
    assert told.place == "bert/checkpoint-15"


def test_a_checkpoint_that_went_further_than_the_folders_own_state(out: Path) -> None:
    """Of the same training it is what is read; of another one the folder's own state is newer."""
    own = {"trainer_state.json": state([*rows([10, 20]), {**TOTALS, "step": 20}])}
    put(out, {**own, "checkpoint-40/trainer_state.json": state(rows([10, 20, 30, 40]))})
    records = read("huggingface", out)
    assert points(only_run(records))["loss"][-1] == (40, 1 / 40)
    assert records.problems == ()
    put(out, {"checkpoint-40/trainer_state.json": state(rows([20, 40], start=3.0))})
    first, second = read("huggingface", out).runs
    assert (first.name, second.name) == ("bert", "checkpoint-40")
    assert points(first)["loss"][-1] == (20, 0.05)


def test_states_written_in_another_way_are_compared_too(out: Path) -> None:
    """Not indented, line ends of Windows, NaN: equal rows are equal."""
    history = [{"loss": math.nan, "step": 10}, {"loss": math.inf, "step": 20}]
    put(
        out,
        {
            "checkpoint-10/trainer_state.json": state(history[:1]).replace("\n", "\r\n"),
            "checkpoint-15/trainer_state.json": json.dumps(json.loads(state(history[:1]))),
            "checkpoint-17/trainer_state.json": state([], step=17),
            "checkpoint-20/trainer_state.json": state(history),
        },
    )
    records = read("huggingface", out)
    loss = only_run(records).series[0].summary
    assert (loss.count, loss.nonfinite, loss.last) == (2, 2, math.inf)
    assert records.problems == ()


def test_a_training_that_was_taken_up_again(out: Path) -> None:
    """It starts from a checkpoint, which knows nothing of the totals and what came behind."""
    ended = [*rows([10, 20]), {**TOTALS, "step": 20}, {"eval_loss": 0.5, "step": 20}]
    later = [*rows([10, 20, 30]), {"eval_loss": 0.25, "step": 30}]
    put(
        out,
        {
            "trainer_state.json": state(ended, step=20),
            "checkpoint-30/trainer_state.json": state(later),
            "checkpoint-40/trainer_state.json": state([*later, *rows([40])]),
        },
    )
    records = read("huggingface", out)
    assert points(only_run(records))["eval_loss"] == [(30, 0.25)]
    assert records.problems == ()


def test_a_single_checkpoint(out: Path) -> None:
    put(out, {"checkpoint-10/trainer_state.json": state(rows([10]))})
    run = only_run(read("huggingface", out / "checkpoint-10"))
    assert (run.name, run.path) == ("checkpoint-10", "checkpoint-10")
    assert points(run)["loss"] == [(10, 0.1)]


def test_only_what_is_the_trainers_is_claimed(out: Path) -> None:
    put(
        out,
        {
            "checkpoint-10/trainer_state.json": state(rows([10])),
            "checkpoint-best/model.bin": "",
            "all_results.json": "{}",
            "results.json": "{}",
            "runs/Nov24/events.out.tfevents.1.host": "",
            "metrics.csv": "step,loss\n",
        },
    )
    place = place_of(out)
    claim = find("runfolio.sources", "source")["huggingface"].matches(place, place.entries())
    assert claim.names == {"trainer_state.json", "checkpoint-10", "all_results.json"}
    assert not matches("huggingface", out / "runs")
    assert not matches("huggingface", out / "all_results.json")
    put(out / "other", {"checkpoint-1/model.bin": "", "eval_results.json": "{}"})
    assert not matches("huggingface", out / "other")


CARD = """---
license: mit
base_model: prajjwal1/bert-tiny
tags:
- generated_from_trainer
datasets:
- imdb
- glue
model-index: [{name: mine, results: []}]
---

# mine

- not: a param

### Training hyperparameters

The following hyperparameters were used during training:
- learning_rate: 5e-05
- train_batch_size: 16
- optimizer: Use adafactor and the args are:
No additional optimizer arguments
- lr_scheduler_type: linear
- seed: 42

### Training results

- accuracy: 0.9
"""


def test_settings_that_lie_beside_the_checkpoints(out: Path) -> None:
    put(
        out,
        {
            "trainer_state.json": state(
                rows([10]), trial_name="trial 7", trial_params={"weight_decay": 0.01}
            ),
            "README.md": CARD.replace("\n", "\r\n"),
            "config.json": """{"_name_or_path": "/home/marker-user/models/tiny", "use_cache": true,
                "architectures": ["Bert"], "model_type": "bert", "hidden_dropout_prob": 1e-1}""",
            "adapter_config.json": """{"r": 8, "lora_alpha": 16, "target_modules": ["v", "k"],
                "base_model_name_or_path": "org/base", "layers_to_transform": null}""",
            "training_args.bin": b"\x80\x04 a pickle",
        },
    )
    records = read("huggingface", out)
    run = only_run(records)
    assert records.problems == ()
    assert run.name == "trial 7"
    assert run.params == {
        "adapter.base_model_name_or_path": "org/base",
        "adapter.lora_alpha": "16",
        "adapter.r": "8",
        "adapter.target_modules": "[k, v]",
        "base_model": "prajjwal1/bert-tiny",
        "learning_rate": "5e-05",
        "lr_scheduler_type": "linear",
        "max_steps": "100",
        "model._name_or_path": "tiny",
        "model.architectures": "[Bert]",
        "model.hidden_dropout_prob": "1e-1",
        "model.model_type": "bert",
        "num_train_epochs": "3",
        "optimizer": "Use adafactor and the args are: No additional optimizer arguments",
        "seed": "42",
        "train_batch_size": "16",
        "weight_decay": "0.01",
    }
    assert run.datasets == (DatasetUse("imdb"), DatasetUse("glue"))


def test_a_readme_and_a_config_of_something_else_are_none_of_it(out: Path) -> None:
    put(
        out,
        {
            "trainer_state.json": state(rows([10])),
            "README.md": "---\nbase_model: no\n---\n- learning_rate: 5\n",
            "config.json": '{"vocab_size": 3}',
        },
    )
    run = only_run(read("huggingface", out))
    assert run.params.keys() == {"max_steps", "num_train_epochs", "train_batch_size"}
    assert run.datasets == ()


def test_results_count_where_the_history_has_none(out: Path) -> None:
    put(
        out,
        {
            "trainer_state.json": state(rows([10])),
            "all_results.json": '{"epoch": 1.0, "loss": 9.0, "eval_f1": 0.5, "x": "y"}',
            "eval_results.json": '{"eval_f1": 0.25, "eval_loss": NaN}',
            "predict_results.json": '{"predict": {"acc": 0.75}}',
        },
    )
    records = read("huggingface", out)
    logged = points(only_run(records))
    assert logged["loss"] == [(10, 0.1)]
    assert logged["eval_f1"] == [(10, 0.5)]
    assert math.isnan(logged["eval_loss"][0][1])
    assert logged["predict.acc"] == [(10, 0.75)]
    assert "epoch" not in logged
    assert slugs(records.problems) == ["column-without-numbers"]


GOOD = rows([10, 20])


@pytest.mark.parametrize(
    ("content", "slug", "where"),
    [
        (b"", "file-unreadable", "checkpoint-30/trainer_state.json"),
        (b"[1]", "file-unreadable", "checkpoint-30/trainer_state.json"),
        (b"{}", "file-unreadable", "checkpoint-30/trainer_state.json"),
        (b'{"log_history": {"loss": 1}}', "file-unreadable", "checkpoint-30/trainer_state.json"),
        (b"[" * 100_000, "file-unreadable", "checkpoint-30/trainer_state.json"),
        (b"\xff\xfe\x00", "not-utf8", "checkpoint-30/trainer_state.json"),
    ],
)
def test_a_state_that_cannot_be_read_does_not_hide_the_others(
    out: Path, content: bytes, slug: str, where: str
) -> None:
    put(
        out,
        {
            "checkpoint-20/trainer_state.json": state(GOOD),
            "checkpoint-30/trainer_state.json": content,
        },
    )
    records = read("huggingface", out)
    assert slug in slugs(records.problems)
    assert {problem.place for problem in records.problems} == {f"bert/{where}"}
    assert points(only_run(records))["loss"] == [(10, 0.1), (20, 0.05)]


@pytest.mark.parametrize(
    ("history", "slug"),
    [
        ([*GOOD, "x", None], "trainer-row-unreadable"),
        ([*GOOD, {"loss": "n/a", "step": 30}], "metric-not-a-number"),
        ([*GOOD, {"note": "text", "step": 30}], "column-without-numbers"),
        ([*GOOD, {"seen": [1, 2], "step": 30}], "column-without-numbers"),
    ],
)
def test_odd_rows(out: Path, history: list[Any], slug: str) -> None:
    put(out, {"trainer_state.json": state(history, step=30)})
    records = read("huggingface", out)
    assert slugs(records.problems) == [slug]
    assert points(only_run(records))["loss"] == [(10, 0.1), (20, 0.05)]


@pytest.mark.parametrize("bad", ['{"step":3,"loss":}', '{"step":3,,}', "x"])
def test_rows_before_a_damaged_one_are_read_however_short_the_file_is(out: Path, bad: str) -> None:
    good = '{"loss":0.5,"step":1},{"loss":0.25,"step":2}'
    put(out, {"trainer_state.json": f'{{"log_history":[{good},{bad},{{"loss":9,"step":4}}]}}'})
    records = read("huggingface", out)
    assert points(only_run(records))["loss"] == [(1, 0.5), (2, 0.25)]
    (told,) = records.problems
    assert told.slug == "trainer-state-cut"
    assert "2 rows" in told.message


@pytest.mark.parametrize("step", ["NaN", "Infinity", "-1", '"x"', "null", "1e400"])
def test_odd_numbers_of_steps(out: Path, step: str) -> None:
    content = state(GOOD, step=12345).replace("12345", step)
    put(out, {"trainer_state.json": content})
    assert points(only_run(read("huggingface", out)))["loss"] == [(10, 0.1), (20, 0.05)]


@pytest.mark.parametrize("damage", ['"step": ', '{"a": {"b": {"c": 1}, ', "}", "\0", "[[[[["])
def test_rows_before_a_damaged_one_are_read(out: Path, damage: str) -> None:
    nested = [*GOOD, {"report": {"f1": {"ill": 0.5}}, "step": 20}]
    whole = state([*nested, {"loss": 12345, "step": 30}])
    put(out, {"trainer_state.json": whole.replace("12345", damage)})
    records = read("huggingface", out)
    (told,) = records.problems
    assert (told.slug, told.place) == ("trainer-state-cut", "bert/trainer_state.json")
    assert "3 rows" in told.message
    assert points(only_run(records))["report.f1.ill"] == [(20, 0.5)]


def test_a_state_that_would_take_too_much_memory(out: Path) -> None:
    put(out, {"trainer_state.json": '{"log_history": [' + "[]," * 1_500_000 + "[]]}"})
    assert slugs(read("huggingface", out).problems) == ["file-unreadable"]


def test_a_state_that_is_a_folder_and_results_alone(out: Path) -> None:
    put(
        out,
        {
            "trainer_state.json": "nothing",
            "all_results.json": '{"eval_loss": 0.5}',
            "eval_results.json": "[]",
            "config.json": "{",
        },
    )
    (out / "checkpoint-3" / "trainer_state.json").mkdir(parents=True)
    records = read("huggingface", out)
    assert points(only_run(records)) == {"eval_loss": [(0, 0.5)]}
    assert slugs(records.problems) == ["file-unreadable"] * 4


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, len(state(GOOD))))
def test_a_state_cut_anywhere_loses_nothing_or_tells(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    put(folder, {"trainer_state.json": state(GOOD)[:cut]})
    records = read("huggingface", folder)
    run = only_run(records)
    if not records.problems:
        assert points(run)["loss"] == [(10, 0.1), (20, 0.05)]
    if cut > state(GOOD).index('"max_steps"'):
        assert points(run)["loss"] == [(10, 0.1), (20, 0.05)]


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(state(GOOD)) - 1), byte=st.binary(min_size=1, max_size=3))
def test_damaged_bytes_never_raise(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: bytes
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    good = state(GOOD).encode()
    put(
        folder,
        {
            "trainer_state.json": good[:at] + byte + good[at + len(byte) :],
            "checkpoint-10/trainer_state.json": state(GOOD[:1]),
            "README.md": CARD.encode()[: at % 400] + byte,
            "config.json": byte,
        },
    )
    assert read("huggingface", folder).runs


@pytest.mark.peer
def test_what_the_report_says_equals_what_transformers_reads(peers: Peers, tmp_path: Path) -> None:
    logs = peers.made("make_hf.py", *EDGE, needs="transformers torch accelerate")
    said = peers.said_of(logs)
    outputs = sorted(name for name in said if "checkpoint" not in name)
    assert len(outputs) == 2
    assert len(said) == 6
    runfolio.build(logs, output=tmp_path / "site")
    runs = Site(tmp_path / "site").runs
    assert sorted(runs) == outputs
    for name in outputs:
        furthest, run = said[name], runs[name]
        assert furthest["step"] == max(
            other["step"] for path, other in said.items() if path.startswith(name)
        )
        assert run["status"] == "finished"
        assert run["params"]["max_steps"] == str(furthest["max_steps"])
        assert run["params"]["num_train_epochs"] == str(furthest["epochs"])
        history: dict[str, list[tuple[int, float]]] = {}
        for row in furthest["rows"]:
            for key in row.keys() - {"step", "epoch"}:
                history.setdefault(key, []).append((row["step"], float(row[key])))
        assert run["metrics"].keys() == history.keys()
        for metric, logged in history.items():
            ours = run["metrics"][metric]
            values = [value for _, value in logged]
            assert ours["count"] == len(logged)
            assert (ours["first"], ours["last"]) == (values[0], values[-1])
            assert ours["last_step"] == logged[-1][0]
            assert (ours["min"], ours["max"]) == (min(values), max(values))
            assert ours["mean"] == pytest.approx(math.fsum(values) / len(values), rel=1e-12)
