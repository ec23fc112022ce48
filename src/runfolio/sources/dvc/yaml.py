"""Stage 1b: what a ``dvc.yaml`` says a project's params, metrics and plots are.

In: its content, and a way to read the files of values that it names. Out: paths relative to
its folder. Nothing here knows where files lie, so that a revision in git is read alike.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from runfolio.model.numbers import format_count
from runfolio.sources.dvc.templates import MAX_STAGES, expand, lookup, merged, resolve
from runfolio.sources.reading.parsing import Tree

__all__ = ["PARAMS", "Definition", "Plot", "define", "inside"]

PARAMS = "params.yaml"
"""The file of params that a project has without saying so."""

MAX_PATHS = 2_000
"""Files and folders that one ``dvc.yaml`` may name."""

MOST_WORK = 3_000_000
"""Values that are laid over others, or handed to stages, on behalf of one ``dvc.yaml``."""
WORK_PER_FILE = 200_000
"""What it counts to read a file of such values."""

Values = dict[str, Tree]


@dataclass(frozen=True, slots=True)
class Plot:
    """Columns of a table that are to be drawn; without names all of them."""

    path: str
    x: str | None = None
    ys: tuple[str, ...] = ()
    template: str = ""


@dataclass(slots=True)
class Definition:
    """What a ``dvc.yaml`` names.

    Parameters
    ----------
    metrics, plots : dict of str or Plot to None
        In order, each once.
    params : dict of str to set of str or None
        By file the keys that are params; None for all of its keys.
    uncached : set of str
        Files that are kept in git, not in DVC's cache.
    folders : dict of str to str
        The working folder of each stage that has one.
    left_out : list of str
        What could not be made out, in sentences.
    """

    metrics: dict[str, None] = field(default_factory=dict)
    plots: dict[Plot, None] = field(default_factory=dict)
    params: dict[str, set[str] | None] = field(default_factory=dict)
    uncached: set[str] = field(default_factory=set)
    folders: dict[str, str] = field(default_factory=dict)
    has_stages: bool = False
    left_out: list[str] = field(default_factory=list)

    def paths(self) -> set[str]:
        """Return every file and folder that is named."""
        return {*self.metrics, *self.params, *(plot.path for plot in self.plots)}

    def track(self, path: str, keys: set[str] | None) -> None:
        """Add params of a file."""
        known = self.params.setdefault(path, keys)
        if known is not None:
            self.params[path] = None if keys is None else known | keys


def define(tree: Values, load: Callable[[str], Values]) -> Definition:
    """Return what a ``dvc.yaml`` names.

    Parameters
    ----------
    tree : dict
        Its content.
    load : callable
        Returns the values in a file given by its path; none where there is no such file.
    """
    return _Reader(load).read(tree)


def inside(folder: str, path: str) -> str | None:
    """Return a path of a folder relative to the project; None if it lies outside of it."""
    path = path.replace("\\", "/")
    if not path or path.startswith(("/", "~")) or re.match(r"\w+:", path) or "\0" in path:
        return None
    joined = posixpath.normpath(posixpath.join(folder, path))
    return None if joined.startswith("..") or joined == "." else joined


class _Reader:
    def __init__(self, load: Callable[[str], Values]) -> None:
        self._load = load
        self._loaded: dict[str, Values] = {}
        self._found = Definition()
        self._paths = 0
        self._work_left = MOST_WORK

    def read(self, tree: Values) -> Definition:
        found = self._found
        values = self._with_vars(self._load(PARAMS), tree.get("vars"), "")
        stages = tree.get("stages")
        every = (
            one
            for name, entry in (stages.items() if isinstance(stages, dict) else ())
            for one in expand(name, entry if isinstance(entry, dict) else {}, values)
        )
        for name, stage, known in islice(every, MAX_STAGES):
            found.has_stages = True
            if not self._has_room(len(known)):
                break
            if stage is None:
                found.left_out.append(f"The stages of {name!r} could not be made out.")
            else:
                self._stage(name, stage, known)
        if next(every, None) is not None:
            found.left_out.append(f"Only the first {format_count(MAX_STAGES)} stages were read.")
        for entry in _listed(tree.get("params")):
            self._params(entry, values, "", keys_alone=False)
        self._metrics(tree.get("metrics"), values, "")
        self._plots(tree.get("plots"), values, "")
        return found

    def _stage(self, name: str, stage: Values, values: Values) -> None:
        folder = ""
        if isinstance(stage.get("wdir"), str):
            within = self._path("", stage["wdir"], values) if stage["wdir"] != "." else ""
            if within is None:
                return
            folder = self._found.folders[name] = within
        values = self._with_vars(values, stage.get("vars"), folder)
        for entry in _listed(stage.get("params")):
            self._params(entry, values, folder, keys_alone=True)
        self._metrics(stage.get("metrics"), values, folder)
        self._plots(stage.get("plots"), values, folder)

    def _with_vars(self, values: Values, entries: Tree, folder: str) -> Values:
        for entry in _listed(entries):
            more = entry
            if isinstance(entry, str):
                path, _, keys = entry.partition(":")
                if not self._has_room(1 + len(entry) // 2):
                    break
                within = inside(folder, path)
                if within and within not in self._loaded:
                    if not self._has_room(WORK_PER_FILE):
                        break
                    self._loaded[within] = self._load(within)
                more = self._loaded[within] if within else {}
                if keys:
                    more = _only(more, keys.split(","))
            if isinstance(more, dict):
                if not self._has_room(_work(values, more)):
                    break
                values = merged(values, more)
        return values

    def _has_room(self, work: int) -> bool:
        """Tell whether there is time for as many values more, and that there is none."""
        if self._work_left >= 0:
            self._work_left -= work
            if self._work_left < 0:
                self._found.left_out.append(
                    "It has more variables than there is time for; those behind them, and the "
                    "stages that need them, were left out."
                )
        return self._work_left >= 0

    def _params(self, entry: Tree, values: Values, folder: str, *, keys_alone: bool) -> None:
        """Take an entry: a file, or a key of the usual one, or files with lists of keys."""
        if isinstance(entry, dict):
            for file, keys in entry.items():
                path = self._path(folder, file, values)
                if path is not None:
                    named = {key for key in _listed(keys) if isinstance(key, str)}
                    self._found.track(path, named or None)
        elif isinstance(entry, str) and keys_alone:
            path = inside(folder, PARAMS)
            key = resolve(entry, values)
            if path is not None and key is not None:
                self._found.track(path, {key})
        elif isinstance(entry, str) and (path := self._path(folder, entry, values)) is not None:
            self._found.track(path, None)

    def _metrics(self, entries: Tree, values: Values, folder: str) -> None:
        for name, about in _outputs(entries):
            path = self._path(folder, name, values)
            if path is not None:
                self._found.metrics[path] = None
                self._note_cache(path, about)

    def _plots(self, entries: Tree, values: Values, folder: str) -> None:
        for name, about in _outputs(entries):
            x, y = about.get("x"), about.get("y")
            columns: dict[str, Tree] = y if isinstance(y, dict) else {name: y}
            template = _text(about.get("template")) or ""
            for file, names in columns.items():
                path = self._path(folder, file, values)
                if path is None:
                    continue
                own_x = x.get(file, next(iter(x.values()), None)) if isinstance(x, dict) else x
                ys = tuple(column for column in _listed(names) if isinstance(column, str))
                self._found.plots[Plot(path, _text(own_x), ys, template)] = None
                self._note_cache(path, about)

    def _note_cache(self, path: str, about: Values) -> None:
        if _text(about.get("cache")) in ("false", "False"):
            self._found.uncached.add(path)

    def _path(self, folder: str, template: str, values: Values) -> str | None:
        self._paths += 1
        if self._paths > MAX_PATHS:
            self._found.left_out.append(
                f"Only the first {format_count(MAX_PATHS)} paths were followed."
            )
            return None
        text = resolve(template, values)
        if text is None:
            self._found.left_out.append(
                f"{template!r} names a value that is not known; it was left out."
            )
            return None
        path = inside(folder, text)
        if path is None:
            name = posixpath.basename(text.replace("\\", "/").rstrip("/"))
            self._found.left_out.append(
                f"A path to {name!r} leads out of the project's folder; it was left out."
            )
        return path


def _outputs(entries: Tree) -> Iterator[tuple[str, Values]]:
    """Yield the name (mostly a path) and properties of each entry."""
    for entry in _listed(entries):
        if isinstance(entry, str):
            yield entry, {}
        elif isinstance(entry, dict):
            for name, about in entry.items():
                abouts = [each for each in _listed([about]) if isinstance(each, dict)]
                for each in abouts or ({},):
                    yield name, each


def _listed(value: Tree) -> list[Tree]:
    """Return a list as it is (one level of lists in it opened), and one thing as a list."""
    if value is None:
        return []
    if not isinstance(value, list):
        return [value]
    return [inner for item in value for inner in (item if isinstance(item, list) else [item])]


def _text(value: Tree) -> str | None:
    return value if isinstance(value, str) else None


def _work(values: Values, more: Values) -> int:
    """Return how many values are gone through to lay some over others."""
    shared = ((values.get(key), value) for key, value in more.items() if isinstance(value, dict))
    return (
        len(values)
        + len(more)
        + sum(_work(old, value) for old, value in shared if isinstance(old, dict))
    )


def _only(values: Values, keys: list[str]) -> Values:
    found: Values = {}
    for key in map(str.strip, keys):
        value = lookup(key, values)
        if value is not None:
            *outer, last = key.split(".")
            node = found
            for part in outer:
                inner = node.get(part)
                node[part] = node = inner if isinstance(inner, dict) else {}
            node[last] = value
    return found
