"""What `report publish` says at its end: where it is read, what changed, who can read it.

In: `Published`. Out: text on stdout, or one JSON object; the warning goes to stderr.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.text import clean, count
from runfolio.model.numbers import format_count

if TYPE_CHECKING:
    from runfolio.deliver.published import Published

__all__ = ["published_as_json", "shown_published"]


def shown_published(published: Published, *, quiet: bool = False) -> None:
    """Print what was published, and where it is read."""
    if quiet:
        if published.address:
            click.echo(clean(published.address))
        return
    place = clean(published.place)
    if not published.changed:
        why = f"{place} has it already" if published.audience else f"none of these is on {place}"
        click.echo(click.style(f"Nothing changed: {why}.", bold=True))
    else:
        verb = "Would publish to" if published.dry_run else "Published to"
        if published.gone and not published.new:
            verb = "Would change" if published.dry_run else "Changed"
        click.echo(click.style(f"{verb} {place}", bold=True))
        replaced = published.written - published.new
        parts = [f"{format_count(published.new)} new", f"{format_count(replaced)} changed"]
        click.echo(f"  Files    {', '.join(parts)}, {format_count(published.removed)} taken away")
    if published.commit:
        click.echo(f"  Commit   {published.commit[:10]}")
    if published.gone:
        names = ", ".join(map(clean, published.gone))
        verb = "Would go" if published.dry_run else "Gone"
        click.echo(f"  {verb:<8} {count(len(published.gone), 'report')}: {names}")
    if published.address:
        click.echo(f"  Address  {clean(published.address)}")
    if published.index:
        click.echo(f"  All      {clean(published.index)}")
    if published.audience:
        warning = click.style("Note:", fg="yellow", bold=True)
        told = f"made for the audience {clean(published.audience)}"
        who = "knows the password" if published.is_protected else "can reach the address"
        click.echo(f"{warning} anyone who {who} can read this report; it was {told}.", err=True)


def published_as_json(published: Published) -> str:
    """Return what was published as one JSON object on one line (ASCII).

    ``ok``, ``changed``, ``place``, ``address``, ``index``, ``commit``, ``audience``, ``new``,
    ``written`` (with the new), ``removed``, ``gone`` (folders), ``dry_run`` and ``is_protected``.
    """
    return json.dumps(
        {
            "ok": True,
            "changed": published.changed,
            "place": published.place,
            "address": published.address,
            "index": published.index,
            "commit": published.commit,
            "audience": published.audience,
            "new": published.new,
            "written": published.written,
            "removed": published.removed,
            "gone": list(published.gone),
            "dry_run": published.dry_run,
            "is_protected": published.is_protected,
        }
    )
