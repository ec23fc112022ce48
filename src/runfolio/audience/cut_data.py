"""Stage 2b: data sets that an audience does not see, wherever they are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from runfolio.audience.choice import Choice, Taken
from runfolio.audience.configurations import sums_by_run
from runfolio.audience.cut_params import in_order
from runfolio.audience.letters import letters
from runfolio.config import Monitored, Settings
from runfolio.model.not_shown import NOT_SHOWN
from runfolio.model.tables import Tables

__all__ = ["without_data"]


def without_data(
    tables: Tables, settings: Settings, choice: Choice, taken: Taken
) -> tuple[Tables, Settings]:
    """Take out data sets; where runs used different ones, letters stand in their place.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    choice : Choice
    taken : Taken
        Gets what was taken out.
    """
    if not choice:
        return tables, settings
    gone = choice.rules(_names(tables, settings))
    files = _files(settings, gone)
    paths = {
        path: rule
        for history in tables.histories
        for path in dict.fromkeys(history.data["path"])
        if (rule := files.get(path) or choice.rule(path, path.rpartition("/")[2]))
    }
    if not gone and not paths:
        return tables, settings
    taken.counts["data"] = len(gone)
    taken.names(gone | paths | files)
    _tell(tables, settings, gone, taken)
    quoted = _quoting(gone)

    def kept(frame: pd.DataFrame, column: str) -> pd.DataFrame:
        return frame[~frame[column].isin(list(gone))].reset_index(drop=True)

    checks = tables.checks
    about = checks["dataset"].where(checks["dataset"] != "", checks["suite"])
    tables = replace(
        tables,
        datasets=_datasets(tables, gone),
        versions=kept(tables.versions, "name"),
        columns={key: told for key, told in tables.columns.items() if key[0] not in gone},
        profiles=tuple(one for one in tables.profiles if one.data_set not in gone),
        feature_views=tuple(
            one for one in tables.feature_views if not {one.name, one.source} & gone.keys()
        ),
        features={
            run: left
            for run, own in tables.features.items()
            if (left := tuple(one for one in own if one.place not in gone))
        },
        quality=replace(
            tables.quality,
            sets=tuple(one for one in tables.quality.sets if one.name not in gone),
            checks=tuple(
                one
                for one in tables.quality.checks
                if one.data_set not in gone and not quoted.search(f"{one.name}\n{one.asks}")
            ),
        ),
        checks=checks[~(about.isin(list(gone)) | checks["suite"].isin(list(gone)))].reset_index(
            drop=True
        ),
        histories=tuple(
            replace(
                h,
                data=h.data[~h.data["path"].isin(list(paths))].reset_index(drop=True),
                files=tuple(path for path in h.files if path not in paths),
            )
            for h in tables.histories
        ),
        branch=tables.branch
        and replace(
            tables.branch,
            files=tuple(path for path in tables.branch.files if path not in {*paths, *files}),
        ),
        production=tuple(
            replace(log, reference=None, reference_name="")
            if _reference(settings, log.entry) in gone
            else log
            for log in tables.production
        ),
    )
    return tables, _settings(settings, gone, quoted)


def _names(tables: Tables, settings: Settings) -> list[str]:
    """Return the data sets that are told anywhere."""
    checks = tables.checks
    return [
        *tables.datasets["name"].unique(),
        *tables.versions["name"].unique(),
        *settings.data.sets,
        *(one.name for one in tables.quality.sets),
        *(one.data_set for one in tables.quality.checks),
        *(one.data_set for one in tables.profiles),
        *checks["dataset"].unique(),
        *checks["suite"][checks["dataset"] == ""].unique(),
        *(name for one in tables.feature_views for name in (one.source, one.name) if name),
    ]


def _files(settings: Settings, gone: Mapping[str, str]) -> dict[str, str]:
    """Return the paths of hidden data sets, each with what hides it."""
    return {
        path: gone[name]
        for name, told in settings.data.sets.items()
        if name in gone
        for path in told.places.values()
        if "://" not in path
    }


def _tell(tables: Tables, settings: Settings, gone: Mapping[str, str], taken: Taken) -> None:
    for frame, column in (
        *((tables.datasets, "digest"), (tables.versions, "version"), (tables.versions, "source")),
    ):
        for name, group in frame.groupby("name")[column]:
            if name in gone:
                taken.values(group.unique(), gone[str(name)])
    for profile in tables.profiles:
        if profile.data_set in gone:
            taken.values([profile.file, *profile.digests], gone[profile.data_set])
    for name, told in settings.data.sets.items():
        if name in gone:
            taken.values([told.description or ""], gone[name])


def _datasets(tables: Tables, gone: Mapping[str, str]) -> pd.DataFrame:
    """Leave out uses of hidden data; a letter for each stands where runs differ in them."""
    data, index = tables.datasets, tables.runs.index
    is_gone = data["name"].isin(list(gone))
    hidden = data[is_gone]
    sums = sums_by_run(index, hidden["run"], hidden["name"], hidden["digest"])
    if not len(hidden) or (sums == sums[0]).all():
        return data[~is_gone].reset_index(drop=True)
    codes = pd.factorize(hidden["name"] + "\0" + hidden["digest"])[0]
    return in_order([data[~is_gone], hidden.assign(name=NOT_SHOWN, digest=letters(codes))], index)


def _quoting(gone: Mapping[str, str]) -> re.Pattern[str]:
    """Return what finds a hidden data set in the words of a rule about another."""
    names = "|".join(re.escape(name) for name in gone if name)
    return re.compile(rf"(?<!\w)(?:{names})(?!\w)" if names else r"(?!)")


def _reference(settings: Settings, entry: int) -> str:
    told = settings.monitoring[entry].reference if entry >= 0 else None
    return (told or "").partition("@")[0]


def _settings(settings: Settings, gone: Mapping[str, str], quoted: re.Pattern[str]) -> Settings:
    data = settings.data

    def watched(one: Monitored) -> Monitored:
        if (one.reference or "").partition("@")[0] not in gone:
            return one
        return one.model_copy(update={"reference": None})

    quality = tuple(
        rule
        for rule in data.quality
        if rule.set not in gone and not quoted.search(f"{rule.name}\n{rule.kinds}")
    )
    sets = {name: told for name, told in data.sets.items() if name not in gone}
    return settings.model_copy(
        update={
            "data": data.model_copy(update={"sets": sets, "quality": quality}),
            "monitoring": tuple(map(watched, settings.monitoring)),
        }
    )
