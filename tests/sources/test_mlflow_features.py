"""Signatures, data sets and artifacts of features are read as MLflow itself wrote them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from peers import Peers
from reading import read, slugs
from runfolio.ingest.assemble import Read, assemble
from runfolio.model.features import DataColumn
from runfolio.model.records import Records
from runfolio.sources.mlflow.signatures import columns_of, features_of_history
from stores import put, run_id, write_file_store

STORES = {"files": ("mlflow-files", "mlruns"), "db": ("mlflow-sqlite", "mlflow.db")}


@pytest.fixture(scope="module", params=STORES)
def made(request: pytest.FixtureRequest, peers: Peers) -> tuple[Records, dict[str, Any]]:
    """What is read of a store, and what MLflow says of it."""
    folder = peers.made("mlflow_features_make.py", needs="mlflow pandas")
    said = json.loads((folder / "said.json").read_text("utf-8"))[request.param]
    name, path = STORES[request.param]
    return read(name, folder / path), said


@pytest.mark.peer
def test_signatures_are_those_of_mlflow(made: tuple[Records, dict[str, Any]]) -> None:
    records, said = made
    by_run = {run.id: run.name for run in records.runs}
    models = {by_run[model.run_id or ""]: model.features for model in records.models}
    named = models["named"]
    assert named is not None
    theirs = [DataColumn(column["name"], column["type"]) for column in said["signature"]]
    assert list(named.columns) == theirs
    tensor = models["tensor"]
    assert tensor is not None
    assert (tensor.count, tensor.columns) == (30, ())


@pytest.mark.peer
def test_data_sets_are_those_of_mlflow(made: tuple[Records, dict[str, Any]]) -> None:
    records, said = made
    [used] = next(run for run in records.runs if run.name == "named").datasets
    assert (used.name, used.digest, used.rows) == ("cases", said["digest"], said["rows"])
    assert [(c.name, c.type) for c in used.columns] == [
        (column["name"], column["type"]) for column in said["schema"]
    ]
    assert used.source == "mlflow_features_make.py"


@pytest.mark.peer
def test_artifacts_tell_features_and_importances(made: tuple[Records, dict[str, Any]]) -> None:
    records, _ = made
    run = next(run for run in records.runs if run.name == "named")
    assert [one.names for one in run.features] == [("mean radius", "age")]
    [weights] = run.importances
    assert weights.name == "feature_importance_weight"
    assert weights.values == {"mean radius": 3.0, "age": 1.0}
    assert run.plots == ()
    assert slugs(records.problems) == []


@pytest.mark.peer
def test_tables_have_the_signature_before_the_artifact(
    made: tuple[Records, dict[str, Any]],
) -> None:
    records, _ = made
    tables = assemble([Read("x", "logs", records)], {"x": "X"})
    run = tables.runs.index[tables.runs["name"] == "named"][0]
    origins = [one.origin for one in tables.features[run]]
    assert origins == ["model signature", "artifact"]
    [version] = tables.versions.to_dict("records")
    assert (version["name"], version["rows"]) == ("cases", 2)
    assert [c.name for c in tables.columns["cases", version["digest"]]][-1] == "ill"


def test_the_history_that_mlflow_2_kept_in_a_tag(tmp_path: Path) -> None:
    inputs = '[{"name": "age", "type": "long"}, {"name": "sex", "type": "string"}]'
    model = {"artifact_path": "model", "signature": {"inputs": inputs, "outputs": None}}
    store = write_file_store(tmp_path / "mlruns", {run_id(1): [(0, 0.5)]})
    tags = store / "1" / run_id(1) / "tags"
    put(tags, {"mlflow.log-model.history": json.dumps([model, model, {"flavors": {}}])})
    [run] = read("mlflow-files", store).runs
    assert [one.columns for one in run.features] == [
        (DataColumn("age", "long"), DataColumn("sex", "string"))
    ]
    assert "mlflow.log-model.history" not in run.tags


def test_a_model_among_the_artifacts_as_mlflow_2_keeps_it(tmp_path: Path) -> None:
    store = write_file_store(tmp_path / "mlruns", {run_id(1): [(0, 0.5)]})
    model = 'signature:\n  inputs: \'[{"name": "age",\n    "type": "long"}]\'\n'
    put(store / "1" / run_id(1), {"artifacts/model/MLmodel": model})
    [run] = read("mlflow-files", store).runs
    [one] = run.features
    assert (one.origin, one.columns) == ("model signature", (DataColumn("age", "long"),))


@pytest.mark.parametrize("tag", ["", "[", '{"a": 1}', '[{"signature": 3}]', '[{"signature": {}}]'])
def test_a_history_that_tells_nothing(tag: str) -> None:
    assert features_of_history(tag) == ()


def test_columns_of_a_schema_with_features_and_targets() -> None:
    schema = {"mlflow_colspec": {"features": [{"name": "a", "type": "double"}], "targets": []}}
    assert columns_of(json.dumps(schema)) == (DataColumn("a", "double"),)
    assert columns_of('{"mlflow_tensorspec": {}}') == ()
    assert columns_of("no JSON") == ()


def test_a_damaged_model_file_is_told_and_costs_no_more(tmp_path: Path) -> None:
    store = write_file_store(tmp_path / "mlruns", {run_id(1): [(0, 0.5)]})
    put(store / "1" / run_id(1), {"artifacts/model/MLmodel": "signature: [unclosed"})
    records = read("mlflow-files", store)
    assert slugs(records.problems) == ["file-unreadable"]
    assert len(records.runs) == 1


def test_the_source_of_data_is_told_without_its_address(tmp_path: Path) -> None:
    store = write_file_store(tmp_path / "mlruns", {run_id(1): [(0, 0.5)]})
    source = '{"uri": "/home/marker-user/data/cases.csv?key=1"}'
    put(
        store / "1",
        {
            "datasets/d1/meta.yaml": f"name: cases\ndigest: abc\nsource: '{source}'\n"
            'profile: \'{"num_rows": 9, "version": "v7"}\'\n',
            f"{run_id(1)}/inputs/i1/meta.yaml": "source_type: DATASET\nsource_id: d1\ntags: {}\n",
        },
    )
    [run] = read("mlflow-files", store).runs
    [used] = run.datasets
    assert (used.source, used.version, used.rows) == ("cases.csv", "v7", 9)
