"""One report for readers of two countries: what differs, and what must not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import runfolio
from cost_runs import write_costs
from runfolio.analysis.gate_metric import as_written
from runfolio.cli import main
from runfolio.config import Requirement, json_schema, load_settings
from runfolio.errors import ConfigError, UsageError
from runfolio.model.locale import ENGLISH, current_locale, locale_named, written_in

RULES = (
    "requirements: [{name: Cheap enough, metric: cost, at_most: 1500, unit: kWh}]",
    "data: {sets: {cases: cases.csv}, quality: [{set: cases, unique: id}]}",
    "audiences: {board: {locale: en-IN}, team: {roles: [data-scientist]}}",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_costs(tmp_path_factory.mktemp("costs"), "locale: de", *RULES)
    # 1,500 cases, each of them twice.
    (folder / "cases.csv").write_text("id\n" + "".join(f"{i}\n" for i in range(1500)) * 2)
    return folder


@pytest.fixture(scope="module")
def german(project: Path) -> Path:
    runfolio.build(project, output=project / "german")
    return project / "german"


@pytest.fixture(scope="module")
def english(project: Path) -> Path:
    runfolio.build(project, output=project / "english", locale="en")
    return project / "english"


def test_pages_have_the_numbers_of_their_readers(german: Path, english: Path) -> None:
    # (2345 + 2395 + 2311) / 3 - (1234 + 1240 + 1251) / 3 = 2350.33 - 1241.67 = 1108.67
    assert "1.109\u00a0kWh" in (german / "index.html").read_text("utf-8")
    assert "1109\u00a0kWh" in (english / "index.html").read_text("utf-8")
    # Rules are judged in threads of their own.
    assert "1.500 rows repeat" in (german / "data.html").read_text("utf-8")
    assert "1,500 rows repeat" in (english / "data.html").read_text("utf-8")
    assert "at most 1.500\u00a0kWh" in (german / "requirements.html").read_text("utf-8")


def test_the_card_in_markdown_has_them_too(german: Path) -> None:
    assert "1.242\u00a0kWh" in (german / "model-card.md").read_text("utf-8")


def test_the_words_stay_english_and_params_as_they_were_logged(german: Path) -> None:
    page = next((german / "runs").glob("tuned-0*.html")).read_text("utf-8")
    assert '<html lang="en" data-numbers=' in page
    assert "0.125" in page
    assert "0,125" not in page


def test_names_of_months_stand_only_where_charts_are_drawn(german: Path, english: Path) -> None:
    pages = {path: path.read_text("utf-8") for path in german.rglob("*.html")}
    assert any("Dezember" in html for html in pages.values())
    for path, html in pages.items():
        assert ("Dezember" in html) == ("assets/charts-" in html), path
        assert ("data-numbers=" in html) == ("assets/numbers-" in html), path
    assert not any("data-locale=" in path.read_text("utf-8") for path in english.rglob("*.html"))


def test_what_programs_read_is_the_same_everywhere(german: Path, english: Path) -> None:
    files = [path.relative_to(english) for path in english.rglob("*") if path.is_file()]
    assert {path.relative_to(german) for path in german.rglob("*") if path.is_file()} == set(files)
    for file in files:
        if file.suffix in (".csv", ".js", ".css", ".txt"):
            assert (german / file).read_bytes() == (english / file).read_bytes(), file
    ours, theirs = (
        list(leaves(json.loads((site / "report.json").read_text("utf-8"))))
        for site in (german, english)
    )
    assert [place for place, _ in ours] == [place for place, _ in theirs]
    differ = {place[-1] for (place, a), (_, b) in zip(ours, theirs, strict=True) if a != b}
    # Sentences are those of the pages.
    assert differ <= {"reason", "asked", "found", "headline", "message"}


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every value of a document with where it stands."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if isinstance(inner, dict | list):
            yield from leaves(inner, (*place, key))
        else:
            yield (*place, key), inner


def test_the_terminal_writes_as_the_report_does(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["gate", str(project)])
    assert "at most 1.500" in capsys.readouterr().out
    main(["gate", str(project), "--junit", str(project / "gates.xml")])
    assert "at most 1.500" in capsys.readouterr().out
    assert "1.242\u00a0kWh" in (project / "gates.xml").read_text("utf-8")
    main(["check", str(project)])
    assert "1.500 rows repeat" in capsys.readouterr().out
    assert current_locale() is ENGLISH


def test_what_commands_print_for_programs_is_english(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["gate", str(project), "--json"])
    (gate,) = json.loads(capsys.readouterr().out)["gates"]
    assert gate["asked"] == "at most 1500\u00a0kWh"
    assert main(["check", str(project), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "1,500 rows repeat" in str(told["rules"])
    assert "1109\u00a0kWh" in told["headline"]
    # What a build says of itself is what its pages say.
    assert main(["build", "-o", str(tmp_path / "site"), str(project), "--json"]) == 0
    built = json.loads(capsys.readouterr().out)
    assert built["headline"] in (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "1.109" in built["headline"]
    assert current_locale() is ENGLISH


def test_the_command_line_goes_before_the_file(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site"
    build = ["build", str(project), "-o", str(site), "--locale"]
    assert main([*build, "fr"]) == 0
    assert "1\u202f109\u00a0kWh" in (site / "index.html").read_text("utf-8")
    assert main([*build, "de_XY"]) == 2
    assert "There is no locale 'de_XY'. Did you mean 'de'?" in capsys.readouterr().err
    with pytest.raises(UsageError, match="no locale 'de_XY'"):
        runfolio.build(project, output=site, locale="de_XY")


def test_an_audience_reads_in_its_own_way(project: Path, tmp_path: Path) -> None:
    said = {}
    for audience in ("board", "team"):
        runfolio.build(project, output=tmp_path / audience, audience=audience)
        said[audience] = (tmp_path / audience / "index.html").read_text("utf-8")
    assert "1,109\u00a0kWh" in said["board"]
    assert "1.109\u00a0kWh" in said["team"]  # as the report
    runfolio.build(project, output=tmp_path / "board", audience="board", locale="fr")
    assert "1\u202f109\u00a0kWh" in (tmp_path / "board" / "index.html").read_text("utf-8")
    with pytest.raises(UsageError, match=r"no audience 'bord'\. Did you mean 'board'"):
        runfolio.build(project, output=tmp_path / "bord", audience="bord")


def test_a_comparison_in_python_has_the_numbers_of_the_site(project: Path) -> None:
    compared = runfolio.compare(project)
    assert "1.109" in repr(compared)
    assert "1.109" in compared.finding
    assert "1.109" in compared._repr_html_()
    assert current_locale() is ENGLISH


def test_per_cent_stands_where_the_readers_have_it() -> None:
    share = Requirement(name="Finds them", metric="recall", at_least=95, unit="%")
    for name, at_least in (("en", "95\u00a0%"), ("en-GB", "95%"), ("tr", "%95")):
        with written_in(locale_named(name)):
            assert as_written(share) == f"at least {at_least}"


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("de_XY", "Did you mean 'de'?"),
        ("german", "Did you mean 'de'?"),
        ("12", "such as de, de-CH or en-IN"),
    ],
)
def test_an_unknown_locale_is_a_mistake(tmp_path: Path, written: str, hint: str) -> None:
    (tmp_path / "report.yaml").write_text(f"title: T\nlocale: '{written}'\n")
    with pytest.raises(ConfigError) as told:
        load_settings(tmp_path / "report.yaml")
    (mistake,) = told.value.problems
    assert mistake.slug == "config-unknown-locale"
    assert mistake.place.endswith("report.yaml:2")
    assert hint in mistake.hint


@pytest.mark.parametrize(
    ("written", "name"), [("no", "no"), ("de_CH", "de-CH"), ("EN", "en"), ("", "en")]
)
def test_a_locale_may_be_written_in_several_ways(tmp_path: Path, written: str, name: str) -> None:
    (tmp_path / "report.yaml").write_text(f"locale: {written}\n")
    assert load_settings(tmp_path / "report.yaml").locale == name


def test_editors_know_the_key() -> None:
    jsonschema.validate({"locale": "de-CH"}, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"locale": 3}, json_schema())
