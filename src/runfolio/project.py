"""What is reported on: the configuration and the places, from what the user named.

In: arguments. Out: `Project`: settings, the folders, databases and revisions to look in, and
the repositories whose history is read. Nothing is read here but the configuration and, of a
repository, its branches.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from runfolio.errors import UsageError
from runfolio.model.problems import Problem
from runfolio.model.recorded import RECORD_FORMAT

if TYPE_CHECKING:
    from runfolio.archive.read import Archive
    from runfolio.config import Settings, SourceSettings
    from runfolio.ingest.discover import Wanted
    from runfolio.storage.base import Place
    from runfolio.storage.git.repository import Repository

__all__ = ["Project", "open_project"]

_MOST_LOOKED_AT = 200
"""Files that may be records of models, before it is said that there are none."""


@dataclass(frozen=True, slots=True)
class Project:
    """What is reported on.

    Parameters
    ----------
    settings : Settings
    folder : Path
        Where the configuration is, else the current folder.
    title : str
    wanted : tuple of Wanted
        The places to look in.
    inputs : tuple of Path
        Those of them that are on disk; nothing is written over them.
    repositories : tuple of Repository
        Those whose history is followed.
    problems : tuple of Problem
    config : Path or None
        The configuration's file, if there is one.
    archive : Archive or None
        The archive that is reported on, in the place of logs.
    """

    settings: Settings
    folder: Path
    title: str
    wanted: tuple[Wanted, ...]
    inputs: tuple[Path, ...]
    repositories: tuple[Repository, ...] = ()
    problems: tuple[Problem, ...] = ()
    config: Path | None = None
    archive: Archive | None = None

    @property
    def apart(self) -> frozenset[str]:
        """Full paths of files that are no logs of runs.

        These are the configuration, whatever it is called, files beside it with its usual names,
        and those that it names as data or as logs of production.
        """
        from runfolio.config import FILE_NAMES

        watched = self.settings.monitoring
        told = [path for one in watched for path in (one.path, one.reference) if path]
        told += [*FILE_NAMES, *([str(self.config)] if self.config else [])]
        told += [path for own in self.settings.data.sets.values() for path in own.places.values()]
        return frozenset(os.path.realpath(self.folder / path) for path in told if "\0" not in path)

    def data_place(self, path: str) -> Place:
        """Return the place of data that the configuration names: a file, or a database's URL.

        Raises
        ------
        UsageError
            If the path leads out of the project's folder.
        """
        from runfolio.storage.base import Place
        from runfolio.storage.local import LocalStorage
        from runfolio.storage.sql import ServerStorage

        if "://" in path:
            return Place(ServerStorage.at(path))
        steps = [step for step in path.replace("\\", "/").split("/") if step not in ("", ".")]
        if path.startswith(("/", "\\")) or ".." in steps or ":" in path[:2]:
            raise UsageError(
                f"The path {path!r} leads out of the project's folder. Give one relative to "
                "report.yaml, without '..'.",
                "data-outside",
            )
        return Place(LocalStorage.at(self.folder), "/".join(steps))


def open_project(given: Sequence[str], config: Path | None) -> Project:
    """Find the configuration, and from it and the arguments the places to look in.

    Parameters
    ----------
    given : sequence of str
        Folders and files; empty for those of the configuration, else the current folder.
    config : Path or None
        The configuration; None for the one beside the sources, if any.

    Raises
    ------
    ConfigError, UsageError
    """
    from runfolio.config import Settings, SourceSettings, find_config, load_settings

    here = Path.cwd()
    if len(given) == 1 and given[0].endswith(".zip") and "://" not in given[0]:
        from runfolio.archive.read import Archive, is_archive

        if is_archive(zipped := here / given[0]):
            held = Archive.opened(zipped)
            return Project(held.settings, held.folder, held.title, (), (zipped,), archive=held)
    config = config or find_config(given, here)
    settings = load_settings(config) if config else Settings()
    folder = config.absolute().parent if config else here
    sources: list[tuple[Path | None, SourceSettings]] = []
    told = [(_path(folder, source.path), source) for source in settings.sources]
    for name in given or (None,):
        path = _path(here, name) if name is not None else folder if told else here
        if told and path and os.path.realpath(path) == os.path.realpath(folder):
            sources += told
        else:
            sources.append((path, SourceSettings(path=name or ".")))
    if _has_records(folder, settings.model.records):
        records = SourceSettings(path=settings.model.records, format="model-records")
        sources.append((folder / settings.model.records, records))
    paths = [Path(os.path.realpath(path)) for path, _ in sources if path]
    places = _Places(folder, paths, settings.history.follow)
    for path, source in sources:
        places.add(path, source)
    # A place within another goes first, so that what is said of it holds for its runs.
    wanted = sorted(
        places.wanted,
        key=lambda want: -sum(want.place.is_within(other.place) for other in places.wanted),
    )
    first = paths[0] if paths else Path(places.wanted[0].place.shown)
    title = settings.title or _title(first if given else folder)
    return Project(
        *(settings, folder, title, tuple(wanted), tuple(paths)),
        *(tuple(places.repositories), tuple(places.problems)),
        config=config.absolute() if config else None,
    )


@dataclass(slots=True)
class _Places:
    """Gathers the places to look in."""

    folder: Path
    others: Sequence[Path]
    follow: str
    wanted: list[Wanted] = field(default_factory=list)
    repositories: list[Repository] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path | None, source: SourceSettings) -> None:
        from runfolio.ingest.discover import Wanted
        from runfolio.storage.base import Place
        from runfolio.storage.local import LocalStorage
        from runfolio.storage.sql import ServerStorage

        if path is None:
            place = Place(ServerStorage.at(source.path))
            self.wanted.append(Wanted(place, source.format, source.experiment))
            return
        if not path.exists():
            raise UsageError(
                f"There is no folder or file {source.path!r}. Check the path"
                + (" under sources: in report.yaml." if self._is_told(path, source) else "."),
                "source-missing",
            )
        real = Path(os.path.realpath(path))
        if _is_bare(real):
            self._add_bare(real, source)
            return
        # Places within one another share the outermost's storage, so that nothing is read twice.
        own = real if real.is_dir() else real.parent
        around = [other for other in self.others if other.is_dir() and own.is_relative_to(other)]
        root = min(around, key=lambda other: len(other.parts), default=own)
        below = "" if real == root else real.relative_to(root).as_posix()
        label = _label(root, self.folder)
        place = Place(LocalStorage.at(root, label), below)
        self.wanted.append(Wanted(place, source.format, source.experiment))
        if self.follow == "on" or (self.follow == "auto" and (real / ".git").exists()):
            self._add_work_tree(real, label, source)

    def _is_told(self, path: Path, source: SourceSettings) -> bool:
        return self.folder / source.path == path

    def _add_bare(self, path: Path, source: SourceSettings) -> None:
        """Add a repository without files beside it: its present revision is the folder."""
        from runfolio.ingest.discover import Wanted
        from runfolio.ingest.revisions import Revision
        from runfolio.storage.base import Place
        from runfolio.storage.git.repository import Repository

        label = _label(path, self.folder) or path.name
        repository = Repository.find(path, label)
        if repository is None:
            raise UsageError(
                f"{label} looks like a git repository, but git does not take it for one. "
                "`git fsck` may tell why.",
                "git-unreadable",
            )
        branch, head = repository.head()
        if head:
            present = next(repository.tips([head]))
            name = branch or head[:8]
            revision = Revision(name, head, label, present.time or None, is_present=True)
            place = Place(repository.revision(head, label=label))
            self.wanted.append(Wanted(place, source.format, source.experiment, revision))
        self._add_history(repository, head, label, source)

    def _add_work_tree(self, path: Path, label: str, source: SourceSettings) -> None:
        from runfolio.storage.git.repository import Repository

        top = path if path.is_dir() else path.parent
        try:
            repository = Repository.find(top, label or top.name)
        except UsageError as error:
            if self.follow == "on":
                raise
            # The files are here and are read; only their history is not.
            message, _, hint = error.message.partition(". ")
            self.problems.append(Problem(label or top.name, error.slug, f"{message}.", hint))
            return
        if repository is not None:
            self._add_history(repository, repository.head()[1], label, source)

    def _add_history(
        self, repository: Repository, head: str, home: str, source: SourceSettings
    ) -> None:
        from runfolio.ingest.discover import Wanted
        from runfolio.ingest.revisions import revisions_of
        from runfolio.storage.base import Place

        if self.follow == "off" or repository in self.repositories:
            return
        self.repositories.append(repository)
        if not head:
            return
        revisions, problems = revisions_of(repository, head, home)
        self.problems += problems
        for revision in revisions:
            label = f"{repository.label}@{revision.commit[:8]}"
            place = Place(repository.revision(revision.commit, label=label))
            self.wanted.append(Wanted(place, source.format, source.experiment, revision))


def _has_records(folder: Path, records: str) -> bool:
    """Tell whether records of models lie in the project's own folder for them."""
    home = folder / records
    if not Path(os.path.realpath(home)).is_relative_to(os.path.realpath(folder)):
        return False  # a link that leads out
    for path in islice(home.glob("*/v*.y*ml"), _MOST_LOOKED_AT):
        try:
            with path.open("rb") as file:
                if RECORD_FORMAT.encode() in file.read(256):
                    return True
        except OSError:
            continue
    return False


def _path(folder: Path, given: str) -> Path | None:
    """Return the path of a source, or None if it is a URL, which may hold a password."""
    return None if "://" in given else folder / given


def _is_bare(path: Path) -> bool:
    """Tell whether a path is a repository without a work tree, or a bundle of one."""
    if path.is_dir():
        return (path / "HEAD").is_file() and (path / "objects").is_dir()
    try:
        with path.open("rb") as file:
            return bool(re.match(rb"# v\d git bundle\n", file.read(16))) or (
                path.suffix == ".bundle"
            )
    except OSError:
        return False


def _label(root: Path, folder: Path) -> str:
    """Return how a root is shown: relative to the project, else only its name."""
    real = Path(os.path.realpath(folder))
    if root == real:
        return ""
    return root.relative_to(real).as_posix() if root.is_relative_to(real) else root.name


def _title(path: Path) -> str:
    """Make a title of a file or folder name."""
    name = path.parent.name if path.name in ("mlruns", "mlflow.db", "runs", "logs") else path.stem
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] if words else "Report"
