"""Stage 5: text that goes into CSV files, so that a spreadsheet takes it for data."""

from __future__ import annotations

__all__ = ["exact_text", "harmless"]


def exact_text(value: float | None) -> str:
    """Return a number that reads back as the same one; nothing for None."""
    if value is None:
        return ""
    return repr(float(value)).replace("nan", "NaN").replace("inf", "Infinity")


def harmless(text: str) -> str:
    """Return a text with a quotation mark in front where it would be a formula."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        try:
            float(text)
        except ValueError:
            return f"'{text}"
    return text
