"""What a build or check says at its end: to people as lines, to programs as one JSON object.

In: the pipeline's result. Out: text on stdout. The keys of the JSON object are those of
`as_json`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from runfolio.cli.screen.text import clean, count
from runfolio.errors import ConfigError, RunfolioError
from runfolio.model.numbers import format_count, localized

if TYPE_CHECKING:
    from runfolio.model.problems import Problem
    from runfolio.pipeline import Result, SourceSummary

__all__ = ["as_json", "error_as_json", "summary_lines"]

MOST_METRICS = 8
MOST_KINDS = 6
"""Kinds of problems that are told; the site's problems page has all of them."""

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def summary_lines(result: Result) -> Iterator[str]:
    """Tell what was read, what was wrong, what came of it and where the site is."""
    read = f"{count(result.runs, 'run')} in {count(result.experiments, 'experiment')}"
    copies = sum(source.runs for source in result.sources) - result.runs
    more = f" ({format_count(copies)} found in more than one source)" if copies > 0 else ""
    yield f"{_head('Read')} {read}{more}"
    yield from _sources(result)
    if result.output is None and result.single_file is None:
        yield from _contents(result)
    if result.rules:
        yield ""
        yield from _rules(result)
    if result.problems:
        yield ""
        yield from _problems(result)
    if result.empty:
        yield ""
        yield f"{_head('Empty')} {count(len(result.empty), 'section')} had nothing to show"
        by_needs: dict[str, list[str]] = {}
        for section, needs in result.empty:
            by_needs.setdefault(clean(needs), []).append(clean(section))
        yield from (f"  {', '.join(titles)}: {needs}" for needs, titles in by_needs.items())
    yield ""
    yield click.style(clean(result.headline), bold=True)
    yield from _written(result)


def _written(result: Result) -> Iterator[str]:
    """Tell where the report is, as a site and as one file."""
    seconds = sum(result.seconds.values())
    told = _quiet(f"{count(result.pages, 'page')}, {localized(f'{seconds:.1f}')} s")
    index = result.output / "index.html" if result.output is not None else None
    for head, path in (("Site", index), ("File", result.single_file)):
        if path is not None:
            size = path.stat().st_size if head == "File" and path.is_file() else 0
            more = _quiet(f", {localized(f'{size / 1e6:.1f}')} MB") if size else ""
            yield ""
            yield f"{_head(head)} {click.style(clean(str(path)), fg='green')}   {told}{more}"


def as_json(result: Result) -> str:
    """Return the result as one JSON object on one line (ASCII).

    ``format`` and ``version`` (of this object), ``ok``, ``output`` (folder or null),
    ``index`` (its first page or null), ``single_file`` (path or null), ``sources`` (``format``,
    ``title``, ``location``, ``runs``, ``hidden_runs``, ``checks``), ``skipped`` (``reason``,
    ``count``, ``places``), ``runs``, ``experiments``, ``hidden_runs``, ``status`` (runs by how
    they ended),
    ``metrics``, ``rules`` for the data (``status``, ``found``), ``pages``, ``headline``,
    ``problems`` (``slug``, ``severity``, ``place``, ``message``, ``hint``), ``empty``
    (``section``, ``needs``) and ``seconds`` by stage.
    """
    return _json(
        ok=True,
        output=str(result.output) if result.output is not None else None,
        index=str(result.output / "index.html") if result.output is not None else None,
        single_file=str(result.single_file) if result.single_file is not None else None,
        sources=[
            {
                "format": source.format,
                "title": source.title,
                "location": source.location,
                "runs": source.runs,
                "hidden_runs": source.hidden,
                "checks": source.checks,
            }
            for source in result.sources
        ],
        skipped=[
            {"reason": passed.reason, "count": passed.count, "places": passed.places}
            for passed in result.skipped
        ],
        runs=result.runs,
        experiments=result.experiments,
        hidden_runs=result.hidden_runs,
        status=result.status,
        metrics=result.metrics,
        rules=[{"status": status, "found": found} for status, found in result.rules],
        pages=result.pages,
        headline=result.headline,
        problems=[_problem(problem) for problem in result.problems],
        empty=[{"section": section, "needs": needs} for section, needs in result.empty],
        seconds={name: round(value, 4) for name, value in result.seconds.items()},
    )


