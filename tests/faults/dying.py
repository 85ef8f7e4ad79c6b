"""A `flask chorus` command that kills itself, as `kill -9` would, at a moment that a test names.

    python -m tests.faults.dying statement "DELETE FROM share" worker --once
    python -m tests.faults.dying step "sealed off" worker --once

`statement`: before the first SQL statement that begins so. `step`: after that step of a close.
With DIES_OF in the environment it gets that signal instead of SIGKILL.
With TELL_TO in the environment, a launch also tells the secrets it made, to that pipe alone.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app.jobs.workplace import Workplace
from app.launching import preparing, waves
from app.launching.records import AddressedLink
from app.opening.service import OpeningRoom
from crypto import sharing
from crypto.links import encode_link
from crypto.sharing import Share
from tests.forked import chorus


def main(kind: str, moment: str, *arguments: str) -> None:
    """Run `flask chorus` with `arguments`, and die at the moment if it comes."""
    {"statement": _die_at_statement, "step": _die_at_step}[kind](moment)
    if "TELL_TO" in os.environ:
        _tell_secrets(int(os.environ["TELL_TO"]))
    chorus(*arguments)


def _die() -> None:
    os.kill(os.getpid(), signal.Signals[os.environ.get("DIES_OF", "SIGKILL")])


def _die_at_statement(beginning: str) -> None:
    @event.listens_for(Engine, "before_cursor_execute")
    def _look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(beginning):
            _die()


def _die_at_step(step: str) -> None:
    usual: Callable[[Workplace, Session], OpeningRoom] = Workplace.opening_room

    def _room(workplace: Workplace, session: Session) -> OpeningRoom:
        return replace(usual(workplace, session), reached=_reached)

    def _reached(name: str) -> None:
        if name == step:
            _die()

    Workplace.opening_room = _room  # type: ignore[method-assign]


def _tell_secrets(pipe: int) -> None:
    split, address_links = sharing.split, preparing.address_links

    def _split(secret: int, k: int, n: int) -> list[Share]:
        _tell(pipe, {"scalar": secret})
        return split(secret, k, n)

    def _address_links(*arguments: Any) -> Sequence[AddressedLink]:
        addressed = address_links(*arguments)
        _tell(pipe, {"codes": [encode_link(entry.link) for entry in addressed]})
        return addressed

    sharing.split = _split
    preparing.address_links = waves.address_links = _address_links


def _tell(pipe: int, content: dict[str, object]) -> None:
    os.write(pipe, json.dumps(content).encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
