"""Stage 1b: the texts that a TensorBoard run logged.

In: texts by their tag. Out: notes in Markdown, under a heading per tag; and params, where the
text is what Hugging Face's Trainer logs of itself: its arguments as ``args`` and the model's
as ``model_config``, both in JSON. Of these, values that are paths are personal and left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from runfolio.sources.reading.parsing import ParseError, Tree, flatten, parse_json, text_of

__all__ = ["notes_of"]

_SUFFIX = "/text_summary"
_PREFIX = {"args": "", "model_config": "model."}
_PLACES = frozenset({"output_dir", "logging_dir"})
_PERSONAL = re.compile(r"[/\\~<]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\w+://")


def notes_of(texts: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the notes, and the params that are logged as text."""
    notes: list[str] = []
    params: dict[str, str] = {}
    for name, text in sorted(texts.items()):
        tag = name.removesuffix(_SUFFIX)
        settings = _settings(text) if tag in _PREFIX else None
        if settings is None:
            heading = " ".join(tag.split())
            notes.append(f"## {heading}\n\n{text.strip()}\n")
        else:
            params |= {_PREFIX[tag] + key: value for key, value in settings.items()}
    return "\n".join(notes), params


def _settings(text: str) -> dict[str, str] | None:
    """Return a JSON object's values that were set; None if the text is none."""
    try:
        tree = parse_json(text, numbers_as_text=True)
        leaves: dict[str, Tree] = dict(flatten(tree)) if isinstance(tree, dict) else {}
    except ParseError:
        return None
    return {
        key: text_of(value)
        for key, value in leaves.items()
        if value not in (None, "", [], {})
        and key not in _PLACES
        and not _PERSONAL.match(text_of(value))
    } or None
