"""Stage 1b: the model registry that a git repository is: tags of GTO, artifacts of DVC.

In: a repository's tags, and ``dvc.yaml`` of the commits that they name. Out: model records.

::

    model@v1.2.0        registers version v1.2.0 of the artifact "model"   …@v1.2.0! takes it back
    model#prod#3        puts the version at that commit into the stage     …#prod!#4 takes it out
    model@deprecated    retires the artifact
    nlp=model@v1.0.0    the artifact "model" of nlp/dvc.yaml

The order of events is that of their tags (https://dvc.org/doc/gto/user-guide). A version is in
a stage until the stage is taken from it; of several the one that got it last is the one in use.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.model.records import ModelRecord, Records
from runfolio.sources.base import RepositoryTag
from runfolio.sources.dvc.plan import DVC_YAML
from runfolio.sources.dvc.yaml import inside
from runfolio.sources.reading.parsing import ParseError, Tree, decode, text_of
from runfolio.sources.reading.value_files import parse

__all__ = ["GtoTags", "tag_reader"]

_TAG = re.compile(
    r"(?P<artifact>(?:[A-Za-z0-9._/-]{1,200}=)?[A-Za-z0-9](?:[A-Za-z0-9/_-]{0,200}[A-Za-z0-9])?)"
    r"(?:(?:\#(?P<stage>[A-Za-z0-9](?:[A-Za-z0-9/_-]{0,100}[A-Za-z0-9])?)"
    r"|@(?P<version>v\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,100})?))(?P<cancel>!?)"
    r"|@(?P<word>deprecated|created))"
    r"(?:\#(?P<counter>\d{1,9}))?"
)
_MOST_COMMITS = 200
"""Commits whose ``dvc.yaml`` is looked at, those of the newest tags."""
_MOST_VERSIONS = 5_000
_LONGEST = 2_000
"""Characters of a description that are kept."""
_OF_MODELS = frozenset({"", "model"})


class _Event(NamedTuple):
    time: int
    counter: int
    tag: RepositoryTag
    parts: re.Match[str]


@dataclass(slots=True)
class _Artifact:
    """What tags say of one artifact."""

    versions: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Commit and time by version."""
    stages: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Commits by stage, the one that got it last at the end."""
    times: dict[str, int] = field(default_factory=dict)
    """When each commit first got a stage."""
    deprecated: bool = False

    def take(self, event: _Event) -> None:
        parts, commit = event.parts, event.tag.commit
        if parts["word"]:
            self.deprecated = parts["word"] == "deprecated"
        elif parts["version"] and parts["cancel"]:
            self.versions.pop(parts["version"], None)
        elif parts["version"]:
            self.versions[parts["version"]] = (commit, event.tag.time)
        else:
            holders = self.stages[parts["stage"]]
            if commit in holders:
                holders.remove(commit)
            if not parts["cancel"]:
                holders.append(commit)
                self.times.setdefault(commit, event.tag.time)


class GtoTags:
    """Reader of the tags that GTO makes, and of the artifacts in ``dvc.yaml``."""

    name = "gto"

    def read(
        self,
        label: str,
        tags: Sequence[RepositoryTag],
        head: str,
        content: Callable[[str, str], bytes | None],
    ) -> Records:
        artifacts: dict[str, _Artifact] = defaultdict(_Artifact)
        for event in sorted(_events(tags)):
            artifacts[event.parts["artifact"].replace("=", ":")].take(event)
        described = _Descriptions(label, content)
        models: list[ModelRecord] = []
        if head:
            folders = {name.rpartition(":")[0] for name in artifacts} | {""}
            for folder in sorted(folders):
                for name in described.of(head, folder):
                    artifacts[f"{folder}:{name}" if folder else name]
        for name in sorted(artifacts):
            models += _models(label, name, artifacts[name], head, described)
        problems = list(described.problems)
        if len(models) > _MOST_VERSIONS:
            told = (
                f"Only {format_count(_MOST_VERSIONS)} of {format_count(len(models))} versions "
                "of models are shown."
            )
            hint = "Deregister versions that are no longer needed."
            problems.append(Problem(label, "gto-too-many-versions", told, hint, "note"))
        return Records(models=tuple(models[:_MOST_VERSIONS]), problems=tuple(problems))


tag_reader = GtoTags()


def _events(tags: Iterable[RepositoryTag]) -> Iterable[_Event]:
    for tag in tags:
        if (parts := _TAG.fullmatch(tag.name)) is not None:
            yield _Event(tag.time, int(parts["counter"] or 0), tag, parts)


def _models(
    label: str, name: str, artifact: _Artifact, head: str, described: _Descriptions
) -> Iterable[ModelRecord]:
    folder, _, short = name.rpartition(":")
    in_use: dict[str, list[str]] = defaultdict(list)
    for stage, commits in artifact.stages.items():
        if commits:
            in_use[commits[-1]].append(stage)
    found = dict(artifact.versions)
    registered = {commit for commit, _ in found.values()}
    for commit in in_use:  # a stage may be given to a commit that is no version
        if commit not in registered:
            found[commit[:7]] = (commit, artifact.times[commit])
    rows = found or {"": (head, 0)}
    newest_first = sorted(rows.items(), key=lambda row: (-row[1][1], row[0]))
    for version, (commit, time) in newest_first:
        about = described.of(commit, folder).get(short)
        if about is not None and about.type not in _OF_MODELS:
            continue
        yield ModelRecord(
            name=name,
            kind="registered",
            location=label,
            version=version,
            stage=", ".join(sorted(in_use.get(commit, ()))),
            description=about.description if about else "",
            status="deprecated" if artifact.deprecated else "",
            created=time or None,
            model_type=about.type if about else "",
            commit=commit if version else "",
            path=about.path if about else "",
        )


class _About(NamedTuple):
    """What ``dvc.yaml`` says of an artifact."""

    type: str
    path: str
    description: str


class _Descriptions:
    """The artifacts in the ``dvc.yaml`` of commits, each read once."""

    def __init__(self, label: str, content: Callable[[str, str], bytes | None]) -> None:
        self._label = label
        self._content = content
        self._known: dict[tuple[str, str], Mapping[str, _About]] = {}
        self.problems: dict[Problem, None] = {}

    def of(self, commit: str, folder: str) -> Mapping[str, _About]:
        key = (commit, folder)
        if key not in self._known:
            known = len(self._known) < _MOST_COMMITS and commit
            self._known[key] = self._read(commit, folder) if known else {}
        return self._known[key]

    def _read(self, commit: str, folder: str) -> Mapping[str, _About]:
        path = inside(folder.strip("./"), DVC_YAML)
        data = self._content(commit, path) if path else None
        if data is None or path is None:
            return {}
        try:
            tree = parse(path, decode(data)[0])
        except ParseError as error:
            where = f"{self._label}@{commit[:7]}/{path}"
            told = f"The file {error}; what it says of models was left out."
            problem = Problem(where, "gto-dvc-yaml-unreadable", told, "Correct it.", "note")
            self.problems[problem] = None
            return {}
        artifacts = tree.get("artifacts") if isinstance(tree, dict) else None
        if not isinstance(artifacts, dict):
            return {}
        at = posixpath.dirname(path)
        return {
            str(name): _About(
                _text(about, "type"),
                inside(at, _text(about, "path")) or "",
                _text(about, "desc")[:_LONGEST],
            )
            for name, about in list(artifacts.items())[:_MOST_VERSIONS]
            if isinstance(about, dict)
        }


def _text(about: dict[str, Tree], key: str) -> str:
    value = about.get(key)
    return "" if value is None else text_of(value)
