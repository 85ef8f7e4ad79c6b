"""Databases of the first version keep what is in them when they are brought up to date."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_migrate import check, upgrade
from sqlalchemy import MetaData, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.accounts.audit import OPERATOR, record
from app.accounts.audit_chain import check_chain, entries
from app.databases import MIGRATIONS, prepare_databases
from app.extensions import identity
from app.models.identity.alert_event import AlertEvent
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.round import Round
from config import Settings
from tests import databases
from tests.applications import A_MONDAY

ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
HELD_SECONDS = 2.5
# Half a second behind the upgrade; the rest is that two cores do much else.
LONGEST_SECONDS = 1.25
POOL, OTHER_POOL = b"p" * 16, b"o" * 16
ACTS = (
    (datetime(2026, 5, 4, 9, 0, 0, 123456, tzinfo=UTC), "operator", "added an admin", "account x"),
    (datetime(2026, 5, 4, 9, 0, 1, tzinfo=UTC), "x", "set k from 5 to 6", "program Zoë’s “walk”"),
    (datetime(2026, 6, 30, 23, 59, 59, 999999, tzinfo=UTC), "x", "cancelled a round", "round r2"),
)


@pytest.fixture
def first_version(empty: Settings) -> Iterator[Flask]:
    """The application on databases of the first version, with a past."""
    app = create_app(empty)
    with app.app_context():
        upgrade(directory=str(MIGRATIONS), revision="0001")
        fill()
        yield app
        databases.dispose_engines()


def fill() -> None:
    """Write a past as the first version had it: acts, a closed round, an open one, people."""
    tables = MetaData()
    tables.reflect(identity.engine)
    for name, rows in past().items():
        with identity.connect() as connection:
            connection.execute(insert(tables.tables[name]), rows)


def past() -> dict[str, list[dict[str, Any]]]:
    """Return the rows by table, in an order that foreign keys allow."""
    return {
        "audit_entry": [
            {"number": number, "at": at, "actor": actor, "act": act, "subject": subject}
            for number, (at, actor, act, subject) in enumerate(ACTS, start=1)
        ],
        "program": [{"id": "p", "name": "Onboarding", "time_zone": "UTC", "k": 5, "open_days": 4}],
        "form": [
            {"id": "f", "instrument": "pulse", "version": 1, "kind": "check-in", "body": {"a": 1}}
        ],
        "alert": [
            {
                "id": "a",
                "program_id": "p",
                "signal": "wellbeing",
                "level": "major",
                "state": "recovered",
                "raised_on": A_MONDAY.date(),
                "closed_on": A_MONDAY.date() + timedelta(weeks=4),
                "evidence": {},
            }
        ],
        "person": [person(name) for name in ("ada", "ben", "cleo")],
        "round": [a_round(1, "closed", nudged=True), a_round(2, "open", nudged=False)],
        "pool": [
            {"pool_id": POOL, "round_id": "r1", "state": "ended", "closes_at": A_MONDAY},
            {"pool_id": OTHER_POOL, "round_id": "r2", "state": "open", "closes_at": A_MONDAY},
        ],
        "invitation": [
            invitation(1, POOL, "ada", "ended", nudged=False),
            invitation(2, OTHER_POOL, "ada", "open", nudged=True),
            invitation(3, OTHER_POOL, "ben", "taken", nudged=True),
            invitation(4, OTHER_POOL, "cleo", "open", nudged=False),
        ],
    }


def person(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": name.encode(),
        "address": name.encode(),
        "address_lookup": name.encode().ljust(32),
        "time_zone": "UTC",
        "language": "en",
        "state": "active",
        "left_on": None,
        "unsubscribed": name == "cleo",
    }


def a_round(number: int, state: str, *, nudged: bool) -> dict[str, Any]:
    return {
        "id": f"r{number}",
        "program_id": "p",
        "form_id": "f",
        "number": number,
        "state": state,
        "k": 5,
        "opens_at": A_MONDAY,
        "closes_at": A_MONDAY + timedelta(days=4),
        "invited": 9,
        "replaces_earlier": False,
        "k_reached": False,
        "k_looked_at_on": None,
        "nudged": nudged,
        "lease_until": None,
    }


def invitation(number: int, pool: bytes, who: str, state: str, *, nudged: bool) -> dict[str, Any]:
    return {
        "token_hash": bytes([number]) * 32,
        "pool_id": pool,
        "person_id": who,
        "address": None if state == "ended" else who.encode(),
        "cell": number % 2,
        "share_commit": bytes([number + 100]) * 32,
        "state": state,
        "mailed": True,
        "nudged": nudged,
        "blinded_hash": bytes(32) if state == "taken" else None,
    }


def test_every_row_is_still_there_with_what_it_said(first_version: Flask) -> None:
    prepare_databases()
    with identity.read() as session:
        people = session.scalars(select(Person).order_by(Person.id)).all()
        rounds = session.scalars(select(Round).order_by(Round.number)).all()
        invitations = session.scalars(select(Invitation).order_by(Invitation.token_hash)).all()
        history = session.scalars(select(AlertEvent).order_by(AlertEvent.number)).all()
    assert [(one.alert_id, one.kind, one.day) for one in history] == [
        ("a", "raised", A_MONDAY.date()),
        ("a", "recovered", A_MONDAY.date() + timedelta(weeks=4)),
    ]
    assert [(one.id, one.unsubscribed, one.suspended, one.paused_until) for one in people] == [
        ("ada", False, False, None),
        ("ben", False, False, None),
        ("cleo", True, False, None),
    ]
    assert [(one.id, one.state, one.reminders, one.later_closes) for one in rounds] == [
        ("r1", "closed", 1, []),
        ("r2", "open", 0, []),
    ]
    assert [(one.printed_codes, one.group_id) for one in rounds] == [(0, None)] * 2
    wanted = [row | {"reminders": int(row.pop("nudged"))} for row in past()["invitation"]]
    assert [{name: getattr(row, name) for name in wanted[0]} for row in invitations] == wanted


def test_the_log_of_before_is_a_chain_that_goes_on(first_version: Flask) -> None:
    prepare_databases()
    with identity.begin() as session:
        state = check_chain(session)
        assert (state.count, state.broken_at) == (len(ACTS), None)
        assert tuple((row.at, row.actor, row.act, row.subject) for row in entries(session)) == ACTS
        record(session, A_MONDAY, OPERATOR, "upgraded", "x")
        assert check_chain(session).broken_at is None
        session.execute(text("UPDATE audit_entry SET actor = 'y' WHERE number = 2"))
        session.expire_all()
        assert check_chain(session).broken_at == 2


def test_the_rules_of_the_tables_hold_after_the_upgrade(first_version: Flask) -> None:
    prepare_databases()
    check(directory=str(MIGRATIONS))  # ends the process if a model says something else
    for values in ({"reminders": 3}, {"state": "lost"}, {"pool_id": bytes(16)}):
        with pytest.raises(IntegrityError), identity.begin() as session:
            session.execute(update(Invitation).values(**values))
    with pytest.raises(IntegrityError), identity.begin() as session:
        session.execute(update(Round).values(state="open"))  # two unfinished of one form
    with identity.begin() as session:  # a printed code is nobody's and has no share
        ada = update(Invitation).where(Invitation.person_id == "ada")
        session.execute(ada.values(person_id=None, share_commit=None))


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_invitations_still_lie_by_their_random_key(first_version: Flask) -> None:
    prepare_databases()
    with identity.read() as session:
        made = session.scalar(
            text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'invitation'")
        )
    assert made is not None
    assert made.rstrip().endswith("WITHOUT ROWID")


def test_new_databases_say_nothing_of_how_they_came_to_be(empty: Settings) -> None:
    said: list[str] = []
    with create_app(empty).app_context():
        prepare_databases(said.append)
        databases.dispose_engines()
    assert said == []


@pytest.mark.parametrize("empty", [ON_POSTGRESQL], indirect=True)  # SQLite has no such queue
def test_nobody_waits_long_behind_an_upgrade_that_waits_for_a_table(first_version: Flask) -> None:
    said: list[str] = []

    def upgrading() -> None:
        with first_version.app_context():
            prepare_databases(said.append)

    with ThreadPoolExecutor(1) as threads:
        with identity.read() as holding:  # as a backup holds it
            holding.execute(text("SELECT count(*) FROM invitation"))
            done = threads.submit(upgrading)
            until, longest = time.monotonic() + HELD_SECONDS, 0.0
            while (begun := time.monotonic()) < until:
                with identity.begin() as session:
                    session.execute(text(f"SET LOCAL statement_timeout = '{HELD_SECONDS}s'"))
                    session.execute(text("UPDATE invitation SET cell = cell"))
                longest = max(longest, time.monotonic() - begun)
        done.result()
    print(f"longest wait: {longest:.2f} s")
    assert longest < LONGEST_SECONDS
    assert any("A table is in use; trying again" in line for line in said)
    assert any(line.startswith("identity, 0002: The contract") for line in said)


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)  # PostgreSQL lets no such row in
def test_an_upgrade_that_would_leave_a_row_without_what_it_refers_to_is_undone(
    first_version: Flask,
) -> None:
    with identity.engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("DELETE FROM person WHERE id = 'ben'")
        cursor.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(RuntimeError, match="refers to one that is not there"):
        prepare_databases()
    with identity.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
