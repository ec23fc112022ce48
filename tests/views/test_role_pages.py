"""The pages made for each reader, in the built sample and where there is nothing but logs.

The facts that the product rests on (stages, steps, roles, what each reads the report for) have to
be found in the pages themselves.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import runfolio
from runfolio.views.roles import load_roles
from sites import Site
from stores import put, write_folder

ROLES = {
    "business-stakeholder": (1, 6, 9),
    "subject-matter-expert": (2, 4, 6, 9),
    "data-scientist": (2, 3, 4, 5, 6),
    "data-engineer": (3, 4, 6, 9),
    "ml-engineer": (1, 2, 3, 4, 5, 6, 7, 8, 9),
}
"""Built-in roles, and the steps that they take part in."""

STAGES = {
    "Design": (
        "1 Problem definition & requirements",
        "2 EDA & data preprocessing",
        "3 Implementation design",
    ),
    "Development": (
        "4 Feature engineering",
        "5 Experiment design",
        "6 Model training & evaluation",
    ),
    "Deployment": ("7 Set up CI/CD", "8 Model deployment", "9 Monitoring & maintenance"),
}
STEPS = [step for steps in STAGES.values() for step in steps]

READ_FOR = {
    # What each reader looks for, as a pattern in the text of the reader's own page.
    "business-stakeholder": ("requirement", "risk", "decide", "what it would change"),
    "subject-matter-expert": ("false alarms", "recall", "feature", "segment|group"),
    "data-scientist": ("interval", "recall", "precision", "seeds?", "what to try next"),
    "data-engineer": (
        *("version", "lineage|where it comes from", "quality|good the data are", "accuracy"),
        *("completeness", "consistency", "timeliness"),
    ),
    "ml-engineer": (
        *("latency", "throughput", "lifecycle|step", "make it again|reproduc"),
        *("may be deployed|not ready", "monitor|production"),
    ),
}
CONCEPTS = (
    # What the business asks of a model, and what goes with it; an experiment's way.
    *("accuracy", "latency", "transparency", "throughput"),
    *("privacy", "security", "compliance", "HIPAA", "explain"),
    *("hypothesis", "experiment", "hyperparameter|params?", "data ?sets?", "track", "register"),
    *("impact", "monetary", "revenue generated", "cost saved", "risks", "lineage", "product owner"),
    *("gathered and prepared", "tracking", "analysed", "visualised", "shared", "all its details"),
    *("last name", "appointments", "residents", "live"),  # the four flaws of the sample's data
    *("champion", "baseline", "candidate", "requirement", "waiver|waived", "monitoring"),
)


END = ("section-richer", "section-words")
"""What stands below the end of a page: what would make it richer, and words explained."""


@pytest.fixture(scope="session")
def sample(sample_site: Site) -> Site:
    return sample_site


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Nothing but logs: no report.yaml, no baseline, no direction that anybody named."""
    root = tmp_path_factory.mktemp("bare")
    for seed in range(3):
        for depth, value in ((1, 0.7), (2, 0.8)):
            about = {"params": {"depth": depth, "seed": seed}, "status": "finished"}
            write_folder(root / f"logs/{depth}-{seed}", {"accuracy": value + seed / 100}, about)
    runfolio.build(root / "logs", output=root / "site")
    return Site(root / "site")


def says(site: Site, path: str, pattern: str) -> bool:
    return re.search(pattern, site.text_of(path), re.IGNORECASE) is not None


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_what_it_is_after(sample: Site, role: str) -> None:
    for pattern in READ_FOR[role]:
        assert says(sample, f"{role}.html", pattern), pattern


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("which", ["sample", "bare"])
def test_a_page_opens_with_a_verdict_and_ends_with_what_to_do(
    request: pytest.FixtureRequest, which: str, role: str
) -> None:
    site: Site = request.getfixturevalue(which)
    page = site.pages[f"{role}.html"]
    kicker = f"{load_roles()[role].question}"
    assert kicker in page.text
    (title,) = page.all("h1")
    assert title.text.strip()
    classes = [value.split() for value in page.values("class")]
    assert sum("key-figure" in names for names in classes) >= (3 if which == "sample" else 1)
    shown = [name for names in classes for name in names if name.startswith("section-")]
    assert [name for name in shown if name not in END][-1:] == ["section-next-steps"]
    hrefs = [href.partition("#")[0] for href in page.values("href")]
    assert "runs.html" in hrefs
    assert "methods.html" in hrefs


def test_no_two_roles_are_told_the_same(sample: Site) -> None:
    texts = {role: sample.text_of(f"{role}.html") for role in ROLES}
    assert len(set(texts.values())) == len(ROLES)


def test_the_lifecycle_page_has_every_stage_and_step(sample: Site) -> None:
    page = sample.pages["lifecycle.html"]
    headings = [element.text.strip() for element in page.all("h3")]
    for stage, steps in STAGES.items():
        assert stage in headings
        for step in steps:
            assert step in page.text
    for role in load_roles().values():
        assert role.title in page.text


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_shown_the_steps_that_it_takes_part_in(sample: Site, role: str) -> None:
    text = sample.text_of(f"{role}.html")
    shown = [number for number, step in enumerate(STEPS, 1) if step in text]
    assert shown == list(ROLES[role])


@pytest.mark.parametrize("concept", CONCEPTS)
def test_each_concept_is_found_in_the_pages(sample: Site, concept: str) -> None:
    pages = [path for path in sample.pages if "/" not in path and path != "glossary.html"]
    assert any(says(sample, path, rf"\b({concept})") for path in pages)


@pytest.mark.parametrize("role", ROLES)
def test_without_a_configuration_a_page_says_what_would_make_it_richer(
    bare: Site, role: str
) -> None:
    assert says(bare, f"{role}.html", "This page would say more with ")


@pytest.mark.parametrize("which", ["sample", "bare"])
def test_no_link_is_lost(request: pytest.FixtureRequest, which: str) -> None:
    site: Site = request.getfixturevalue(which)
    assert site.broken_links() == []


def test_what_a_gate_says_is_the_same_on_every_page_and_in_the_data(sample: Site) -> None:
    gates = [gate for gate in sample.report["gates"] if gate["side"] == "champion"]
    assert gates
    text = sample.text_of("requirements.html")
    for gate in gates:
        assert gate["requirement"] in text
    assert says(sample, "business-stakeholder.html", r"\d of \d|meets (all )?\w+")
    held = [gate["requirement"] for gate in gates if gate["holds_back"]]
    assert says(sample, "ml-engineer.html", "not ready" if held else "may be deployed")


def test_names_from_the_configuration_stay_text(tmp_path: Path) -> None:
    name = "<script>alert(1)</script> & [x](javascript:y)"
    write_folder(tmp_path / "logs/a", {"recall": 0.5}, {"params": {"depth": 1}})
    config = (
        "objective: {metric: recall, goal: maximize}\n"
        f"requirements:\n  - {{name: '{name}', metric: recall, at_least: 0.9, why: '{name}', "
        f"owner: '{name}'}}\nlifecycle:\n  - {{step: 1, says: '{name}', owner: '{name}', "
        "date: 2026-01-01}\n"
    )
    put(tmp_path / "logs", {"report.yaml": config})
    runfolio.build(tmp_path / "logs", output=tmp_path / "site")
    site = Site(tmp_path / "site")
    assert name in site.text_of("requirements.html")
    for path, page in site.pages.items():
        assert not [s for s in page.all("script") if "alert" in s.text], path
        assert not [h for h in page.values("href") if h.startswith("javascript:")], path
