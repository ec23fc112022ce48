"""Reviewers who must not know whose work it is read the same report under other names."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace

from builders import run, tables
from histories import history
from runfolio.analysis.analysed import analyse
from runfolio.audience.hidden import Cut
from runfolio.audience.pseudonyms import anonymized
from runfolio.audience.redaction import redacted
from runfolio.config import Anonymized, Redacted, Settings
from runfolio.model.experiment_notes import ExperimentNote, RunConditions
from runfolio.model.history import Web
from runfolio.model.records import RunRecord
from runfolio.model.tables import Tables

DAY = 86_400_000


def made(number: int, user: str, name: str = "", **fields: object) -> RunRecord:
    """Return a run started on a day by somebody."""
    tags = {"user": user, **fields.pop("tags", {})}  # type: ignore[dict-item]
    given = {"name": name or f"try-{number}", "started": number * DAY + 1_700_000_000_000}
    return run(f"id{number}", {"loss": 1.0}, tags=tags, **{**given, **fields})  # type: ignore[arg-type]


def users(cut: Cut) -> dict[str, str]:
    frame = cut.tables.tags[cut.tables.tags["tag"] == "user"]
    return dict(zip(frame["run"], frame["value"], strict=True))


def test_people_are_named_in_the_order_in_which_they_appear() -> None:
    old = tables(
        made(3, "grace.hopper", notes="As Grace Hopper and Hopper’s crew said; hoppers are none."),
        made(1, "Ada Lovelace", notes="Seen by ada.lovelace."),
        made(2, "Ada Lovelace, Grace Hopper"),
    )
    cut = anonymized(old, Settings(), Anonymized())
    assert users(cut) == {"id1": "Person A", "id2": "Person A, Person B", "id3": "Person B"}
    notes = cut.tables.runs["notes"]
    assert notes["id3"] == "As Person B and Person B’s crew said; hoppers are none."
    assert notes["id1"] == "Seen by Person A."
    assert {"Ada Lovelace", "Grace Hopper"} <= {one.text for one in cut.hidden}


def test_later_runs_rename_nobody() -> None:
    first = [made(n, f"{name} Somebody") for n, name in enumerate(["Zoe", "Ida", "Max"], 1)]
    more = [made(9, "Abel Newcomer", name="aaa"), *first]
    old, new = (anonymized(tables(*some), Settings(), Anonymized()) for some in (first, more))
    assert users(old).items() <= users(new).items()
    assert dict(old.tables.runs["name"]).items() <= dict(new.tables.runs["name"]).items()


def test_runs_are_counted_by_their_start() -> None:
    old = tables(
        made(2, "", name="zebra-experiment", command="train.py --resume zebra-experiment"),
        made(1, "", name="walrus-first"),
        made(3, "", name="baseline"),
        run("id9", {"loss": 1.0}, name="someday-walrus-run"),
    )
    settings = Settings.model_validate({"baseline": "baseline", "champion": "zebra-experiment"})
    note = ExperimentNote(
        "e.md", runs=(RunConditions(run="walrus-first"),), text="See walrus-first, not walrus."
    )
    cut = anonymized(replace(old, experiment_notes=(note,)), settings, Anonymized())
    assert dict(cut.tables.runs["name"]) == {
        "id1": "Run A-1",
        "id2": "Run B-1",
        "id3": "Run C-1",
        "id9": "Undated run A-1",
    }
    assert list(cut.tables.runs["label"]) == list(cut.tables.runs["name"])
    assert [re.sub("-[0-9a-f]{6}$", "", s) for s in cut.tables.runs["slug"]] == [
        *("run-a-1", "run-b-1", "run-c-1", "undated-run-a-1"),
    ]
    assert cut.settings.baseline is not None
    assert cut.settings.champion is not None
    assert (cut.settings.baseline.run, cut.settings.champion.run) == ("Run C-1", "Run B-1")
    assert cut.tables.experiment_notes[0].runs == (RunConditions(run="Run A-1"),)
    assert cut.tables.experiment_notes[0].text == "See Run A-1, not walrus."
    assert cut.tables.commands == {"id2": "train.py --resume Run B-1"}


def test_runs_of_one_name_stay_of_one_name() -> None:
    old = tables(
        *(made(n, "", name="walrus-net", params={"seed": str(n)}) for n in (1, 2)),
        made(3, "", name="other-net"),
    )
    cut = anonymized(old, Settings(), Anonymized())
    assert list(cut.tables.runs["name"]) == ["Run A-1", "Run A-1", "Run B-1"]
    assert list(cut.tables.runs["label"]) == ["Run A-1, seed=1", "Run A-1, seed=2", "Run B-1"]


def test_runs_of_one_configuration_have_a_letter_in_common() -> None:
    logged = [(1, "walrus", "1"), (2, "otter", "1"), (3, "walrus", "2"), (4, "walrus", "3")]
    old = tables(
        *(
            made(n, "", name=f"{model}-s{seed}", params={"model": model, "seed": seed})
            for n, model, seed in logged
        )
    )
    cut = anonymized(old, Settings(), Anonymized())
    assert list(cut.tables.runs["name"]) == ["Run A-1", "Run B-1", "Run A-2", "Run A-3"]
    # So the configuration is called by it, and not by its params.
    assert analyse(cut.tables, Settings()).configurations[0].label == "Run A"


def test_repositories_and_who_owns_them() -> None:
    one = history(3, name="churn-model")
    web = Web("https://github.com/lovelace-labs/churn-model/commit/{}", "")
    commits = one.commits.assign(
        author=["Ada Lovelace", "Grace Hopper", ""],
        subject=["Merge lovelace-labs/churn-model#3", "By Ada", "See git@github.com:x-y/z-z.git"],
    )
    old = replace(
        tables(made(900, "", notes="https://github.com/lovelace-labs/churn-model/issues/3.")),
        histories=(replace(one, commits=commits, web=web),),
    )
    cut = anonymized(old, Settings(), Anonymized())
    (new,) = cut.tables.histories
    assert new.name == "Repository A"
    assert new.web is None
    assert list(new.commits["author"]) == ["Person A", "Person B", ""]
    assert new.commits["subject"].iloc[0] == "Merge Repository A#3"
    assert new.commits["subject"].iloc[2] == "See Repository B"
    assert cut.tables.runs["notes"].item() == "Repository A."
    assert {one.rule for one in cut.hidden} >= {
        "anonymize: people",
        "anonymize: organisations",
        "anonymize: repositories",
    }
    assert not set(new.commits["commit"]) & set(one.commits["commit"])


def test_organisations_of_mail_and_of_the_configuration() -> None:
    old = tables(
        made(1, "", notes="Ask IBM, or crew at Quuxcorp."),
        made(2, "", params={"mailto": "x"}, notes="Quuxcorp pays."),
    )
    settings = Settings(description="Write to ada.l@quuxcorp.co.uk or bob@gmail.com; IBM reads.")
    cut = anonymized(old, settings, Anonymized(organisations=("IBM",)))
    assert cut.settings.description == (
        "Write to (e-mail address) or (e-mail address); Organisation A reads."
    )
    assert cut.tables.runs["notes"]["id1"] == "Ask Organisation A, or crew at Organisation B."


def test_owners_in_report_yaml_are_people_and_roles_are_not() -> None:
    requirements = [
        {"name": "a", "metric": "loss", "at_most": 1, "owner": "Ada Lovelace"},
        {"name": "b", "metric": "loss", "at_most": 1, "owner": "product owner"},
        {"name": "c", "metric": "loss", "at_most": 1, "owner": "Fraud team"},
        {
            "name": "d",
            "metric": "loss",
            "at_most": 1,
            "waiver": {"until": "2026-12-31", "by": "Grace Hopper", "reason": "As Ada said"},
        },
    ]
    settings = Settings.model_validate({"requirements": requirements})
    cut = anonymized(tables(made(1, "zoe")), settings, Anonymized(people=("Zoe Z",)))
    told = cut.settings.requirements
    assert [one.owner for one in told[:3]] == ["Person B", "product owner", "Fraud team"]
    assert told[3].waiver is not None
    assert told[3].waiver.by == "Person C"


def test_nothing_is_left_after_pseudonyms_and_redaction() -> None:
    names = ("lovelace", "hopper", "quuxcorp", "gizmo-net", "walrus")
    old = tables(
        made(
            *(1, "Ada Lovelace", "walrus-net"),
            params={"data": "/mnt/quuxcorp/x.csv", "author": "Grace Hopper <grace@quuxcorp.com>"},
            notes="[code](https://github.com/quuxcorp/gizmo-net) by lovelace on QUUXCORP machines",
            command="/home/lovelace/gizmo-net/train.py --name walrus-net --by hopper",
        ),
        made(2, "hopper", "walrus-net-2"),
    )
    cut = anonymized(old, Settings(title="Quuxcorp gizmo-net"), Anonymized())
    left = redacted(cut.tables, cut.settings, Redacted())
    written = pickle.dumps((left.tables, left.settings)).lower().decode("latin-1")
    assert [name for name in names if name in written] == []
    assert users(left)["id1"] == "Person A"
    assert left.settings.title == "Organisation A Repository A"


def _unchanged(old: Tables, new: Tables) -> bool:
    return all(
        getattr(old, name).equals(getattr(new, name)) for name in ("params", "metrics", "datasets")
    )


def test_numbers_and_params_stay() -> None:
    old = tables(made(1, "Ada Lovelace", params={"depth": "4", "author_count": "3"}))
    assert _unchanged(old, anonymized(old, Settings(), Anonymized()).tables)


def test_no_commit_leads_to_its_repository() -> None:
    one = history(3)
    ids = one.commits["commit"].tolist()
    subjects = ["First", f"Revert {ids[0][:8]}, keep 12345678", ""]
    one = replace(one, commits=one.commits.assign(subject=subjects))
    logged = tables(made(1, "", commit=ids[2], tags={"git_sha": ids[1]}, notes=f"At {ids[1]}."))
    cut = anonymized(replace(logged, histories=(one,)), Settings(), Anonymized())
    new = cut.tables.histories[0].commits
    assert new["commit"].is_unique
    assert [len(id_) for id_ in new["commit"]] == [40, 40, 40]
    assert new["subject"][1] == f"Revert {new['commit'][0][:8]}, keep 12345678"
    assert cut.tables.runs["commit"].item() == new["commit"][2]
    assert cut.tables.runs["notes"].item() == f"At {new['commit'][1]}."
    assert set(ids) <= {one.text for one in cut.hidden}


def test_the_baseline_is_the_same_where_only_its_name_told_it() -> None:
    def trained(number: int, name: str, loss: float) -> RunRecord:
        started = number * DAY + 1_700_000_000_000
        return run(f"id{number}", {"loss": loss}, name=name, started=started, params={"x": name})

    old = tables(trained(1, "Baseline of spring", 0.5), trained(2, "walrus", 0.25))
    before = analyse(old, Settings())
    after = analyse(anonymized(old, Settings(), Anonymized()).tables, Settings())
    assert before.baseline is not None
    assert after.baseline is not None
    assert after.baseline.runs == before.baseline.runs == ("id1",)


def test_runs_that_are_called_as_their_model_leave_its_name() -> None:
    old = tables(
        made(1, "", name="resnet50", params={"model": "resnet50", "run_name": "resnet50"}),
        made(2, "", name="walrus-net", params={"model": "cnn", "run_name": "walrus-net"}),
    )
    cut = anonymized(old, Settings(), Anonymized())
    assert list(cut.tables.runs["label"]) == ["Run A-1", "Run B-1"]
    params = cut.tables.params
    assert list(params["value"][params["param"] == "model"]) == ["resnet50", "cnn"]
    assert "walrus-net" not in list(params["value"])
