"""A site goes to a store: a real server of S3's kind, on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from peers import absent
from remotes import written_site
from runfolio.deliver.built_site import BuiltSite
from runfolio.deliver.object_store import LIST, publish_to_store
from runfolio.deliver.store_headers import cache_control, content_type, upload_options
from runfolio.errors import DeliveryError, UsageError

BUCKET = "reports"
PAGES = {
    "assets/style-0123456789.css": "body {}",
    "data/runs.js": "window.x = 1;",
    "runs/a.html": "<p>a</p>",
    "runs.csv": "id\n",
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    for module in ("moto", "s3fs"):
        if not find_spec(module):
            absent(f"{module} is not installed: python -m pip install -e '.[test]'")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def s3(endpoint: str) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "s3cr3t-key",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL_S3": endpoint,
        }.items():
            patch.setenv(name, value)
        import boto3

        client = boto3.client("s3")
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield client


@pytest.fixture
def memory() -> Iterator[Any]:
    """A store of fsspec's own that is no server: what it holds by path."""
    from fsspec.implementations.memory import MemoryFileSystem

    files = MemoryFileSystem()
    MemoryFileSystem.store.clear()
    yield files
    MemoryFileSystem.store.clear()


def held(memory: Any) -> dict[str, str]:
    return {path: file.getvalue().decode() for path, file in memory.store.items()}


def keys(client: Any) -> list[str]:
    listed = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return sorted(entry["Key"] for entry in listed)


def body(client: Any, key: str) -> str:
    text: str = client.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    return text


