"""What a user is told when it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from runfolio.model.problems import Problem

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.analysis.gate import Gate
    from runfolio.model.tables import Skipped

__all__ = ["Judged", "Result", "SourceSummary"]


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """One log source: what was read there, and how many runs its tracker had deleted."""

    format: str
    title: str
    location: str
    runs: int
    hidden: int
    checks: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What was done.

    Parameters
    ----------
    output : Path or None
        The site's folder; None where no site was built.
    sources : tuple of SourceSummary
    runs, experiments, hidden_runs, pages : int
    problems : tuple of Problem
    headline : str
        The finding in one sentence.
    empty : tuple of (str, str)
        Sections that stayed empty, with what each needs.
    seconds : dict of str to float
        Wall time of each stage.
    skipped : tuple of Skipped
        What was passed over, and why.
    status : dict of str to int
        Runs by how they ended.
    metrics : tuple of str
        As they are named in the report.
    rules : tuple of (str, str)
        Of each rule for the data, worst first: how it came out, and what was found.
    locale : str
        In which its numbers are written.
    single_file, archive : Path or None
        The report as one file, and the archive of it, where these were asked for.
    """

    output: Path | None
    sources: tuple[SourceSummary, ...]
    runs: int
    experiments: int
    hidden_runs: int
    problems: tuple[Problem, ...]
    pages: int
    headline: str
    empty: tuple[tuple[str, str], ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    status: dict[str, int] = field(default_factory=dict)
    metrics: tuple[str, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    locale: str = "en"
    single_file: Path | None = None
    archive: Path | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether what is asked of the model is met.

    Parameters
    ----------
    title : str
        The report's.
    analysed : Analysed
        With the gates of all configurations.
    own : tuple of Gate
        Those of the champion; none where there is no champion.
    holding : tuple of Gate
        Those of them that hold a release back.
    passes : bool
        Whether the champion may be released.
    locale : str
        In which its numbers are written.
    """

    title: str
    analysed: Analysed
    own: tuple[Gate, ...]
    holding: tuple[Gate, ...]
    passes: bool
    locale: str = "en"
