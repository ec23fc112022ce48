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
    from runfolio.notebook.compare_result import CompareResult
    from runfolio.pipeline import Result

__all__ = ["__version__", "build", "compare", "load_runs"]

__version__ = version("runfolio")


def build(
    *sources: str | PathLike[str],
    output: str | PathLike[str] = "site",
    config: str | PathLike[str] | None = None,
    theme: str | None = None,
    strict: bool = False,
    compare: str | None = None,
    locale: str | None = None,
    audience: str | None = None,
    anonymize: bool = False,
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
    compare : str, optional
        A branch against another, as ``main..HEAD``: what it changes gets a page of its own.
    locale : str, optional
        How numbers, money and dates are written, such as ``de-CH``; by default as report.yaml
        says, else in plain English.
    audience : str, optional
        Who it is for, as report.yaml names them; by default ``internal``.
    anonymize : bool
        Whether pseudonyms stand for people, organisations, runs and repositories.

    Returns
    -------
    runfolio.pipeline.Result
        What was built, and what was wrong in the input.

    Raises
    ------
    runfolio.errors.ConfigError
        If report.yaml has mistakes: all of them.
    runfolio.errors.LeakError
        If a file holds what the audience must not see.
    runfolio.errors.NoRunsError
        If nothing was found to report on.
    runfolio.errors.OutputError
        If the site cannot be written there.
    runfolio.errors.StrictError
        If there are problems in the input and `strict` allows none.
    runfolio.errors.UsageError
        If a source, the theme, `compare`, `locale` or `audience` cannot be used.

    Examples
    --------
    >>> runfolio.build("sample_runs", output="site").runs  # doctest: +SKIP
    41
    """
    from runfolio import pipeline

    request = pipeline.Request(
        tuple(str(source) for source in sources),
        Path(output),
        config=Path(config) if config is not None else None,
        theme=theme,
        strict=strict,
        compare=compare,
        locale=locale,
        audience=audience,
        anonymize=anonymize,
    )
    return pipeline.build(request)


def compare(
    *sources: str | PathLike[str],
    candidate: str | None = None,
    baseline: str | None = None,
    metric: str | None = None,
    config: str | PathLike[str] | None = None,
) -> CompareResult:
    """Compare a configuration with the baseline, on every metric that has a direction.

    The numbers and verdicts are those of the site. What is named here counts as if report.yaml
    named it; all else is taken from report.yaml, or chosen as the report chooses it.

    Parameters
    ----------
    *sources : path
        Folders and files with run logs; none for those of report.yaml, else the current
        folder.
    candidate : str, optional
        Label of a configuration, or id or name of one of its runs; by default the champion.
    baseline : str, optional
        The same; by default the baseline of report.yaml, else the one the team calls so.
    metric : str, optional
        The metric to judge by, by its logged name or its label; by default the objective.
    config : path, optional
        The configuration; by default report.yaml beside the sources, if there is one.

    Returns
    -------
    runfolio.notebook.compare_result.CompareResult
        A table in a notebook, and the same as text in a terminal. ``verdict`` is that by the
        objective, ``comparisons`` has one for each metric, ``to_frame()`` makes them a tidy
        DataFrame.

    Raises
    ------
    runfolio.errors.UsageError
        If what is named does not exist or is not compared, if no baseline is known, or if
        candidate and baseline are the same.
    runfolio.errors.ConfigError
        If report.yaml has mistakes: all of them.
    runfolio.errors.NoRunsError
        If no runs were found.

    Examples
    --------
    >>> compared = runfolio.compare("sample_runs")  # doctest: +SKIP
    >>> compared.verdict  # doctest: +SKIP
    'better'
    >>> frame = runfolio.compare("sample_runs", candidate="forest").to_frame()  # doctest: +SKIP
    >>> list(frame["metric"][frame["verdict"] == "worse"])  # doctest: +SKIP
    ['cases_per_second', 'latency_p95', 'train_seconds']
    """
    from runfolio.notebook import comparing

    return comparing.compare(
        tuple(str(source) for source in sources),
        candidate=candidate,
        baseline=baseline,
        metric=metric,
        config=Path(config) if config is not None else None,
    )


def load_runs(*sources: str | PathLike[str], config: str | PathLike[str] | None = None) -> Tables:
    """Read run logs into tidy tables.

    Parameters
    ----------
    *sources : path
        Folders and files with run logs; none for those of report.yaml, else the current
        folder.
    config : path, optional
        The configuration; by default report.yaml beside the sources, if there is one.

    Returns
    -------
    runfolio.model.tables.Tables
        DataFrames of runs, params, metrics and more, ``series()`` with the curves, and the
        ``problems`` that were met. In a notebook it shows what was read.

    Raises
    ------
    runfolio.errors.ConfigError
        If report.yaml has mistakes: all of them.
    runfolio.errors.NoRunsError
        If no runs were found.
    runfolio.errors.UsageError
        If a source cannot be used.

    Examples
    --------
    >>> tables = runfolio.load_runs("sample_runs")  # doctest: +SKIP
    >>> tables.metrics.pivot(index="run", columns="metric", values="last")  # doctest: +SKIP
    """
    from runfolio import pipeline

    request = pipeline.Request(
        tuple(str(source) for source in sources),
        config=Path(config) if config is not None else None,
    )
    return pipeline.load(request)
