"""Which version of the data runs used, and which versions are newer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from builders import SEEDS, run, tables
from runfolio.analysis.configurations import configurations
from runfolio.analysis.data_versions import DataVersions, data_versions
from runfolio.model.features import DataColumn
from runfolio.model.profile import ColumnProfile, DataProfile
from runfolio.model.records import DatasetUse, RunRecord

HOUR = 3_600_000
SHA = "f5638764a764" + 52 * "0"


def used(
    name: str, number: int, digest: str, *, hour: int | None, version: str = "", rows: int = 0
) -> RunRecord:
    """Return a run that used a version at an hour."""
    return run(
        name,
        {"acc": number / 10},
        params={"model": name},
        started=None if hour is None else hour * HOUR,
        datasets=(DatasetUse("cases", digest, "training", rows or None, version),),
    )


def versions_of(
    *runs: RunRecord, champion: str = "", profiles: Sequence[DataProfile] = ()
) -> tuple[DataVersions, ...]:
    made = replace(tables(*runs), profiles=tuple(profiles))
    groups, _ = configurations(made, SEEDS)
    best = next((one for one in groups if champion in one.runs), None)
    return data_versions(made, best, None)


def file(version: str, digest: str = "", rows: int = 9) -> DataProfile:
    columns = (ColumnProfile("age", "numbers", 0),)
    return DataProfile("cases", version, f"{version}.csv", rows, 1, columns, (digest,))


def test_versions_are_in_the_order_of_their_first_use() -> None:
    [data] = versions_of(
        used("late", 1, "d2", hour=9, version="v2"),
        used("early", 1, "d1", hour=1, version="v1"),
        used("again", 1, "d2", hour=5, version="v2"),
    )
    assert [version.label for version in data.versions] == ["v1", "v2"]
    assert data.versions[1].runs == ("again", "late")


def test_a_newer_version_than_the_champions() -> None:
    runs = (used("a", 9, "d1", hour=1, version="v1"), used("b", 1, "d2", hour=2, version="v2"))
    [data] = versions_of(*runs, champion="a")
    assert [version.label for version in data.champion] == ["v1"]
    assert [version.label for version in data.newer] == ["v2"]
    [data] = versions_of(*runs, champion="b")
    assert data.newer == ()


def test_without_times_no_version_is_newer() -> None:
    [data] = versions_of(used("a", 9, "d1", hour=None), used("b", 1, "d2", hour=None), champion="a")
    assert len(data.versions) == 2
    assert data.newer == ()


def test_the_order_of_the_configuration_counts_before_that_of_use() -> None:
    [data] = versions_of(
        used("a", 9, "d1", hour=9, version="v1"),
        used("b", 1, "d2", hour=1, version="v2"),
        champion="a",
        profiles=[file("v1"), file("v2")],
    )
    assert [version.label for version in data.versions] == ["v1", "v2"]
    assert [version.label for version in data.newer] == ["v2"]


def test_a_file_that_no_run_used_yet_is_newer() -> None:
    [data] = versions_of(
        used("a", 9, "d1", hour=1, version="v1"), champion="a", profiles=[file("v1"), file("v2")]
    )
    assert [(version.label, version.runs) for version in data.newer] == [("v2", ())]


def test_a_file_is_known_by_its_digest_whatever_it_is_called() -> None:
    [data] = versions_of(
        used("a", 9, SHA[:12], hour=1, rows=629),
        champion="a",
        profiles=[file("first export", SHA, rows=629)],
    )
    [version] = data.versions
    assert (version.label, version.digest, version.rows) == ("first export", SHA[:12], 629)
    assert version.file is not None


def test_a_digest_of_few_characters_proves_nothing() -> None:
    [data] = versions_of(used("a", 9, SHA[:6], hour=1), profiles=[file("v1", SHA)])
    assert [version.file is None for version in data.versions] == [False, True]


def test_a_param_names_the_version() -> None:
    record = run("a", {"acc": 1.0}, "0123456789abcdef", params={"data_version": "v3"})
    [data] = versions_of(record)
    assert data.versions[0].label == "v3"
    [data] = versions_of(run("a", {"acc": 1.0}, "0123456789abcdef"))
    assert data.versions[0].label == "0123456789ab"


def test_what_changed_is_told_from_each_version_to_the_next() -> None:
    one = DatasetUse("cases", "d1", rows=10, columns=(DataColumn("age"),))
    two = DatasetUse("cases", "d2", rows=12, columns=(DataColumn("age"), DataColumn("sex")))
    [data] = versions_of(
        run("a", {"acc": 1.0}, started=HOUR, datasets=(one,)),
        run("b", {"acc": 1.0}, started=2 * HOUR, datasets=(two,)),
    )
    [change] = data.changes
    assert (change.rows_before, change.rows_now, change.added) == (10, 12, ("sex",))


def test_what_a_run_put_out_is_no_data_that_it_used() -> None:
    made = run("a", {"acc": 1.0}, datasets=(DatasetUse("scores", "d", "output"),))
    assert versions_of(made) == ()
