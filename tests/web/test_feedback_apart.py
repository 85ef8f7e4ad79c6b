"""Peer feedback changes nothing of what check-ins say: no result, trend, alert or goal."""

import re
from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.alerts.service import review_program
from app.extensions import identity
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.alert import Alert
from app.models.identity.person import Person
from app.models.identity.round import Round
from tests import feedback, rounds
from tests.accounts import add_mentor, post, sign_in_admin, sign_in_mentor
from tests.cycles import SHARED, add_released_cycle
from tests.releases import FIRST_DAY, Answered, add_released_round, program_of

TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')
LOW = Answered(30, 1, comment="The workload is far too much")


def told(app: Flask, group: str) -> Mapping[str, str]:
    """Return what admin and mentor read of the check-ins, and how many alerts there are."""
    admin, mentor, program = app.test_client(), app.test_client(), program_of(group)
    sign_in_admin(admin)
    sign_in_mentor(mentor)
    with identity.begin() as session:
        review_program(session, program, FIRST_DAY)
        alerts = session.scalars(select(Alert.id)).all()
    paths = ("/programs", *(f"/programs/{program}{end}" for end in ("/results", "/goals")))
    pages = {path: admin.get(path).text for path in paths}
    pages["circle"] = mentor.get(f"/circles/{group}").text
    return {"alerts": str(alerts), **{name: _said(page) for name, page in pages.items()}}


def _said(page: str) -> str:
    """Return the main part of a page: whoever gets feedback has a way to it in the head."""
    return TOKEN.sub("", page.partition("<main")[2])


def test_a_released_cycle_about_everybody_changes_no_word_of_what_check_ins_say(
    app: Flask,
) -> None:
    group = add_mentor("mentor@corp.example")
    program = program_of(group)
    for _ in range(6):
        add_released_round(program, {group: Answered(9), "": Answered(12)})
    admin = app.test_client()
    sign_in_admin(admin)
    goal = {"target": "pulse_belonging", "points": "8", "due_on": "2026-08-04"}
    assert post(app, admin, f"/programs/{program}/goals", goal).status_code == 302
    before = told(app, group)
    with identity.read() as session:
        mentor = session.scalars(select(Person.id)).one()
    add_released_cycle(program, "mentors", {mentor: LOW, SHARED: LOW})
    add_released_cycle(program, "circles", {group: LOW})
    assert told(app, group) == before
    add_released_round(program, {group: LOW})  # the control: the same in a check-in does
    assert told(app, group) != before


def test_a_check_in_is_numbered_and_sent_beside_a_cycle(app: Flask) -> None:
    group = add_mentor("mentor@corp.example")
    program = program_of(group)
    add_released_cycle(program, "circles", {group: LOW})
    add_released_round(program, {group: Answered(9)})
    with identity.read() as session:
        rounds = session.scalars(select(Round).order_by(Round.cycle_id.is_(None))).all()
    assert [(entry.number, entry.cycle_id is None) for entry in rounds] == [(1, False), (1, True)]


def test_no_pool_of_feedback_counts_as_a_whole_program_when_it_is_opened(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6, "South": 3, "West": 3}))
    cycle, opened = feedback.launch(mailer, "mentors"), rounds.launch(app, mailer)
    with identity.read() as session:
        room = current_workplace().opening_room(session)
    assert [room.of_program(pool_id) for pool_id in cycle.pools] == [False, False]
    assert room.of_program(opened.pool_id)
