"""What a user asks for: a build, a comparison, a registration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

__all__ = ["DiffRequest", "RegisterWish", "Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to build.

    Parameters
    ----------
    sources : tuple of str
        Folders and files with run logs; empty for those of the configuration, else the
        current folder. A folder with a report.yaml is a project: its configuration is used.
    output : Path
        Where the site goes.
    config : Path or None
        The configuration; None for the one beside the sources, if any.
    theme : str or None
        Overrides the configuration's theme.
    strict : bool
        Whether any problem in the input fails the build.
    compare : str or None
        A branch against another, as ``main..HEAD``: what it changes gets a page of its own.
    as_of : date or None
        Overrides the configuration's day of the report.
    locale : str or None
        Overrides the configuration's locale.
    audience : str or None
        Who it is for, as report.yaml names them; None for ``internal``.
    anonymize : bool
        Whether pseudonyms stand for people, organisations, runs and repositories.
    """

    sources: tuple[str, ...] = ()
    output: Path = Path("site")
    config: Path | None = None
    theme: str | None = None
    strict: bool = False
    compare: str | None = None
    as_of: date | None = None
    locale: str | None = None
    audience: str | None = None
    anonymize: bool = False


@dataclass(frozen=True, slots=True)
class RegisterWish:
    """How the champion is registered.

    Parameters
    ----------
    name : str
        Name of the model; empty for the one that the report has.
    force : bool
        Whether it is registered although a requirement holds it back.
    mlflow : str
        URI of an MLflow registry that gets a version, too; empty for none.
    """

    name: str = ""
    force: bool = False
    mlflow: str = ""


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """What to compare.

    Parameters
    ----------
    before : str
        A revision, a run's id or name, or a built site's folder; also ``A..B``, ``A...B``.
    after : str or None
        Another of the same kind; None for the files that are there now.
    source : str or None
        Where the revisions or runs are; None for the current folder.
    config : Path or None
        The configuration; None for the one beside the source, if any.
    locale : str or None
        Overrides the configuration's locale.
    """

    before: str
    after: str | None = None
    source: str | None = None
    config: Path | None = None
    locale: str | None = None
