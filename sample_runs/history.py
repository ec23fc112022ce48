"""Makes ``history.bundle``: a year of one model's training, commit by commit, in git.

Run it as ``python sample_runs/history.py`` in an environment with the extra ``sample`` and git
2.31 or newer. It builds a repository in a temporary folder, trains at every commit, packs the
whole into ``history.bundle`` in this folder, takes half a minute, and prints what each stretch
of the history came to. With the same version of scikit-learn the commits come out the same,
to the last digit of their names: nothing in them was read off a clock.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import cases as data
from history_project import README, Export, Metrics, Project, Repository

FOLDER = Path(__file__).resolve().parent

FIRST_NIGHT, LAST_NIGHT = date(2025, 11, 5), "2026-11-15"
EVERY = timedelta(days=5)

IN_NOVEMBER, IN_FEBRUARY = 400, 480
"""Cases in the first two exports; the third has them all."""
SWAPPED = 30
"""The newest cases of the third export: their clinic writes 1 for benign."""

SCIENTIST, DATA_ENGINEER, ML_ENGINEER = "Data scientist", "Data engineer", "ML engineer"
NIGHTLY_JOB = "Nightly job"

METRICS_AT_THE_TOP = (
    ('Path("results/metrics.json")', 'Path("metrics.json")'),
    ("METRICS.parent.mkdir(exist_ok=True)\n", ""),
)
SCALING = (
    ("    model = make_pipeline(\n", "    model = make_pipeline(\n        StandardScaler(),\n"),
    (
        "import make_pipeline\n",
        "import make_pipeline\nfrom sklearn.preprocessing import StandardScaler\n",
    ),
)
MORE_METRICS = (
    (
        '        "val/loss": log_loss(held_y, shares),\n',
        '        "val/loss": log_loss(held_y, shares),\n'
        '        "train/loss": log_loss(y, model.predict_proba(x)[:, 1]),\n',
    ),
    (
        "model = trained(measured, malignant)\n",
        "model = trained(measured, malignant)\n"
        'metrics["model/coefficients"] = model[-1].coef_.size\n',
    ),
)
CHOICE_OF_MEASUREMENTS = (
    (
        'measured = cases.filter(like="mean ").to_numpy()\n',
        'if params["features"] == "10 means":\n'
        '    cases = cases.filter(like="mean ")\n'
        "measured = cases.to_numpy()\n",
    ),
)
PAIRS = (
    (
        "        StandardScaler(),\n",
        "        StandardScaler(),\n"
        "        PolynomialFeatures(2, include_bias=False),\n"
        "        StandardScaler(),\n",
    ),
    ("import StandardScaler\n", "import PolynomialFeatures, StandardScaler\n"),
)

PAIRS_TOLD = """
Products of pairs, on the same splits as without: recall is a little higher, but the loss is far
higher, and there are 495 coefficients to look after instead of 30.
"""
DVC_EXPERIMENTS: dict[str, dict[str, Any]] = {
    "mossy-heron": {"C": 0.1},
    "plain-finch": {"malignant_weight": 3},
    "tidal-crane": {"threshold": 0.3},
}


class Story:
    """Commits in the order in which things happened, and keeps what the nights came to."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.exports = dict(_exports())
        params = {
            "model": "logistic regression",
            "C": 1.0,
            "malignant_weight": 1,
            "threshold": 0.5,
            "splits": 5,
            "seed": 1,
        }
        self.project = Project(params, self.exports["November"])
        self.night = FIRST_NIGHT
        self.stretch = "start"
        self.nights: dict[str, list[Metrics]] = defaultdict(list)

    def tell(self) -> None:
        """Go through the year."""
        self.begin()
        self.scale()
        self.weigh()
        self.mislabel_and_repair()
        self.leave_a_conflict()
        self.see_all_measurements()
        self.weaken_and_revert()
        self.try_pairs()
        self.try_with_dvc()
        self.until(LAST_NIGHT)

    def begin(self) -> None:
        """Train for the first time; the metrics move to where they stay."""
        self.repository.begin(README, ML_ENGINEER, "2025-11-03 09:00")
        self.change("2025-11-03 15:20", SCIENTIST, "Train on ten measurements")
        self.until("2025-11-18")
        self.repository.remove("results/metrics.json")
        self.change(
            "2025-11-18 10:05",
            ML_ENGINEER,
            "Keep metrics.json at the top, where tools look for it",
            metrics="metrics.json",
            code=self.project.edited(*METRICS_AT_THE_TOP),
        )
        self.tag("v0.1", "2025-12-02 11:00", "First model on the desk.")
        code = self.project.edited(*MORE_METRICS)
        subject = "Log the loss on training cases and the model's size"
        self.change("2025-12-11 14:40", SCIENTIST, subject, code=code)

    def scale(self) -> None:
        """Code changes and the figures with it; then the data grows and they do not move."""
        code = self.project.edited(*SCALING)
        subject = "Scale the measurements"
        self.change("2026-01-08 10:30", SCIENTIST, subject, "scaled", code=code)
        self.tag("v0.2", "2026-01-20 11:00", "Measurements are scaled.")
        about = "\nQuestions about the data go to the data engineers, about the list to the desk.\n"
        subject = "Say in the README who answers questions"
        self.change("2026-01-27 16:10", ML_ENGINEER, subject, readme=README + about)
        subject = f"Take in the February export: {IN_FEBRUARY} cases"
        export = self.exports["February"]
        self.change("2026-02-17 09:15", DATA_ENGINEER, subject, export=export)

    def weigh(self) -> None:
        """A param trades false alarms for missed cases."""
        subject = "Count a malignant case five times in training"
        self.change("2026-03-17 13:50", SCIENTIST, subject, "weighted", malignant_weight=5)
        self.tag("v0.3", "2026-04-02 11:00", "A missed case weighs five times as much.")

    def mislabel_and_repair(self) -> None:
        """Data arrives with swapped diagnoses, and is found out six weeks later."""
        subject, export = "Take in the May export: 569 cases", self.exports["May"]
        self.change("2026-05-05 09:20", DATA_ENGINEER, subject, "mislabelled", export=export)
        message = (
            f"Repair {SWAPPED} swapped diagnoses in the May export\n\n"
            f"The newest {SWAPPED} cases come from a clinic that writes 1 for benign, which was "
            "read as malignant."
        )
        export = self.exports["May, repaired"]
        self.change("2026-06-16 15:45", DATA_ENGINEER, message, "repaired", export=export)
        self.tag("v0.4", "2026-06-25 11:00", "Diagnoses of the May export are repaired.")

    def leave_a_conflict(self) -> None:
        """Somebody trains at the same time as the job, and commits git's marks."""
        self.until("2026-07-06")
        ours = self.repository.read("metrics.json")
        by_hand = self.project.with_params(seed=7)
        self.repository.train(by_hand)
        theirs = self.repository.read("metrics.json")
        marked = f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> by-hand\n"
        subject = "Retrain by hand, the job seemed to hang"
        when = "2026-07-06 08:55"
        self.repository.commit(by_hand, subject, DATA_ENGINEER, when, {"metrics.json": marked})
        subject = "Mend metrics.json, which held the marks of a merge"
        self.change("2026-07-06 17:30", ML_ENGINEER, subject, seed=7)

    def see_all_measurements(self) -> None:
        """A branch with four commits comes back to main while the nights go on."""
        name = "feature/all-measurements"
        self.until("2026-07-14")
        self.repository.git("checkout", "--quiet", "-b", name)
        branch = replace(self.project, code=self.project.edited(*CHOICE_OF_MEASUREMENTS))
        for when, subject, params in (
            ("2026-07-14 10:10", "Let a param choose the measurements", {"features": "10 means"}),
            ("2026-07-15 11:35", "Train on all 30 measurements", {"features": "all 30"}),
            ("2026-07-20 14:00", "Try a weaker penalty, C = 10", {"C": 10.0}),
            ("2026-07-21 09:40", "Go back to C = 1", {"C": 1.0}),
        ):
            branch = branch.with_params(**params)
            self.repository.commit(branch, subject, SCIENTIST, when)
        self.repository.git("checkout", "--quiet", "main")
        when = "2026-08-04 10:20"
        self.until(when)
        # Where both sides changed the same lines, training the merged project settles it.
        merging = ("merge", "--quiet", "--no-ff", "--no-commit", "--strategy=ours", name)
        self.repository.git(*merging, who=ML_ENGINEER, when=when)
        subject = f"Merge branch '{name}'"
        merged = {"code": branch.code, "features": branch.params["features"]}
        self.change(when, ML_ENGINEER, subject, "all measurements", **merged)
        self.repository.git("branch", "--quiet", "--delete", name)
        self.tag("v0.5", "2026-08-13 11:00", "The model sees all 30 measurements.")

    def weaken_and_revert(self) -> None:
        """A change that looks good on one metric only is taken back after three nights."""
        subject = "Penalise large coefficients more, C = 0.001"
        self.change("2026-09-22 15:05", SCIENTIST, subject, "strong penalty", C=0.001)
        commit = self.repository.git("rev-parse", "HEAD")
        message = f'Revert "{subject}"\n\nThis reverts commit {commit}.'
        self.change("2026-10-07 09:10", ML_ENGINEER, message, "reverted", C=1.0)

    def try_pairs(self) -> None:
        """A branch that is better in one way and worse in another stays a branch."""
        self.until("2026-10-13")
        self.repository.git("checkout", "--quiet", "-b", "exp/pairs")
        branch = replace(self.project, code=self.project.edited(*PAIRS))
        told = branch.readme + PAIRS_TOLD
        for when, subject, tried in (
            ("2026-10-13 13:25", "Add the products of all pairs of measurements", branch),
            ("2026-10-14 10:50", "Hold the many coefficients down", branch.with_params(C=0.01)),
            (
                "2026-10-15 16:00",
                "Say what the pairs bring and cost",
                replace(branch.with_params(C=0.01), readme=told),
            ),
        ):
            measured = self.repository.commit(tried, subject, SCIENTIST, when)
            print(_line(f"exp/pairs: {subject}", [measured]))
        self.repository.git("checkout", "--quiet", "main")

    def try_with_dvc(self) -> None:
        """Leave three experiments where ``dvc exp run`` leaves them."""
        self.until("2026-10-27")
        base = self.repository.git("rev-parse", "HEAD")
        for minute, (name, params) in enumerate(DVC_EXPERIMENTS.items()):
            self.repository.git("checkout", "--quiet", "--detach", base)
            tried = self.project.with_params(**params)
            measured = self.repository.train(tried)
            # DVC names the commit after a digest of the recipe; this is one of the lock.
            digest = hashlib.sha256(self.repository.read("dvc.lock").encode()).hexdigest()
            message = f"dvc: commit experiment {digest}"
            self.repository.commit(tried, message, SCIENTIST, f"2026-10-27 14:{minute:02}")
            self.repository.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/{name}", "HEAD")
            print(_line(f"{name}: {params}", [measured]))
        self.repository.git("checkout", "--quiet", "main")

    def change(self, when: str, who: str, message: str, stretch: str = "", **changes: Any) -> None:
        """Let the nights before pass, then change fields of the project or else params."""
        self.until(when)
        fields = {name: value for name, value in changes.items() if name in _FIELDS}
        params = {name: value for name, value in changes.items() if name not in _FIELDS}
        self.project = replace(self.project.with_params(**params), **fields)
        self.repository.commit(self.project, message, who, when)
        self.stretch = stretch or self.stretch

    def until(self, when: str) -> None:
        """Let the nights up to a day pass, each with its date as the seed."""
        while self.night <= date.fromisoformat(when[:10]):
            seed = int(self.night.strftime("%Y%m%d"))
            self.project = self.project.with_params(seed=seed)
            subject = f"Retrain with seed {seed}"
            measured = self.repository.commit(
                self.project, subject, NIGHTLY_JOB, f"{self.night} 02:30"
            )
            self.nights[self.stretch].append(measured)
            self.night += EVERY

    def tag(self, name: str, when: str, text: str) -> None:
        """Mark the newest commit of a day as released."""
        self.until(when)
        self.repository.git("tag", "--annotate", name, "-m", text, who=ML_ENGINEER, when=when)


