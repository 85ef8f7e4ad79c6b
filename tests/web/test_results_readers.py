"""Whoever may see a cell is not in it: not a mentor, not an admin, and not a mentor of later."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.accounts.directory import find_account
from app.clock import current_clock
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.people.personal import open_address
from app.results.words import WITHHELD_SENTENCE, WITHHELD_WORD
from app.vault import current_vault
from tests import rounds
from tests.accounts import sign_in_admin, sign_in_mentor
from tests.applications import FixedClock


def make_admin(address: str, active: bool = True) -> None:
    """Make an admin of this address."""
    key = current_vault().roster_key()
    with identity.begin() as session:
        add_admin(session, key, current_clock().now(), OPERATOR, address)
        account = find_account(session, key, address)
        assert account is not None
        account.active = active


def cells(opened: rounds.OpenRound) -> dict[str, int]:
    """Return the cell of everybody who is asked, by address."""
    key = current_vault().roster_key()
    query = (
        select(Person, Invitation.cell)
        .join(Invitation, Invitation.person_id == Person.id)
        .where(Invitation.pool_id == opened.pool_id)
    )
    with identity.begin() as session:
        return {open_address(key, person): cell for person, cell in session.execute(query)}


@pytest.mark.parametrize(("active", "cell"), [(True, 0), (False, 1)])
def test_a_member_who_is_an_admin_answers_in_no_circles_cell(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, active: bool, cell: int
) -> None:
    make_admin("North.1@Example.org", active)
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    asked = cells(rounds.launch(app, mailer))
    assert asked.pop("mentor.north@example.org") == 0
    assert asked.pop("north.1@example.org") == cell
    assert set(asked.values()) == {1}


def test_a_circle_of_k_of_whom_one_is_an_admin_has_no_cell(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    make_admin("north.1@example.org")
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 5}))
    assert set(cells(rounds.launch(app, mailer)).values()) == {0}


ROSTER = rounds.roster_csv({"North": 10, "South": 10})
PROMOTED = ROSTER.replace("Person 1 North,Onboarding,North,member", "Now,Onboarding,North,mentor")
COMMENT = "The coffee machine hums"


def members_of(opened: rounds.OpenRound) -> set[str]:
    """Return the addresses of those who are asked and were no mentors from the beginning."""
    return {address for address in opened.links if not address.startswith("mentor")}


def hold_round(app: Flask, mailer: MemoryMailer, *silent: str) -> None:
    """Launch a round in which every member but the silent ones answers, and close it."""
    opened = rounds.launch(app, mailer)
    rounds.answer(
        opened, members_of(opened) - set(silent), {**rounds.GOOD, "pulse_comment": COMMENT}
    )
    rounds.close(opened)


def page_of(app: Flask, address: str, number: int) -> str:
    """Return the page of North that the mentor of this address gets for a round."""
    client = app.test_client()
    sign_in_mentor(client, address)
    with identity.begin() as session:
        north = session.scalars(select(Group.id).where(Group.name == "North")).one()
    answer = client.get(f"/circles/{north}?round={number}")
    assert answer.status_code == 200
    return answer.text


def test_a_member_made_mentor_does_not_see_the_circle_in_which_she_answered(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    hold_round(app, mailer)
    rounds.import_people(app, tmp_path, PROMOTED)
    known = page_of(app, "mentor.north@example.org", 1)
    assert WITHHELD_SENTENCE not in known and known.count(COMMENT) == 10
    promoted = page_of(app, "north.1@example.org", 1)
    assert WITHHELD_SENTENCE in promoted and promoted.count(WITHHELD_WORD) > 2
    assert COMMENT not in promoted and "wellbeing score is" in promoted

    clock.advance(days=7)
    hold_round(app, mailer, "north.1@example.org")
    assert "Your circle&#39;s wellbeing score is" in page_of(app, "north.1@example.org", 2)
    older = page_of(app, "north.1@example.org", 1)
    assert "Your circle&#39;s wellbeing score is" not in older and COMMENT not in older


def test_a_round_that_was_open_when_she_became_a_mentor_stays_withheld_to_her(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, members_of(opened))
    clock.advance(days=1)
    rounds.import_people(app, tmp_path, PROMOTED)
    rounds.close(opened)
    assert WITHHELD_SENTENCE in page_of(app, "north.1@example.org", 1)
    assert WITHHELD_SENTENCE not in page_of(app, "mentor.north@example.org", 1)


def test_a_new_mentor_sees_the_circle_from_her_own_first_round_on(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    hold_round(app, mailer)
    new = "new@example.org,A New Mentor,Onboarding,North,mentor,Europe/Berlin\n"
    rounds.import_people(app, tmp_path, ROSTER + new)
    assert WITHHELD_SENTENCE in page_of(app, "new@example.org", 1)
    assert WITHHELD_SENTENCE not in page_of(app, "mentor.north@example.org", 1)
    clock.advance(days=7)
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, members_of(opened) - {"new@example.org"})
    rounds.close(opened)
    assert WITHHELD_SENTENCE not in page_of(app, "new@example.org", 2)


def test_who_was_forgotten_and_comes_back_as_mentor_does_not_see_the_circle_she_answered_in(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    hold_round(app, mailer)
    rounds.run(app, "people", "forget", "north.1@example.org", "--yes")
    rounds.run(app, "people", "readmit", "north.1@example.org")
    rounds.import_people(app, tmp_path, PROMOTED)
    assert WITHHELD_SENTENCE in page_of(app, "north.1@example.org", 1)
    assert WITHHELD_SENTENCE not in page_of(app, "mentor.north@example.org", 1)


def test_a_member_made_admin_sees_no_circle_of_the_rounds_before(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    hold_round(app, mailer)
    mine, outsider = app.test_client(), app.test_client()
    sign_in_admin(mine, "north.1@example.org")
    sign_in_admin(outsider, "admin@corp.example")
    with identity.begin() as session:
        north = session.scalars(select(Group).where(Group.name == "North")).one()
    page = f"/programs/{north.program_id}/results"
    assert WITHHELD_SENTENCE not in outsider.get(f"{page}?group={north.id}").text
    assert WITHHELD_SENTENCE in mine.get(f"{page}?group={north.id}").text
    assert "wellbeing score is" in mine.get(page).text
    clock.advance(days=7)
    hold_round(app, mailer, "north.1@example.org")
    sign_in_admin(mine, "north.1@example.org")  # the first session has ended meanwhile
    assert WITHHELD_SENTENCE not in mine.get(f"{page}?group={north.id}&round=2").text
    assert WITHHELD_SENTENCE in mine.get(f"{page}?group={north.id}&round=1").text


def test_only_a_mentor_can_have_become_one(app: Flask, tmp_path: Path) -> None:
    rounds.import_people(app, tmp_path, ROSTER)
    with pytest.raises(IntegrityError), identity.begin() as session:
        member = session.scalars(select(Membership).where(Membership.role == "member")).first()
        assert member is not None
        member.since = current_clock().now().date()
