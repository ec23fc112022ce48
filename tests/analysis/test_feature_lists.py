"""Which features a run saw: from params and tags in the forms in which people log them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import run, tables
from runfolio.analysis.feature_lists import chosen_list, feature_lists, list_in_param, plain_name
from runfolio.model.features import (
    DataColumn,
    FeatureField,
    FeatureList,
    FeatureOrigin,
    FeatureView,
    Importances,
)
from runfolio.model.records import DatasetUse

NAMES = ("age", "sex")


def columns(*names: str) -> tuple[DataColumn, ...]:
    return tuple(DataColumn(name) for name in names)


@pytest.mark.parametrize(
    "value",
    ['["age", "sex"]', "['age', 'sex']", "[age, sex]", "age,sex", "age, sex", "('age', 'sex')"],
)
@pytest.mark.parametrize("param", ["features", "feature_columns", "data.features", "Feature Names"])
def test_a_list_in_a_param(param: str, value: str) -> None:
    one = list_in_param(param, value)
    assert one is not None
    assert (one.names, one.count, one.origin) == (NAMES, 2, "param")


@pytest.mark.parametrize("value", ["30", "30.0"])
@pytest.mark.parametrize("param", ["features", "n_features", "num_features"])
def test_a_number_of_features(param: str, value: str) -> None:
    one = list_in_param(param, value)
    assert one is not None
    assert (one.count, one.columns) == (30, ())


def test_a_word_for_them_all_is_a_label() -> None:
    one = list_in_param("features", "all 30")
    assert one is not None
    assert (one.label, one.count, one.columns) == ("all 30", None, ())


@pytest.mark.parametrize(
    ("param", "value"), [("lr", "[1, 2]"), ("n_features", "many"), ("features", "")]
)
def test_what_tells_no_features(param: str, value: str) -> None:
    assert list_in_param(param, value) is None


def test_a_list_that_the_tracker_cut_is_no_list() -> None:
    one = list_in_param("features", "['age', 'sex', 'weig")
    assert one is None or one.columns == ()


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=20, unique=True))
def test_any_names_come_back_as_they_were_logged(names: list[str]) -> None:
    for text in (json.dumps(names), json.dumps(names, ensure_ascii=False)):
        one = list_in_param("features", text)
        assert one is not None
        assert one.names == tuple(names)


PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)


@given(st.lists(PRINTABLE, min_size=1, max_size=20, unique=True))
def test_names_that_python_printed_come_back(names: list[str]) -> None:
    one = list_in_param("features", str(names))
    assert one is not None
    assert one.names == tuple(names)


def test_the_surest_place_comes_first_and_is_chosen() -> None:
    signature = FeatureList("model signature", "MLmodel", columns("age"), 1)
    record = run(
        "a",
        params={"features": "30"},
        tags={"feast.feature_refs": "patients:age,patients:sex"},
        features=(FeatureList("artifact", "features.txt", columns(*NAMES), 2), signature),
        importances=(Importances("importance", {"age": 1.0}),),
        datasets=(DatasetUse("cases", "d1", "training", columns=columns("age", "ill")),),
    )
    found = feature_lists(tables(record))["a"]
    assert [one.origin for one in found] == [
        *("model signature", "artifact", "param", "feature store", "importances", "data columns")
    ]
    assert chosen_list(found) == signature


def test_names_count_more_than_a_number_from_a_surer_place() -> None:
    number = FeatureList("model signature", "MLmodel", (), 30)
    named = FeatureList("artifact", "features.txt", columns(*NAMES), 2)
    label = FeatureList("param", "features", label="all")
    assert chosen_list([number, named]) == named
    assert chosen_list([number, label]) == number
    assert chosen_list([label]) == label
    assert chosen_list([]) is None


def test_data_that_a_run_was_tested_on_are_not_its_features() -> None:
    own = DatasetUse("cases", "d1", "training", columns=columns("age", "ill"))
    other = DatasetUse("later", "d2", "test", columns=columns("age", "sex", "ill"))
    made = DatasetUse("scores", "d3", "output", columns=columns("score"))
    found = feature_lists(tables(run("a", datasets=(other, own, made))))["a"]
    assert [(one.origin, one.place) for one in found] == [("data columns", "cases")]


@pytest.mark.parametrize(
    ("tags", "names", "label"),
    [
        ({"feast.feature_refs": "d:rating,d:trips"}, ("d:rating", "d:trips"), ""),
        ({"feast.feature_refs": "d:rating,d:tri..."}, ("d:rating",), ""),  # cut by Feast
        ({"feature_views": "driver_stats"}, (), "driver_stats"),
        ({"feature_views": '["a", "b"]'}, (), "a, b"),
        ({"feast.feature_views": "d", "feast.feature_refs": "d:trips"}, ("d:trips",), ""),
    ],
)
def test_features_of_a_store_in_tags(
    tags: dict[str, str], names: tuple[str, ...], label: str
) -> None:
    [one] = feature_lists(tables(run("a", tags=tags)))["a"]
    origin: FeatureOrigin = "feature store"
    assert (one.origin, one.names, one.label) == (origin, names, label)


def test_views_in_a_tag_are_looked_up_in_the_registry() -> None:
    view = FeatureView("stats", (FeatureField("rating", "float"), FeatureField("trips", "int64")))
    known = run("a", tags={"feature_views": "stats"})
    other = run("b", tags={"feature_views": "stats, gone"})
    found = feature_lists(replace(tables(known, other), feature_views=(view,)))
    assert found["a"][0].columns == (
        DataColumn("stats:rating", "float"),
        DataColumn("stats:trips", "int64"),
    )
    assert (found["b"][0].columns, found["b"][0].label) == ((), "stats, gone")


def test_a_features_own_name() -> None:
    assert plain_name("driver:rating") == plain_name("driver__rating") == plain_name("rating")
