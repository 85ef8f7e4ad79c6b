"""The product's real processes on one installation: started, killed as `kill -9` does, ended."""

import base64
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from app.serving.children import Child
from app.serving.commands import children_of
from config import Settings, load_settings
from tests.faults import dying
from tests.forked import Forked, begin, chorus, finish

ROOT = Path(__file__).parents[2]
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi:application", "chorus")
DYING = (sys.executable, "-m", "tests.faults.dying")
KILLED = -signal.SIGKILL
START_SECONDS = 30
RUN_SECONDS = 60


@dataclass(frozen=True)
class Installation:
    """Databases and settings that several processes share.

    :ivar log: where everything that its processes print is kept.
    """

    environment: dict[str, str]
    log: Path

    @property
    def settings(self) -> Settings:
        """Return the settings that its processes read."""
        return load_settings(self.environment)

    @property
    def url(self) -> str:
        """Return where its pages are served."""
        return self.settings.base_url

    @property
    def log_text(self) -> str:
        """Return what its processes have printed."""
        return self.log.read_text(errors="replace")

    def run(self, *arguments: str) -> None:
        """Run a `flask chorus` command to its end; it must succeed."""
        assert self._finish(chorus, *arguments) == 0, self.log_text

    def run_and_kill(self, kind: str, moment: str, *arguments: str) -> None:
        """Run a `flask chorus` command that is killed at a moment; see `tests.faults.dying`."""
        assert self._finish(dying.main, kind, moment, *arguments) == KILLED, self.log_text

    def run_unless(self, kind: str, moment: str, *arguments: str) -> None:
        """Run a `flask chorus` command that must succeed without coming to a moment."""
        assert self._finish(dying.main, kind, moment, *arguments) == 0, self.log_text

    def start(
        self, command: Sequence[str], told: Mapping[str, Connection] | None = None, **more: str
    ) -> Forked:
        """Start a process in a session of its own, with `more` in its environment.

        :param told: by its name in the environment, what the process may write to.
        """
        return begin(command, {**self.environment, **more}, self.log, told)

    def child(self, name: str) -> Child:
        """Return how `flask chorus serve` starts its part `name`."""
        return next(child for child in children_of(self.settings) if child.name == name)

    def _finish(self, program: Callable[..., None], *arguments: str) -> int:
        return finish(program, arguments, self.environment, RUN_SECONDS, self.log, self.log)


def installation_of(settings: Settings, folder: Path, smtp_port: int | None) -> Installation:
    """Return the installation that a test's `settings` describe.

    :param smtp_port: where its mails go on this machine; None keeps them in its processes.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHORUS_")}
    mail = {"CHORUS_MAILER": "memory"}
    if smtp_port is not None:
        mail = {"CHORUS_MAILER": "smtp", "CHORUS_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}"}
    environment = {
        **kept,
        **mail,
        "CHORUS_DATA": str(settings.data),
        "CHORUS_PORT": str(free_port()),
        "CHORUS_IDENTITY_URL": settings.identity_url,
        "CHORUS_BALLOTS_URL": settings.ballots_url,
        "CHORUS_KEYS_URL": settings.keys_url,
        "CHORUS_SECRET_KEY": settings.secret_key,
        "CHORUS_MASTER_KEY": base64.urlsafe_b64encode(settings.master_key).decode(),
        "CHORUS_LOG_LEVEL": "DEBUG",
        "PYTHONUNBUFFERED": "1",
    }
    log = folder / "processes.log"
    log.touch()
    return Installation(environment, log)


def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], bool], installation: Installation, seconds: float = 30) -> None:
    """Return once something is so; what the processes have logged is told if it never is."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, installation.log_text
        time.sleep(0.1)


def wait_until_served(installation: Installation, process: Forked) -> None:
    """Return once the pages are served.

    :raises AssertionError: if the process ends or takes too long.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", installation.settings.port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the pages are not served:\n{installation.log_text}")
