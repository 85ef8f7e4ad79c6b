"""Lost mail: the same answer for every address, and the truth in the mail."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.clock import current_clock
from app.demo.respondent import link_in
from app.extensions import identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.notice import Notice
from app.models.identity.person import Person
from app.people.lost import LostMailLimits, note_lost_mail
from app.people.service import person_by_address
from app.vault import current_vault
from tests import rounds
from tests.applications import FixedClock
from tests.posts import BusyMailer, message, recipients, text

WHO, OTHER, NOBODY = "north.1@example.org", "north.2@example.org", "nobody@corp.example"
TUESDAY = datetime(2026, 5, 5, 9, 0, tzinfo=UTC)  # the day after the launch, 11:00 in Berlin
NIGHT = datetime(2026, 5, 5, 20, 0, tzinfo=UTC)


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> rounds.OpenRound:
    """An open round of seven people; the invitations are no longer among the mails."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    opened = rounds.launch(app, mailer)
    first = {mail.recipient: message(mail)["Message-ID"] for mail in mailer.mails}
    app.extensions["test.first"] = first
    mailer.mails.clear()
    return opened


def _ask(client: FlaskClient, address: str) -> tuple[int, str, bytes]:
    answer = client.post("/lost", data={"address": address})
    return answer.status_code, answer.headers["Location"], answer.get_data()


def _owed() -> int:
    with identity.begin() as session:
        query = select(func.count()).select_from(Notice).where(Notice.kind == "lost")
        return session.scalar(query) or 0


def _links() -> int:
    with identity.begin() as session:
        return session.scalar(select(func.count()).select_from(InvitationLink)) or 0


def _work_at(clock: FixedClock, moment: datetime) -> None:
    clock.move_to(moment)
    run_due_work(current_workplace())


def test_every_address_gets_the_same_bytes_and_leaves_the_same_rows(
    client: FlaskClient, opened: rounds.OpenRound
) -> None:
    answers, rows = [], []
    for address in (WHO, NOBODY, "mentor.north@example.org", "no address", ""):
        answers.append(_ask(client, address))
        rows.append(_owed())
    assert len(set(answers)) == 1
    assert rows == [1, 2, 3, 4, 5]
    assert client.get("/lost/sent").status_code == 200
    assert not client.get("/lost").headers.getlist("Set-Cookie")


def test_nothing_is_looked_up_before_the_answer_has_left(
    app: Flask, opened: rounds.OpenRound
) -> None:
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(identity.engine, "before_cursor_execute", note)
    environ = EnvironBuilder("/lost", method="POST", data={"address": WHO}).get_environ()
    try:
        body, status, _ = run_wsgi_app(app, environ)
        b"".join(body)
        before = list(said)
        body.close()  # type: ignore[attr-defined]
    finally:
        event.remove(identity.engine, "before_cursor_execute", note)
    assert status.startswith("302")
    assert before == []
    assert said != []
    assert _owed() == 1


def test_known_and_unknown_addresses_cost_the_same_statements(
    app: Flask, opened: rounds.OpenRound
) -> None:
    costs = []
    for address in (WHO, NOBODY):
        said: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object, to=said) -> None:
            to.append(statement)

        event.listen(identity.engine, "before_cursor_execute", note)
        try:
            key = current_vault().roster_key()
            note_lost_mail(identity, key, LostMailLimits(), current_clock().now(), address)
        finally:
            event.remove(identity.engine, "before_cursor_execute", note)
        costs.append(said)
    assert costs[0] == costs[1]


def test_before_enough_have_answered_the_mail_says_so_and_where_the_first_one_is(
    app: Flask,
    client: FlaskClient,
    opened: rounds.OpenRound,
    mailer: MemoryMailer,
    clock: FixedClock,
) -> None:
    _ask(client, WHO)
    _ask(client, NOBODY)
    _work_at(clock, TUESDAY)
    assert recipients(mailer.mails) == Counter([WHO])
    (mail,) = mailer.mails
    assert b"/r/" not in mail.content
    assert "we can't make a new one yet" in text(mail)
    assert "Monday 4 May" in text(mail)
    assert message(mail)["In-Reply-To"] == app.extensions["test.first"][WHO]
    assert _owed() == 0
    assert _links() == 0