def test_what_changed_is_sent_and_what_is_gone_is_deleted(s3: Any, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", PAGES)
    s3.put_object(Bucket=BUCKET, Key="lab/theirs.html", Body=b"theirs")
    first = publish_to_store(BuiltSite.open(site), "s3://reports/lab", url="https://x.example.org/")
    assert (first.written, first.new, first.removed) == (8, 8, 0)
    assert (first.place, first.address) == ("s3://reports/lab", "https://x.example.org/")
    served = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    assert {key: body(s3, f"lab/{key}") for key in served} == {
        key: path.read_text() for key, path in served.items()
    }
    told = {key: s3.head_object(Bucket=BUCKET, Key=f"lab/{key}") for key in PAGES}
    assert {key: about["ContentType"] for key, about in told.items()} == {
        "assets/style-0123456789.css": "text/css; charset=utf-8",
        "data/runs.js": "text/javascript; charset=utf-8",
        "runs/a.html": "text/html; charset=utf-8",
        "runs.csv": "text/csv; charset=utf-8",
    }
    assert "immutable" in told["assets/style-0123456789.css"]["CacheControl"]
    assert "max-age=60" in told["runs/a.html"]["CacheControl"]

    stamps = {key: s3.head_object(Bucket=BUCKET, Key=key)["ETag"] for key in keys(s3)}
    again = publish_to_store(BuiltSite.open(site), "s3://reports/lab/")
    assert not again.changed
    assert {key: s3.head_object(Bucket=BUCKET, Key=key)["ETag"] for key in keys(s3)} == stamps

    less = {path: text for path, text in PAGES.items() if path != "runs/a.html"}
    written_site(site, {**less, "runs.csv": "id\n1\n"})
    third = publish_to_store(BuiltSite.open(site), "s3://reports/lab")
    assert (third.written, third.new, third.removed) == (2, 0, 1)
    assert "lab/runs/a.html" not in keys(s3)
    assert body(s3, "lab/theirs.html") == "theirs", "what is not ours is left alone"
    assert body(s3, "lab/runs.csv") == "id\n1\n"


def test_nothing_of_others_is_replaced(memory: Any, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {})
    memory.pipe_file("/x/index.html", b"theirs")
    with pytest.raises(DeliveryError, match=r"index\.html already") as told:
        publish_to_store(BuiltSite.open(site), "memory://x")
    assert told.value.slug == "publish-file-in-the-way"
    assert held(memory) == {"/x/index.html": "theirs"}
    # Nor later, where a new file of ours gets the name of one of theirs.
    publish_to_store(BuiltSite.open(site), "memory://y")
    memory.pipe_file("/y/runs.csv", b"theirs")
    written_site(site, {"runs.csv": "ours", "index.html": "new"})
    with pytest.raises(DeliveryError, match=r"runs\.csv already"):
        publish_to_store(BuiltSite.open(site), "memory://y")
    assert held(memory)["/y/runs.csv"] == "theirs"
    assert held(memory)["/y/index.html"] == "<h1>one</h1>"


def test_a_list_that_names_files_elsewhere_is_not_obeyed(memory: Any, tmp_path: Path) -> None:
    site = BuiltSite.open(written_site(tmp_path / "site", {}))
    publish_to_store(site, "memory://x")
    memory.pipe_file("/theirs.html", b"theirs")
    told = json.loads(memory.cat_file(f"/x/{LIST}"))
    told["files"]["../theirs.html"] = None
    memory.pipe_file(f"/x/{LIST}", json.dumps(told).encode())
    with pytest.raises(DeliveryError) as refused:
        publish_to_store(site, "memory://x")
    assert refused.value.slug == "publish-marker-unreadable"
    assert held(memory)["/theirs.html"] == "theirs"


def test_a_dry_run_writes_nothing(memory: Any, tmp_path: Path) -> None:
    site = BuiltSite.open(written_site(tmp_path / "site", PAGES))
    assert publish_to_store(site, "memory://x", dry_run=True).written == 8
    assert held(memory) == {}


@pytest.mark.parametrize("broken", ["data/runs.js", "runs/a.html", "index.html"])
def test_a_failed_upload_leaves_the_old_start_page_and_is_told(
    memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    folder = written_site(tmp_path / "site", PAGES)
    publish_to_store(BuiltSite.open(folder), "memory://x")
    new = {path: f"{text} new" for path, text in PAGES.items() if path != "runs.csv"}
    written_site(folder, {**new, "index.html": "<h1>two</h1>"})
    send = type(memory).pipe_file

    def full(self: Any, path: str, data: bytes, **more: Any) -> Any:
        if path.endswith(broken):
            raise OSError(28, "No space left on device")
        return send(self, path, data, **more)

    with monkeypatch.context() as patch:
        patch.setattr(type(memory), "pipe_file", full)
        with pytest.raises(DeliveryError) as told:
            publish_to_store(BuiltSite.open(folder), "memory://x")
    assert told.value.slug == "publish-not-uploaded"
    assert f"{broken} (No space left on device)" in told.value.message
    there = held(memory)
    assert there["/x/index.html"] == "<h1>one</h1>"
    assert "/x/runs.csv" in there, "nothing is deleted before the new site stands"
    assert json.loads(there[f"/x/{LIST}"])["files"][broken] is None

    # Back to what was published before: what arrived of the new site is replaced all the same.
    written_site(folder, PAGES)
    publish_to_store(BuiltSite.open(folder), "memory://x")
    assert {path: held(memory)[f"/x/{path}"] for path in PAGES} == PAGES
    assert None not in json.loads(held(memory)[f"/x/{LIST}"])["files"].values()


def test_what_cannot_be_deleted_is_told_and_tried_again(
    memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written_site(tmp_path / "site", PAGES)
    publish_to_store(BuiltSite.open(folder), "memory://x")
    written_site(folder, {})

    def refused(self: Any, path: str, **more: Any) -> None:
        raise PermissionError("Access Denied")

    with monkeypatch.context() as patch:
        patch.setattr(type(memory), "rm_file", refused)
        with pytest.raises(DeliveryError, match="4 file") as told:
            publish_to_store(BuiltSite.open(folder), "memory://x")
    assert "The new site is whole" in told.value.message
    assert publish_to_store(BuiltSite.open(folder), "memory://x").removed == 4
    assert "/x/runs.csv" not in held(memory)


def test_a_store_that_is_not_there(s3: Any, tmp_path: Path) -> None:
    site = BuiltSite.open(written_site(tmp_path / "site", {}))
    with pytest.raises(DeliveryError) as told:
        publish_to_store(site, "s3://no-such-bucket/x")
    assert told.value.slug == "publish-store-unreachable"
    assert "s3cr3t-key" not in told.value.message


@pytest.mark.parametrize(
    "target",
    ["reports", "s3://", "https://ada:s3cr3t@example.org/x", "what://x/y", "zip::s3://x/y"],
)
def test_what_is_no_store(tmp_path: Path, target: str) -> None:
    site = BuiltSite.open(written_site(tmp_path / "site", {}))
    with pytest.raises(UsageError) as told:
        publish_to_store(site, target)
    assert told.value.slug == "publish-store-address"
    assert "s3cr3t" not in told.value.message


def test_a_folder_is_a_store_too(tmp_path: Path) -> None:
    folder = written_site(tmp_path / "site", PAGES)
    told = publish_to_store(BuiltSite.open(folder), (tmp_path / "www").as_uri())
    assert told.written == 8
    assert (tmp_path / "www" / "runs" / "a.html").read_text() == "<p>a</p>"
    written_site(folder, {})
    assert publish_to_store(BuiltSite.open(folder), (tmp_path / "www").as_uri()).removed == 4
    assert not (tmp_path / "www" / "runs" / "a.html").exists()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("feed.xml", "application/xml"),
        ("report.json", "application/json"),
        ("images/a.PNG", "image/png"),
        ("badges/gate.svg", "image/svg+xml"),
        (".runfolio", "application/octet-stream"),
    ],
)
def test_types(path: str, kind: str) -> None:
    assert content_type(path) == kind


def test_only_hashed_assets_are_kept_for_long() -> None:
    assert "immutable" in cache_control("assets/vega-973eea81d3.js")
    for path in ("index.html", "assets/vega.js", "data/x-973eea81d3.js", "assets/a-973eea81d3"):
        assert "immutable" not in cache_control(path)


def test_each_kind_of_store_is_told_in_its_own_words() -> None:
    # As the functions `_pipe_file` of s3fs and gcsfs take them.
    assert upload_options(("s3", "s3a"), "index.html")["ContentType"].startswith("text/html")
    assert upload_options(("gs", "gcs"), "a.csv") == {
        "content_type": "text/csv; charset=utf-8",
        "fixed_key_metadata": {"cache_control": cache_control("a.csv")},
    }
    assert upload_options(("file", "local"), "a.csv") == {}
