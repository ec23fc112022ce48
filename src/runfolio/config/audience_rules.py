"""Configuration: do audiences name what there is, and can a report be made of what they see?

What only the logs can tell (whether a pattern fits anything) is asked later, when they are cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from runfolio.config.audiences import INTERNAL, AudienceSettings, Chosen
from runfolio.config.marked_yaml import Marked, Mistake, Where
from runfolio.config.mistakes import line_of, shown_at
from runfolio.config.settings import Settings
from runfolio.formula import inputs_of, parse_formula
from runfolio.model.patterns import first_match
from runfolio.model.problems import near_miss

__all__ = ["audience_mistakes"]

_OVERVIEW = "index.html"


def audience_mistakes(settings: Settings, folder: Path, marked: Marked) -> list[Mistake]:
    """Return what is wrong with audiences and with who things are delivered to.

    Parameters
    ----------
    settings : Settings
    folder : Path
        In which report.yaml lies.
    marked : Marked
        The document, for the lines.
    """
    roles = _roles(folder / settings.roles if settings.roles else None)
    found = [
        *_unknown_audiences(settings),
        *_unknown_roles(settings, roles),
        *(
            wrong
            for name, told in settings.audiences.items()
            for wrong in _hides_what_is_needed(name, told, settings)
        ),
    ]
    return [
        Mistake(line_of(where, marked), slug, f"'{shown_at(where)}' {message}", hint)
        for where, slug, message, hint in found
    ]


_Wrong = tuple[Where, str, str, str]
"""Where, which kind of mistake, what is wrong and what to do."""


def _roles(folder: Path | None) -> list[str]:
    """Return the names of the roles that there are, those of the project among them."""
    built_in = (item.name for item in (files("runfolio") / "views" / "roles").iterdir())
    own = (path.name for path in folder.glob("*.yaml")) if folder and folder.is_dir() else ()
    names = {name.removesuffix(".yaml") for name in (*built_in, *own) if name.endswith(".yaml")}
    return sorted(names)


def _unknown_audiences(settings: Settings) -> Iterator[_Wrong]:
    known = [*settings.audiences, INTERNAL]
    for channel in ("pages", "email", "comment"):
        name = getattr(settings.deliver, channel).audience
        if name is not None and name not in known:
            message = f"names the audience '{name}', and there is none of that name."
            hint = f"{near_miss(name, known, 'Audiences')} Audiences are written under audiences:."
            yield ("deliver", channel, "audience"), "config-unknown-audience", message, hint


def _unknown_roles(settings: Settings, roles: list[str]) -> Iterator[_Wrong]:
    for name, told in settings.audiences.items():
        for number, role in enumerate(told.roles):
            if role not in roles:
                where = ("audiences", name, "roles", number)
                message = f"names the role '{role}', and there is none of that name."
                yield where, "config-unknown-role", message, near_miss(role, roles, "Roles")
    email = settings.deliver.email
    own = settings.audiences.get(email.audience or INTERNAL)
    seen = list(own.roles) if own and own.roles else roles
    if email.role not in roles:
        message = f"names the role '{email.role}', and there is none of that name."
        hint = near_miss(email.role, roles, "Roles")
        yield ("deliver", "email", "role"), "config-unknown-role", message, hint
    elif email.role not in seen and "role" in email.model_fields_set:
        message = f"is '{email.role}', whose page the audience of the message does not see."
        hint = f"Add it to the roles of the audience, or name one of: {', '.join(seen)}."
        yield ("deliver", "email", "role"), "config-unknown-role", message, hint


def _hides_what_is_needed(
    name: str, told: AudienceSettings, settings: Settings
) -> Iterator[_Wrong]:
    """Yield what an audience does not see although something that it sees needs it."""
    pages = first_match([_OVERVIEW], told.hide.pages)
    if pages is not None:
        where = _at(name, told, "hide", "pages", pages)
        message = f"hides {_OVERVIEW}, on which every reader starts."
        hint = "Hide single metrics, params or roles instead."
        yield where, "config-audience-hides-needed", message, hint
    for metric, what, hint in _needed(told, settings):
        hidden = _hiding(told, metric, settings)
        if hidden is not None:
            message = f"hides the metric '{metric}', which {what} needs."
            where = _at(name, told, *hidden)
            yield where, "config-audience-hides-needed", message, hint


def _needed(told: AudienceSettings, settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield each metric that is needed, by what, and what to do if it is hidden."""
    objective = settings.objective
    ranks = "By it everything is ranked: show it, or name another objective."
    if objective.metric is not None:
        yield objective.metric, "the objective", ranks
    if objective.summary.best_by is not None:
        yield objective.summary.best_by, "objective.summary.best_by", ranks
    for one in settings.requirements:
        if one.metric is not None and not _is_hidden(told, "requirements", one.name):
            yield one.metric, f"the requirement '{one.name}'", _without("requirement", one.name)
    for outcome in settings.impact.outcomes if settings.impact else ():
        if _is_hidden(told, "outcomes", outcome.name):
            continue
        for part in inputs_of(parse_formula(outcome.formula)):
            if part.kind == "metric":
                hint = _without("outcome", outcome.name)
                yield part.names[0], f"the outcome '{outcome.name}'", hint


def _without(kind: str, name: str) -> str:
    return f'Hide the {kind} too, with hide: {{{kind}s: ["{name}"]}}, or show what it needs.'


def _is_hidden(told: AudienceSettings, kind: str, name: str) -> bool:
    shown = getattr(told.show, kind)
    return first_match([name], getattr(told.hide, kind)) is not None or (
        bool(shown) and first_match([name], shown) is None
    )


def _hiding(told: AudienceSettings, metric: str, settings: Settings) -> tuple[str, str, str] | None:
    """Return what hides a metric: the key, the kind and the pattern (empty where none shows it)."""
    stated = settings.metrics.get(metric)
    logged = [old for old, new in settings.aliases.items() if new == metric]
    names = [metric, (stated.label or "") if stated else "", *logged]
    pattern = first_match(names, told.hide.metrics)
    if pattern is not None:
        return "hide", "metrics", pattern
    if told.show.metrics and first_match(names, told.show.metrics) is None:
        return "show", "metrics", ""
    return None


def _at(name: str, told: AudienceSettings, key: str, kind: str, pattern: str) -> Where:
    """Return where a pattern of an audience stands; the list where it is none of it."""
    chosen: Chosen = getattr(told, key)
    where: Where = ("audiences", name, key, kind)
    patterns: tuple[str, ...] = getattr(chosen, kind)
    return (*where, patterns.index(pattern)) if pattern in patterns else where
