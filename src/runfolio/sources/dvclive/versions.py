"""Stage 1b: DVCLive folders that are committed run after run.

In: paths. Out: the latest metrics and the params of each folder, to be followed through git.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from runfolio.sources.base import Followed, Version
from runfolio.sources.dvclive.reader import HISTORY
from runfolio.sources.reading.versions import read_values

__all__ = ["DVCLiveHistory", "history_reader"]


class DVCLiveHistory:
    """Follows ``metrics.json`` and ``params.yaml`` of DVCLive folders."""

    name = "dvclive"
    order = 100

    def follow(
        self, paths: Iterable[str], contents: Mapping[str, Sequence[bytes]]
    ) -> dict[str, Followed]:
        known = list(paths)
        live = {path.partition(f"/{HISTORY}/")[0] for path in known if f"/{HISTORY}/" in path}
        found: dict[str, Followed] = {}
        for path in known:
            folder, name = posixpath.split(path)
            if folder in live or posixpath.basename(folder) == "dvclive":
                if name == "metrics.json":
                    found[path] = Followed(self.name, "metrics", separator="/")
                elif name == "params.yaml":
                    found[path] = Followed(self.name, "params")
        return found

    def read(self, path: str, followed: Followed, data: bytes) -> Version:
        return read_values(path, followed, data)


history_reader = DVCLiveHistory()
