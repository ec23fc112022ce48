"""Outside of the team nobody reads who made a run, on which machine and where it lies."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pandas as pd
import pytest

from builders import run, tables
from histories import history
from marked_texts import marked_settings, marked_tables
from runfolio.audience.redaction import redacted
from runfolio.audience.texts import texts_of
from runfolio.config import Redacted, Settings
from runfolio.model.features import FeatureView
from runfolio.model.history import Web
from runfolio.model.records import ExperimentRecord

ALL = Redacted()


def only(*kinds: str) -> Redacted:
    return Redacted.model_validate(
        {kind: "on" if kind in kinds else "off" for kind in Redacted.model_fields}
    )


def left_of(text: str, told: Redacted = ALL) -> str:
    return str(redacted(tables(), Settings(description=text), told).settings.description)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/mnt/research/data/train.csv", "train.csv"),
        ("see /mnt/research/train.csv, or ~/x/y.py.", "see train.csv, or y.py."),
        (
            "python /opt/lab/train.py --data '/srv/My Data/x.csv' -o /tmp/out",
            "python train.py --data 'x.csv' -o out",
        ),
        ("/srv/My Data/x y.csv", "x y.csv"),
        ("C:\\work\\lab\\x.csv", "x.csv"),
        ("C:/work/lab/x.csv", "x.csv"),
        ("\\\\nas01\\share\\lab\\x.csv", "x.csv"),
        ("file:///C:/work/mlruns/models", "models"),
        ("data=/data/raw/x.csv,n=3", "data=x.csv,n=3"),
        ("s3://lab-bucket/data/train.csv", "(address)/train.csv"),
        ("s3://lab-bucket/mlflow/0", "(address)"),
        ("gs://lab-bucket/x and hdfs://nn1/y", "(address) and (address)"),
        ("git@github.com:lab/churn.git", "(address)"),
        ("ssh://git@git.lab.example/team/churn.git", "(address)"),
        ("https://github.com/lab/churn/commit/4f3c2b1", "(address)"),
        ("https://mlflow.lab.example:5000/#/experiments/3", "(address)"),
        ("postgresql://ada:(secret masked)@db.lab.example:5432/runs", "(address)"),
        ("http://10.1.2.3:5000/x", "http://(host)/x"),
        ("tcp://gpu01:2379", "tcp://(host)"),
        ("on 192.168.3.4:8080 and fe80::1ff:fe23:4567:890a.", "on (host) and (host)."),
        ("trainer-7.lab.internal is full", "(host) is full"),
        ("ada.l@lab.example wrote", "(e-mail address) wrote"),
        ("scp ada@gpu01:/data/x .", "scp (user)@(host):x ."),
        ("ssh -p 22 ada@gpu01 ls", "ssh -p 22 (user)@(host) ls"),
    ],
)
def test_where_and_who_is_taken_out(text: str, left: str) -> None:
    assert left_of(text) == left
    assert left_of(f"As `{text}`;") == f"As `{left}`;" or " " in text


@pytest.mark.parametrize(
    "text",
    [
        *("/train/loss", "a/b/c", "and/or", "</s>", "1/2/3", "12:30:45", "std::vector", "mean@k"),
        *("recall@k: 0.3", "12.1.3.1", "v10.1.2.3", "torch==2.15.0.1", "models:/churn/3"),
        *("runs:/abc/model", "mlflow-artifacts:/0/abc", "http://localhost:5000", "~", "/", "//"),
        *("https://arxiv.org/abs/1234.5678", "https://scikit-learn.org/stable/modules/x.html"),
        *(
            "data/train.csv",
            "./data/train.csv",
            "../data/train.csv",
            "model.layers.0.local",
            "config.local",
        ),
        *("0.25", "lr=1e-3", "2026-11-02T10:15:00Z", "sha256:9f86d081", "encoder.*/weight"),
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert left_of(text) == text


def test_a_name_that_one_place_tells_is_nowhere() -> None:
    old = tables(
        run(
            *("a", {"loss": 1.0}),
            name="lovelace-try-7",
            tags={"user": "lovelace", "host": "orinoco", "lr": "lovelace"},
            notes="Lovelace ran it on ORINOCO; see loveland.",
            command="train.py --out results_lovelace",
        ),
        experiments=[ExperimentRecord("trial", "logs", notes="By lovelace.")],
    )
    settings = Settings(description="As lovelace says")
    cut = redacted(old, settings, ALL)
    written = pickle.dumps((cut.tables, cut.settings)).lower()
    assert b"lovelace" not in written
    assert b"orinoco" not in written
    assert cut.tables.runs["notes"].item() == "(user) ran it on (host); see loveland."
    assert cut.tables.runs["name"].item() == "(user)-try-7"
    assert cut.tables.runs["slug"].item().startswith("user-try-7-")
    assert cut.tables.commands == {"a": "train.py --out results_(user)"}
    assert {(one.text, one.rule) for one in cut.hidden} == {
        ("lovelace", "redact: users"),
        ("orinoco", "redact: hosts"),
    }


def test_a_common_word_as_a_name_goes_from_its_own_place_alone() -> None:
    old = tables(run("a", {"loss": 1.0}, tags={"user": "max", "node": "data"}, notes="max of data"))
    cut = redacted(old, Settings(), ALL)
    assert sorted(cut.tables.tags["value"]) == ["(host)", "(user)"]
    assert cut.tables.runs["notes"].item() == "max of data"
    assert cut.hidden == ()


def test_letters_that_are_longer_when_small_hide_nothing() -> None:
    old = tables(run("a", {"loss": 1.0}, tags={"user": "lovelace"}, notes="İ Lovelace İ"))
    assert redacted(old, Settings(), ALL).tables.runs["notes"].item() == "İ (user) İ"


def test_each_kind_can_be_left_on() -> None:
    old = tables(
        run(
            *("a", {"loss": 1.0}),
            tags={"username": "lovelace", "hostname": "orinoco"},
            params={
                "data": "/mnt/research/x.csv",
                "store": "s3://lab-bucket/x.csv",
                "contact_text": "write to crew@lab.example",
            },
        )
    )
    old = replace(old, params=old.params.assign(value=[*map(str, old.params["value"])]))
    texts = {
        "users": "lovelace",
        "hosts": "orinoco",
        "paths": "/mnt/research/x.csv",
        "remotes": "lab-bucket",
    }
    for kind in texts:
        cut = redacted(old, Settings(), only(kind))
        left = "\n".join(sorted(texts_of(cut.tables, cut.settings)))
        assert {one for one, text in texts.items() if text not in left} == {kind}
    assert redacted(old, Settings(), only()).tables is old


def test_authors_and_links_of_commits_go() -> None:
    one = history(3)
    authors = ["Grace Hopper", "", "Grace Hopper <grace@lab.example>"]
    commits = one.commits.assign(author=authors, subject=["By Grace Hopper", "x", "y"])
    web = Web("https://github.com/lab/churn/commit/{}", "https://github.com/lab/churn/compare/{}")
    old = replace(tables(), histories=(replace(one, commits=commits, web=web),))
    (new,) = redacted(old, Settings(), ALL).tables.histories
    assert new.web is None
    assert list(new.commits["author"]) == ["(user)", "", "(user)"]
    assert new.commits["subject"].iloc[0] == "By (user)"
    pd.testing.assert_series_equal(new.commits["time"], one.commits["time"])


def test_who_answers_by_report_yaml_stays() -> None:
    requirement = {"name": "Recall", "metric": "loss", "at_most": 1, "owner": "Ada Lovelace"}
    settings = Settings.model_validate({"requirements": [requirement]})
    view = FeatureView("customer", (), owner="Charles Babbage")
    old = replace(
        tables(run("a", {"loss": 1.0}, tags={"author": "Ada Lovelace", "owner": "Babbage"})),
        feature_views=(view,),
    )
    cut = redacted(old, settings, ALL)
    assert cut.settings.requirements[0].owner == "Ada Lovelace"
    assert list(cut.tables.tags["value"]) == ["(user)", "(user)"]
    assert "Charles Babbage" not in {*texts_of(cut.tables, cut.settings)}
    assert "Ada Lovelace" not in {one.text for one in cut.hidden}


def test_versions_of_libraries_are_no_machines() -> None:
    old = tables(run("a", {"loss": 1.0}, environment={"nvidia-curand-cu12": "10.3.2.106"}))
    assert redacted(old, Settings(), ALL).tables.environment["value"].item() == "10.3.2.106"


def test_roles_are_no_users() -> None:
    old = tables(run("a", {"loss": 1.0}, tags={"owner": "data science team", "user": "root"}))
    assert redacted(old, Settings(), ALL).tables is old


def test_no_place_is_passed_over() -> None:
    mark = "see /mnt/secretplace/a.csv of hopperlab@lab.example at s3://storehouse/x on 10.9.8.7"
    cut = redacted(marked_tables(mark), marked_settings(mark), ALL)
    written = pickle.dumps((cut.tables, cut.settings))
    for text in (b"secretplace", b"hopperlab", b"storehouse", b"10.9.8.7", b"lab.example"):
        assert text not in written
