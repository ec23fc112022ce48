"""report.yaml: every key, every mistake with its line, and the schema for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from runfolio.config import (
    Selector,
    Settings,
    SourceSettings,
    find_config,
    json_schema,
    load_settings,
)
from runfolio.errors import ConfigError, UsageError

FULL = """\
title: Screening triage
subtitle: Which classifier?
description: "# About"
theme: {extends: default, accent: "#0b6e4f", radius: 4}
sources:
  - mlruns
  - {path: extra, experiment: "Deep models"}
objective: {metric: val/recall, goal: maximize, summary: best}
metrics:
  val/recall: {label: Recall, unit: "%", goal: maximize, explain: "Share caught."}
baseline: {tags: {role: baseline}, params: {lr: 1e-3, depth: 010}, experiment: E1}
champion: auto
replicates: {ignore: [seed, fold]}
roles: roles
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def write(content: str | bytes) -> Path:
        path = Path("report.yaml")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def mistakes(path: Path) -> list[tuple[str, str, str]]:
    """(place, slug, message and hint) of every mistake in a file."""
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    return [(p.place, p.slug, f"{p.message} {p.hint}") for p in caught.value.problems]


def only(path: Path) -> tuple[str, str, str]:
    (mistake,) = mistakes(path)
    return mistake


def test_every_key_is_read(write: Any) -> None:
    Path("roles").mkdir()
    settings = load_settings(write(FULL))
    assert settings.title == "Screening triage"
    assert settings.description == "# About"
    assert settings.theme.extends == "default"
    assert settings.theme.tokens == {"accent": "#0b6e4f", "radius": "4"}
    assert settings.sources == (
        SourceSettings(path="mlruns"),
        SourceSettings(path="extra", experiment="Deep models"),
    )
    assert (settings.objective.metric, settings.objective.summary.rule) == ("val/recall", "best")
    assert settings.metrics["val/recall"].goal == "maximize"
    assert settings.baseline is not None
    assert settings.baseline.tags == {"role": "baseline"}
    assert settings.champion is None
    assert settings.replicates.ignore == ("seed", "fold")


def test_values_are_compared_as_they_were_written(write: Any) -> None:
    text = "title: 2024\nbaseline: 1234e5\nchampion: {params: {lr: 1e-3, n: 010, on: yes}}"
    settings = load_settings(write(text))
    assert settings.title == "2024"
    assert settings.baseline == Selector(run="1234e5")
    assert settings.champion is not None
    assert settings.champion.params == {"lr": "1e-3", "n": "010", "on": "yes"}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "title:\ntheme:\nsources:\n"])
def test_nothing_is_the_default(write: Any, text: str) -> None:
    assert load_settings(write(text)) == Settings()


def test_a_byte_order_mark_is_fine(write: Any) -> None:
    assert load_settings(write(b"\xef\xbb\xbftitle: x")).title == "x"


def test_one_source_needs_no_list(write: Any) -> None:
    assert load_settings(write("sources: logs")).sources == (SourceSettings(path="logs"),)
    assert load_settings(write("replicates: {ignore: fold}")).replicates.ignore == ("fold",)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().title = "other"  # type: ignore[misc]


def test_description_may_be_a_file(write: Any) -> None:
    Path("about.md").write_text("**why**", encoding="utf-8")
    assert load_settings(write("description: about.md")).description == "**why**"
    Path("about.md").unlink()
    place, slug, text = only(write("\ndescription: about.md"))
    assert (place, slug) == ("report.yaml:2", "config-file-missing")
    assert "about.md" in text


def test_all_mistakes_at_once_in_order_of_lines(write: Any) -> None:
    path = write(
        "titel: x\n"
        "objective:\n"
        "  gaol: maximize\n"
        "  summary: bset\n"
        "sources: [{format: mlfow-files}]\n"
        "metrics:\n"
        "  val/recall:\n"
        "    unti: ms\n"
        "    goal: [maximize]\n"
        "roles: nowhere\n"
        "title: x\n"
        "title: y\n"
    )
    found = mistakes(path)
    assert [(place, slug) for place, slug, _ in found] == [
        ("report.yaml:1", "config-unknown-key"),
        ("report.yaml:3", "config-unknown-key"),
        ("report.yaml:4", "config-unknown-value"),
        ("report.yaml:5", "config-unknown-format"),
        ("report.yaml:5", "config-missing-key"),
        ("report.yaml:8", "config-unknown-key"),
        ("report.yaml:9", "config-wrong-type"),
        ("report.yaml:10", "config-folder-missing"),
        ("report.yaml:12", "config-duplicate-key"),
    ]
    texts = [text for _, _, text in found]
    for number, meant in [(0, "title"), (1, "goal"), (2, "best"), (5, "unit")]:
        assert f"Did you mean '{meant}'?" in texts[number]
    assert "'path'" in texts[4]
    assert "must be text, not a list" in texts[6]
    assert "line 11" in texts[8]


