"""Stage 5: a theme's templates, for pages and for messages alike."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runfolio.render.theme import Theme

__all__ = ["template_environment"]


def template_environment(theme: Theme) -> Environment:
    """Return what finds a theme's templates, escapes all text and refuses unknown names."""
    return Environment(
        loader=FileSystemLoader(theme.template_folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
