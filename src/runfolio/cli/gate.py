"""``report gate``: whether what is asked of the model is met; the exit code tells."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.options import as_of_option, config_option, sources_argument

if TYPE_CHECKING:
    from runfolio.pipeline import Judged

__all__ = ["command"]


@click.command("gate")
@sources_argument
@config_option
@click.option(
    "--certain",
    is_flag=True,
    help="Let what is met, but not with 95 % confidence, hold a release back, too.",
)
@as_of_option("The day by which waivers are judged.")
@click.option("--json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the result as JUnit XML, for CI systems.",
)
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    config: Path | None,
    certain: bool,
    as_of: date | None,
    json: bool,
    junit: Path | None,
) -> None:
    """Judge what is asked of the champion; exit with 1 if it may not be released.

    SOURCE is as in `report build`; the requirements are those of report.yaml. What must be met
    and is missed or was not evaluated, and is not waived, holds a release back.
    """
    from runfolio import pipeline
    from runfolio.cli.screen.gates import gates_as_json, shown_gates
    from runfolio.cli.screen.progress import shown_progress
    from runfolio.cli.screen.run import errors_told
    from runfolio.model.locale import locale_named, written_in

    # What programs read is the same in every country.
    request = pipeline.Request(sources, config=config, as_of=as_of, locale="en" if json else None)
    with errors_told(json=json), shown_progress(quiet=json) as progress:
        judged = pipeline.gate(request, progress, certain=certain)
    if junit is not None:
        with errors_told(json=json):
            _write_junit(junit, judged)
    if json:
        click.echo(gates_as_json(judged))
    else:
        with written_in(locale_named(judged.locale)):
            shown_gates(judged)
    if not judged.passes:
        ctx.exit(1)


def _write_junit(place: Path, judged: Judged) -> None:
    from runfolio.errors import OutputError
    from runfolio.render.junit import junit_xml

    try:
        place.write_text(junit_xml(judged.own, judged.title, judged.holding), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"{place} cannot be written: {error.strerror}. Choose another place.",
            "junit-unwritable",
        ) from error
