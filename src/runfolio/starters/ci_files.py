"""A workflow for a CI system is written into a repository, and nothing that is there is changed.

In: the project's folder, the name of the system. Out: one new file that builds the report,
judges it, tells pull requests what they change, and publishes it for a named audience.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from runfolio.config import INTERNAL, Settings, find_config, load_settings
from runfolio.errors import OutputError, UsageError
from runfolio.starters import ci_starter

__all__ = ["StartedCi", "start_ci"]

_AUDIENCE = "public"
"""What the audience is called where report.yaml names none yet."""
_GITHUB = ".github/workflows/report.yml"
_GITLAB, _GITLAB_PART = ".gitlab-ci.yml", ".gitlab/report.gitlab-ci.yml"


@dataclass(frozen=True, slots=True)
class StartedCi:
    """What was written.

    Parameters
    ----------
    path : str
        The file, relative to the repository's top.
    audience : str
        Who the published site is for.
    audience_missing : bool
        Whether report.yaml does not name that audience yet.
    gate : bool
        Whether the requirements are judged; else that part is commented out.
    include : bool
        Whether the file has to be included in the one that was there.
    """

    path: str
    audience: str
    audience_missing: bool
    gate: bool
    include: bool = False


def start_ci(folder: Path, system: str) -> StartedCi:
    """Write a workflow.

    Parameters
    ----------
    folder : Path
        The project's.
    system : {"github", "gitlab"}
    version : str
        Of runfolio, which the workflow installs.

    Raises
    ------
    UsageError
        If there is such a file already (``init-ci-exists``).
    ConfigError
        If report.yaml has mistakes.
    OutputError
        If the file cannot be written.
    """
    from runfolio import __version__

    config = find_config((), folder)
    settings = load_settings(config) if config else Settings()
    audience = _audience(settings)
    top = _top(folder)
    source = os.path.relpath(os.path.realpath(folder), os.path.realpath(top)).replace(os.sep, "/")
    include = system == "gitlab" and os.path.lexists(top / _GITLAB)
    name = _GITHUB if system == "github" else _GITLAB_PART if include else _GITLAB
    gate = bool(settings.requirements)
    text = ci_starter(system)
    for mark, value in {
        '"@SOURCE@"': json.dumps(source),  # a text of JSON is one of YAML
        '"@AUDIENCE@"': json.dumps(audience),
        "@AUDIENCE@": audience,
        "@VERSION@": __version__,
        "@GATE@": "" if gate else "# ",
    }.items():
        text = text.replace(mark, value)
    _write(top, name, text)
    missing = audience not in settings.audiences
    return StartedCi(name, audience, missing, gate, include)


def _audience(settings: Settings) -> str:
    outside = [name for name in settings.audiences if name != INTERNAL]
    told = settings.deliver.pages.audience
    return told if told and told != INTERNAL else outside[0] if outside else _AUDIENCE


def _top(folder: Path) -> Path:
    """Return the top of the repository that a folder is in; the folder itself if in none."""
    real = Path(os.path.realpath(folder))
    return next((above for above in (real, *real.parents) if (above / ".git").exists()), folder)


def _write(top: Path, name: str, text: str) -> None:
    path = top / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(text.encode())
    except FileExistsError as error:
        raise UsageError(
            f"There is a {name} already, and it was left as it is. Move it away to get a new one.",
            "init-ci-exists",
        ) from error
    except OSError as error:
        raise OutputError(
            f"{name} cannot be written: {error.strerror or error}. Check the folder and its "
            "permissions.",
            "init-unwritable",
        ) from error
