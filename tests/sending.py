"""A launch that has written its rows and is about to send, and the relay that it meets."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.extensions import identity
from app.forms.service import current_form
from app.jobs.workplace import current_workplace
from app.launching.freeze import freeze_roster
from app.launching.notes import LEASE, Launching
from app.launching.records import (
    AddressedLink,
    address_links,
    write_invitations,
    write_pool,
)
from app.launching.sending import Post, send_links
from app.mail.mailer import Mail, RelayUnavailableError
from app.models.identity.invitation import Invitation
from app.models.identity.round import Round
from app.people.service import roster_of_program
from app.programs.service import find_program
from app.rounds.service import request_round
from app.vault import current_vault
from crypto import sharing
from tests import rounds
from tests.applications import FixedClock

PEOPLE = 7
PATIENCE = 100.0
POOL = bytes(range(16))


class Relay:
    """A relay that answers as it is told: faults by recipient, each once, the next one first.

    :ivar most: how many connections it gives at a time.
    :ivar opened: how many it has given.
    """

    def __init__(self) -> None:
        self.connections = 1
        self.most = 1000
        self.opened = 0
        self.faults: dict[str, list[Exception]] = {}
        self.down = 0
        self.tried: list[str] = []
        self.taken: list[str] = []
        self.beforehand: Callable[[], None] = lambda: None
        self.afterwards: Callable[[], None] = lambda: None

    @contextmanager
    def connect(self) -> Iterator["Relay"]:
        if self.down or not self.most:
            self.down -= bool(self.down)
            raise RelayUnavailableError
        self.most -= 1
        self.opened += 1
        try:
            yield self
        finally:
            self.most += 1

    def send(self, mail: Mail) -> None:
        self.beforehand()
        self.tried.append(mail.recipient)
        if self.faults.get(mail.recipient):
            raise self.faults[mail.recipient].pop(0)
        self.taken.append(mail.recipient)
        self.afterwards()


@dataclass
class Launch:
    """A launch that has written its rows and is about to send."""

    round_id: str
    waiting: deque[AddressedLink]
    relay: Relay
    post: Post
    slept: list[float]

    @property
    def addresses(self) -> list[str]:
        return [entry.invitee.address for entry in self.waiting]

    def send(self) -> None:
        send_links(self.post, Launching(Round, self.round_id, self.round_id), self.waiting)


def prepared_launch(app: Flask, folder: Path, clock: FixedClock) -> Launch:
    """Return a round of seven people in its launch, a relay, and a clock that sleeping moves."""
    rounds.import_people(app, folder, rounds.roster_csv({"North": PEOPLE - 1}))
    key = current_vault().roster_key()
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        launched = request_round(session, program, current_form(session), clock.now())
        launched.state, launched.lease_until = "launching", clock.now() + LEASE
        people = roster_of_program(session, key, program.id, clock.now().date())
        roster = freeze_roster(people, launched.k, (), ())
        shares = sharing.split(12345, launched.k, PEOPLE)
        waiting = deque(address_links(POOL, roster, shares, bytes(16)))
        write_pool(session, POOL, launched, roster)
        round_id = launched.id
    launching = Launching(Round, round_id, round_id)
    room = current_workplace().launch_room()
    write_invitations(room, launching, POOL, launched.program_id, waiting, key)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.advance(seconds=seconds)

    relay = Relay()
    post = Post(
        identity,
        relay,
        lambda entry: Mail("chorus@example.org", entry.invitee.address, b"a link"),
        clock.now,
        sleep=sleep,
        seconds=lambda: sum(slept),
        patience=PATIENCE,
    )
    return Launch(round_id, waiting, relay, post, slept)


def states_of_rows() -> dict[str, int]:
    """Return how many invitations are in which state."""
    with identity.begin() as session:
        found = session.execute(select(Invitation.state, Invitation.mailed)).all()
    kinds = [f"{state}, {'mailed' if mailed else 'not mailed'}" for state, mailed in found]
    return {kind: kinds.count(kind) for kind in kinds}
