"""Stage 3: a gate, which is a requirement judged for one configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from runfolio.analysis.comparison import Comparison
from runfolio.analysis.interval import Estimate

if TYPE_CHECKING:
    from runfolio.config import Requirement

__all__ = ["MET", "Gate", "GateOutcome", "Side"]

Side = Literal["champion", "baseline", "candidate"]

GateOutcome = Literal["met", "met, not certain", "missed", "not evaluated"]

MET = ("met", "met, not certain")
"""The outcomes that are a pass."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A requirement, judged for one configuration.

    Parameters
    ----------
    requirement : Requirement
    configuration : str
        Its label.
    side : Side
    outcome : GateOutcome
        ``met``: its whole 95 % interval is on the right side, or the evidence was found.
        ``met, not certain``: its mean is, but the interval is not, or there is none.
    reason : str
        One or two sentences.
    threshold : str
        What was asked for, in words; empty where it is evidence.
    estimate : Estimate or None
        The metric's mean over the configuration's runs.
    comparison : Comparison or None
        Where it is compared with the baseline.
    evidence : tuple of str
        What was found.
    waived : bool
        Whether it is let off on the day of the report.
    """

    requirement: Requirement
    configuration: str
    side: Side
    outcome: GateOutcome
    reason: str
    threshold: str = ""
    estimate: Estimate | None = None
    comparison: Comparison | None = None
    evidence: tuple[str, ...] = ()
    waived: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it is met, for certain or not."""
        return self.outcome in MET

    @property
    def stops(self) -> bool:
        """Whether a release has to wait for it."""
        return self.requirement.severity == "must" and not self.is_met and not self.waived
