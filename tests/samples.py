"""A small sample of every log format: by the real logger, or by hand where there is none."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["EDGE", "MADE_BY_HAND", "MADE_BY_LOGGERS"]

_SMALL = ("--runs", "2", "--metrics", "2", "--steps", "6")
EDGE = ("--edge", *_SMALL)
"""With odd runs."""

MADE_BY_LOGGERS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    # Script, its arguments, the modules it needs, and the folder in which the logs lie.
    "mlflow-files": ("make_mlflow_files.py", _SMALL, "mlflow", ""),
    "mlflow-sqlite": ("make_mlflow_sqlite.py", _SMALL, "mlflow", ""),
    "tensorboard": ("make_tensorboard.py", EDGE, "tensorboardX tensorboard", "odd"),
    "dvclive": ("make_dvclive.py", EDGE, "dvclive", ""),
    "lightning": ("make_lightning.py", EDGE, "pytorch_lightning", ""),
    "huggingface": ("make_hf.py", EDGE, "transformers", "run_0"),
    "optuna": ("make_optuna.py", EDGE, "optuna", ""),
    "sacred": ("make_sacred.py", EDGE, "sacred", ""),
    "wandb": ("make_wandb_offline.py", EDGE, "wandb", "wandb"),
    "trackio": ("make_trackio.py", EDGE, "trackio", ""),
    "asv": ("make_asv.py", EDGE, "asv", ""),
}


def _json(content: Any) -> str:
    return json.dumps(content, indent=1) + "\n"


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


MADE_BY_HAND: dict[str, dict[str, str]] = {
    "plain": {
        "run/run.yaml": "name: forest\nparams: {trees: 400, depth: 8}\ntags: {role: candidate}\n",
        "run/metrics.csv": "step,loss,acc\n1,0.5,0.71\n2,0.4,0.82\n3,0.3,0.93\n",
        "other/metrics.jsonl": _lines([{"step": n, "loss": 0.5 / n} for n in range(1, 6)]),
        "other/params.yaml": "lr: 0.1\nnested: {a: 1, b: [1, 2]}\n",
    },
    "records": {
        "models/net/v1.yaml": "format: runfolio-model\nformat_version: 1\nname: net\nversion: 1\n"
        "runs:\n- {id: run, seed: '1'}\nmetrics:\n  acc: {mean: 0.9, runs: 1}\n"
        "gates:\n- {name: Enough, outcome: met}\nstage: production\nnote: Went live.\n",
    },
    "keras": {"log.csv": "epoch,loss,val_loss\n0,0.5,0.6\n1,0.4,0.5\n2,0.3,NA\n"},
    "ultralytics": {
        "detect/train/results.csv": "          epoch,    train/box_loss,  metrics/mAP50(B)\n"
        "              1,           0.81234,           0.51234\n"
        "              2,           0.71234,           0.61234\n",
        "detect/train/args.yaml": "task: detect\nlr0: 0.01\nepochs: 2\nsave_dir: runs/train\n",
    },
    "sklearn": {
        "search.csv": ",mean_fit_time,param_C,params,split0_test_score,split1_test_score,"
        "mean_test_score,std_test_score,rank_test_score\n"
        "0,0.01,0.1,{'C': 0.1},0.81,0.83,0.82,0.01,2\n1,0.01,1,{'C': 1},0.91,0.93,0.92,0.01,1\n",
    },
    "ray": {
        "tune/train_1a2b_00000_0_lr=0.1_2026-01-01_00-00-00/params.json": _json({"lr": 0.1}),
        "tune/train_1a2b_00000_0_lr=0.1_2026-01-01_00-00-00/result.json": _lines(
            [
                {
                    **{"loss": 0.5 / n, "training_iteration": n, "timestamp": 1_760_000_000 + n},
                    **{"trial_id": "1a2b_00000", "done": n == 3, "config": {"lr": 0.1}},
                    **{"time_total_s": 1.5 * n, "hostname": "box", "pid": 1},
                }
                for n in (1, 2, 3)
            ]
        ),
    },
    "great-expectations": {
        "validations/patients.json": _json(
            {
                "success": False,
                "suite_name": "patients",
                "results": [
                    {
                        "success": False,
                        "expectation_config": {
                            "type": "expect_column_values_to_not_be_null",
                            "kwargs": {"column": "age", "batch_id": "x"},
                        },
                        "result": {
                            **{"element_count": 50, "unexpected_count": 10},
                            **{"unexpected_percent": 20.0, "partial_unexpected_list": []},
                        },
                        "exception_info": {"raised_exception": False},
                    }
                ],
                "statistics": {"evaluated_expectations": 1, "successful_expectations": 0},
                "meta": {"great_expectations_version": "1.24.1", "run_id": {"run_name": "nightly"}},
            }
        )
    },
    "evidently": {
        "drift.json": _json(
            {
                "metrics": [
                    {
                        "id": "1",
                        "metric_name": "ValueDrift(column=age)",
                        "config": {"type": "evidently:metric_v2:ValueDrift", "column": "age"},
                        "value": 0.31,
                    }
                ],
                "tests": [
                    {
                        **{"id": "t1", "name": "drift of age", "status": "FAIL"},
                        **{"description": "too far", "metric_config": {"metric_id": "1"}},
                    }
                ],
            }
        )
    },
    "dvc": {
        "dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n    deps: [data.csv]\n"
        "    params: [lr]\n    metrics:\n      - scores.json: {cache: false}\n",
        "dvc.lock": "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    deps:\n"
        "    - {path: data.csv, hash: md5, md5: 0123456789abcdef0123456789abcdef, size: 9}\n",
        "params.yaml": "lr: 0.1\n",
        "scores.json": _json({"val": {"loss": 0.25, "acc": 0.75}}),
    },
}
