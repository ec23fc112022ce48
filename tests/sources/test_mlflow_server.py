"""MLflow databases on servers: what is never shown, never written, and told when it fails."""

from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import runfolio
from peers import absent
from reading import place_of, read, slugs
from runfolio.cli import main
from runfolio.errors import NoRunsError, UsageError
from runfolio.sources.reading import sql_server
from runfolio.storage.base import Place, StorageError
from runfolio.storage.sql import ServerStorage
from servers import HOST, Server, server_place
from sites import Site
from stores import run_id, write_file_store

COUNTS = "SELECT (SELECT COUNT(*) FROM runs), (SELECT COUNT(*) FROM metrics)"


@pytest.fixture(scope="module", params=["mlflow_postgresql", "mlflow_mariadb"])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def no_password_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PGPASSWORD", "MYSQL_PWD", "RUNFOLIO_DB_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))


def need_drivers() -> None:
    for module in ("sqlalchemy", "psycopg", "pymysql"):
        if module not in sys.modules:
            try:
                __import__(module)
            except ImportError:
                absent(f"{module} is not installed: python -m pip install -e '.[sql]'")


def execute(server: Server, query: str, database: str = "mlflow") -> list[Any]:
    """Run a statement as the owner, apart from the reader."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine(server.url(database, driver=True), poolclass=NullPool)
    with engine.connect() as connection:
        automatic = connection.execution_options(isolation_level="AUTOCOMMIT")
        result = automatic.exec_driver_sql(query)
        return result.fetchall() if result.returns_rows else []


def shown(server: Server, database: str = "mlflow") -> str:
    return f"{server.kind}://{HOST}/{database}"


def assert_not_told(server: Server, *texts: str) -> None:
    for text in texts:
        assert server.password not in text
        assert f"{server.user}:" not in text
        assert f"{server.user}@" not in text
        assert f":{server.port}" not in text


@pytest.mark.peer
def test_nothing_of_the_url_but_host_and_database_is_shown(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    output = tmp_path / "site"
    for options in ([], ["--json"]):
        assert main(["build", server.url("mlflow"), "-o", str(output), *options]) == 0
        told = capfd.readouterr()
        assert_not_told(server, told.out, told.err)
    site = Site(output)
    assert json.loads(told.out)["sources"][0]["location"] == shown(server)
    assert site.report["sources"][0]["location"] == shown(server)
    assert_not_told(server, *(data.decode("utf-8", "replace") for data in site.files().values()))


@pytest.mark.peer
def test_a_source_in_the_configuration(server: Server, tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text(f"sources: ['{server.url('mlflow')}']\n")
    result = runfolio.build(tmp_path, output=tmp_path / "site")
    assert [source.location for source in result.sources] == [shown(server)]
    assert result.runs == 8
    files = Site(tmp_path / "site").files().values()
    assert_not_told(server, *(data.decode("utf-8", "replace") for data in files))


@pytest.mark.peer
def test_a_database_beside_a_folder(server: Server, tmp_path: Path) -> None:
    store = write_file_store(tmp_path / "mlruns", {run_id(1): [(0, 0.5)]})
    result = runfolio.build(server.url("mlflow"), store, output=tmp_path / "site")
    assert result.runs == 9


@pytest.mark.peer
def test_reading_writes_nothing_and_could_not(server: Server) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    before = execute(server, COUNTS)
    place = server_place(server)
    assert len(read("mlflow-server", place).runs) == 8
    for statement in ("DELETE FROM metrics", "CREATE TABLE planted (x INTEGER)"):
        with sql_server.open_server(place) as database, pytest.raises(SQLAlchemyError) as refused:
            list(database.rows(statement))
        assert "read" in str(refused.value).lower()
        assert "only" in str(refused.value).lower()
    assert execute(server, COUNTS) == before


@pytest.mark.peer
def test_points_are_read_in_pieces(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read("mlflow-server", server_place(server))
    monkeypatch.setattr(sql_server, "_BATCH", 7)
    assert repr(read("mlflow-server", server_place(server))) == repr(whole)


@pytest.mark.peer
def test_a_run_is_the_same_run_on_every_server(
    mlflow_postgresql: Server, mlflow_mariadb: Server, tmp_path: Path
) -> None:
    urls = (mlflow_postgresql.url("mlflow"), mlflow_mariadb.url("mlflow"))
    reports = []
    for number, url in enumerate(urls):
        runfolio.build(url, output=tmp_path / str(number))
        reports.append(Site(tmp_path / str(number)).runs)
    for runs in reports:
        for run in runs.values():
            del run["source"]
    assert reports[0] == reports[1]


@pytest.mark.peer
@pytest.mark.usefixtures("no_password_elsewhere")
def test_a_password_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = f"{server.kind}://{server.user}@{HOST}:{server.port}/mlflow"
    own = "PGPASSWORD" if server.kind == "postgresql" else "MYSQL_PWD"
    for name in (own, "RUNFOLIO_DB_PASSWORD"):
        with monkeypatch.context() as patch:
            patch.setenv(name, server.password)
            assert len(runfolio.load_runs(bare).runs) == 8
    with pytest.raises(NoRunsError, match="refused the user or the password"):
        runfolio.load_runs(bare)


@pytest.mark.peer
@pytest.mark.parametrize(
    ("change", "slug", "told"),
    [
        (("{password}", "wrong"), "database-unreachable", "it refused the user or the password"),
        (("/mlflow", "/gone"), "database-unreachable", "there is no database of that name"),
        (("/mlflow", "/empty"), "mlflow-tables-missing", "none of MLflow's tables"),
        ((":{port}", ":1"), "database-unreachable", "the server does not answer"),
    ],
)
def test_what_cannot_be_read_is_told(
    server: Server, change: tuple[str, str], slug: str, told: str
) -> None:
    execute(server, "DROP DATABASE IF EXISTS empty")
    execute(server, "CREATE DATABASE empty")
    old, new = (part.format(password=server.password, port=server.port) for part in change)
    url = server.url("mlflow").replace(old, new)
    (problem,) = read("mlflow-server", Place(ServerStorage.at(url))).problems
    assert (problem.slug, problem.severity) == (slug, "error")
    assert told in problem.message
    assert_not_told(server, str(problem))
    with pytest.raises(NoRunsError, match=told) as raised:
        runfolio.load_runs(url)
    assert_not_told(server, str(raised.value))


@pytest.mark.peer
def test_a_table_that_may_not_be_read_is_told(mlflow_postgresql: Server) -> None:
    server = mlflow_postgresql
    execute(server, "CREATE ROLE eve LOGIN PASSWORD 'few-rights'")
    execute(server, "GRANT SELECT ON experiments, runs TO eve")
    url = server.url("mlflow").replace(f"ada:{server.password}", "eve:few-rights")
    problems = read("mlflow-server", Place(ServerStorage.at(url))).problems
    assert slugs(problems) == ["database-unreachable"]
    assert "may not read it" in problems[0].message


@pytest.mark.peer
def test_a_database_without_runs_is_told(peers: Any, mlflow_postgresql: Server) -> None:
    server = mlflow_postgresql
    execute(server, "CREATE DATABASE fresh")
    for table in ("experiments", "runs", "metrics", "params", "tags"):
        columns = "run_uuid TEXT, experiment_id INTEGER, name TEXT, lifecycle_stage TEXT"
        extra = ", start_time BIGINT, status TEXT, end_time BIGINT, key TEXT, value TEXT"
        execute(server, f"CREATE TABLE {table} ({columns}{extra})", "fresh")
    problems = read("mlflow-server", server_place(server, "fresh")).problems
    assert slugs(problems) == ["mlflow-database-empty"]


def test_a_server_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    need_drivers()
    monkeypatch.setattr(sql_server, "_CONNECT_SECONDS", 2)
    monkeypatch.setattr(sql_server, "_QUERY_SECONDS", 2)
    with closing(socket.socket()) as silent:
        silent.bind((HOST, 0))
        silent.listen(1)
        for kind in ("postgresql", "mysql"):
            url = f"{kind}://ada:secret@{HOST}:{silent.getsockname()[1]}/mlflow"
            (problem,) = read("mlflow-server", Place(ServerStorage.at(url))).problems
            assert "does not answer" in problem.message, kind
            assert "secret" not in str(problem)


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("postgresql://ada:s3cret@db.example:5432/mlflow", "postgresql://db.example/mlflow"),
        ("postgresql+psycopg2://ada:s3cret@db.example/ml", "postgresql://db.example/ml"),
        ("postgres://db.example/ml?password=s3cret", "postgresql://db.example/ml"),
        ("postgresql:///ml?host=/run/s3cret", "postgresql://localhost/ml"),
        ("mysql+pymysql://ada:s3cret@db.example/ml", "mysql://db.example/ml"),
        ("mariadb://ada:s3cret%40%2F@[::1]:3306/ml", "mysql://::1/ml"),
    ],
)
def test_urls_are_shown_without_what_is_private(url: str, label: str) -> None:
    need_drivers()
    place = Place(ServerStorage.at(url))
    assert place.shown == label
    assert "s3cret" not in repr(place)
    assert pickle.loads(pickle.dumps(place)) == place
    assert not place.is_folder()
    with pytest.raises(StorageError, match="not a file"):
        place.read()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://ada:s3cret@host:5000", "cannot be read from http://"),
        ("s3://ada:s3cret@bucket/runs", "cannot be read from s3://"),
        ("postgresql://ada:s3cret@host", "cannot be understood"),
        ("postgresql://ada:s3cret/x@host/ml", "cannot be understood"),
        ("postgresql://ada:1/s3cret@host/ml", "cannot be understood"),
        ("postgresql://ada:s3cret@x@host/ml", "cannot be understood"),
        ("mysql://ada:s3cret#x@host/ml", "cannot be understood"),
        ("mysql://ada:s3cret@host:port/ml", "cannot be understood"),
        ("postgresql://[s3cret/ml", "cannot be understood"),
        ("://s3cret", "cannot be read from"),
        ("postgresql://ada:s3cret" + "x" * 5000 + "/y@host/ml", "cannot be understood"),
    ],
)
def test_what_is_no_databases_url_is_refused_without_repeating_it(
    url: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "report.yaml").write_text(f"sources: [{json.dumps(url)}]\n")
    for given in (url, tmp_path):
        with pytest.raises(UsageError, match=said) as raised:
            runfolio.load_runs(given)
        assert "s3cret" not in str(raised.value)


def test_a_missing_driver_is_told_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("runfolio.storage.sql.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'runfolio\[sql\]'"):
        runfolio.load_runs("postgresql://ada:secret@host/ml")


def test_nothing_that_servers_need_is_imported_without_one(tmp_path: Path) -> None:
    store = write_file_store(tmp_path / "mlruns", {run_id(1): [(0, 0.5)]})
    code = (
        f"import sys, runfolio; runfolio.load_runs({os.fspath(store)!r}); "
        "print({'sqlalchemy', 'psycopg', 'pymysql'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_file_is_none_of_its_business(tmp_path: Path) -> None:
    assert sql_server.url_of(place_of(tmp_path)) is None
