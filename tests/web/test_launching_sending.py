"""Links go out once each, whatever the relay says; none waits anywhere but in memory."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.extensions import identity
from app.forms.service import current_form
from app.launching.freeze import freeze_roster
from app.launching.records import AddressedLink, address_links, write_identity_side
from app.launching.sending import LEASE, Launching, LaunchLostError, Post, send_links
from app.mail.mailer import Mail, MailDelayedError, MailRefusedError, RelayUnavailableError
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
    """A relay that answers as it is told: faults by recipient, each once, the next one first."""

    def __init__(self) -> None:
        self.faults: dict[str, list[Exception]] = {}
        self.down = 0
        self.tried: list[str] = []
        self.taken: list[str] = []
        self.afterwards: Callable[[], None] = lambda: None

    @contextmanager
    def connect(self) -> Iterator["Relay"]:
        if self.down:
            self.down -= 1
            raise RelayUnavailableError
        yield self

    def send(self, mail: Mail) -> None:
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


@pytest.fixture
def launch(app: Flask, tmp_path: Path, clock: FixedClock) -> Launch:
    """A round of seven people in its launch, a relay, and a clock that sleeping moves."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": PEOPLE - 1}))
    key = current_vault().roster_key()
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        launched = request_round(session, program, current_form(session), clock.now())
        launched.state, launched.lease_until = "launching", clock.now() + LEASE
        people = roster_of_program(session, key, program.id, clock.now().date())
        roster = freeze_roster(people, launched.k, (), ())
        shares = sharing.split(12345, launched.k, PEOPLE)
        waiting = deque(address_links(POOL, roster, shares, bytes(16)))
        write_identity_side(session, POOL, launched, roster, waiting, key)
        round_id = launched.id
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


def _rows() -> dict[str, int]:
    """Return how many invitations are in which state."""
    with identity.begin() as session:
        found = session.execute(select(Invitation.state, Invitation.mailed)).all()
    kinds = [f"{state}, {'mailed' if mailed else 'not mailed'}" for state, mailed in found]
    return {kind: kinds.count(kind) for kind in kinds}


def _lease(round_id: str) -> object:
    with identity.begin() as session:
        return session.get_one(Round, round_id).lease_until


def test_every_link_is_mailed_once_and_leaves_memory(launch: Launch) -> None:
    addresses = launch.addresses
    launch.send()
    assert launch.relay.taken == addresses
    assert not launch.waiting
    assert _rows() == {"open, mailed": PEOPLE}


def test_each_row_says_so_before_the_next_mail_goes(launch: Launch) -> None:
    seen: list[int] = []
    launch.relay.afterwards = lambda: seen.append(_rows().get("open, mailed", 0))
    launch.send()
    assert seen == list(range(PEOPLE))


def test_a_refused_address_loses_its_invitation_and_no_other_does(launch: Launch) -> None:
    refused = launch.addresses[2]
    launch.relay.faults[refused] = [MailRefusedError()]
    launch.send()
    assert launch.relay.tried.count(refused) == 1
    assert _rows() == {"open, mailed": PEOPLE - 1, "revoked, not mailed": 1}


def test_a_greylisted_address_holds_up_no_other(launch: Launch) -> None:
    addresses = launch.addresses
    late = addresses[0]
    launch.relay.faults[late] = [MailDelayedError(), MailDelayedError()]
    launch.send()
    assert launch.relay.taken == [*addresses[1:], late]
    assert launch.slept == [1.0]  # only once nothing else was left to do
    assert _rows() == {"open, mailed": PEOPLE}


def test_pauses_grow_and_begin_anew_after_a_success(launch: Launch) -> None:
    launch.relay.down = 3
    last = launch.addresses[-1]
    launch.relay.faults[last] = [MailDelayedError(), MailDelayedError()]
    launch.send()
    assert launch.slept == [1.0, 2.0, 4.0, 1.0, 2.0]
    assert _rows() == {"open, mailed": PEOPLE}


def test_an_address_that_is_put_off_for_good_is_lost_mail_after_a_bounded_time(
    launch: Launch,
) -> None:
    never = launch.addresses[3]
    launch.relay.faults[never] = [MailDelayedError() for _ in range(1000)]
    launch.send()
    assert launch.addresses == [never]
    assert PATIENCE <= sum(launch.slept) <= PATIENCE + 60
    assert _rows() == {"open, mailed": PEOPLE - 1, "open, not mailed": 1}


def test_a_relay_that_stays_away_is_given_up_without_a_revoked_invitation(launch: Launch) -> None:
    launch.relay.down = 1000
    launch.send()
    assert launch.relay.tried == []
    assert _rows() == {"open, not mailed": PEOPLE}


def test_waiting_keeps_the_lease(launch: Launch, clock: FixedClock) -> None:
    began = clock.now()
    launch.relay.down = 6
    launch.send()
    assert clock.now() >= began + timedelta(seconds=60)
    assert _lease(launch.round_id) == clock.now() + LEASE


def test_a_launch_that_another_process_decided_about_stops(launch: Launch) -> None:
    def take_over() -> None:
        with identity.begin() as session:
            session.execute(update(Round).values(state="aborting", lease_until=None))

    launch.relay.afterwards = take_over
    with pytest.raises(LaunchLostError):
        launch.send()
    assert len(launch.relay.taken) == 1
    assert _rows() == {"open, mailed": 1, "open, not mailed": PEOPLE - 1}
    assert _lease(launch.round_id) is None
