"""Logs that the real loggers wrote, and what their own libraries say of them.

No tracker is imported here: they run in a process of their own, with this interpreter or the
one that ``$RUNFOLIO_PEERS_PYTHON`` names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import servers
from drawing import drawn_by_one_process
from once import made_once
from peers import MAKE_LOGS, Peers, absent
from runfolio import pipeline
from servers import Server
from sites import Site

SAMPLE = Path(__file__).parents[1] / "sample_runs"

# How long an example takes says how busy the machine is, not whether the product works.
settings.register_profile("without a clock", deadline=None, max_examples=20)
settings.register_profile("thorough", deadline=None, max_examples=500)
settings.load_profile("without a clock")

EDGE = ("--edge", "--runs", "6", "--metrics", "3", "--steps", "450")

OLD_REVISIONS = (
    "initial",  # before 1.0: no step
    "451aebb31d03",  # 2019-04: step
    "89d4b8295536",  # 2019-08: is_nan, experiment tags, latest_metrics
    "84291f40a231",  # 2020-07: registry
    "c48cb773bb87",  # 2021-04: the last without an index on run_uuid
    "bd07f7e963c5",  # 2022-03: that index
    "7f2a7d5fae7d",  # 2023-03: aliases, datasets
    "0584bdc529eb",  # 2024-11: traces
    "bda7b8c39065",  # 2025-06: logged models
)

TOGETHER = {
    # Files whose tests share servers that take long to start.
    "test_against_mlflow.py": "servers",
    "test_mlflow_clients.py": "servers",
    "test_mlflow_server.py": "servers",
}
ASUNDER = {"test_site.py": 2}
"""Files whose tests take long and share little, and in how many parts they are done."""
LONG = (
    *("test_site.py", "test_mlflow_server.py", "test_mlflow_clients.py", "test_ray_tune.py"),
    *("test_fuzz.py", "test_evidently.py", "test_table.py", "test_pipeline.py"),
    *("test_degenerate.py", "test_lightning.py", "test_register_mlflow.py", "test_hints.py"),
    *("test_mlflow_features.py", "test_trackio.py", "test_production.py", "test_csv_log.py"),
    *("test_huggingface.py", "test_great_expectations.py", "test_dvc.py", "test_dvclive.py"),
)
"""Files that take longest: they are begun first, so that no process waits for one at the end."""

HEAVY: dict[str, tuple[str, ...]] = {
    # Tests, by a part of their name, and of which parameters they are done in any case.
    "test_endless_texts_fit_too": ("[marks]",),
    "test_so_many_failed_that_they_are_told_by_name": ("[700]",),
    "mariadb": (),
    "test_a_line_of_100_mb": ("[mlflow-files]", "[tensorboard]"),
    "test_a_server_takes_it_too": (),
    "test_the_actions_steps_build_and_publish": (),
    "test_a_version_is_made_once": (),
    "test_a_file_store_is_a_registry_too": (),
    "test_another_machine_gives_the_same_bytes": (),
    "test_runs_are_compared_from_the_table": (),  # as on the site
    "test_what_mlflow_says_is_told_without_passwords": (),
    "test_a_run_is_the_same_run_on_every_server": (),
    "fit_every_window_and_are_for_all": (
        *("[index.html]", "[business-stakeholder.html]", "[data-scientist.html]"),
        *("[impact.html]", "[lifecycle.html]", "[monitoring.html]", "[a run]"),
    ),
    "test_pages_read_without_scripts": (
        *("[index.html]", "[data-scientist.html]", "[runs.html]", "[compare.html]", "[a run]"),
    ),
    # In the dark only the colours differ.
    "test_axe_finds_nothing_with_an_explanation_open": (
        *("[light-business-stakeholder.html]", "[dark-business-stakeholder.html]"),
    ),
    "test_no_table_is_wider_than_a_sheet": ("[requirements.html]",),
    "test_pages_print_in_ink_on_paper": (*("[index.html]", "[data-scientist.html]", "[a run]"),),
}


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests one process does: those of a file, mostly, for what they share is made once.

    It does nothing where all tests are done by one process (``-n 0``). Tests that ask once more
    what a cheaper one asks are marked as heavy.
    """
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))
    for number, item in enumerate(items):
        name = item.path.name
        if any(
            test in item.name and not any(kept in item.name for kept in one_of_them)
            for test, one_of_them in HEAVY.items()
        ):
            item.add_marker(pytest.mark.heavy)
        part = f" {number % ASUNDER[name]}" if name in ASUNDER else ""
        item.add_marker(pytest.mark.xdist_group(TOGETHER.get(name, f"{item.path}{part}")))


