"""A cancel or an abort killed anywhere destroys everything unread in the end (Launch)."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.clock import MovableClock
from app.extensions import identity
from app.jobs.leases import LEASE
from app.mail.mailer import MemoryMailer
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.rounds.service import cancel_round
from tests.faults.crowd import PEOPLE, answered_round
from tests.faults.post_office import PostOffice
from tests.faults.processes import Installation
from tests.faults.storage import left_of, rounds_in_order, stored_release

pytestmark = pytest.mark.slow
A_MINUTE = timedelta(minutes=1)
# Where a pool is destroyed: before, inside and between the transactions that do it.
DESTROYING = (
    "DELETE FROM signing_key",
    "DELETE FROM data_key",
    "UPDATE pool_public",
    "DELETE FROM ballot",
    "DELETE FROM share",
    "UPDATE invitation",
)


@pytest.mark.parametrize("statement", [*DESTROYING, "INSERT INTO notice"])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_cancel_killed_in_the_middle(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
    statement: str,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path, absent=PEOPLE - 6)
    with identity.begin() as session:
        cancel_round(session, opened.id, clock.now(), "operator")
    installation.run_and_kill("statement", statement, "worker", "--once")
    assert [entry.state for entry in rounds_in_order()] == ["cancelling"]
    assert stored_release(opened.pool_id) is None
    clock.move_to(clock.now() + LEASE + A_MINUTE)
    installation.run("worker", "--once")
    assert [entry.state for entry in rounds_in_order()] == ["cancelled"]
    assert left_of(opened.pool_id) == {}
    assert stored_release(opened.pool_id) is None
    told = [mail.recipient for mail in post_office.mails]
    assert len(set(told)) == len(told) == PEOPLE


@pytest.mark.parametrize("statement", [*DESTROYING, "INSERT INTO round"])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_abort_killed_in_the_middle(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
    statement: str,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path, absent=PEOPLE - 6)
    with identity.begin() as session:
        session.execute(update(Round).values(state="aborting"))
        session.execute(update(Pool).values(state="ended"))
    installation.run_and_kill("statement", statement, "worker", "--once")
    assert [entry.state for entry in rounds_in_order()] == ["aborting"]
    clock.move_to(clock.now() + LEASE + A_MINUTE)
    installation.run("worker", "--once")
    assert [entry.state for entry in rounds_in_order()] == ["aborted", "open"]
    assert left_of(opened.pool_id) == {}
    assert stored_release(opened.pool_id) is None
    fresh = post_office.links()
    assert len({pool for _, pool, _ in fresh} - {opened.pool_id}) == 1
    assert len({recipient for recipient, _, _ in fresh}) == len(fresh) == PEOPLE
