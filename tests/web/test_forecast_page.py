"""What would be shown: the sizes of a launch, the rules of a close, nothing of an open round."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.group import Group
from app.models.identity.pool_cell import PoolCell
from app.models.identity.program import Program
from app.people.service import person_by_address
from app.vault import current_vault
from tests import rounds
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.releases import EVERYBODY_ELSE, Answered, add_program, add_released_round

ADMIN = "north.1@example.org"  # is on the roster, too


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    """A browser in which an admin is signed in."""
    sign_in_admin(client, ADMIN)
    return client


def program_id() -> str:
    with identity.begin() as session:
        return session.scalars(select(Program.id).where(Program.name == rounds.PROGRAM)).one()


def rows_of(client: FlaskClient, program: str) -> dict[str, list[str]]:
    """Return the table: name -> how many are asked, then words."""
    answer = client.get(f"/programs/{program}/forecast")
    assert answer.status_code == 200
    found = re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', answer.text, re.DOTALL)
    return {
        name: re.findall(r"<td[^>]*>(?:<strong>)?(.*?)(?:</strong>)?</td>", cells)
        for name, cells in found
    }


def test_it_foretells_the_very_cells_that_a_launch_then_freezes(
    app: Flask, admin: FlaskClient, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 7, "South": 8, "Two": 4}))
    with identity.begin() as session:
        key = current_vault().roster_key()
        stopped = person_by_address(session, key, "south.1@example.org")
        assert stopped is not None
        stopped.unsubscribed = True
    rows = rows_of(admin, program_id())
    asked = {name: int(row[0]) for name, row in rows.items()}
    # North's admin answers in the program's cell; one of South has stopped the mails.
    assert asked == {"The whole program": 21, "North": 6, "South": 7, "Two": 4}
    opened = rounds.launch(app, mailer)
    with identity.begin() as session:
        frozen = session.execute(
            select(Group.name, PoolCell.invited)
            .join(Group, Group.id == PoolCell.group_id)
            .where(PoolCell.pool_id == opened.pool_id)
        ).all()
    assert sorted((name, invited) for name, invited in frozen) == [("North", 6), ("South", 7)]
    assert len(opened.links) == asked["The whole program"]
    assert rows["Two"][1:] == ["always withheld"] * 4


def test_it_says_how_often_in_words_and_what_would_change_it(
    app: Flask, admin: FlaskClient, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"South": 6, "East": 30, "Two": 4}))
    program = program_id()
    rows = rows_of(admin, program)
    assert rows["South"][1] == "in about one round in six"  # six at 65 %, with a small rest beside
    assert rows["South"][2:4] == ["hardly ever", "in about nine rounds in ten"]
    assert rows["East"][1] == rows["East"][3] == "in nearly every round"
    page = admin.get(f"/programs/{program}/forecast").text
    assert "Nothing of this program has been released yet, so we assume that 65 in 100" in page
    assert "if nine in ten answered" in page
    assert "As one circle with another of its size" in page
    assert "enough would have answered in about one round in three at the first closing" in page
    assert "At least 5 must be asked in it: 1 more person, or two circles as one." in page


def test_the_response_comes_from_the_programs_own_releases(
    app: Flask, admin: FlaskClient, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"South": 9}))
    program = program_id()
    with identity.begin() as session:
        group = session.scalars(select(Group.id)).one()
    add_released_round(program, {group: Answered(12), EVERYBODY_ELSE: Answered(8)})
    page = admin.get(f"/programs/{program}/forecast").text
    assert "Only 1 besides are asked in this program" in page  # the mentor
    assert "In the latest rounds about 50 in 100 answered" in page  # 20 of 40 invited


def main_of(client: FlaskClient, program: str) -> str:
    """Return the page itself; around it stands the browser's own form token."""
    sign_in_admin(client, ADMIN)  # a session may have ended meanwhile
    return client.get(f"/programs/{program}/forecast").text.partition("<main")[2]


@pytest.mark.parametrize("answers", [3, 9])
def test_nothing_of_an_open_round_reaches_the_page(
    app: Flask,
    admin: FlaskClient,
    mailer: MemoryMailer,
    clock: FixedClock,
    tmp_path: Path,
    answers: int,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 7, "South": 8}))
    program = program_id()
    before = main_of(admin, program)
    opened = rounds.launch(app, mailer)
    assert main_of(admin, program) == before
    rounds.answer(opened, list(opened.links)[:answers])
    clock.advance(days=2)
    run_due_work(current_workplace())
    assert main_of(admin, program) == before
    rounds.close(opened)
    assert main_of(admin, program) != before  # a control: a release is no secret any more


def test_a_program_that_is_too_small_says_so(admin: FlaskClient) -> None:
    answer = admin.get(f"/programs/{add_program()}/forecast")
    assert answer.status_code == 200
    assert "<table" not in answer.text and "at least 5 are needed" in answer.text


def test_it_is_where_a_round_is_launched(app: Flask, admin: FlaskClient, tmp_path: Path) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 7}))
    program = program_id()
    page = admin.get(f"/programs/{program}").text
    assert f'<a href="/programs/{program}/forecast">What would be shown?</a>' in page
