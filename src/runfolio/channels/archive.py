"""The channel ``archive``: the site and all that it is made of, in one zip.

In: a `Report` and its site. Out: a file that `report build` takes in the place of logs.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from runfolio.archive.material import Material
from runfolio.archive.write import contents, write_entries
from runfolio.deliver.one_file import check_place, put_file
from runfolio.render.output import MARKER
from runfolio.render.theme import is_built_in
from runfolio.report import Report

__all__ = ["check_archive_place", "put_archive"]

_WHAT = "an archive of a report"


def check_archive_place(path: Path) -> None:
    """Refuse a path at which no archive can be put.

    Raises
    ------
    OutputError
    """
    check_place(path, _is_zip, _WHAT)


def put_archive(path: Path, report: Report, site: Path) -> None:
    """Put an archive of a report at `path`.

    Parameters
    ----------
    path : Path
    report : Report
    site : Path
        The folder of its site, as it was just built.

    Raises
    ------
    OutputError, LeakError
    """
    from runfolio import __version__

    told = report.project.settings
    material = Material(report.analysed.tables, report.last, report.analysed.branch)
    entries = contents(
        *(material, report.settings, report.audience.name, report.audience.told),
        _files_of(site),
        themes=[folder for folder in report.theme.folders if not is_built_in(folder)],
        roles=report.project.folder / told.roles if told.roles else None,
    )
    about = {
        "title": report.info.title,
        "audience": report.audience.name,
        "runfolio": __version__,
    }

    def watch(name: str, data: bytes) -> None:
        if not name.startswith("site/"):  # its files were searched when they were written
            report.watch(name, data)

    with tempfile.TemporaryFile() as packed:
        write_entries(packed, entries, about, watch)
        put_file(path, packed, _is_zip, _WHAT)


def _files_of(site: Path) -> Iterator[tuple[str, bytes]]:
    marker = (site / MARKER).read_bytes()
    yield MARKER, marker
    for name in json.loads(marker)["files"]:
        if name != MARKER:
            yield name, (site / name).read_bytes()


def _is_zip(beginning: bytes) -> bool:
    return beginning.startswith(b"PK\3\4")
