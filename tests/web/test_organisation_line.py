"""The organisation's line on the overview: releases of three programs without a common person."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import current_clock
from app.extensions import identity
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.release import Release
from tests.accounts import add_mentor, sign_in_admin
from tests.releases import EVERYBODY_ELSE, FIRST_DAY, Answered, add_released_round, program_of

NAMES = ("Anchor", "Beacon", "Compass")


@pytest.fixture(autouse=True)
def soon_after(app: Flask) -> None:
    """Let today be three weeks after the first releases."""
    ahead = FIRST_DAY + timedelta(weeks=5) - current_clock().now().date()
    current_clock().move_to(current_clock().now() + ahead)  # type: ignore[attr-defined]


def add(name: str, rating: int, number: int = 20) -> str:
    """Return the id of a program with one person on its roster and one release."""
    program = program_of(add_mentor(f"{name.lower()}@corp.example", f"{name} circle", name))
    add_released_round(program, {EVERYBODY_ELSE: Answered(number, rating)})
    return program


def line(app: Flask) -> str | None:
    """Return the line as an admin reads it."""
    client = app.test_client()
    sign_in_admin(client)
    part = r"<p>The whole organisation:.*?</p>(\s*<details>.*?</details>)?"
    found = re.search(part, client.get("/programs").text, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", found[0])).strip() if found else None


def test_three_programs_make_a_line(app: Flask) -> None:
    for name, rating in zip(NAMES, (2, 3, 4), strict=True):
        add(name, rating)
    told = line(app)
    assert told is not None
    assert told.startswith(
        "The whole organisation: 50 out of 100, from 3 programs that have no person in common."
    )
    assert "Counted: Anchor, Beacon, Compass." in told


def test_two_programs_make_none(app: Flask) -> None:
    for name in NAMES[:2]:
        add(name, 3)
    assert line(app) is None


@pytest.mark.parametrize("cause", ["too few answers", "long ago", "a common person"])
def test_with_fewer_than_three_that_can_be_counted_it_says_withheld_and_never_why(
    app: Flask, cause: str
) -> None:
    programs = [add(name, 3) for name in NAMES[:2]]
    programs.append(add(NAMES[2], 3, number=4 if cause == "too few answers" else 20))
    with identity.begin() as session:
        if cause == "long ago":
            session.execute(
                update(Release)
                .where(Release.pool_id == session.scalars(select(Release.pool_id)).first())
                .values(closed_on=FIRST_DAY - timedelta(weeks=8))
            )
        if cause == "a common person":
            common = session.scalars(
                select(Membership.person_id).where(Membership.program_id == programs[0])
            ).one()
            session.add(Membership(program_id=programs[1], person_id=common, role="member"))
    assert line(app) == (
        "The whole organisation: withheld. "
        "Made of results of the last six weeks, of at least three such programs."
    )


def test_a_program_that_shares_a_person_is_left_out_and_named(app: Flask) -> None:
    programs = [add(name, 3) for name in (*NAMES, "Drift")]
    with identity.begin() as session:
        common = session.scalars(
            select(Membership.person_id).where(Membership.program_id == programs[3])
        ).one()
        session.add(Membership(program_id=programs[0], person_id=common, role="member"))
    told = line(app)
    assert told is not None
    assert "Anchor, Beacon, Compass." in told
    assert "Not counted, since somebody in it is counted already: Drift." in told


def test_people_who_left_do_not_count_as_common(app: Flask) -> None:
    programs = [add(name, 3) for name in NAMES]
    with identity.begin() as session:
        gone = session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.program_id == programs[0])
        ).one()
        session.add(Membership(program_id=programs[1], person_id=gone.id, role="member"))
        session.flush()
        gone.state, gone.left_on = "left", FIRST_DAY
    told = line(app)
    assert told is not None and "withheld" in told  # nobody is left in Anchor
