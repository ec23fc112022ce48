"""Data sets in databases on servers, which the tests start for themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from data_checks import problems_of
from runfolio.checks.run import check_data
from runfolio.config import Settings
from runfolio.model.quality import DataCheck
from runfolio.project import Project
from servers import Server, mariadb, postgresql


@pytest.fixture(scope="module", params=[postgresql, mariadb], ids=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    start: Callable[[], AbstractContextManager[Server]] = request.param
    with start() as running:
        engine = sqlalchemy.create_engine(running.url("mlflow", driver=True))
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TABLE people (id INT, name VARCHAR(40), age NUMERIC(6, 1), at TIMESTAMP)"
            )
            connection.exec_driver_sql(
                "INSERT INTO people VALUES (1, 'Ada', 30.0, '2026-03-01 10:00:00'), "
                "(2, NULL, 300.5, '2026-03-02 10:30:00'), (2, '', NULL, '2026-03-02 10:30:00')"
            )
        engine.dispose()
        yield running


def checked(
    server: Server, told: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[DataCheck], list[str]]:
    sets = {"people": {"path": server.url("mlflow"), "time": "at", **told}}
    rules = [
        {"set": "people", "filled": "name"},
        {"set": "people", "column": "age", "between": [0, 120]},
        {"set": "people", "unique": "id"},
        {"set": "people", "unique": "rows"},
        {"set": "people", "newest_within": "2h"},
    ]
    data = Settings.model_validate({"data": {"sets": sets, "quality": rules}}).data
    project = Project(Settings(), tmp_path_factory.mktemp("project"), "", (), ())
    noon = 1_772_452_800_000_000  # 2 March 2026, 12:00 UTC
    quality, problems = check_data(data, project.data_place, None, noon)  # type: ignore[arg-type]
    assert server.password not in repr((quality, problems))
    return list(quality.checks), problems_of(problems)


@pytest.mark.peer
@pytest.mark.parametrize(
    "told",
    [
        {"table": "people"},
        {"query": "SELECT * FROM people WHERE name IS NULL OR name NOT LIKE '%:x?';"},
    ],
)
def test_a_table_and_a_query(
    server: Server, told: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    checks, problems = checked(server, told, tmp_path_factory)
    assert problems == []
    assert [(check.rows, check.failed) for check in checks] == [
        *((3, 2), (2, 1), (3, 1), (3, 0), (1, 0))
    ]


@pytest.mark.peer
@pytest.mark.parametrize(
    "told", [{}, {"table": "nobody"}, {"query": "SELECT"}, {"query": "DELETE FROM people"}]
)
def test_what_cannot_be_read(
    server: Server, told: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    checks, problems = checked(server, told, tmp_path_factory)
    assert {check.status for check in checks} == {"not evaluated"}
    assert problems == ["data-set-unreadable"]
