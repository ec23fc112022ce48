"""Each kind of rule on a small table; what breaks it is counted by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data_checks import evaluate, one

PEOPLE = """id,age,name,active
1,18,Ada Marker,yes
2,,Bob,no
3,130,,yes
4,old,Di,maybe
"""


@pytest.mark.parametrize(
    ("rule", "rows", "failed"),
    [
        ("filled: name", 4, 1),
        ("filled: age", 4, 1),
        ('filled: "*"', 16, 2),
        ('filled: "a*"', 8, 1),
        ("dimension: completeness, column: name", 4, 1),
        ("required: [id, age]", 2, 0),
        ("required: [id, birth, sex]", 3, 2),
        ("column: age, between: [0, 120]", 3, 2),  # 130, and what is no number
        ("column: age, between: [19, null]", 3, 2),
        ("column: age, between: [null, 130]", 3, 1),
        ("column: active, one_of: [yes, no]", 4, 1),
        ("column: name, pattern: '[A-Z][a-z]+'", 3, 1),  # the whole value must match
        ("unique: active", 4, 1),
        ("unique: rows", 4, 0),
        ("unique: [id, active]", 4, 0),
        ("holds: id < age", 3, 1),  # 4 is not smaller than old
        ("holds: name != active", 3, 0),
        ("holds: id != age", 3, 0),
        ("holds: age >= 18", 3, 1),
    ],
)
def test_counts(tmp_path: Path, rule: str, rows: int, failed: int) -> None:
    check = one(tmp_path, rule, PEOPLE)
    assert (check.rows, check.failed) == (rows, failed)
    assert check.status == ("fail" if failed else "pass")


def test_rows_may_break_a_rule_up_to_its_share(tmp_path: Path) -> None:
    for share, status in ((0.75, "pass"), (0.76, "fail")):
        assert one(tmp_path, f"filled: name, at_least: {share}", PEOPLE).status == status


def test_a_share_is_not_missed_by_rounding(tmp_path: Path) -> None:
    table = "id,x\n" + "".join(f"{i},{'' if i < 2 else 1}\n" for i in range(100))
    assert one(tmp_path, "filled: x, at_least: 0.98", table).status == "pass"


@pytest.mark.parametrize(
    ("rule", "dimension"),
    [
        ("filled: name", "completeness"),
        ("column: age, between: [0, 120]", "accuracy"),
        ("unique: id", "consistency"),
        ("unique: id, dimension: accuracy", "accuracy"),
    ],
)
def test_each_kind_counts_in_its_dimension(tmp_path: Path, rule: str, dimension: str) -> None:
    assert one(tmp_path, rule, PEOPLE).dimension == dimension


REFERENCE = {"other.csv": "key,age,active\n1,32,yes\n2,40,no\n4,,no\n9,7,no\n"}
OTHER = "other: {path: other.csv, key: key}"


def test_a_value_against_a_reference(tmp_path: Path) -> None:
    check = one(tmp_path, "column: age, matches: other.age", PEOPLE, REFERENCE, OTHER)
    # Row 2 has no age, 3 is not in the reference, which has no age for 4.
    assert (check.rows, check.failed, check.dimension) == (1, 1, "accuracy")


def test_the_same_key_with_the_same_value(tmp_path: Path) -> None:
    check = one(tmp_path, "column: active, equals: other.active", PEOPLE, REFERENCE, OTHER)
    assert (check.rows, check.failed, check.dimension) == (3, 1, "consistency")


@pytest.mark.parametrize(("tolerance", "failed"), [(13, 1), (14, 0), (0, 1)])
def test_numbers_may_differ_by_a_tolerance(tmp_path: Path, tolerance: int, failed: int) -> None:
    rule = f"column: age, matches: other.age, tolerance: {tolerance}"
    assert one(tmp_path, rule, PEOPLE, REFERENCE, OTHER).failed == failed


@pytest.mark.parametrize(
    ("own", "theirs", "equal"),
    [
        ("18", "18.0", True),
        ("1e2", "100", True),
        ("0.10", "0.1", True),
        ("007", "7", False),
        ("yes", "Yes", False),
        ("-3", "-3.00", True),
        ("12345678901234567890", "12345678901234567891", False),
        ("10000000000.0", "10000000000", True),
        ("-0.0", "0", True),
        ("1e999", "2", False),
        ("5e", "5", False),
    ],
)
def test_what_is_equal(tmp_path: Path, own: str, theirs: str, equal: bool) -> None:
    other: dict[str, str | bytes] = {"other.csv": f"key,v\n1,{theirs}\n"}
    check = one(tmp_path, "column: v, equals: other.v", f"id,v\n1,{own}\n", other, OTHER)
    assert (check.rows, check.failed) == (1, 0 if equal else 1)


def test_what_is_equal_does_not_depend_on_other_rows(tmp_path: Path) -> None:
    keys = ["12345678901234567", "12345678901234568", "007", "7", "1.5", "2.0", "x.y"]
    own = "id,v\n" + "".join(f"{key},{place}\n" for place, key in enumerate(keys))
    for key in keys:
        other: dict[str, str | bytes] = {"other.csv": f"key,v\n{key},{keys.index(key)}\n"}
        check = one(tmp_path, "column: v, equals: other.v", own, other, OTHER)
        assert (key, check.rows, check.failed) == (key, 1, 0)


def test_numbers_of_a_column_with_types(tmp_path: Path) -> None:
    table = pd.DataFrame({"key": [1e10, 2.0, None], "v": [1.5, 2.0, 3.0]})
    table.to_parquet(tmp_path / "other.parquet")
    sets = "other: {path: other.parquet, key: key}"
    check = one(tmp_path, "column: v, equals: other.v", "id,v\n10000000000,1.5\n2,2\n", {}, sets)
    assert (check.rows, check.failed) == (2, 0)


@pytest.mark.parametrize("zone", ["", "Z", "+00:00"])
def test_times_with_and_without_a_zone(tmp_path: Path, zone: str) -> None:
    table = f"id,at\n1,2026-03-02T11:00:00{zone}\n2,2026-03-02T11:30:00{zone}\n"
    for more in ("", "3,2026-03-02T11:40:00Z\n", "3,never\n"):
        assert one(tmp_path, "newest_within: 30m", table + more).status == "pass"
        assert one(tmp_path, "newest_within: 19m", table + more).status == "fail"


def test_a_key_of_two_columns(tmp_path: Path) -> None:
    own = "id,part,v\n1,a,x\n1,b,y\n2,a,z\n"
    other: dict[str, str | bytes] = {"other.csv": "key,piece,v\n1,a,x\n1,b,DIFFERENT\na,2,z\n"}
    told = "own2: {path: own.csv, key: [id, part]}\n    other: {path: other.csv, key: [key, piece]}"
    quality, _ = evaluate(
        tmp_path,
        f"data:\n  sets:\n    {told}\n  quality: [{{set: own2, column: v, equals: other.v}}]\n",
        {"own.csv": own, **other},
    )
    assert [(c.rows, c.failed) for c in quality.checks] == [(2, 1)]


def test_the_columns_that_lack_most_are_named(tmp_path: Path) -> None:
    check = one(tmp_path, 'filled: "*"', "id,a,b\n1,,\n2,,x\n3,x,x\n")
    assert check.found == "over 3 columns: a lacks 2 of 3, b lacks 1 of 3"
    check = one(tmp_path, 'filled: "c*"', "id,a\n1,2\n")
    assert (check.status, check.reason) == ("not evaluated", "no column is called c*")


def test_what_is_referred_to(tmp_path: Path) -> None:
    check = one(tmp_path, "column: id, refers_to: other.key", PEOPLE, REFERENCE, OTHER)
    assert (check.rows, check.failed) == (4, 1)
    # A reference in which a value is there several times will do.
    check = one(tmp_path, "column: active, refers_to: other.active", PEOPLE, REFERENCE, OTHER)
    assert (check.rows, check.failed) == (4, 1)


VISITS = """id,at,came
1,2026-03-01T08:00:00,2026-03-01T23:30:00
2,2026-03-01 09:30:00,2026-03-01 23:30:00
3,2026-03-01T23:10:00Z,2026-03-01T23:30:00Z
4,2026-03-01T10:00:00+02:00,2026-03-01T10:05:00
5,,2026-03-01T10:05:00
6,no time,2026-03-01T10:05:00
"""


def test_the_gap_between_event_and_arrival(tmp_path: Path) -> None:
    check = one(tmp_path, "arrives_within: 1h", VISITS)
    # 4 happened at 8:00 UTC and came at 10:05.
    assert (check.rows, check.failed) == (4, 3)
    assert "the last after 16\u00a0hours" in check.found


def test_what_comes_once_a_day_is_told(tmp_path: Path) -> None:
    rows = "".join(f"{d},2026-02-{d:02d}T08:00,2026-02-{d:02d}T23:30\n" for d in range(1, 21))
    check = one(tmp_path, "arrives_within: 1h", f"id,at,came\n{rows}")
    assert "arrive between 23:00 and 24:00 UTC: synchronised once a day, not live" in check.found


def test_what_arrives_before_it_happens_breaks_the_rule(tmp_path: Path) -> None:
    check = one(tmp_path, "arrives_within: 1h", "id,at,came\n1,2026-03-01T08:00,2026-03-01T07:00\n")
    assert check.failed == 1


@pytest.mark.parametrize(("limit", "status"), [("13h", "pass"), ("12h", "fail"), ("1d", "pass")])
def test_the_age_of_the_newest_record(tmp_path: Path, limit: str, status: str) -> None:
    # Measured against noon of 2 March: 12 hours and 50 minutes after 23:10.
    check = one(tmp_path, f"newest_within: {limit}", VISITS)
    assert check.status == status
    assert "2026-03-01 23:10 UTC" in check.found


@pytest.mark.parametrize(
    ("days", "every", "periods", "missing"),
    [((1, 2, 3, 4), "1d", 4, 0), ((1, 2, 5), "1d", 5, 2), ((1, 8, 15), "7d", 3, 0)],
)
def test_the_rhythm_of_records(
    tmp_path: Path, days: tuple[int, ...], every: str, periods: int, missing: int
) -> None:
    rows = "".join(f"{day},2026-01-{day:02d}T05:00\n" for day in days)
    check = one(tmp_path, f"every: {every}", f"id,at\n{rows}")
    assert (check.rows, check.failed) == (periods, missing)


@pytest.mark.parametrize(
    "rule",
    [
        "filled: name",
        "column: age, between: [0, 1]",
        "column: active, one_of: [a]",
        "unique: id",
        "unique: rows",
        "newest_within: 1h",
        "every: 1h",
        "arrives_within: 1h",
        "column: age, equals: other.age",
        "column: age, refers_to: other.key",
        "holds: age < id",
    ],
)
def test_a_table_without_rows_passes_nothing(tmp_path: Path, rule: str) -> None:
    check = one(tmp_path, rule, "id,age,name,active,at,came\n", REFERENCE, OTHER)
    assert check.status == "not evaluated"
    assert check.reason


def test_an_empty_reference_passes_nothing(tmp_path: Path) -> None:
    empty: dict[str, str | bytes] = {"other.csv": "key,age\n"}
    check = one(tmp_path, "column: age, matches: other.age", PEOPLE, empty, OTHER)
    assert check.status == "not evaluated"
    check = one(tmp_path, "column: id, refers_to: other.key", PEOPLE, empty, OTHER)
    assert (check.rows, check.failed) == (4, 4)
