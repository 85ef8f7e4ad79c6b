"""`flask chorus serve` as people run it: real processes, on this machine only, bounded in time."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import SimpleQueue
from unittest.mock import patch
from urllib.request import urlopen

import pytest

from app import create_app
from app.bodies import MOST_AWAITED, threads_for
from app.serving.commands import children_of
from app.serving.ports import answers, mail_place, taken_places, web_place
from tests.databases import development_settings

ROOT = Path(__file__).parents[2]
_SECONDS = 180  # other tests use the cores too
_MAIL = "From: a@example.org\r\nTo: ada@example.org\r\nSubject: hello\r\n\r\nhello\r\n"


class Served:
    """A running `flask chorus serve` and what it has said so far."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.lines: list[str] = []
        self._queue: SimpleQueue[str] = SimpleQueue()
        kept = {name: value for name, value in os.environ.items() if "CHORUS" not in name}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "chorus", "serve"],
            cwd=ROOT,
            env={
                **kept,
                "CHORUS_DATA": str(folder),
                "CHORUS_PORT": str(port),
                "CHORUS_DEMO": "false",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with self.process.stdout as output:
            for line in output:
                self._queue.put(line.rstrip())

    def wait_for(self, words: str) -> None:
        """Return once a line holds `words`."""
        deadline = time.monotonic() + _SECONDS
        while not any(words in line for line in self.lines):
            self.lines.append(self._queue.get(timeout=max(0.1, deadline - time.monotonic())))

    def children(self) -> list[int]:
        """Return the ids of its child processes."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in listed.read_text().split()]


def _free_port() -> int:
    """Return a port that is free and whose mail port, 25 above, is too."""
    while True:
        with closing(socket.socket()) as first, closing(socket.socket()) as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 25))
            except (OSError, OverflowError):
                continue
            return int(port)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[int], Served]]:
    """Start the service in a fresh data folder; it is ended after the test."""
    started: list[Served] = []

    def _serve(port: int) -> Served:
        started.append(Served(tmp_path / "data", port))
        return started[-1]

    yield _serve
    for served in started:
        served.process.terminate()
        served.process.wait(timeout=30)


def _answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_serves_pages_and_takes_mail_until_it_is_told_to_stop(
    serve: Callable[[int], Served],
):
    served = serve(_free_port())
    base = f"http://127.0.0.1:{served.port}"
    served.wait_for(f"Open {base}")
    served.wait_for("The first administrator: flask chorus admin add EMAIL")
    served.wait_for(f"{base}/dev/inbox")
    served.wait_for("mail   | Mail is kept in")
    for path in ("/healthz", "/readyz"):
        with urlopen(base + path, timeout=10) as answer:
            assert answer.status == 200
    with smtplib.SMTP("127.0.0.1", served.port + 25, timeout=10) as client:
        client.sendmail("a@example.org", ["ada@example.org"], _MAIL)
    with urlopen(f"{base}/dev/inbox", timeout=10) as answer:
        assert "ada@example.org" in answer.read().decode()
    assert len(served.children()) == 3

    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=30) == 0
    assert not _answers(served.port)
    assert not _answers(served.port + 25)


def test_the_death_of_a_part_ends_the_others(serve: Callable[[int], Served]):
    served = serve(_free_port())
    served.wait_for("Open http")
    os.kill(served.children()[1], signal.SIGKILL)
    served.wait_for("worker ended by itself (signal 9), so the other parts end too.")
    assert served.process.wait(timeout=30) == 1
    assert not _answers(served.port)
    assert not _answers(served.port + 25)


@pytest.mark.parametrize(("above", "part"), [(0, "web"), (25, "mail")])
def test_a_taken_port_is_named_before_anything_starts(
    serve: Callable[[int], Served], above: int, part: str
):
    port = _free_port()
    with closing(socket.create_server(("127.0.0.1", port + above))):
        served = serve(port)
        served.wait_for(f"Port {port + above} on 127.0.0.1 is taken")
        assert served.process.wait(timeout=30) == 1
    (line,) = [line for line in served.lines if "is taken" in line]
    assert f"and {part} needs it" in line
    assert f"CHORUS_PORT={port + 100} make run" in line
    assert not any("Bringing the databases" in line for line in served.lines)


def test_a_port_that_lingers_from_the_last_run_counts_as_free(tmp_path: Path):
    settings = development_settings(tmp_path, CHORUS_PORT=str(_free_port()))
    with socket.create_server((settings.host, settings.port)) as server:
        client = socket.create_connection((settings.host, settings.port))
        connection, _ = server.accept()
        connection.close()  # the server's side closes first and lingers
        client.close()
    assert taken_places([web_place(settings)]) == []


def test_the_pages_are_served_by_one_process_on_sqlite_and_by_two_on_postgresql(tmp_path: Path):
    sqlite = development_settings(tmp_path, CHORUS_MAILER="smtp")
    urls = {
        f"CHORUS_{name}_URL": "postgresql+psycopg:///x" for name in ("IDENTITY", "BALLOTS", "KEYS")
    }
    postgresql = development_settings(tmp_path, CHORUS_MAILER="smtp", **urls)
    for settings, workers, at_work in ((sqlite, "1", 16), (postgresql, "2", 8)):
        command = children_of(settings)[0].command
        assert command[command.index("--workers") + 1] == workers
        # More than the bodies that are awaited: slow senders leave room for others.
        threads = int(command[command.index("--blocking-threads") + 1])
        assert threads > MOST_AWAITED + at_work
        assert "--no-access-log" in command


@pytest.mark.parametrize(
    ("changes", "has_mail_server"),
    [
        ({}, True),
        ({"mailer": "maildir"}, False),
        ({"smtp_url": "smtp://relay.example.org:25"}, False),
        ({"environment": "production"}, False),
    ],
)
def test_the_mail_server_starts_only_where_development_mails_to_this_machine(
    tmp_path: Path, changes: dict[str, str], has_mail_server: bool
):
    settings = replace(development_settings(tmp_path, CHORUS_MAILER="smtp"), **changes)
    assert (mail_place(settings) is not None) is has_mail_server
    names = [child.name for child in children_of(settings)]
    assert names == ["web", "worker"] + ["mail"] * has_mail_server


def test_a_server_on_every_address_is_asked_on_this_machine(tmp_path: Path):
    settings = replace(development_settings(tmp_path), host="0.0.0.0", port=_free_port())
    assert not answers(web_place(settings))
    server = HTTPServer(("127.0.0.1", settings.port), _Healthy)
    with server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert answers(web_place(settings))


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_one_part_alone_becomes_the_server_itself(tmp_path: Path):
    settings = development_settings(tmp_path, CHORUS_PORT="8007", CHORUS_WEB_THREADS="3")
    with patch("os.execv") as become, patch("os.chdir"):
        create_app(settings).test_cli_runner().invoke(args=["chorus", "web"])
    (_, command), _ = become.call_args
    assert command[1:3] == ("-m", "granian") and "--no-access-log" in command
    assert command[command.index("--port") + 1] == "8007"
    assert command[command.index("--blocking-threads") + 1] == str(threads_for(3))
