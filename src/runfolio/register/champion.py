"""Stage 6: register the champion: refuse where a requirement holds it back, else put it on record.

In: what was analysed, and where the project is. Out: which version it is now, and what of it is
new. The same champion again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.gate import Gate
from runfolio.analysis.gates import of_side, stops
from runfolio.analysis.reproduction import Missing
from runfolio.errors import RefusedError, UsageError
from runfolio.register.files import write_version
from runfolio.register.mlflow_registry import RegistryEntry, RegistryVersion, register_in_mlflow
from runfolio.register.record import champions_metrics, record_text, utc

__all__ = ["Registered", "register_champion", "register_with_mlflow"]

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Registered:
    """What was registered.

    Parameters
    ----------
    name : str
        The model's.
    version : int
    path : str
        The record's file, relative to the project.
    is_new : bool
        False where the champion was on record already.
    configuration : str
        The champion's.
    fingerprint : str
    held_back_by : tuple of Gate
        Requirements that are not met, where it was registered all the same.
    missing : tuple of Missing
        What of its making was not logged.
    in_mlflow : RegistryVersion or None
        The version in MLflow's registry, where one was asked for.
    """

    name: str
    version: int
    path: str
    is_new: bool
    configuration: str
    fingerprint: str
    held_back_by: tuple[Gate, ...]
    missing: tuple[Missing, ...]
    in_mlflow: RegistryVersion | None = None


def register_champion(
    a: Analysed, project: Path, records: str, *, name: str = "", force: bool = False
) -> Registered:
    """Put the champion on record.

    Parameters
    ----------
    a : Analysed
    project : Path
        Its folder; nothing is written outside of it.
    records : str
        The folder of records, relative to it.
    name : str
        The model's; by default as the report calls it.
    force : bool
        Whether it is registered although a requirement holds it back.

    Raises
    ------
    UsageError
        If there is no champion.
    RefusedError
        If a requirement that must be met is missed or was not evaluated, unless forced.
    OutputError
        If the record cannot be written.
    """
    made = a.models.reproduction
    if a.champion is None or made is None:
        raise UsageError(
            "There is no champion to register. Name the metric that decides (objective: in "
            "report.yaml), or the champion itself (champion:).",
            "no-champion",
        )
    own = (name or a.models.name or a.champion.label)[:_LONGEST_NAME]
    waiting = stops(of_side(a.gates, "champion"))
    if waiting and not force:
        raise RefusedError(_refusal(a.champion.label, waiting), "held-back")
    known = next(
        (
            one
            for one in a.models.recorded
            if one.name == own and one.fingerprint == made.fingerprint
        ),
        None,
    )
    if known is not None:
        version, path = known.version, known.path
    else:
        version, written = write_version(
            project, records, own, lambda k: record_text(a, own, k, forced=bool(waiting))
        )
        path = f"{records}/{written.parent.name}/{written.name}"
    return Registered(
        *(own, version, path, known is None, a.champion.label, made.fingerprint),
        *(waiting, made.missing),
    )


def register_with_mlflow(a: Analysed, registered: Registered, uri: str) -> RegistryVersion:
    """Make the same version in MLflow's registry, unless it is there.

    Raises
    ------
    UsageError
        If MLflow is not installed, or cannot do it.
    """
    run = a.champion_run or ""
    by_mlflow = bool(run) and str(a.tables.runs.at[run, "format"]).startswith("mlflow")
    logged = next((m for m in a.models.registry.logged if m.run == run and m.model_id), None)
    return register_in_mlflow(
        uri,
        RegistryEntry(
            name=registered.name,
            fingerprint=registered.fingerprint,
            description=_description(a),
            tags=_tags(a, registered),
            run=run if by_mlflow else "",
            model_id=logged.model_id if logged is not None and by_mlflow else "",
            record=registered.path,
        ),
    )


def _refusal(champion: str, waiting: Sequence[Gate]) -> str:
    lines = [f"{champion} was not registered: what must be met is not."]
    lines += [f"  {gate.requirement.name}: {gate.outcome}. {gate.reason}" for gate in waiting]
    lines.append(
        "Meet it, waive it with a reason (waiver: in report.yaml), or register it all the same "
        "with --force, which the record then says."
    )
    return "\n".join(lines)


def _description(a: Analysed) -> str:
    assert a.champion is not None
    told = f"{a.champion.label}: {a.champion_why}."
    if a.comparison is not None and a.baseline is not None:
        told += f" Against {a.baseline.label} by {a.comparison.metric}: {a.comparison.outcome}."
    return told


def _tags(a: Analysed, registered: Registered) -> dict[str, str]:
    """Return the details as MLflow can keep them: words by name."""
    made = a.models.reproduction
    assert made is not None
    tags = {
        "runfolio.record": registered.path,
        "runfolio.record_version": str(registered.version),
        "configuration": registered.configuration,
        "logs_up_to": utc(a.as_of),
        "runs": ", ".join(run.id for run in made.runs),
        "seeds": ", ".join(made.seeds),
        "code.commit": ", ".join(made.commits.candidate),
        "command": ", ".join(made.commands),
        "data": ", ".join(f"{one.name} {one.digest}".strip() for one in made.data),
        "environment": ", ".join(
            f"{name}=={' or '.join(own)}" for name, own in made.environment.items()
        ),
        "missing": ", ".join(one.what for one in made.missing),
        "held_back_by": ", ".join(gate.requirement.name for gate in registered.held_back_by),
    }
    tags |= {f"param.{name}": value for name, value in made.configuration.params.items()}
    for metric, own in champions_metrics(a).items():
        interval = f" ({own.low!r} to {own.high!r}, 95 %)" if own.has_interval else ""
        tags[f"metric.{metric}"] = f"{own.value!r}{interval}"
    return {name: value for name, value in tags.items() if value}
