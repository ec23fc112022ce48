"""For whoever brings the data: are they right, whole, consistent and in time?"""

from __future__ import annotations

import math

from runfolio.analysis.quality import SetQuality
from runfolio.model.quality import DataCheck
from runfolio.views.blocks import KeyFigure, Link, Span, Strong
from runfolio.views.data_words import champion_data
from runfolio.views.methods import method_link
from runfolio.views.quality_words import headline_of, percent, told_check
from runfolio.views.verdict_parts import gate_steps, own_gates
from runfolio.views.verdicts import RoleVerdict, VerdictKind
from runfolio.views.view import View
from runfolio.views.words import count_of, listed, number_word


def build(view: View) -> RoleVerdict:
    a = view.analysed
    if a.quality.sets:
        title, lede = headline_of(a.quality), f"{_versions(view)}. "
    else:
        title = _versions(view)
        lede = "No rule says what must hold of the data, so their quality is not known."
    return RoleVerdict(title, (lede,), tuple(_figures(view)[:3]), tuple(_steps(view)))


def _versions(view: View) -> str:
    """Say which versions of data were used, without a full stop."""
    sets = view.analysed.data
    used = [(one.name, version) for one in sets for version in one.versions if version.runs]
    if not used:
        return "No run says which data it used"
    names = list(dict.fromkeys(name for name, _ in used))
    return (
        f"The runs used {count_of(len(used), 'version')} of {listed(names, 3)}"
        if len(used) > 1
        else f"All runs that say so used one version of {names[0]}"
    )


def _figures(view: View) -> list[KeyFigure]:
    a = view.analysed
    figures = []
    lowest = [own for own in a.quality.sets if not math.isnan(own.lowest)]
    if lowest:
        figures.append(_lowest(min(lowest, key=lambda own: own.lowest)))
    checks = a.quality.checks
    if checks:
        kept = sum(check.status == "pass" for check in checks)
        unjudged = sum(check.status == "not evaluated" for check in checks)
        told = f"{number_word(unjudged).capitalize()} could not be evaluated. " if unjudged else ""
        figures.append(
            KeyFigure(
                *("Rules kept", f"{kept} of {len(checks)}"),
                (
                    told,
                    Link("Each rule", "data.html#data-rules"),
                    ". ",
                    method_link("data-quality"),
                ),
            )
        )
    versions = sum(bool(version.runs) for one in a.data for version in one.versions)
    if versions:
        newer = [one.name for one in a.data if one.newer]
        told = (
            f"The champion was not trained on the newest of {listed(newer, 2)}. "
            if newer
            else "The champion was trained on the newest that is known. "
        )
        figures.append(
            KeyFigure(
                *("Versions of data used", f"{versions}"),
                (
                    told if a.champion else "",
                    Link("All versions", "data.html#data-versions"),
                    ". ",
                    method_link("data-versions"),
                ),
            )
        )
    runs = len(a.tables.runs)
    silent = runs - a.tables.datasets["run"].nunique()
    figures.append(
        KeyFigure(
            *("Runs that say which data they used", f"{runs - silent} of {runs}"),
            (
                "For the others it cannot be told. " if silent else "",
                Link("Runs", "runs.html"),
                ".",
            ),
        )
    )
    known = len(a.features.lists) if a.features is not None else 0
    told = "The others leave open what their model saw. " if known < runs else ""
    figures.append(
        KeyFigure(
            *("Runs that say which features they used", f"{known} of {runs}"),
            (told, method_link("coverage"), "."),
        )
    )
    return figures


def _lowest(own: SetQuality) -> KeyFigure:
    worst = min(
        (score for score in own.dimensions if not math.isnan(score.score)),
        key=lambda score: score.score,
    )
    rules = count_of(worst.kept + worst.broken, "rule")
    return KeyFigure(
        f"{worst.dimension.capitalize()} of {own.about.name or 'the data'}",
        percent(worst.score),
        (f"The lowest of all scores, the mean over {rules}. ", method_link("data-scores")),
    )


def _steps(view: View) -> list[tuple[Span, ...]]:
    a = view.analysed
    broken = [check for check in a.quality.checks if check.status == "fail"]
    steps = [_mend(check) for check in broken[:3]]
    unjudged = [check for check in a.quality.checks if check.status == "not evaluated"]
    steps += [
        (Strong(f"Make “{check.name}” checkable."), f" {check.reason}") for check in unjudged[:2]
    ]
    steps += [
        (Strong("Train on the newest data, or say why not."), f" {champion_data(one)}")
        for one in a.data
        if one.newer
    ]
    steps += gate_steps([gate for gate in own_gates(view, "data engineer") if not gate.is_met])
    if not a.quality.checks:
        steps.append(
            (
                Strong("Say what must hold of the data."),
                " A few rules under data: in report.yaml are enough: required columns, ranges, a "
                "key that is unique, the age of the newest record.",
            )
        )
    if not len(a.tables.datasets):
        steps.append(
            (
                Strong("Have runs log which data they used."),
                " A name and a digest of each data set, such as mlflow.log_input or dvc.lock, let "
                "the report tell versions apart.",
            )
        )
    return steps or [(Strong("Nothing is open here."), " Every rule that was written is kept.")]


def _mend(check: DataCheck) -> tuple[Span, ...]:
    owner = f" Owner: {check.owner}." if check.owner else ""
    return (
        Strong(f"Mend “{check.name}” in {check.data_set}."),
        f" {told_check(check)}.{owner}".replace("..", "."),
    )


verdict = VerdictKind("data", build)
