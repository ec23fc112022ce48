"""Stage 6: a built site goes to a store of objects, or whatever else fsspec can write to.

In: a site and an address such as ``s3://bucket/folder``. Out: the store holds the site. Only
what changed is sent; the start page goes last, so that the old site is whole until then, and
only after it what is no longer needed is deleted. A list in the store tells which files are
ours and what they hold; whatever it does not list is never replaced or deleted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from runfolio.deliver.built_site import BuiltSite
from runfolio.deliver.published import Published
from runfolio.deliver.store_headers import upload_options
from runfolio.errors import DeliveryError, UsageError
from runfolio.storage.git.words import without_credentials

__all__ = ["LIST", "check_store", "publish_to_store"]

LIST = ".runfolio-store"
"""Lists what was uploaded: the hash of each file's content, or null while that is not sure."""
_FORMAT = "runfolio-store"
_HOME = "index.html"
_AT_ONCE = 8
_MOST_TOLD = 5
_OBJECTS = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl"})
"""Stores that know no folders: elsewhere these are made first."""

Hashes = dict[str, str | None]


def check_store(target: str) -> None:
    """Raise what is wrong with an address, before there is a site.

    Raises
    ------
    UsageError
    """
    _opened(target)


def publish_to_store(
    site: BuiltSite, target: str, *, url: str = "", dry_run: bool = False
) -> Published:
    """Put a site into a store.

    Parameters
    ----------
    site : BuiltSite
    target : str
        Address of a folder that fsspec knows, such as ``s3://bucket/folder``.
    url : str
        Where it will be read, if that is known.
    dry_run : bool
        Whether nothing is to be written.

    Raises
    ------
    UsageError
        If the address is none, or a library is missing.
    DeliveryError
        If anything could not be written; the message says what, and whether the old site
        still stands.
    """
    store = _opened(target)
    new: Hashes = {path: hashlib.sha256(data).hexdigest() for path, data in site.contents()}
    old = store.hashes()
    store.refuse_what_is_there(new.keys() - (old or {}).keys())
    old = old or {}
    changed = sorted(path for path in new if old.get(path) != new[path])
    stale = sorted(old.keys() - new.keys())
    told = Published(
        place=store.shown,
        address=url,
        written=len(changed),
        new=sum(path not in old for path in changed),
        removed=len(stale),
        dry_run=dry_run,
    )
    if dry_run or not told.changed:
        return told
    # From here on nothing is sure of these: a run that is cut short must not be trusted.
    store.write_list(old | dict.fromkeys([*changed, *stale]))
    files = [path for path in changed if not path.endswith(".html")]
    pages = [path for path in changed if path.endswith(".html") and path != _HOME]
    for group in (files, pages, [_HOME] if _HOME in changed else []):
        failed = store.each(group, lambda path: store.write(path, site.read(path)))
        if failed:
            raise _not_uploaded(store.shown, failed, len(changed))
    left = store.each(stale, store.delete)
    store.write_list(new | dict.fromkeys(left))
    if left:
        raise DeliveryError(
            f"The new site is whole at {store.shown}, but {len(left)} file(s) of the old one "
            f"could not be deleted: {_listed(left)}. Publish again to delete them.",
            "publish-not-deleted",
        )
    return told


