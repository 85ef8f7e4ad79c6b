"""A program is set up step by step, left and come back to; changes are looked over first."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.program import Program
from app.models.identity.schedule import Schedule
from tests import rounds
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.releases import EVERYBODY_ELSE, Answered, add_group, add_program, add_released_round
from tests.web.test_program_pages import NEW, SCHEDULE, add_people, open_round, post


@pytest.fixture(autouse=True)
def admin(client: FlaskClient) -> None:
    """An admin looks."""
    sign_in_admin(client)


def steps(client: FlaskClient) -> list[tuple[str, str]]:
    """Return the first steps with their state, as the overview has them."""
    html = client.get("/programs").text
    found = re.findall(r'<span class="step-state">(\w+)</span>.*?<a [^>]*>([^<]*)</a>', html, re.S)
    return [(title, state) for state, title in found]


def program_row(program: str) -> Program:
    """Return a program as it is stored."""
    with identity.begin() as session:
        return session.get_one(Program, program)


def acts() -> list[str]:
    """Return what the audit log says was done, oldest first."""
    with identity.begin() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


def test_the_first_steps_follow_the_database_and_go_with_the_first_results(
    client: FlaskClient, clock: FixedClock
) -> None:
    assert [state for _, state in steps(client)] == ["open"] * 7
    program = add_program()
    assert ("Set up a program", "done") in steps(client)
    add_people(program, None, 6)
    assert ("Bring in its people and circles", "done") in steps(client)
    open_round(program, clock)
    done = {title for title, state in steps(client) if state == "done"}
    assert {"Look at the questions", "Plan the rounds, or send the first one"} <= done
    add_released_round(add_program("Other"), {EVERYBODY_ELSE: Answered(9)})
    assert steps(client) == []


def test_setting_up_can_be_left_and_goes_on_where_it_was(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    begun = post(app, client, "/programs/new", NEW).location
    home = begun.removesuffix("/setup/people")
    assert "Nobody yet" in client.get(begun).text
    assert f'href="{begun}">Go on setting it up' in client.get(home).text
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9, "South": 3}, "Onboarding"))
    assert "people are in it" in client.get(begun).text
    circles = client.get(f"{home}/setup/circles").text
    assert "its own if 5 or more answer" in circles and "too small for" in circles
    assert f"{home}/setup/questions" in client.get(home).text  # the first step that is open
    assert "about 40 seconds" in client.get(f"{home}/setup/questions").text
    saved = post(app, client, f"{home}/setup/schedule", SCHEDULE)
    assert saved.location == f"{home}/setup/review"
    review = client.get(saved.location).text
    assert "If 65 in 100 answer" in review and "Leave it to the schedule" in review
    assert f'href="{home}/rounds/new"' in review
    assert "Send it now" in client.get(f"{home}/rounds/new").text
    post(app, client, f"{home}/rounds")
    assert "Go on setting it up" not in client.get(home).text
    assert "See the round" in client.get(saved.location).text


def test_a_refused_schedule_stays_on_its_step_and_off_is_a_choice(
    app: Flask, client: FlaskClient
) -> None:
    program = add_program()
    page = f"/programs/{program}/setup/schedule"
    refused = post(app, client, page, SCHEDULE | {"local_time": "25:00"})
    assert refused.status_code == 422 and 'value="25:00"' in refused.text
    assert post(app, client, page, SCHEDULE | {"every_weeks": "0"}).status_code == 302
    with identity.begin() as session:
        assert session.get(Schedule, program) is None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "Onboarding at sea"}, ["becomes Onboarding at sea", "the next mail has"]),
        ({"k": "7"}, ["5 becomes 7", "so less is shown", "ever to be shown by themselves: North"]),
        ({"k": "4"}, ["5 becomes 4", "less hidden", "nothing that was withheld", "was lowered"]),
        ({"open_days": "6"}, ["4 become 6", "from the next round on; the one that is under way"]),
        (
            {"time_zone": "Asia/Tokyo"},
            ["by the clocks of Asia/Tokyo", "6 May 2026, 10:30 (Asia/Tokyo)", "keeps its closing"],
        ),
        ({}, ["Nothing would change"]),
    ],
)
def test_each_change_says_what_it_means_before_it_is_saved(
    app: Flask, client: FlaskClient, clock: FixedClock, typed: dict[str, str], told: list[str]
) -> None:
    program = add_program()
    add_people(program, add_group(program, "North"), 6)
    post(app, client, f"/programs/{program}/schedule", SCHEDULE)
    open_round(program, clock)
    before = program_row(program)
    page = client.get(f"/programs/{program}/settings/review?{urlencode(typed)}")
    for words in told:
        assert words in page.text
    after = program_row(program)
    assert (after.name, after.k, after.time_zone) == (before.name, before.k, before.time_zone)


def test_what_was_looked_over_is_saved_and_logged(app: Flask, client: FlaskClient) -> None:
    program = add_program()
    post(app, client, f"/programs/{program}/schedule", SCHEDULE)
    wanted = {"name": "At sea", "time_zone": "Asia/Tokyo", "k": "6", "open_days": "5"}
    saved = post(app, client, f"/programs/{program}/settings", wanted)
    assert saved.location == f"/programs/{program}/settings"
    stored = program_row(program)
    assert (stored.name, stored.time_zone, stored.k, stored.open_days) == (
        "At sea",
        "Asia/Tokyo",
        6,
        5,
    )
    with identity.begin() as session:
        schedule = session.get_one(Schedule, program)
    assert schedule.next_at.isoformat() == "2026-05-06T01:30:00+00:00"  # the same day, their 10:30
    assert acts()[-4:] == [
        "renamed a program",
        "set the time zone to Asia/Tokyo",
        "raised k from 5 to 6",
        "set rounds to be open for 5 days",
    ]


def test_a_refused_change_keeps_what_was_typed(client: FlaskClient) -> None:
    add_program("Taken")
    program = add_program()
    for typed, field in (
        ({"k": "3", "name": "New name"}, "k"),
        ({"name": "taken"}, "name"),
        ({"time_zone": "Berlin time"}, "time_zone"),
        ({"open_days": "15"}, "open_days"),
    ):
        page = client.get(f"/programs/{program}/settings/review?{urlencode(typed)}")
        assert page.status_code == 422 and f'href="#{field}"' in page.text
        assert all(f'value="{value}"' in page.text for value in typed.values())
