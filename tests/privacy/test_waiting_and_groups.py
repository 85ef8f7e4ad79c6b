"""A round that waits shows nothing but its date; a group's own round shows others nothing."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import identity
from app.forms.service import current_form
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.program import Program
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.people.service import person_by_address
from app.programs.service import find_program
from app.rounds.closings import closes_ahead
from app.rounds.service import request_round
from app.vault import current_vault
from surveys.errors import ClosingTimesError
from surveys.lifecycle import BALLOT_GRACE
from tests import rounds
from tests.accounts import sign_in_admin, sign_in_mentor
from tests.applications import FixedClock
from tests.groups import circle_page, group_named
from tests.privacy.dumps import snapshot
from tests.privacy.wire import api, engines, error_name, respondent
from tests.rounds import OpenRound

K = 5
COMMENT = "Kestrels nest in the archive"
ROSTER = rounds.roster_csv({"North": 9, "South": 6})
LOW = dict.fromkeys(rounds.GOOD, 1)
HIGH = dict.fromkeys(rounds.GOOD, 5)


def due_now(clock: FixedClock, opened: OpenRound) -> None:
    """Move on to where the next close would be, and let the worker do what is due."""
    clock.move_to(rounds.closing_time(opened))
    run_due_work(current_workplace())


def all_that_can_be_read(app: Flask, opened: OpenRound) -> dict[str, str]:
    """Return every page, answer and list in which a round could be told, by address."""
    pages = {}
    with identity.begin() as session:
        program = session.scalars(select(Program.id)).one()
    for address in ("mentor.north@example.org", "mentor.south@example.org"):
        group = "North" if "north" in address else "South"
        pages[address] = circle_page(app, address, group)[1]
    admin = app.test_client()
    sign_in_admin(admin)
    paths = [
        "/programs",
        f"/programs/{program}",
        f"/programs/{program}/results",
        f"/programs/{program}/results?group={group_named('North')}",
        f"/programs/{program}/rounds/{opened.id}/cancel",
        "/alerts",
        "/audit",
        "/trust",
        "/trust.json",
        api(opened.pool_id, "manifest"),
        api(opened.pool_id, "form"),
        "/metrics",
        "/readyz",
    ]
    for path in paths:
        text = admin.get(path).text
        pages[path] = text.partition("<main")[2] if "<main" in text else text
    pages["list"] = rounds.run(app, "rounds", "list", "--json")
    release = app.test_cli_runner().invoke(args=["chorus", "results", opened.id, "--json"])
    pages["release"] = release.output
    # Around the content stand form tokens, which are each browser's own.
    return {name: _without_tokens(text) for name, text in pages.items()}


def _without_tokens(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrf_token" not in line)


def test_a_changed_answer_in_a_waiting_pool_changes_no_byte_that_anybody_can_read(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, client: FlaskClient, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    opened = rounds.launch(app, mailer, rounds.PROGRAM, "--closes", "3")
    people = list(opened.links)
    receipts = rounds.answer(opened, people[: K - 1], {**LOW, "pulse_comment": COMMENT})
    due_now(clock, opened)
    mails = len(mailer.mails)
    before = all_that_can_be_read(app, opened)
    assert COMMENT not in str(before)
    rounds.withdraw(client, opened, receipts[0])
    rounds.answer(opened, people[K - 1 : K], {**HIGH, "pulse_comment": "Another one"})
    run_due_work(current_workplace())
    assert all_that_can_be_read(app, opened) == before
    assert len(mailer.mails) == mails
    # The control: once it is opened, it does show.
    rounds.answer(opened, people[K : K + 4], {**HIGH, "pulse_comment": COMMENT})
    due_now(clock, opened)
    assert all_that_can_be_read(app, opened) != before


def test_waiting_leaves_no_release_and_no_time_but_the_frozen_ones(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    opened = rounds.launch(app, mailer, rounds.PROGRAM, "--closes", "2")
    rounds.answer(opened, list(opened.links)[: K - 1])
    with identity.begin() as session:
        _, second = closes_ahead(session.get_one(Round, opened.id))
    due_now(clock, opened)
    with identity.begin() as session:
        assert session.scalar(select(func.count()).select_from(Release)) == 0
        waiting = session.get_one(Round, opened.id)
        assert (waiting.closes_at, waiting.later_closes, waiting.lease_until) == (second, [], None)
        assert waiting.k_reached is False
    assert rounds.closing_time(opened) == second + BALLOT_GRACE


def test_a_groups_round_shows_other_mentors_not_one_byte_more(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    other = ("mentor.south@example.org", "South")
    before = circle_page(app, *other)
    opened = rounds.launch(app, mailer, rounds.PROGRAM, "--group", "North", "--closes", "2")
    assert circle_page(app, *other) == before
    rounds.answer(opened, list(opened.links), {**LOW, "pulse_comment": COMMENT})
    assert circle_page(app, *other) == before
    mails = len(mailer.mails)
    rounds.close(opened)
    assert circle_page(app, *other) == before
    assert circle_page(app, *other, "?round=1")[0] == 404
    client = app.test_client()
    sign_in_mentor(client, other[0])
    assert client.get(f"/circles/{group_named('North')}").status_code == 404
    assert other[0] not in {mail.recipient for mail in mailer.mails[mails:]}
    # The control: its own mentor sees it.
    assert COMMENT in circle_page(app, "mentor.north@example.org", "North")[1]


def test_short_rounds_can_t_be_repeated_by_way_of_a_group(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    rounds.close(rounds.launch(app, mailer))
    north, south = group_named("North"), group_named("South")
    for wait_days in (0, 1):
        clock.advance(days=wait_days)
        for group_id in (north, south, None):
            with identity.begin() as session, pytest.raises(ClosingTimesError):
                program = find_program(session, rounds.PROGRAM)
                form = current_form(session)
                request_round(session, program, form, clock.now(), group_id=group_id)


def test_a_leavers_later_link_is_revoked_and_her_cast_ballot_stays(
    app: Flask, mailer: MemoryMailer, client: FlaskClient, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    opened = rounds.launch(app, mailer)
    answered, silent = "north.1@example.org", "north.2@example.org"
    rounds.answer(opened, [answered])
    later = respondent(opened.pool_id, rounds.later_link(opened, opened.links[silent]))
    sealed = [rows for rows in snapshot(engines()) if rows[0] == "ballot"]
    gone = "\n".join(
        line for line in ROSTER.splitlines() if answered not in line and silent not in line
    )
    rounds.import_people(app, tmp_path, gone + "\n")
    with identity.begin() as session:
        person = person_by_address(session, current_vault().roster_key(), silent)
        assert person is not None and person.state == "left"
    for person_links in (respondent(opened.pool_id, opened.links[silent]), later):
        answer = client.post(api(opened.pool_id, "paper"), json=person_links.paper_body())
        assert (answer.status_code, error_name(answer)) == (410, "not_open")
    assert [rows for rows in snapshot(engines()) if rows[0] == "ballot"] == sealed


def test_joiners_wait_for_the_next_round(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    opened = rounds.launch(app, mailer, rounds.PROGRAM, "--closes", "2")
    before = [rows for rows in snapshot(engines()) if rows[0] == "invitation"]
    new = "new@example.org,A New One,Onboarding,North,member,Europe/Berlin\n"
    rounds.import_people(app, tmp_path, ROSTER + new)
    due_now(clock, opened)
    assert "new@example.org" not in {mail.recipient for mail in mailer.mails}
    assert [rows for rows in snapshot(engines()) if rows[0] == "invitation"] == before
