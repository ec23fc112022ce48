"""The recheck model's project, as DVC users keep one in git.

In goes a `Project` (code, params, data: all that a commit is made of); out come the files in
a repository's work tree, with metrics from really running the ``train.py`` written there, and
commits with fixed names and dates. The data file itself stays out of git, as with DVC.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import runpy
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

Metrics = dict[str, float]

TRAIN_PY = '''\
"""Trains the recheck model and measures it; `dvc repro` runs it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

METRICS = Path("results/metrics.json")

params = yaml.safe_load(Path("params.yaml").read_text())
cases = pd.read_csv("data/cases.csv")
malignant = cases.pop("malignant").to_numpy()
measured = cases.filter(like="mean ").to_numpy()


def trained(x, y):
    model = make_pipeline(
        LogisticRegression(C=params["C"], solver="newton-cholesky"),
    )
    weights = np.where(y == 1, params["malignant_weight"], 1)
    return model.fit(x, y, logisticregression__sample_weight=weights)


def judged(seed):
    x, held_x, y, held_y = train_test_split(
        measured, malignant, test_size=0.3, stratify=malignant, random_state=seed
    )
    model = trained(x, y)
    shares = model.predict_proba(held_x)[:, 1]
    called = shares >= params["threshold"]
    caught = np.sum(called & (held_y == 1))
    missed = np.sum(~called & (held_y == 1))
    false_alarms = np.sum(called & (held_y == 0))
    return {
        "val/recall": caught / (caught + missed),
        "val/precision": caught / (caught + false_alarms),
        "val/fpr": false_alarms / np.sum(held_y == 0),
        "val/f1": 2 * caught / (2 * caught + missed + false_alarms),
        "val/roc_auc": roc_auc_score(held_y, shares),
        "val/triage_cost": 100 * (5 * missed + false_alarms) / len(held_y),
        "val/loss": log_loss(held_y, shares),
    }


