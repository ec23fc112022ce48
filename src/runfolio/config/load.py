"""Configuration: ``report.yaml`` is found, read and checked.

Out: `Settings`, or one `ConfigError` with all mistakes at once, each with its line and what
was probably meant.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from runfolio.config.audience_rules import audience_mistakes
from runfolio.config.data_rules import rule_mistakes
from runfolio.config.impact_rules import impact_mistakes
from runfolio.config.marked_yaml import MAX_BYTES, Marked, Mistake, Where, parse
from runfolio.config.mistakes import line_of, tell
from runfolio.config.repeated import repeated_names
from runfolio.config.settings import Settings
from runfolio.errors import ConfigError, UsageError
from runfolio.model.problems import near_miss
from runfolio.registry import names

__all__ = [
    "FILE_NAMES",
    "find_config",
    "load_settings",
]

FILE_NAMES = ("report.yaml", "report.yml")
"""The names under which the configuration is found without being named."""


def find_config(sources: Sequence[str], folder: Path) -> Path | None:
    """Find the configuration that belongs to a build where none is named.

    It is the one in a folder given as a source, else the one in the current folder.

    Parameters
    ----------
    sources : sequence of str
        As given on the command line.
    folder : Path
        The current folder.

    Raises
    ------
    UsageError
        If several of the given folders have one.
    """
    paths = [folder / source for source in sources if "://" not in source]
    given = [found for path in paths if (found := _config_in(path))]
    if len(given) > 1:
        raise UsageError(
            f"{' and '.join(map(_place, given))} could both be meant. Name one with -c.",
            "config-ambiguous",
        )
    return given[0] if given else _config_in(folder)


def load_settings(path: Path) -> Settings:
    """Read and check ``report.yaml``.

    A description that names a Markdown file is replaced by the text of that file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ConfigError
        With every mistake in the file, in the order of their lines.
    """
    marked = _read(path)
    mistakes = list(marked.mistakes)
    content = {} if marked.value is None else marked.value
    settings = Settings()
    if isinstance(content, dict):
        mistakes += _look_up(content, path.parent, marked)
        try:
            settings = Settings.model_validate(content)
            mistakes += rule_mistakes(settings.data, marked)
            mistakes += impact_mistakes(settings, marked)
            mistakes += repeated_names(settings, marked)
            mistakes += audience_mistakes(settings, path.parent, marked)
        except ValidationError as error:
            mistakes += tell(error.errors(), Settings, marked)
    else:
        hint = "Start with a line such as 'title: My report'."
        message = "The file must hold keys with values."
        mistakes.append(Mistake(1, "config-wrong-type", message, hint))
    if mistakes:
        place = _place(path)
        raise ConfigError(
            [m.told(place, "error") for m in sorted(mistakes, key=lambda mistake: mistake.line)]
        )
    return settings


def _config_in(folder: Path) -> Path | None:
    return next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)


def _read(path: Path) -> Marked:
    try:
        with path.open("rb") as file:
            return parse(file.read(MAX_BYTES + 1))
    except OSError as error:
        mistake = Mistake(
            0,
            "config-unreadable",
            f"The configuration cannot be read: {error.strerror or error}.",
            "Check the path after -c.",
        )
        return Marked(mistakes=(mistake,))


def _look_up(content: dict[str, Any], folder: Path, marked: Marked) -> list[Mistake]:
    """Check what the file refers to; put the description's text into `content`."""
    mistakes: list[Mistake] = []

    def wrong(where: Where, slug: str, message: str, hint: str) -> None:
        mistakes.append(Mistake(line_of(where, marked), slug, message, hint))

    description = content.get("description")
    if isinstance(description, str) and _names_markdown(description):
        try:
            with (folder / description).open("rb") as file:
                content["description"] = file.read(MAX_BYTES).decode("utf-8-sig")
        except UnicodeDecodeError:
            message = f"The description '{description}' is not UTF-8 text."
            wrong(("description",), "config-encoding", message, "Save it as UTF-8.")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            message = f"The description '{description}' cannot be read: {reason}."
            hint = "Its path is relative to report.yaml."
            wrong(("description",), "config-file-missing", message, hint)
    roles = content.get("roles")
    if isinstance(roles, str) and not os.path.isdir(folder / roles):
        message = f"The folder '{roles}' of 'roles' does not exist."
        hint = "Its path is relative to report.yaml."
        wrong(("roles",), "config-folder-missing", message, hint)
    sources = content.get("sources")
    for index, source in enumerate(sources if isinstance(sources, list) else [sources]):
        wanted = source.get("format") if isinstance(source, dict) else None
        if isinstance(wanted, str) and wanted not in (known := _formats()):
            where = ("sources", index, "format") if isinstance(sources, list) else ("sources",)
            hint = near_miss(wanted, known, "Formats")
            wrong(where, "config-unknown-format", f"There is no format '{wanted}'.", hint)
    return mistakes


def _names_markdown(text: str) -> bool:
    return "\n" not in text and text.endswith(".md")


def _formats() -> list[str]:
    return names("runfolio.sources", "source")


def _place(path: Path) -> str:
    """Return the path as shown: relative to the current folder, else only its name."""
    full = path.absolute()
    return full.relative_to(Path.cwd()).as_posix() if full.is_relative_to(Path.cwd()) else path.name
