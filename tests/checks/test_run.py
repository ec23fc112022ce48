"""What is judged, what is not, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data_checks import check_settings, evaluate, one, problems_of
from stores import run_id, write_file_store

PEOPLE = "id,age,name\n1,18,Ada Marker\n2,40,Bob Marker\n3,200,\n"


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    told = "data:\n  sets: {own: own.csv}\n  quality: [{set: own, filled: nam}]\n"
    quality, problems = evaluate(tmp_path, told, {"own.csv": PEOPLE})
    [check] = quality.checks
    assert (check.status, check.reason) == ("not evaluated", "there is no column 'nam'")
    [problem] = problems
    assert (problem.slug, problem.hint) == ("data-column-missing", "Did you mean 'name'?")


def test_the_other_rules_are_judged_all_the_same(tmp_path: Path) -> None:
    rules = [{"set": "own", "filled": ["nam", "name"]}, {"set": "own", "unique": "id"}]
    (tmp_path / "own.csv").write_text(PEOPLE)
    quality, _ = check_settings(tmp_path, {"sets": {"own": "own.csv"}, "quality": rules})
    assert [check.status for check in quality.checks] == ["not evaluated", "fail", "pass"]


@pytest.mark.parametrize(
    ("other", "reason", "slug"),
    [
        ("id,age\n1,1\n1,2\n2,2\n", "other has 1 row with a key that is there before", "possible"),
        ("id,years\n1,1\n", "other has no column 'age'", "unreadable"),
        ("", "other is empty", "unreadable"),
    ],
)
def test_a_reference_that_cannot_be_used(
    other: str, reason: str, slug: str, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {"own.csv": PEOPLE, "other.csv": other}
    told = """
data:
  sets:
    own: {path: own.csv, key: id}
    other: {path: other.csv, key: id}
  quality:
    - {set: own, column: age, matches: other.age}
    - {set: own, unique: id}
