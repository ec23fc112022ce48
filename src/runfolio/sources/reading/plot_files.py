"""Stage 1b: the files of plots that lie with a run.

In: places that may be such files, or a folder of artifacts. Out: their plots. Few and small
files are read, and of others no more than their first bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from runfolio.model.plots import Plot
from runfolio.model.problems import Problem
from runfolio.sources.reading.documents import read_text, unreadable
from runfolio.sources.reading.feature_files import tells_features
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError
from runfolio.sources.reading.plot_kinds import looks_like_plot, plots_in, tells_plot
from runfolio.storage.base import Entry, Place, StorageError, readable

__all__ = ["MODEL_FILE", "MOST_BYTES", "plots_below", "plots_of"]

MODEL_FILE = "MLmodel"
"""Says what MLflow's model in its folder is."""

MOST_FILES = 20
"""Files of plots of one run."""
MOST_BYTES = 2 * 1024 * 1024

_ENDINGS = (".json", ".csv", ".tsv")
_HEAD = 2048
_MOST_FOLDERS = 20
_DEPTH = 2
_MOST_NAMES = 500
"""Names of artifacts of one run."""


def plots_of(
    files: Iterable[tuple[str, Place]], problems: list[Problem], home: Place
) -> tuple[Plot, ...]:
    """Return the plots in some files.

    Parameters
    ----------
    files : iterable of (str, Place)
        Each with the name by which its plots are found again in other runs, with its ending.
        Those whose names tell of plots come first; of others, only those are read whole that
        begin like one.
    problems : list of Problem
        What is wrong is added.
    home : Place
        The run's folder, for problems of them all.
    """
    found: list[Plot] = []
    ordered = sorted(files, key=lambda file: (not tells_plot(file[0]), file[0]))
    for number, (name, place) in enumerate(ordered):
        if number == MOST_FILES:
            findings = Findings(home)
            findings.add(
                "plots-left-out",
                f"Only {MOST_FILES} files of the run were looked at for plots.",
                "Log fewer of them.",
                "note",
            )
            problems += findings.problems()
            break
        findings = Findings(place)
        try:
            if tells_plot(name) or looks_like_plot(place.head(_HEAD)):
                text = read_text(place, findings, MOST_BYTES)
                found += plots_in(name, text, findings) if text is not None else []
        except (StorageError, ParseError) as error:
            unreadable(findings, error)
        problems += findings.problems()
    return tuple(found)


def plots_below(
    folder: Place,
    problems: list[Problem],
    models: list[Place] | None = None,
    of_features: list[tuple[str, Place]] | None = None,
    names: list[str] | None = None,
) -> tuple[Plot, ...]:
    """Return the plots in a folder of artifacts, and in the folders near its top.

    Models, which lie in folders of their own, are not looked into, but added to `models`; files
    that tell of features are added to `of_features`, each with its name. The
    names of all files go to `names`.
    """
    try:
        entries = folder.entries()
    except StorageError:
        return ()  # git keeps no empty folders, and servers keep artifacts elsewhere
    if not entries:
        return ()
    files: list[tuple[str, Place]] = []
    pending: list[tuple[str, Place, list[Entry]]] = [("", folder, entries)]
    for _ in range(_MOST_FOLDERS):
        if not pending:
            break
        prefix, here, within = pending.pop(0)
        if Entry(MODEL_FILE, False) in within:
            if models is not None:
                models.append(here)
            if names is not None:
                names.append(readable(f"{prefix}{MODEL_FILE}"))
            continue
        if names is not None:
            files_here = (name for name, is_folder in within if not is_folder)
            names += [readable(prefix + name) for name in files_here][
                : max(_MOST_NAMES - len(names), 0)
            ]
        for name, is_folder in within:
            if not is_folder and of_features is not None and tells_features(name):
                of_features.append((readable(prefix + name), here / name))
            elif not is_folder and name.lower().endswith(_ENDINGS):
                files.append((readable(prefix + name), here / name))
            elif is_folder and prefix.count("/") < _DEPTH:
                try:
                    pending.append((f"{prefix}{name}/", here / name, (here / name).entries()))
                except StorageError:
                    continue
    return plots_of(files, problems, folder)
