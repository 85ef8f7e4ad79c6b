"""Admins set up programs and see rounds and trends, and nothing that is not released."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.forms.service import current_form
from app.models.columns import random_id
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.people.personal import sealed_columns
from app.rounds.service import request_round
from app.vault import current_vault
from tests.accounts import add_mentor, post, sign_in_admin, sign_in_mentor
from tests.applications import FixedClock
from tests.releases import EVERYBODY_ELSE, Answered, add_group, add_program, add_released_round

NEW = {"name": "Onboarding", "time_zone": "Europe/Berlin", "k": "5", "open_days": "4"}
SCHEDULE = {"every_weeks": "2", "weekday": "2", "local_time": "10:30"}


@pytest.fixture
def admin(client: FlaskClient) -> str:
    """The id of the admin who is signed in."""
    return sign_in_admin(client)


def add_people(program_id: str, group_id: str | None, count: int) -> None:
    """Put made-up people into a program."""
    key = current_vault().roster_key()
    with identity.begin() as session:
        for _ in range(count):
            person_id = random_id()
            columns = sealed_columns(key, person_id, "A Person", f"{person_id}@corp.example")
            session.add(Person(id=person_id, time_zone="UTC", **columns))
            session.flush()
            session.add(
                Membership(
                    program_id=program_id, group_id=group_id, person_id=person_id, role="member"
                )
            )


def open_round(program_id: str, clock: FixedClock, **columns: object) -> str:
    """Return the id of a round that is open."""
    with identity.begin() as session:
        program = session.get_one(Program, program_id)
        fresh = request_round(session, program, current_form(session), clock.now())
        fresh.state = "open"
        for name, value in columns.items():
            setattr(fresh, name, value)
        return fresh.id


def acts() -> list[str]:
    """Return what the audit log says was done, oldest first."""
    with identity.begin() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


@pytest.mark.usefixtures("admin")
def test_without_programs_the_page_teaches_the_first_step(client: FlaskClient) -> None:
    html = client.get("/programs").text
    assert "/programs/new" in html and "From nothing to the first results" in html


def test_a_program_is_made_and_logged(app: Flask, client: FlaskClient, admin: str) -> None:
    answer = post(app, client, "/programs/new", NEW)
    with identity.begin() as session:
        program = session.scalars(select(Program)).one()
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert answer.location == f"/programs/{program.id}/setup/people"
    assert (program.name, program.time_zone, program.k) == ("Onboarding", "Europe/Berlin", 5)
    assert entry is not None
    assert (entry.actor, entry.subject) == (admin, f"program {program.id}")
    assert "Onboarding" in client.get(f"/programs/{program.id}").text


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "A name has"),
        ("name", "ONBOARDING AT SEA", "taken"),
        ("time_zone", "Berlin time", "time zone"),
        ("k", "3", "at least 4|lower than 4|4"),
        ("k", "five", "whole number"),
        ("k", "²", "whole number"),
        ("open_days", "15", "1 to 14 days"),
        ("open_days", "-1", "whole number"),
    ],
)
def test_a_refused_program_says_why_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, field: str, value: str, sentence: str
) -> None:
    add_program("Onboarding at sea")
    answer = post(app, client, "/programs/new", NEW | {field: value})
    assert answer.status_code == 422
    summary = re.search(r'error-summary.*?href="#(\w+)">(.*?)</a>', answer.text, re.S)
    assert summary is not None and summary[1] == field
    assert re.search(sentence, summary[2])
    assert f'id="{field}-error"' in answer.text and 'aria-invalid="true"' in answer.text
    for name, typed in (NEW | {field: value}).items():
        control = re.search(rf'<input id="{name}"[^>]*value="([^"]*)"', answer.text)
        assert control is not None and control[1] == typed
    with identity.begin() as session:
        assert len(session.scalars(select(Program)).all()) == 1


def test_the_overview_puts_the_neediest_first(client: FlaskClient, clock: FixedClock) -> None:
    steady, falling = add_program("A steady one"), add_program("Z falling one")
    silent = add_program("M silent one")
    for number in range(12):
        add_released_round(steady, {EVERYBODY_ELSE: Answered(30, 4)})
        add_released_round(falling, {EVERYBODY_ELSE: Answered(30, 4 if number < 8 else 2)})
        add_released_round(silent, {EVERYBODY_ELSE: Answered(3, 4)})
    clock.advance(days=365)  # past the last of those rounds, which close two weeks apart
    sign_in_admin(client)
    open_round(steady, clock)
    open_round(falling, clock, k_reached=True)
    html = client.get("/programs").text
    names = re.findall(r'<a class="program-name" href="/programs/\w+">([^<]*)</a>', html)
    assert names == ["Z falling one", "M silent one", "A steady one"]
    cards = html.partition('<ul class="program-cards"')[2]
    words = re.findall(r'class="state state-([\w-]+)">([^<]*)<', cards)
    assert words == [
        ("declining", "declining"),
        ("withheld", "can&#39;t be monitored"),
        ("steady", "steady"),
    ]
    assert "1 program needs you, 1 is steady, 1 can&#39;t be monitored" in html
    assert "fewer than 5" in html and "5 reached" in html


@pytest.mark.usefixtures("admin")
def test_nothing_but_the_threshold_is_told_of_an_open_round(
    client: FlaskClient, clock: FixedClock
) -> None:
    program = add_program()
    group = add_group(program, "Circle 1")
    add_people(program, group, 7)
    open_round(program, clock, invited=7)
    html = client.get(f"/programs/{program}").text
    assert "fewer than 5" in html and "looked at once a day" in html
    assert "Friday 8 May 2026, 11:00 (Europe/Berlin)" in html
    assert "5 to 9</td>" in html and ">7</td>" in html  # invited: a band; the roster: as imported
    assert "Closing times can't be moved, because" in html
    assert not re.search(r"\b\d+ (answers|have answered|papers|taken)\b", html)


@pytest.mark.usefixtures("admin")
def test_a_round_is_asked_for_and_left_to_the_worker(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    program = add_program()
    add_people(program, None, 6)
    assert post(app, client, f"/programs/{program}/rounds").location == f"/programs/{program}"
    with identity.begin() as session:
        asked = session.scalars(select(Round)).one()
    assert (asked.state, asked.opens_at) == ("due", clock.now())
    html = client.get(f"/programs/{program}").text
    assert "Round 1 is being sent" in html and "Send it now" not in html
    assert acts()[-1] == "asked for a round"


@pytest.mark.usefixtures("admin")
def test_a_round_that_would_not_reach_the_threshold_is_not_asked_for(
    app: Flask, client: FlaskClient
) -> None:
    program = add_program()
    add_people(program, None, 4)
    answer = post(app, client, f"/programs/{program}/rounds")
    assert answer.status_code == 422 and "at least 5 are needed" in answer.text
    with identity.begin() as session:
        assert session.scalars(select(Round)).all() == []


@pytest.mark.usefixtures("admin")
def test_a_second_round_waits_for_the_first(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    program = add_program()
    add_people(program, None, 6)
    open_round(program, clock)
    answer = post(app, client, f"/programs/{program}/rounds")
    assert answer.status_code == 422 and "still under way" in answer.text


def test_cancelling_asks_first_and_then_hands_over_to_the_worker(
    app: Flask, client: FlaskClient, clock: FixedClock, admin: str
) -> None:
    program = add_program()
    round_id = open_round(program, clock)
    path = f"/programs/{program}/rounds/{round_id}/cancel"
    assert path in client.get(f"/programs/{program}").text
    question = client.get(path).text
    assert "destroyed unread" in question and "one mail" in question
    with identity.begin() as session:
        assert session.get_one(Round, round_id).state == "open"
    assert post(app, client, path).location == f"/programs/{program}"
    with identity.begin() as session:
        assert session.get_one(Round, round_id).state == "cancelling"
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None and (entry.actor, entry.act) == (admin, "cancelled a round")
    assert "is being cancelled" in client.get(f"/programs/{program}").text
    assert client.get(path).status_code == 409
    post(app, client, path)
    assert acts().count("cancelled a round") == 1


@pytest.mark.usefixtures("admin")
def test_a_round_of_another_program_is_not_cancelled_from_here(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    mine, other = add_program("Mine"), add_program("Other")
    round_id = open_round(other, clock)
    path = f"/programs/{mine}/rounds/{round_id}/cancel"
    assert client.get(path).status_code == 404
    post(app, client, path)
    with identity.begin() as session:
        assert session.get_one(Round, round_id).state == "open"


@pytest.mark.usefixtures("admin")
def test_a_schedule_is_set_in_the_programs_own_time_and_switched_off(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    program = add_program(time_zone="Asia/Tokyo")
    post(app, client, f"/programs/{program}/schedule", SCHEDULE)
    with identity.begin() as session:
        stored = session.get_one(Schedule, program)
    assert (stored.every_weeks, stored.weekday, stored.local_time) == (2, 2, "10:30")
    assert stored.next_at > clock.now()
    html = client.get(f"/programs/{program}").text
    assert "opens on Wednesday 6 May 2026, 10:30 (Asia/Tokyo)" in html
    post(app, client, f"/programs/{program}/schedule", SCHEDULE | {"every_weeks": "0"})
    with identity.begin() as session:
        assert session.get(Schedule, program) is None
    assert acts()[-2:] == ["set a schedule of every 2 weeks", "switched the schedule off"]


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("field", "value"),
    [("local_time", "25:00"), ("local_time", ""), ("every_weeks", "1"), ("weekday", "7")],
)
def test_a_refused_schedule_keeps_what_was_typed(
    app: Flask, client: FlaskClient, field: str, value: str
) -> None:
    program = add_program()
    answer = post(app, client, f"/programs/{program}/schedule", SCHEDULE | {field: value})
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert f'value="{(SCHEDULE | {field: value})["local_time"]}"' in answer.text
    with identity.begin() as session:
        assert session.get(Schedule, program) is None


@pytest.mark.usefixtures("admin")
def test_a_lower_threshold_is_logged_and_leaves_the_open_round_alone(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    program = add_program(k=6)
    round_id = open_round(program, clock)
    post(app, client, f"/programs/{program}/settings", {"k": "5", "open_days": "7"})
    with identity.begin() as session:
        assert session.get_one(Program, program).k == 5
        assert session.get_one(Round, round_id).k == 6
    assert "lowered k from 6 to 5" in acts()
    refused = post(app, client, f"/programs/{program}/settings", {"k": "3", "open_days": "9"})
    assert refused.status_code == 422 and 'name="open_days" inputmode="numeric" value="9"' in (
        refused.text
    )
    with identity.begin() as session:
        stored = session.get_one(Program, program)
    assert (stored.k, stored.open_days) == (5, 7)


def test_results_show_every_group_to_admins_as_the_release_has_it(
    client: FlaskClient, admin: str
) -> None:
    program = add_program()
    large, small = add_group(program, "Large circle"), add_group(program, "Small circle")
    released = {
        large: Answered(8, 2),
        small: Answered(3, 5, comment="A secret about the coffee"),
        EVERYBODY_ELSE: Answered(12, 4),
    }
    add_released_round(program, released)
    whole = client.get(f"/programs/{program}/results").text
    assert "The program&#39;s wellbeing score is" in whole and "Large circle" in whole
    shown = client.get(f"/programs/{program}/results?group={large}&round=1").text
    assert "Large circle&#39;s wellbeing score is 25 out of 100." in shown
    silent = client.get(f"/programs/{program}/results?group={small}").text
    assert "Small circle&#39;s wellbeing score" not in silent and "Withheld this time" in silent
    assert "coffee" not in silent
    for path in ("?round=2", "?group=nosuchgroup", "?round=x"):
        assert client.get(f"/programs/{program}/results{path}").status_code == 404
    assert admin


@pytest.mark.usefixtures("admin")
def test_a_group_of_another_program_has_no_results_here(client: FlaskClient) -> None:
    mine, other = add_program("Mine"), add_program("Other")
    group = add_group(other, "Circle 1")
    add_released_round(mine, {EVERYBODY_ELSE: Answered(12, 4)})
    assert client.get(f"/programs/{mine}/results?group={group}").status_code == 404


@pytest.mark.usefixtures("admin")
def test_before_the_first_release_the_results_page_says_when(
    client: FlaskClient, clock: FixedClock
) -> None:
    program = add_program()
    open_round(program, clock)
    assert "A round is open." in client.get(f"/programs/{program}/results").text
    clock.advance(days=1)


@pytest.mark.parametrize(
    "path", ["", "/rounds", "/settings", "/schedule", "/results", "/rounds/x/cancel"]
)
def test_an_unknown_program_is_not_there(app: Flask, client: FlaskClient, path: str) -> None:
    sign_in_admin(client)
    address = f"/programs/nosuchprogram{path}"
    if path in ("/rounds", "/settings", "/schedule"):
        assert post(app, client, address, NEW | SCHEDULE).status_code == 404
    else:
        assert client.get(address).status_code == 404
        assert post(app, client, address).status_code in (404, 405)


def test_no_act_is_done_without_the_forms_token(client: FlaskClient, clock: FixedClock) -> None:
    sign_in_admin(client)
    program = add_program()
    add_people(program, None, 6)
    round_id = open_round(program, clock)
    before = acts()
    for path, data in (
        ("/programs/new", NEW | {"name": "Another"}),
        (f"/programs/{program}/rounds", {}),
        (f"/programs/{program}/rounds/{round_id}/cancel", {}),
        (f"/programs/{program}/settings", {"k": "9", "open_days": "4"}),
        (f"/programs/{program}/schedule", SCHEDULE),
    ):
        assert client.post(path, data=data).status_code == 400
    assert acts() == before
    with identity.begin() as session:
        assert session.get_one(Round, round_id).state == "open"


def test_mentors_open_no_admin_page(client: FlaskClient) -> None:
    add_mentor("mentor@corp.example")
    sign_in_mentor(client)
    with identity.begin() as session:
        program = session.scalars(select(Program.id)).one()
    for path in ("", "/new", f"/{program}", f"/{program}/results", f"/{program}/rounds/x/cancel"):
        assert client.get(f"/programs{path}").status_code == 403


def test_opening_times_are_told_in_the_programs_zone(
    client: FlaskClient, clock: FixedClock
) -> None:
    sign_in_admin(client)
    program = add_program(time_zone="Pacific/Auckland")
    open_round(program, clock)
    moment = clock.now() + timedelta(days=4)
    assert moment.hour == 9
    assert "21:00 (Pacific/Auckland)" in client.get(f"/programs/{program}").text
