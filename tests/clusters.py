"""A PostgreSQL server of a test's own, set up as deploy/compose.yaml and its script do."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import yaml

DEPLOY = Path(__file__).parents[1] / "deploy"
_USER = "postgres"  # PostgreSQL refuses to run as root
_SECONDS = 30


def initdb_path() -> Path | None:
    """Return where a PostgreSQL server's programs are, the newest if there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1] if found else None


def initdb_fault() -> str | None:
    """Return why no server can be made, or None."""
    return None if initdb_path() else "no initdb is installed (Debian: apt-get install postgresql)"


class Server:
    """A server on 127.0.0.1; what it keeps outlives its processes.

    :param options: further settings, NAME=VALUE.
    """

    def __init__(self, data: Path, port: int, options: Sequence[str] = ()) -> None:
        programs = initdb_path()
        assert programs is not None
        self._programs, self._data, self.port = programs, data, port
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def make(self, *how: str) -> None:
        """Make its folder and what a new server keeps in it; see initdb for `how`."""
        _give_to_server(self._data.parent)
        made = [self._programs, "-D", self._data, "-U", _USER, "--no-sync", *how]
        _as_server(made, check=True)

    def copy(self, primary: "Server") -> None:
        """Make it a standby of `primary`, anew if it was something else before."""
        shutil.rmtree(self._data, ignore_errors=True)
        _give_to_server(self._data.parent)
        program = self._programs.with_name("pg_basebackup")
        place = ["-D", self._data, "-h", "127.0.0.1", "-p", str(primary.port), "-U", _USER]
        _as_server([program, *place, "-R", "-X", "stream", "-c", "fast", "--no-sync"], check=True)

    def start(self) -> None:
        """Return once it answers."""
        here = ("port", self.port), ("unix_socket_directories", self._data.parent)
        shown = *(f"{name}={value}" for name, value in here), "listen_addresses=127.0.0.1"
        told = [f"--{setting}" for setting in (*self._options, *shown, "fsync=off")]
        self._process = subprocess.Popen(
            _command([self._programs.with_name("postgres"), "-D", self._data, *told]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait(self._programs, self.port)

    def runs(self) -> bool:
        """Return whether its first process is there."""
        return self._process is not None and self._process.poll() is None

    def crash(self) -> None:
        """End all of its processes at once, as a crash does: nothing is written any more."""
        self.stop("immediate")

    def stop(self, how: str) -> None:
        """End it: "fast" breaks off what is under way and writes down the rest."""
        if self.runs():  # else its number may be another process's by now
            self._control("-m", how, "stop")
            self._gone()

    def kill(self) -> None:
        """Kill all of its processes with SIGKILL, as a machine does whose power is cut."""
        lines = (self._data / "postmaster.pid").read_text().splitlines()
        first = int(lines[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (first, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._gone()
        # The few bytes by which a server knows that another of its processes lives.
        subprocess.run(["ipcrm", "-m", lines[6].split()[1]], check=False, capture_output=True)

    def promote(self) -> None:
        """Make a standby the primary; return once it is."""
        self._control("promote")

    def execute(self, statement: str, database: str = _USER) -> None:
        """Do something as its superuser, where no password is asked for."""
        url = f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _control(self, *words: str) -> None:
        _as_server([self._programs.with_name("pg_ctl"), "-D", self._data, *words])

    def _gone(self) -> None:
        if self._process is not None:
            self._process.wait(timeout=_SECONDS)


@contextmanager
def cluster(port: int, secrets: Path) -> Iterator[Server]:
    """Run a server on 127.0.0.1 whose roles and databases the shipped script has made.

    :param secrets: the folder that deploy/make-secrets has filled.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        password = place / "password"
        password.write_text((secrets / "postgres_password").read_text())
        server = Server(place / "data", port, shipped_settings())
        server.make("-A", "scram-sha-256", f"--pwfile={password}")
        try:
            server.start()
            _make_roles(port, secrets)
            yield server
        finally:
            server.crash()


def shipped_settings() -> list[str]:
    """Return the settings of deploy/compose.yaml, NAME=VALUE."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    words: list[str] = compose["services"]["postgres"]["command"][1:]
    return [word for word in words if word != "-c"]


def _make_roles(port: int, secrets: Path) -> None:
    told = {
        **os.environ,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(port),
        "PGPASSWORD": (secrets / "postgres_password").read_text(),
        "CHORUS_SECRETS": str(secrets),
    }
    script = DEPLOY / "postgresql" / "10-roles.sh"
    subprocess.run([script], env=told, check=True, capture_output=True)


def _wait(programs: Path, port: int) -> None:
    asked = [programs.with_name("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + _SECONDS
    while subprocess.run(asked, check=False).returncode:
        assert time.monotonic() < deadline, "PostgreSQL did not start"
        time.sleep(0.1)


def _give_to_server(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, _USER)


def _command(words: list[str | Path]) -> list[str]:
    as_user = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
    return [*as_user, *map(str, words)]


def _as_server(words: list[str | Path], *, check: bool = False) -> None:
    subprocess.run(_command(words), check=check, capture_output=True, cwd="/")
