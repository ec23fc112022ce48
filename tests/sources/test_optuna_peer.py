"""What is read of Optuna's storages equals what Optuna itself reads of them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import runfolio
from peers import Peers
from reading import read
from sites import Site

pytestmark = pytest.mark.peer

Both = tuple[dict[str, dict[str, Any]], list[dict[str, Any]], Path]
"""Our runs by study and name, what Optuna says, and the storage."""


@pytest.fixture(scope="module", params=["optuna.db", "optuna.log"])
def both(
    request: pytest.FixtureRequest, peers: Peers, tmp_path_factory: pytest.TempPathFactory
) -> Both:
    made = peers.made("make_optuna.py", "--edge", "--runs", "24", needs="optuna")
    path = made / request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        said = peers.said("optuna_says.py", path)
    output = tmp_path_factory.mktemp("site") / "site"
    runfolio.build(path, output=output)
    runs = {f"{run['experiment']}/{run['name']}": run for run in Site(output).runs.values()}
    return runs, said, path


def test_every_trial_with_its_facts(both: Both) -> None:
    runs, said, _ = both
    trials = {f"{s['name']}/trial {t['number']}": t for s in said for t in s["trials"]}
    assert len(trials) >= 40
    assert runs.keys() == trials.keys()
    words = {
        **{"COMPLETE": "finished", "FAIL": "failed", "PRUNED": "killed"},
        **{"RUNNING": "unfinished", "WAITING": "scheduled"},
    }
    seen = set()
    for name, trial in trials.items():
        run = runs[name]
        seen.add(trial["state"])
        assert run["status"] == words[trial["state"]]
        assert run["params"] == trial["params"]
        state = {"optuna.state": "pruned"} if trial["state"] == "PRUNED" else {}
        assert run["tags"] == trial["user_attrs"] | state
    assert seen >= {"COMPLETE", "PRUNED", "FAIL", "RUNNING"}


def test_every_time(both: Both) -> None:
    _, said, path = both
    name = "optuna-rdb" if path.suffix == ".db" else "optuna-journal"
    ours = {(r.experiment, r.name): (r.started, r.ended) for r in read(name, path).runs}
    theirs = {
        (s["name"], f"trial {t['number']}"): (t["started"], t["ended"])
        for s in said
        for t in s["trials"]
    }
    if path.suffix == ".db":  # in the local time of the machine that wrote it
        assert ours.keys() == theirs.keys()
        assert {k for k, v in ours.items() if v[0] is None} == {
            k for k, v in theirs.items() if v[0] is None
        }
        ours = {k: (v[0] and v[0] % 900_000, v[1] and v[1] % 900_000) for k, v in ours.items()}
        theirs = {k: (v[0] and v[0] % 900_000, v[1] and v[1] % 900_000) for k, v in theirs.items()}
    assert ours == theirs


def test_every_metric(both: Both) -> None:
    runs, said, _ = both
    odd = 0
    for study in said:
        count = len(study["directions"])
        names = study["objectives"] or (
            ["objective"] if count == 1 else [f"objective {n}" for n in range(count)]
        )
        for trial in study["trials"]:
            metrics = runs[f"{study['name']}/trial {trial['number']}"]["metrics"]
            values = dict(zip(names, trial["values"], strict=False))
            assert metrics.keys() == values.keys() | (
                {"intermediate"} if trial["intermediate"] else set()
            )
            for name, value in values.items():
                assert str(float(metrics[name]["last"])) == value
                assert metrics[name]["count"] == 1
            if trial["intermediate"]:
                ours = metrics["intermediate"]
                steps, numbers = zip(*trial["intermediate"], strict=True)
                finite = [v for v in map(float, numbers) if math.isfinite(v)]
                assert ours["count"] == len(steps)
                assert ours["nonfinite"] == len(steps) - len(finite)
                assert (ours["min"], ours["max"]) == (min(finite), max(finite))
                assert ours["mean"] == pytest.approx(math.fsum(finite) / len(finite), rel=1e-12)
                assert str(float(ours["first"])) == numbers[0]
                assert (str(float(ours["last"])), ours["last_step"]) == (numbers[-1], steps[-1])
                odd += ours["nonfinite"]
    assert odd == 2
