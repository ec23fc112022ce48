"""A built site is exactly what its marker lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remotes import written_site
from runfolio.deliver.built_site import BuiltSite
from runfolio.errors import DeliveryError
from stores import put


def test_what_it_says_of_itself(tmp_path: Path) -> None:
    site = BuiltSite.open(written_site(tmp_path, {"a/b.csv": "x"}, title="Ü", audience="board"))
    assert (site.title, site.data_as_of, site.audience) == ("Ü", "2026-11-15", "board")
    assert dict(site.contents())["a/b.csv"] == b"x"


def test_what_others_put_there_is_not_published(tmp_path: Path) -> None:
    put(written_site(tmp_path, {}), {".env": "TOKEN=1", "notes/private.md": "x"})
    assert set(BuiltSite.open(tmp_path).files) == {
        *(".nojekyll", ".runfolio", "index.html", "report.json"),
    }


def test_a_report_that_is_left_out_leaves_no_title(tmp_path: Path) -> None:
    marker = {"format": "runfolio-site", "version": 1, "files": ["index.html"]}
    put(tmp_path, {"index.html": "x", ".runfolio": json.dumps(marker)})
    site = BuiltSite.open(tmp_path)
    assert (site.title, site.data_as_of, site.audience) == ("", "", "")


@pytest.mark.parametrize(
    "marker", [None, "", "[]", "{}", '{"format": "other", "files": []}', '{"format": 1}']
)
def test_what_is_no_site(tmp_path: Path, marker: str | None) -> None:
    put(tmp_path, {"index.html": "x", **({".runfolio": marker} if marker is not None else {})})
    with pytest.raises(DeliveryError) as told:
        BuiltSite.open(tmp_path)
    assert told.value.slug == "publish-no-site"


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../x", "a//b", ""])
def test_no_path_leads_out(tmp_path: Path, path: str) -> None:
    marker = {"format": "runfolio-site", "version": 1, "files": [path]}
    put(tmp_path / "site", {".runfolio": json.dumps(marker)})
    with pytest.raises(DeliveryError) as told:
        BuiltSite.open(tmp_path / "site")
    assert told.value.slug == "publish-site-broken"


def test_no_link_leads_out(tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {"a/b.csv": "x"})
    put(tmp_path, {"secret/b.csv": "key"})
    (site / "a" / "b.csv").unlink()
    (site / "a").rmdir()
    (site / "a").symlink_to(tmp_path / "secret")
    with pytest.raises(DeliveryError, match="is a link"):
        list(BuiltSite.open(site).contents())
