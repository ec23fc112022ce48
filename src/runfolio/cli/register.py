"""``report register``: the champion goes on record, unless a requirement holds it back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from runfolio.cli.screen.options import as_of_option, config_option, sources_argument

__all__ = ["command"]


@click.command("register")
@sources_argument
@config_option
@click.option(
    "--name",
    metavar="NAME",
    help="Name of the model.  [default: model.name, else as it is registered, else the champion's]",
)
@click.option(
    "--force", is_flag=True, help="Register it although a requirement that must be met is not."
)
@click.option(
    "--mlflow",
    metavar="URI",
    help="Also make a version in MLflow's registry there, such as sqlite:///mlflow.db.",
)
@as_of_option("The day by which waivers are judged.")
@click.option("--json", is_flag=True, help="Print one JSON object.")
def command(
    sources: tuple[str, ...],
    config: Path | None,
    name: str | None,
    force: bool,
    mlflow: str | None,
    as_of: date | None,
    json: bool,
) -> None:
    """Put the champion on record, with all that it takes to make it again.

    SOURCE is as in `report build`. The record is a new file, models/NAME/v1.yaml, v2.yaml …
    beside report.yaml; the champion that is on record already changes nothing. Where a
    requirement that must be met is missed or was not evaluated, and is not waived, nothing is
    registered and the exit code is 1.
    """
    from runfolio import pipeline
    from runfolio.cli.screen.progress import shown_progress
    from runfolio.cli.screen.registered import registered_as_json, shown_registered
    from runfolio.cli.screen.run import errors_told

    request = pipeline.Request(sources, config=config, as_of=as_of)
    wish = pipeline.RegisterWish(name or "", force, mlflow or "")
    with errors_told(json=json), shown_progress(quiet=json) as progress:
        registered = pipeline.register(request, wish, progress)
    if json:
        click.echo(registered_as_json(registered))
    else:
        shown_registered(registered)
