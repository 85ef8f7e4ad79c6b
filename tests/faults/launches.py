"""A launch in a process of its own, and the secrets that only the test was told."""

import json
from datetime import timedelta
from multiprocessing import Pipe

from app.launching.notes import LEASE
from crypto.links import parse_link
from tests import rounds
from tests.faults.processes import DYING, KILLED, RUN_SECONDS, Installation
from tests.faults.traces import secrets_of

AFTER_THE_LEASE = LEASE + timedelta(minutes=1)
_NO_STATEMENT = "no statement begins so"
_ROUND = ("rounds", "launch", rounds.PROGRAM)


class Launch:
    """A `flask chorus` command that launches, and is killed.

    :param fatal_statement: before what SQL statement it kills itself; none unless it is given.
    :param connections: over how many connections it sends.
    """

    def __init__(
        self,
        installation: Installation,
        fatal_statement: str = _NO_STATEMENT,
        command: tuple[str, ...] = _ROUND,
        connections: int = 1,
    ) -> None:
        self._told, writer = Pipe(duplex=False)
        with writer:
            self.process = installation.start(
                (*DYING, "statement", fatal_statement, *command),
                {"TELL_TO": writer},
                CHORUS_MAIL_CONNECTIONS=str(connections),
            )

    def killed(self) -> dict[str, bytes]:
        """Return the launch's secrets once it has been killed."""
        try:
            assert self.process.wait(timeout=RUN_SECONDS) == KILLED
            return self.secrets()
        finally:
            self.process.kill()

    def secrets(self) -> dict[str, bytes]:
        """Return what the launch told until its end."""
        links, scalars = [], []
        with self._told, open(self._told.fileno(), closefd=False) as lines:
            for line in lines:
                told = json.loads(line)
                links += [parse_link(code) for code in told.get("codes", [])]
                scalars += [told["scalar"]] if "scalar" in told else []
        return secrets_of(links, *scalars)
