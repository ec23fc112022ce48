"""Stage 4: what is said of models: which one is in production, and how the champion compares."""

from __future__ import annotations

import re

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.comparison import Outcome
from runfolio.analysis.model_versions import ModelVersion
from runfolio.views.words import call, count_of

__all__ = ["CARD", "CARD_TEXT", "code_block", "production_finding", "version_words"]

CARD = "model-card.html"
CARD_TEXT = "model-card.md"

_LONGEST_NAME = 80
_SAYS: dict[Outcome, str] = {
    "better": "the champion is better by {}",
    "worse": "the champion is worse by {}",
    "equivalent": "the champion is as good by {}",
    "not distinguishable": "the champion cannot be told apart from it by {}",
    "too few runs": "there are too few runs to tell whether the champion is better by {}",
    "not comparable": "the champion cannot be compared with it by {} yet",
}


def version_words(version: ModelVersion) -> str:
    """Return a version as it is called in a sentence: ``version 2 of triage``."""
    name = _short(version.name)
    return f"version {_short(version.version)} of {name}" if version.version else name


def production_finding(a: Analysed) -> str:
    """Say in one sentence, without a full stop, what is in production beside the champion."""
    registry = a.models.registry
    in_use = registry.in_use
    if in_use is None:
        named = len({(one.location, one.name) for one in registry.versions})
        if not named:
            return "No model is registered yet"
        many = count_of(named, "model is", "models are")
        return f"{many} registered, and no version is marked as in production"
    told = version_words(in_use)
    told = f"{told[:1].upper()}{told[1:]} is in production"
    if registry.standing == "champion":
        return f"{told}, and it is the champion"
    if registry.standing == "unknown":
        if a.champion is None:
            return f"{told}, and there is no champion yet"
        if values := _values(a, in_use):
            return f"{told} with {values}"
        return f"{told}, and its runs are not compared here"
    first = registry.against[0] if registry.against else None
    if first is None or a.objective is None or first.metric != a.objective.metric:
        return f"{told}, and it shares no metric that decides with the champion"
    name = call(a.metrics[first.metric])
    if first.leaning:
        return f"{told}, and the champion is perhaps {first.leaning} by {name}"
    return f"{told}, and {_SAYS[first.outcome].format(name)}"


def _values(a: Analysed, in_use: ModelVersion) -> str:
    """Set the value of a version that is no configuration beside the champion's."""
    ours = a.champion_standing
    if a.objective is None or in_use.estimate is None or ours is None:
        return ""
    metric = a.metrics[a.objective.metric]
    theirs, champions = metric.value(in_use.estimate.value), metric.value(ours.estimate.value)
    return f"{call(metric)} {theirs}; the champion shows {champions}"


def code_block(lines: tuple[str, ...]) -> str:
    """Return lines as Markdown that shows them as they are, whatever is in them."""
    text = "\n".join(lines)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{text}\n{fence}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"
