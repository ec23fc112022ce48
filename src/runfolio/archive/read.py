"""An archive is read: its manifest is checked, and what it holds becomes material again."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from pydantic import ValidationError

from runfolio.archive.material import Material
from runfolio.archive.plain import from_plain
from runfolio.archive.write import FORMAT, MANIFEST, VERSION
from runfolio.config import Settings
from runfolio.errors import UsageError

__all__ = ["Archive", "is_archive"]

_LARGEST = 8 << 30
"""Bytes of all entries together that are read."""
_LARGEST_MANIFEST = 64 << 20


def is_archive(path: Path) -> bool:
    """Tell whether a file is an archive of a report, by what stands in it."""
    try:
        if not path.is_file() or not is_zipfile(path):
            return False
        with ZipFile(path) as packed:
            return MANIFEST in packed.namelist() and "data/material.json" in packed.namelist()
    except (OSError, BadZipFile):
        return False


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Archive:
    """An archive that was read.

    Parameters
    ----------
    audience : str
        For whom it was made.
    title : str
    settings : Settings
    material : Material
    folder : Path
        Where its roles and themes are, for as long as this object lives.
    """

    audience: str
    title: str
    settings: Settings
    material: Material = field(repr=False)
    folder: Path

    @classmethod
    def opened(cls, path: Path) -> Archive:
        """Read an archive.

        Raises
        ------
        UsageError
            If it is damaged, or of a version that is not known.
        """
        try:
            with ZipFile(path) as packed:
                return cls._read(_Checked(packed))
        except (OSError, BadZipFile, ValueError, KeyError, TypeError, EOFError) as error:
            raise UsageError(
                f"{path} is no archive that can be read: {error}. Make it again with "
                "`report build --archive`, by this version.",
                "archive-unreadable",
            ) from error

    @classmethod
    def _read(cls, checked: _Checked) -> Archive:
        about = checked.manifest
        try:
            settings = Settings.model_validate_json(checked.bytes("data/settings.json"))
        except ValidationError as error:
            raise ValueError(
                f"its settings are not of this version ({error.error_count()})"
            ) from error
        text = checked.bytes("data/material.json").decode("ascii")
        material = from_plain(text, lambda name: checked.bytes(f"data/{name}"), Material)
        folder = Path(tempfile.mkdtemp(prefix="runfolio-archive-"))
        archive = cls(str(about["audience"]), str(about["title"]), settings, material, folder)
        weakref.finalize(archive, shutil.rmtree, folder, ignore_errors=True)
        for name in checked.files:
            inside = PurePosixPath(name)
            if inside.parts[:2] in (("data", "themes"), ("data", "roles")):
                _put(folder, PurePosixPath(*inside.parts[1:]), checked.bytes(name))
        return archive


class _Checked:
    """The entries of a zip, each as its manifest says it is."""

    def __init__(self, packed: ZipFile) -> None:
        self._packed = packed
        held = packed.infolist()
        if len({entry.filename for entry in held}) != len(held):
            raise ValueError("two entries have one name")
        if sum(entry.file_size for entry in held) > _LARGEST:
            raise ValueError(f"it unpacks to more than {_LARGEST >> 30} GiB")
        if packed.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise ValueError("its manifest is too large")
        self.manifest: dict[str, Any] = json.loads(packed.read(MANIFEST))
        if self.manifest["format"] != FORMAT:
            raise ValueError("it is something else")
        if self.manifest["version"] != VERSION:
            raise ValueError(f"it is of version {self.manifest['version']}, not {VERSION}")
        self.files: dict[str, Any] = self.manifest["files"]

    def bytes(self, name: str) -> bytes:
        told = self.files[name]
        data = self._packed.read(name)
        if len(data) != told["size"] or hashlib.sha256(data).hexdigest() != told["sha256"]:
            raise ValueError(f"{name} is not what the manifest says")
        return data


def _put(folder: Path, inside: PurePosixPath, data: bytes) -> None:
    if inside.is_absolute() or ".." in inside.parts or any("\\" in p for p in inside.parts):
        raise ValueError(f"{inside} leads out of the archive")
    path = folder.joinpath(*inside.parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
