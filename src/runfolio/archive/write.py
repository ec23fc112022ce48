"""An archive is written: entry by entry into a zip, its manifest last.

The same report gives the same bytes: entries are in a fixed order and have no times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from runfolio.archive.material import Material
from runfolio.archive.plain import to_plain
from runfolio.config import AudienceSettings, Chosen, DeliverSettings, Settings

__all__ = ["FORMAT", "MANIFEST", "VERSION", "contents", "write_entries"]

FORMAT = "runfolio-archive"
VERSION = 1
MANIFEST = "manifest.json"
_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip knows."""
_PACKED = (".parquet", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".npy")
"""Endings of files that are not made smaller."""


def contents(
    material: Material,
    settings: Settings,
    audience: str,
    own: AudienceSettings,
    site: Iterable[tuple[str, bytes]],
    themes: Sequence[Path],
    roles: Path | None,
) -> Iterator[tuple[str, bytes]]:
    """Yield the entries of an archive, but its manifest.

    Parameters
    ----------
    material : Material
    settings : Settings
        As the audience may see them.
    audience : str
        Its name.
    own : AudienceSettings
        What is told of it; nothing of other audiences, nor of what is hidden, is kept.
    site : iterable of (str, bytes)
        The files of the site, by their paths in it.
    themes : sequence of Path
        Folders of the project's own themes, the nearest first.
    roles : Path or None
        Folder of the project's own roles.
    """
    for path, data in sorted(site):
        yield f"site/{path}", data
    text, files = to_plain(material)
    yield "data/material.json", text.encode("ascii")
    yield from ((f"data/{name}", data) for name, data in files.items())
    settings = _without_places(settings, audience, own, themes, roles)
    told = settings.model_dump_json(by_alias=True, indent=1)
    yield "data/settings.json", told.encode("utf-8")
    for folder in themes:  # by their own names, by which they extend one another
        home = f"data/themes/{folder.name}"
        yield from ((f"{home}/{path}", data) for path, data in _files_below(folder))
    if roles is not None:
        for role in sorted(roles.glob("*.yaml")):
            yield f"data/roles/{role.name}", role.read_bytes()


def write_entries(
    file: IO[bytes],
    entries: Iterable[tuple[str, bytes]],
    about: dict[str, Any],
    watch: Callable[[str, bytes], None],
) -> None:
    """Write a zip with these entries and a manifest of them.

    Parameters
    ----------
    file : binary file
    entries : iterable of (str, bytes)
    about : dict
        What the manifest says beside its format and its files.
    watch : callable
        Takes the name and the bytes of each entry first; may refuse it.
    """
    files: dict[str, dict[str, Any]] = {}
    with ZipFile(file, "w") as packed:
        for name, data in entries:
            watch(name, data)
            files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            _put(packed, name, data)
        manifest = {"format": FORMAT, "version": VERSION, **about, "files": files}
        text = json.dumps(manifest, indent=1, ensure_ascii=True) + "\n"
        watch(MANIFEST, text.encode("ascii"))
        _put(packed, MANIFEST, text.encode("ascii"))


def _put(packed: ZipFile, name: str, data: bytes) -> None:
    entry = ZipInfo(name, _BEGINNING)
    entry.external_attr = 0o644 << 16
    entry.compress_type = ZIP_STORED if name.endswith(_PACKED) else ZIP_DEFLATED
    packed.writestr(entry, data)


def _without_places(
    settings: Settings,
    audience: str,
    own: AudienceSettings,
    themes: Sequence[Path],
    roles: Path | None,
) -> Settings:
    """Return settings without where logs were, what is hidden, and to whom reports go."""
    kept = AudienceSettings(
        roles=own.roles,
        show=Chosen(pages=own.show.pages),
        hide=Chosen(pages=own.hide.pages),
        locale=own.locale,
    )
    deliver = DeliverSettings(url=settings.deliver.url, embed=settings.deliver.embed)
    theme = settings.theme
    if themes:
        theme = theme.model_copy(update={"extends": themes[0].name})
    return settings.model_copy(
        update={
            "sources": (),
            "previous": None,
            "audiences": {audience: kept},
            "deliver": deliver,
            "theme": theme,
            "roles": "roles" if roles is not None else None,
        }
    )


def _files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