def error_as_json(error: RunfolioError) -> str:
    """Return an error as one JSON object: ``ok`` false, ``exit_code``, ``error``, ``problems``."""
    problems = error.problems if isinstance(error, ConfigError) else ()
    return _json(
        ok=False,
        exit_code=error.exit_code,
        error={"slug": error.slug, "message": error.message},
        problems=[_problem(problem) for problem in problems],
    )


def _json(**content: Any) -> str:
    return json.dumps({"format": "runfolio-result", "version": 1, **content})


def _problem(problem: Problem) -> dict[str, str]:
    return dataclasses.asdict(problem)


def _sources(result: Result) -> Iterator[str]:
    rows = [
        (source.title, clean(source.location) or ".", _held(source)) for source in result.sources
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for source, (title, location, runs) in zip(result.sources, rows, strict=True):
        line = f"  {title:<{widths[0]}}   {location:<{widths[1]}}   {runs:>{widths[2]}}"
        left_out = f"   {count(source.hidden, 'deleted run')} left out" if source.hidden else ""
        yield line + _quiet(left_out)


def _held(source: SourceSummary) -> str:
    return count(source.checks, "check") if source.checks else count(source.runs, "run")


def _contents(result: Result) -> Iterator[str]:
    """Tell what is in the runs, and what was passed over: what a newcomer wants to know first."""
    ended = ", ".join(
        f"{format_count(number)} {status}" for status, number in result.status.items()
    )
    yield f"{_head('Ended')} {ended}"
    names = ", ".join(clean(name) for name in result.metrics[:MOST_METRICS])
    more = f", and {format_count(len(result.metrics) - MOST_METRICS)} more"
    rest = more if len(result.metrics) > MOST_METRICS else ""
    yield f"{_head('Logged')} {count(len(result.metrics), 'metric')}: {names}{rest}"
    if result.skipped:
        yield f"{_head('Passed over')}"
    for passed in result.skipped:
        shown = ", ".join(clean(place) for place in passed.places)
        more = ", …" if passed.count > len(passed.places) else ""
        yield f"  {format_count(passed.count)} × {passed.reason}: " + _quiet(shown + more)


def _rules(result: Result) -> Iterator[str]:
    """Tell how the rules for the data came out, and of those that are not kept what was found."""
    open_rules = [(status, told) for status, told in result.rules if status != "pass"]
    kept = len(result.rules) - len(open_rules)
    yield f"{_head('Data')} {format_count(kept)} of {count(len(result.rules), 'rule')} kept"
    for status, told in open_rules[:MOST_KINDS]:
        word = click.style("broken", fg="red") if status == "fail" else status
        yield f"  {word} {clean(told)}"
    if len(open_rules) > MOST_KINDS:
        yield _quiet(
            f"  … and {format_count(len(open_rules) - MOST_KINDS)} more, all on the page of the "
            "data"
        )


def _problems(result: Result) -> Iterator[str]:
    """Group the problems by kind, the worst and most frequent first."""
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in result.problems:
        kinds.setdefault((problem.severity, problem.slug), []).append(problem)
    ranks = list(_COLOURS)
    ordered = sorted(kinds.items(), key=lambda kind: (ranks.index(kind[0][0]), -len(kind[1])))
    where = ", all on the problems page" if result.output is not None else ""
    yield f"{_head('Found')} {count(len(result.problems), 'problem')} in the input{where}"
    for (severity, slug), problems in ordered[:MOST_KINDS]:
        places = [clean(problem.place) for problem in problems]
        shown = ", ".join(places[:2]) + (", …" if len(places) > 2 else "")
        mark = click.style(severity, fg=_COLOURS[severity])
        yield f"  {mark} {slug} × {format_count(len(problems))}: {shown}"
        if len(problems) == 1:
            yield _quiet(f"    {clean(problems[0].message)} {clean(problems[0].hint)}")
    rest = len(ordered) - MOST_KINDS
    if rest > 0:
        yield f"  and {count(rest, 'more kind')} of problem"


def _head(word: str) -> str:
    return click.style(f"{word:<5}", bold=True)


def _quiet(text: str) -> str:
    return click.style(text, dim=True) if text else ""
