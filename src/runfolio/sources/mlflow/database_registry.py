"""Stage 1b: models in an MLflow database: logged ones and the registry.

In: the tables ``logged_models``, ``registered_models``, ``registered_model_aliases`` and
``model_versions``, as far as the schema has them. Out: model records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from runfolio.model.records import ModelRecord
from runfolio.sources.mlflow.artifacts import Artifacts
from runfolio.sources.mlflow.rules import DELETED_STAGE, model_id_of, model_status, stage
from runfolio.sources.reading.sql_database import SqlDatabase
from runfolio.storage.base import Place

__all__ = ["models"]


def models(
    place: Place, database: SqlDatabase, artifacts: Artifacts | None = None
) -> Iterator[ModelRecord]:
    """Yield logged models, registered versions, and registered models without a version."""
    if database.columns("logged_models"):
        yield from _logged(place, database, artifacts)
    if database.columns("registered_models") and database.columns("model_versions"):
        yield from _registered(place, database)


def _logged(
    place: Place, database: SqlDatabase, artifacts: Artifacts | None
) -> Iterator[ModelRecord]:
    for model_id, experiment, name, model_type, run_id, state, created in database.rows(
        "SELECT model_id, experiment_id, name, model_type, source_run_id, status, "
        "creation_timestamp_ms "
        "FROM logged_models WHERE COALESCE(lifecycle_stage, 'active') <> 'deleted' "
        f"ORDER BY {database.as_logged('logged_models', 'creation_timestamp_ms', 'model_id')}"
    ):
        yield ModelRecord(
            name=name or model_id,
            kind="logged",
            location=place.shown,
            run_id=run_id,
            status=model_status(None if state is None else str(state)),
            created=created,
            model_id=model_id,
            model_type=model_type or "",
            environment=artifacts.environment(str(experiment), str(model_id)) if artifacts else {},
            features=artifacts.of_model(str(experiment), str(model_id)) if artifacts else None,
        )


def _registered(place: Place, database: SqlDatabase) -> Iterator[ModelRecord]:
    aliases: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    if database.columns("registered_model_aliases"):
        workspace = database.pick("registered_model_aliases", "workspace", "''")
        for space, name, version, alias in database.rows(
            f"SELECT {workspace}, name, version, alias FROM registered_model_aliases"
        ):
            aliases[space, name, str(version)].append(alias)

    described: dict[tuple[str, str], str] = {}
    unversioned: dict[tuple[str, str], int | None] = {}
    workspace = database.pick("registered_models", "workspace", "''")
    description = database.pick("registered_models", "description", "''")
    for space, name, text, created in database.rows(
        f"SELECT {workspace}, name, {description}, creation_time FROM registered_models"
    ):
        described[space, name] = text or ""
        unversioned[space, name] = created

    workspace = database.pick("model_versions", "workspace", "''")
    for space, name, version, text, at_stage, model_source, run_id, state, created in database.rows(
        f"SELECT {workspace}, name, version, description, current_stage, source, run_id, status, "
        f"creation_time FROM model_versions ORDER BY name, version"
    ):
        if at_stage == DELETED_STAGE:
            continue
        unversioned.pop((space, name), None)
        yield ModelRecord(
            name=name,
            kind="registered",
            location=place.shown,
            version=str(version),
            run_id=run_id or None,
            stage=stage(at_stage),
            aliases=tuple(sorted(aliases[space, name, str(version)])),
            description=text or described.get((space, name), ""),
            status=state or "",
            created=created,
            model_id=model_id_of(model_source),
        )
    for (space, name), created in unversioned.items():
        yield ModelRecord(
            name=name,
            kind="registered",
            location=place.shown,
            description=described[space, name],
            created=created,
        )
