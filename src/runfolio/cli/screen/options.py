"""What several commands take: which logs are read, and the configuration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

__all__ = ["as_of_option", "config_option", "locale_option", "sources_argument"]

sources_argument = click.argument("sources", nargs=-1, metavar="[SOURCE]...")

config_option = click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration.  [default: report.yaml, if there is one]",
)


locale_option = click.option(
    "--locale",
    metavar="NAME",
    help="How numbers, money and dates are written, such as de or en-IN.  "
    "[default: locale, else plain English]",
)


def as_of_option(what: str) -> Callable[[Any], Any]:
    """Return the option ``--as-of``, whose value is a date; `what` says what that day is."""
    return click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        callback=_date,
        metavar="DATE",
        help=f"{what}  [default: as_of, else the newest day in the logs]",
    )


def _date(_context: click.Context, _option: click.Parameter, day: datetime | None) -> date | None:
    return day.date() if day is not None else None
