"""What is wrong in a rule is told with its line and what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from runfolio.config import load_settings
from runfolio.errors import ConfigError

SETS = """data:
  sets:
    patients: {path: p.csv, key: id}
    registry: {path: r.csv}
  quality:
    - {set: patients, unique: id}
"""


def mistakes(folder: Path, rule: str) -> list[tuple[str, str, str]]:
    path = folder / "report.yaml"
    path.write_text(f"{SETS}    - {{{rule}}}\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    return [
        (p.place.rpartition(":")[2], p.slug, f"{p.message} {p.hint}") for p in caught.value.problems
    ]


@pytest.mark.parametrize(
    ("rule", "slug", "said"),
    [
        ("set: patients, uniqe: id", "config-unknown-rule", "Did you mean 'unique'?"),
        ("set: patients, colum: age, between: [0, 1]", "config-unknown-rule", "'column'?"),
        ("set: patient, unique: id", "config-unknown-data-set", "Did you mean 'patients'?"),
        ("set: patients", "config-unknown-rule", "says nothing that must hold"),
        ("unique: id", "config-missing-key", "names no data set"),
        ("set: patients, unique: id, filled: id", "config-rule", "cannot stand beside"),
        (
            "set: patients, unique: id, dimension: accurate",
            "config-unknown-value",
            "Did you mean 'accuracy'?",
        ),
        ("set: patients, unique: id, at_least: 98", "config-rule", "share from 0 to 1"),
        ("set: patients, unique: id, at_most: 1", "config-rule", "at_most"),
        ("set: patients, between: [0, 1]", "config-rule", "names none or several"),
        ("set: patients, column: age, between: [9, 1]", "config-rule", "starts above its end"),
        ("set: patients, column: age, between: [a, 1]", "config-rule", "must be a number"),
        ("set: patients, column: age, between: 5", "config-rule", "must be two numbers"),
        ("set: patients, column: age, one_of: yes", "config-rule", "must be a list"),
        ("set: patients, column: age, pattern: '['", "config-rule", "no regular expression"),
        ("set: patients, column: age, pattern: '(?=a)b'", "config-rule", "looking ahead"),
        ("set: patients, holds: a <", "config-rule", "is no condition"),
        ("set: patients, newest_within: soon", "config-rule", "must be a span of time"),
        ("set: patients, newest_within: 24h", "config-rule", "names none"),
        ("set: patients, column: at, newest_within: 0h", "config-rule", "span of time"),
        ("set: patients, column: at, arrives_within: 1h", "config-rule", "arrived"),
        ("set: patients, column: age, matches: registry.age", "config-rule", "has none"),
        (
            "set: patients, column: age, matches: regstry.age",
            "config-unknown-data-set",
            "'registry'?",
        ),
        ("set: patients, column: age, matches: registry", "config-rule", "set.column"),
        ("set: registry, column: age, matches: patients.age", "config-rule", "'registry'"),
        ("set: patients, column: a, refers_to: x.y", "config-unknown-data-set", "'x'"),
        ("metric: loss, at_most: 1", "config-rule", "Add `dimension:`"),
        ("metric: loss, dimension: accuracy", "config-rule", "Add at_least or at_most"),
    ],
)
def test_mistakes(rule: str, slug: str, said: str, tmp_path: Path) -> None:
    [(line, found, text)] = mistakes(tmp_path, rule)
    assert (line, found) == ("7", slug)
    assert said in text


def test_a_set_must_be_somewhere(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text("data:\n  sets:\n    a: {key: id}\n")
    with pytest.raises(ConfigError, match="does not say where the data are"):
        load_settings(path)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(
        f"{SETS}    - {{set: patient, unique: id}}\n    - {{set: patients, uniqe: id}}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert [p.place.rpartition(":")[2] for p in caught.value.problems] == ["7", "8"]
