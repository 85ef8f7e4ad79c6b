"""The calendar says when rounds open and close, and of answers that k is reached or not."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import identity
from app.forms.service import current_form
from app.models.identity.program import Program
from app.programs.service import set_schedule
from app.rounds.service import request_round
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.cycles import SHARED, add_released_cycle
from tests.releases import EVERYBODY_ELSE, Answered, add_group, add_program, add_released_round


@pytest.fixture
def program(app: Flask, client: FlaskClient) -> str:
    """A program; an admin looks."""
    sign_in_admin(client)
    return add_program("Onboarding")


def days(client: FlaskClient, month: str) -> dict[str, list[str]]:
    """Return what the calendar says of each day of a month on which something happens."""
    html = client.get(f"/calendar?month={month}").text
    told = {}
    for day, cell in re.findall(r'<time datetime="([^"]*)">(.*?)</td>', html, re.S):
        events = re.findall(r'<li class="event event-([\w-]+)">(.*?)</li>', cell, re.S)
        lines = [re.sub(r"<[^>]*>|\s+", " ", text) for _, text in events]
        if lines:
            told[day] = [" ".join(line.split()) for line in lines]
    return told


def ask(program_id: str, clock: FixedClock, **values: object) -> None:
    """Ask for a round of a program, and set values of it."""
    with identity.begin() as session:
        found = session.get_one(Program, program_id)
        fresh = request_round(session, found, current_form(session), clock.now())
        for name, value in values.items():
            setattr(fresh, name, value)


def test_an_open_round_says_when_it_closes_and_only_whether_k_is_reached(
    client: FlaskClient, program: str, clock: FixedClock
) -> None:
    later = (clock.now() + timedelta(days=11)).isoformat()
    ask(program, clock, state="open", invited=9, k_reached=False, later_closes=[later])
    assert days(client, "2026-05") == {
        "2026-05-04": ["Onboarding opened, 11:00"],
        "2026-05-08": ["Onboarding closes, 11:00; fewer than 5"],
        "2026-05-15": ["Onboarding closes at the latest, 11:00"],
    }


def test_what_a_schedule_has_ahead_is_planned(
    client: FlaskClient, program: str, clock: FixedClock
) -> None:
    with identity.begin() as session:
        found = session.get_one(Program, program)
        set_schedule(session, found, every_weeks=4, weekday=1, local_time="09:30", now=clock.now())
    assert days(client, "2026-05") == {
        "2026-05-05": ["Onboarding planned to open, 09:30"],
        "2026-05-09": ["Onboarding planned to close, 09:30"],
    }
    assert "2026-06-30" in days(client, "2026-06")


def test_past_rounds_single_circles_and_feedback_have_their_place(
    client: FlaskClient, program: str, clock: FixedClock
) -> None:
    add_released_round(program, {EVERYBODY_ELSE: Answered(9)})
    add_released_cycle(program, "peers", {SHARED: Answered(6)})
    circle = add_group(program, "North")
    ask(program, clock, group_id=circle)
    told = {day: " ".join(lines) for day, lines in days(client, "2026-01").items()}
    assert told["2026-01-19"] == "Onboarding closed, 10:00"  # and not how many have answered
    assert "one circle" in client.get("/calendar?month=2026-05").text
    cycles = [client.get(f"/calendar?month=2026-0{number}").text for number in range(1, 7)]
    assert "peer feedback" in "".join(cycles)


def test_a_full_day_is_folded_and_an_empty_month_says_what_comes_here(
    client: FlaskClient, program: str, clock: FixedClock
) -> None:
    for number in range(8):
        ask(add_program(f"Program {number}"), clock, state="open")
    html = client.get("/calendar").text
    assert "4 more" in html and html.count("event-opened") == 8
    empty = client.get("/calendar?month=2031-01").text
    assert "Nothing happens in January 2031" in empty
