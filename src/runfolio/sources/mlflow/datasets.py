"""Stage 1b: what MLflow wrote down of a data set that a run used.

In: its texts as stored in either store. Out: its use, with rows, version, columns and the name
of what it was made from. Addresses are not kept: they are those of somebody's machine or server.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from runfolio.model.records import DatasetUse
from runfolio.sources.mlflow.rules import rows_of
from runfolio.sources.mlflow.signatures import columns_of
from runfolio.sources.reading.parsing import ParseError, Tree, parse_json

__all__ = ["dataset_use"]

_ADDRESSES = ("uri", "url", "path", "table_name", "delta_table_name", "name")
_LONGEST = 200


@lru_cache(maxsize=256)
def dataset_use(
    name: str, digest: str, profile: str | None, schema: str | None, source: str | None
) -> DatasetUse:
    """Return a use of a data set, without its context; many runs have one in common.

    Parameters
    ----------
    name, digest : str
    profile, schema, source : str or None
        JSON texts.
    """
    version = _mapping(profile).get("version")
    return DatasetUse(
        name=name,
        digest=digest,
        rows=rows_of(profile),
        version=str(version) if isinstance(version, str | int) else "",
        columns=columns_of(schema),
        source=_name_of_source(_mapping(source)),
    )


def _name_of_source(source: dict[str, Tree]) -> str:
    """Return the last part of an address, or of the path of the script that made the data."""
    tags = source.get("tags")
    script = tags.get("mlflow.source.name") if isinstance(tags, dict) else None
    found = next((source[key] for key in _ADDRESSES if isinstance(source.get(key), str)), script)
    if not isinstance(found, str):
        return ""
    bare = re.split(r"[?#]", found)[0].rstrip("/\\")
    return unquote(re.split(r"[/\\]", bare)[-1])[:_LONGEST]


def _mapping(text: str | None) -> dict[str, Tree]:
    try:
        tree = parse_json(text or "")
    except ParseError:
        return {}
    return tree if isinstance(tree, dict) else {}
