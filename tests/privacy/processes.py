"""The product in processes of its own on a test's databases; all that it says is kept."""

import base64
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

from config import Settings
from crypto.encoding import decode_base64url
from crypto.links import Link, parse_link
from tests.forked import Forked, run_chorus, serving

ROOT = Path(__file__).parents[2]
SERVE = (sys.executable, "-m", "flask", "--app", "wsgi:application", "chorus", "serve")
START_SECONDS = 60
_FURTHER_PORTS = {"CHORUS_CAST_PORT"}
_LINK = re.compile(r"/r/([A-Za-z0-9_-]{22})#([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Running:
    """A product: where it is, and everything that its processes wrote."""

    url: str
    data: Path
    environment: dict[str, str]
    said: list[bytes] = field(default_factory=list)
    started: "list[subprocess.Popen[bytes] | Forked]" = field(default_factory=list)

    @property
    def serving(self) -> "subprocess.Popen[bytes] | Forked | None":
        """Return the process that serves it, if one does."""
        return self.started[-1] if self.started else None

    def run(self, *arguments: str) -> str:
        """Run a `flask chorus` command and return its output."""
        finished = run_chorus(self.environment, *arguments)
        output = finished.stderr + finished.stdout
        self.said.append(output.encode())
        assert finished.code == 0, output
        return output

    def output(self) -> bytes:
        """Return all that was written so far, by commands and by what is served."""
        served = self.data.parent / "served.log"
        return b"\n".join([*self.said, served.read_bytes() if served.exists() else b""])

    def links(self) -> tuple[bytes, dict[str, Link]]:
        """Return the pool and the links by address, as the mail server took them."""
        pools, links = set(), {}
        for path in (self.data / "inbox" / "new").iterdir():
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            assert body is not None
            found = _LINK.search(str(body.get_content()))
            assert found is not None
            pools.add(decode_base64url(found[1]))
            links[str(mail["To"])] = parse_link(found[2])
        (pool_id,) = pools
        return pool_id, links


def product(settings: Settings, **more: str) -> Running:
    """Return the product on the databases of `settings`; nobody serves it yet."""
    web, mail = free_port(), free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHORUS_")}
    environment = {
        **kept,
        "CHORUS_DATA": str(settings.data),
        "CHORUS_IDENTITY_URL": settings.identity_url,
        "CHORUS_BALLOTS_URL": settings.ballots_url,
        "CHORUS_KEYS_URL": settings.keys_url,
        "CHORUS_MASTER_KEY": base64.urlsafe_b64encode(settings.master_key).decode(),
        "CHORUS_SECRET_KEY": settings.secret_key,
        "CHORUS_PORT": str(web),
        "CHORUS_SMTP_URL": f"smtp://127.0.0.1:{mail}",
        "CHORUS_LOG_LEVEL": "DEBUG",
        "CHORUS_DEMO": "false",
        **more,
    }
    return Running(f"http://127.0.0.1:{web}", settings.data, environment)


@contextmanager
def served(running: Running, *command: str) -> Iterator[None]:
    """Start the product, wait until it listens, end it after.

    :param command: by default `flask chorus serve`, forked; else a command line that is executed.
    """
    running.started.append(_begun(running, command))
    process = running.started[-1]
    try:
        ports = [running.environment["CHORUS_PORT"]]
        if not command or command == SERVE:
            ports.append(running.environment["CHORUS_SMTP_URL"].rpartition(":")[2])
            ports += [
                running.environment[name] for name in _FURTHER_PORTS & running.environment.keys()
            ]
        _wait(process, [int(port) for port in ports], running)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def granian(running: Running) -> tuple[str, ...]:
    """Return the command that serves the application in one process, as operators do."""
    port: Mapping[str, str] = running.environment
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", port["CHORUS_PORT"], "--workers", "1", "--blocking-threads", "4"),
        *("--log-level", "error", "--no-access-log", "--no-ws", "wsgi:application"),
    )


def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _begun(running: Running, command: tuple[str, ...]) -> "subprocess.Popen[bytes] | Forked":
    log = running.data.parent / "served.log"
    if not command:
        return Forked(serving, (), running.environment, (log, log))
    with log.open("ab") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=running.environment, stdout=output, stderr=subprocess.STDOUT
        )


def _wait(process: "subprocess.Popen[bytes] | Forked", ports: list[int], running: Running) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if all(_listens(port) for port in ports):
            return
        time.sleep(0.1)
    raise AssertionError(f"the product did not start:\n{running.output().decode()}")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
