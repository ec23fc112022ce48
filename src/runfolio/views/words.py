"""Stage 4: numbers into sentences. The headline and its hedges are made here, once."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.analysis.analysed import MOST_RIVALS, Analysed
from runfolio.analysis.comparison import Comparison
from runfolio.analysis.metrics import Metric
from runfolio.analysis.optimism import Optimism
from runfolio.views.blocks import Tone, Verdict

__all__ = [
    "call",
    "count_of",
    "headline",
    "listed",
    "number_word",
    "opening",
    "seeds",
    "told_outcome",
    "verdict_of",
]

_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()

_TONES: dict[str, Tone] = {"better": "good", "worse": "bad", "not distinguishable": "unsure"}


def number_word(count: int) -> str:
    """Write small counts as words."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else f"{count:,}"


def count_of(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun: ``1 run``, ``1,000 runs``."""
    return f"{count:,}\u00a0{one if count == 1 else many or one + 's'}"


def listed(items: Sequence[str], limit: int = 6) -> str:
    """Join with commas and "and"; say how many more there are."""
    shown = list(items[:limit])
    if len(items) > limit:
        shown.append(f"{len(items) - limit} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def told_outcome(outcome: str, more: str = "") -> Verdict:
    """Return an outcome as a word with its tone, and what is to be said behind it."""
    return Verdict(outcome.capitalize() + more, _TONES.get(outcome, "none"))


def verdict_of(comparison: Comparison) -> Verdict:
    """Return the verdict as a word with its tone."""
    if comparison.leaning:
        return Verdict(f"Perhaps {comparison.leaning}", "unsure")
    return told_outcome(comparison.outcome, " (forced)" if comparison.is_forced else "")


def call(metric: Metric) -> str:
    """Return a metric's name inside a sentence: a plain word in lower case, else as it is."""
    word = metric.label.split()[0] if metric.label.split() else ""
    plain = metric.label != metric.name and word.isalpha() and word[1:].islower()
    return metric.label[:1].lower() + metric.label[1:] if plain else metric.label


def seeds(comparison: Comparison) -> str:
    """Say how many runs stand behind each side."""
    a = comparison.candidate.n if comparison.candidate else 0
    b = comparison.baseline.n if comparison.baseline else 0
    if a == b:
        return f"{number_word(a).capitalize()} runs each" if a > 1 else "One run each"
    return f"{number_word(a).capitalize()} and {number_word(b)} runs"


def headline(a: Analysed) -> str:
    """Return the finding in one sentence without a full stop."""
    total = count_of(len(a.tables.runs), "run")
    if a.objective is None:
        if not len(a.tables.metrics):
            return f"{total}, and no metric was logged"
        return f"{total} with {count_of(len(a.metrics), 'metric')}, not ranked yet"
    metric = a.metrics[a.objective.metric]
    name = call(metric)
    if a.champion is None and a.standings:
        return f"{total}, and the champion that is named was not found"
    if a.champion is None:
        return f"{total}, and none that can be compared by {name}"
    ahead = "shows the best"
    if a.standings and a.champion is not a.standings[0].configuration and a.baseline is not None:
        ahead = "shows, on the baseline's data, the best"
    best, base = a.champion.label, a.baseline.label if a.baseline else ""
    if a.champion is a.baseline:
        if not a.champion_of:
            return f"{best} is both champion and baseline"
        if len(a.alike) > 1:
            among = "" if len(a.alike) == len(a.standings) else ", of those measured alike"
            return f"{best}, the baseline, is still the best by {name}{among}"
        if len(a.standings) > 1:
            return f"{best}, the baseline, stands alone: no other was measured in the same way"
        return f"{best} is the only configuration so far"
    if a.champion_standing is None:
        return f"{best} has no finite {name}"
    if a.comparison is None:
        value = a.champion_standing.estimate.value
        if len(a.standings) == 1 or not a.champion_of:
            return f"{best} reaches {metric.value(value)} {name}"
        return f"{best} shows the best {name}: {metric.value(value)}"
    c = a.comparison
    if c.outcome == "not comparable":
        return f"{best} and {base} cannot be compared yet"
    if c.outcome == "too few runs" and not a.champion_of:
        return f"{best} against {base}: too few runs to tell a difference by {name}"
    if c.outcome == "too few runs":
        return f"{best} {ahead} {name}, but too few runs to call it better than {base}"
    if c.outcome == "not distinguishable":
        return f"{best} cannot be told apart from {base} by {name}"
    if c.outcome == "equivalent":
        return f"{best} and {base} are as good as each other by {name}"
    assert c.difference is not None
    if c.outcome == "worse" and not a.champion_of:
        return f"{best} is worse than {base} by {name}"
    if c.outcome == "worse":
        return f"No configuration beats {base} by {name}"
    size = metric.size(c.difference.value)
    verb = "raises" if metric.goal == "maximize" else "lowers"
    forced = ", though not measured alike" if c.is_forced else ""
    return f"{best} {verb} {name} by {size} over {base}{forced}"


def opening(a: Analysed) -> str:
    """Return the sentences below the headline: how sure that is, and what was left out."""
    parts: list[str] = []
    c = a.comparison
    if a.objective is None:
        parts.append(
            "No objective is known: name the metric that counts in report.yaml "
            "(objective: {metric: …, goal: …})."
            if len(a.tables.metrics)
            else "The runs hold no metrics, so there is nothing to compare."
        )
    elif c is None:
        parts.append(_without_comparison(a))
    elif c.difference is not None and c.difference.has_interval and c.outcome != "not comparable":
        metric = a.metrics[c.metric].fine_for(c.difference.value)
        gain = "gain" if metric.improvement(c.difference.value) > 0 else "loss"
        low, high = sorted((c.difference.low, c.difference.high), key=metric.improvement)
        sizes = sorted(abs(end) for end in (low, high))
        unit = f"\u00a0{metric.delta_unit}" if metric.delta_unit else ""
        parts.append(
            f"{seeds(c)} put the {gain} between {metric.number(sizes[0])} and "
            f"{metric.number(sizes[1])}{unit} (95\u00a0% interval)."
            if c.outcome in ("better", "worse")
            else f"{seeds(c)} put the difference anywhere from {metric.delta(low)} to "
            f"{metric.delta(high)} (95\u00a0% interval)"
            + (
                ", which includes none at all."
                if c.difference.low <= 0 <= c.difference.high and c.outcome != "equivalent"
                else f". {c.reason}"
            )
        )
        if c.is_forced and c.outcome in ("better", "worse"):
            parts.append(f"Both are compared as configured (force): {' '.join(c.unlike)}")
    else:
        parts.append(c.reason)
    if a.rivals and a.objective is not None:
        name = call(a.metrics[a.objective.metric])
        many = len(a.rivals) > 1
        least = "at least " if len(a.standings) > MOST_RIVALS else ""
        others = f"{least}{number_word(len(a.rivals))} other configuration{'s' if many else ''}"
        parts.append(f"By {name} alone, {others} cannot be told apart from it.")
    if c is not None and a.champion_of > 1 and c.outcome == "better":
        parts.append(f"It is the {a.champion_why}{_flattery(a)}.")
    return " ".join(parts)


def _flattery(a: Analysed) -> str:
    """Say what picking the best of several adds to its mean."""
    optimism = a.optimism
    if a.objective is None or not isinstance(optimism, Optimism):
        return "; picking the best of several flatters it, by how much cannot be told here"
    metric = a.metrics[a.objective.metric]
    return (
        "; picking the best of several flatters it, by about "
        f"{metric.size(optimism.value)}: about {metric.value(optimism.corrected)} is to be "
        "expected of it on fresh seeds"
    )


def _without_comparison(a: Analysed) -> str:
    if a.champion is None and a.standings:
        return "The problems page tells what was asked for."
    if a.champion is None:
        return "No finished run has a finite value of the objective."
    if a.champion is a.baseline:
        others = len(a.alike) - 1
        if not a.champion_of:
            return "The configuration names it as both, so there is nothing to compare."
        if others < 1:
            return "There is nothing to compare it with yet."
        return f"None of the {number_word(others)} others measured alike has a better mean."
    if a.champion_standing is None:
        return "None of its finished runs logged a finite value of the objective."
    n = a.champion_standing.estimate.n
    runs = "one run" if n == 1 else f"the mean of {number_word(n)} runs"
    noise = (
        " One run each cannot tell a difference from noise."
        if all(s.estimate.n == 1 for s in a.standings) and len(a.standings) > 1
        else ""
    )
    chosen = f"the {a.champion_why}" if a.champion_of else "as the configuration names it"
    if a.baseline is not None:
        missing = "The baseline logged no finite value of it"
    elif any(problem.slug == "baseline-not-found" for problem in a.problems):
        missing = "The baseline that is named was not found"
    else:
        missing = "No baseline is named"
    return (
        f"That is {runs}, {chosen}.{noise} "
        f"{missing}, so nothing says whether that is an improvement."
    )
