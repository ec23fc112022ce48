"""A project's write-ups from files to pages: what is wrong in them costs no more than itself."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import runfolio
from stores import put, write_folder

BOMB = "\n".join(
    [f"x0: &x0 [{', '.join('a' * 9)}]"]
    + [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]" for i in range(1, 40)]
)
GOOD = (
    "---\nexperiment: logs\nowner: data scientist\noutcome: refuted\n---\n"
    "## Hypothesis\n<script>alert(1)</script> **More** is caught. [x](javascript:alert(1))\n"
    "## Decision\nStop.\n"
)
BAD = {
    "experiments/2-again.md": "---\nexperiment: logs\n---\n## Method\nAgain.\n",
    "experiments/3-unknown.md": "---\nexperiment: logz\n---\n## Method\nUnknown.\n",
    "experiments/4-plain.md": "## Method\nPlain.\n",
    "experiments/5-broken.md": "---\nowner: me\nruns: {tags: [\n---\n## Method\nBroken.\n",
    "experiments/6-bomb.md": f"---\nowner: me\n{BOMB}\n---\n## Method\nBomb.\n",
    "experiments/7-huge.md": "---\nstatus: planned\n---\n## Method\nHuge.\n" + "x" * 5_000_000,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for model, base in (("old", 0.7), ("new", 0.9)):
        for seed in range(3):
            about: dict[str, Any] = {"params": {"model": model, "seed": seed}}
            about["tags"] = {"role": "baseline" if model == "old" else "trial"}
            metrics = {"val/recall": base + seed / 100}
            write_folder(folder / "logs" / f"{model}-{seed}", metrics, about)
    put(folder, {"report.yaml": "title: Triage\n", "experiments/1-good.md": GOOD, **BAD})
    runfolio.build(folder, output=folder / "site")
    return folder / "site"


def report(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / "report.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize(
    ("place", "slug"),
    [
        ("experiments/2-again.md:2", "experiment-twice"),
        ("experiments/3-unknown.md:2", "experiment-unknown"),
        ("experiments/4-plain.md", "experiment-without-runs"),
        ("experiments/5-broken.md:4", "experiment-syntax"),
        ("experiments/6-bomb.md:4", "experiment-alias"),
        ("experiments/7-huge.md", "experiment-too-large"),
    ],
)
def test_each_mistake_is_a_problem_with_its_place(built: Path, place: str, slug: str) -> None:
    found = {(p["place"], p["slug"]): p for p in report(built)["problems"]}
    assert (place, slug) in found
    assert found[place, slug]["hint"]


def test_what_is_right_is_kept(built: Path) -> None:
    experiments = {e["name"]: e for e in report(built)["experiments"]}
    methods = {name: e["written"].get("method", "") for name, e in experiments.items()}
    assert methods["logs"] == "Again."
    assert methods["logz"] == "Unknown."
    assert methods["4 plain"] == "Plain."
    assert methods["5 broken"] == "Broken."
    assert methods["6 bomb"] == "Bomb."
    assert methods["7 huge"].startswith("Huge.")
    assert experiments["logs"]["outcome"] == "refuted"
    assert experiments["logs"]["comparison"]["verdict"] == "better"
    assert len(experiments["logs"]["runs"]) == 6


def test_markdown_stays_text(built: Path) -> None:
    page = (built / "experiments.html").read_text("utf-8")
    assert "<strong>More</strong>" in page
    assert "<script>alert(1)" not in page
    assert 'href="javascript' not in page


def test_the_pages_stay_small_whatever_was_written(built: Path) -> None:
    assert (built / "experiments.html").stat().st_size < 200_000


def test_no_write_ups_no_problem(tmp_path: Path) -> None:
    write_folder(tmp_path / "logs" / "one", {"val/recall": 0.5})
    runfolio.build(tmp_path, output=tmp_path / "site")
    found = report(tmp_path / "site")
    assert [p["slug"] for p in found["problems"] if p["slug"].startswith("experiment")] == []
    assert [(e["name"], e["outcome"], e["borne"]) for e in found["experiments"]] == [
        ("logs", None, None)
    ]


def test_a_folder_that_cannot_be_read_is_no_crash(tmp_path: Path) -> None:
    write_folder(tmp_path / "logs" / "one", {"val/recall": 0.5})
    put(tmp_path, {"report.yaml": "experiments: experiments/*.md\n", "experiments": b"a file"})
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "report.yaml").write_text("experiments: ['experiments/*.md', '*.md']\n", "utf-8")
    runfolio.build(tmp_path, output=tmp_path / "site")
    slugs = {p["slug"] for p in report(tmp_path / "site")["problems"]}
    assert slugs == {"experiment-files-none", "experiment-unreadable"}