def test_known_keys_are_listed_where_none_is_near(write: Any) -> None:
    _, _, text = only(write("objective: {zzz: 1}"))
    assert "Known keys: goal, metric, summary." in text


def test_a_wrong_file_does_not_flood_the_terminal(write: Any) -> None:
    found = mistakes(write("".join(f"layer{n}: {n}\n" for n in range(1, 20_001))))
    assert len(found) == 51
    assert found[49][0] == "report.yaml:50"
    assert "19950 more" in found[50][2]


def test_a_metric_may_be_called_like_a_key(write: Any) -> None:
    _, _, text = only(write("metrics: {goal: {gaol: maximize}}"))
    assert "Did you mean 'goal'?" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: [a]", "'title' must be text, not a list"),
        ("title: {a: b}", "'title' must be text, not keys with values"),
        ("metrics: [a]", "'metrics' must be keys with values, not a list"),
        ("objective: val/recall", "'objective' must be keys with values, not text"),
        ("theme: [default]", "'theme' must be keys with values, not a list"),
        ("sources: [[a]]", "'sources → #1' must be keys with values, not a list"),
        ("metrics: {a: {goal: {}}}", "'metrics → a → goal' must be text, not keys with values"),
        ("- a\n- b", "must hold keys with values"),
        ("just text", "must hold keys with values"),
    ],
)
def test_wrong_types_in_plain_words(write: Any, text: str, words: str) -> None:
    place, slug, told = only(write(text))
    assert (place, slug) == ("report.yaml:1", "config-wrong-type")
    assert words in told


@pytest.mark.parametrize(
    ("text", "slug", "line"),
    [
        ("theme: {accent: #0b6e4f\n}", "config-no-value", 1),
        ("baseline:\n  tags:\n    role:\n", "config-no-value", 3),
        ("sources:\n  - ''\n", "config-no-value", 2),
        ("title: x\nbaseline: {}", "config-empty-selector", 2),
        ("title: a: b", "config-syntax", 1),
        ("title: x\nsources:\n\t- a\n", "config-syntax", 3),
        ("title: 'x\n", "config-syntax", 2),
        ("title: x\n---\ntitle: y", "config-syntax", 2),
        ("title: x\nsubtitle: \x01", "config-syntax", 2),
        ("title: &a x\nsubtitle: *a", "config-alias", 2),
        ("\ntitle: !!python/object/apply:os.getcwd []", "config-tag", 2),
        (b"title: x\nsubtitle: \xff", "config-encoding", 2),
    ],
)
def test_mistakes_of_form_have_their_line(
    write: Any, text: str | bytes, slug: str, line: int
) -> None:
    found = mistakes(write(text))
    assert found[0][:2] == (f"report.yaml:{line}", slug)


def test_bombs_are_refused_at_once(write: Any) -> None:
    doubling = "a0: &a0 [x,x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1},*a{n - 1}]\n" for n in range(1, 60)
    )
    assert "config-alias" in {slug for _, slug, _ in mistakes(write(doubling))}
    deep = mistakes(write("title: " + "[" * 50_000 + "]" * 50_000))
    assert deep[0][1] == "config-too-deep"
    assert only(write(b"a" * 2_000_000))[1] == "config-too-large"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    place, slug, _ = only(tmp_path / "report.yaml")
    assert (place, slug) == ("report.yaml", "config-unreadable")


def test_places_are_relative_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "triage.yaml").write_text("x: y")
    monkeypatch.chdir(tmp_path)
    assert only(Path("conf/triage.yaml"))[0] == "conf/triage.yaml:1"
    monkeypatch.chdir(tmp_path / "conf")
    assert only(tmp_path / "conf" / "triage.yaml")[0] == "triage.yaml:1"


ASKED = "requirements:\n  - {name: a, metric: m, at_least: 1}\n"


