"""Stage 6: what a store tells browsers of a file: its type, and for how long it may be kept.

Assets carry the hash of their content in their names, so they never change; all else is asked
for again after a minute.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["cache_control", "content_type", "upload_options"]

_TYPES = {
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webp": "image/webp",
    "xml": "application/xml",
    "zip": "application/zip",
}
"""Our own list: what the system thinks of endings differs between machines."""
_HASHED = re.compile(r"assets/(?:.*/)?[^/]+-[0-9a-f]{10}\.[a-z0-9]+")
_LONG = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=60, must-revalidate"


def content_type(path: str) -> str:
    """Return the media type of a file of a site."""
    return _TYPES.get(path.rpartition(".")[2].lower(), "application/octet-stream")


def cache_control(path: str) -> str:
    """Return the header ``Cache-Control`` of a file of a site."""
    return _LONG if _HASHED.fullmatch(path) else _SHORT


def upload_options(protocols: tuple[str, ...], path: str) -> dict[str, Any]:
    """Return what to hand to ``pipe_file`` of a file system, so that the store tells the same.

    Parameters
    ----------
    protocols : tuple of str
        Those of the file system.
    path : str
        Of the file in the site.
    """
    kind, cache = content_type(path), cache_control(path)
    if "s3" in protocols:
        return {"ContentType": kind, "CacheControl": cache}
    if "gs" in protocols:
        return {"content_type": kind, "fixed_key_metadata": {"cache_control": cache}}
    if "az" in protocols:
        from azure.storage.blob import ContentSettings

        return {"content_settings": ContentSettings(content_type=kind, cache_control=cache)}
    return {}
