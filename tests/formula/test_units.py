"""Units: how they are written, what they measure, and by what they are converted."""

from __future__ import annotations

from fractions import Fraction

import pytest
import scipy.constants as si
from hypothesis import given
from hypothesis import strategies as st

from runfolio.formula import NO_UNIT, FormulaError, Unit, parse_unit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("EUR/case", "€ per cases"),
        ("case/year", "Cases / yr"),
        ("1/year", "/a"),
        ("m^2", "m²"),
        ("m^2", "m**2"),
        ("h·EUR", "Euros * hours"),
        ("EUR/case/year", "EUR/year/case"),
        ("person/day", "people per day"),
        ("diagnosis", "diagnoses"),
        ("category", "categories"),
        ("batch/h", "batches/hr"),
        ("box", "boxes"),
        ("movie", "movies"),
        ("bus", "buses"),
        ("gas", "gases"),
        ("status", "statuses"),
        ("house", "houses"),
        ("VM", "VMs"),
        ("CT/day", "CTs/day"),
        ("%", "per cent"),
        ("%", "Per cent of cases"),
        ("h", "hrs"),
        ("h", "HOURS"),
        ("day", "DAYS"),
        ("year", "YEARS"),
        ("year", "yrs"),
        ("week", "wks"),
        ("month", "mos"),
        ("µs", "us"),
        ("µs", "\u03bcs"),
        ("kg CO2", "CO2 · kilograms"),
        ("million EUR", "Million €"),
        ("%", "percent"),
        ("%", "% of cases"),
        ("", "1"),
        ("", "h/hours"),
        ("new patient/month", "new  patients/mo"),
    ],
)
def test_one_unit_is_written_in_many_ways(one: str, other: str) -> None:
    assert parse_unit(one) == parse_unit(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("case", "customer"), ("CO2", "co2"), ("h", "day"), ("EUR", "USD"), ("A", "a"), ("T", "t")],
)
def test_others_are_not_one(one: str, other: str) -> None:
    assert parse_unit(one).factor_to(parse_unit(other)) is None


@pytest.mark.parametrize("text", ["US customer/month", "SEC filing", "MS", "MIN", "IT hour"])
def test_words_in_capitals_are_no_small_units(text: str) -> None:
    assert str(parse_unit(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        # 9 * 2 * (9 + 6 + 3) = 324 powers of ten; with thousand^8 321; floats end at 308.
        "billion^9*billion^9*million^9*million^9*thousand^9*thousand^9",
        "billion^9*billion^9*million^9*million^9*thousand^9*thousand^8",
        "1/billion^9/billion^9/million^9/million^9/thousand^9/thousand^9",
    ],
)
def test_a_number_that_no_float_can_hold_is_told(text: str) -> None:
    with pytest.raises(FormulaError, match=r"far too (large|small)"):
        _ = parse_unit(text).plain


def test_conversions_that_no_float_can_hold_are_none() -> None:
    # (365 / 12)^9 and the like stay small; a year is 365 days, t 10^6 g: 10^(6 * 18 + 6 * 18).
    tonnes, grams = parse_unit("t^9*t^9*MWh^9*MWh^9"), parse_unit("g^9*g^9*Wh^9*Wh^9")
    assert tonnes.factor_to(grams) is None
    assert grams.factor_to(tonnes) is None


