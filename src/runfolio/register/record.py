"""Stage 6: everything that is known of the champion, as the record of a version.

In: what was analysed. Out: the text of a YAML file. It holds no clock's time: the same champion
gives the same bytes. `runfolio.sources.model_records` reads it back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import yaml

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.comparison import Comparison, mean_over
from runfolio.analysis.gate import Gate
from runfolio.analysis.gates import of_side
from runfolio.analysis.interval import LEVEL, Estimate
from runfolio.analysis.models import Stated
from runfolio.analysis.optimism import Optimism
from runfolio.model.recorded import RECORD_FORMAT, RECORD_VERSION

__all__ = ["champions_metrics", "record_text", "utc"]

_HEAD = f"""\
format: {RECORD_FORMAT}
# Written by `report register`, and read back by `report build`. You may add stage:, aliases:,
# note: and keys of your own; nothing here is ever overwritten.
"""


def record_text(a: Analysed, name: str, version: int, *, forced: bool) -> str:
    """Return the text of the champion's record.

    Parameters
    ----------
    a : Analysed
        With a champion.
    name : str
        The model's.
    version : int
    forced : bool
        Whether a requirement that must be met is not.
    """
    made = a.models.reproduction
    champion = a.champion
    assert made is not None
    assert champion is not None
    content: dict[str, Any] = {
        "format_version": RECORD_VERSION,
        "name": name,
        "version": version,
        "fingerprint": made.fingerprint,
        "as_of": utc(a.as_of),
        "configuration": champion.label,
        "why": a.champion_why,
        "runs": [_known({"id": r.id, "name": r.label, "seed": r.seed}) for r in made.runs],
        "objective": _objective(a),
        "metrics": {metric: _estimate(own) for metric, own in champions_metrics(a).items()},
        "against_baseline": _against(a),
        "optimism": _optimism(a),
        "params": dict(champion.params),
        "seeds": list(made.seeds),
        "data": [
            _known(
                {
                    "name": one.name,
                    "version": one.version,
                    "digest": one.digest,
                    "context": one.context,
                    "rows": one.rows,
                }
            )
            for one in made.data
        ],
        "code": _known(
            {
                "commits": list(made.commits.candidate),
                "pages": list(made.commits.pages.values()),
            }
        ),
        "environment": {key: _one_or_all(own) for key, own in made.environment.items()},
        "command": _one_or_all(made.commands),
        "artifacts": list(made.artifacts),
        "missing": [one.what for one in made.missing],
        "gates": [_gate(gate) for gate in of_side(a.gates, "champion")],
        "forced": forced,
        "stated": _stated(a.models.stated),
    }
    kept = {key: value for key, value in content.items() if value not in (None, "", [], {})}
    body = yaml.dump(
        kept,
        Dumper=_Plain,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=100,
    )
    return f"{_HEAD}{body}"


def champions_metrics(a: Analysed) -> dict[str, Estimate]:
    """Return the mean of each metric over the champion's runs, the objective first."""
    assert a.champion is not None
    first = a.objective.metric if a.objective else ""
    names = sorted(a.metrics, key=lambda name: name != first)
    means = ((name, mean_over(a.values[name], a.champion)) for name in names)
    return {name: mean for name, mean in means if mean is not None}


def utc(time: datetime | None) -> str:
    """Return a time in ISO 8601; empty where it is not known."""
    return "" if time is None else time.isoformat(timespec="seconds").replace("+00:00", "Z")


class _Plain(yaml.SafeDumper):
    """Writes everything out where it stands, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _known(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def _one_or_all(values: Sequence[str]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _objective(a: Analysed) -> dict[str, Any] | None:
    if a.objective is None:
        return None
    return {
        "metric": a.objective.metric,
        "goal": a.objective.goal,
        "summary": a.objective.summary.name,
    }


def _estimate(own: Estimate) -> dict[str, Any]:
    told: dict[str, Any] = {"mean": own.value}
    if own.has_interval:
        told |= {"low": own.low, "high": own.high, "level": LEVEL}
    return {**told, "runs": own.n}


def _against(a: Analysed) -> dict[str, Any] | None:
    if a.baseline is None or a.baseline is a.champion:
        return None
    return {
        "configuration": a.baseline.label,
        "metrics": {c.metric: _comparison(c) for c in a.scorecard},
    }


def _comparison(c: Comparison) -> dict[str, Any]:
    told: dict[str, Any] = {"verdict": c.outcome}
    if c.difference is not None and math.isfinite(c.difference.value):
        told["difference"] = c.difference.value
        if c.difference.has_interval:
            told |= {"low": c.difference.low, "high": c.difference.high, "level": LEVEL}
    return told


def _optimism(a: Analysed) -> dict[str, Any] | None:
    if not isinstance(a.optimism, Optimism):
        return None
    return {"picked_among": a.optimism.k, "expected_value": a.optimism.corrected}


def _gate(gate: Gate) -> dict[str, Any]:
    one = gate.requirement
    told: dict[str, Any] = {
        "name": one.name,
        "outcome": gate.outcome,
        "severity": one.severity,
        "asked": gate.threshold,
        "reason": gate.reason,
    }
    if gate.waived and one.waiver is not None:
        told |= {"waived_until": one.waiver.until.isoformat()}
    return _known(told)


def _stated(stated: Stated) -> dict[str, Any]:
    lists = ("users", "out_of_scope", "limits", "ethics")
    return _known(
        {
            "purpose": stated.purpose,
            **{key: list(getattr(stated, key)) for key in lists},
            "owner": stated.owner,
            "license": stated.license,
        }
    )
