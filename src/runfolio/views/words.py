"""Stage 4: numbers into sentences. The headline and its hedges are made here, once."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.analysis.analysed import MOST_RIVALS, Analysed
from runfolio.analysis.comparison import Comparison
from runfolio.analysis.delta import Delta
from runfolio.analysis.metrics import Metric
from runfolio.analysis.optimism import Optimism
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Tone, Verdict

__all__ = [
    "call",
    "count_of",
    "headline",
    "is_without_spread",
    "listed",
    "lost_runs",
    "no_interval",
    "number_word",
    "opening",
    "says_nothing",
    "seeds",
    "verdict_of",
]

_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()

_TONES: dict[str, Tone] = {"better": "good", "worse": "bad", "not distinguishable": "unsure"}


def number_word(count: int) -> str:
    """Write small counts as words."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else format_count(count)


def count_of(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun: ``1 run``, ``1,000 runs``."""
    return f"{format_count(count)}\u00a0{one if count == 1 else many or one + 's'}"


def listed(items: Sequence[str], limit: int = 6) -> str:
    """Join with commas and "and"; say how many more there are."""
    shown = list(items[:limit])
    if len(items) > limit:
        shown.append(f"{len(items) - limit} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def verdict_of(comparison: Comparison) -> Verdict:
    """Return the verdict as a word with its tone."""
    if comparison.leaning:
        return Verdict(f"Perhaps {comparison.leaning}", "unsure")
    outcome = "no spread" if is_without_spread(comparison) else comparison.outcome
    forced = " (forced)" if comparison.is_forced else ""
    return Verdict(outcome.capitalize() + forced, _TONES.get(outcome, "none"))


def is_without_spread(comparison: Comparison) -> bool:
    """Tell whether there are runs enough, which differ from side to side and not within one."""
    delta = comparison.difference
    return comparison.outcome == "too few runs" and delta is not None and min(delta.n) > 1


def no_interval(delta: Delta) -> str:
    """Say why a difference has no interval, in the place of one."""
    return "too few runs" if min(delta.n) < 2 else "no spread"


def says_nothing(size: str) -> bool:
    """Tell whether the text of a size has no digit but 0, so that it reads as none."""
    return not any(digit in size for digit in "123456789∞")


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
            if _as_good(a):
                return f"No configuration beats {best}, the baseline, by {name}{among}"
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
        equal = _as_good(a)
        if equal:
            others = f"{number_word(equal)} other{'s' if equal > 1 else ''}"
            return f"{best} and {others} share the best {name}: {metric.value(value)}"
        return f"{best} shows the best {name}: {metric.value(value)}"
    c = a.comparison
    if c.outcome == "not comparable":
        return f"{best} and {base} cannot be compared yet"
    if c.outcome == "too few runs" and not a.champion_of:
        why = "runs without spread cannot" if is_without_spread(c) else "too few runs to"
        return f"{best} against {base}: {why} tell a difference by {name}"
    if is_without_spread(c):
        return f"{best} {ahead} {name}, but runs without spread cannot say how sure that is"
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
        parts.append(_without_objective(a))
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
    parts += lost_runs(a)
    if a.rivals and a.objective is not None and len(a.rivals) != _as_good(a):
        name = call(a.metrics[a.objective.metric])
        many = len(a.rivals) > 1
        least = "at least " if len(a.standings) > MOST_RIVALS else ""
        others = f"{least}{number_word(len(a.rivals))} other configuration{'s' if many else ''}"
        parts.append(f"By {name} alone, {others} cannot be told apart from it.")
    if c is not None and a.champion_of > 1 and c.outcome == "better":
        parts.append(f"It is the {a.champion_why}{_flattery(a)}.")
    elif tried := a.tables.not_shown.configurations:
        were = count_of(tried, "more configuration was", "more configurations were")
        parts.append(f"{were} tried and {'is' if tried == 1 else 'are'} not shown.")
    return " ".join(parts)


def lost_runs(a: Analysed) -> list[str]:
    """Say how many runs of the champion and of the baseline diverged."""
    sides = [("champion", a.champion_standing)]
    if a.baseline is not a.champion:
        sides.append(("baseline", a.baseline_standing))
    return [
        f"{number_word(own.diverged).capitalize()} of the {whose}'s "
        f"{number_word(own.estimate.n + own.diverged)} runs diverged; its mean is that of the "
        f"{'others' if own.estimate.n > 1 else 'other'}."
        for whose, own in sides
        if own is not None and own.diverged
    ]


def _flattery(a: Analysed) -> str:
    """Say what picking the best of several adds to its mean."""
    optimism = a.optimism
    if a.objective is None or not isinstance(optimism, Optimism):
        return "; picking the best of several flatters it, by how much cannot be told here"
    metric = a.metrics[a.objective.metric]
    if says_nothing(metric.size(optimism.value)):
        return "; it is so far ahead that picking the best of several hardly flatters it"
    return (
        "; picking the best of several flatters it, by about "
        f"{metric.size(optimism.value)}: about {metric.value(optimism.corrected)} is to be "
        "expected of it on fresh seeds"
    )


def _as_good(a: Analysed) -> int:
    """Return how many other configurations measured alike have the champion's mean."""
    own = a.champion_standing
    among = [s for s in a.alike if s.configuration is not a.champion]
    return sum(own is not None and s.estimate.value == own.estimate.value for s in among)


def _without_objective(a: Analysed) -> str:
    if not len(a.tables.metrics):
        return "The runs hold no metrics, so there is nothing to compare."
    slugs = {problem.slug for problem in a.problems}
    if "objective-not-logged" in slugs:
        return "The objective that report.yaml names was logged by no run."
    if "objective-without-goal" in slugs:
        return (
            "Whether more or less of the objective is better is not known: say so in report.yaml "
            "(objective: {goal: …})."
        )
    return (
        "No objective is known: name the metric that counts in report.yaml "
        "(objective: {metric: …, goal: …})."
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
        equal = _as_good(a)
        if others == 1:
            return f"The one other measured alike has {'the same' if equal else 'no better'} mean."
        told = f"None of the {number_word(others)} others measured alike has a better mean"
        same = "all have the same" if equal == others else f"{number_word(equal)} have the same"
        return f"{told}; {'one has the same' if equal == 1 else same}." if equal else f"{told}."
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
        missing = "The baseline that is named is not among the runs that can be compared"
    else:
        missing = "No baseline is named"
    return (
        f"That is {runs}, {chosen}.{noise} "
        f"{missing}, so nothing says whether that is an improvement."
    )