"""
    quality, problems = evaluate(tmp_path, told, files)
    assert [check.status for check in quality.checks] == ["not evaluated", "pass"]
    assert quality.checks[0].reason.startswith(reason)
    [problem] = problems
    assert problem.slug.endswith(slug)


def test_examples_are_shapes_unless_they_may_be_shown(tmp_path: Path) -> None:
    other: dict[str, str | bytes] = {"other.csv": "id,age\n1,32\n"}
    sets = "other: {path: other.csv, key: id}"
    rule = "column: age, matches: other.age"
    check = one(tmp_path, rule, PEOPLE, other, sets)
    assert check.examples == ("row 1: 99, another value in other",)
    told = (tmp_path / "report.yaml").read_text() + "  examples: show\n"
    quality, _ = evaluate(tmp_path, told, {})
    assert quality.checks[0].examples == ("row 1: 18, in other 32",)


def test_a_key_is_never_an_example(tmp_path: Path) -> None:
    table = "id,v\n" + "".join(f"KEY{number},x{number}\n" for number in range(9))
    other: dict[str, str | bytes] = {"other.csv": table.replace("x", "y")}
    sets = "other: {path: other.csv, key: id}"
    check = one(tmp_path, "column: v, equals: other.v", table, other, sets)
    assert len(check.examples) == 3
    assert "KEY" not in "".join(check.examples)


def test_each_version_is_judged_and_ages_are_told_of_the_newest_alone(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("id,at\n1,2020-01-01\n1,2020-01-01\n")
    (tmp_path / "2.csv").write_text("id,at\n1,2026-03-02\n")
    told = {
        "sets": {"own": {"versions": {"v1": "1.csv", "v2": "2.csv"}, "time": "at"}},
        "quality": [{"set": "own", "unique": "rows"}, {"set": "own", "newest_within": "1d"}],
    }
    quality, problems = check_settings(tmp_path, told)
    assert problems == ()
    assert [(c.version, c.kind, c.status) for c in quality.checks] == [
        *(("v1", "unique", "fail"), ("v2", "unique", "pass")),
        ("v2", "newest_within", "pass"),
    ]
    assert [(s.version, s.rows, s.is_present) for s in quality.sets] == [
        *(("v1", 2, False), ("v2", 1, True))
    ]


def test_without_a_date_of_the_report_no_age_is_told(tmp_path: Path) -> None:
    from runfolio.checks.run import check_data
    from runfolio.config import Settings
    from runfolio.project import Project

    (tmp_path / "own.csv").write_text("at\n2026-03-02\n")
    sets = {"own": {"path": "own.csv", "time": "at"}}
    rules = [{"set": "own", "newest_within": "1d"}]
    told = Settings.model_validate({"data": {"sets": sets, "quality": rules}})
    project = Project(told, tmp_path, "", (), ())
    quality, _ = check_data(told.data, project.data_place, None)  # type: ignore[arg-type]
    assert quality.checks[0].status == "not evaluated"
    assert "as_of" in quality.checks[0].reason


def test_each_set_is_read_once_however_many_rules_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runfolio.storage.local import LocalStorage

    opened: list[str] = []
    real = LocalStorage.open

    def spy(self: LocalStorage, path: str) -> object:
        opened.append(path)
        return real(self, path)

    monkeypatch.setattr(LocalStorage, "open", spy)
    (tmp_path / "own.csv").write_text(PEOPLE)
    (tmp_path / "other.csv").write_text("id,age,name\n1,18,x\n")
    sets = {name: {"path": f"{name}.csv", "key": "id"} for name in ("own", "other")}
    rules = [
        {"set": "own", "column": column, "equals": f"other.{column}"} for column in ("age", "name")
    ]
    check_settings(tmp_path, {"sets": sets, "quality": [*rules, {"set": "own", "unique": "id"}]})
    # Once for the header, once for the rows.
    assert sorted(opened) == ["other.csv", "other.csv", "own.csv", "own.csv"]


@pytest.mark.parametrize(
    ("limits", "status"),
    [("at_most: 0.05", "pass"), ("at_most: 0.03", "fail"), ("at_least: 0.05", "fail")],
)
def test_a_metric_that_runs_logged(limits: str, status: str, tmp_path: Path) -> None:
    import runfolio

    store = write_file_store(tmp_path / "mlruns", {run_id(1): [(0, 0.5)], run_id(2): [(0, 0.04)]})
    tables = runfolio.load_runs(store)
    rule = f"metric: loss, dimension: completeness, set: intake, {limits}"
    quality, _ = evaluate(tmp_path, f"data: {{quality: [{{{rule}}}]}}", {}, tables)
    [check] = quality.checks
    assert (check.status, check.data_set, check.dimension) == (status, "intake", "completeness")
    assert "0.04" in check.found


def test_a_metric_that_no_run_logged_is_no_pass(tmp_path: Path) -> None:
    rule = "metric: loss, dimension: accuracy, at_most: 1"
    quality, problems = evaluate(tmp_path, f"data: {{quality: [{{{rule}}}]}}", {})
    assert [check.status for check in quality.checks] == ["not evaluated"]
    assert problems_of(problems) == ["data-metric-unknown"]


def test_many_batches_count_like_one(tmp_path: Path) -> None:
    rows = 200_000  # some batches of two megabytes
    table = pd.DataFrame({"id": range(rows), "text": [f"{i % 1000:030d}" for i in range(rows)]})
    table.loc[::10, "text"] = None
    table.to_csv(tmp_path / "own.csv", index=False)
    rules = [
        {"set": "own", "filled": "text"},
        {"set": "own", "unique": "id"},
        {"set": "own", "unique": "text"},
        {"set": "own", "column": "id", "between": [0, 149_999]},
        {"set": "own", "column": "id", "refers_to": "own.id"},
    ]
    quality, _ = check_settings(tmp_path, {"sets": {"own": "own.csv"}, "quality": rules})
    assert [(c.rows, c.failed) for c in quality.checks] == [
        *((rows, rows // 10), (rows, 0), (180_000, 180_000 - 900)),
        *((rows, 50_000), (rows, 0)),
    ]
    assert quality.checks[3].examples[0] == "row 150,001: 999999"
