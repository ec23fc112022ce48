"""What several commands take: which logs are read, and the configuration."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

__all__ = [
    "anonymize_option",
    "as_of_option",
    "asked_password",
    "audience_option",
    "config_option",
    "locale_option",
    "protect_option",
    "sources_argument",
]

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

audience_option = click.option(
    "--audience",
    metavar="NAME",
    help="Who it is for, as report.yaml names them under audiences.  [default: internal]",
)

anonymize_option = click.option(
    "--anonymize",
    is_flag=True,
    help="Pseudonyms for people, organisations, runs and repositories.",
)


protect_option = click.option(
    "--protect",
    is_flag=True,
    help="Encrypt it: it opens in the browser with a password, which $RUNFOLIO_PASSWORD tells, "
    "or you when you are asked.",
)


def asked_password() -> str:
    """Return the password of a protected report: from the environment, else from the user."""
    told = os.environ.get("RUNFOLIO_PASSWORD", "")
    if told or not sys.stdin.isatty():
        if not told:
            raise click.UsageError("--protect needs a password. Put it into $RUNFOLIO_PASSWORD.")
        return told
    word: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return word


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
