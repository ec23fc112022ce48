"""Stage 5: what is told of models, for ``report.json``."""

from __future__ import annotations

from typing import Any

from runfolio.analysis.model_versions import ModelVersion
from runfolio.analysis.models import Models
from runfolio.analysis.reproduction import Reproduction
from runfolio.model.recorded import RecordedModel
from runfolio.render.json_text import exact_number, utc_time

__all__ = ["models_json"]


def models_json(models: Models) -> dict[str, Any] | None:
    """Return the registered versions and the champion's making; None where there is neither."""
    registry, made = models.registry, models.reproduction
    if not registry.versions and made is None:
        return None
    return {
        "name": models.name or None,
        "production": _version(registry.in_use) if registry.in_use is not None else None,
        "champion_is_in_production": registry.standing == "champion",
        "versions": [_version(one) for one in registry.versions if not one.is_record],
        "recorded": [_recorded(one) for one in models.recorded],
        "reproduction": _reproduction(made) if made is not None else None,
    }


def _version(one: ModelVersion) -> dict[str, Any]:
    return {
        "name": one.name,
        "version": one.version,
        "source": one.location,
        "run": one.run or None,
        "commit": one.commit or None,
        "configuration": one.configuration.label if one.configuration is not None else None,
        "stage": one.stage,
        "aliases": list(one.aliases),
        "in_production": one.in_production,
        "created": utc_time(one.created),
        "description": one.description,
        "value": exact_number(one.estimate.value) if one.estimate is not None else None,
    }


def _recorded(one: RecordedModel) -> dict[str, Any]:
    return {
        "name": one.name,
        "version": one.version,
        "path": one.path,
        "fingerprint": one.fingerprint,
        "as_of": one.as_of or None,
        "configuration": one.configuration,
        "runs": list(one.runs),
        "stage": one.stage,
        "aliases": list(one.aliases),
        "gates": [
            {
                "name": gate.name,
                "outcome": gate.outcome,
                "waived_until": gate.waived_until or None,
            }
            for gate in one.gates
        ],
        "forced": one.forced,
    }


def _reproduction(made: Reproduction) -> dict[str, Any]:
    return {
        "configuration": made.configuration.label,
        "fingerprint": made.fingerprint,
        "runs": [run.id for run in made.runs],
        "seeds": list(made.seeds),
        "commits": list(made.commits.candidate),
        "params": dict(made.configuration.params),
        "data": [
            {
                "name": one.name,
                "version": one.version,
                "digest": one.digest,
                "context": one.context,
                "rows": one.rows,
            }
            for one in made.data
        ],
        "environment": {name: list(own) for name, own in made.environment.items()},
        "commands": list(made.commands),
        "artifacts": list(made.artifacts),
        "missing": [one.what for one in made.missing],
    }
