"""What ``report init`` writes: it fits together, comes to what it should, and harms nothing."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from runfolio.cli import main
from runfolio.config import ImpactSettings, load_settings
from runfolio.formula import (
    evaluate,
    inputs_of,
    outcome_unit,
    parse_formula,
    parse_unit,
    unit_of,
    unit_of_input,
)
from runfolio.starters import impact_cases, impact_starter, impact_starters, report_starter
from runfolio.starters.write import start
from runfolio.views.impact_stated import PLACEHOLDER

CASES = ("churn", "forecast", "fraud", "maintenance", "ranking", "triage")

BY_HAND: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    # What runs measured, and what comes of it in the first version's numbers.
    "churn": (
        {"val/recall": 0.6, "val/precision": 0.3},
        {
            # 9,000 x 0.6 = 5,400 found; 15 % kept = 810; x 240
            "Margin of customers kept": 194_400,
            # 5,400 / 0.3 = 18,000 contacted; x 1.5
            "Contacts": 27_000,
            # 810 kept, and 40 % of the other 12,600 take it: 5,850; x 20
            "Offers taken": 117_000,
            "Customers kept": 810,
        },
    ),
    "forecast": (
        {"val/mae": 6.0},
        {
            # 175,000 x 6 = 1,050,000 items; 55 % too many = 577,500; x 0.8
            "Goods left over": 462_000,
            # 45 % too few = 472,500; x 0.6
            "Sales missed": 283_500,
            # 577,500 x 30 % = 173,250 items; x 0.4 kg = 69,300 kg
            "Goods thrown away": 69.3,
        },
    ),
    "fraud": (
        {"val/recall": 0.8, "val/precision": 0.4},
        {
            # 5,000,000 x 0.1 % = 5,000 frauds; 80 % = 4,000 caught; x 180 x 85 %
            "Fraud prevented": 612_000,
            # 4,000 / 0.4 = 10,000 alerts; x 6
            "Review of alerts": 60_000,
            # 6,000 of them wrong; x 4
            "Good customers stopped": 24_000,
            # 10,000 x 8 min = 80,000 min
            "Analysts' hours": 80_000 / 60,
        },
    ),
    "maintenance": (
        {"val/recall": 0.75, "val/precision": 0.5},
        {
            # 120 x 1.8 = 216 failures; 162 foreseen; 113.4 in time; x (9 - 3) h = 680.4 h; x 900
            "Stops shortened": 612_360,
            # 162 / 0.5 = 324 alarms; x 350
            "Alarms followed": 113_400,
            "Hours of stops avoided": 680.4,
        },
    ),
    "ranking": (
        {"val/ndcg_at_10": 0.44},
        {
            # 4,000,000 x 3 % = 120,000 orders; NDCG is 10 % up, orders 0.2 x 10 % = 2 %; x 9
            "Margin of orders": 1_101_600,
            "Orders": 122_400,
        },
    ),
    "triage": (
        {"val/recall": 0.9, "val/fpr": 0.1},
        {
            # 24,000 x 5 % = 1,200; 90 % = 1,080 put first; 20 % of them = 216; x 3,000
            "Harm avoided": 648_000,
            # 22,800 x 10 % = 2,280; x 60
            "Unneeded checks": 136_800,
            "Serious cases put first": 1_080,
            # 2,280 x 25 min = 57,000 min
            "Hours of unneeded checks": 950,
        },
    ),
}


def written(case: str, folder: Path) -> ImpactSettings:
    """Return the model as ``report init`` writes it and the configuration reads it."""
    start(folder, case)
    impact = load_settings(folder / "report.yaml").impact
    assert impact is not None
    return impact


def test_there_is_a_start_for_each_of_the_commonest_cases() -> None:
    assert tuple(impact_starters()) == CASES
    assert all(about.endswith(".") and len(about) < 100 for about in impact_starters().values())


def test_to_know_the_names_of_the_cases_no_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path, *_: object, **__: object) -> str:
        raise AssertionError(f"{path.name} is read")

    monkeypatch.setattr(Path, "read_text", read)
    assert impact_cases() == CASES
    monkeypatch.delitem(sys.modules, "runfolio.cli.init", raising=False)
    command = runpy.run_module("runfolio.cli.init")["command"]
    (option,) = (one for one in command.params if one.name == "case")
    assert tuple(option.type.choices) == CASES


@pytest.mark.parametrize("case", CASES)
def test_its_units_fit_and_it_comes_to_what_a_calculator_says(case: str, tmp_path: Path) -> None:
    impact = written(case, tmp_path)
    measured, expected = BY_HAND[case]
    units = {name: one.unit for name, one in impact.quantities.items()}
    found = {}
    for outcome in impact.outcomes:
        tree = parse_formula(outcome.formula)
        inputs = {one: unit_of_input(one, units, {}) for one in inputs_of(tree)}
        unit, factor = outcome_unit(
            unit_of(tree, {one: unit for one, (unit, _) in inputs.items()}),
            is_money=outcome.kind != "non-monetary",
            unit=outcome.unit,
            currency=impact.currency,
            period=impact.period,
        )
        assert unit == (outcome.unit or "EUR")
        stated = {name: one.value for name, one in impact.quantities.items()} | measured
        values = {one: stated[one.names[0]] * size for one, (_, size) in inputs.items()}
        found[outcome.name] = factor * float(evaluate(tree, values))
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_every_number_has_its_unit_and_says_that_it_is_an_example(
    case: str, tmp_path: Path
) -> None:
    impact = written(case, tmp_path)
    assert impact.running_cost
    assert impact.fixed_cost
    assert impact.horizon
    stated = {
        **impact.quantities,
        "running": impact.running_cost,
        "fixed": impact.fixed_cost,
    }
    for name, one in stated.items():
        assert one.source == PLACEHOLDER, name  # pages say that it is one
        parse_unit(one.unit)
        assert one.unit or name in {"ndcg_today", "response"}
        assert one.range or name in {"machines", "ndcg_today"}
    used = " ".join(outcome.formula for outcome in impact.outcomes)
    assert all(name in used for name in impact.quantities)
    assert any(outcome.kind == "non-monetary" for outcome in impact.outcomes)


def test_a_new_file_has_the_configuration_and_the_impact(tmp_path: Path) -> None:
    done = start(tmp_path, "fraud")
    assert done.created
    assert done.metrics == ("val/recall", "val/precision")
    text = (tmp_path / "report.yaml").read_text("utf-8")
    assert text.startswith(report_starter())
    assert text.endswith(impact_starter("fraud"))
    assert load_settings(tmp_path / "report.yaml").title == "Our experiments"


def test_what_is_commented_out_is_accepted_where_it_is_wanted(tmp_path: Path) -> None:
    start(tmp_path)
    path = tmp_path / "report.yaml"
    lines = path.read_text("utf-8").splitlines()
    keys = [line.removeprefix("# ") for line in lines if line.startswith("# ") and ":" in line]
    wanted = [key for key in keys if key.split(":")[0].strip(" -").isidentifier() or "{" in key]
    (tmp_path / "about.md").write_text("# About")
    path.write_text("\n".join(wanted))
    settings = load_settings(path)
    assert {"sources", "objective", "metrics", "baseline", "requirements"} <= (
        settings.model_fields_set
    )


@pytest.mark.parametrize(
    "there",
    [
        b"title: Ours\n",
        b"title: Ours",
        b"",
        b"# nothing yet\n",
        b"\xef\xbb\xbftitle: Ours\r\nsubtitle: |\r\n  a\r\n  b\r\n",
        b"---\ntitle: Ours  # with a comment\n\n\n",
        "requirements:\n- {name: Größe, metric: mae, at_most: 3}\n".encode(),
    ],
    ids=["plain", "no last line end", "empty", "comment", "windows", "marked", "list"],
)
def test_what_is_there_stays_to_the_byte(there: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_bytes(there)
    before = load_settings(path)
    done = start(tmp_path, "churn")
    assert not done.created
    after = path.read_bytes()
    assert after.startswith(there)
    assert (b"\r\n" in after) == (b"\r\n" in there)
    settings = load_settings(path)
    assert settings.impact is not None
    assert settings.model_copy(update={"impact": None}) == before


def test_the_other_name_of_the_file_counts(tmp_path: Path) -> None:
    (tmp_path / "report.yml").write_text("title: Ours\n")
    assert start(tmp_path, "triage").path == tmp_path / "report.yml"
    assert [path.name for path in tmp_path.iterdir()] == ["report.yml"]


@pytest.mark.parametrize(
    ("there", "slug", "said"),
    [
        ("title: Ours\nimpact:\n  currency: EUR\n", "init-impact-exists", "in line 2"),
        ("{title: Ours}\n", "init-not-appendable", "left as it is"),
        ("  title: Ours\n", "init-not-appendable", "without indentation"),
        ("title: Ours\n...\n", "init-not-appendable", "nothing may end the document"),
        ("- Ours\n", "init-not-appendable", "left as it is"),
        ("subtitle: |\n  a\nnotes: 'open\n", "config-syntax", "report.yaml:"),
    ],
)
def test_what_cannot_be_added_to_is_left_alone_and_said(
    there: str,
    slug: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "report.yaml"
    path.write_text(there)
    assert main(["init", "--impact", "fraud"]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert slug in told
    assert said in told
    assert path.read_text() == there


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True).filter(lambda key: key != "impact"),
        st.recursive(
            st.text(max_size=20) | st.integers() | st.booleans(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=8,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_keys_a_file_has_it_keeps_them(
    tmp_path_factory: pytest.TempPathFactory, keys: dict[str, object]
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    path = folder / "report.yaml"
    path.write_text(yaml.safe_dump(keys, allow_unicode=True), "utf-8")
    before = path.read_bytes()
    start(folder, "forecast")
    assert path.read_bytes().startswith(before)
    read = yaml.safe_load(path.read_text("utf-8"))
    assert read.pop("impact")["period"] == "year"
    assert read == yaml.safe_load(before.decode())


def test_the_command_says_what_it_wrote_and_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    assert main(["init", "logs"]) == 0
    assert capsys.readouterr().out == "Wrote logs/report.yaml.\nNext: report check logs\n"
    assert main(["init", "logs", "--impact", "forecast"]) == 0
    told = capsys.readouterr().out
    assert "Added impact to logs/report.yaml." in told
    assert "val/mae" in told
    assert main(["init", "logs"]) == 2
    assert "init-exists" in capsys.readouterr().err
    assert main(["init", "--impact", "tombola"]) == 2
    assert "maintenance" in capsys.readouterr().err
    assert main(["init", "nowhere"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["logs"]


def test_a_folder_in_the_files_place_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.yaml").mkdir()
    assert main(["init", str(tmp_path)]) == 2
    assert "init-unwritable" in capsys.readouterr().err


def test_the_cases_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "impact"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(CASES)


def test_with_logs_that_have_the_metrics_it_becomes_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, recall, precision in (("rules", 0.5, 0.4), ("trees", 0.8, 0.4)):
        for seed, off in enumerate((-0.01, 0.0, 0.01)):
            home = tmp_path / "runs" / f"{name}-{seed}"
            home.mkdir(parents=True)
            about = {"name": name, "seed": seed, "params": {"model": name}, "status": "finished"}
            (home / "run.yaml").write_text(json.dumps(about))
            logged = {"val/recall": recall + off, "val/precision": precision + off / 10}
            (home / "metrics.json").write_text(json.dumps(logged))
    assert main(["init"]) == 0
    path = tmp_path / "report.yaml"
    chosen = "objective: {metric: val/recall}\nbaseline: rules\n"
    path.write_text(path.read_text("utf-8") + chosen, "utf-8")
    assert main(["init", "--impact", "fraud"]) == 0
    capsys.readouterr()

    assert main(["build", "-o", "site"]) == 0
    told = capsys.readouterr().out
    assert "problem" not in told
    assert "Passed over" not in told  # the configuration is no log

    impact = json.loads(Path("site/report.json").read_text("utf-8"))["impact"]
    assert [one["name"] for one in impact["outcomes"]] == list(BY_HAND["fraud"][1])
    assert impact["champion"]["configuration"] == "trees"
    # Expected are 15,100,000 / 3 transactions, 0.31 % / 3 of them fraud, EUR 190 each and 250 / 3 %
    # of it saved; 30 of 100 frauds more are caught than by the rules.
    expected = 15_100_000 / 3 * (0.0031 / 3) * 190 * (2.5 / 3) * 0.3
    prevented = impact["outcomes"][0]["difference"]
    assert prevented["expected"] == pytest.approx(expected, rel=1e-9)
    page = Path("site/impact.html").read_text("utf-8")
    assert "Review of alerts" in page
    assert "example" in page  # none of the numbers is the team's own
