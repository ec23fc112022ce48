"""``report init``: a configuration to start from."""

from __future__ import annotations

from pathlib import Path

import click

from runfolio.starters import impact_cases  # lists a folder and reads no file

__all__ = ["command"]


@click.command("init")
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default="."
)
@click.option(
    "--impact",
    "case",
    type=click.Choice(impact_cases()),
    help="Write a model of what a better model is worth, to start from.",
)
def command(folder: Path, case: str | None) -> None:
    """Write a commented report.yaml to start from, or add a model of the impact to it.

    FOLDER is where the logs lie, by default the current one. What is there already is never
    changed: --impact adds its part at the end of report.yaml, unless there is one. `report list
    impact` says what the cases are about.
    """
    from runfolio.starters.write import start

    done = start(folder, case)
    place = click.format_filename(folder / done.path.name)
    click.echo(f"Wrote {place}." if done.created else f"Added impact to {place}.")
    if done.metrics:
        click.echo(
            f"Its formulas use {', '.join(done.metrics)}: put the names of your own logs there, "
            "and your numbers for the examples."
        )
    click.echo(f"Next: report check {click.format_filename(folder)}")
