"""Finds what can be added: sources, sections, channels.

Built-ins are found by walking a package, third parties by entry points; both come through
the same door, so a new one is a new file and no list is edited.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from runfolio.errors import UsageError

__all__ = ["find", "names"]


@cache
def find(package: str, attribute: str, group: str | None = None) -> dict[str, Any]:
    """Return the objects called `attribute` in the modules below `package`, by their name.

    Parameters
    ----------
    package : str
        Such as ``runfolio.sources``.
    attribute : str
        Such as ``source``: a module without one is no plug-in and is passed over.
    group : str, optional
        The group of entry points that is read; by default it is called like the package.

    Raises
    ------
    UsageError
        If two of them have one name, or a third party's cannot be imported.
    """
    found: dict[str, Any] = {}
    above = importlib.import_module(package)
    for module in pkgutil.walk_packages(above.__path__, f"{package}."):
        item = getattr(importlib.import_module(module.name), attribute, None)
        if item is not None:
            _add(found, item, module.name)
    for point in entry_points(group=group or package):
        try:
            item = point.load()
        except Exception as error:
            raise UsageError(
                f"The installed extension {point.value!r} ({point.group}) cannot be imported: "
                f"{error}. Update or uninstall it.",
                "extension-broken",
            ) from error
        _add(found, item, point.value)
    return found


def names(package: str, attribute: str) -> list[str]:
    """Return the names of what `find` finds, sorted."""
    return sorted(find(package, attribute))


def _add(found: dict[str, Any], item: Any, where: str) -> None:
    if item.name in found:
        raise UsageError(
            f"{where} brings a second {item.name!r}. Nobody may shadow another's: "
            "rename or uninstall it.",
            "extension-name-taken",
        )
    found[item.name] = item
