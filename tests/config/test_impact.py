"""report.yaml: what it says of the impact, and every mistake in it with its line."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from runfolio.config import ImpactSettings, json_schema, load_settings
from runfolio.errors import ConfigError

FULL = """\
metrics:
  val/recall: {unit: "%"}
  latency: {unit: ms}
impact:
  currency: CHF
  period: month
  quantities:
    cases:
      value: 24
      range: [20, 28]
      distribution: pert
      unit: thousand cases/year
      label: Cases
      explain: Pictures a year.
      source: Radiology, 2025
      owner: product owner
    ill: {value: 1.2, range: [1, 1.5], distribution: uniform, unit: "% of cases"}
    cost_missed: {value: 20000, range: [10000, 40000], distribution: lognormal, unit: CHF/case}
    exam: {value: 210, range: [200, 220], distribution: normal, unit: CHF/case}
    minutes: {value: 15, unit: min/case}
    bonus: 2
  outcomes:
    - name: Missed cases avoided
      kind: saving
      formula: cases * ill * metric('val/recall') * cost_missed
      explain: What is found early.
      source: Handbook
      owner: expert
    - name: Extra examinations
      kind: cost
      formula: >-
        cases * (1 - ill) * share('benign', 'malignant') * exam
        + (0 if metric('latency') < 50 * unit('ms') else bonus * unit('CHF/year'))
    - {name: Reports, kind: revenue, formula: "cases * 1.5 * unit('CHF/case')"}
    - {name: Hours, kind: non-monetary, goal: minimize, unit: h/year, formula: cases * minutes}
  running_cost: {value: 18, range: [15, 20], unit: thousand CHF/year}
  fixed_cost: 40000
  horizon: 3
  discount_rate: 0.05
  threshold: {curve: roc, label: malignant, true_positive_rate: val/recall, precision: val/prec}
"""

SMALL = """\
metrics:
  val/recall: {unit: "%"}
  latency: {unit: ms}
  odd: {unit: "ms (p95)"}
impact:
  quantities:
    cases: {value: 24000, unit: case/year}
    cost: {value: 38000, unit: EUR/case}
    share: {value: 5, unit: "%"}