_FIELDS = frozenset({"code", "readme", "export", "metrics"})
"""What `Story.change` changes of a project by name; anything else is a param."""


def _exports() -> Iterator[tuple[str, Export]]:
    """Yield the exports: the cases come in an order drawn once, and the list grows."""
    table = data.load("v2").table.sample(frac=1, random_state=2025).reset_index(drop=True)
    swapped = table.copy()
    swapped.loc[len(table) - SWAPPED :, data.DIAGNOSIS] ^= 1
    for name, rows in (
        ("November", table[:IN_NOVEMBER]),
        ("February", table[:IN_FEBRUARY]),
        ("May", swapped),
        ("May, repaired", table),
    ):
        yield name, Export(rows.to_csv(index=False, lineterminator="\n").encode())


def _line(label: str, trained: list[Metrics]) -> str:
    shown = ("val/recall", "val/precision", "val/fpr", "val/triage_cost", "val/loss")
    means = {name: np.mean([one[name] for one in trained]) for name in shown}
    figures = "  ".join(f"{name} {value:.4f}" for name, value in means.items())
    return f"{label:40} n={len(trained):2}  {figures}"


def main() -> None:
    """Build the repository, pack it, and print a line per stretch between two events."""
    bundle = FOLDER / "history.bundle"
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        repository = Repository(Path(folder))
        story = Story(repository)
        story.tell()
        repository.git("bundle", "create", "--quiet", str(bundle), "--all")
    for stretch, trained in story.nights.items():
        print(_line(stretch, trained))


if __name__ == "__main__":
    main()
