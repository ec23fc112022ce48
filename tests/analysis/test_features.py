"""Champion against baseline by what they see, who shares a feature and who answers for it."""

from __future__ import annotations

import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.features import Features
from runfolio.config import Settings
from runfolio.model.features import DataColumn, FeatureField, FeatureList, FeatureView
from runfolio.model.records import DatasetUse, RunRecord
from runfolio.model.tables import Tables


def listed(*names: str, place: str = "features.txt") -> FeatureList:
    return FeatureList("artifact", place, tuple(map(DataColumn, names)), len(names))


def pair(before: FeatureList | None, now: FeatureList | None) -> tuple[RunRecord, ...]:
    """Return a baseline with some features, and a better champion with others."""
    return (
        run(
            "old",
            {"acc": 0.5},
            params={"model": "old"},
            tags={"role": "baseline"},
            experiment="first",
            features=(before,) if before else (),
        ),
        run(
            "new",
            {"acc": 0.9},
            params={"model": "new"},
            experiment="second",
            features=(now,) if now else (),
        ),
    )


def analysed(made: Tables, **data: object) -> Analysed:
    told = {"objective": {"metric": "acc"}, "baseline": {"tags": {"role": "baseline"}}}
    return analyse(made, Settings.model_validate({**told, "data": data}))


def features(made: Tables, **data: object) -> Features:
    found = analysed(made, **data).features
    assert found is not None
    return found


def test_what_is_new_dropped_and_kept() -> None:
    found = features(tables(*pair(listed("age", "sex"), listed("sex", "bmi", "site"))))
    assert found.champion is not None
    assert found.champion.told == listed("sex", "bmi", "site")
    assert (found.added, found.removed, found.kept) == (("bmi", "site"), ("age",), ("sex",))


def test_types_that_changed() -> None:
    before = FeatureList("model signature", "MLmodel", (DataColumn("age", "long"),), 1)
    now = FeatureList("model signature", "MLmodel", (DataColumn("age", "double"),), 1)
    assert features(tables(*pair(before, now))).retyped == (("age", "long", "double"),)


def test_nothing_is_compared_where_a_side_does_not_name_its_features() -> None:
    number = FeatureList("param", "n_features", (), 10)
    found = features(tables(*pair(number, listed("age"))))
    assert not found.is_compared
    assert (found.added, found.removed) == ((), ())


def test_columns_of_data_are_not_compared_with_features() -> None:
    old, new = pair(None, listed("age"))
    data = DatasetUse("cases", "d1", columns=(DataColumn("age"), DataColumn("ill")))
    found = features(tables(run("old", {"acc": 0.5}, tags=old.tags, datasets=(data,)), new))
    assert not found.is_compared


def test_runs_without_any_word_of_features_tell_nothing() -> None:
    assert analysed(tables(*pair(None, None))).features is None


def test_who_shares_a_feature() -> None:
    found = features(tables(*pair(listed("age", "sex"), listed("age"))))
    by_name = {use.name: use for use in found.uses}
    assert by_name["age"].runs == ("old", "new")
    assert by_name["age"].experiments == ("first", "second")
    assert by_name["sex"].experiments == ("first",)


def test_owner_and_meaning_from_the_configuration() -> None:
    made = tables(*pair(listed("mean radius", "age"), listed("mean radius")))
    told = {"owner": {"age": "registry", "mean *": "imaging"}, "description": {"age": "In years."}}
    by_name = {use.name: use for use in features(made, features=told).uses}
    assert (by_name["mean radius"].owner, by_name["age"].owner) == ("imaging", "registry")
    assert (by_name["mean radius"].description, by_name["age"].description) == ("", "In years.")


def test_a_name_that_no_run_has_is_told_with_what_was_probably_meant() -> None:
    found = analysed(tables(*pair(listed("age"), listed("age"))), features={"owner": {"agee": "x"}})
    [problem] = [p for p in found.problems if p.slug == "feature-unknown"]
    assert "agee" in problem.message
    assert "'age'" in problem.hint


@pytest.mark.parametrize("name", ["driver_stats:rating", "driver_stats__rating", "rating"])
def test_owner_and_meaning_from_the_feature_store(name: str) -> None:
    from dataclasses import replace

    view = FeatureView(
        "driver_stats", (FeatureField("rating", "float", "Mean rating."),), owner="fleet"
    )
    made = replace(tables(*pair(None, listed(name))), feature_views=(view,))
    [use] = features(made).uses
    assert (use.owner, use.description, use.view) == ("fleet", "Mean rating.", "driver_stats")


def test_two_lists_of_one_run_that_disagree() -> None:
    record = run("a", {"acc": 0.5}, params={"n_features": "3"}, features=(listed("age", "sex"),))
    [(own, one, other)] = features(tables(record)).disagreements
    assert (own, one.count, other.count) == ("a", 2, 3)
    agreeing = run("a", {"acc": 0.5}, params={"n_features": "2"}, features=(listed("x", "y"),))
    assert features(tables(agreeing)).disagreements == ()


def test_runs_of_one_configuration_that_see_different_features() -> None:
    runs = [
        run(f"r{n}", {"acc": 0.5 + n / 10}, params={"lr": "1", "seed": str(n)}, features=(one,))
        for n, one in enumerate([listed("age"), listed("age"), listed("sex")])
    ]
    side = features(tables(*runs)).champion
    assert side is not None
    assert side.told == listed("age")
    assert (side.runs, side.others, side.silent) == (2, 1, 0)
