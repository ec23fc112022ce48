"""Stage 5: what a report comes down to, chosen from the blocks of its pages.

In: pages. Out: a `Summary`: for a comment, and for ``summary.md``. What is judged row by row
(requirements, the metrics of a branch, the champion against the baseline) is kept apart in what
failed, what is told at once and the rest, so that nothing that failed is lost where room is short.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from runfolio.render.judged import Folded, Judged, judged
from runfolio.views import blocks as b

__all__ = ["OVERVIEW", "Summary", "summary_of"]

OVERVIEW = "index.html"
_BRANCH = "branch.html"
_REQUIREMENTS = "requirements.html"
_PROBLEMS = "problems.html"
_TOLD_ELSEWHERE = frozenset(
    (
        *(OVERVIEW, _BRANCH, _REQUIREMENTS, _PROBLEMS, "methods.html", "glossary.html"),
        *("runs.html", "compare.html", "model-card.html"),  # no finding
    )
)
_STRIKING = frozenset(("Not finite", "Gone", "Moved"))
"""What became of a metric of a branch that is told at once, though it is neither good nor bad."""
_Sections = Mapping[str, tuple[b.Block, ...]]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a report comes down to.

    Parameters
    ----------
    title : str
        The report's.
    finding, kicker : str
        The overview's heading, and the small line above it.
    lede : tuple of Span
        Its opening sentences.
    branch : Judged or None
        What a branch changes, where a build compares one.
    requirements : Judged or None
    since : tuple of Block
        What is new since the last report.
    figures : tuple of KeyFigure
    scorecard : Judged or None
        The champion against the baseline.
    folded : tuple of Folded
    findings : tuple of (str, str, str)
        What other pages find: label, path and finding.
    problems : Folded or None
        What was wrong in the input.
    """

    title: str
    finding: str
    kicker: str
    lede: tuple[b.Span, ...]
    branch: Judged | None
    requirements: Judged | None
    since: tuple[b.Block, ...]
    figures: tuple[b.KeyFigure, ...]
    scorecard: Judged | None
    folded: tuple[Folded, ...]
    findings: tuple[tuple[str, str, str], ...]
    problems: Folded | None

    @property
    def judged(self) -> tuple[Judged, ...]:
        """All that is judged, the most pressing first."""
        return tuple(
            one for one in (self.branch, self.requirements, self.scorecard) if one is not None
        )


def summary_of(
    title: str, pages: Sequence[b.Page], nav: Iterable[tuple[str, str]], problems: int
) -> Summary:
    """Choose from the pages of a report what it comes down to.

    Parameters
    ----------
    title : str
        The report's.
    pages : sequence of Page
        Without those of single runs; none of them has to be there.
    nav : iterable of (str, str)
        Label and path of the entries of the navigation.
    problems : int
        Number of problems in the input that are no mere notes.
    """
    by_path = {page.path: page for page in pages}
    overview = by_path.get(OVERVIEW)
    told = _sections(overview)
    since = told.get("since-last", ())
    folded = [Folded("Is it really better?", told.get("comparison", ()))]
    folded += [Folded(f"Since the last report: {one.summary}", one.blocks) for one in _parts(since)]
    folded.append(Folded("What was tried", told.get("leaderboard", ())))
    wrong = by_path.get(_PROBLEMS)
    return Summary(
        title=title,
        finding=overview.title if overview else "",
        kicker=overview.kicker if overview else "",
        lede=overview.lede if overview else (),
        branch=_branch(by_path.get(_BRANCH)),
        requirements=_requirements(told, by_path.get(_REQUIREMENTS)),
        since=tuple(one for one in since if not isinstance(one, b.Details)),
        figures=tuple(
            figure
            for block in told.get("figures", ())
            if isinstance(block, b.KeyFigures)
            for figure in block.figures
        ),
        scorecard=_scorecard(told),
        folded=tuple(one for one in folded if one.blocks),
        findings=tuple(_findings(by_path, overview, nav)),
        problems=Folded(wrong.title, _sections(wrong).get("problems", ()))
        if wrong is not None and problems
        else None,
    )


def _sections(page: b.Page | None) -> _Sections:
    return {section.key: section.blocks for section in page.sections} if page else {}


def _parts(blocks: Iterable[b.Block]) -> Iterator[b.Details]:
    yield from (block for block in blocks if isinstance(block, b.Details))


def _branch(page: b.Page | None) -> Judged | None:
    if page is None:
        return None
    told = _sections(page)
    titles = {section.key: section.title for section in page.sections}
    found = judged(
        *(page.kicker or "What this branch changes", _BRANCH, told.get("branch-metrics", ())),
        says=("metric is worse", "metrics are worse"),
        others=("other metric", "other metrics"),
        place=_place_of_change,
    )
    return replace(
        found,
        finding=page.title,
        sentence=page.lede,
        notes=tuple(one for one in told.get("branch-problems", ()) if isinstance(one, b.Callout)),
        folded=tuple(
            Folded(titles[key], told[key])
            for key in ("branch-inputs", "branch-commits")
            if key in told
        ),
    )


def _place_of_change(verdict: b.Verdict) -> str:
    if verdict.tone == "bad":
        return "failed"
    return "told" if verdict.tone == "good" or verdict.text in _STRIKING else "rest"


def _requirements(told: _Sections, page: b.Page | None) -> Judged | None:
    blocks = told.get("requirements") or _sections(page).get("requirements")
    if not blocks:
        return None
    return judged(
        *("What is asked of it", _REQUIREMENTS if page else "", blocks),
        says=("requirement is not met", "requirements are not met"),
        others=("requirement that is met", "requirements that are met"),
        place=_place_of_gate,
    )


def _place_of_gate(verdict: b.Verdict) -> str:
    """Put what was not evaluated with what failed: it is no pass."""
    if verdict.tone == "bad" or not verdict.text.startswith("Met"):
        return "failed"
    return "rest" if verdict.tone == "good" else "told"


def _scorecard(told: _Sections) -> Judged | None:
    blocks = told.get("scorecard")
    if not blocks:
        return None
    return judged(
        *("Champion against baseline", f"{OVERVIEW}#scorecard", blocks),
        says=("metric is worse than the baseline's", "metrics are worse than the baseline's"),
        others=("metric of champion and baseline", "metrics of champion and baseline"),
        # The sentence names what is better.
        place=lambda one: "failed" if one.tone == "bad" else "rest",
    )


def _findings(
    pages: dict[str, b.Page], overview: b.Page | None, nav: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield what other pages find, unless it is what the overview says."""
    said = {overview.title} if overview else set()
    for label, path in nav:
        page = pages.get(path)
        if page is not None and path not in _TOLD_ELSEWHERE and page.title not in said:
            said.add(page.title)
            yield label, path, page.title
