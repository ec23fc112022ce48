"""``report build --compare``: the page that tells what a branch changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repositories import Made, made
from runfolio import pipeline
from runfolio.cli import main
from runfolio.errors import UsageError
from runfolio.pipeline import Request
from sites import Parsed

PIPELINE = "metrics:\n- metrics.json\nparams:\n- params.yaml\n"
DVC = """
outs:
- md5: {0}
  size: 10
  path: cases.csv
"""


def metrics(**values: float) -> str:
    return json.dumps(values)


@pytest.fixture
def repository(tmp_path: Path) -> Made:
    """Six nights on main, a branch of two commits from there, and main a commit further."""
    repository = made(tmp_path / "project")
    for number, accuracy in enumerate((0.90, 0.91, 0.90, 0.91, 0.90, 0.91)):
        repository.commit(
            f"Night {number}",
            {
                "metrics.json": metrics(accuracy=accuracy, loss=0.3),
                "params.yaml": "lr: 0.1\n",
                "cases.csv.dvc": DVC.format("0" * 32),
                "train.py": f"# {number}",
                "dvc.yaml": PIPELINE,
            },
        )
    repository.git("update-ref", "refs/heads/try", repository.git("rev-parse", "main"))
    repository.commit("Learn <b>faster</b>", {"params.yaml": "lr: 1\n"}, branch="try")
    repository.commit(
        "Take other cases",
        {
            "metrics.json": metrics(accuracy=0.5, loss=0.2),
            "cases.csv.dvc": DVC.format("f" * 32),
            "train.py": "# other",
            "docs/why.md": "Why",
        },
        branch="try",
    )
    repository.commit("Night 6", {"metrics.json": metrics(accuracy=0.905, loss=0.3)})
    repository.git("reset", "--quiet", "--hard", "main")
    return repository


def built(repository: Made, compare: str) -> Path:
    output = repository.path.parent / "site"
    pipeline.build(Request((str(repository.path),), output, compare=compare))
    return output


def text_of(path: Path) -> str:
    parsed = Parsed(path.read_text("utf-8"))
    return " ".join(" ".join(e.text for e in parsed.elements).split())


@pytest.mark.parametrize("compare", ["main..try", "main...try"])
def test_the_page_tells_what_the_branch_changes_since_it_left(
    repository: Made, compare: str
) -> None:
    site = built(repository, compare)
    page = Parsed((site / "branch.html").read_text("utf-8"))
    text = text_of(site / "branch.html")
    [heading] = page.all("h1")
    assert " ".join(heading.text.split()) == "1 of 2 metrics better (loss), 1 worse (accuracy)"
    base = repository.git("merge-base", "main", "try")
    assert base == repository.git("rev-parse", "main~1")
    assert base[:7] in text
    assert "main has moved on by 1 commit since" in text
    cells = [cell.text.strip() for cell in page.all("td")]
    # The values where it left, not those that main has now.
    assert "0.9100" in cells
    assert "0.9050" not in cells
    assert "0.5000" in cells
    assert {"0.1", "1"} <= set(cells)
    assert {"0" * 32, "f" * 32} <= {cell for cell in cells if len(cell) == 32}
    assert "2 other files changed: docs/why.md and train.py." in text
    for commit in repository.git("rev-list", f"{base}..try").splitlines():
        assert commit[:7] in text
        assert repository.git("show", "-s", "--format=%s", commit) in text


def test_the_page_is_in_the_navigation_only_where_it_was_asked_for(repository: Made) -> None:
    site = built(repository, "main..try")
    assert "branch.html" in Parsed((site / "index.html").read_text("utf-8")).values("href")
    pipeline.build(Request((str(repository.path),), site))
    assert not (site / "branch.html").exists()
    assert "branch.html" not in (site / "index.html").read_text("utf-8")


def test_one_name_alone_is_compared_with_head(repository: Made) -> None:
    text = text_of(built(repository, "try") / "branch.html")
    assert "What HEAD changes: 1 commit since it left try" in text
    assert "try has moved on by 2 commits since" in text
    assert "Night 6" in text


def test_a_branch_without_commits_of_its_own_changes_nothing(repository: Made) -> None:
    text = text_of(built(repository, "main..main~2") / "branch.html")
    assert "All 2 metrics are the same" in text
    assert "main~2 has no commit that main does not have." in text


def test_commits_lead_to_the_web(repository: Made) -> None:
    repository.git("remote", "add", "origin", "https://u:secret@github.com/team/project.git")
    site = built(repository, "main..try")
    links = Parsed((site / "branch.html").read_text("utf-8")).values("href")
    base, tip = repository.git("merge-base", "main", "try"), repository.git("rev-parse", "try")
    web = "https://github.com/team/project"
    assert f"{web}/commit/{tip}" in links
    assert f"{web}/compare/{base}...{tip}" in links
    assert "secret" not in (site / "branch.html").read_text("utf-8")


def test_many_commits_are_counted_and_fifty_listed(repository: Made) -> None:
    for number in range(60):
        repository.commit(f"Step {number}", {f"{number}.txt": "x"}, branch="try")
    site = built(repository, "main..try")
    text = text_of(site / "branch.html")
    assert "The newest 50 of 62 commits since it left main" in text
    assert "Step 59" in text
    assert "Step 9 " not in text
    assert "62 other files changed, of which 50 are named" in text


def test_sides_without_metrics_are_told(repository: Made) -> None:
    repository.commit("Drop them", {"metrics.json": None}, branch="try")
    text = text_of(built(repository, "main..try") / "branch.html")
    assert "No metrics at try at" in text
    assert "nothing can be compared" in text
    assert "What is missing" in text


def test_a_metric_that_only_one_side_has_is_told(repository: Made) -> None:
    repository.commit("Another", {"metrics.json": metrics(accuracy=0.9, auc=0.8)}, branch="try")
    text = text_of(built(repository, "main..try") / "branch.html")
    assert "1 metric only before" in text
    assert "1 metric only after" in text


def test_a_damaged_file_on_the_branch_is_told(repository: Made) -> None:
    repository.commit("Half", {"metrics.json": '{"accuracy": '}, branch="try")
    text = text_of(built(repository, "main..try") / "branch.html")
    assert "metrics.json" in text
    assert "it was left out" in text


def test_an_unknown_revision_is_an_error_before_anything_is_written(
    repository: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    output = repository.path.parent / "site"
    words = ["build", str(repository.path), "-o", str(output), "--compare", "main..trie"]
    assert main(words) == 2
    err = capsys.readouterr().err
    assert "has no revision 'trie'" in err
    assert "[git-revision-unknown]" in err
    assert not output.exists()


def test_without_a_repository_there_is_nothing_to_compare(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("step,loss\n1,0.5\n")
    with pytest.raises(UsageError, match="no git repository"):
        pipeline.build(Request((str(tmp_path),), tmp_path / "site", compare="main"))


def test_the_same_input_gives_the_same_page(repository: Made) -> None:
    first = (built(repository, "main..try") / "branch.html").read_bytes()
    assert (built(repository, "main..try") / "branch.html").read_bytes() == first
