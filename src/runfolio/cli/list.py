"""``report list``: what this installation and this project know."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.text import clean

if TYPE_CHECKING:
    from runfolio.config import Settings

__all__ = ["command"]


@click.command("list")
@click.argument(
    "kind",
    type=click.Choice(["sources", "sections", "roles", "themes", "checklists", "impact"]),
)
@click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The project's configuration.  [default: report.yaml, if there is one]",
)
def command(kind: str, config: Path | None) -> None:
    """List the formats that are read, the sections, roles, themes, checklists or impact models."""
    rows = {
        "sources": _sources,
        "sections": _sections,
        "roles": _roles,
        "themes": _themes,
        "checklists": _checklists,
        "impact": _impact,
    }[kind]
    _print(rows(config))


def _sources(config: Path | None) -> Iterable[tuple[str, ...]]:
    from runfolio.registry import find

    found = sorted(find("runfolio.sources", "source").values(), key=lambda s: (s.order, s.name))
    return [(source.name, source.title, source.looks_like) for source in found]


def _sections(config: Path | None) -> Iterable[tuple[str, ...]]:
    from runfolio.registry import find

    found = find("runfolio.views.sections", "section")
    return [(name, found[name].title) for name in sorted(found)]


def _roles(config: Path | None) -> Iterable[tuple[str, ...]]:
    from runfolio.views.roles import load_roles

    folder, settings = _project(config)
    roles = load_roles(folder / settings.roles if settings.roles else None)
    return [(role.name, role.title, role.verdict, role.question) for role in roles.values()]


def _themes(config: Path | None) -> Iterable[tuple[str, ...]]:
    from runfolio.render.theme import theme_names

    folder, _ = _project(config)
    return [(name,) for name in theme_names(folder)]


def _checklists(config: Path | None) -> Iterable[tuple[str, ...]]:
    from runfolio.config.checklists import built_in_checklists, read_checklist

    read = (read_checklist(data, name, name)[0] for name, data in built_in_checklists().items())
    return [(one.name, one.title, f"{len(one.items)} items") for one in read if one is not None]


def _impact(config: Path | None) -> Iterable[tuple[str, ...]]:
    from runfolio.starters import impact_starters

    return impact_starters().items()


def _project(config: Path | None) -> tuple[Path, Settings]:
    """Return the project's folder and settings."""
    from runfolio.config import Settings, find_config, load_settings

    path = config or find_config((), Path.cwd())
    return (path.parent, load_settings(path)) if path else (Path.cwd(), Settings())


def _print(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows in columns, the first set off."""
    table = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        name, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("   ".join([click.style(name, bold=True), *rest]).rstrip())
