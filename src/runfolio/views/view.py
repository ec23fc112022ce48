"""Stage 4: what a section is, and what it sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runfolio.analysis.analysed import Analysed
from runfolio.views.blocks import Block
from runfolio.views.data import TableData
from runfolio.views.facts import RunFacts
from runfolio.views.history_facts import HistoryFacts, TrendFacts

if TYPE_CHECKING:
    from runfolio.views.verdicts import RoleVerdict

__all__ = ["SectionKind", "View"]


@dataclass(frozen=True, slots=True)
class View:
    """What a section sees.

    Parameters
    ----------
    analysed : Analysed
    description : str
        The project's own words (Markdown), or empty.
    roles : tuple of (path, title, question)
        The role pages of this site.
    runs : mapping of str to RunFacts
        Every run by its id.
    rows : TableData or None
        All runs as one table.
    run : RunFacts or None
        The run that the page is about.
    histories : tuple of HistoryFacts
        The history of each repository.
    trend : (HistoryFacts, TrendFacts) or None
        The metric, over the commits of a repository, that the page is about.
    seed_params : tuple of str
        Params that tell replicates apart.
    options : mapping
        From the role file.
    verdict : RoleVerdict or None
        What the reader of a role's page is told first and last.
    """

    analysed: Analysed
    description: str = ""
    roles: tuple[tuple[str, str, str], ...] = ()
    runs: Mapping[str, RunFacts] = field(default_factory=dict)
    rows: TableData | None = None
    run: RunFacts | None = None
    histories: tuple[HistoryFacts, ...] = ()
    trend: tuple[HistoryFacts, TrendFacts] | None = None
    seed_params: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    verdict: RoleVerdict | None = None


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A titled unit of a page, added by one file in ``views/sections``.

    Parameters
    ----------
    name : str
        As in role files.
    title : str
        The heading; a role may give its own.
    needs : str
        One clause that says what logs or settings it needs, for when it stays empty.
    build : callable
        Makes the blocks from a `View`; no blocks where there are no data.
    headed : bool
        Whether its title stands above it, or it speaks for itself.
    """

    name: str
    title: str
    needs: str
    build: Callable[[View], tuple[Block, ...]]
    headed: bool = True
