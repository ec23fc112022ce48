"""``report diff``: revisions, runs and sites against each other, with git's own files beside it."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import runfolio
from repositories import Made, made
from runfolio.cli import main

ROOT = Path(__file__).parents[2]
PARAMS = "lr: 0.1\nseed: 1\n"


def metrics(**values: float) -> str:
    return json.dumps(values)


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tables be drawn as on a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A repository whose metric wavers by 0.01, and a branch that leaves it and is worse."""
    repository = made(tmp_path / "project")
    for number, accuracy in enumerate((0.90, 0.91, 0.90, 0.91, 0.90, 0.91)):
        files = {"metrics.json": metrics(accuracy=accuracy, loss=0.3), "params.yaml": PARAMS}
        repository.commit(f"Night {number}", {**files, "log.txt": str(number)})
    base = repository.git("rev-parse", "main")
    repository.git("update-ref", "refs/heads/try", base)
    repository.commit(
        "Learn faster",
        {"metrics.json": metrics(accuracy=0.5, loss=0.2), "params.yaml": "lr: 1\nseed: 1\n"},
        branch="try",
    )
    repository.commit("Night 6", {"metrics.json": metrics(accuracy=0.905, loss=0.3)})
    monkeypatch.chdir(repository.path)
    return repository


def said(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> str:
    assert main(["diff", *map(str, words)]) == code
    return capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(said(capsys, *words, "--json"))
    assert (answer["format"], answer["version"]) == ("runfolio-diff", 1)
    return answer


def values(answer: dict[str, Any], side: str, comparison: int = 0) -> dict[str, float]:
    return {m["name"]: m[side] for m in answer["comparisons"][comparison]["metrics"]}


def verdicts(answer: dict[str, Any], comparison: int = 0) -> dict[str, str]:
    return {m["name"]: m["verdict"] for m in answer["comparisons"][comparison]["metrics"]}


def in_git(repository: Made, revision: str) -> dict[str, float]:
    found: dict[str, float] = json.loads(repository.git("show", f"{revision}:metrics.json"))
    return found


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        (("main", "try"), "main", "try"),
        (("try", "main"), "try", "main"),
        (("main~3", "main"), "main~3", "main"),
        (("main..try",), "main", "try"),
        (("..try",), "HEAD", "try"),
        (("main...try",), "main~1", "try"),
        (("HEAD~2..",), "HEAD~2", "HEAD"),
    ],
)
def test_the_values_are_those_that_git_shows(
    repository: Made,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    before: str,
    after: str,
) -> None:
    answer = told(capsys, *words)
    assert answer["kind"] == "revisions"
    assert values(answer, "before") == in_git(repository, before)
    assert values(answer, "after") == in_git(repository, after)
    assert repository.git("rev-parse", "--short=7", after) in answer["after"]


