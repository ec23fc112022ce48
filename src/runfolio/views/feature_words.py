"""Stage 4: what is said of features, on their page and on those of roles."""

from __future__ import annotations

from runfolio.analysis.features import Features, SideFeatures
from runfolio.analysis.importance import ImportanceKind
from runfolio.model.features import FeatureList
from runfolio.model.numbers import format_count
from runfolio.views.words import count_of, listed, number_word

__all__ = ["counted", "feature_finding", "kind_shown", "leading", "told_by", "told_features"]

_ORIGINS = {
    "model signature": "the signature of the model",
    "artifact": "the file {place}",
    "param": "the param {place}",
    "feature store": "the tag {place}",
    "importances": "the importances in {place}",
    "data columns": "the columns of {place}, among which may be what is predicted",
}


def feature_finding(features: Features) -> str:
    """Return in a sentence, without a full stop, what the champion sees and what is new."""
    champion, baseline = features.champion, features.baseline
    own = _number(champion)
    if champion is None or champion.told is None:
        named = len(features.uses)
        return (
            f"Runs name {count_of(named, 'feature')}, those of the champion none"
            if named
            else "No run names its features one by one"
        )
    sees = "was trained on data with" if champion.told.origin == "data columns" else "sees"
    base = baseline.told if baseline is not None else None
    if baseline is None or base is None or baseline.configuration is champion.configuration:
        return f"The champion {sees} {own}"
    if not features.is_compared:
        return f"The champion {sees} {own}, the baseline {_number(baseline)}"
    new, gone = len(features.added), len(features.removed)
    if not new and not gone:
        return f"Champion and baseline see the same {counted(len(features.kept), base)}"
    told = [f"{number_word(new)} new"] if new else ["none new"]
    told.append(f"{number_word(gone)} of the baseline's dropped" if gone else "none dropped")
    theirs = format_count(base.count) if base.count is not None else "others"
    return f"The champion {sees} {own}, the baseline {theirs}: {', '.join(told)}"


def counted(count: int, told: FeatureList) -> str:
    """Write a count of what a list holds: features, or columns of data."""
    if told.origin == "data columns":
        return count_of(count, "column of data", "columns of data")
    return count_of(count, "feature")


def _number(side: SideFeatures | None) -> str:
    if side is None or side.told is None:
        return "features that it does not tell"
    if side.told.count is not None:
        is_data = side.told.origin == "data columns"
        return count_of(side.told.count, "column" if is_data else "feature")
    return f"those called “{side.told.label}”"


def told_by(side: SideFeatures, whose: str) -> str:
    """Say where a side's features are told, and by how many of its runs."""
    if side.told is None:
        return f"No run of the {whose} tells its features."
    total = len(side.configuration.runs)
    of = f"{number_word(side.runs)} of {number_word(total)} runs" if total > 1 else "its run"
    told = f"The {whose}'s are told by {told_features(side.told)}, in {of}"
    if side.others:
        told += f"; {count_of(side.others, 'run tells others', 'runs tell others')}"
    return told + "."


def told_features(one: FeatureList) -> str:
    """Say where a list of features was found."""
    return _ORIGINS[one.origin].format(place=one.place)


def kind_shown(name: str) -> str:
    """Return the name of a kind of importance as it is read: without folders and underscores."""
    return name.rpartition("/")[2].replace("_", " ")


def leading(kind: ImportanceKind) -> str:
    """Say which feature matters most, and whether the runs agree."""
    best = kind.features[0]
    if kind.runs == 1:
        return f"{best.feature} matters most, in the only run that tells"
    if best.firsts == kind.runs:
        return f"{best.feature} matters most in all {number_word(kind.runs)} runs"
    firsts = [one.feature for one in kind.features if one.firsts]
    if len(firsts) > 1:
        return (
            f"The runs do not agree on what matters most: {best.feature} on average, but "
            f"{listed(firsts, 4)} each come first in some"
        )
    return f"{best.feature} matters most on average"
