"""Stage 1b: what DVC recorded of a run: ``dvc.lock`` and ``*.dvc`` files.

In: their content. Out: versions of data, and the params that stages were run with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from runfolio.sources.dvc.yaml import inside
from runfolio.sources.reading.parsing import Tree, flatten, text_of, to_float
from runfolio.sources.reading.value_files import suffix_of
from runfolio.storage.base import readable

__all__ = [
    "Tracked",
    "cache_paths",
    "evaluation_code",
    "is_code",
    "locked_params",
    "tracked_by_file",
    "tracked_by_lock",
]

_DIGESTS = ("md5", "etag", "checksum", "version_id", "rev_lock", "version")
_CODE = frozenset(
    ".py .ipynb .sh .bash .r .rmd .jl .java .scala .c .cc .cpp .h .rs .go .js .ts .sql".split()
)
_EVALUATES = frozenset("eval evaluate evaluation evaluator score scoring metrics".split())
_MD5 = re.compile(r"[0-9a-f]{32}(\.dir)?")


@dataclass(frozen=True, slots=True)
class Tracked:
    """A file or folder with the version that DVC recorded of it.

    Parameters
    ----------
    path : str
        Relative to the project, or for what lies elsewhere its name alone.
    digest : str
        An MD5 sum or a remote's mark of the version; of a folder it ends in ``.dir``.
    context : {"dependency", "output"}
    early : bool
        Whether DVC before 3.0 summed it up, whose sums of text differ from later ones.
    size : int or None
        In bytes, where DVC recorded it.
    """

    path: str
    digest: str
    context: str
    early: bool = False
    size: int | None = None


def tracked_by_lock(tree: dict[str, Tree], folders: Mapping[str, str]) -> list[Tracked]:
    """Return the data in a ``dvc.lock``, each path once; its paths are relative to `folders`."""
    found: dict[str, Tracked] = {}
    for name, stage in _stages(tree):
        for key, context in (("deps", "dependency"), ("outs", "output")):
            for entry in _entries(stage.get(key)):
                one = _tracked(entry, folders.get(name, ""), context)
                if one is not None and (context == "output" or one.path not in found):
                    found[one.path] = one
    for entry in _entries(tree.get("datasets")):
        digest = next((text_of(entry[key]) for key in _DIGESTS if entry.get(key)), "")
        if isinstance(entry.get("name"), str):
            found.setdefault(entry["name"], Tracked(entry["name"], digest, "dependency"))
    return list(found.values())


def tracked_by_file(tree: dict[str, Tree], folder: str) -> list[Tracked]:
    """Return the data that a ``*.dvc`` file in a folder of the project is about."""
    found = (_tracked(entry, folder, "dependency") for entry in _entries(tree.get("outs")))
    return [one for one in found if one is not None]


def locked_params(tree: dict[str, Tree], folders: Mapping[str, str]) -> dict[str, dict[str, Tree]]:
    """Return by file the params that stages were last run with, nested keys joined with "."."""
    found: dict[str, dict[str, Tree]] = {}
    for name, stage in _stages(tree):
        files = stage.get("params")
        for file, values in files.items() if isinstance(files, dict) else ():
            path = inside(folders.get(name, ""), file)
            if path is not None and isinstance(values, dict):
                found.setdefault(path, {}).update(flatten(values))
    return found


def is_code(path: str) -> bool:
    """Tell by its name whether a stage's file is code, and so none of its data."""
    return suffix_of(path) in _CODE


def evaluation_code(locked: Iterable[Tracked]) -> dict[str, str]:
    """Return as a tag which version of the code that evaluates the stages were last run with.

    That is code whose name says so, as ``src/evaluate.py``; other code that a stage of metrics
    depends on trains the model as well, and differs between most runs.
    """
    found = sorted(
        f"{readable(one.path)} {one.digest[:12]}"
        for one in locked
        if is_code(one.path)
        and one.digest
        and _EVALUATES.intersection(re.findall("[a-z]+", one.path.rpartition("/")[2].lower()))
    )
    return {"evaluation_code": ", ".join(found)} if found else {}


def cache_paths(one: Tracked) -> tuple[str, ...]:
    """Return where below ``.dvc`` the content may lie, if DVC keeps it in its usual cache."""
    if not _MD5.fullmatch(one.digest):
        return ()
    name = f"{one.digest[:2]}/{one.digest[2:]}"
    return (f"cache/files/md5/{name}", f"cache/{name}")


def _stages(tree: dict[str, Tree]) -> Iterator[tuple[str, dict[str, Tree]]]:
    stages = tree.get("stages") if "schema" in tree else tree  # before 2.0 nothing else was in it
    for name, stage in stages.items() if isinstance(stages, dict) else ():
        if isinstance(stage, dict):
            yield name, stage


def _entries(value: Tree) -> Iterator[dict[str, Tree]]:
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, dict):
            yield entry


def _tracked(entry: dict[str, Tree], folder: str, context: str) -> Tracked | None:
    path = entry.get("path")
    if not isinstance(path, str):
        return None
    # What lies elsewhere is shown without its address, which may tell of people.
    shown = inside(folder, path) or re.split(r"[/\\]", path.rstrip("/\\"))[-1].partition("?")[0]
    digest = next((entry[key] for key in _DIGESTS if isinstance(entry.get(key), str)), "")
    size = to_float(entry.get("size"))
    return Tracked(
        *(shown, digest, context),
        early="md5" in entry and "hash" not in entry,
        size=int(size) if size is not None and 0 <= size < 2**63 else None,
    )
