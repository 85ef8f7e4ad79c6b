"""`people forget`: what goes, what stays as a count, and that no import brings anybody back."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from app.accounts.audit import OPERATOR
from app.accounts.directory import find_account, make_account
from app.accounts.links import SIGN_IN, make_link
from app.accounts.sessions import open_session
from app.clock import current_clock
from app.extensions import identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.account import Account
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.base import Identity
from app.models.identity.bounce import Bounce
from app.models.identity.invitation import Invitation
from app.models.identity.notice import Notice
from app.models.identity.person import Person
from app.models.identity.round import Round
from app.people.service import person_by_address
from app.rounds.service import cancel_round
from app.vault import current_vault
from tests import rounds
from tests.applications import FixedClock

ROSTER = rounds.roster_csv({"North": 8, "South": 6})
MENTOR = "mentor.north@example.org"
ANSWERED, SILENT = "north.1@example.org", "north.2@example.org"


def forget(app: Flask, address: str, *options: str, answer: str | None = None) -> Result:
    arguments = ["chorus", "people", "forget", address, *options]
    return app.test_cli_runner().invoke(args=arguments, input=answer)


def import_again(app: Flask, folder: Path) -> Result:
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return app.test_cli_runner().invoke(
        args=["chorus", "people", "import", str(folder / "roster.csv")]
    )


def find(address: str) -> Person | None:
    with identity.read() as session:
        return person_by_address(session, current_vault().roster_key(), address)


def everything() -> dict[str, str]:
    """Return what the identity database holds, as text, by table."""
    with identity.read() as session:
        return {
            name: repr(session.execute(text(f'select * from "{name}"')).all())
            for name in Identity.metadata.tables
        }


def test_everything_that_leads_to_somebody_goes_from_every_table(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    rounds.launch(app, mailer)
    person = find(MENTOR)
    assert person is not None
    key, now = current_vault().roster_key(), current_clock().now()
    with identity.begin() as session:
        account = make_account(session, key, MENTOR)
        open_session(session, account, now)
        make_link(session, account.id, SIGN_IN, now)
        session.add(Bounce(person_id=person.id, day=now.date()))
        session.add(Notice(kind="results", subject_id="x", recipient_id=person.id))
    held = [name for name, rows in everything().items() if person.id in rows]
    assert set(held) >= {"person", "membership", "invitation", "bounce", "notice"}
    result = forget(app, MENTOR, "--yes")
    assert result.exit_code == 0, result.output
    assert "No other mentor is there for: Onboarding, North." in result.output
    after = everything()
    assert [name for name, rows in after.items() if person.id in rows] == ["audit_entry"]
    assert [name for name, rows in after.items() if account.id in rows] == []
    with identity.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None
    assert (last.actor, last.act, last.subject) == (
        "operator",
        "forgot a person",
        f"person {person.id}",
    )


def test_every_table_that_names_a_person_is_known_to_forgetting() -> None:
    naming = {
        f"{table.name}.{column.name}"
        for table in Identity.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    assert naming == {
        "membership.person_id",
        "invitation.person_id",
        "bounce.person_id",
        "round.subject_id",
        "self_assessment.person_id",
    }


def test_a_paper_that_was_taken_stays_a_count_and_an_unused_link_ends(
    app: Flask, clock: FixedClock, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, [link for link in opened.links if link != SILENT])
    for address in (ANSWERED, SILENT):
        assert forget(app, address, "--yes").exit_code == 0
    with identity.read() as session:
        nobodys = session.scalars(select(Invitation).where(Invitation.person_id.is_(None))).all()
    assert sorted(row.state for row in nobodys) == ["revoked", "taken"]
    assert [row.address for row in nobodys] == [None, None]
    rounds.close(opened)
    cells = rounds.results(app, opened)["release"]["cells"]
    assert cells["program"]["score"]
    clock.advance(days=14)
    assert rounds.launch(app, mailer).links.keys() == opened.links.keys() - {ANSWERED, SILENT}
    assert b"nobody joined and 2 left" in mailer.mails[-1].content.replace(b"=\r\n", b"")


def test_a_round_from_which_somebody_was_forgotten_can_be_cancelled(
    app: Flask, clock: FixedClock, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    opened = rounds.launch(app, mailer)
    assert forget(app, SILENT, "--yes").exit_code == 0
    mailer.mails.clear()
    with identity.begin() as session:
        cancel_round(session, opened.id, clock.now(), OPERATOR)
    run_due_work(current_workplace())
    with identity.read() as session:
        assert session.get_one(Round, opened.id).state == "cancelled"
        assert set(session.scalars(select(Invitation.state))) == {"ended"}
    told = sorted(mail.recipient for mail in mailer.mails)
    assert told == sorted(opened.links.keys() - {SILENT})


def test_somebody_forgotten_after_the_close_is_counted_as_gone_and_leads_nowhere(
    app: Flask, clock: FixedClock, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    opened = rounds.launch(app, mailer)
    rounds.close(opened)
    with identity.read() as session:
        before = set(session.scalars(select(Invitation.token_hash)))
    forget(app, SILENT, "--yes")
    with identity.read() as session:
        (row,) = session.scalars(select(Invitation).where(Invitation.person_id.is_(None)))
    assert row.token_hash not in before
    clock.advance(days=14)
    rounds.launch(app, mailer)
    assert b"nobody joined and 1 left" in mailer.mails[-1].content.replace(b"=\r\n", b"")


def test_an_import_leaves_forgotten_people_out_and_says_how_many(
    app: Flask, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    for address in (ANSWERED, MENTOR):
        assert forget(app, address, "--yes").exit_code == 0
    before = everything()
    result = import_again(app, tmp_path)
    assert result.exit_code == 0, result.output
    assert "2 people in the file asked to be forgotten and are left out." in result.output
    assert "So no mentor is left for: Onboarding, North." in result.output
    assert "0 added" in result.output
    assert everything() == before
    assert find(ANSWERED) is None


def test_who_was_forgotten_can_be_let_in_again_as_somebody_new(app: Flask, tmp_path: Path) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    before = find(ANSWERED)
    forget(app, ANSWERED, "--yes")
    readmit = ["chorus", "people", "readmit"]
    runner = app.test_cli_runner()
    for unknown in (SILENT, "no address"):
        assert runner.invoke(args=[*readmit, unknown]).exit_code == 1
    assert runner.invoke(args=[*readmit, ANSWERED.upper()]).exit_code == 0
    assert "1 added" in import_again(app, tmp_path).output
    after = find(ANSWERED)
    assert before is not None and after is not None
    assert before.id != after.id
    assert runner.invoke(args=[*readmit, ANSWERED]).exit_code == 1


def test_without_a_yes_nobody_is_forgotten(app: Flask, tmp_path: Path) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    before = everything()
    assert forget(app, ANSWERED, answer="n\n").exit_code == 1
    result = forget(app, "nobody@example.org", "--yes")
    assert result.exit_code == 1
    assert "Nobody on the roster has this address." in result.output
    assert everything() == before
    assert forget(app, ANSWERED.upper(), answer="y\n").exit_code == 0
    assert find(ANSWERED) is None


@pytest.mark.parametrize("active", [True, False])
def test_an_admins_account_stays(app: Flask, tmp_path: Path, active: bool) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    key = current_vault().roster_key()
    with identity.begin() as session:
        account = make_account(session, key, MENTOR)
        account.admin, account.active = True, active
    assert forget(app, MENTOR, "--yes").exit_code == 0
    with identity.begin() as session:
        assert find_account(session, key, MENTOR) is not None
        assert len(session.scalars(select(Account)).all()) == 1
