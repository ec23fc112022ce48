"""Every section that shows figures says by which rule they are computed: it links to the rule."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

import runfolio
from repositories import made
from runfolio import pipeline
from runfolio.pipeline import Request
from sites import VOID, Parsed, Site
from stores import put

WITHOUT_A_RULE = {
    # What stands there is not computed, so there is no rule to tell.
    "branch-commits": "commits as they are in the repository",
    "branch-inputs": "params, versions and files, as they were committed",
    "branch-problems": "what could not be read",
    "card-data": "data as the runs logged them",
    "compliance": "what people answered, with where to see it",
    "lineage": "stages and files, as they were recorded",
    "methods": "the rules themselves",
    "model-records": "what was registered, as it was written down",
    "monitoring-logs": "what was read",
    "problems": "what was wrong in the input",
    "run-about": "times, ids and places, as logged",
    "run-params": "params as logged",
    "run-tags": "tags as logged",
    "sources": "what was read, and how much of it",
}


@dataclass(slots=True)
class Shown:
    """What a section of a page shows: whether figures are in it, and the rules it links to."""

    figures: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)


class Sections(HTMLParser):
    """The sections of a page by their names; the sentence that opens the page is ``lede``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, Shown] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        classes = attributes.get("class", "").split()
        if tag not in VOID:
            named = next((c for c in classes if c.startswith("section-")), "")
            name = named.removeprefix("section-") or ("lede" if classes == ["lede"] else "")
            self._open.append((tag, name))
        shown = self._shown()
        if shown is None:
            return
        for kind in ("figure", "verdict", "spark", "key-figure", "n"):
            if kind in classes or tag == kind:
                shown.figures.add(kind)
        _, hash_, rule = attributes.get("href", "").partition("methods.html#")
        if hash_:
            shown.rules.add(rule)

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                del self._open[index:]
                return

    def _shown(self) -> Shown | None:
        name = next((name for _, name in reversed(self._open) if name), "")
        return self.found.setdefault(name, Shown()) if name else None


def without_a_link(site: Path) -> list[str]:
    """Return the sections that show figures and link to no rule, and the links to no rule."""
    anchors = set(Parsed((site / "methods.html").read_text("utf-8")).values("id"))
    found = []
    for path in sorted(site.rglob("*.html")):
        sections = Sections(path.read_text("utf-8")).found
        opening = sections.pop("lede", Shown()).rules
        page = path.relative_to(site).as_posix()
        for name, shown in sections.items():
            if shown.figures and not shown.rules | opening and name not in WITHOUT_A_RULE:
                found.append(f"{page}: {name} ({', '.join(sorted(shown.figures))})")
            found += [f"{page}: {name} links to {rule}" for rule in shown.rules - anchors]
    return found


def test_every_section_of_the_sample_links_to_its_rules(sample_site: Site) -> None:
    assert without_a_link(sample_site.folder) == []


def test_what_a_branch_changes_links_to_its_rule(tmp_path: Path) -> None:
    repository = made(tmp_path / "project")
    pipe = "metrics:\n- metrics.json\n"
    for number, score in enumerate((0.90, 0.91, 0.90, 0.91, 0.90, 0.91)):
        files = {"metrics.json": json.dumps({"accuracy": score}), "dvc.yaml": pipe}
        repository.commit(f"Night {number}", files)
    repository.git("update-ref", "refs/heads/try", repository.git("rev-parse", "main"))
    repository.commit("Try", {"metrics.json": json.dumps({"accuracy": 0.5})}, branch="try")
    site = tmp_path / "site"
    pipeline.build(Request((str(repository.path),), site, compare="main..try"))
    assert "methods.html#revisions" in (site / "branch.html").read_text("utf-8")
    assert without_a_link(site) == []


@pytest.mark.parametrize("seeds", [1, 3])
def test_the_next_report_links_to_its_rules(tmp_path: Path, seeds: int) -> None:
    for rate in ("0.1", "0.01"):
        for seed in range(seeds):
            score = 0.8 + 0.01 * seed + (0.1 if rate == "0.01" else 0)
            rows = "".join(f"{step},{score - 1 / (step + 2)}\n" for step in range(12))
            about = json.dumps({"params": {"lr": rate}, "seed": seed, "status": "finished"})
            files = {"run.yaml": about, "metrics.csv": f"step,accuracy\n{rows}"}
            put(tmp_path / "logs" / f"lr{rate}-{seed}", files)
    settings = {
        "sources": ["logs"],
        "baseline": {"params": {"lr": "0.1"}},
        "metrics": {"accuracy": {"explain": "Share of cases called right."}},
    }
    put(tmp_path, {"report.yaml": json.dumps(settings)})
    runfolio.build(tmp_path, output=tmp_path / "first")
    put(tmp_path, {"report.yaml": json.dumps({**settings, "previous": "first"})})
    runfolio.build(tmp_path, output=tmp_path / "second")
    assert "Since the last report" in (tmp_path / "second" / "index.html").read_text("utf-8")
    assert without_a_link(tmp_path / "second") == []


def test_the_exceptions_are_sections_that_there_are() -> None:
    names = {
        re.sub("^history_overview$", "history", path.stem).replace("_", "-")
        for path in (Path(runfolio.__file__).parent / "views" / "sections").glob("*.py")
    }
    assert names >= set(WITHOUT_A_RULE)