def test_the_history_tells_what_is_noise(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdicts(told(capsys, "main~2", "main")) == {
        "accuracy": "not distinguishable",
        "loss": "same",
    }
    answer = told(capsys, "main", "try")
    assert verdicts(answer) == {"accuracy": "worse", "loss": "better"}
    assert answer["comparisons"][0]["params"] == [{"name": "lr", "before": "0.1", "after": "1"}]
    [accuracy] = [m for m in answer["comparisons"][0]["metrics"] if m["name"] == "accuracy"]
    assert accuracy["delta"] == pytest.approx(-0.405, abs=1e-12)
    # Seven values, s² = 6 (0.005)² / 6; t(0.975, 6) = 2.446912 by a table.
    assert accuracy["spread"]["n"] == 7
    assert accuracy["spread"]["half"] == pytest.approx(2.446912 * 0.005 * 2**0.5, rel=1e-6)


def test_without_a_history_it_is_said_that_it_may_be_chance(
    repository: Made, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    off = tmp_path / "off.yaml"
    off.write_text("history: off\n")
    out = said(capsys, "main", "try", "-c", off, "--source", repository.path)
    assert "no history tells how much a metric moves by itself" in " ".join(out.split())
    assert "1 of 2" in out.splitlines()[0].replace("\u00a0", " ")


def test_the_finding_comes_first_and_no_verdict_is_colour_alone(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(capsys, "main", "try").replace("\u00a0", " ").splitlines()
    assert lines[0] == "1 of 2 metrics better (loss), 1 worse (accuracy)"
    [worse] = [line for line in lines if line.startswith("accuracy")]
    assert worse.split() == ["accuracy", "0.9050", "0.5000", "−0.4050", "▼", "Worse"]
    assert any(line.split() == ["lr", "0.1", "1"] for line in lines)
    assert all(len(line) <= 80 for line in lines)


def test_one_revision_is_compared_with_the_files_that_are_there(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("reset", "--quiet", "--hard", "main")
    (repository.path / "metrics.json").write_text(metrics(accuracy=0.25, loss=0.3))
    answer = told(capsys, "HEAD~1")
    assert answer["after"] == "the working tree"
    assert values(answer, "before") == in_git(repository, "main~1")
    assert values(answer, "after") == {"accuracy": 0.25, "loss": 0.3}
    # Nothing was checked out or staged on the way.
    assert repository.git("status", "--porcelain") == "M metrics.json".rjust(15)


def test_a_bare_repository_and_a_bundle_are_read_alike(
    repository: Made, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    repository.git("bundle", "create", "--quiet", tmp_path / "all.bundle", "--all", "HEAD")
    repository.git("clone", "--quiet", "--mirror", ".", tmp_path / "bare.git")
    expected = verdicts(told(capsys, "main", "try"))
    for source in ("all.bundle", "bare.git"):
        assert verdicts(told(capsys, "main", "try", "--source", tmp_path / source)) == expected
        alone = told(capsys, "try", "--source", tmp_path / source)
        assert values(alone, "after") == in_git(repository, "HEAD")


def test_a_folder_in_the_repository_is_compared_alone(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    for score in (1.0, 2.0):
        repository.commit("Score", {"part/metrics.json": metrics(score=score)})
    answer = told(capsys, "main~1", "main", "--source", _made(repository.path / "part"))
    assert values(answer, "before") == {"score": 1.0}
    assert values(answer, "after") == {"score": 2.0}


def test_several_runs_are_matched_by_where_they_lie(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit(
        "Two", {"a/metrics.json": metrics(score=1), "b/metrics.json": metrics(score=2)}
    )
    repository.commit("Other", {"b/metrics.json": metrics(score=3), "a/metrics.json": None})
    answer = told(capsys, "main~1", "main")
    found = verdicts(answer)
    assert found["a: score"] == "gone"
    assert (values(answer, "before")["b: score"], values(answer, "after")["b: score"]) == (2, 3)


@pytest.mark.parametrize("config", ["", "sources: [a, b]\n"])
@pytest.mark.parametrize("inside", [True, False])
def test_revisions_and_files_that_are_there_name_runs_alike(
    repository: Made,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    config: str,
    inside: bool,
) -> None:
    both = {"a/metrics.json": metrics(score=1), "b/metrics.json": metrics(score=2)}
    repository.commit("Two", {**both, "metrics.json": None})
    repository.git("reset", "--quiet", "--hard", "main")
    (repository.path / "b" / "metrics.json").write_text(metrics(score=4))
    if config:
        (repository.path / "report.yaml").write_text(config)
    words: tuple[str, ...] = ("main",)
    if not inside:
        monkeypatch.chdir(repository.path.parent)
        words = ("main", "--source", "project")
    answer = told(capsys, *words)
    assert values(answer, "before") == {"a: score": 1, "b: score": 2}
    assert values(answer, "after") == {"a: score": 1, "b: score": 4}
    assert answer["problems"] == []


def test_a_revision_without_metrics_is_told(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit("Only words", {"README": "words"}, branch="empty", parents=[])
    lines = said(capsys, "empty", "main").splitlines()
    assert lines[0].startswith("No metrics at empty at ")
    assert verdicts(told(capsys, "empty", "main")) == {"accuracy": "new", "loss": "new"}


def test_markdown_is_a_table_and_names_cannot_break_it(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    from markdown_it import MarkdownIt

    name = "<b>a|b</b> @team `x` [y](http://z)"
    for value in (1.0, 2.0):
        repository.commit("Odd", {"metrics.json": json.dumps({name: value, "accuracy": 0.9})})
    out = said(capsys, "main~1", "main", "--markdown")
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(out)
    assert html.count("<table>") == 1
    assert html.count("<tr>") == 3
    assert "<b>" not in html
    assert "<a" not in html
    assert "@team" not in html
    assert "&lt;b&gt;a|b&lt;/b&gt;" in html


def test_csv_is_safe_and_exact(repository: Made, capsys: pytest.CaptureFixture[str]) -> None:
    for value in ("=1+1", "=2+2"):
        files = {"metrics.json": metrics(accuracy=1 / 3), "params.yaml": f"'=evil': '{value}'\n"}
        repository.commit("Odd", files)
    rows = list(csv.DictReader(io.StringIO(said(capsys, "main~1", "main", "--csv"))))
    assert [(row["kind"], row["name"], row["before"], row["after"]) for row in rows] == [
        ("metric", "accuracy", repr(1 / 3), repr(1 / 3)),
        ("param", "'=evil", "'=1+1", "'=2+2"),
    ]


def test_it_fails_only_where_that_is_asked_for(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "main", "try", code=0)
    said(capsys, "main", "try", "--fail-on", "worse", code=1)
    said(capsys, "main~2", "main", "--fail-on", "worse", code=0)


def test_what_git_does_not_know_is_an_error_that_says_so(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "main..trie"]) == 2
    err = capsys.readouterr().err
    assert "has no revision 'trie'" in err
    assert "'try'" in err
    assert main(["diff", "main", "nonsense"]) == 2
    assert "[run-unknown]" in capsys.readouterr().err


def test_branches_that_share_no_commit_have_no_fork(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit("Apart", {"metrics.json": metrics(accuracy=1)}, branch="apart", parents=[])
    assert main(["diff", "main...apart"]) == 2
    assert "git-no-common-commit" in capsys.readouterr().err
    assert values(told(capsys, "main..apart"), "after") == {"accuracy": 1, "loss": None}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, accuracy, lr in (("a", 0.8, 1), ("b", 0.9, 2), ("c", 0.7, 3)):
        folder = _made(tmp_path / "logs" / name)
        (folder / "metrics.csv").write_text(f"step,accuracy\n1,0.5\n2,{accuracy}\n")
        (folder / "run.yaml").write_text(f"name: run {name}\nparams: {{lr: {lr}}}\n")
    monkeypatch.chdir(tmp_path / "logs")
    return tmp_path / "logs"


def test_runs_are_named_by_id_or_name(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("run a", "run b"), ("a", "b"), ("a", "run b")):
        answer = told(capsys, *words)
        assert answer["kind"] == "runs"
        assert (answer["before"], answer["after"]) == ("run a", "run b")
        assert values(answer, "after") == {"accuracy": 0.9}
        assert answer["comparisons"][0]["params"] == [{"name": "lr", "before": "1", "after": "2"}]


def test_a_name_that_several_runs_have_is_told(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (runs / "b" / "run.yaml").write_text("name: run a\n")
    assert main(["diff", "run a", "c"]) == 2
    err = capsys.readouterr().err
    assert "2 runs are called 'run a': a, b" in err
    assert main(["diff", "run d", "c"]) == 2
    assert "no run 'run d'" in capsys.readouterr().err


def test_one_name_needs_a_repository(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "a"]) == 2
    assert "[diff-no-repository]" in capsys.readouterr().err


@pytest.fixture
def sites(runs: Path) -> tuple[Path, Path]:
    (runs / "report.yaml").write_text("objective: {metric: accuracy, goal: maximize}\n")
    runfolio.build(".", output=runs.parent / "old")
    (runs / "c" / "metrics.csv").write_text("step,accuracy\n1,0.5\n2,0.95\n")
    _made(runs / "d")
    (runs / "d" / "metrics.csv").write_text("step,accuracy\n1,0.1\n")
    runfolio.build(".", output=runs.parent / "new")
    return runs.parent / "old", runs.parent / "new"


def test_sites_are_compared_by_champion_and_run_by_run(
    sites: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = told(capsys, *sites)
    assert answer["kind"] == "sites"
    champion, run = answer["comparisons"]
    assert champion["of"] == "Champion against champion"
    assert (champion["metrics"][0]["before"], champion["metrics"][0]["after"]) == (0.9, 0.95)
    assert run["of"] == "run c"
    assert (run["metrics"][0]["before"], run["metrics"][0]["after"]) == (0.7, 0.95)
    assert answer["same_runs"] == 2
    assert answer["new_runs"] == ["d"]
    assert answer["gone_runs"] == []
    out = said(capsys, *sites)
    assert "matched by their ids" in out
    assert "New runs: d." in out


def test_a_site_against_itself_is_the_same(
    sites: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = told(capsys, sites[0], sites[0])
    assert set(verdicts(answer)) == {"accuracy"}
    assert set(verdicts(answer).values()) == {"same"}
    assert answer["same_runs"] == 3


def test_a_folder_that_is_called_like_a_branch_is_taken_and_that_is_told(
    sites: tuple[Path, Path], repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    sites[0].rename(repository.path / "try")
    answer = told(capsys, "try", sites[1])
    assert answer["kind"] == "sites"
    assert "'try' also names a revision; the folder was taken." in answer["notes"]


def test_values_that_are_not_finite_come_through(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (runs / "a" / "metrics.csv").write_text("step,accuracy\n1,nan\n")
    (runs / "b" / "metrics.csv").write_text("step,accuracy\n1,inf\n")
    [metric] = told(capsys, "a", "b")["comparisons"][0]["metrics"]
    assert (metric["before"], metric["after"]) == ("NaN", "Infinity")
    assert (metric["delta"], metric["verdict"]) == (None, "not finite")
    runfolio.build(".", output="../odd")
    assert told(capsys, "../odd", "../odd")["same_runs"] == 3


def test_a_site_and_something_else_cannot_be_compared(
    sites: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", str(sites[0]), "a"]) == 2
    assert "[diff-mixed]" in capsys.readouterr().err
    (sites[0] / "report.json").write_text('{"format": "runfolio-report", "version": 99}')
    assert main(["diff", str(sites[0]), str(sites[1])]) == 2
    assert "[site-unreadable]" in capsys.readouterr().err


def test_the_readme_shows_what_it_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    readme = (ROOT / "README.md").read_text("utf-8")
    [(words, shown)] = re.findall(r"```console\n\$ report diff (.*)\n((?:.*\n)+?)```", readme)
    lines = said(capsys, *words.split()).splitlines()
    assert [line.rstrip() for line in lines] == shown.splitlines()


def test_its_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from runfolio.cli import main; main(['diff', '--help']);"
        "print(sorted({'pandas', 'numpy', 'rich', 'pydantic', 'jinja2'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