@pytest.fixture(scope="session", autouse=True)
def without_the_users_cache() -> Iterator[None]:
    """Keep what a test reads out of the user's cache, and the cache out of the test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNFOLIO_CACHE", "off")
        yield


@pytest.fixture(scope="session", autouse=True)
def charts_drawn_by_one_process() -> Iterator[None]:
    """Start the process that draws charts once, and not for every site that is built."""
    with drawn_by_one_process():
        yield


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The report of the sample, which is built once for all tests; they only look at it."""

    def build(folder: Path) -> None:
        request = pipeline.Request((str(SAMPLE),), folder / "site")
        pipeline.build(replace(request, single_file=folder / "report.html"))

    return Site(made_once(tmp_path_factory, "sample", "", build) / "site")


@pytest.fixture(scope="session")
def sample_file(sample_site: Site) -> Path:
    """The same report as a single file."""
    return sample_site.folder.parent / "report.html"


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Peers:
    """Drives the real loggers; skips where a library is not installed."""
    return Peers(tmp_path_factory)


Said = dict[str, Any]
"""What MLflow's client says of a store."""


@pytest.fixture(scope="session")
def mlflow_files(peers: Peers) -> Path:
    """A file store with odd runs: NaN, repeated steps, deleted and unfinished ones."""
    return peers.made("make_mlflow_files.py", *EDGE, needs="mlflow") / "mlruns"


@pytest.fixture(scope="session")
def mlflow_database(peers: Peers) -> Path:
    """A SQLite store with the same runs."""
    return peers.made("make_mlflow_sqlite.py", *EDGE, needs="mlflow") / "mlflow.db"


@pytest.fixture(scope="session")
def mlflow_files_said(peers: Peers, mlflow_files: Path) -> Said:
    """What MLflow's client says of the file store."""
    said: Said = peers.said_of(mlflow_files.parent)
    return said


@pytest.fixture(scope="session")
def mlflow_database_said(peers: Peers, mlflow_database: Path) -> Said:
    """What MLflow's client says of the database."""
    said: Said = peers.said_of(mlflow_database.parent)
    return said


@pytest.fixture(scope="session")
def _mlflow_postgresql(peers: Peers) -> Iterator[tuple[Server, Said]]:
    yield from _filled(peers, servers.postgresql)


@pytest.fixture(scope="session")
def mlflow_postgresql(_mlflow_postgresql: tuple[Server, Said]) -> Server:
    """A PostgreSQL server with the same runs."""
    return _mlflow_postgresql[0]


@pytest.fixture(scope="session")
def mlflow_postgresql_said(_mlflow_postgresql: tuple[Server, Said]) -> Said:
    """What MLflow's client says of PostgreSQL's database."""
    return _mlflow_postgresql[1]


@pytest.fixture(scope="session")
def _mlflow_mariadb(peers: Peers) -> Iterator[tuple[Server, Said]]:
    yield from _filled(peers, servers.mariadb)


@pytest.fixture(scope="session")
def mlflow_mariadb(_mlflow_mariadb: tuple[Server, Said]) -> Server:
    """A MariaDB server with the same runs."""
    return _mlflow_mariadb[0]


@pytest.fixture(scope="session")
def mlflow_mariadb_said(_mlflow_mariadb: tuple[Server, Said]) -> Said:
    """What MLflow's client says of MariaDB's database."""
    return _mlflow_mariadb[1]


def _filled(
    peers: Peers, start: Callable[[], AbstractContextManager[Server]]
) -> Iterator[tuple[Server, Said]]:
    for module in ("sqlalchemy", "psycopg", "pymysql"):
        if not find_spec(module):
            absent(f"{module} is not installed: python -m pip install -e '.[sql]'")
    peers.need("mlflow", "psycopg", "pymysql")
    with start() as server:
        url = server.url("mlflow", driver=True)
        fill = ("make_mlflow_server.py", str(MAKE_LOGS), url)
        yield server, peers.run_and_said(fill, ("mlflow_client_says.py", url), needs="mlflow")


@pytest.fixture(scope="session")
def mlflow_old_databases(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of empty databases ``<revision>.db`` with the schemas of old versions."""
    out = tmp_path_factory.mktemp("old")
    peers.run("mlflow_old_schema.py", str(out), *OLD_REVISIONS, needs="mlflow")
    return out
