"""Stage 4: roles as data: one YAML file each, with a question and ordered sections.

A project adds roles, and changes the built-in ones, by files of the same shape in the
folder that ``roles:`` names in its report.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from runfolio.errors import ConfigError
from runfolio.model.problems import Problem, near_miss
from runfolio.registry import find

__all__ = ["Role", "SectionUse", "load_roles"]

Level = Literal["plain", "technical"]


@dataclass(frozen=True, slots=True)
class SectionUse:
    """A section on a page: its name, the page's own title for it, its options."""

    name: str
    title: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Role:
    """A reader and the page made for them.

    Parameters
    ----------
    name : str
        The file's name without its ending; also the page's.
    title : str
    question : str
        What this reader wants to know.
    sections : tuple of SectionUse
        In the order of the page.
    order : int
        Place among the roles.
    verdict : str
        The point of view from which its page opens and ends (`runfolio.views.verdicts`).
    level : {"plain", "technical"}
        Whether terms are explained on the page itself.
    """

    name: str
    title: str
    question: str
    sections: tuple[SectionUse, ...]
    order: int = 100
    verdict: str = "accuracy"
    level: Level = "technical"


def load_roles(folder: Path | None = None) -> dict[str, Role]:
    """Return the built-in roles, with those of a project's folder added or in their place.

    Parameters
    ----------
    folder : Path or None
        The project's folder of role files.

    Raises
    ------
    ConfigError
        With every mistake in every role file.
    """
    sections = find("runfolio.views.sections", "section")
    texts = {
        item.name: item.read_text("utf-8")
        for item in files(__package__).iterdir()
        if item.name.endswith(".yaml")
    }
    problems: list[Problem] = []
    if folder is not None:
        for path in sorted(folder.glob("*.yaml")):
            try:
                texts[path.name] = path.read_text("utf-8", "replace")
            except OSError as error:
                reason = f"It cannot be read: {error.strerror or error}."
                problem = Problem(path.name, "role-unreadable", reason, "Remove it.", "error")
                problems.append(problem)
    roles = [_role(name, texts[name], sections, problems) for name in sorted(texts)]
    if problems:
        raise ConfigError(problems)
    return {r.name: r for r in sorted((r for r in roles if r), key=lambda r: (r.order, r.name))}


def _role(
    file: str, text: str, sections: Mapping[str, Any], problems: list[Problem]
) -> Role | None:
    def wrong(message: str, hint: str, slug: str = "role-invalid") -> None:
        problems.append(Problem(file, slug, message, hint, "error"))

    try:
        told = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        wrong(f"It is no YAML: {str(error).splitlines()[0]}.", "Mend the syntax.")
        return None
    if not isinstance(told, dict) or not isinstance(told.get("sections"), list):
        wrong("A role needs title, question and a list of sections.", "See the built-in roles.")
        return None
    known_keys = ("title", "question", "order", "verdict", "level", "sections")
    for key in told:
        if key not in known_keys:
            wrong(f"{key!r} is no key of a role.", near_miss(str(key), known_keys, "Known keys"))
    kinds = find("runfolio.views.verdicts", "verdict")
    view = told.get("verdict", "accuracy")
    if not isinstance(view, str) or view not in kinds:
        hint = near_miss(str(view), list(kinds), "Known verdicts")
        wrong(f"There is no verdict {view!r}.", hint, "verdict-unknown")
    level = told.get("level", "technical")
    if level not in get_args(Level):
        wrong(f"A role's level cannot be {level!r}.", "Write plain or technical.")
    uses: list[SectionUse] = []
    for item in told["sections"]:
        # A section's name, or its name with options: `- leaderboard: {limit: 3}`.
        alone = {item: None} if isinstance(item, str) else item
        if not isinstance(alone, dict) or len(alone) != 1:
            wrong(f"{item!r} is no section.", "Write its name, or its name with options.")
            continue
        [(section, options)] = alone.items()
        if section not in sections:
            wrong(
                f"There is no section {section!r}.",
                near_miss(str(section), list(sections), "Known sections"),
                "section-unknown",
            )
        elif not isinstance(options, dict | None):
            wrong(
                f"The options of the section {section!r} are no keys with values.",
                "Write them as in `leaderboard: {limit: 3}`.",
            )
        elif section in (use.name for use in uses):
            wrong(f"The section {section!r} is there twice.", "Remove one of them.")
        else:
            own = dict(options or {})
            uses.append(SectionUse(str(section), str(own.pop("title", "")), own))
    name = file.removesuffix(".yaml")
    if name == "index" or name in find("runfolio.views.pages", "page"):
        wrong(f"{name!r} is the name of a page that every site has.", "Rename the file.")
    return Role(
        name=name,
        title=str(told.get("title") or name),
        question=str(told.get("question") or ""),
        sections=tuple(uses),
        order=told["order"] if isinstance(told.get("order"), int) else 100,
        verdict=str(view),
        level="plain" if level == "plain" else "technical",
    )
