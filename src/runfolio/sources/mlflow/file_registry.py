"""Stage 1b: models in an MLflow file store: logged ones and the registry.

In: the folders ``<experiment>/models`` and ``models``. Out: model records.

::

    <experiment>/models/<model id>/meta.yaml
    models/<name>/meta.yaml  aliases/<alias>  version-<N>/meta.yaml
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from runfolio.model.problems import Problem
from runfolio.model.records import ModelRecord
from runfolio.sources.mlflow.artifacts import ARTIFACTS
from runfolio.sources.mlflow.environment import environment_of
from runfolio.sources.mlflow.meta import read_meta, text
from runfolio.sources.mlflow.rules import DELETED_STAGE, model_id_of, model_status, stage
from runfolio.sources.mlflow.signatures import features_of_model
from runfolio.sources.reading.parsing import decode, parse_time
from runfolio.storage.base import Place, StorageError, readable

__all__ = ["logged_models", "registered_models"]

_VERSION = "version-"


def logged_models(folder: Place, location: str, problems: list[Problem]) -> Iterator[ModelRecord]:
    """Yield the models that the runs of an experiment logged (MLflow 3)."""
    for place in _subfolders(folder):
        meta = read_meta(place, problems, "logged model")
        if meta is None or text(meta, "lifecycle_stage") == "deleted":
            continue
        yield ModelRecord(
            name=text(meta, "name") or readable(place.name),
            kind="logged",
            location=location,
            run_id=text(meta, "source_run_id"),
            status=model_status(text(meta, "status")),
            created=parse_time(text(meta, "creation_timestamp") or ""),
            model_id=text(meta, "model_id") or readable(place.name),
            model_type=text(meta, "model_type") or "",
            environment=environment_of(place / ARTIFACTS),
            features=features_of_model(place / ARTIFACTS, problems),
        )


def registered_models(
    folder: Place, location: str, problems: list[Problem]
) -> Iterator[ModelRecord]:
    """Yield the versions of the registered models; a model without any is one record."""
    for place in _subfolders(folder):
        meta = read_meta(place, problems, "registered model")
        name = readable(place.name) if meta is None else text(meta, "name") or place.name
        description = text(meta or {}, "description") or ""
        aliases = _aliases(place / "aliases")
        versions = [v for v in _subfolders(place) if v.name.startswith(_VERSION)]
        if not versions and meta is not None:
            yield ModelRecord(
                name=name,
                kind="registered",
                location=location,
                description=description,
                created=parse_time(text(meta, "creation_timestamp") or ""),
            )
        for version_place in versions:
            version = read_meta(version_place, problems, "registered model's version")
            if version is None or text(version, "current_stage") == DELETED_STAGE:
                continue
            number = text(version, "version") or version_place.name.removeprefix(_VERSION)
            yield ModelRecord(
                name=name,
                kind="registered",
                location=location,
                version=number,
                run_id=text(version, "run_id") or None,
                stage=stage(text(version, "current_stage")),
                aliases=tuple(sorted(aliases[number])),
                description=text(version, "description") or description,
                status=text(version, "status") or "",
                created=parse_time(text(version, "creation_timestamp") or ""),
                model_id=text(version, "model_id") or model_id_of(text(version, "source")),
            )


def _aliases(folder: Place) -> dict[str, list[str]]:
    """Return the aliases of each version; an alias is a file that holds the version."""
    found: dict[str, list[str]] = defaultdict(list)
    if folder.is_folder():
        for path, data in folder.storage.read_tree(folder.path):
            if isinstance(data, bytes):
                found[decode(data)[0].strip()].append(readable(path))
    return found


def _subfolders(folder: Place) -> list[Place]:
    if not folder.is_folder():
        return []
    try:
        return [folder / entry.name for entry in folder.entries() if entry.is_folder]
    except StorageError:
        return []