@pytest.mark.parametrize(
    ("text", "line", "slug", "said"),
    [
        ("\nas_of: 2026-13-01", 2, "config-wrong-type", "a date"),
        ("\nas_of: [1]", 2, "config-wrong-type", "a date"),
        ("requirements: {name: a}", 1, "config-wrong-type", "a list"),
        ("requirements:\n  - {metric: m, at_least: 1}", 2, "config-missing-key", "'name'"),
        ("requirements:\n  - {name: a}", 2, "config-requirement", "evidence"),
        ("requirements:\n  - {name: a, metric: m}", 2, "config-requirement", "at_least"),
        (
            "requirements:\n  - {name: a, at_least: 1, evidence: x}",
            2,
            "config-requirement",
            "metric",
        ),
        (ASKED + "  - {name: b, metric: m, evidence: x}", 3, "config-requirement", "either"),
        (
            ASKED + "  - {name: b, metric: m, at_least: 2, at_most: 1}",
            3,
            "config-requirement",
            "above",
        ),
        (
            ASKED + "  - {name: b, metric: m, at_least: 2, no_worse_than: baseline}",
            *(3, "config-requirement", "two requirements"),
        ),
        (ASKED + "  - {name: b, metric: m, at_least: .nan}", 3, "config-wrong-type", "a number"),
        (ASKED + "  - {name: b, metric: m, at_least: 1e999}", 3, "config-wrong-type", "finite"),
        (ASKED + "  - {name: b, metric: m, at_leats: 1}", 3, "config-unknown-key", "at_least"),
        (
            ASKED + "  - {name: b, metric: m, at_most: 1, kind: latancy}",
            3,
            "config-unknown-value",
            "latency",
        ),
        (
            ASKED + "  - {name: b, metric: m, no_worse_than: champion}",
            3,
            "config-unknown-value",
            "baseline",
        ),
        (ASKED + "\n  - name: a\n    evidence: x", 4, "config-repeated-name", "line 2"),
        (ASKED + "    waiver: {until: soon}", 3, "config-syntax", ""),
        (
            "requirements:\n  - {name: a, evidence: {file: a, check: b}}",
            2,
            "config-evidence",
            "one of",
        ),
        ("requirements:\n  - {name: a, evidence: {by: me}}", 2, "config-evidence", "one of"),
        (
            "requirements:\n  - {name: a, evidence: {statement: x, by: me}}",
            2,
            "config-evidence",
            "date",
        ),
        ("requirements:\n  - {name: a, evidence: {file: ''}}", 2, "config-no-value", "file"),
        ("compliance:\n  - hipaa\n  - {checklist: hipaa}", 3, "config-repeated-name", "line 2"),
        (
            "compliance: {checklist: x, items: {a: {done: maybe}}}",
            1,
            "config-wrong-type",
            "true or false",
        ),
        (
            "compliance: {checklist: x, items: {a: {done: true, not_applicable: No.}}}",
            *(1, "config-checklist-answer", "one of"),
        ),
        (
            "lifecycle:\n  - {step: 12, says: a, owner: b, date: 2026-01-01}",
            2,
            "config-wrong-type",
            "at most 9",
        ),
        (
            "lifecycle:\n  - {step: 0, says: a, owner: b, date: 2026-01-01}",
            2,
            "config-wrong-type",
            "at least 1",
        ),
        (
            "lifecycle:\n  - {step: x, says: a, owner: b, date: 2026-01-01}",
            2,
            "config-wrong-type",
            "whole",
        ),
        ("lifecycle:\n  - {step: 1, says: a, owner: b}", 2, "config-missing-key", "'date'"),
        (
            "lifecycle:\n  - {step: 1, says: a, owner: b, date: 2026-01-01, link: 'javascript:x'}",
            *(2, "config-link", "https"),
        ),
        (
            "objective: {metric: a, summary: {mean_of_last: 0}}",
            1,
            "config-wrong-type",
            "at least 1",
        ),
    ],
)
def test_what_is_asked_and_stated_is_checked(
    write: Any, text: str, line: int, slug: str, said: str
) -> None:
    place, told, message = mistakes(write(text))[0]
    assert (place, told) == (f"report.yaml:{line}", slug)
    assert said in message


def test_the_configuration_that_belongs_to_a_build(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    assert find_config(["a"], tmp_path) is None
    (tmp_path / "report.yml").touch()
    assert find_config(["a", "missing"], tmp_path) == tmp_path / "report.yml"
    (tmp_path / "a" / "report.yaml").touch()
    assert find_config(["a", "b"], tmp_path) == tmp_path / "a" / "report.yaml"
    assert find_config([], tmp_path) == tmp_path / "report.yml"
    (tmp_path / "b" / "report.yaml").touch()
    with pytest.raises(UsageError, match="-c"):
        find_config(["a", "b"], tmp_path)


class TestSchema:
    def test_it_is_a_schema_and_takes_what_the_reader_takes(self) -> None:
        schema = json_schema()
        jsonschema.Draft202012Validator.check_schema(schema)
        check = jsonschema.Draft202012Validator(schema)
        assert list(check.iter_errors(yaml.safe_load(FULL))) == []
        for text in ("theme: dark\nsources: logs\nbaseline: run-1\nchampion: {run: x}", "{}"):
            assert list(check.iter_errors(yaml.safe_load(text))) == []

    @pytest.mark.parametrize(
        "text", ["titel: x", "objective: {gaol: x}", "objective: {summary: bset}", "sources: [{}]"]
    )
    def test_it_refuses_what_the_reader_refuses(self, text: str) -> None:
        check = jsonschema.Draft202012Validator(json_schema())
        assert list(check.iter_errors(yaml.safe_load(text)))

    def test_every_key_is_described(self) -> None:
        schema = json_schema()
        for part in (schema, *schema["$defs"].values()):
            for key, value in part["properties"].items():
                assert value.get("description", "").endswith("."), key
