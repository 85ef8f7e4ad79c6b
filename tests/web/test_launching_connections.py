"""A launch over several connections: each link once, noted before that connection's next mail."""

import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from app.extensions import identity
from app.launching.notes import LaunchLostError
from app.mail.mailer import MailDelayedError, RelayUnavailableError
from app.models.identity.round import Round
from tests.applications import FixedClock
from tests.sending import PEOPLE, Launch, prepared_launch, states_of_rows

CONNECTIONS = 3
PATIENCE_SECONDS = 20


@pytest.fixture
def launch(app: Flask, tmp_path: Path, clock: FixedClock) -> Launch:
    """A launch whose relay takes three connections."""
    prepared = prepared_launch(app, tmp_path, clock)
    prepared.relay.connections = CONNECTIONS
    return prepared


def test_connections_send_at_the_same_time_and_every_link_goes_once(launch: Launch) -> None:
    addresses = launch.addresses
    together = threading.Barrier(CONNECTIONS)
    met: set[int] = set()

    def meet() -> None:
        if threading.get_ident() not in met:
            met.add(threading.get_ident())
            together.wait(PATIENCE_SECONDS)

    launch.relay.beforehand = meet
    launch.send()
    assert sorted(launch.relay.taken) == sorted(addresses)
    assert not launch.waiting
    assert states_of_rows() == {"open, mailed": PEOPLE}


def test_each_connection_notes_its_mail_before_its_next_one_goes(launch: Launch) -> None:
    not_noted: list[int] = []

    def look() -> None:
        taken = len(launch.relay.taken)
        not_noted.append(taken - states_of_rows().get("open, mailed", 0))

    launch.relay.beforehand = look
    launch.send()
    assert max(not_noted) < CONNECTIONS  # what is under way on the others
    assert states_of_rows() == {"open, mailed": PEOPLE}


def test_a_connection_that_is_not_given_holds_up_no_other(launch: Launch) -> None:
    launch.relay.most = 1
    launch.send()
    assert len(launch.relay.taken) == PEOPLE
    assert launch.slept == []


def test_a_connection_that_ends_after_each_mail_is_no_failure(launch: Launch) -> None:
    sent = threading.local()

    def end_after_one() -> None:
        if getattr(sent, "one", False):
            sent.one = False
            raise RelayUnavailableError
        sent.one = True

    launch.relay.beforehand = end_after_one
    launch.send()
    assert sorted(launch.relay.taken) == sorted(set(launch.relay.taken))
    assert len(launch.relay.taken) == PEOPLE
    assert set(launch.slept) <= {1.0}  # before what it put off is tried again; it never grows


def test_a_greylisted_mailbox_holds_up_no_other_on_any_connection(launch: Launch) -> None:
    late = launch.addresses[0]
    launch.relay.faults[late] = [MailDelayedError()]
    launch.send()
    assert launch.relay.taken[-1] == late
    assert launch.slept == [1.0]
    assert states_of_rows() == {"open, mailed": PEOPLE}


def test_everybody_put_off_at_first_gets_one_mail(launch: Launch) -> None:
    launch.relay.faults = {address: [MailDelayedError()] for address in launch.addresses}
    launch.send()
    assert Counter(launch.relay.tried) == dict.fromkeys(launch.relay.taken, 2)
    assert launch.slept == [1.0]


def test_a_launch_that_is_lost_sends_at_most_one_mail_a_connection_more(launch: Launch) -> None:
    def take_over() -> None:
        with identity.begin() as session:
            session.execute(update(Round).values(state="aborting", lease_until=None))

    launch.relay.afterwards = take_over
    with pytest.raises(LaunchLostError):
        launch.send()
    taken = len(launch.relay.taken)
    assert 1 <= taken <= CONNECTIONS
    assert states_of_rows() == {"open, mailed": taken, "open, not mailed": PEOPLE - taken}


def test_a_fault_on_one_connection_ends_all_and_is_told(launch: Launch) -> None:
    launch.relay.faults[launch.addresses[0]] = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        launch.send()


def test_the_lease_is_not_renewed_with_each_mail(launch: Launch) -> None:
    with _statements("UPDATE round") as renewals:
        launch.send()
    assert len(renewals) == 1


def test_a_database_that_is_away_for_a_moment_ends_no_launch(launch: Launch) -> None:
    faults = [OperationalError("", {}, Exception()) for _ in range(4)]

    @event.listens_for(identity.engine, "before_cursor_execute")
    def fail(_c: object, _u: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE invitation") and faults:
            raise faults.pop()

    launch.relay.connections = 1
    launch.send()
    assert len(launch.relay.taken) == PEOPLE
    assert launch.slept == [1.0, 2.0]
    assert states_of_rows() == {"open, mailed": PEOPLE}


@contextmanager
def _statements(beginning: str):
    """Give the list of statements that begin so while the block runs."""
    seen: list[str] = []

    def look(_c: object, _u: object, statement: str, *_: object) -> None:
        if statement.startswith(beginning):
            seen.append(statement)

    event.listen(identity.engine, "before_cursor_execute", look)
    yield seen
    event.remove(identity.engine, "before_cursor_execute", look)
