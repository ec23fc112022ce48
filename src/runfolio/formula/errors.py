"""What can be wrong with a formula or a unit."""

from __future__ import annotations

__all__ = ["FormulaError"]


class FormulaError(ValueError):
    """A formula or a unit that means nothing, or does not fit together.

    Parameters
    ----------
    message : str
        What is wrong, as the end of a sentence that begins with the formula's name.
    hint : str
        What to do, in one sentence.
    slug : str
        Kind of the mistake, such as ``config-formula``.
    """

    def __init__(self, message: str, hint: str, slug: str = "config-formula") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.slug = slug
