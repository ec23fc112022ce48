"""Stage 1b: DVCLive folders.

In: a folder per run, as `dvclive.Live` writes it. Out: a unit of work per folder.

::

    dvclive/metrics.json                  latest values, nested by the "/" of their names
    dvclive/params.yaml
    dvclive/plots/metrics/train/loss.tsv  the history of "train/loss"
    dvclive/plots/sklearn/roc.json        … and other tables of plots, also in plots/custom/

Pictures and the report beside them are not read. A folder that a
``dvc.yaml`` names as its own belongs to the run of that project, whose reader comes first and
reads it by the same functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.model.problems import Problem
from runfolio.model.records import Records, RunRecord
from runfolio.model.run_series import RunSeries
from runfolio.model.series import Series
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.dvclive.values import final_series, history_points
from runfolio.sources.reading.documents import read_mapping, unreadable
from runfolio.sources.reading.feature_files import features_in
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded_params
from runfolio.sources.reading.listing import names_listed
from runfolio.sources.reading.parsing import ParseError, decode
from runfolio.sources.reading.paths import experiment_of, folder_above, id_of, name_of
from runfolio.sources.reading.plot_files import plots_below
from runfolio.storage.base import Entry, Place, StorageError, readable

__all__ = ["HISTORY", "TABLES", "DVCLiveSource", "live_claim", "source"]

HISTORY = "plots/metrics"
"""Where the histories lie in a DVCLive folder."""
TABLES = ("plots/sklearn", "plots/custom")
"""Where the tables of its other plots lie."""

_METRICS, _PARAMS = "metrics.json", "params.yaml"
_USUAL = "dvclive"
_BESIDE = frozenset({"dvc.yaml", "report.html", "report.ipynb", "report.md", ".gitignore"})


class DVCLiveSource:
    """Reader of DVCLive folders."""

    name = "dvclive"
    title = "DVCLive"
    looks_like = "a folder with plots/metrics/ and metrics.json or params.yaml, or dvclive/ itself"
    order = 210

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        return live_claim(place, entries or ())

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, folder_above(place)),))

    def read(self, unit: Unit) -> Records:
        return _read(unit)


source = DVCLiveSource()


def live_claim(place: Place, entries: Sequence[Entry]) -> Claim | None:
    """Return what of a folder DVCLive wrote; None where it is no DVCLive folder."""
    names = {entry.name for entry in entries}
    with_plots = Entry("plots", True) in entries and (place / "plots" / "metrics").is_folder()
    if not with_plots and place.name != _USUAL:
        return None
    if not names_listed(place) & {_METRICS, _PARAMS}:
        return None
    own = names & {_METRICS, _PARAMS, "plots", *_BESIDE}
    return WHOLE if own == names else Claim(frozenset(own))


def _read(unit: Unit) -> Records:
    place = unit.place
    problems: list[Problem] = []
    curves = RunSeries()
    times: list[int] = []
    histories = place / "plots" / "metrics"
    for path, data in place.storage.read_tree(histories.path) if histories.is_folder() else ():
        findings = Findings(histories / path if path else histories)
        name, _, suffix = readable(path).rpartition(".")
        if isinstance(data, StorageError):
            unreadable(findings, data)
        elif suffix in ("tsv", "csv"):
            text, _ = decode(data)
            one, time = history_points(name, text, findings, "," if suffix == "csv" else "\t")
            if one is not None:
                curves.add(one)
            if time is not None:
                times.append(time)
        problems += findings.problems()
    series: dict[str, Series] = {one.metric: one for one in curves.reduced()}
    names = names_listed(place)
    if _METRICS in names:
        findings = Findings(place / _METRICS)
        try:
            latest = read_mapping(place / _METRICS, findings)
            series = final_series(latest, findings, "/") | series
        except ParseError as error:
            unreadable(findings, error)
        problems += findings.problems()
    params: dict[str, str] = {}
    if _PARAMS in names:
        findings = Findings(place / _PARAMS)
        tree = read_mapping(place / _PARAMS, findings, numbers_as_text=True)
        params = bounded_params(tree, findings)
        problems += findings.problems()
    of_features: list[tuple[str, Place]] = []
    plots = [
        plot
        for folder in TABLES
        for plot in plots_below(place / folder, problems, of_features=of_features)
    ]
    lists, importances = features_in(of_features, problems, place)
    named = place.parent if place.name == _USUAL and place.path else place
    run = RunRecord(
        id=id_of(place),
        name=name_of(named),
        experiment=experiment_of(named),
        format=source.name,
        location=unit.location,
        path=place.shown,
        id_is_path=True,
        started=min(times, default=None),
        params=dict(sorted(params.items())),
        series=tuple(series[metric] for metric in sorted(series)),
        plots=tuple(plots),
        features=lists,
        importances=importances,
    )
    return Records(runs=(run,), problems=tuple(problems))
