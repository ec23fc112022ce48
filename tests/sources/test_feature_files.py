"""Files of features and importances, in the shapes in which they are logged."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading import place_of, read, slugs
from runfolio.model.features import DataColumn
from runfolio.model.problems import Problem
from runfolio.sources.reading.feature_files import features_in, features_of, tells_features
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from stores import put

VALUES = {"age": 0.5, "sex": 0.25}
NAMES = ("age", "sex")


def told(name: str, text: str) -> tuple[list[tuple[str, ...]], list[tuple[str, dict[str, float]]]]:
    """Return the names in each list, and each kind of importance with its values."""
    lists, kinds = features_of(name, text, Findings(Place(LocalStorage.at("."), name)))
    return [one.names for one in lists], [(one.name, dict(one.values)) for one in kinds]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("features.txt", "# what the model sees\nage\n\nsex\n"),
        ("features.txt", "age, sex"),
        ("features.txt", '["age", "sex"]'),
        ("feature_names.json", '["age", "sex"]'),
        ("feature_names.json", '{"features": ["age", "sex"], "target": "ill"}'),
        ("features.json", '[{"name": "age", "type": "int"}, {"name": "sex"}]'),
        ("features.json", '{"age": "int64", "sex": "string"}'),
        ("features.json", '{"columns": {"age": "int64", "sex": "string"}}'),
        ("selected_features.csv", "feature,dtype\nage,int\nsex,str\n"),
        ("feature_columns.csv", "age\nsex\n"),
        ("feature_list.csv", "age,sex\n"),
        ("features.tsv", "position\tname\n1\tage\n2\tsex\n"),
    ],
)
def test_lists_of_features(name: str, text: str) -> None:
    assert tells_features(name)
    assert told(name, text) == ([NAMES], [])


def test_types_come_along() -> None:
    findings = Findings(Place(LocalStorage.at(".")))
    [one], _ = features_of("features.csv", "name,dtype\nage,int64\n", findings)
    assert one.columns == (DataColumn("age", "int64"),)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("feature_importance_weight.json", json.dumps(VALUES)),
        ("permutation_importance.csv", "feature,importance\nage,0.5\nsex,0.25\n"),
        ("importances.csv", ",importance\nage,0.5\nsex,0.25\n"),  # pandas, named by its index
        ("importances.csv", ",feature,importance\n0,age,0.5\n1,sex,0.25\n"),
        ("lgb_importance.tsv", "Feature\tImportance\nage\t0.5\nsex\t0.25\n"),
        ("feature_importance.json", '{"feature": ["age", "sex"], "importance": [0.5, 0.25]}'),
        (
            "feature_importance.json",
            '[{"feature": "age", "importance": 0.5}, {"feature": "sex", "importance": 0.25}]',
        ),
        (
            "feature_importance.json",
            '{"columns": ["feature", "importance"], "data": [["age", 0.5], ["sex", 0.25]]}',
        ),
        ("feature_importance.json", '{"age": {"importance": 0.5}, "sex": {"importance": 0.25}}'),
        ("plots/importance.csv", "name,rank,importance\nage,1,0.5\nsex,2,0.25\n"),  # DVC
    ],
)
def test_importances(name: str, text: str) -> None:
    assert tells_features(name)
    assert told(name, text) == ([], [(name.rpartition(".")[0], VALUES)])


def test_scikit_learns_permutation_importance_keeps_its_spread() -> None:
    text = json.dumps(
        {
            "feature_names": ["age", "sex"],
            "importances_mean": [0.5, 0.25],
            "importances_std": [0.1, 0.2],
        }
    )
    findings = Findings(Place(LocalStorage.at(".")))
    _, [one] = features_of("permutation_importance.json", text, findings)
    assert one.values == VALUES
    assert one.spreads == {"age": 0.1, "sex": 0.2}


def test_several_columns_are_kinds_of_their_own() -> None:
    text = "feature,gain,split\nage,0.5,7\nsex,0.25,9\n"
    assert told("importance.csv", text)[1] == [
        ("importance/gain", VALUES),
        ("importance/split", {"age": 7.0, "sex": 9.0}),
    ]
    text = '{"gain": {"age": 0.5, "sex": 0.25}, "weight": {"age": 7, "sex": 9}}'
    assert [name for name, _ in told("feature_importance.json", text)[1]] == [
        "feature_importance/gain",
        "feature_importance/weight",
    ]


@pytest.mark.parametrize(
    "name", ["metrics.csv", "important.json", "features.parquet", "features_of_patients.csv"]
)
def test_other_files_are_none(name: str) -> None:
    assert not tells_features(name)


def test_values_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    put(tmp_path, {"importance.csv": "feature,importance\nage,0.5\nsex,nan\nbmi,?\n"})
    problems: list[Problem] = []
    place = place_of(tmp_path / "importance.csv")
    _, [one] = features_in([("importance.csv", place)], problems, place.parent)
    assert one.values == {"age": 0.5}
    assert slugs(tuple(problems)) == ["importance-not-a-number"]


def test_a_table_in_json_is_read_once(tmp_path: Path) -> None:
    """Rows of a table, of which one number is none, are not read as kinds of importance before."""
    tree = {"age": {"importance": 0.5, "std": 0.1}, "sex": {"importance": math.nan, "std": 0.1}}
    put(tmp_path, {"importance.json": json.dumps(tree)})
    problems: list[Problem] = []
    place = place_of(tmp_path / "importance.json")
    _, kinds = features_in([("importance.json", place)], problems, place.parent)
    assert "importance/sex" not in [one.name for one in kinds]
    assert slugs(tuple(problems)).count("importance-not-a-number") == 1


def test_null_in_json_names_no_feature() -> None:
    assert told("features.json", "null") == ([], [])


@pytest.mark.parametrize("text", ["a,b,c\n1,2,3\n4,5,6\n", ""])
def test_a_table_of_data_of_that_name_is_left_alone(tmp_path: Path, text: str) -> None:
    put(tmp_path, {"features.csv": text})
    problems: list[Problem] = []
    place = place_of(tmp_path / "features.csv")
    assert features_in([("features.csv", place)], problems, place.parent) == ((), ())
    assert [(one.slug, one.severity) for one in problems] == [("features-not-known", "note")]


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"features.json": "[", "feature_importance.json": "{"})
    problems: list[Problem] = []
    places = [(name, place_of(tmp_path / name)) for name in ("features.json",)]
    assert features_in(places, problems, places[0][1].parent) == ((), ())
    assert slugs(tuple(problems)) == ["file-unreadable"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
FILES = ["features.txt", "features.json", "features.csv", "importance.csv", "importance.json"]


@given(st.sampled_from(FILES), st.text(max_size=200) | JSON.map(json.dumps))
def test_no_content_makes_it_fail(name: str, text: str) -> None:
    with suppress(ParseError):
        told(name, text)


def test_plain_folders_and_dvclive_have_them_too(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "trial/metrics.json": '{"loss": 0.5}',
            "trial/features.txt": "age\nsex\n",
            "trial/feature_importance.json": json.dumps(VALUES),
            "dvclive/metrics.json": '{"loss": 0.5}',
            "dvclive/plots/custom/feature_importance.json": json.dumps(
                [{"feature": name, "importance": value} for name, value in VALUES.items()]
            ),
        },
    )
    [run] = read("folder", tmp_path / "trial").runs
    assert [one.names for one in run.features] == [NAMES]
    assert [one.values for one in run.importances] == [VALUES]
    [run] = read("dvclive", tmp_path / "dvclive").runs
    assert [(one.name, one.values) for one in run.importances] == [("feature_importance", VALUES)]


def test_a_plot_of_dvc(tmp_path: Path) -> None:
    put(
        tmp_path / "churn",
        {
            "dvc.yaml": "plots: [{importance.csv: {x: importance, y: name, "
            "template: bar_horizontal}}]\n",
            "importance.csv": "name,importance\nage,0.5\nsex,0.25\n",
        },
    )
    records = read("dvc", tmp_path / "churn")
    [run] = records.runs
    assert [(one.name, one.values) for one in run.importances] == [("importance", VALUES)]
