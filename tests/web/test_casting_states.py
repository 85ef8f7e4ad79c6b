"""A ballot is stored while its pool takes ballots, and never otherwise, whatever its time says."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select, update

from app.batching import BusyError
from app.extensions import ballots
from app.models.ballots.ballot import Ballot
from app.models.ballots.pool_public import PoolPublic
from app.wire import ClosedError
from config import Settings
from crypto.ballots import PADS
from crypto.blind import generate_key
from tests.privacy.urns import Urn, make_urn


@pytest.fixture
def urn(app: Flask) -> Urn:
    """An open pool."""
    return make_urn(generate_key(), PADS[1])


def set_state(urn: Urn, state: str) -> None:
    """Let the pool be in this state, its time left as it is."""
    with ballots.begin() as session:
        session.execute(
            update(PoolPublic).where(PoolPublic.pool_id == urn.pool_id).values(state=state)
        )


def stored() -> int:
    """Return how many ballots lie there."""
    with ballots.begin() as session:
        return session.scalar(select(func.count()).select_from(Ballot)) or 0


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_a_pool_that_closes_before_its_time_takes_no_ballot(urn: Urn, state: str) -> None:
    set_state(urn, state)
    with pytest.raises(ClosedError):
        urn.ballot().cast()
    assert stored() == 0


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_who_comes_as_a_pool_goes_on_is_told_to_come_again(urn: Urn, settings: Settings) -> None:
    set_state(urn, "closing")
    ballot = urn.ballot()

    def go_on(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("WITH held"):
            set_state(urn, "open")

    event.listen(ballots.engine, "after_cursor_execute", go_on)
    with pytest.raises(BusyError):
        ballot.cast()
    event.remove(ballots.engine, "after_cursor_execute", go_on)
    assert ballot.cast()
    assert stored() == 1
