"""What README, CONTRIBUTING and CHANGELOG claim is so."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import runfolio
from reading import only_run, read
from runfolio import errors
from runfolio.cli import commands
from runfolio.cli.build import command as build_command
from runfolio.config import Settings, load_settings
from runfolio.registry import find
from runfolio.render.theme import load_theme
from runfolio.schema import report_schema

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "sample_runs/README.md")


def fenced(language: str, containing: str = "") -> str:
    """Return the only fenced block of the README with some text in it."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    found = [block for block in blocks if containing in block]
    assert len(found) == 1
    return str(found[0])


def table(header: str) -> list[list[str]]:
    """Return the rows of the README's table with this header."""
    found = re.search(rf"^\| {re.escape(header)} \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", README, re.M)
    assert found, header
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in found[1].splitlines()
    ]


def options(command: click.Command) -> set[str]:
    """Return the options as the synopsis writes them: the short name where there is one."""
    return {
        option.opts[0]
        for option in command.params
        if isinstance(option, click.Option) and "--help" not in option.opts
    }


def test_the_synopsis_has_the_options_of_build() -> None:
    synopsis = re.search(r"^`report build (\[SOURCE\]….*)`$", README, re.MULTILINE)
    assert synopsis
    written = re.findall(r"\[(-[^\]\s]+)(?: (\w+))?\]", synopsis[1])
    assert {name for name, _ in written} == options(build_command)
    values = {
        option.opts[0]: option.metavar or ""
        for option in build_command.params
        if isinstance(option, click.Option) and "--help" not in option.opts
    }
    assert dict(written) == values


def test_every_command_is_shown_and_every_command_shown_is_one() -> None:
    shown = set(re.findall(r"^report (\w+)", fenced("sh", "report list"), re.MULTILINE))
    with click.Context(commands) as context:
        assert shown == set(commands.list_commands(context))


def test_every_option_and_command_has_a_help_text() -> None:
    with click.Context(commands) as context:
        for name in commands.list_commands(context):
            command = commands.get_command(context, name)
            assert command is not None
            assert command.help, name
            for option in command.params:
                assert isinstance(option, click.Argument) or option.help, (name, option.name)


def test_every_source_is_in_the_table_of_formats() -> None:
    sources = find("runfolio.sources", "source").values()
    rows = {row[0].casefold() for row in table("format")}
    assert len(rows) == len(sources)
    for source in sources:
        assert any(source.title.casefold().startswith(name) for name in rows), source.title


def test_the_exit_codes_are_those_of_the_errors() -> None:
    written = {int(row[0]): row[1] for row in table("exit code")}
    kinds = [getattr(errors, name) for name in errors.__all__]
    assert written.keys() == {0, *(kind.exit_code for kind in kinds)}
    assert "--strict" in written[errors.StrictError.exit_code]
    assert "no runs" in written[errors.NoRunsError.exit_code]


def test_the_example_of_report_yaml_is_accepted_and_shows_every_key(tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text(fenced("yaml", "objective:"), "utf-8")
    (tmp_path / "about.md").write_text("# About")
    (tmp_path / "roles").mkdir()
    settings = load_settings(tmp_path / "report.yaml")
    assert settings.model_fields_set == set(Settings.model_fields)
    assert settings.objective.metric == "val/recall"
    assert settings.theme.tokens == {"accent": "#0b6e4f"}


def test_the_example_of_the_impact_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text(fenced("yaml", "quantities:"), "utf-8")
    impact = load_settings(tmp_path / "report.yaml").impact
    assert impact is not None
    assert impact.model_fields_set == set(type(impact).model_fields)


def test_the_examples_colour_is_a_token_of_the_theme() -> None:
    assert load_theme().with_tokens({"accent": "#0b6e4f"}).tokens["light"]["accent"] == "#0b6e4f"


def test_the_example_of_run_yaml_is_read_without_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "trial" / "my-run"
    folder.mkdir(parents=True)
    (folder / "run.yaml").write_text(fenced("yaml", "run.yaml; every key"), "utf-8")
    records = read("folder", folder)
    assert records.problems == ()
    run = only_run(records)
    assert (run.name, run.status, run.seed) == ("forest, 400 trees", "finished", "3")
    assert run.params == {"model": "forest", "trees": "400"}
    assert [(d.name, d.digest, d.context) for d in run.datasets] == [
        ("cases", "9f3a11c2", "training")
    ]


def test_the_keys_of_report_json_are_those_of_its_schema() -> None:
    rows = {row[0]: row[1] for row in table("key")}
    schema = report_schema()
    top = {key for names in rows if "[]" not in names for key in re.findall(r"`(\w+)`", names)}
    assert top == set(schema["properties"])
    of_run = set(re.findall(r"`(\w+)`", rows["`runs`"]))
    of_dataset = set(schema["$defs"]["dataset"]["properties"])
    assert of_run == set(schema["$defs"]["run"]["properties"]) | of_dataset
    of_metric = set(re.findall(r"`(\w+)`", rows["`runs[].metrics`"]))
    assert of_metric == set(schema["$defs"]["metric"]["properties"])
    problem = schema["$defs"]["problem"]["properties"]
    told = re.sub(r"\(.*?\)", "", rows["`problems`"])
    assert set(re.findall(r"`(\w+)`", told)) == set(problem)
    severities = set(re.findall(r"`(\w+)`", rows["`problems`"])) - set(problem)
    assert severities == set(problem["severity"]["enum"])
    for names, kind in (("`objective`", "objective"), ("`sources`", "source")):
        assert set(re.findall(r"`(\w+)`", rows[names])) - {"null"} == set(
            schema["$defs"][kind]["properties"]
        )


def test_the_changelog_has_the_current_version_first() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## (\S+)", changelog, re.MULTILINE)
    assert versions[0] == runfolio.__version__


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    missing = [
        link
        for link in links
        if link.partition("#")[0]
        and not ((ROOT / document).parent / link.partition("#")[0]).exists()
    ]
    assert missing == []


def test_no_document_names_a_path_of_somebodys_machine() -> None:
    for document in DOCUMENTS:
        text = (ROOT / document).read_text("utf-8")
        assert not re.search(r"/(?:home|Users|root)/\w", text), document
