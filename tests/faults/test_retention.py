"""Retention killed at each of its steps deletes in the end what is over, and nothing else."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.audit_chain import check_chain
from app.clock import MovableClock
from app.extensions import identity
from app.jobs.retention import DESTROYED
from app.mail.mailer import MemoryMailer
from app.models.identity.agreed_action import AgreedAction
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.people.mail_wishes import months_later
from tests import rounds
from tests.faults.processes import Installation
from tests.faults.storage import left_of, shown_comments, stored_release
from tests.rounds import COMMENTED, OpenRound

pytestmark = pytest.mark.slow
# In the order in which a worker comes by. Each of them is begun after the one before was killed.
STEPS = (
    "DELETE FROM data_key",
    "INSERT INTO audit_entry",  # the receipt
    "DELETE FROM comment",
    "DELETE FROM reply_key",
    "DELETE FROM person",
    "DELETE FROM invitation",
    "DELETE FROM agreed_action",
)
WHERE_ROWS_LIE = ("TRUNCATE data_key", "TRUNCATE comment", "DELETE FROM person")


@pytest.mark.parametrize(
    ("settings", "steps"),
    [("sqlite", STEPS), ("postgresql", WHERE_ROWS_LIE)],
    indirect=["settings"],
)
def test_retention_killed_at_each_step_ends_what_is_over_and_nothing_else(
    app: Flask,
    clock: MovableClock,
    installation: Installation,
    mailer: MemoryMailer,
    tmp_path: Path,
    steps: Sequence[str],
) -> None:
    old = commented_round(app, mailer, tmp_path, members=9)
    over = months_later(clock.now().date(), 24)
    clock.move_to(clock.now() + timedelta(days=500))
    new = commented_round(app, mailer, tmp_path, members=8)  # and somebody has left
    agree(looked_at=[over - timedelta(days=730), clock.now().date()])
    kept = (stored_release(old.pool_id), stored_release(new.pool_id), shown_comments(new.pool_id))
    clock.move_to(clock.now() + (over - clock.now().date()) + timedelta(days=1))

    for step in steps:
        installation.run_and_kill("statement", step, "worker", "--once")
    installation.run("worker", "--once")
    assert left_of(old.pool_id) == {}
    assert kept[2] and kept == (
        stored_release(old.pool_id),
        stored_release(new.pool_id),
        shown_comments(new.pool_id),
    )
    with identity.read() as session:
        acts = session.scalars(select(AuditEntry.act)).all()
        whole = check_chain(session)
        asked = session.execute(select(Invitation.pool_id, Invitation.mailed).distinct()).all()
        assert len(session.scalars(select(Person.id)).all()) == 9
        assert len(session.scalars(select(AgreedAction.id)).all()) == 1
    assert asked == [(new.pool_id, False)]  # all that the next mail compares with
    assert acts.count(DESTROYED) == acts.count("forgot who had left") == 1
    assert whole.broken_at is None

    installation.run("worker", "--once")
    with identity.read() as session:
        assert check_chain(session) == whole
    assert "job failed" not in installation.log_text


def commented_round(app: Flask, mailer: MemoryMailer, folder: Path, *, members: int) -> OpenRound:
    """Return a closed round of a mentor and so many members who have all commented."""
    rounds.import_people(app, folder, rounds.roster_csv({"North": members}))
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, opened.links, COMMENTED)
    rounds.close(opened)
    return opened


def agree(looked_at: Sequence[date]) -> None:
    """Note what a circle agreed on, one thing for each day on which a mentor looked last."""
    with identity.begin() as session:
        group = session.scalars(select(Group.id)).one()
        session.add_all(
            AgreedAction(group_id=group, words=b"sealed", agreed_on=day, looked_at=day)
            for day in looked_at
        )
