"""``report init``: a configuration to start from."""

from __future__ import annotations

from pathlib import Path

import click

from runfolio.starters import ci_systems, impact_cases  # list folders and read no file

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
@click.option(
    "--ci",
    "system",
    type=click.Choice(ci_systems()),
    help="Write a workflow that builds, judges and publishes the report.",
)
def command(folder: Path, case: str | None, system: str | None) -> None:
    """Write a commented report.yaml to start from, or add a model of the impact to it.

    FOLDER is where the logs lie, by default the current one. What is there already is never
    changed: --impact adds its part at the end of report.yaml, unless there is one. `report list
    impact` says what the cases are about. --ci writes a workflow instead, into the repository
    that FOLDER is in.
    """
    from runfolio.starters.write import start

    if system is not None:
        _write_workflow(folder, system)
        if case is None:
            return
    done = start(folder, case)
    place = click.format_filename(folder / done.path.name)
    click.echo(f"Wrote {place}." if done.created else f"Added impact to {place}.")
    if done.metrics:
        click.echo(
            f"Its formulas use {', '.join(done.metrics)}: put the names of your own logs there, "
            "and your numbers for the examples."
        )
    click.echo(f"Next: report check {click.format_filename(folder)}")


def _write_workflow(folder: Path, system: str) -> None:
    from runfolio.starters.ci_files import start_ci

    done = start_ci(folder, system)
    click.echo(f"Wrote {done.path}, which publishes the report for the audience {done.audience}.")
    if done.include:
        click.echo(f"Add to .gitlab-ci.yml:  include: [{{local: {done.path}}}]")
    if done.audience_missing:
        click.echo(f"Add to report.yaml:  audiences: {{{done.audience}: {{}}}}")
    if not done.gate:
        click.echo("Its gate is commented out: report.yaml has no requirements.")
    click.echo("Its comments say what has to be set once, by hand.")
