"""Stage 4: experiments in sentences: what came out, what was predicted, what the team says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.interval import Estimate
from runfolio.analysis.leaderboard import Standing
from runfolio.analysis.metrics import Metric
from runfolio.analysis.predictions import Prediction
from runfolio.analysis.process import Experiment
from runfolio.views.blocks import Link, Span, Tone, Verdict
from runfolio.views.dates import day
from runfolio.views.facts import RunFacts
from runfolio.views.words import call, count_of, listed, number_word, verdict_of

__all__ = [
    "address_of",
    "borne_verdict",
    "contradiction",
    "counted_outcomes",
    "difference_of",
    "expected",
    "first_words",
    "outcome_verdict",
    "result_of",
    "standing_of",
    "when_of",
]

_OUTCOMES: dict[str, Tone] = {"confirmed": "good", "refuted": "bad", "open": "unsure"}
_BORNE: dict[str, Tone] = {"borne out": "good", "not borne out": "bad", "open": "unsure"}
_MARKS = re.compile(
    r"!?\[([^\]]*)\]\([^)]*\)"  # of a link, its words
    r"|[*`]{1,3}(?=\S)|(?<=\S)[*`]{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)"
    r"|^#+ |^[-*>] ",
    re.M,
)


def address_of(a: Analysed, experiment: str) -> str:
    """Return where a logged experiment is told of."""
    for one in a.experiments:
        if experiment in one.logged:
            return f"experiments.html#{one.anchor}"
    return "experiments.html"


def outcome_verdict(one: Experiment) -> Verdict:
    """Return what the team says came of it, never what the runs say."""
    outcome = one.note.outcome
    if outcome:
        return Verdict(outcome.capitalize(), _OUTCOMES[outcome])
    return Verdict({"planned": "Planned", "running": "Running"}.get(one.note.status, "Not stated"))


def borne_verdict(one: Experiment | Prediction) -> Verdict:
    """Return whether the runs bear out what was predicted."""
    borne = one.borne
    return Verdict(borne.capitalize(), _BORNE[borne]) if borne else Verdict("None stated")


def when_of(one: Experiment) -> str:
    """Return the date that is written, else that of its last run."""
    return day(one.when)


def counted_outcomes(experiments: Sequence[Experiment]) -> str:
    """Count experiments by what the team says of them: ``one confirmed, two refuted``."""
    told = [one.note.outcome for one in experiments]
    parts = [
        f"{number_word(told.count(outcome))} {outcome}" for outcome in _OUTCOMES if outcome in told
    ]
    silent = told.count("")
    if parts and silent:
        parts.append(f"{number_word(silent)} without a stated outcome")
    return listed(parts)


def standing_of(one: Experiment) -> str:
    """Say how far it is, who answers for it, and what was run."""
    note = one.note
    began = [note.status.capitalize() if note.status else "", day(one.when) if note.date else ""]
    parts = [", ".join(filter(None, began))] if any(began) else []
    if note.owner:
        parts.append(f"Owner: {note.owner}")
    runs = count_of(len(one.runs), "run") if one.runs else "no runs yet"
    other = [f"{one.status[word]} {word}" for word in ("failed", "killed") if one.status.get(word)]
    if other:
        runs += f" ({', '.join(other)})"
    first, last = day(one.started), day(one.ended)
    if first:
        runs += f" of {first}" if first == last else f" from {first} to {last}"
    parts.append(runs[:1].upper() + runs[1:])
    return ". ".join(parts) + "."


def result_of(one: Experiment, runs: Mapping[str, RunFacts]) -> tuple[Span, ...]:
    """Say what its best configuration reaches, and how that compares."""
    found = one.result
    metric = found.metric
    if metric is None:
        return ("Nothing names a metric by which its runs could be judged.",)
    if not found.standings:
        return (f"None of its runs that finished has a finite {call(metric)}.",)
    if found.candidate is None:
        if found.baseline is None:
            return ("What it is to compare was not found among its configurations.",)
        name = found.baseline.configuration.label
        return (f"It holds only {name}, the baseline: {_reaches(metric, found.baseline)}.",)
    own, base = found.candidate, found.baseline
    which = f"The best of its {number_word(found.picked_from)} configurations, "
    spans: list[Span] = [
        which if found.picked_from > 1 else "",
        Link(own.configuration.label, runs[own.typical].page),
        f"{',' if found.picked_from > 1 else ''} reaches {_reaches(metric, own)}",
    ]
    c = found.comparison
    if base is None or c is None:
        return (*spans, ". There is no baseline to compare it with.")
    spans += [
        "; the baseline, ",
        Link(base.configuration.label, runs[base.typical].page),
        f", {_reaches(metric, base)}. ",
    ]
    if c.outcome == "not comparable":
        return (*spans, f"The two cannot be compared. {c.reason}")
    d = difference_of(one)
    told = f"The difference is {d}: {verdict_of(c).text.lower()}. {c.reason}"
    if found.picked_from > 1:
        told += (
            f" It is the best of {number_word(found.picked_from)} on the very runs that judge it, "
            "which flatters it."
        )
    return (*spans, told)


def difference_of(one: Experiment) -> str:
    """Return the difference with its interval, or nothing where there is none to tell."""
    c, metric = one.result.comparison, one.result.metric
    if c is None or metric is None or c.difference is None or c.outcome == "not comparable":
        return ""
    fine = metric.fine_for(c.difference.value)
    told = fine.delta(c.difference.value)
    if c.difference.has_interval:
        told += f" ({fine.delta_range(c.difference.low, c.difference.high)})"
    return told


def expected(prediction: Prediction) -> tuple[str, str]:
    """Return in words what was predicted, and what was measured."""
    e, metric = prediction.expectation, prediction.metric
    if metric is None:
        return e.direction or "a bound", "not logged"
    of_value = e.of == "value"

    def write(value: float) -> str:
        plain = replace(metric, digits=None)  # as it was written, without zeros behind
        return plain.value(value) if of_value else plain.delta(value)

    parts = [{"unchanged": "the same as the baseline"}.get(e.direction, e.direction)]
    if e.at_least is not None:
        parts.append(f"at least {write(e.at_least)}")
    if e.at_most is not None:
        parts.append(f"at most {write(e.at_most)}")
    measured = ""
    c, mean = prediction.comparison, prediction.estimate
    if mean is not None:
        measured = metric.value(mean.value)
        if mean.has_interval:
            measured += f" ({metric.range(mean.low, mean.high)})"
    elif c is not None and c.difference is not None and c.outcome != "not comparable":
        fine = metric.fine_for(c.difference.value)
        measured = fine.delta(c.difference.value)
        if c.difference.has_interval:
            measured += f" ({fine.delta_range(c.difference.low, c.difference.high)})"
    return " and ".join(filter(None, parts)), measured or "not measured"


def contradiction(one: Experiment) -> str:
    """Say where the team's word and the runs go apart; nothing where they do not."""
    said, borne = one.note.outcome, one.borne
    which = "its prediction" if len(one.predictions) == 1 else "its predictions"
    if said == "confirmed" and borne == "not borne out":
        return f"The team calls it confirmed, but the runs do not bear out {which}."
    if said == "confirmed" and borne == "open":
        return f"The team calls it confirmed; the runs leave {which} open."
    if said == "refuted" and borne == "borne out":
        return f"The team calls it refuted, but the runs bear out {which}."
    if said == "refuted" and borne == "open":
        return f"The team calls it refuted; the runs leave {which} open."
    if said == "open" and borne in ("borne out", "not borne out"):
        return f"The team leaves it open; {which} {'is' if 'ions' not in which else 'are'} {borne}."
    return ""


def first_words(markdown: str, most: int = 160) -> str:
    """Return the first paragraph of a text without its marks, cut at a word."""
    plain = _MARKS.sub(lambda found: found[1] or "", markdown[: 8 * most]).strip()
    plain = " ".join(plain.split("\n\n")[0].split())
    if len(plain) <= most:
        return plain
    return f"{plain[:most].rpartition(' ')[0] or plain[:most]} …"


def _reaches(metric: Metric, standing: Standing) -> str:
    e = standing.estimate
    return f"{metric.value(e.value)} {call(metric)} ({_uncertainty(metric, e)})"


def _uncertainty(metric: Metric, estimate: Estimate) -> str:
    if not estimate.has_interval:
        return "one run, so its spread is unknown"
    return f"{metric.range(estimate.low, estimate.high)}, {count_of(estimate.n, 'run')}"
