"""Stage 1c: the models that tags of repositories register.

In: repositories and the readers of their tags. Out: model records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from runfolio.errors import UsageError
from runfolio.model.problems import Problem
from runfolio.model.records import Records
from runfolio.sources.base import RepositoryTag, TagReader
from runfolio.storage.base import Storage, StorageError
from runfolio.storage.commits import Commits

__all__ = ["read_tagged_models"]

_LARGEST = 1024 * 1024
"""Bytes of a file that a reader of tags is given."""


def read_tagged_models(
    repository: Commits, files: Callable[[str], Storage], readers: Iterable[TagReader]
) -> Records:
    """Read what the tags of a repository say of models.

    Parameters
    ----------
    repository : Commits
    files : callable
        Returns the files of a commit.
    readers : iterable of TagReader
    """
    try:
        times = repository.tag_times()
        tags = [
            RepositoryTag(name, commit, times.get(name, 0))
            for name, commit in sorted(repository.tags().items())
        ]
        head = repository.head()[1]
    except UsageError as error:
        where = repository.label or "the repository"
        told, _, hint = error.message.partition(". ")
        return Records(problems=(Problem(where, error.slug, f"{told}.", hint, "error"),))

    def content(commit: str, path: str) -> bytes | None:
        try:
            return files(commit).read(path, _LARGEST)
        except (StorageError, OSError):
            return None

    read = [reader.read(repository.label, tags, head, content) for reader in readers]
    return Records(
        models=tuple(model for records in read for model in records.models),
        problems=tuple(problem for records in read for problem in records.problems),
    )
