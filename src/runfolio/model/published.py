"""Stage 2: the reports that lie side by side at one address."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PublishedReport"]


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """A report at an address that may hold several.

    Parameters
    ----------
    folder : str
        Its folder below the address; empty for the main one, at the address itself.
    title : str
    data_as_of : str
        The day of its newest data, as in ISO 8601; empty if unknown.
    of_branch : bool
        Whether it was made for a branch of that name, and goes when the branch goes.
    """

    folder: str
    title: str
    data_as_of: str = ""
    of_branch: bool = False
