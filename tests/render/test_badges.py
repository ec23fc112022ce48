"""Badges: what they say, and SVG that every viewer takes."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import Settings
from runfolio.render.badges import badge_svg
from runfolio.views.badges import badges
from runfolio.views.data import Badge

SVG = "{http://www.w3.org/2000/svg}"
TONES = ("good", "bad", "unsure", "none")


def _luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("tone", TONES)
def test_the_words_can_be_read_on_their_colours(tone: str) -> None:
    image = ElementTree.fromstring(badge_svg(Badge("a", "recall", "96 %", tone)))  # type: ignore[arg-type]
    boxes = [r.get("fill") for r in image.iter(f"{SVG}rect") if r.get("fill")]
    assert len(boxes) == 2
    for colour in boxes:
        assert colour is not None
        assert 1.05 / (_luminance(colour) + 0.05) >= 4.5


@given(st.text(), st.text(), st.sampled_from(TONES))
def test_any_text_makes_an_image_that_says_it(label: str, value: str, tone: str) -> None:
    svg = badge_svg(Badge("a", label, value, tone))  # type: ignore[arg-type]
    image = ElementTree.fromstring(svg)
    assert image.get("role") == "img"
    told = image.get("aria-label") or ""
    assert len(told) <= 130
    assert "\n" not in told
    texts = [text.text or "" for text in image.iter(f"{SVG}text")]
    assert len(texts) == 2
    # Both texts end before the image does.
    ends = [float(t.get("x", 0)) + float(t.get("textLength", 0)) for t in image.iter(f"{SVG}text")]
    assert ends[0] < ends[1] < float(image.get("width", 0))


def _told(a: Analysed) -> dict[str, Badge]:
    return {badge.name: badge for badge in badges(a)}


def _compared(**told: object) -> Analysed:
    runs = [
        run(f"{name}-{seed}", {"recall": value}, params={"model": name, "seed": str(seed)})
        for name, values in (("old", (0.80, 0.81, 0.82)), ("new", (0.90, 0.92, 0.91)))
        for seed, value in enumerate(values)
    ]
    settings = Settings.model_validate(
        {
            "objective": {"metric": "recall", "goal": "maximize"},
            "metrics": {"recall": {"unit": "%", "label": "Recall"}},
            "baseline": {"params": {"model": "old"}},
            **told,
        }
    )
    return analyse(tables(*runs), settings)


def test_the_comparison_says_the_value_the_verdict_and_by_how_much() -> None:
    told = _told(_compared())
    # Means 91 % and 81 %: 10 points.
    assert told["comparison"] == Badge(
        "comparison", "Recall", "91.0\u00a0%, better (+10.0\u00a0points)", "good"
    )
    assert "requirements" not in told
    assert "worth" not in told


@pytest.mark.parametrize(
    ("least", "value", "tone"),
    [(0.5, "1 of 1 met", "good"), (0.905, "1 of 1 met", "unsure"), (0.99, "0 of 1 met", "bad")],
)
def test_requirements_are_counted_and_a_miss_is_no_pass(
    least: float, value: str, tone: str
) -> None:
    asked = [{"name": "Finds them", "kind": "accuracy", "metric": "recall", "at_least": least}]
    badge = _told(_compared(requirements=asked))["requirements"]
    assert (badge.value, badge.tone) == (value, tone)


@pytest.mark.parametrize(
    ("eur", "tone"), [({"value": 1000}, "good"), ({"value": 1000, "range": [-900, 2900]}, "unsure")]
)
def test_what_it_is_worth_is_told_with_its_time(eur: dict[str, object], tone: str) -> None:
    worth = {
        "currency": "EUR",
        "period": "month",
        "quantities": {"point": {**eur, "unit": "EUR/month"}},
        "outcomes": [{"name": "W", "kind": "revenue", "formula": "metric('recall') * point * 100"}],
    }
    # (0.91 - 0.81) * 1000 * 100 = 10,000 EUR a month.
    badge = _told(_compared(impact=worth))["worth"]
    assert badge.value == "EUR\u00a0+10,000 a month"
    assert badge.tone == tone
