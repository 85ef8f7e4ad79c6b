"""A PostgreSQL server of a test's own, set up as deploy/compose.yaml and its script do."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    """A server on 127.0.0.1; what it keeps outlives its processes."""

    def __init__(self, programs: Path, data: Path, port: int) -> None:
        self._programs, self._data, self._port = programs, data, port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return once it answers."""
        served = [self._programs.with_name("postgres"), "-D", self._data]
        self._process = subprocess.Popen(
            _command([*served, *_options(self._port, self._data.parent)]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait(self._programs, self._port)

    def crash(self) -> None:
        """End all of its processes at once, as a crash does: nothing is written any more."""
        stop = [self._programs.with_name("pg_ctl"), "-D", self._data, "-m", "immediate", "stop"]
        _as_server(stop)
        if self._process is not None:
            self._process.wait(timeout=_SECONDS)


@contextmanager
def cluster(port: int, secrets: Path) -> Iterator[Server]:
    """Run a server on 127.0.0.1 whose roles and databases the shipped script has made.

    :param secrets: the folder that deploy/make-secrets has filled.
    """
    programs = initdb_path()
    assert programs is not None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        data = place / "data"
        _give_to_server(place)
        password = place / "password"
        password.write_text((secrets / "postgres_password").read_text())
        made = [programs, "-D", data, "-U", _USER, "-A", "scram-sha-256", f"--pwfile={password}"]
        _as_server([*made, "--no-sync"], check=True)
        server = Server(programs, data, port)
        try:
            server.start()
            _make_roles(port, secrets)
            yield server
        finally:
            server.crash()


def _options(port: int, place: Path) -> list[str]:
    """Return the shipped settings, and where this server listens; a crash may lose it."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    shipped: list[str] = compose["services"]["postgres"]["command"][1:]
    here = ("port", port), ("listen_addresses", "127.0.0.1"), ("unix_socket_directories", place)
    return [*shipped, *(f"--{name}={value}" for name, value in here), "--fsync=off"]


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
