"""Stage 1b: the columns that MLflow wrote down of models and data sets.

In: an ``MLmodel`` file, the tag ``mlflow.log-model.history`` or a data set's schema. Out: the
features of a model, the columns of a data set.

::

    MLmodel                     signature: {inputs: '[{"name": …, "type": "double"}, …]'}
    mlflow.log-model.history    [{"artifact_path": …, "signature": {"inputs": "…"}}, …]
    a data set's schema         {"mlflow_colspec": […]} or {"mlflow_tensorspec": {…}}

A tensor has no names of features; its last dimension is how many there are.
"""

from __future__ import annotations

from runfolio.model.features import MOST_FEATURES, DataColumn, FeatureList
from runfolio.model.problems import Problem
from runfolio.sources.reading.documents import read_text, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, parse_json, parse_yaml
from runfolio.sources.reading.plot_files import MODEL_FILE
from runfolio.storage.base import Place

__all__ = ["HISTORY_TAG", "columns_of", "features_of_history", "features_of_model"]

HISTORY_TAG = "mlflow.log-model.history"

_MOST_BYTES = 2 * 1024 * 1024


def features_of_model(model: Place, problems: list[Problem]) -> FeatureList | None:
    """Return the features in a model's signature; None where it has none.

    Parameters
    ----------
    model : Place
        The model's folder.
    problems : list of Problem
        Added to.
    """
    place = model / MODEL_FILE
    findings = Findings(place)
    found: FeatureList | None = None
    text = read_text(place, findings, _MOST_BYTES) if place.is_file() else None
    if text is not None:
        try:
            tree = parse_yaml(text)
            found = _of_signature(tree, MODEL_FILE)
        except ParseError as error:
            unreadable(findings, error)
    problems += findings.problems()
    return found


def features_of_history(tag: str) -> tuple[FeatureList, ...]:
    """Return the features of the models that a run logged (MLflow 1 and 2), each list once."""
    try:
        models = parse_json(tag) if tag else None
    except ParseError:
        return ()  # MLflow cuts long tags
    found: dict[tuple[DataColumn, ...], FeatureList] = {}
    for model in models if isinstance(models, list) else ():
        one = _of_signature(model, HISTORY_TAG)
        if one is not None:
            found.setdefault(one.columns, one)
    return tuple(found.values())


def columns_of(schema: str | None) -> tuple[DataColumn, ...]:
    """Return the columns in a data set's schema, a JSON text."""
    try:
        tree = parse_json(schema or "")
    except ParseError:
        return ()
    if not isinstance(tree, dict):
        return ()
    listed = tree.get("mlflow_colspec")
    if isinstance(listed, dict):  # features and targets apart
        return tuple(column for part in listed.values() for column in _columns(_list(part)))[
            :MOST_FEATURES
        ]
    return _columns(_list(listed))


def _of_signature(tree: Tree, place: str) -> FeatureList | None:
    signature = tree.get("signature") if isinstance(tree, dict) else None
    inputs = _list(signature.get("inputs")) if isinstance(signature, dict) else []
    columns = _columns(inputs)
    if columns:
        return FeatureList("model signature", place, columns, len(inputs))
    spec = inputs[0].get("tensor-spec") if inputs and isinstance(inputs[0], dict) else None
    shape = spec.get("shape") if isinstance(spec, dict) else None
    if len(inputs) == 1 and isinstance(shape, list) and len(shape) == 2:
        width = shape[-1]
        if isinstance(width, int) and width > 0:
            return FeatureList("model signature", place, (), width)
    return None


def _list(value: Tree) -> list[Tree]:
    """Return a list that is there as such, or as JSON text."""
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except ParseError:
            return []
    return value if isinstance(value, list) else []


def _columns(entries: list[Tree]) -> tuple[DataColumn, ...]:
    found: dict[str, DataColumn] = {}
    for entry in entries[:MOST_FEATURES]:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            kind = entry.get("type")
            spec = entry.get("tensor-spec")
            if kind == "tensor" and isinstance(spec, dict):
                kind = spec.get("dtype")
            name = entry["name"]
            found.setdefault(name, DataColumn(name, kind if isinstance(kind, str) else ""))
    return tuple(found.values())