@pytest.mark.parametrize(
    "text",
    [
        *("a/b*c", "EUR/", "a//b", "*", "a*", "(a)", "EUR/(case)", "5", "1000 EUR", "l/100 km"),
        *("m^10", "m^", "m^x", "-", "a\nb", "\0", "EUR, USD", "a" * 81),
        "/".join(["s"] * 40),
    ],
)
def test_what_is_no_unit_is_told(text: str) -> None:
    with pytest.raises(FormulaError, match=r"cannot be read|higher power") as caught:
        parse_unit(text)
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("cases per year", "case/year"),
        ("CO2*kg/kWh", "kg CO2/kWh"),
        ("million m^2", "million m^2"),
        ("€·million/a", "million EUR/year"),
        ("hours*EUR", "EUR · h"),
        ("1/s^2", "1/s^2"),
        ("", "no unit"),
    ],
)
def test_units_are_written_as_people_do(text: str, written: str) -> None:
    assert str(parse_unit(text)) == written


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        # By hand: a year has 365 days, 12 months, 4 quarters, and 365/7 weeks.
        ("EUR/month", "EUR/year", 12),
        ("EUR/quarter", "EUR/year", 4),
        ("EUR/year", "EUR/month", 1 / 12),
        ("case/day", "case/year", 365),
        ("case/week", "case/year", 365 / 7),
        ("case/week", "case/month", 365 / 7 / 12),
        ("h/month", "min/year", 60 * 12),
        ("1/day^2", "1/week^2", 49),
        # By scipy's table.
        ("h", "s", si.hour),
        ("min", "s", si.minute),
        ("µs", "s", si.micro),
        ("ns", "ms", si.nano / si.milli),
        ("week", "day", si.week / si.day),
        ("t", "kg", si.metric_ton),
        ("g", "t", si.gram / si.metric_ton),
        ("MWh", "Wh", si.mega),
        ("kg CO2/MWh", "g CO2/kWh", si.kilo / si.kilo),
        ("EUR", "EUR", 1),
        ("", "", 1),
    ],
)
def test_conversions(one: str, other: str, factor: float) -> None:
    assert parse_unit(one).factor_to(parse_unit(other)) == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "unit", "size"),
    [
        ("%", "", 0.01),
        ("%/month", "1/month", 0.01),
        ("thousand cases", "case", 1e3),
        ("million EUR/year", "EUR/year", 1e6),
        ("EUR/thousand cases", "EUR/case", 1e-3),
        ("billion $", "USD", 1e9),
        ("h", "h", 1),
    ],
)
def test_mere_numbers_are_multiplied_out(text: str, unit: str, size: float) -> None:
    plain, factor = parse_unit(text).plain
    assert plain == parse_unit(unit)
    assert factor == pytest.approx(size, rel=1e-15)


@pytest.mark.parametrize(
    ("found", "wanted", "lacks"),
    [
        ("case/month", "h/year", "h/case"),
        ("case/year", "EUR", "EUR · year/case"),
        ("USD/year", "EUR/month", "EUR/USD"),
        ("h", "min", "no unit"),
        ("", "EUR", "EUR"),
    ],
)
def test_what_is_lacking_is_told(found: str, wanted: str, lacks: str) -> None:
    assert str(parse_unit(found).lacks(parse_unit(wanted))) == lacks


def test_customers_become_money() -> None:
    unit = parse_unit("customers/month") * parse_unit("EUR/customer") * parse_unit("months")
    assert str(unit) == "EUR"


SYMBOLS = ["EUR", "USD", "case", "h", "min", "s", "day", "month", "year", "g", "t", "kWh", "MWh"]
units = st.dictionaries(st.sampled_from(SYMBOLS), st.integers(-3, 3), max_size=4).map(
    lambda powers: Unit.of((symbol, Fraction(power)) for symbol, power in powers.items())
)


@given(units, units, units)
def test_units_obey_the_laws_of_arithmetic(a: Unit, b: Unit, c: Unit) -> None:
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a * b / b == a
    assert a / b == NO_UNIT / (b / a)
    assert a * a == a.to(Fraction(2))
    assert (a * a).to(Fraction(1, 2)) == a
    assert parse_unit("" if a == NO_UNIT else str(a)) == a


@given(units, units, units)
def test_conversions_fit_together(a: Unit, b: Unit, c: Unit) -> None:
    there, back = a.factor_to(b), b.factor_to(a)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert there * back == pytest.approx(1)
        on, at_once = b.factor_to(c), a.factor_to(c)
        assert (on is None) == (at_once is None)
        assert (a * c).factor_to(b * c) == pytest.approx(there)
        if on is not None:
            assert there * on == pytest.approx(at_once)
    assert (a * a.lacks(b)).factor_to(b) is not None
    assert (there is not None) == (a.lacks(b) == NO_UNIT)