# Each split holds back other cases; the metrics are means over the splits.
splits = [judged(params["seed"] + number) for number in range(params["splits"])]
metrics = {name: round(float(np.mean([one[name] for one in splits])), 6) for name in splits[0]}
model = trained(measured, malignant)
METRICS.parent.mkdir(exist_ok=True)
METRICS.write_text(json.dumps(metrics, indent=2) + "\\n")
numbers = [*model[-1].intercept_, *model[-1].coef_[0]]
Path("model.json").write_text(json.dumps([float(f"{number:.5g}") for number in numbers]) + "\\n")
'''

README = """\
# Recheck model

Marks the tumours on the morning list that a second clinician should look at.

Every fifth night the job takes the date as its seed, trains, and commits what came out. Whoever
changes code, params or data keeps the seed, trains, and commits the figures with the change.

    dvc repro
    dvc metrics diff
"""


@dataclass(frozen=True, slots=True)
class Export:
    """A version of the cases: the bytes of ``data/cases.csv``."""

    table: bytes

    @property
    def digest(self) -> str:
        return _md5(self.table)


@dataclass(frozen=True, slots=True)
class Project:
    """What a commit is made of, apart from what training brings out."""

    params: dict[str, Any]
    export: Export
    code: str = TRAIN_PY
    readme: str = README
    metrics: str = "results/metrics.json"

    @property
    def stage(self) -> dict[str, Any]:
        return {
            "cmd": "python train.py",
            "deps": ["data/cases.csv", "train.py"],
            "params": sorted(self.params),
            "outs": ["model.json"],
            "metrics": [{self.metrics: {"cache": False}}],
        }

    def with_params(self, **params: Any) -> Project:
        """Return this project with some params changed or added."""
        return replace(self, params={**self.params, **params})

    def edited(self, *edits: tuple[str, str]) -> str:
        """Return the code with some passages replaced, each of which must be there once."""
        code = self.code
        for old, new in edits:
            if code.count(old) != 1:
                raise ValueError(f"train.py holds this {code.count(old)} times, not once: {old}")
            code = code.replace(old, new)
        return code


class Repository:
    """A git repository with a project in its work tree.

    Parameters
    ----------
    folder : Path
        Empty. Git runs without the settings of this machine.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(folder)}
        self._environment = {**own, **alone, "LC_ALL": "C"}
        self._environment.pop("XDG_CONFIG_HOME", None)
        self.git("init", "--quiet", "--object-format=sha1", "--initial-branch=main")
        # One thread packs the same bytes each time.
        for key, value in (("gc.auto", "0"), ("pack.threads", "1")):
            self.git("config", key, value)

    def git(self, *words: str, who: str = "", when: str = "") -> str:
        """Run git, as somebody at some time (``2025-11-03 09:00``, UTC), and return its answer."""
        person = {}
        for role in ("AUTHOR", "COMMITTER") if who else ():
            person[f"GIT_{role}_NAME"] = who
            person[f"GIT_{role}_EMAIL"] = f"{who.lower().replace(' ', '-')}@example.org"
            person[f"GIT_{role}_DATE"] = f"{when}:00 +0000"
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env={**self._environment, **person},
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        return done.stdout.strip()

    def begin(self, readme: str, who: str, when: str) -> None:
        """Commit what is there before anything is trained."""
        self._write(".dvc/config", "[core]\n    analytics = false\n")
        self._write(".dvc/.gitignore", "/config.local\n/tmp\n/cache\n")
        self._write(".dvcignore", "")
        self._write(".gitignore", "/model.json\n")
        self._write("data/.gitignore", "/cases.csv\n")
        self._write("README.md", readme)
        self._commit("Start the project with DVC", who, when)

    def train(self, project: Project) -> Metrics:
        """Write a project's files, run its ``train.py``, and write what DVC then writes."""
        self._write("README.md", project.readme)
        self._write("train.py", project.code)
        self._write("params.yaml", _yaml(project.params))
        self._write("dvc.yaml", _yaml({"stages": {"train": project.stage}}))
        (self.folder / "data" / "cases.csv").write_bytes(project.export.table)
        size = len(project.export.table)
        out = {"md5": project.export.digest, "size": size, "hash": "md5", "path": "cases.csv"}
        self._write("data/cases.csv.dvc", _yaml({"outs": [out]}))
        with contextlib.chdir(self.folder):
            runpy.run_path("train.py", run_name="__main__")
        stage = project.stage
        locked = {
            "cmd": stage["cmd"],
            "deps": [{"path": path, **self._tracked(path)} for path in stage["deps"]],
            "params": {"params.yaml": {name: project.params[name] for name in stage["params"]}},
            "outs": [
                {"path": path, **self._tracked(path)}
                for path in sorted([*stage["outs"], project.metrics])
            ],
        }
        self._write("dvc.lock", _yaml({"schema": "2.0", "stages": {"train": locked}}))
        measured: Metrics = json.loads(self.read(project.metrics))
        return measured

    def commit(
        self,
        project: Project,
        message: str,
        who: str,
        when: str,
        left: dict[str, str] | None = None,
    ) -> Metrics:
        """Train a project and commit it.

        Parameters
        ----------
        left : dict of str to str, optional
            Files that are not committed as training leaves them.
        """
        measured = self.train(project)
        for path, text in (left or {}).items():
            self._write(path, text)
        self._commit(message, who, when)
        return measured

    def read(self, path: str) -> str:
        """Return a file in the work tree."""
        return (self.folder / path).read_bytes().decode()

    def remove(self, path: str) -> None:
        """Take a file out of the work tree."""
        (self.folder / path).unlink()

    def _commit(self, message: str, who: str, when: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message, who=who, when=when)

    def _write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def _tracked(self, path: str) -> dict[str, Any]:
        content = (self.folder / path).read_bytes()
        return {"hash": "md5", "md5": _md5(content), "size": len(content)}


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _yaml(content: Any) -> str:
    text: str = yaml.safe_dump(content, sort_keys=False)
    return text
