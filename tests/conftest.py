"""Logs that the real loggers wrote, and what their own libraries say of them.

No tracker is imported here: they run in a process of their own, with this interpreter or the
one that ``$RUNFOLIO_PEERS_PYTHON`` names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import servers
from peers import MAKE_LOGS, Peers, absent
from servers import Server

# How long an example takes says how busy the machine is, not whether the product works.
settings.register_profile("without a clock", deadline=None, max_examples=30)
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
    "mariadb": (),
    "test_a_line_of_100_mb": ("[mlflow-files]", "[csv-log]", "[tensorboard]", "[optuna-journal]"),
    "test_a_server_takes_it_too": (),
    "test_a_version_is_made_once": (),
    "test_a_file_store_is_a_registry_too": (),
    "test_what_mlflow_says_is_told_without_passwords": (),
    "test_a_run_is_the_same_run_on_every_server": (),
    "fit_every_window_and_are_for_all": (
        *("[index.html]", "[business-stakeholder.html]", "[data-scientist.html]"),
        *("[experiments.html]", "[requirements.html]", "[impact.html]", "[lifecycle.html]"),
        *("[features.html]", "[models.html]", "[monitoring.html]", "[a run]"),
    ),
    "test_pages_read_without_scripts": (
        *("[index.html]", "[data-scientist.html]", "[runs.html]", "[compare.html]"),
        *("[history.html]", "[impact.html]", "[monitoring.html]", "[a run]"),
    ),
    "test_pages_print_in_ink_on_paper": (
        *("[index.html]", "[data-scientist.html]", "[data.html]", "[impact.html]", "[a run]"),
    ),
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


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Peers:
    """Drives the real loggers; skips where a library is not installed."""
    return Peers(tmp_path_factory)


@pytest.fixture(scope="session")
def mlflow_files(peers: Peers) -> Path:
    """A file store with odd runs: NaN, repeated steps, deleted and unfinished ones."""
    return peers.made("make_mlflow_files.py", *EDGE, needs="mlflow") / "mlruns"


@pytest.fixture(scope="session")
def mlflow_database(peers: Peers) -> Path:
    """A SQLite store with the same runs."""
    return peers.made("make_mlflow_sqlite.py", *EDGE, needs="mlflow") / "mlflow.db"


@pytest.fixture(scope="session")
def mlflow_files_said(peers: Peers, mlflow_files: Path) -> dict[str, Any]:
    """What MLflow's client says of the file store."""
    said: dict[str, Any] = peers.said("mlflow_client_says.py", mlflow_files.as_uri())
    return said


@pytest.fixture(scope="session")
def mlflow_database_said(peers: Peers, mlflow_database: Path) -> dict[str, Any]:
    """What MLflow's client says of the database."""
    said: dict[str, Any] = peers.said("mlflow_client_says.py", f"sqlite:///{mlflow_database}")
    return said


@pytest.fixture(scope="session")
def mlflow_postgresql(peers: Peers) -> Iterator[Server]:
    """A PostgreSQL server with the same runs."""
    yield from _filled(peers, servers.postgresql)


@pytest.fixture(scope="session")
def mlflow_mariadb(peers: Peers) -> Iterator[Server]:
    """A MariaDB server with the same runs."""
    yield from _filled(peers, servers.mariadb)


def _filled(peers: Peers, start: Callable[[], AbstractContextManager[Server]]) -> Iterator[Server]:
    for module in ("sqlalchemy", "psycopg", "pymysql"):
        if not find_spec(module):
            absent(f"{module} is not installed: python -m pip install -e '.[sql]'")
    peers.need("mlflow", "psycopg", "pymysql")
    with start() as server:
        script, needs = "make_mlflow_server.py", "mlflow"
        peers.run(script, str(MAKE_LOGS), server.url("mlflow", driver=True), needs=needs)
        yield server


@pytest.fixture(scope="session")
def mlflow_postgresql_said(peers: Peers, mlflow_postgresql: Server) -> dict[str, Any]:
    """What MLflow's client says of PostgreSQL's database."""
    url = mlflow_postgresql.url("mlflow", driver=True)
    said: dict[str, Any] = peers.said("mlflow_client_says.py", url)
    return said


@pytest.fixture(scope="session")
def mlflow_mariadb_said(peers: Peers, mlflow_mariadb: Server) -> dict[str, Any]:
    """What MLflow's client says of MariaDB's database."""
    url = mlflow_mariadb.url("mlflow", driver=True)
    said: dict[str, Any] = peers.said("mlflow_client_says.py", url)
    return said


@pytest.fixture(scope="session")
def mlflow_old_databases(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of empty databases ``<revision>.db`` with the schemas of old versions."""
    out = tmp_path_factory.mktemp("old")
    peers.run("mlflow_old_schema.py", str(out), *OLD_REVISIONS, needs="mlflow")
    return out
