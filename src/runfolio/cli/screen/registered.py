"""What `report register` says at its end: the finding first, then what is missing.

In: `Registered`. Out: text on stdout, or one JSON object.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.text import clean

if TYPE_CHECKING:
    from runfolio.register.champion import Registered

__all__ = ["registered_as_json", "shown_registered"]


def shown_registered(registered: Registered) -> None:
    """Print what was registered, and where."""
    name, version = clean(registered.name), registered.version
    champion = clean(registered.configuration)
    if registered.is_new:
        told = f"Registered {champion} as version {version} of {name}"
    else:
        told = f"{champion} is on record already, as version {version} of {name}; nothing changed"
    click.echo(click.style(told, bold=True))
    click.echo(f"  {clean(registered.path)}")
    entry = registered.in_mlflow
    if entry is not None:
        done = "is version" if entry.is_new else "was there already: version"
        click.echo(f"  In MLflow's registry it {done} {clean(entry.version)}.")
    if registered.held_back_by and registered.is_new:
        names = "; ".join(gate.requirement.name for gate in registered.held_back_by)
        forced = click.style("Forced", fg="yellow", bold=True)
        click.echo(f"{forced}: not met is {clean(names)}. The record says so.")
    if registered.missing:
        click.echo("")
        click.echo("Not logged, so missing from the record:")
        for one in registered.missing:
            click.echo(f"  {clean(f'{one.what}: {one.why} ({one.remedy})')}")


def registered_as_json(registered: Registered) -> str:
    """Return what was registered as one JSON object on one line (ASCII).

    ``ok``, ``name``, ``version``, ``path``, ``is_new``, ``configuration``, ``fingerprint``,
    ``held_back_by`` (names), ``missing`` (``what``, ``why``, ``remedy``) and ``mlflow``
    (``version``, ``is_new``; null where it was not asked for).
    """
    entry = registered.in_mlflow
    return json.dumps(
        {
            "ok": True,
            "name": registered.name,
            "version": registered.version,
            "path": registered.path,
            "is_new": registered.is_new,
            "configuration": registered.configuration,
            "fingerprint": registered.fingerprint,
            "held_back_by": [gate.requirement.name for gate in registered.held_back_by],
            "missing": [
                {"what": one.what, "why": one.why, "remedy": one.remedy}
                for one in registered.missing
            ],
            "mlflow": {"version": entry.version, "is_new": entry.is_new} if entry else None,
        }
    )
