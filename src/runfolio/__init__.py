"""runfolio turns run logs into a static site that everyone in the team can read.

The public API; everything else may change. Importing it is light: the stages are imported
when they are used.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from runfolio.model.tables import Tables
    from runfolio.pipeline import Result

__all__ = ["__version__", "build", "load_runs"]

__version__ = version("runfolio")


def build(
    *sources: str | PathLike[str],
    output: str | PathLike[str] = "site",
    config: str | PathLike[str] | None = None,
    theme: str | None = None,
    strict: bool = False,
) -> Result:
    """Build the site, as ``report build`` does.

    Parameters
    ----------
    *sources : path
        Folders and files with run logs; none for those of report.yaml, else the current
        folder.
    output : path
        Where the site goes.
    config : path, optional
        The configuration; by default report.yaml beside the sources, if there is one.
    theme : str, optional
        Name or folder of a theme.
    strict : bool
        Whether any problem in the input fails the build.

    Returns
    -------
    runfolio.pipeline.Result

    Raises
    ------
    runfolio.errors.RunfolioError

    Examples
    --------
    >>> runfolio.build("sample_runs", output="site").runs  # doctest: +SKIP
    41
    """
    from runfolio import pipeline

    request = pipeline.Request(
        tuple(str(source) for source in sources),
        Path(output),
        Path(config) if config is not None else None,
        theme,
        strict,
    )
    return pipeline.build(request)


def load_runs(*sources: str | PathLike[str], config: str | PathLike[str] | None = None) -> Tables:
    """Read run logs into tidy tables.

    Parameters
    ----------
    *sources : path
    config : path, optional

    Returns
    -------
    runfolio.model.tables.Tables

    Raises
    ------
    runfolio.errors.RunfolioError
    """
    from runfolio import pipeline

    request = pipeline.Request(
        tuple(str(source) for source in sources),
        config=Path(config) if config is not None else None,
    )
    return pipeline.load(request)
