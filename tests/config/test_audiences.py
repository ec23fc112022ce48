"""report.yaml: who builds are for and who gets them, and every mistake in it with its line."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from runfolio.config import Settings, json_schema, load_settings
from runfolio.errors import ConfigError

FULL = """\
objective: {metric: recall, goal: maximize}
metrics: {recall: {label: Found}, cost: {unit: EUR}}
requirements:
  - {name: Enough, metric: cost, at_most: 3}
  - {name: Explained, evidence: {artifact: plots/why.png}}
audiences:
  partners:
    roles: [business-stakeholder, ml-engineer]
    show: {metrics: [recall, cost, "trial/*"]}
    hide:
      pages: ["runs/*", "*.csv"]
      params: "*path*"
      tags: [user, host]
      runs: [failed, "*old*"]
      experiments: first look
      artifacts: checkpoints
      data: people
    redact: {users: on, hosts: on, paths: off}
    locale: de
  public: {anonymize: {people: [Ann], organisations: Clinic}, redact: on}
  internal: {hide: {tags: password}}
deliver:
  url: https://example.org/report
  pages: {audience: public}
  email: {audience: partners, role: ml-engineer, to: team@example.org}
  comment: {audience: internal}
"""


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "report.yaml"
    path.write_text(text)
    return load_settings(path)


def mistakes(folder: Path, text: str) -> list[tuple[int, str, str]]:
    """Return line, slug and all that is said of each mistake."""
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text)
    return [
        (int(p.place.rpartition(":")[2]), p.slug, f"{p.message} {p.hint}")
        for p in caught.value.problems
    ]


def test_all_that_can_be_said(tmp_path: Path) -> None:
    found = loaded(tmp_path, FULL)
    partners = found.audiences["partners"]
    assert partners.roles == ("business-stakeholder", "ml-engineer")
    assert partners.hide.pages == ("runs/*", "*.csv")
    assert (partners.hide.params, partners.hide.experiments) == (("*path*",), ("first look",))
    assert partners.redact is not None
    assert (partners.redact.paths, partners.redact.emails) == ("off", "on")
    assert found.audiences["public"].anonymize is not None
    assert found.audiences["public"].anonymize.organisations == ("Clinic",)
    assert found.deliver.email.to == ("team@example.org",)
    assert found.deliver.pages.audience == "public"


def test_the_schema_for_editors_takes_it() -> None:
    checker = jsonschema.Draft202012Validator(json_schema())
    # What YAML 1.1 reads as true or false is what editors see.
    assert [error.message for error in checker.iter_errors(yaml.safe_load(FULL))] == []


@pytest.mark.parametrize("text", ["audiences:\n", "audiences: {a: }\n", "deliver: {email: }\n"])
def test_it_may_be_left_empty(tmp_path: Path, text: str) -> None:
    loaded(tmp_path, text)


def test_unknown_audiences_and_roles_are_told_with_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "regulator.yaml").write_text("title: R\nsections: [figures]\n")
    text = """\
roles: own
audiences:
  partners:
    roles:
      - regulator
      - ml-enginer
deliver:
  pages: {audience: partner}
  email:
    role: data-scientists
  comment: {audience: intern}
"""
    found = mistakes(tmp_path, text)
    assert [(line, slug) for line, slug, _ in found] == [
        (6, "config-unknown-role"),
        (8, "config-unknown-audience"),
        (10, "config-unknown-role"),
        (11, "config-unknown-audience"),
    ]
    for (_, _, told), meant in zip(
        found, ("ml-engineer", "partners", "data-scientist", "internal"), strict=True
    ):
        assert f"Did you mean '{meant}'?" in told


def test_a_message_cannot_tell_a_page_that_its_audience_does_not_see(tmp_path: Path) -> None:
    text = """\
audiences:
  partners: {roles: ml-engineer}
deliver:
  email: {audience: partners, role: data-scientist}
"""
    [(line, slug, told)] = mistakes(tmp_path, text)
    assert (line, slug) == (4, "config-unknown-role")
    assert "ml-engineer" in told


@pytest.mark.parametrize(
    ("chosen", "line", "words"),
    [
        ("hide: {pages: '*.html'}", 10, "index.html"),
        ("hide: {metrics: [other, 're*']}", 10, "the objective"),
        ("hide: {metrics: FOUND}", 10, "the objective"),
        ("hide: {metrics: raw_recall}", 10, "the objective"),
        ("show: {metrics: recall}", 10, "the requirement 'Enough'"),
        ("hide: {metrics: cost}", 10, "the outcome 'Saved'"),
        ("hide: {metrics: step}", 10, "objective.summary.best_by"),
    ],
)
@pytest.mark.parametrize("name", ["partners", "internal"])
def test_what_is_needed_cannot_be_hidden(
    tmp_path: Path, name: str, chosen: str, line: int, words: str
) -> None:
    text = f"""\
objective: {{metric: recall, goal: maximize, summary: {{best_by: step}}}}
aliases: {{raw_recall: recall}}
metrics: {{recall: {{label: Found}}, cost: {{unit: EUR}}, step: {{}}}}
requirements:
  - {{name: Enough, metric: cost, at_most: 3}}
  - {{name: Explained, evidence: {{artifact: plots/why.png}}}}
impact:
  outcomes: [{{name: Saved, kind: saving, formula: "metric('cost') / unit('year')"}}]
audiences:
  {name}: {{{chosen}}}
"""
    found = mistakes(tmp_path, text)
    assert {(at, slug) for at, slug, _ in found} == {(line, "config-audience-hides-needed")}
    assert any(words in told for _, _, told in found)


def test_what_needs_it_may_be_hidden_with_it(tmp_path: Path) -> None:
    text = """\
requirements:
  - {name: Cheap enough, metric: cost, at_most: 3}
audiences:
  partners:
    hide: {metrics: cost}
"""
    [(line, _, told)] = mistakes(tmp_path, text)
    assert line == 5
    assert 'hide: {requirements: ["Cheap enough"]}' in told
    better = text.replace("{metrics: cost}", '{metrics: cost, requirements: ["Cheap enough"]}')
    assert loaded(tmp_path, better).audiences["partners"].hide.metrics == ("cost",)
