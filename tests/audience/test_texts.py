"""Every text is rewritten, wherever it stands, and nothing else is touched."""

from __future__ import annotations

import pickle
import re
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import run, tables
from marked_texts import marked_settings, marked_tables
from runfolio.audience.texts import rewritten, texts_of
from runfolio.config import Settings
from runfolio.model.features import Importances
from runfolio.model.plots import Confusion
from runfolio.model.tables import Tables


def _without_home(text: str) -> str:
    return re.sub(r"/home/\w+/", "", text)


@pytest.mark.parametrize("dtype", ["object", "str"])
@settings(max_examples=5)
@given(around=st.tuples(st.text(max_size=3), st.text(max_size=3)))
def test_no_text_is_passed_over(dtype: str, around: tuple[str, str]) -> None:
    plain = [text.encode("utf-8", "replace").decode() for text in around]
    mark = "MARK".join(plain)
    old = marked_tables(mark, dtype), marked_settings(mark)
    new = rewritten(*old, lambda text: text.replace("MARK", "name"))
    # Pickle writes down all that there is, and knows nothing of the way through it.
    assert pickle.dumps(old).count(b"MARK") > 900
    assert b"MARK" not in pickle.dumps(new)
    assert not any("MARK" in text for text in texts_of(*new))
    assert len(texts_of(*new)) == len(texts_of(*old))


@pytest.mark.parametrize("dtype", ["object", "str"])
def test_types_of_columns_and_pictures_stay(dtype: str) -> None:
    old = marked_tables("MARK", dtype)
    new, _ = rewritten(old, Settings(), str.lower)
    for table in fields(Tables):
        before, after = getattr(old, table.name), getattr(new, table.name)
        if isinstance(before, pd.DataFrame):
            pd.testing.assert_series_equal(before.dtypes, after.dtypes)
            assert before.index.dtype == after.index.dtype
            assert list(before.columns) == list(after.columns)
    assert list(new.images["data"]) == list(old.images["data"])
    np.testing.assert_array_equal(new.params["number"], old.params["number"])
    assert list(old.runs["name"]) != list(new.runs["name"])


def test_what_does_not_change_is_shared() -> None:
    old, told = marked_tables("MARK"), marked_settings("MARK")
    same, same_told = rewritten(old, told, str)
    assert same is old
    assert same_told is told
    one = replace(old, commands={"a": "train /home/ada/x"})
    new, _ = rewritten(one, told, _without_home)
    assert new.commands == {"a": "train x"}
    assert new.params is old.params
    assert new.plots is old.plots


def test_a_text_is_asked_for_once() -> None:
    asked: list[str] = []

    def rewrite(text: str) -> str:
        asked.append(text)
        return text.upper()

    many = tables(*(run(f"r{i}", {"loss": 1.0}, params={"depth": "4"}) for i in range(50)))
    rewritten(many, Settings(), rewrite)
    assert len(asked) == len(set(asked))


def test_runs_keep_what_belongs_to_them() -> None:
    old = tables(
        run("/home/ada/a", {"loss": 1.0}, params={"depth": "4"}, command="train"),
        run("/home/bob/a", {"loss": 2.0}, params={"depth": "8"}, command="test"),
        run("a", {"loss": 3.0}, params={"depth": "16"}),
    )
    new, _ = rewritten(old, Settings(), lambda text: re.sub(r"/home/\w+/", "", text))
    assert sorted(new.runs.index) == ["a", "a-2", "a-3"]
    depth = dict(zip(new.params["run"], new.params["value"], strict=True))
    loss = dict(zip(new.metrics["run"], new.metrics["last"], strict=True))
    assert {(depth[r], loss[r]) for r in new.runs.index} == {("4", 1.0), ("8", 2.0), ("16", 3.0)}
    assert depth["a"] == "16"  # who had the name before keeps it
    assert {depth[r]: c for r, c in new.commands.items()} == {"4": "train", "8": "test"}
    assert new.runs["slug"].is_unique
    assert not new.runs["slug"].str.contains("ada|bob").any()
    assert new.runs["label"].is_unique


def test_names_that_become_one_get_numbers() -> None:
    old = tables(
        run(
            *("r", {"/home/ada/loss": 1.0, "/home/bob/loss": 2.0}),
            params={"/home/ada/depth": "4", "/home/bob/depth": "8"},
        )
    )
    importances = Importances("gain", {"/home/ada/x": 1.0, "/home/bob/x": 2.0})
    confusion = Confusion("c", ("/home/ada/no", "no"), np.zeros((2, 2)))
    old = replace(old, importances={"r": (importances,)}, plots={"r": (confusion,)})
    settings = Settings.model_validate(
        {
            "metrics": {"/home/bob/loss": {"label": "Loss"}},
            "objective": {"metric": "/home/bob/loss"},
        }
    )
    new, told = rewritten(old, settings, _without_home)
    assert list(new.metrics["metric"]) == ["loss", "loss-2"]
    assert list(new.params["param"]) == ["depth", "depth-2"]
    assert new.importances["r"][0].values == {"x": 1.0, "x-2": 2.0}
    assert new.plots["r"][0].labels == ("no-2", "no")  # type: ignore[union-attr]
    assert list(told.metrics) == ["loss-2"]
    assert told.objective.metric == "loss-2"


def test_formulas_stay_formulas() -> None:
    impact = {
        "quantities": {"cases": {"value": 5, "unit": "case/year", "label": "ada's cases"}},
        "outcomes": [
            {"name": "ada's", "kind": "non-monetary", "formula": "cases * metric('ada/loss')"}
        ],
    }
    settings = Settings.model_validate({"impact": impact})
    _, told = rewritten(tables(), settings, lambda text: re.sub(r"\bada|\bcases", "(x)", text))
    assert told.impact is not None
    assert told.impact.outcomes[0].formula == "cases * metric('(x)/loss')"
    assert told.impact.outcomes[0].name == "(x)'s"
    assert told.impact.quantities["cases"].label == "(x)'s (x)"
    assert told.impact.quantities["cases"].unit == "case/year"


def test_words_of_the_program_are_no_texts() -> None:
    old = tables(run("r", {"loss": 1.0}, status="failed"))
    settings = Settings.model_validate({"objective": {"metric": "loss", "goal": "minimize"}})
    new, told = rewritten(old, settings, lambda _: "x")
    assert list(new.runs["status"]) == ["failed"]
    assert told.objective.goal == "minimize"
    assert told.locale == "en"
