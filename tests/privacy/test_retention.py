"""At the end of what is kept, nothing that is left opens a copy of the comments."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.accounts.audit_chain import check_chain
from app.clock import current_clock
from app.extensions import ballots, identity, keys
from app.jobs import retention
from app.jobs.retention import keep_no_longer
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.ballots.comment import Comment
from app.models.ballots.mailbox_message import MailboxMessage
from app.models.ballots.reply_key import ReplyKey
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.round import Round
from app.models.keys.data_key import DataKey
from app.vault import KEPT, current_vault
from config import Settings
from crypto import envelope
from crypto.encoding import encode_base64url
from crypto.errors import CryptoError
from tests import rounds
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.privacy.stored import heap_of
from tests.privacy.test_shredding import data_keys
from tests.rounds import OpenRound

WORDS = "We have far too many meetings."
COMMENTED = {**rounds.GOOD, "pulse_comment": WORDS}
LONG = timedelta(days=731)  # 24 months from May 2026 on


@pytest.fixture
def closed(app: Flask, opened: OpenRound) -> OpenRound:
    """A round that closed with comments that are shown, an answer to one, and a reply key."""
    rounds.answer(opened, opened.links, COMMENTED)
    rounds.close(opened)
    kept = current_vault().kept_key(opened.pool_id)
    with ballots.begin() as session:
        comment = session.scalars(select(Comment)).first()
        assert comment is not None
        session.add(
            MailboxMessage(
                pool_id=opened.pool_id,
                mailbox_id=comment.id,
                number=9,
                writer="admin",
                day=current_clock().now().date(),
                for_author=b"sealed",
                for_staff=envelope.encrypt(
                    kept, b"words", table="mailbox_message", column="for_staff", row=comment.id
                ),
            )
        )
        if session.get(ReplyKey, opened.pool_id) is None:
            locked = envelope.encrypt(
                kept, bytes(32), table="reply_key", column="private_key", row=opened.pool_id
            )
            session.add(ReplyKey(pool_id=opened.pool_id, point=bytes(65), private_key=locked))
    return opened


def copy_of_comments() -> list[tuple[bytes, bytes, bytes]]:
    with ballots.read() as session:
        return [(row.pool_id, row.id, row.text) for row in session.scalars(select(Comment))]


def readable(settings: Settings, copy: list[tuple[bytes, bytes, bytes]]) -> int:
    """Return how many comments of a copy some key opens that is still there."""
    return sum(_opens(key, *row) for key in data_keys(settings) for row in copy)


def _opens(key: envelope.DataKey, pool_id: bytes, row: bytes, blob: bytes) -> bool:
    try:
        envelope.decrypt(key, blob, table="comment", column="text", row=pool_id + row)
    except CryptoError:
        return False
    return True


def receipts() -> list[AuditEntry]:
    with identity.read() as session:
        return list(
            session.scalars(select(AuditEntry).where(AuditEntry.act == retention.DESTROYED))
        )


def wrapped_key(pool_id: bytes) -> tuple[bytes, bytes]:
    with keys.read() as session:
        row = session.get_one(DataKey, (KEPT, pool_id))
        return row.key_id, row.wrapped


def rows_left() -> int:
    with ballots.read() as session:
        return sum(
            len(session.scalars(select(table)).all())
            for table in (Comment, MailboxMessage, ReplyKey)
        )


def test_a_copy_of_the_comments_opens_with_no_key_that_is_left(
    app: Flask, client: FlaskClient, clock: FixedClock, closed: OpenRound, settings: Settings
) -> None:
    copy = copy_of_comments()
    key_id, wrapped = wrapped_key(closed.pool_id)
    assert wrapped in heap_of(keys.engine, settings, "keys", "data_key")
    assert copy[0][2] in heap_of(ballots.engine, settings, "ballots", "comment")
    tables = rounds.results(app, closed)["release"]
    clock.move_to(clock.now() + LONG - timedelta(days=3))
    keep_no_longer(current_workplace())
    assert readable(settings, copy) == len(copy) == 10
    assert receipts() == []
    clock.advance(days=3)
    keep_no_longer(current_workplace())
    assert readable(settings, copy) == 0
    assert rows_left() == 0
    (receipt,) = receipts()
    assert receipt.actor == "retention"
    assert receipt.subject == f"pool {encode_base64url(closed.pool_id)}, key {key_id.hex()}"
    after = rounds.results(app, closed)["release"]
    assert after == tables
    sign_in_admin(client)
    with identity.read() as session:
        program_id = session.get_one(Round, closed.id).program_id
    page = client.get(f"/programs/{program_id}/results")
    assert page.status_code == 200
    assert "The comments of this round are no longer kept." in page.text
    assert WORDS not in page.text
    assert wrapped not in heap_of(keys.engine, settings, "keys", "data_key")
    heap = heap_of(ballots.engine, settings, "ballots", "comment")
    assert [blob for _, _, blob in copy if blob in heap] == []


def test_the_worker_does_it(
    app: Flask, clock: FixedClock, closed: OpenRound, settings: Settings
) -> None:
    copy = copy_of_comments()
    clock.advance(days=LONG.days)
    rounds.run(app, "worker", "--once")
    assert readable(settings, copy) == 0
    assert len(receipts()) == 1


def test_a_second_time_changes_nothing(
    app: Flask, clock: FixedClock, closed: OpenRound, settings: Settings
) -> None:
    clock.advance(days=LONG.days)
    keep_no_longer(current_workplace())
    with identity.read() as session:
        state = check_chain(session)
    clock.advance(days=1)
    keep_no_longer(current_workplace())
    with identity.read() as session:
        assert check_chain(session) == state
    assert state.broken_at is None


STEPS = ("destroy_comments_key", "_write_receipt", "delete_comments", "lay_comments_anew")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_was_killed_half_way_is_completed_later_with_one_receipt(
    app: Flask,
    clock: FixedClock,
    closed: OpenRound,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    moment: str,
) -> None:
    copy = copy_of_comments()
    key_id, _ = wrapped_key(closed.pool_id)
    clock.advance(days=LONG.days)
    real: Callable[..., object] = getattr(retention, step)

    def _dying(*arguments: object) -> object:
        if moment == "after":
            real(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(retention, step, _dying)
        keep_no_longer(current_workplace())
    # The key is the first to go: whatever is left of the comments then can't be read.
    gone = (step, moment) != (STEPS[0], "before")
    assert readable(settings, copy) == (0 if gone else 10)
    keep_no_longer(current_workplace())
    assert readable(settings, copy) == 0
    assert rows_left() == 0
    assert [entry.subject.rpartition(" ")[2] for entry in receipts()] == [key_id.hex()]


def test_leavers_are_forgotten_after_their_days_and_may_come_back(
    app: Flask, clock: FixedClock, tmp_path: Path
) -> None:
    whole = rounds.roster_csv({"North": 9})
    rounds.import_people(app, tmp_path, whole)
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 8}))
    clock.advance(days=89)
    keep_no_longer(current_workplace())
    assert len(people()) == 10
    clock.advance(days=1)
    keep_no_longer(current_workplace())
    assert len(people()) == 9
    keep_no_longer(current_workplace())
    with identity.read() as session:
        acts = session.execute(select(AuditEntry.act, AuditEntry.actor, AuditEntry.subject)).all()
    assert acts[2:] == [("forgot who had left", "retention", "people: 1")]
    rounds.import_people(app, tmp_path, whole)
    assert len(people()) == 10


def people() -> list[str]:
    with identity.read() as session:
        return list(session.scalars(select(Person.id)))


def test_of_an_ended_round_only_who_was_asked_last_is_kept(
    app: Flask, clock: FixedClock, mailer: MemoryMailer, opened: OpenRound
) -> None:
    rounds.close(opened)
    keep_no_longer(current_workplace())
    asked = invitations()
    assert len(asked) == 10
    assert {(row.cell, row.mailed, row.address, row.state) for row in asked} == {
        (0, False, None, "ended")
    }
    clock.advance(days=14)
    again = rounds.launch(app, mailer)
    assert b"nobody joined or left" in mailer.mails[-1].content.replace(b"=\r\n", b"")
    keep_no_longer(current_workplace())
    assert {row.mailed for row in invitations()} == {True}  # an open round is left alone
    with identity.begin() as session:  # cancelled, it is not what the next mail compares with
        session.execute(text("UPDATE pool SET state = 'ended' WHERE state = 'open'"))
        session.execute(
            text("UPDATE round SET state = 'cancelled' WHERE id = :id"), {"id": again.id}
        )
    keep_no_longer(current_workplace())
    assert invitations() == []


def test_who_was_asked_last_is_forgotten_too_when_no_round_follows(
    app: Flask, clock: FixedClock, opened: OpenRound
) -> None:
    rounds.close(opened)
    clock.advance(days=LONG.days)
    keep_no_longer(current_workplace())
    assert invitations() == []


def invitations() -> list[Invitation]:
    with identity.read() as session:
        return list(session.scalars(select(Invitation)))
