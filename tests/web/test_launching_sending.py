"""Links go out once each, whatever the relay says; none waits anywhere but in memory."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.extensions import identity
from app.launching.notes import LEASE, LaunchLostError
from app.mail.mailer import MailDelayedError, MailRefusedError
from app.models.identity.round import Round
from tests.applications import FixedClock
from tests.sending import PATIENCE, PEOPLE, Launch, prepared_launch, states_of_rows


@pytest.fixture
def launch(app: Flask, tmp_path: Path, clock: FixedClock) -> Launch:
    """A round of seven people in its launch, a relay, and a clock that sleeping moves."""
    return prepared_launch(app, tmp_path, clock)


def _lease(round_id: str) -> object:
    with identity.begin() as session:
        return session.get_one(Round, round_id).lease_until


def test_every_link_is_mailed_once_and_leaves_memory(launch: Launch) -> None:
    addresses = launch.addresses
    launch.send()
    assert launch.relay.taken == addresses
    assert not launch.waiting
    assert states_of_rows() == {"open, mailed": PEOPLE}


def test_each_row_says_so_before_the_next_mail_goes(launch: Launch) -> None:
    seen: list[int] = []
    launch.relay.afterwards = lambda: seen.append(states_of_rows().get("open, mailed", 0))
    launch.send()
    assert seen == list(range(PEOPLE))


def test_a_refused_address_loses_its_invitation_and_no_other_does(launch: Launch) -> None:
    refused = launch.addresses[2]
    launch.relay.faults[refused] = [MailRefusedError()]
    launch.send()
    assert launch.relay.tried.count(refused) == 1
    assert states_of_rows() == {"open, mailed": PEOPLE - 1, "revoked, not mailed": 1}


def test_a_greylisted_address_holds_up_no_other(launch: Launch) -> None:
    addresses = launch.addresses
    late = addresses[0]
    launch.relay.faults[late] = [MailDelayedError(), MailDelayedError()]
    launch.send()
    assert launch.relay.taken == [*addresses[1:], late]
    assert launch.slept == [1.0, 2.0]  # only once nothing else was left to do
    assert states_of_rows() == {"open, mailed": PEOPLE}


def test_pauses_grow_and_begin_anew_after_a_success(launch: Launch) -> None:
    launch.relay.down = 3
    last = launch.addresses[-1]
    launch.relay.faults[last] = [MailDelayedError(), MailDelayedError()]
    launch.send()
    assert launch.slept == [1.0, 2.0, 4.0, 1.0, 2.0]
    assert states_of_rows() == {"open, mailed": PEOPLE}


def test_an_address_that_is_put_off_for_good_is_lost_mail_after_a_bounded_time(
    launch: Launch,
) -> None:
    never = launch.addresses[3]
    launch.relay.faults[never] = [MailDelayedError() for _ in range(1000)]
    launch.send()
    assert launch.addresses == [never]
    assert PATIENCE <= sum(launch.slept) <= PATIENCE + 60
    assert states_of_rows() == {"open, mailed": PEOPLE - 1, "open, not mailed": 1}


def test_a_relay_that_stays_away_is_given_up_without_a_revoked_invitation(launch: Launch) -> None:
    launch.relay.down = 1000
    launch.send()
    assert launch.relay.tried == []
    assert states_of_rows() == {"open, not mailed": PEOPLE}


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
    assert states_of_rows() == {"open, mailed": 1, "open, not mailed": PEOPLE - 1}
    assert _lease(launch.round_id) is None
