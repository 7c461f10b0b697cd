"""A real PostgreSQL for tests: the server out of the `pgserver` wheel, on a Unix socket in a folder of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.metadata import files
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

NOBODY = "nobody"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=200")


class PostgresServer:
    """Started with the first database asked for. Whoever made it stops it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: a socket's path has 107 bytes
        self._data = self._folder / "data"
        # It refuses to run as root; nobody can't look into everyone's virtual environment, so the programs are copied.
        self._user = NOBODY if os.geteuid() == 0 else None
        wheel = next(path for path in files("pgserver") or () if path.name == "postgres").locate()
        packages = Path(str(wheel)).parents[3]
        if self._user:
            for folder in ("pgserver", "pgserver.libs"):
                shutil.copytree(packages / folder, self._folder / folder)
            packages = self._folder
            shutil.chown(self._folder, self._user)
            self._folder.chmod(0o755)
        self._programs = packages / "pgserver" / "pginstall" / "bin"
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres",
                  "-D", str(self._data)).wait()  # fmt: skip
        words = [word for setting in QUICK for word in ("-c", setting)]
        self._server = self._run("postgres", "-D", str(self._data), "-k", str(self._folder), *words)
        self._await_socket()

    def _run(self, program: str, *words: str) -> "subprocess.Popen[bytes]":
        with (self._folder / f"{program}.log").open("ab") as log:
            return subprocess.Popen([self._programs / program, *words], stdout=log, stderr=log, user=self._user)

    def _await_socket(self) -> None:
        end = time.monotonic() + 30
        while self._server.poll() is None and time.monotonic() < end:
            if "ready to accept connections" in (self._folder / "postgres.log").read_text():
                return
            time.sleep(0.02)
        raise RuntimeError(f"PostgreSQL does not start: {(self._folder / 'postgres.log').read_text()}")

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def database(self) -> str:
        """A new, empty database -> its URL."""
        return self._create("template0")

    def copy(self, url: str) -> str:
        """A new database like that one, which nobody may be connected to -> its URL."""
        return self._create(str(make_url(url).database))

    def _create(self, template: str) -> str:
        name = f"db_{uuid4().hex}"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        engine.dispose()
        return self.url(name)

    def stop(self) -> None:
        """At once, whoever is still connected, saving nothing."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(20)
        shutil.rmtree(self._folder)
