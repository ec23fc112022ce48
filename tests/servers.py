"""Database servers that the tests start for themselves, on the loopback address.

Each lies in a folder of its own, which is deleted with it. They refuse to run as root, so
that as root they are started as the user that their package made.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from peers import absent
from runfolio.storage.base import Place
from runfolio.storage.sql import ServerStorage

__all__ = [
    "HOST",
    "Server",
    "mariadb",
    "postgresql",
    "server_place",
]

HOST = "127.0.0.1"
Command = list[str | Path]

_PACKAGES = {"postgres": "postgresql", "mariadbd": "mariadb-server"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with an owner of databases and a reader of them.

    Parameters
    ----------
    kind : str
        ``postgresql`` or ``mysql``, as a URL begins.
    driver : str
        As MLflow's URL has it behind that.
    port : int
    user, password : str
        Of one who may do everything.
    """

    kind: str
    driver: str
    port: int
    user: str
    password: str

    def url(self, database: str, *, driver: bool = False) -> str:
        """Return the URL of a database on it."""
        scheme = f"{self.kind}+{self.driver}" if driver else self.kind
        return f"{scheme}://{self.user}:{self.password}@{HOST}:{self.port}/{database}"


@contextmanager
def postgresql() -> Iterator[Server]:
    """Run a PostgreSQL server with an empty database ``mlflow``."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [_of("postgres")]
    binaries = programs[-1]
    password = secrets.token_hex(8)
    with _folder("postgres") as (folder, demote):
        given = folder / "password"
        given.write_text(password)
        given.chmod(0o644)
        data = folder / "data"
        initdb: Command = [*demote, binaries / "initdb", "-D", data, "-U", "ada"]
        initdb += [f"--pwfile={given}", "--auth=scram-sha-256"]
        _run([*initdb, "--encoding=UTF8", "--locale=C", "--no-sync"])
        port = _free_port()
        server = Server("postgresql", "psycopg", port, "ada", password)
        options = f"-h {HOST} -p {port} -k {folder} -c fsync=off"
        command: Command = [*demote, binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-w"]
        _run([*command, "-o", options, "start"])
        try:
            _run(
                [binaries / "createdb", "-h", HOST, "-p", str(port), "-U", "ada", "mlflow"],
                PGPASSWORD=password,
            )
            yield server
        finally:
            _run([*command, "-m", "immediate", "stop"])


@contextmanager
def mariadb() -> Iterator[Server]:
    """Run a MariaDB server with an empty database ``mlflow``."""
    program = _of("mariadbd") / "mariadbd"
    password = secrets.token_hex(8)
    with _folder("mysql") as (folder, demote):
        data, where = folder / "data", folder / "socket"
        port = _free_port()
        install = [*demote, "mariadb-install-db", "--no-defaults", f"--datadir={data}"]
        _run([*install, "--auth-root-authentication-method=normal", "--skip-test-db"])
        command: Command = [*demote, program, "--no-defaults", f"--datadir={data}"]
        command += [f"--socket={where}", f"--pid-file={folder / 'pid'}"]
        command += [f"--bind-address={HOST}", f"--port={port}"]
        with open(folder / "log", "wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(port, server)
            begin = (
                "CREATE DATABASE mlflow CHARACTER SET utf8mb4; "
                f"CREATE USER 'ada'@'%' IDENTIFIED BY '{password}'; GRANT ALL ON *.* TO 'ada'@'%'"
            )
            _run(["mariadb", "--no-defaults", "-u", "root", f"--socket={where}", "-e", begin])
            yield Server("mysql", "pymysql", port, "ada", password)
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def _folder(user: str) -> Iterator[tuple[Path, list[str]]]:
    """Make a folder for a server, and say how to run a program as the one that it is for."""
    folder = Path(tempfile.mkdtemp(prefix="runfolio-"))  # short: a socket's path has a limit
    demote: list[str] = []
    try:
        if os.geteuid() == 0:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
            demote = ["setpriv", f"--reuid={user}", f"--regid={account.pw_gid}", "--clear-groups"]
        yield folder, demote
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def server_place(server: Server, database: str = "mlflow") -> Place:
    """Return a database as the pipeline has it."""
    return Place(ServerStorage.at(server.url(database)))


def _of(program: str) -> Path:
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        absent(f"{program} is not installed: apt-get install {_PACKAGES[program]}")
        raise AssertionError
    return Path(found).parent


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server did not start"
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server does not answer")


def _run(command: Command, **environment: str) -> None:
    # Into files, not pipes: a server that was started keeps them open.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            timeout=120,
        )
        output.seek(0)
        assert done.returncode == 0, output.read().decode("utf-8", "replace")[-2000:]
