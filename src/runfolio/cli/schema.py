"""``report schema``: the JSON Schema of ``report.yaml``, for editors."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of report.yaml, for editors."""
    import json

    from runfolio.config import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
