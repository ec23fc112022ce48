"""Results of airspeed velocity: what asv itself reads, both layouts, damage, hosts."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import only_run, place_of, read, slugs
from runfolio.model.records import MetricFact, Records, RunRecord
from runfolio.registry import find
from sites import Site
from stores import put

HOST = "marker-host"
LEAK = re.compile(rb"marker.(host|user|secret)")
COMMIT = "0123456789abcdef0123456789abcdef01234567"
RESULT = "01234567-py3.11-numpy"
BENCHMARKS: dict[str, Any] = {
    "s.time_fit": {"type": "time", "unit": "seconds", "version": "v1", "param_names": ["n", "m"]},
    "s.peakmem_fit": {"type": "peakmem", "unit": "bytes", "version": "v1", "param_names": []},
    "s.track_f1": {"type": "track", "unit": "points", "version": "v1", "param_names": []},
    "version": 2,
}
PARAMS = [["1", "20"], ["'a'", "'b'"]]
MACHINE = {"arch": "x86_64", "cpu": "Some CPU", "machine": HOST, "num_cpu": "8", "os": "Linux"}
COLUMNS = ["result", "params", "version", "started_at", "samples", "profile"]


def version_2(rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "commit_hash": COMMIT,
        "env_name": "py3.11-numpy",
        "date": 1760000000000,
        "params": {**MACHINE, "ram": "32", "python": "3.11", "numpy": ""},
        "python": "3.11",
        "requirements": {"numpy": "2.0"},
        "env_vars": {"TOKEN": "marker-secret"},
        "result_columns": COLUMNS,
        "results": rows,
        "version": 2,
        **more,
    }


def version_1(rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = version_2(rows, version=1, profiles={"s.time_fit": "eJzT"}, **more)
    del whole["result_columns"]
    return whole


def results(tmp_path: Path, tree: object, name: str = RESULT, **files: Any) -> Records:
    """Read a results folder with one result file."""
    folder = put(
        tmp_path / "results",
        {
            "benchmarks.json": json.dumps(BENCHMARKS),
            f"{HOST}/machine.json": json.dumps({**MACHINE, "version": 1}),
            f"{HOST}/{name}.json": tree if isinstance(tree, str) else json.dumps(tree),
            **files,
        },
    )
    claim = find("runfolio.sources", "source")["asv"].matches(
        place_of(folder), place_of(folder).entries()
    )
    assert claim is not None
    assert claim.names == {"benchmarks.json", HOST}
    return read("asv", folder)


def last(run: RunRecord) -> dict[str, float]:
    return {series.metric: series.summary.last for series in run.series}


FIT = {
    "s.time_fit(n=1, m='a')": 0.5,
    "s.time_fit(n=1, m='b')": 0.25,
    "s.time_fit(n=20, m='a')": 2,
    "s.time_fit(n=20, m='b')": 3,
}


@pytest.mark.parametrize(
    "tree",
    [
        version_2(
            {
                "s.time_fit": [[0.5, 0.25, 2, 3], PARAMS, "v1", 17, None, "eJzT"],
                "s.peakmem_fit": [[1024], [], "v1"],  # cut at its last cell that holds something
                "s.track_f1": [[0.75]],
            }
        ),
        version_1(
            {
                "s.time_fit": {"result": [0.5, 0.25, 2, 3], "params": PARAMS, "stats": None},
                "s.peakmem_fit": {"result": 1024},
                "s.track_f1": 0.75,
            },
            benchmark_version={"s.time_fit": "v1"},
        ),
    ],
    ids=["version 2", "version 1"],
)
def test_both_layouts(tmp_path: Path, tree: dict[str, Any]) -> None:
    records = results(tmp_path, tree)
    run = only_run(records)
    assert records.problems == ()
    assert last(run) == {**FIT, "s.peakmem_fit": 1024, "s.track_f1": 0.75}
    assert (run.commit, run.started, run.ended) == (COMMIT, 1760000000000, None)
    assert (run.name, run.location, run.experiment) == (RESULT, "results", "runs")
    assert run.params == {
        "arch": "x86_64",
        "commit": COMMIT[:8],
        "cpu": "Some CPU",
        "env": "py3.11-numpy",
        "machine": "machine 1",
        "num_cpu": "8",
        "numpy": "2.0",
        "os": "Linux",
        "python": "3.11",
        "ram": "32",
    }


def test_units_and_directions(tmp_path: Path) -> None:
    rows = {"s.time_fit": [[1, 2, 3, 4], PARAMS], "s.peakmem_fit": [[1]], "s.track_f1": [[1]]}
    results(tmp_path, version_2(rows))
    source = find("runfolio.sources", "source")["asv"]
    (unit,) = source.discover(place_of(tmp_path / "results")).units
    facts = {fact.metric: fact for fact in source.read(unit).metrics}
    assert len(facts) == 6
    assert facts["s.time_fit(n=20, m='b')"].goal == "minimize"
    assert facts["s.time_fit(n=20, m='b')"].unit == "seconds"
    assert facts["s.peakmem_fit"] == MetricFact("s.peakmem_fit", "minimize", "bytes")
    assert facts["s.track_f1"] == MetricFact("s.track_f1", None, "points")


@pytest.mark.parametrize(
    ("row", "kept", "said"),
    [
        ("[[1, NaN, null, 4], %s]", 2, "1 measurements failed and 1 were skipped"),
        ("[null, %s]", 0, "4 measurements failed and 0"),
        ("[[null], %s]", 0, "4 measurements failed and 0"),
        ('[["x", true, [], 4], %s]', 1, "3 measurements failed"),
    ],
)
def test_what_failed_or_was_skipped_is_counted_and_no_value(
    tmp_path: Path, row: str, kept: int, said: str
) -> None:
    tree = json.dumps(version_2({"s.time_fit": "ROW"})).replace('"ROW"', row % json.dumps(PARAMS))
    records = results(tmp_path, tree)
    (told,) = records.problems
    assert (told.slug, told.place, told.severity) == (
        "asv-without-value",
        "results/machine 1",
        "note",
    )
    assert said in told.message
    assert len(last(only_run(records))) == kept


def test_results_of_other_versions_of_a_benchmark_are_left_out(tmp_path: Path) -> None:
    rows = {
        "s.track_f1": [[1], [], "v0"],
        "s.gone": [[1], [], "v1"],
        "s.peakmem_fit": [[7], [], "v1"],
    }
    records = results(tmp_path, version_2(rows))
    assert last(only_run(records)) == {"s.peakmem_fit": 7}
    (told,) = records.problems
    assert told.slug == "asv-benchmark-changed"
    assert told.message.startswith("2 results")


@pytest.mark.parametrize(
    ("tree", "slug"),
    [
        ("{", "file-unreadable"),
        ("", "file-unreadable"),
        ("[]", "file-unreadable"),
        ("{}", None),
        ('{"results": {}}', "file-unreadable"),
        ('{"results": [], "commit_hash": "x"}', "file-unreadable"),
        ('{"results":' * 5000 + "1" + "}" * 5000, "file-unreadable"),
        (json.dumps(version_2({"s.time_fit": [[1, 2], PARAMS]})), "asv-values-odd"),
        (json.dumps(version_2({"s.time_fit": [[1], [["x"] * 1000] * 1000]})), "asv-values-odd"),
    ],
)
def test_a_broken_result_is_told_and_the_others_are_read(
    tmp_path: Path, tree: str, slug: str | None
) -> None:
    good = json.dumps(version_2({"s.track_f1": [[1]]}))
    records = results(tmp_path, tree, **{f"{HOST}/other.json": good})
    assert {"s.track_f1": 1} in [last(run) for run in records.runs]
    assert slugs(records.problems) == ([slug] if slug else [])
    for told in records.problems:
        assert told.place == f"results/machine 1/{RESULT}.json"
        assert told.hint


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 2}'])
def test_without_benchmarks_nothing_can_be_told_apart(tmp_path: Path, content: str) -> None:
    tree = version_2({"s.track_f1": [[1]]})
    records = results(tmp_path, tree, **{"benchmarks.json": content})
    assert only_run(records).series == ()
    assert "asv-benchmark-changed" in slugs(records.problems)
    assert content == '{"version": 2}' or "file-unreadable" in slugs(records.problems)


@pytest.mark.parametrize("where", ["results", ".asv/results", "deep/.asv/results"])
def test_hosts_paths_and_environments_are_in_no_page(tmp_path: Path, where: str) -> None:
    result = version_2(
        {"s.track_f1": [[1]]},
        env_name="existing-py_home_marker-user_bin_python3",
        python="/home/marker-user/bin/python3",
    )
    name = "01234567-existing-py_home_marker-user_bin_python3"
    put(
        tmp_path / "in" / where,
        {
            "benchmarks.json": json.dumps(BENCHMARKS),
            f"{HOST}/machine.json": json.dumps({**MACHINE, "version": 1}),
            f"{HOST}/{name}.json": json.dumps(result),
            f"{HOST}/broken-existing-py_home_marker-user.json": "{",
            f"{HOST}-2/machine.json": "{",
            f"{HOST}-2/{RESULT}.json": json.dumps(version_2({"s.track_f1": [[2]]})),
        },
    )
    put(tmp_path / "in", {"asv.conf.json": "{}"})
    runfolio.build(tmp_path / "in", output=tmp_path / "site")
    runs = Site(tmp_path / "site").runs
    assert {
        (run["name"], run["params"]["machine"], run["params"]["env"]) for run in runs.values()
    } == {
        ("01234567-existing", "machine 1", "existing"),
        (RESULT, "machine 2", "py3.11-numpy"),
    }
    assert {run["experiment"] for run in runs.values()} == {"deep" if "deep" in where else "in"}
    for path in (tmp_path / "site").rglob("*"):
        assert not path.is_file() or not LEAK.search(path.read_bytes()), path


def test_many_files_of_a_machine_are_several_units(tmp_path: Path) -> None:
    good = json.dumps(version_2({"s.track_f1": [[1]]}))
    results(tmp_path, good, **{f"{HOST}/{n:04}.json": good for n in range(1100)})
    source = find("runfolio.sources", "source")["asv"]
    units = source.discover(place_of(tmp_path / "results")).units
    assert [unit.runs for unit in units] == [500, 500, 101]
    assert len({run.id for unit in units for run in source.read(unit).runs}) == 1101


def test_other_files_of_that_name_are_not_taken_for_asvs(tmp_path: Path) -> None:
    place = place_of(put(tmp_path / "x", {"benchmarks.json": "{}", "sub/a.json": "{}"}))
    assert find("runfolio.sources", "source")["asv"].matches(place, place.entries()) is None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_of_every_kind_is_no_exception(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    rows = {"s.time_fit": [[1, None, 3, 4], PARAMS, "v1", 17], "s.track_f1": [[0.5], [], "v1"]}
    good = json.dumps(version_2(rows)).encode()
    at = data.draw(st.integers(0, len(good)))
    to = data.draw(st.integers(at, len(good)))
    cut = good[:at] + data.draw(st.binary(max_size=4)) + good[to:]
    folder = tmp_path_factory.mktemp("damage")
    files: dict[str, Any] = {f"{HOST}/{RESULT}.json": cut}
    records = results(folder, version_2({}), **files)
    assert records.runs or records.problems or cut.strip() in (b"{}", b"null")


@pytest.mark.peer
def test_what_asv_itself_reads(peers: Peers, tmp_path: Path) -> None:
    made = peers.made("make_asv.py", "--edge", "--metrics", "8", needs="asv") / "results"
    said = peers.said("asv_says.py", made)
    runfolio.build(made, output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    assert {name.replace("box/", "machine 1/") for name in said["runs"]} == {
        "/".join(run_id.split("/")[-2:]) for run_id in ours
    }
    compared = without = 0
    for run_id, run in ours.items():
        theirs = said["runs"]["box/" + run_id.rsplit("/", 1)[1]]
        assert run["commit"] == theirs["commit"]
        assert datetime.fromisoformat(run["started"]).timestamp() * 1000 == theirs["date"]
        assert run["params"]["python"] == theirs["python"]
        assert run["params"]["env"] == theirs["env"]
        shared = theirs["params"].keys() - {"machine", "numpy"}
        assert {key: run["params"][key] for key in shared} == {
            key: theirs["params"][key] for key in shared
        }
        values = {k: v for k, v in theirs["values"].items() if isinstance(v, int | float)}
        assert {name: metric["last"] for name, metric in run["metrics"].items()} == values
        assert all(metric["count"] == 1 for metric in run["metrics"].values())
        compared += len(values)
        without += len(theirs["values"]) - len(values)
    assert compared > 100
    assert without > 4
