"""Stage 3: which configuration is the baseline, which one the champion?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.leaderboard import Standing
from runfolio.model.experiment_notes import RunConditions
from runfolio.model.numbers import same_value
from runfolio.model.problems import Problem
from runfolio.model.tables import Tables

if TYPE_CHECKING:
    from runfolio.config import Selector

__all__ = [
    "Pick",
    "choose_baseline",
    "choose_champion",
    "holding",
    "is_in_production",
    "matching_runs",
]

_IN_USE = frozenset({"production", "prod", "live"})


@dataclass(frozen=True, slots=True)
class Pick:
    """A configuration that was picked, with why (a clause), and what was wrong with asking.

    ``best_of`` is the number of configurations that it was found to be the best of; 0 where the
    team named it.
    """

    configuration: Configuration | None
    why: str = ""
    problems: tuple[Problem, ...] = ()
    best_of: int = 0


def is_in_production(stage: str, aliases: Iterable[str]) -> bool:
    """Tell whether a registry says of a version that it is in use.

    That is the stage (of several, joined with commas, any) or an alias called ``production``,
    ``prod`` or ``live``, or the alias ``champion``, in any case of letters.
    """
    stages = {part.strip().lower() for part in stage.split(",")}
    named = {alias.strip().lower() for alias in aliases}
    return bool((stages | named) & _IN_USE or "champion" in named)


def matching_runs(tables: Tables, selector: Selector | RunConditions) -> list[str]:
    """Return the ids of the runs that a selector means.

    Parameters
    ----------
    tables : Tables
    selector : Selector or RunConditions
        All that it names must hold: ``run`` (id, name or label), ``experiment``, and every
        tag and param (compared as numbers where both are).
    """
    runs = tables.runs
    keep = runs.index.to_series().notna()
    if selector.run:
        keep &= (
            (runs.index == selector.run)
            | (runs["name"] == selector.run)
            | (runs["label"] == selector.run)
        )
    if selector.experiment:
        keep &= runs["experiment"] == selector.experiment
    for frame, key, wanted in (
        (tables.tags, "tag", selector.tags),
        (tables.params, "param", selector.params),
    ):
        for name, value in (wanted or {}).items():
            rows = frame[frame[key] == name]
            holds = [same_value(own, value) for own in rows["value"]]
            keep &= runs.index.isin(rows["run"][holds])
    return list(runs.index[keep])


def choose_baseline(
    tables: Tables, configurations: Sequence[Configuration], selector: Selector | None
) -> Pick:
    """Choose the baseline: as configured, else what the team itself calls so.

    Without a selector it is the model registered under the alias ``champion`` or
    ``production`` or in the stage Production, else the runs with a tag, a name or an
    experiment called "baseline"; else there is none.
    """
    if selector is not None:
        return _selected("baseline", tables, configurations, selector)
    for model in tables.models.itertuples():
        if is_in_production(str(model.stage), str(model.aliases).split(",")):
            found = holding(configurations, {str(model.run)})
            if found:
                return Pick(found[0], f"the registry has version {model.version} in production")
    runs = tables.runs
    tagged = tables.tags[tables.tags["value"].str.lower() == "baseline"]["run"]
    for ids, why in (
        (tagged, "it is tagged as baseline"),
        (
            runs.index[runs["name"].str.lower().str.contains("baseline", regex=False)],
            "its name says so",
        ),
        (runs.index[runs["experiment"].str.lower() == "baseline"], "its experiment is called so"),
    ):
        found = holding(configurations, set(ids))
        if found:
            return Pick(found[0], why)
    return Pick(None)


def choose_champion(
    tables: Tables,
    configurations: Sequence[Configuration],
    standings: Sequence[Standing],
    selector: Selector | None,
    *,
    restricted: bool = False,
) -> Pick:
    """Choose the champion: as configured, else the best one that the baseline allows.

    Parameters
    ----------
    tables : Tables
    configurations : sequence of Configuration
    standings : sequence of Standing
        Those that were measured as the baseline was; all, where no other was.
    selector : Selector or None
    restricted : bool
        Whether they are those that were measured as the baseline was.
    """
    if selector is not None:
        return _selected("champion", tables, configurations, selector)
    if not standings:
        return Pick(None)
    more = tables.not_shown.and_more
    on_data = " on the baseline's data" if restricted else ""
    several = f"best of {len(standings)} configurations{on_data}{more}"
    why = several if restricted or len(standings) > 1 else f"only configuration{more}"
    return Pick(standings[0].configuration, why, best_of=len(standings))


def holding(configurations: Sequence[Configuration], runs: set[str]) -> list[Configuration]:
    """Return the configurations that hold any of the runs, the one with most of them first."""
    found = [c for c in configurations if runs.intersection(c.runs)]
    return sorted(found, key=lambda c: -len(runs.intersection(c.runs)))


def _selected(
    what: str, tables: Tables, configurations: Sequence[Configuration], selector: Selector
) -> Pick:
    runs = matching_runs(tables, selector)
    found = holding(configurations, set(runs))
    place = "report.yaml"
    if not found:
        detail = (
            "no run matches it"
            if not runs
            else f"the {len(runs)} matching run(s) did not finish, diverged or logged no metric"
        )
        return Pick(
            None,
            "",
            (
                Problem(
                    place,
                    f"{what}-not-found",
                    f"The {what} that is configured was not found: {detail}.",
                    "Compare the selector with the names, tags and params on the runs page. Runs "
                    "that did not finish are compared where compared.also names how they ended.",
                ),
            ),
        )
    problems: tuple[Problem, ...] = ()
    if len(found) > 1:
        problems = (
            Problem(
                place,
                f"{what}-ambiguous",
                f"The {what} that is configured matches {len(found)} configurations; "
                f"{found[0].label!r} was taken.",
                "Add a tag or param to the selector so that it means one configuration.",
            ),
        )
    return Pick(found[0], "the configuration names it", problems)
