"""``report check``: configuration and input are read, nothing is written."""

from __future__ import annotations

from pathlib import Path

import click

from runfolio.cli.screen.options import config_option, sources_argument

__all__ = ["command"]


@click.command("check")
@sources_argument
@config_option
@click.option("--strict", is_flag=True, help="Fail if anything in the input is wrong.")
@click.option("--json", is_flag=True, help="Print the result as one JSON object.")
def command(sources: tuple[str, ...], config: Path | None, strict: bool, json: bool) -> None:
    """Check configuration and input without building.

    SOURCE is as in `report build`.
    """
    from runfolio import pipeline
    from runfolio.cli.screen.run import run

    # What programs read is the same in every country.
    locale = "en" if json else None
    request = pipeline.Request(sources, config=config, strict=strict, locale=locale)
    run(pipeline.check, request, quiet=False, json=json)
