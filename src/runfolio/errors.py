"""Every error that runfolio raises on purpose.

::

    RunfolioError
    ├── UsageError      exit 2: an argument cannot be used
    ├── ConfigError     exit 2: report.yaml has mistakes (all of them at once)
    ├── OutputError     exit 2: the site cannot be written there
    ├── DeliveryError   exit 2: what was made could not be sent or published
    ├── NoRunsError     exit 3: nothing was found to report on
    ├── RefusedError    exit 1: a requirement that must be met is not
    ├── LeakError       exit 1: a file holds what its audience must not see
    └── StrictError     exit 1: problems in the input, under --strict

A message says what, where and what to do; the slug names the kind of error.
Only ``cli`` turns errors into exit codes.
"""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.model.problems import Problem

__all__ = [
    "ConfigError",
    "DeliveryError",
    "LeakError",
    "NoRunsError",
    "OutputError",
    "RefusedError",
    "RunfolioError",
    "StrictError",
    "UsageError",
]


class RunfolioError(Exception):
    """Base of all errors that a user can do something about.

    Parameters
    ----------
    message : str
        What is wrong, where, and what to do, as full sentences.
    slug : str
        A stable kebab-case name for this kind of error.
    """

    exit_code = 2

    def __init__(self, message: str, slug: str) -> None:
        super().__init__(message)
        self.message = message
        self.slug = slug

    def __str__(self) -> str:
        return f"{self.message} [{self.slug}]"


class UsageError(RunfolioError):
    """An argument cannot be used."""


class ConfigError(RunfolioError):
    """The configuration has mistakes; all of them are in ``problems``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems), "config")

    def __str__(self) -> str:
        return self.message


class OutputError(RunfolioError):
    """The site cannot be written to where it was asked for."""


class DeliveryError(RunfolioError):
    """What was made could not be sent or published; the message says what did arrive."""


class NoRunsError(RunfolioError):
    """No runs were found."""

    exit_code = 3


class RefusedError(RunfolioError):
    """What was asked for is not done, since a requirement that must be met is not."""

    exit_code = 1


class LeakError(RunfolioError):
    """A file holds what its audience must not see; the message never repeats it."""

    exit_code = 1


class StrictError(RunfolioError):
    """There were problems in the input and ``--strict`` was asked for."""

    exit_code = 1
