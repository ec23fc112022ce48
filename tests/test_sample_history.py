"""The git history in the sample is whole, and what its README tells of it is so."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from math import sqrt
from pathlib import Path
from statistics import mean, variance
from typing import Any

import pytest
import yaml

from reading import only_run, read

SAMPLE = Path(__file__).parents[1] / "sample_runs"
BUNDLE = SAMPLE / "history.bundle"
README = (SAMPLE / "README.md").read_text("utf-8")
PROSE = " ".join(README.split())

NIGHT = "Retrain with seed "
WITHOUT_METRICS = {
    "Start the project with DVC": "has none yet",
    "Retrain by hand, the job seemed to hang": "holds the marks of a merge",
}
MOVES_NOTHING = (
    "Keep metrics.json at the top, where tools look for it",
    "Log the loss on training cases and the model's size",
    "Say in the README who answers questions",
    "Let a param choose the measurements",
)
HARMLESS_DATA = "Take in the February export: 480 cases"
QUIET_OR_BROKEN = {
    # Positions on main that the README gives.
    6: "Keep metrics.json at the top, where tools look for it",
    12: "Log the loss on training cases and the model's size",
    23: "Say in the README who answers questions",
    28: HARMLESS_DATA,
    60: "Retrain by hand, the job seemed to hang",
    61: "Mend metrics.json, which held the marks of a merge",
}
COLUMNS = {"Recall": "val/recall", "False alarms": "val/fpr", "Triage cost": "val/triage_cost"}


class History:
    """The repository in the bundle, as git itself tells of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self._environment = {**own, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder.parent)}
        self.git("clone", "--quiet", "--mirror", str(BUNDLE), str(folder), here=False)
        self.text = cache(self._text)
        listed = self.git("log", "--all", "--format=%H %s").splitlines()
        self._subjects = dict(line.split(" ", 1) for line in listed)

    def git(self, *words: str, here: bool = True) -> str:
        where = ["--git-dir", str(self._folder)] if here else []
        done = subprocess.run(
            ["git", *where, *words],
            env=self._environment,
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        return done.stdout

    def commits(self, *which: str) -> list[str]:
        return self.git("rev-list", "--reverse", "--topo-order", *which).split()

    def subject(self, commit: str) -> str:
        return self._subjects[commit]

    def named(self, subject: str) -> str:
        """Return the only commit with this subject."""
        found = [commit for commit, said in self._subjects.items() if said == subject]
        assert len(found) == 1, subject
        return found[0]

    def _text(self, commit: str, path: str) -> str:
        return self.git("show", f"{commit}:{path}")

    def yaml(self, commit: str, path: str) -> Any:
        return yaml.safe_load(self.text(commit, path))

    def metrics_file(self, commit: str) -> str | None:
        """Return the path that the commit's dvc.yaml gives."""
        if "dvc.yaml" not in self.git("ls-tree", "--name-only", commit).split():
            return None
        (named,) = self.yaml(commit, "dvc.yaml")["stages"]["train"]["metrics"]
        (path,) = named
        return str(path)

    def metrics(self, commit: str) -> dict[str, float]:
        path = self.metrics_file(commit)
        assert path is not None
        found: dict[str, float] = json.loads(self.text(commit, path))
        return found

    def nights(self, after: str, until: str) -> list[dict[str, float]]:
        """Return the metrics of the nights on main from one commit to before another."""
        on_main = self.commits("--first-parent", "main")
        ends = [on_main.index(one) if one else len(on_main) for one in (after, until)]
        between = on_main[ends[0] : ends[1]]
        return [self.metrics(one) for one in between if self.subject(one).startswith(NIGHT)]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return History(tmp_path_factory.mktemp("history") / "recheck.git")


def rows() -> Iterator[dict[str, str]]:
    """Yield the rows of the README's table of changes."""
    lines = re.findall(r"^\|.*\|$", README.partition("## A year in git\n")[2], re.MULTILINE)
    header, _, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    for cells in body:
        if len(cells) != len(header):
            return  # a later table
        yield dict(zip(header, cells, strict=True))


def changes() -> list[str]:
    return [row["Commit"] for row in rows()]


def away_from(before: list[float], after: list[float]) -> float:
    """Return how many standard errors two means lie apart."""
    error = sqrt(variance(before) / len(before) + variance(after) / len(after))
    return (mean(after) - mean(before)) / error


def test_the_bundle_is_small_whole_and_holds_every_kind_of_ref(history: History) -> None:
    assert BUNDLE.stat().st_size < 300_000
    said = history.git("bundle", "verify", str(BUNDLE))
    assert "complete history" in said
    heads = [
        line.split()[1]
        for line in history.git("bundle", "list-heads", str(BUNDLE)).split("\n")
        if line
    ]
    plain = [head for head in heads if not head.startswith("refs/exps/")]
    tags = [f"refs/tags/v0.{number}" for number in range(1, 6)]
    assert sorted(plain) == ["HEAD", "refs/heads/exp/pairs", "refs/heads/main", *tags]
    assert len(heads) - len(plain) == 3
    assert 90 <= len(history.commits("--all")) <= 120


def test_commits_follow_each_other_over_a_year_and_name_roles_only(history: History) -> None:
    listed = history.git("log", "--all", "--format=%at %ct %an <%ae>%n%at %ct %cn <%ce>")
    people = {line.split(" ", 2)[2] for line in listed.splitlines()}
    assert people == {
        "Data engineer <data-engineer@example.org>",
        "Data scientist <data-scientist@example.org>",
        "ML engineer <ml-engineer@example.org>",
        "Nightly job <nightly-job@example.org>",
    }
    dates = history.git("log", "--first-parent", "--reverse", "--format=%as", "main").split()
    assert (dates[0], dates[-1]) == ("2025-11-03", "2026-11-15")
    times = list(
        map(int, history.git("log", "--first-parent", "--reverse", "--format=%at", "main").split())
    )
    assert all(early < late for early, late in pairwise(times))


def test_every_commit_but_two_has_metrics(history: History) -> None:
    unread = set()
    for commit in history.commits("--all"):
        path = history.metrics_file(commit)
        try:
            values = json.loads(history.text(commit, path)) if path else None
        except json.JSONDecodeError:
            values = None
        if values is None:
            unread.add(history.subject(commit))
        else:
            assert values, commit
            assert all(isinstance(value, int | float) for value in values.values())
    assert unread == WITHOUT_METRICS.keys()
    marked = history.text(history.named("Retrain by hand, the job seemed to hang"), "metrics.json")
    assert re.findall(r"^(<{7}|={7}|>{7})", marked, re.MULTILINE) == ["<" * 7, "=" * 7, ">" * 7]
    mended = history.named("Mend metrics.json, which held the marks of a merge")
    assert history.text(mended, "metrics.json") in marked


def test_the_lock_tells_what_lies_in_the_commit(history: History) -> None:
    for commit in history.commits("--all"):
        path = history.metrics_file(commit)
        if path is None:
            continue
        stage = history.yaml(commit, "dvc.lock")["stages"]["train"]
        assert stage["params"] == {"params.yaml": history.yaml(commit, "params.yaml")}
        locked = {one["path"]: (one["md5"], one["size"]) for one in stage["deps"] + stage["outs"]}
        (data,) = history.yaml(commit, "data/cases.csv.dvc")["outs"]
        assert locked["data/cases.csv"] == (data["md5"], data["size"])
        for file in ("train.py", path):
            content = history.text(commit, file).encode()
            found = hashlib.md5(content, usedforsecurity=False).hexdigest(), len(content)
            unfinished = file == path and history.subject(commit) in WITHOUT_METRICS
            assert (locked[file] == found) is not unfinished, (commit, file)


def test_metrics_have_the_names_of_the_samples_other_runs(history: History, tmp_path: Path) -> None:
    checkout = tmp_path / "recheck"
    checkout.mkdir()
    history.git("--work-tree", str(checkout), "checkout", "--quiet", "--force", "main", "--", ".")
    run = only_run(read("dvc", checkout))
    values = {one.metric: one.summary.last for one in run.series}
    assert values == history.metrics("main")
    known = yaml.safe_load((SAMPLE / "report.yaml").read_text("utf-8"))["metrics"]
    assert values.keys() - known.keys() <= {"model/coefficients"}
    assert {"val/recall", "val/precision", "val/fpr", "val/triage_cost"} <= values.keys()


def test_the_readme_tells_where_the_levels_change_and_what_they_are(history: History) -> None:
    on_main = history.commits("--first-parent", "main")
    table = list(rows())
    assert len(table) == 7
    ends = [on_main[0], *(history.named(subject) for subject in changes()), ""]
    levels = [history.nights(*between) for between in pairwise(ends)]
    for row, commit, before, after in zip(table, ends[1:], levels, levels[1:], strict=False):
        assert int(row["No."]) == on_main.index(commit) + 1
        when = history.git("show", "-s", "--format=%ad", "--date=format:%d %B", commit)
        assert row["From"] == when.strip().lstrip("0")
        for column, metric in COLUMNS.items():
            scale = 1 if column == "Triage cost" else 100
            means = [scale * mean(one[metric] for one in level) for level in (before, after)]
            assert row[column].removesuffix(" %") == " → ".join(f"{one:.1f}" for one in means)


def test_false_alarms_of_each_change_stand_out_of_the_noise(history: History) -> None:
    ends = [history.commits("main")[0], *map(history.named, changes()), ""]
    for (start, at), (_, end) in pairwise(pairwise(ends)):
        before, after = history.nights(start, at), history.nights(at, end)
        alarms = [[one["val/fpr"] for one in level] for level in (before, after)]
        assert abs(away_from(*alarms)) > 5, history.subject(at)


def test_the_february_export_changes_one_commit_but_no_level(history: History) -> None:
    export = history.named(HARMLESS_DATA)
    spot = [f"{100 * history.metrics(one)['val/recall']:.1f}" for one in (f"{export}^", export)]
    assert f"from {spot[0]} to {spot[1]} % on the spot" in PROSE
    start, end = map(history.named, changes()[:2])
    nights = history.nights(start, export), history.nights(export, end)
    for metric in ("val/recall", "val/fpr", "val/loss", "val/triage_cost"):
        before, after = ([one[metric] for one in level] for level in nights)
        assert abs(away_from(before, after)) < 2, metric
        if metric == "val/recall":
            assert f"({100 * mean(before):.1f} and {100 * mean(after):.1f} %)" in PROSE


def test_the_readme_counts_commits_that_change_no_level(history: History) -> None:
    on_main = history.commits("--first-parent", "main")
    assert {at: history.subject(on_main[at - 1]) for at in QUIET_OR_BROKEN} == QUIET_OR_BROKEN
    told = set(map(int, re.findall(r"\b[Nn]o\. (\d+)", PROSE)))
    assert told == QUIET_OR_BROKEN.keys() | {79}


def test_two_changes_of_recall_may_be_chance(history: History) -> None:
    _, _, _, repaired, merged, penalty, revert = map(history.named, changes())
    levels = (repaired, merged), (merged, penalty), (revert, "")
    few, many, reverted = ([one["val/recall"] for one in history.nights(*at)] for at in levels)
    assert abs(away_from(few, many)) < 2
    assert abs(away_from(many, reverted)) < 2


def test_recall_falls_with_the_swapped_diagnoses_and_comes_back(history: History) -> None:
    ends = [*map(history.named, changes()[1:5])]
    before, during, after = (
        [one["val/recall"] for one in history.nights(*between)] for between in pairwise(ends)
    )
    assert away_from(before, during) < -4
    assert away_from(during, after) > 4


@pytest.mark.parametrize("subject", MOVES_NOTHING)
def test_what_is_no_change_of_the_model_moves_no_metric(history: History, subject: str) -> None:
    commit = history.named(subject)
    before, after = history.metrics(f"{commit}^"), history.metrics(commit)
    assert before.items() <= after.items()
    added = {"train/loss", "model/coefficients"} if subject.startswith("Log") else set()
    assert after.keys() - before.keys() == added


def test_git_sees_the_metrics_file_move(history: History) -> None:
    commit = history.named(MOVES_NOTHING[0])
    shown = history.git("show", "--format=", "--name-status", "--find-renames", commit)
    assert "R100\tresults/metrics.json\tmetrics.json" in shown.splitlines()


def test_the_merge_brings_a_branch_of_four_commits(history: History) -> None:
    merge = history.named("Merge branch 'feature/all-measurements'")
    assert history.commits("--merges", "--all") == [merge]
    assert [history.subject(one) for one in history.commits(f"{merge}^1..{merge}^2")] == [
        "Let a param choose the measurements",
        "Train on all 30 measurements",
        "Try a weaker penalty, C = 10",
        "Go back to C = 1",
    ]
    assert history.text(merge, "train.py") == history.text(f"{merge}^2", "train.py")


def test_the_revert_names_its_commit_and_takes_all_of_it_back(history: History) -> None:
    change, revert = map(history.named, changes()[-2:])
    assert f"This reverts commit {change}." in history.git("show", "-s", "--format=%b", revert)
    before, after = (history.yaml(one, "params.yaml") for one in (f"{change}^", revert))
    assert {**before, "seed": 0} == {**after, "seed": 0}
    for path in ("train.py", "dvc.yaml", "data/cases.csv.dvc"):
        assert history.text(f"{change}^", path) == history.text(revert, path)


def test_the_branch_left_over_is_better_in_one_way_and_worse_in_another(history: History) -> None:
    base = history.git("merge-base", "main", "exp/pairs").strip()
    assert len(history.commits("main..exp/pairs")) == 3
    before, after = history.metrics(base), history.metrics("exp/pairs")
    seeds = [history.yaml(one, "params.yaml")["seed"] for one in (base, "exp/pairs")]
    assert seeds[0] == seeds[1]
    assert after["val/recall"] > before["val/recall"]
    assert after["val/loss"] > 1.5 * before["val/loss"]
    sizes = before["model/coefficients"], after["model/coefficients"]
    # 30 measurements, their squares, and one product for each of 30 * 29 / 2 pairs.
    assert sizes == (30, 30 + 30 + 30 * 29 // 2)


def test_dvc_experiments_lie_on_their_baseline_and_change_one_param(history: History) -> None:
    refs = history.git("for-each-ref", "--format=%(refname)", "refs/exps").split()
    changed = []
    for ref in refs:
        _, _, start, rest, name = ref.split("/")
        assert re.fullmatch(r"[a-z]+-[a-z]+", name)
        assert history.git("rev-parse", f"{ref}^").strip() == start + rest
        subject = history.subject(history.git("rev-parse", ref).strip())
        assert re.fullmatch(r"dvc: commit experiment [0-9a-f]{64}", subject)
        before, after = (history.yaml(one, "params.yaml") for one in (start + rest, ref))
        changed.append([key for key in after if after[key] != before[key]])
        assert history.metrics(ref) != history.metrics(start + rest)
    assert sorted(changed) == [["C"], ["malignant_weight"], ["threshold"]]
