"""A clone with a bare remote, and built sites to publish, for tests of publishing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from repositories import Made, made
from stores import put

__all__ = ["Clones", "clones", "written_site"]


@dataclass(frozen=True)
class Clones:
    """A bare repository and a clone of it with one commit on ``main``."""

    remote: Made
    clone: Made

    def show(self, path: str, branch: str = "gh-pages") -> str:
        return self.remote.git("show", f"{branch}:{path}")

    def files(self, branch: str = "gh-pages") -> list[str]:
        listed = self.remote.git("ls-tree", "-r", "-z", "--name-only", branch)
        return sorted(filter(None, listed.split("\0")))

    def commits(self, branch: str = "gh-pages") -> list[str]:
        return self.remote.git("log", "--format=%s", branch).splitlines()

    def hook(self, name: str, script: str) -> None:
        """Make the remote run a script of shell at a moment that git names."""
        path = self.remote.path / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)


def clones(folder: Path) -> Clones:
    """Make both."""
    remote, clone = made(folder / "remote.git", "--bare"), made(folder / "clone")
    clone.git("remote", "add", "origin", "../remote.git")
    clone.git("config", "user.name", "Ada")
    clone.git("config", "user.email", "ada@example.org")
    clone.commit("First", {"train.py": "print(1)\n"})
    clone.git("push", "--quiet", "origin", "main")
    clone.git("reset", "--quiet", "--hard")
    return Clones(remote, clone)


def written_site(
    folder: Path,
    files: Mapping[str, str],
    *,
    title: str = "Triage",
    day: str = "2026-11-15",
    audience: str = "public",
) -> Path:
    """Write a folder that says of itself that it is a built site."""
    report = {"format": "runfolio-report", "title": title, "data_as_of": f"{day}T02:30:00.000Z"}
    told = {"index.html": "<h1>one</h1>", **files, "report.json": json.dumps(report)}
    told[".nojekyll"] = ""
    marker = {"format": "runfolio-site", "version": 1, "files": sorted(told), "audience": audience}
    return put(folder, {**told, ".runfolio": json.dumps(marker)})
