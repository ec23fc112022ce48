from __future__ import annotations

import json
import re
from typing import Any

import pytest

from runfolio.views.charts import built_specs, chart_kinds, chart_specs

KINDS = chart_kinds()


def walk(part: Any) -> Any:
    yield part
    if isinstance(part, dict | list):
        for item in part.values() if isinstance(part, dict) else part:
            yield from walk(item)


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_a_kind_uses_exactly_the_columns_it_documents(name: str, form: str) -> None:
    text = json.dumps(chart_specs()[f"{name}-{form}"])
    assert set(re.findall(r"\bf\d\b", text)) == set(KINDS[name].columns)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_colours_are_variables_of_the_theme(name: str) -> None:
    text = json.dumps(chart_specs()[f"{name}-wide"])
    assert "var(--" in text
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", text)


def test_specifications_hold_no_data_and_no_address() -> None:
    for spec in chart_specs().values():
        assert "datasets" not in spec
        assert all(
            part["data"] == {"name": "table"}
            for part in walk(spec)
            if isinstance(part, dict) and "data" in part
        )
        assert "http" not in json.dumps(spec)


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_specifications_are_valid_vega_lite(name: str, form: str) -> None:
    import altair

    spec = chart_specs()[f"{name}-{form}"]
    assert altair.LayerChart.from_dict(spec, validate=True).to_dict()["layer"] == spec["layer"]


def test_the_file_of_specifications_is_what_altair_builds() -> None:
    """Run ``python -m runfolio.views.charts`` where this fails."""
    assert json.loads(json.dumps(built_specs())) == chart_specs()


def test_what_answers_the_pointer_is_a_layer_of_its_own() -> None:
    for spec in chart_specs().values():
        assert [layer.get("name") for layer in spec["layer"]].count("hover") == 1
        still = [layer for layer in spec["layer"] if layer.get("name") != "hover"]
        assert "tooltip" not in json.dumps(still)
