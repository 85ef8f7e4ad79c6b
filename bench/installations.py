"""The product as an operator runs it: settings of production, databases that are durable."""

import base64
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask
from psycopg import sql

from app import create_app
from app.databases import prepare_databases
from app.extensions import db
from app.mail.mailer import MemoryMailer
from app.serving.commands import ROOT, children_of
from config import Settings, load_settings
from tests.databases import POSTGRESQL, postgresql_fault

SQLITE, POSTGRESQL_KIND = "sqlite", "postgresql"
NAMES = ("identity", "ballots", "keys", "bare")
START_SECONDS = 30.0
_LOOK_EVERY_SECONDS = 0.05


@dataclass(frozen=True)
class Installation:
    """An installation of its own.

    :ivar environment: what its processes are told.
    :ivar urls: where its databases are, by name; "bare" is no part of the product.
    """

    environment: Mapping[str, str]
    urls: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """Return what its processes read from their environment."""
        return load_settings(self.environment)

    def command(self, part: str = "web", port: int | None = None) -> tuple[str, ...]:
        """Return how `flask chorus serve` starts a part, the pages on another `port` if given."""
        settings = self.settings
        command = next(child.command for child in children_of(settings) if child.name == part)
        if port is None:
            return command
        return tuple(str(port) if word == str(settings.port) else word for word in command)


@contextmanager
def installation(kind: str) -> Iterator[Installation]:
    """Give a new installation on `kind` of database; everything goes afterwards."""
    with ExitStack() as ending:
        folder = ending.enter_context(tempfile.TemporaryDirectory())
        urls = {name: f"sqlite:///{folder}/{name}.sqlite3" for name in NAMES}
        if kind == POSTGRESQL_KIND:
            urls = ending.enter_context(_postgresql_databases())
        yield Installation({**_usual_environment(), **_told(Path(folder), urls)}, urls)


@contextmanager
def application_of(installed: Installation) -> Iterator[Flask]:
    """Give the application in this process, its databases up to date, its context pushed."""
    app = create_app(installed.settings, mailer=MemoryMailer())
    with app.app_context():
        prepare_databases()
        yield app
        for engine in db.engines.values():
            engine.dispose()


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], port: int
) -> Iterator["subprocess.Popen[bytes]"]:
    """Give the process of a server, once it answers on `port`; it ends afterwards."""
    process = start(command, environment)
    try:
        wait_until_served(process, port)
        yield process
    finally:
        kill(process)


def start(command: Sequence[str], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start a command in a session of its own."""
    return subprocess.Popen(command, cwd=ROOT, env=dict(environment), start_new_session=True)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process that `start` started, and its children, at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until_served(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Return once something listens on `port`.

    :raises RuntimeError: if the process ends or takes too long.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(_LOOK_EVERY_SECONDS)
    raise RuntimeError("The server did not start.")


def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fault_of(kind: str) -> str | None:
    """Return why a kind of database can't be used, or None if it can."""
    return postgresql_fault() if kind == POSTGRESQL_KIND else None


def _usual_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CHORUS_")}


def _told(folder: Path, urls: Mapping[str, str]) -> dict[str, str]:
    return {
        "CHORUS_ENV": "production",
        "CHORUS_DATA": str(folder),
        "CHORUS_PORT": str(free_port()),
        "CHORUS_BASE_URL": "https://chorus.example",
        "CHORUS_IDENTITY_URL": urls["identity"],
        "CHORUS_BALLOTS_URL": urls["ballots"],
        "CHORUS_KEYS_URL": urls["keys"],
        "CHORUS_SMTP_URL": "smtp://127.0.0.1:9",
        "CHORUS_MAIL_FROM": "Chorus <chorus@chorus.example>",
        "CHORUS_MAIL_DOMAINS": "corp.example",
        "CHORUS_SUPPORT": "Helpline=+00 000 0000",
        "CHORUS_SECRET_KEY": secrets.token_urlsafe(32),
        "CHORUS_MASTER_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "CHORUS_LOG_LEVEL": "ERROR",
        "BENCH_BARE_URL": urls["bare"],
    }


@contextmanager
def _postgresql_databases() -> Iterator[dict[str, str]]:
    """Give new databases as the server makes them, so a commit waits for the disk."""
    mark = secrets.token_hex(4)
    names = {name: f"chorus_bench_{mark}_{name}" for name in NAMES}
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as connection:
        for name in names.values():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            address = POSTGRESQL.replace("postgresql://", "postgresql+psycopg://")
            yield {part: f"{address}/{name}" for part, name in names.items()}
        finally:
            for name in names.values():
                statement = sql.SQL("DROP DATABASE {} WITH (FORCE)")
                connection.execute(statement.format(sql.Identifier(name)))
