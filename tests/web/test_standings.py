"""How programs stand is kept by the worker, read by the pages, and follows from releases alone."""

import re
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.clock import current_clock
from app.extensions import identity
from app.jobs.upkeep import keep_standings_true
from app.jobs.workplace import current_workplace
from app.models.identity.program_standing import OrganisationStanding, ProgramStanding
from app.results.kept import standings_are_true
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.releases import EVERYBODY_ELSE, Answered, add_program, add_released_round


def overview_of(client: FlaskClient, query: str = "") -> str:
    """Return the overview, but for what a page has anew each time."""
    return re.sub(r'value="[^"]*"', "", client.get(f"/programs{query}").text)


def add_falling(name: str) -> str:
    """Return the id of a new program whose last rounds are far lower."""
    program = add_program(name)
    for number in range(12):
        add_released_round(program, {EVERYBODY_ELSE: Answered(30, 4 if number < 8 else 2)})
    return program


@pytest.fixture
def falling(app: Flask, client: FlaskClient) -> str:
    """A program that declines, beside a new one; an admin looks."""
    program = add_falling("Falling")
    add_program("New")
    sign_in_admin(client)
    return program


def words() -> dict[str, str]:
    """Return what is kept of each program."""
    with identity.begin() as session:
        rows = session.execute(select(ProgramStanding.program_id, ProgramStanding.word))
        return {program: word for program, word in rows}  # noqa: C416 -- a row is no mapping


def test_what_is_kept_says_the_same_as_what_is_worked_out(
    falling: str, client: FlaskClient
) -> None:
    worked_out = overview_of(client), overview_of(client, f"/{falling}")
    assert words() == {}  # reading keeps nothing
    keep_standings_true(current_workplace())
    assert words() == {falling: "declining"}
    with patch("app.results.kept.work_out", side_effect=AssertionError("assessed anew")):
        assert (overview_of(client), overview_of(client, f"/{falling}")) == worked_out


def test_it_is_kept_anew_after_a_release_and_on_another_day(
    falling: str, client: FlaskClient, clock: FixedClock
) -> None:
    keep_standings_true(current_workplace())
    with patch("app.jobs.upkeep.keep_standings", side_effect=AssertionError("kept for nothing")):
        keep_standings_true(current_workplace())
    second = add_falling("Second")
    keep_standings_true(current_workplace())
    assert words() == {falling: "declining", second: "declining"}
    clock.advance(days=1)
    with identity.begin() as session:
        assert not standings_are_true(session, current_clock().now().date())
    keep_standings_true(current_workplace())
    with identity.begin() as session:
        assert standings_are_true(session, current_clock().now().date())


def test_what_is_lost_is_worked_out_again(falling: str, client: FlaskClient) -> None:
    keep_standings_true(current_workplace())
    kept = overview_of(client)
    with identity.begin() as session:
        session.execute(delete(ProgramStanding))
        session.execute(delete(OrganisationStanding))
    assert overview_of(client) == kept


def test_programs_are_found_by_name_and_by_state(falling: str, client: FlaskClient) -> None:
    names = r'class="program-name" href="[^"]*">([^<]*)<'
    for query, found in (
        ("", ["Falling", "New"]),
        ("?q=NEW", ["New"]),
        ("?q=ne&state=declining", []),
        ("?state=declining", ["Falling"]),
        ("?state=nonsense", ["Falling", "New"]),
        ("?q=%3Cb%3E", []),
    ):
        html = overview_of(client, query)
        assert re.findall(names, html) == found, query
    assert "No program has this in its name" in html and "<b>" not in html


def test_three_hundred_programs_come_in_parts(app: Flask, client: FlaskClient) -> None:
    for number in range(3):
        add_falling(f"Needs {number}")
    for number in range(300):
        add_program(f"Program {number:03}")
    sign_in_admin(client)
    keep_standings_true(current_workplace())
    html = client.get("/programs").text
    assert "3 programs need you, 300 are still being learned." in html
    assert html.count('class="program-name"') == 63 and len(html) < 150_000
    more = re.search(r'href="(/programs\?state=learning&amp;after=[^"]*)"', html)
    assert more is not None
    following = client.get(more[1].replace("&amp;", "&")).text
    assert following.count('class="program-name"') == 60 and "Program 060" in following
    assert client.get("/programs?q=program 299").text.count('class="program-name"') == 1


def test_a_program_shows_its_latest_rounds_and_all_of_them_when_asked(
    falling: str, client: FlaskClient
) -> None:
    add_released_round(falling, {EVERYBODY_ELSE: Answered(30, 2)})
    page = client.get(f"/programs/{falling}").text
    assert "All 13 rounds" in page and ">Round 13<" in page and ">Round 1<" not in page
    everything = client.get(f"/programs/{falling}?rounds=all").text
    assert ">Round 1<" in everything and "All 13 rounds" not in everything
