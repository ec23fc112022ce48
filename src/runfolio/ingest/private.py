"""Stage 1c: what names a person is taken out of what runs logged.

In: a run as read. Out: the same without home folders' owners and e-mail addresses in its
texts; readers leave out the fields that trackers keep for users and hosts.
"""

from __future__ import annotations

import re
from dataclasses import replace

from runfolio.model.features import FeatureList
from runfolio.model.plots import Confusion, Plot, RatedCurve
from runfolio.model.recorded import RecordedModel
from runfolio.model.records import RunRecord

__all__ = ["impersonal", "impersonal_features", "without_people", "without_persons"]

_HOME = re.compile(r"(?:(?<!\w)/(?:home|Users)|[A-Za-z]:[\\/]+[Uu]sers)[\\/]+[^\\/\s:;,'\"\])}<>]+")
_NO_MAIL = "(e-mail address)"
_MAIL = re.compile(
    # What stands before a host in an address is no mailbox: its password is masked later on,
    # as long as it can be told.
    r"(?P<login>://[^\s/?#@:\"'<>]{0,200}:[^\s/?#\"'<>]{1,500}@)|"
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
)


def impersonal(text: str) -> str:
    """Return a text with ``~`` for home folders, and without e-mail addresses.

    Examples
    --------
    >>> impersonal("/home/ada/data/train.csv by ada@example.org")
    '~/data/train.csv by (e-mail address)'
    """
    if "/" in text or "\\" in text:
        text = _HOME.sub("~", text)
    return _MAIL.sub(lambda found: found["login"] or _NO_MAIL, text) if "@" in text else text


def without_persons(run: RunRecord) -> RunRecord:
    """Return a run whose name, params, tags, notes, datasets and plots name nobody."""
    return replace(
        run,
        name=impersonal(run.name),
        experiment=impersonal(run.experiment),
        notes=impersonal(run.notes),
        params={name: impersonal(value) for name, value in run.params.items()},
        tags={name: impersonal(value) for name, value in run.tags.items()},
        datasets=tuple(
            replace(dataset, name=impersonal(dataset.name), source=impersonal(dataset.source))
            for dataset in run.datasets
        ),
        plots=tuple(map(_impersonal_plot, run.plots)),
        features=tuple(map(impersonal_features, run.features)),
        importances=tuple(
            replace(
                one,
                name=impersonal(one.name),
                values={impersonal(name): value for name, value in one.values.items()},
                spreads={impersonal(name): value for name, value in one.spreads.items()},
            )
            for one in run.importances
        ),
        command=impersonal(run.command),
    )


def without_people(recorded: RecordedModel) -> RecordedModel:
    """Return the record of a model whose texts name nobody."""
    return replace(
        recorded,
        configuration=impersonal(recorded.configuration),
        note=impersonal(recorded.note),
        added={name: impersonal(value) for name, value in recorded.added.items()},
    )


def impersonal_features(features: FeatureList) -> FeatureList:
    """Return a list of features whose names name nobody."""
    return replace(
        features,
        place=impersonal(features.place),
        label=impersonal(features.label),
        columns=tuple(replace(c, name=impersonal(c.name)) for c in features.columns),
    )


def _impersonal_plot(plot: Plot) -> Plot:
    """Return a plot whose names, classes and segments name nobody."""
    name = impersonal(plot.name)
    if isinstance(plot, Confusion):
        return replace(plot, name=name, labels=tuple(map(impersonal, plot.labels)))
    if isinstance(plot, RatedCurve):
        return replace(plot, name=name, label=impersonal(plot.label))
    return replace(plot, name=name, segment=impersonal(plot.segment), value=impersonal(plot.value))