"""


def impact(folder: Path, text: str) -> ImpactSettings:
    path = folder / "report.yaml"
    path.write_text(text)
    found = load_settings(path).impact
    assert found is not None
    return found


def mistakes(folder: Path, text: str) -> list[tuple[int, str, str]]:
    """Return line, slug and all that is said of each mistake."""
    with pytest.raises(ConfigError) as caught:
        impact(folder, text)
    return [
        (int(p.place.rpartition(":")[2]), p.slug, f"{p.message} {p.hint}")
        for p in caught.value.problems
    ]


def test_all_that_can_be_said(tmp_path: Path) -> None:
    found = impact(tmp_path, FULL)
    assert (found.currency, found.period, found.horizon) == ("CHF", "month", 3)
    cases = found.quantities["cases"]
    assert (cases.value, cases.range, cases.distribution) == (24, (20, 28), "pert")
    assert (cases.label, cases.source, cases.owner) == ("Cases", "Radiology, 2025", "product owner")
    assert (found.quantities["bonus"].value, found.quantities["bonus"].range) == (2, None)
    assert [one.kind for one in found.outcomes] == ["saving", "cost", "revenue", "non-monetary"]
    assert found.running_cost is not None
    assert found.running_cost.range == (15, 20)
    assert found.fixed_cost is not None
    assert found.fixed_cost.value == 40000
    assert found.threshold.precision == "val/prec"


def test_the_schema_for_editors_takes_it() -> None:
    checker = jsonschema.Draft202012Validator(json_schema())
    assert [error.message for error in checker.iter_errors(yaml.safe_load(FULL))] == []


@pytest.mark.parametrize("text", ["title: T\n", "impact:\n", "impact: {}\n"])
def test_it_may_be_left_out(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(text)
    found = load_settings(path).impact
    assert found is None or found.outcomes == ()


def test_a_unit_that_only_the_logs_can_tell_is_no_mistake_yet(tmp_path: Path) -> None:
    outcome = "    - {name: A, kind: cost, formula: \"cases * metric('other') * share\"}\n"
    assert impact(tmp_path, f"{SMALL}  outcomes:\n{outcome}").outcomes[0].name == "A"


@pytest.mark.parametrize("name", ["cases", "metric", "unit", "größe", "_a", "case", "cost_2"])
def test_names_that_formulas_can_use(tmp_path: Path, name: str) -> None:
    text = (
        f"impact:\n  quantities: {{{name}: {{value: 1, unit: EUR}}}}\n"
        f"  outcomes: [{{name: A, kind: cost, formula: 2 * {name}}}]\n"
    )
    assert list(impact(tmp_path, text).quantities) == [name]


@pytest.mark.parametrize("name", ["if", "for", "None", "a b", "2a", "a-b", "x²", "µ", "a.b", "ﬁx"])
def test_names_that_they_cannot(tmp_path: Path, name: str) -> None:
    ((line, slug, said),) = mistakes(tmp_path, f"impact:\n  quantities:\n    {name}: 1\n")
    assert (line, slug) == (2, "config-impact")
    assert f"cannot use: '{name}'" in said


@pytest.mark.parametrize(
    ("line", "slug", "said"),
    [
        ("currency: euro", "config-impact", "'impact → currency' is no currency."),
        ("period: decade", "config-unknown-value", "'impact → period' cannot be 'decade'"),
        ("curency: EUR", "config-unknown-key", "Did you mean 'currency'?"),
        ("horizon: 0", "config-wrong-type", "'impact → horizon' must be a number above zero"),
        ("horizon: 1000", "config-wrong-type", "must be at most 100"),
        ("discount_rate: 5", "config-wrong-type", "must be less than 1"),
        ("running_cost: 18000", "config-units", "is money per time, and its unit is not given"),
        ("running_cost: {value: 1, unit: EUR}", "config-units", "{value: 18000, unit: EUR/year}"),
        (
            "running_cost: {value: 1, unit: billion^9*billion^9*million^9*million^9*thousand^9}",
            *("config-unit", "far too large"),
        ),
        ("running_cost: {value: 1, unit: EUR/(a)}", "config-unit", "cannot be read: 'EUR/(a)'"),
        ("fixed_cost: {value: 1, unit: USD}", "config-units", "'impact → fixed_cost' is paid once"),
        ("quantities: {a: {value: x}}", "config-wrong-type", "'impact → quantities → a → value'"),
        ("quantities: {a: {unit: h}}", "config-missing-key", "lacks the key 'value'"),
        ("quantities: {a: {value: inf}}", "config-wrong-type", "a finite number"),
        ("quantities: {a: {value: 1, unit: l/100 km}}", "config-unit", "quantities → a → unit"),
        ("quantities: {a: {value: 1, range: [2, 3]}}", "config-impact", "does not lie"),
        ("quantities: {a: {value: 1, range: [1, inf]}}", "config-impact", "does not lie"),
        ("quantities: {a: {value: 1, range: [1, 1]}}", "config-impact", "of no width"),
        ("quantities: {a: {value: 1, range: [1]}}", "config-", "quantities → a → range"),
        (
            "quantities: {a: {value: 2, range: [1, 9], distribution: normal}}",
            "config-impact",
            "is said to be normal, but its value is not in the middle",
        ),
        (
            # the middle of 1 and 9, as many times from the one as from the other: 3
            "quantities: {a: {value: 5, range: [1, 9], distribution: lognormal}}",
            "config-impact",
            "In the middle of that range lies 3,",
        ),
        (
            "quantities: {a: {value: 1, range: [0, 9], distribution: lognormal}}",
            "config-impact",
            "can be 0 or less",
        ),
        ("quantities: {a: {value: 1, distribution: beta}}", "config-unknown-value", "'beta'"),
        ("threshold: {curv: roc}", "config-unknown-key", "Did you mean 'curve'?"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, line: str, slug: str, said: str) -> None:
    ((number, found, told),) = mistakes(tmp_path, f"title: T\nimpact:\n  {line}\n")
    assert number == 3
    assert found.startswith(slug)
    assert said in told


@pytest.mark.parametrize(
    ("outcome", "slug", "said"),
    [
        ("kind: cost, formula: cost", "config-missing-key", "lacks the key 'name'"),
        ("name: A, formula: cost", "config-missing-key", "lacks the key 'kind'"),
        ("name: A, kind: saving", "config-missing-key", "lacks the key 'formula'"),
        ("name: A, kind: profit, formula: cost", "config-unknown-value", "'profit'"),
        ("name: A, kind: cost, formula: ''", "config-no-value", "#1 → formula' has no value"),
        ("name: A, kind: cost, formula: cost +", "config-formula", "cannot be read"),
        (
            "name: A, kind: cost, formula: \"__import__('os')\"",
            "config-formula",
            "'impact → outcomes → #1 → formula' asks for __import__(), which is not known here.",
        ),
        ("name: A, kind: cost, formula: cost.real", "config-formula", "not known here: cost.real"),
        (
            "name: A, kind: cost, formula: '{hint} + {told}'",
            "config-formula",
            "not known here: {hint}",
        ),
        (
            "name: A, kind: cost, formula: cases * cots",
            "config-unknown-quantity",
            "names 'cots', which is no quantity. Did you mean 'cost'?",
        ),
        (
            "name: A, kind: cost, formula: cases * val_recall",
            "config-unknown-quantity",
            "What runs measure is written metric('val/recall').",
        ),
        ("name: A, kind: cost, formula: cases", "config-units", "gives case/year, not EUR or"),
        (
            "name: A, kind: cost, formula: cases + cost",
            "config-units",
            "adds cases (case/year) and",
        ),
        (
            "name: A, kind: non-monetary, unit: h/year, formula: cases * 0.25",
            "config-units",
            "gives case/year, not h/year. It lacks a factor in h/case. A number that stands in the "
            "formula has no unit: write it as in 0.25 * unit('h/case')",
        ),
        (
            "name: A, kind: cost, formula: \"cases * cost * metric('latency')\"",
            "config-units",
            "gives EUR · ms/year",
        ),
        (
            # what the logs alone can tell leaves the rest to be checked
            "name: A, kind: cost, formula: \"cases + cost + metric('other')\"",
            "config-units",
            "adds cases (case/year) and cost (EUR/case)",
        ),
        (
            "name: A, kind: cost, unit: EUR, formula: cases * cost",
            "config-impact",
            "is money and has a unit",
        ),
        (
            "name: A, kind: cost, goal: minimize, formula: cases * cost",
            "config-impact",
            "is money and has a goal",
        ),
        ("name: A, kind: non-monetary, unit: (h), formula: cases", "config-unit", "#1 → unit"),
    ],
)
def test_mistakes_in_outcomes_are_told_with_their_line(
    tmp_path: Path, outcome: str, slug: str, said: str
) -> None:
    ((line, found, told),) = mistakes(tmp_path, f"{SMALL}  outcomes:\n    - {{{outcome}}}\n")
    assert (line, found) == (11, slug)
    assert said in told


def test_a_unit_of_a_metric_must_be_readable_where_a_formula_uses_it(tmp_path: Path) -> None:
    text = (
        f"{SMALL}  outcomes:\n    - {{name: A, kind: cost, formula: \"cases * metric('odd')\"}}\n"
    )
    ((line, slug, said),) = mistakes(tmp_path, text)
    assert (line, slug) == (4, "config-unit")
    assert said.startswith("'metrics → odd → unit' has a unit that cannot be read: 'ms (p95)'.")


def test_all_mistakes_come_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = f"""{SMALL}
  outcomes:
    - {{name: A, kind: cost, formula: casses * costs}}
    - {{name: A, kind: cost, formula: cases}}
  running_cost: 5
  fixed_cost: {{value: 5, unit: h}}
"""
    assert [(line, slug) for line, slug, _ in mistakes(tmp_path, text)] == [
        (12, "config-unknown-quantity"),
        (12, "config-unknown-quantity"),
        (13, "config-units"),
        (13, "config-repeated-name"),
        (14, "config-units"),
        (15, "config-units"),
    ]


def test_mistakes_of_form_come_at_once_too(tmp_path: Path) -> None:
    text = """\
impact:
  quantities:
    a: {value: 1, unit: "1000 EUR"}
  outcomes:
    - {name: A, kind: cost, formula: a +}
    - {name: B, kind: non-monetary, unit: "?", formula: "a[0]"}
"""
    assert sorted((line, slug) for line, slug, _ in mistakes(tmp_path, text)) == [
        (3, "config-unit"),
        (5, "config-formula"),
        (6, "config-formula"),
        (6, "config-unit"),
    ]