@dataclass(frozen=True, slots=True)
class _Store:
    """A folder of a file system of fsspec."""

    files: Any
    root: str
    shown: str
    protocols: tuple[str, ...]

    def hashes(self) -> Hashes | None:
        """Return what the store lists as ours; None where nothing was published yet."""
        try:
            told = json.loads(self.files.cat_file(self._path(LIST)))
            if told["format"] != _FORMAT:
                raise ValueError("another format")
            listed = {str(path): hashed for path, hashed in told["files"].items()}
            if any(part in ("", ".", "..") for path in listed for part in path.split("/")):
                raise ValueError("files outside of it")
            return listed
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DeliveryError(
                f"{self.shown}/{LIST}, which lists what was published there, cannot be read. "
                "Name another folder, or delete the list and what it listed yourself.",
                "publish-marker-unreadable",
            ) from error
        except Exception as error:  # each store has errors of its own
            raise self._failed("cannot be read", error) from error

    def refuse_what_is_there(self, new: Collection[str]) -> None:
        """Refuse to replace what others put there."""
        if not new:
            return
        try:
            there = {str(path) for path in self.files.find(self.root)}
        except FileNotFoundError:
            return
        except Exception as error:
            raise self._failed("cannot be listed", error) from error
        taken = sorted(path for path in new if self._path(path) in there)
        if taken:
            raise DeliveryError(
                f"{self.shown} has {taken[0]} already, which runfolio did not put there. Only "
                "what it uploaded is replaced: name a folder of its own.",
                "publish-file-in-the-way",
            )

    def write(self, path: str, data: bytes) -> None:
        full = self._path(path)
        if not _OBJECTS.intersection(self.protocols):
            self.files.makedirs(full.rpartition("/")[0], exist_ok=True)
        self.files.pipe_file(full, data, **upload_options(self.protocols, path))

    def delete(self, path: str) -> None:
        with suppress(FileNotFoundError):  # that is what was wanted
            self.files.rm_file(self._path(path))

    def write_list(self, hashes: Mapping[str, str | None]) -> None:
        content = {"format": _FORMAT, "version": 1, "files": dict(sorted(hashes.items()))}
        try:
            self.write(LIST, (json.dumps(content, indent=0) + "\n").encode())
        except Exception as error:
            raise self._failed("cannot be written", error) from error

    def each(self, paths: Iterable[str], act: Callable[[str], None]) -> dict[str, str]:
        """Do something with each path, and return why it failed where it did."""

        def tried(path: str) -> tuple[str, str]:
            try:
                act(path)
            except DeliveryError:
                raise
            except Exception as error:
                return path, _why(error)
            return path, ""

        at_once = _AT_ONCE if getattr(self.files, "async_impl", False) else 1
        with ThreadPoolExecutor(at_once) as pool:
            return {path: why for path, why in pool.map(tried, paths) if why}

    def _path(self, path: str) -> str:
        return f"{self.root}/{path}"

    def _failed(self, what: str, error: Exception) -> DeliveryError:
        return DeliveryError(
            f"{self.shown} {what}: {_why(error)}. Nothing was published. Check the address, "
            "and that you are logged in and may write there.",
            "publish-store-unreachable",
        )


def _opened(target: str) -> _Store:
    shown = without_credentials(target).rstrip("/")
    scheme, mark, rest = target.partition("://")
    if not mark or not rest.strip("/") or "::" in target or scheme in ("http", "https"):
        raise UsageError(
            f"{shown!r} is no store that can be written to. Give such as s3://bucket/folder, "
            "gs://bucket/folder or az://container/folder.",
            "publish-store-address",
        )
    try:
        from fsspec.core import url_to_fs

        quiet = {"skip_instance_cache": True, "use_listings_cache": False}
        files, root = url_to_fs(target, **quiet)
    except ImportError as error:
        raise UsageError(
            f"What writes to {scheme}:// is not installed. Run: pip install 'runfolio[remote]'",
            "extra-missing",
        ) from error
    except Exception as error:
        raise UsageError(
            f"The store {shown} cannot be opened: {_why(error)}. Check its address.",
            "publish-store-address",
        ) from error
    told = files.protocol
    protocols = (told,) if isinstance(told, str) else tuple(told)
    return _Store(files, str(root).rstrip("/"), shown, protocols)


def _not_uploaded(shown: str, failed: Mapping[str, str], changed: int) -> DeliveryError:
    return DeliveryError(
        f"{len(failed)} of {changed} file(s) could not be uploaded to {shown}: {_listed(failed)}. "
        "The start page there is still the old one, and nothing was deleted; pages beside it may "
        "be new already. Publish again when the cause is gone: what arrived is not trusted, but "
        "sent again.",
        "publish-not-uploaded",
    )


def _listed(failed: Mapping[str, str]) -> str:
    told = [f"{path} ({why})" for path, why in list(failed.items())[:_MOST_TOLD]]
    more = len(failed) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")


def _why(error: Exception) -> str:
    """Return what a store's library says, on one line and without credentials."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(without_credentials(str(said)).split())[:200].rstrip(". ")
