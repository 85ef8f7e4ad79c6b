"""Whoever may see a cell is not in it: not a mentor, not an admin, and not a mentor of later."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.accounts.directory import find_account
from app.clock import current_clock
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.people.personal import open_address
from app.vault import current_vault
from tests import rounds


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
