"""A long roster is read in an order that is kept, and says what is so while none is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.audit import OPERATOR
from app.clock import current_clock
from app.extensions import identity
from app.jobs.upkeep import keep_roster_in_order
from app.jobs.workplace import current_workplace
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.roster_order import RosterOrder
from app.people import changing, directory
from app.people.directory import ACTIVE, LEFT, people_page
from app.people.ordering import order_of_names
from app.people.personal import sealed_columns
from app.people.schemas import TypedPerson
from app.vault import current_vault
from crypto.envelope import DataKey
from tests import rounds
from tests.applications import FixedClock

PEOPLE = 24  # the mentors of both groups included


@pytest.fixture(autouse=True)
def roster(app: Flask, tmp_path: Path) -> Iterator[None]:
    """A roster that is long by the measure of these tests, its order kept."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 12, "South": 10}))
    short = patch.multiple(directory, _OPENED_AT_ONCE=5, _ASKED_AT_ONCE=7, PAGE_LENGTH=4)
    with short:
        keep_roster_in_order(current_workplace())
        yield


def pages(state: str = ACTIVE, program: str = "") -> list[str]:
    """Return the names of all pages in turn."""
    names, after = [], ""
    with identity.read() as session:
        while True:
            page = people_page(session, current_vault().roster_key(), state, program, after)
            names += [line.name for line in page.lines]
            if page.after is None:
                return names
            after = page.after


def kept() -> RosterOrder | None:
    with identity.read() as session:
        return session.get(RosterOrder, 1)


def add(name: str) -> str:
    typed = TypedPerson(name, f"{name.lower()}@example.org", "UTC", "en")
    with identity.begin() as session:
        return changing.add_person(
            session, current_vault().roster_key(), typed, current_clock().now(), OPERATOR
        )


def test_every_page_follows_the_kept_order_and_opens_only_the_names_it_shows() -> None:
    with patch.object(directory, "_names") as opened:
        names = pages()
        opened.assert_not_called()
    assert len(names) == PEOPLE and names == sorted(names, key=str.casefold)
    with identity.read() as session:
        program = session.scalars(select(Program.id)).one()
    assert pages(program=program) == names
    assert pages(state=LEFT) == []


def test_who_comes_or_is_renamed_stands_in_place_before_the_worker_has_looked() -> None:
    first = add("Aaron")
    assert kept() is None
    assert pages()[0] == "Aaron"
    keep_roster_in_order(current_workplace())
    assert pages()[0] == "Aaron" and len(pages()) == PEOPLE + 1
    typed = TypedPerson("Zacharias", "aaron@example.org", "UTC", "en")
    with identity.begin() as session:
        key, now = current_vault().roster_key(), current_clock().now()
        changing.change_person(session, key, first, typed, now, OPERATOR)
    assert pages()[-1] == "Zacharias"


def test_who_comes_with_a_file_stands_in_place_at_once(app: Flask, tmp_path: Path) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 13, "South": 10}))
    assert kept() is None
    assert len(pages()) == PEOPLE + 1


def test_an_order_of_another_number_of_people_is_not_followed(clock: FixedClock) -> None:
    key = current_vault().roster_key()
    with identity.begin() as session:  # behind the back of whatever forgets the order
        columns = sealed_columns(key, "aaaaaaaaaaaaaaaa", "Aaron", "aaron@example.org")
        session.add(Person(id="aaaaaaaaaaaaaaaa", time_zone="UTC", **columns))
    assert pages()[0] == "Aaron"
    keep_roster_in_order(current_workplace())
    row = kept()
    assert row is not None and row.people == PEOPLE + 1


def test_whoever_comes_while_the_worker_opens_names_is_not_left_out() -> None:
    add("Aaron")

    def late(session: Session, key: DataKey) -> list[str]:
        order = order_of_names(session, key)
        add("Late")
        return order

    with patch("app.jobs.upkeep.order_of_names", late):
        keep_roster_in_order(current_workplace())
    assert kept() is None
    assert "Late" in pages()


def test_it_is_made_anew_each_day_and_not_in_between(clock: FixedClock) -> None:
    before = kept()
    keep_roster_in_order(current_workplace())
    again = kept()
    clock.advance(days=1)
    keep_roster_in_order(current_workplace())
    after = kept()
    assert before is not None and again is not None and after is not None
    assert before.sealed == again.sealed != after.sealed
    assert after.made_on - before.made_on == timedelta(days=1)


def test_the_order_stands_nowhere_in_clear() -> None:
    row = kept()
    assert row is not None
    with identity.read() as session:
        ids = session.scalars(select(Person.id)).all()
        assert session.scalar(select(func.count()).select_from(Person)) == PEOPLE
    assert not [person_id for person_id in ids if person_id.encode() in row.sealed]
