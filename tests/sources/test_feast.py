"""Feast's registry file: views as Feast wrote them, and files that are none."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from feast_registry import REGISTRY
from reading import place_of, slugs
from runfolio.ingest.feature_store import read_feature_views
from runfolio.model.features import FeatureField, FeatureView
from runfolio.sources.feast import feature_store
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage


def registry(tmp_path: Path, data: bytes = REGISTRY) -> Place:
    path = tmp_path / "registry.db"
    path.write_bytes(data)
    return place_of(path)


def message(number: int, value: bytes | str) -> bytes:
    """Return a field of bytes, of fewer than 128, as protocol buffers write it."""
    data = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2, len(data)]) + data


def test_views_of_a_registry_that_feast_wrote(tmp_path: Path) -> None:
    views, problems = feature_store.read(registry(tmp_path))
    assert problems == []
    assert views == (
        FeatureView(
            "driver_stats",
            (FeatureField("rating", "float", "mean rating"), FeatureField("trips", "int64")),
            owner="imaging team",
            description="of drivers",
            entities=("driver",),
            source="driver.parquet",
        ),
        FeatureView(
            "labels_of_all", (FeatureField("labels", "list of string"),), source="driver.parquet"
        ),
    )


def test_a_view_on_demand(tmp_path: Path) -> None:
    spec = message(1, "doubled") + message(3, message(1, "twice") + bytes([2 << 3, 5]))
    spec += message(6, "twice the rating") + message(8, "data science")
    views, problems = feature_store.read(registry(tmp_path, message(8, message(1, spec))))
    assert problems == []
    assert views == (
        FeatureView(
            "doubled", (FeatureField("twice", "double"),), "data science", "twice the rating"
        ),
    )


def test_a_cut_registry_tells_what_it_still_holds(tmp_path: Path) -> None:
    views, problems = feature_store.read(registry(tmp_path, REGISTRY[:-40]))
    assert slugs(tuple(problems)) == ["feast-registry-unreadable"]
    assert len(views) <= 2


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    class Storage(LocalStorage):
        def read(self, path: str, limit: int = 0) -> bytes:
            return data

    feature_store.read(Place(Storage.at(".")))


def test_the_registry_lies_in_the_projects_folder(tmp_path: Path) -> None:
    place = registry(tmp_path)
    folder = Place(place.storage)
    views, problems = read_feature_views(folder, "./registry.db", feature_store.read)
    assert [view.name for view in views] == ["driver_stats", "labels_of_all"]
    assert problems == []
    for path in ("../registry.db", "/etc/passwd"):
        _, problems = read_feature_views(folder, path, feature_store.read)
        assert slugs(tuple(problems)) == ["feature-store-outside"]
    _, problems = read_feature_views(folder, "gone.db", feature_store.read)
    assert slugs(tuple(problems)) == ["feature-store-missing"]
