"""What several commands take: which logs are read, and the configuration."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["config_option", "sources_argument"]

sources_argument = click.argument("sources", nargs=-1, metavar="[SOURCE]...")

config_option = click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration.  [default: report.yaml, if there is one]",
)