def test_once_enough_have_answered_it_has_a_link_for_takers_and_others_alike(
    client: FlaskClient, opened: rounds.OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    taken = [address for address in opened.links if address != WHO][:5]
    rounds.answer(opened, taken)
    _work_at(clock, TUESDAY)
    for address in (WHO, taken[0]):
        _ask(client, address)
    run_due_work(current_workplace())
    assert recipients(mailer.mails) == Counter([WHO, taken[0]])
    texts = []
    for mail in mailer.mails:
        pool_id, link = link_in(mail.content)
        assert (pool_id, link.share) == (opened.pool_id, None)
        texts.append({line for line in text(mail).splitlines() if "http" not in line})
    assert len(texts[0] ^ texts[1]) == 2  # but for the code, the same words


def test_no_link_goes_out_on_the_day_on_which_k_is_reached(
    client: FlaskClient, opened: rounds.OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    _work_at(clock, TUESDAY)
    rounds.answer(opened, list(opened.links))
    _ask(client, WHO)
    run_due_work(current_workplace())
    assert len(mailer.mails) == 1
    assert b"/r/" not in mailer.mails[0].content


def test_it_waits_for_the_hours_of_the_persons_zone(
    client: FlaskClient, opened: rounds.OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    clock.move_to(NIGHT)
    _ask(client, WHO)
    run_due_work(current_workplace())
    assert mailer.mails == []
    assert _owed() == 1
    _work_at(clock, NIGHT + timedelta(hours=10, minutes=1))
    assert recipients(mailer.mails) == Counter([WHO])


def test_an_address_gets_three_answers_in_a_round_and_the_form_takes_three_an_hour(
    client: FlaskClient, opened: rounds.OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    clock.move_to(TUESDAY)
    for _ in range(5):
        _ask(client, WHO)
        run_due_work(current_workplace())
    assert len(mailer.mails) == 3
    clock.advance(hours=2)
    _ask(client, WHO)
    assert _owed() == 1
    run_due_work(current_workplace())
    assert len(mailer.mails) == 3
    assert _owed() == 0


@pytest.mark.parametrize("change", [{"unsubscribed": True}, {"suspended": True}], ids=str)
def test_who_should_get_no_survey_mail_gets_none_here_either(
    client: FlaskClient,
    opened: rounds.OpenRound,
    mailer: MemoryMailer,
    clock: FixedClock,
    change: dict[str, bool],
) -> None:
    with identity.begin() as session:
        person = person_by_address(session, current_vault().roster_key(), WHO)
        assert person is not None
        session.execute(update(Person).where(Person.id == person.id).values(**change))
    _ask(client, WHO)
    _work_at(clock, TUESDAY)
    assert mailer.mails == []
    assert _owed() == 0


def test_a_link_that_a_broken_launch_never_mailed_is_lost_mail_too(
    client: FlaskClient, opened: rounds.OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    rounds.answer(opened, [address for address in opened.links if address != WHO])
    with identity.begin() as session:
        person = person_by_address(session, current_vault().roster_key(), WHO)
        assert person is not None
        session.execute(
            update(Invitation).where(Invitation.person_id == person.id).values(mailed=False)
        )
    _work_at(clock, TUESDAY)
    _ask(client, WHO)
    run_due_work(current_workplace())
    assert link_in(mailer.mails[0].content)[0] == opened.pool_id


def test_a_mail_that_the_relay_put_off_stays_owed(
    client: FlaskClient, opened: rounds.OpenRound, clock: FixedClock
) -> None:
    clock.move_to(TUESDAY)
    _ask(client, WHO)
    relay = BusyMailer()
    run_due_work(current_workplace().with_mailer(relay))
    assert _owed() == 1
    relay.busy = False
    clock.advance(minutes=11)
    run_due_work(current_workplace().with_mailer(relay))
    assert recipients(relay.mails) == Counter([WHO])
    assert _owed() == 0


def test_after_the_close_nothing_says_who_had_lost_their_mail(
    client: FlaskClient, opened: rounds.OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    clock.move_to(TUESDAY)
    _ask(client, WHO)
    run_due_work(current_workplace())
    clock.move_to(NIGHT)
    _ask(client, OTHER)
    rounds.close(opened)
    run_due_work(current_workplace())
    assert _owed() == 0
    with identity.begin() as session:
        assert session.scalars(select(Invitation.lost_mails).distinct()).all() == [0]
