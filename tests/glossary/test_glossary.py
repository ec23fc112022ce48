"""A metric's name leads to the right explanation, or to none: a wrong one would be worse."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from runfolio.glossary import concepts, explanation_of, folded

BUILTIN = yaml.safe_load(files("runfolio.glossary").joinpath("builtin.yaml").read_text("utf-8"))
ENTRIES = {entry["term"]: entry for entry in BUILTIN["metrics"]}


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("val/recall", "Recall"),
        ("test_recall_macro", "Recall"),
        ("sensitivity", "Recall"),
        ("eval_f1", "F1 score"),
        ("val/roc_auc", "ROC AUC"),
        ("AUROC", "ROC AUC"),
        ("train/loss", "Loss"),
        ("val_loss_epoch", "Loss"),
        ("val/loss_gap", "Loss gap"),
        ("metrics/mAP50-95(B)", "Mean average precision"),
        ("rmse", "RMSE"),
        ("val_mean_absolute_error", "MAE"),
        ("cases_per_second", "Throughput"),
        ("train_seconds", "Training time"),
        ("ndcg@10", "NDCG"),
        ("drift_share", "Drift share"),
        ("psi", "PSI"),
        ("trial/fpr", "False alarm rate"),
    ],
)
def test_metrics_are_told_by_the_words_of_their_names(name: str, term: str) -> None:
    text, said_by = explanation_of(name, name, {})
    assert said_by == "runfolio"
    assert text.startswith(ENTRIES[term]["explain"])


@pytest.mark.parametrize(
    "name", ["recall_gap", "loss_of_customers", "score", "x", "a/b/c", "", "42", "recall_delta"]
)
def test_what_is_not_known_for_sure_is_not_explained(name: str) -> None:
    assert explanation_of(name, name, {}) == ("", "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("latency_p95", "95 of 100 "),
        ("p50_latency_ms", "50 of 100 "),
        ("response_time/p999", "999 of 1000 "),
    ],
)
def test_percentiles_say_of_how_many(name: str, said: str) -> None:
    assert explanation_of(name, name, {})[0].startswith(said)


def test_averages_and_first_results_are_said() -> None:
    assert explanation_of("val/f1_macro", "", {})[0].endswith(BUILTIN["qualifiers"]["macro"])
    assert explanation_of("recall@5", "", {})[0].endswith("Only the first 5 count.")


@pytest.mark.parametrize("term", ["val/recall", "Sensitivity of the desk", "recall", "RECALL"])
def test_the_project_s_own_words_come_first(term: str) -> None:
    told = explanation_of("val/recall", "Sensitivity of the desk", {term: "Ours."})
    assert told == ("Ours.", "glossary")


def test_every_entry_has_one_name_and_one_plain_sentence() -> None:
    names = Counter(
        " ".join(sorted(name.split())) for e in BUILTIN["metrics"] for name in e["names"]
    )
    assert [name for name, count in names.items() if count > 1] == []
    for entry in [*BUILTIN["metrics"], *BUILTIN["concepts"]]:
        assert set(entry) <= {"term", "names", "first", "explain", "group"}, entry
        assert entry["explain"].endswith("."), entry
        assert "\n" not in entry["explain"]
        assert 20 < len(entry["explain"]) <= 140, entry


def test_terms_are_unique() -> None:
    terms = [folded(one.term) for one in concepts()]
    assert len(set(terms)) == len(terms)


@pytest.mark.parametrize(
    "term",
    "Interval Baseline Champion Candidate Configuration Seed Gate Requirement Drift Lineage "
    "Completeness Consistency Timeliness Waiver Digest Hypothesis Transparency Feature".split(),
)
def test_the_terms_that_pages_use_are_there(term: str) -> None:
    assert term in {one.term for one in concepts()}


@given(st.text(max_size=60), st.dictionaries(st.text(max_size=20), st.text(max_size=20)))
def test_no_name_is_too_odd(name: str, own: dict[str, str]) -> None:
    text, said_by = explanation_of(name, name, own)
    assert said_by in ("", "glossary", "runfolio")
    assert bool(text) <= bool(said_by)
