"""A roster file in, people and places out: all of it or nothing, and the same again is nothing."""

from datetime import date, timedelta
from pathlib import Path
from secrets import token_bytes
from types import SimpleNamespace

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.extensions import identity
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.base import Identity
from app.models.identity.form import Form
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.import_plan import plan_mark
from app.people.importing import (
    FaultyRosterError,
    RosterMovedError,
    import_roster,
    preview_import,
)
from app.people.personal import open_address, open_name
from app.people.roster import Roster
from app.people.roster_file import read_roster
from app.vault import current_vault
from tests.applications import A_MONDAY, FixedClock

ROSTER = """Email,Name,Program,Group,Role,Time zone,Language
mina@chorus.example,Mina Roth,Onboarding,Blue,mentor,Europe/Berlin,de
ada@chorus.example,Ada Lind,Onboarding,Blue,member,,
ben@chorus.example,Ben Ito,Onboarding,Blue,member,Asia/Tokyo,en
cleo@chorus.example,Cleo Diaz,Onboarding,Green,member,,
cleo@chorus.example,Cleo Diaz,Leadership,,,,
"""


@pytest.fixture
def run(app: Flask, tmp_path: Path):
    """Import a file of this content, with these options; gives click's result."""

    def import_file(content: str, *options: str, answer: str | None = None) -> Result:
        file = tmp_path / "roster.csv"
        file.write_text(content, encoding="utf-8")
        return app.test_cli_runner().invoke(
            args=["chorus", "people", "import", str(file), *options], input=answer
        )

    return import_file


def dumped() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the identity database, by table."""
    with identity.begin() as session:
        return {
            name: sorted(map(tuple, session.execute(text(f'select * from "{name}"'))), key=repr)
            for name in Identity.metadata.tables
        }


class Terminal:
    """A standard input with a person in front of it."""

    def isatty(self) -> bool:
        return True


def people() -> dict[str, Person]:
    """Return everybody stored, by what stands before the @."""
    roster_key = current_vault().roster_key()
    with identity.begin() as session:
        rows = session.scalars(select(Person)).all()
    return {open_address(roster_key, one).partition("@")[0]: one for one in rows}


def places(name: str) -> set[tuple[str, str | None, str]]:
    """Return where someone belongs: program, group, role."""
    person_id = people()[name].id
    with identity.begin() as session:
        rows = session.execute(
            select(Program.name, Group.name, Membership.role)
            .select_from(Membership)
            .join(Program, Program.id == Membership.program_id)
            .outerjoin(Group, Group.id == Membership.group_id)
            .where(Membership.person_id == person_id)
        )
        return set(map(tuple, rows))


def add_pool(session: Session, program_id: str, number: int, state: str, pool_id: bytes) -> None:
    """Add a round of the form "f" with one pool."""
    session.add(
        Round(
            id=f"round {number}",
            program_id=program_id,
            form_id="f",
            number=number,
            state="open" if state == "open" else "closed",
            k=5,
            opens_at=A_MONDAY,
            closes_at=A_MONDAY + timedelta(days=4),
        )
    )
    session.flush()
    closes_at = A_MONDAY + timedelta(days=4)
    session.add(Pool(pool_id=pool_id, round_id=f"round {number}", state=state, closes_at=closes_at))
    session.flush()


def add_invitation(session: Session, pool_id: bytes, person_id: str, state: str) -> None:
    """Add an invitation in this state."""
    session.add(
        Invitation(
            token_hash=token_bytes(32),
            pool_id=pool_id,
            person_id=person_id,
            address=b"sealed",
            cell=0,
            share_commit=token_bytes(32),
            state=state,
            blinded_hash=token_bytes(32) if state == "taken" else None,
        )
    )


def test_a_roster_file_becomes_people_programs_groups_and_memberships(run):
    result = run(ROSTER)
    assert result.exit_code == 0, result.output
    assert "People: 4 added, 0 changed (of these 0 returning), 0 unchanged" in result.output
    found, roster_key = people(), current_vault().roster_key()
    names = {open_name(roster_key, one.id, one.name) for one in found.values()}
    assert names == {"Mina Roth", "Ada Lind", "Ben Ito", "Cleo Diaz"}
    assert places("mina") == {("Onboarding", "Blue", "mentor")}
    assert places("ada") == places("ben") == {("Onboarding", "Blue", "member")}
    assert places("cleo") == {("Onboarding", "Green", "member"), ("Leadership", None, "member")}
    zones = {name: one.time_zone for name, one in found.items()}
    assert zones == {
        "mina": "Europe/Berlin",
        "ada": "Europe/Berlin",
        "ben": "Asia/Tokyo",
        "cleo": "Europe/Berlin",
    }
    assert found["mina"].language == "de"


def test_importing_the_same_file_twice_changes_nothing_at_all(run):
    run(ROSTER)
    before = dumped()
    result = run(ROSTER)
    assert result.exit_code == 0
    assert "The roster already says this." in result.output
    assert dumped() == before
    assert run(ROSTER.replace("ada@", "ADA@").replace(",Blue,", ", BLUE ,")).exit_code == 0
    assert dumped() == before


def test_what_changed_in_the_file_changes_in_the_database_and_nothing_else(run):
    run(ROSTER)
    before = people()
    changed = (
        ROSTER.replace("Ada Lind,Onboarding,Blue,member,,", "Ada Berg,Onboarding,Green,member,,")
        .replace("Cleo Diaz,Leadership,,,,\n", "Cleo Diaz,Leadership,Red,,,\n")
        .replace("Asia/Tokyo", "")
    )
    result = run(changed + "eve@chorus.example,,,,,,\n")
    assert "People: 1 added, 1 changed (of these 0 returning), 3 unchanged, 0 leaving." in (
        result.output
    )
    assert "Memberships: 2 added, 2 removed." in result.output
    after = people()
    assert {name: one.id for name, one in after.items() if name != "eve"} == {
        name: one.id for name, one in before.items()
    }
    assert after["ben"].time_zone == "Asia/Tokyo"
    roster_key = current_vault().roster_key()
    assert open_name(roster_key, after["ada"].id, after["ada"].name) == "Ada Berg"
    assert open_name(roster_key, after["eve"].id, after["eve"].name) == "eve"
    assert places("ada") == {("Onboarding", "Green", "member")}
    assert places("cleo") == {("Onboarding", "Green", "member"), ("Leadership", "Red", "member")}


def test_who_is_not_in_the_file_leaves_and_may_come_back(run, clock):
    run(ROSTER)
    before = people()
    without_ada = "".join(line for line in ROSTER.splitlines(True) if "ada@" not in line)
    clock.advance(days=3)
    assert run(without_ada).exit_code == 0
    left = people()["ada"]
    assert (left.state, left.left_on) == ("left", date(2026, 5, 7))
    assert left.id == before["ada"].id
    assert places("ada") == set()
    unchanged = dumped()
    run(without_ada)
    assert dumped() == unchanged
    result = run(ROSTER)
    assert "1 changed (of these 1 returning)" in result.output
    returned = people()["ada"]
    assert (returned.id, returned.state, returned.left_on) == (left.id, "active", None)
    assert places("ada") == {("Onboarding", "Blue", "member")}


def test_a_leavers_unused_links_are_revoked_and_used_ones_stay(run):
    run(ROSTER)
    ids = {name: one.id for name, one in people().items()}
    with identity.begin() as session:
        program_id = session.scalars(select(Program.id).where(Program.name == "Onboarding")).one()
        pools = {"open": b"o" * 16, "ended": b"e" * 16}
        session.add(Form(id="f", instrument="who5", version=1, kind="check-in", body={}))
        session.flush()
        for number, (state, pool_id) in enumerate(pools.items(), start=1):
            add_pool(session, program_id, number, state, pool_id)
        for pool_id, name, state in (
            (pools["open"], "ada", "open"),
            (pools["open"], "ben", "taken"),
            (pools["open"], "cleo", "open"),
            (pools["ended"], "ada", "ended"),
            (pools["ended"], "ben", "open"),
        ):
            add_invitation(session, pool_id, ids[name], state)
    stay = ("Email", "mina@", "cleo@")
    run("".join(line for line in ROSTER.splitlines(True) if line.startswith(stay)))
    with identity.begin() as session:
        states = {
            (row.pool_id, row.person_id): row.state for row in session.scalars(select(Invitation))
        }
    assert states == {
        (pools["open"], ids["ada"]): "revoked",
        (pools["open"], ids["ben"]): "taken",
        (pools["open"], ids["cleo"]): "open",
        (pools["ended"], ids["ada"]): "ended",
        (pools["ended"], ids["ben"]): "open",
    }


def test_a_file_that_would_make_most_people_leave_is_refused_unless_it_is_meant(run):
    many = "Email\n" + "".join(f"p{number}@chorus.example\n" for number in range(9))
    few = "Email\n" + "".join(f"p{number}@chorus.example\n" for number in range(4))
    run(many)
    before = dumped()
    result = run(few)
    assert result.exit_code == 1
    assert "5 of 9 people would leave" in result.output
    assert dumped() == before
    assert run(few, "--allow-leavers").exit_code == 0
    assert sorted(one.state for one in people().values()) == ["active"] * 4 + ["left"] * 5
    assert run("Email\np0@chorus.example\n").exit_code == 0


def test_faults_stop_the_import_before_anything_is_changed(run):
    run(ROSTER)
    before = dumped()
    result = run(ROSTER + "eve@chorus.example,Eve,,,,Berlin,\nno address,,,,,,\n")
    assert result.exit_code == 1
    assert "Line 7: There is no such time zone. Did you mean Europe/Berlin?" in result.output
    assert "Line 8: This is no mail address" in result.output
    assert dumped() == before


def test_only_the_first_faults_are_printed(run):
    result = run("Email\n" + "no address\n" * 60)
    assert result.output.count("This is no mail address") == 50
    assert "... and 10 more." in result.output


def test_a_preview_changes_nothing(run):
    result = run(ROSTER, "--preview")
    assert result.exit_code == 0
    assert "New programs: Onboarding (Europe/Berlin), Leadership (UTC)." in result.output
    assert "New groups: Blue, Green." in result.output
    assert people() == {}


def test_on_a_terminal_the_import_asks_first(run, monkeypatch):
    monkeypatch.setattr("app.people.commands.sys", SimpleNamespace(stdin=Terminal()))
    assert run(ROSTER, answer="n\n").exit_code == 1
    assert people() == {}
    assert run(ROSTER, answer="y\n").exit_code == 0
    assert len(people()) == 4
    assert run("Email\neve@chorus.example\n", "--yes", "--allow-leavers").exit_code == 0


def test_a_file_without_programs_leaves_memberships_alone(run):
    run(ROSTER)
    before = places("cleo")
    result = run("Email,Language\n" + "".join(f"{n}@chorus.example,de\n" for n in people()))
    assert "memberships stay as they are" in result.output
    assert {one.language for one in people().values()} == {"de"}
    assert places("cleo") == before


def test_the_time_zone_option_holds_where_neither_file_nor_program_names_one(run):
    with identity.begin() as session:
        session.add(Program(name="Onboarding", time_zone="Asia/Seoul"))
    result = run(ROSTER + "eve@chorus.example,,,,,,\n", "--time-zone", "europe/paris")
    assert "New programs: Leadership (Europe/Paris)." in result.output
    zones = {name: one.time_zone for name, one in people().items()}
    assert zones == {
        "mina": "Europe/Berlin",
        "ada": "Asia/Seoul",
        "ben": "Asia/Tokyo",
        "cleo": "Asia/Seoul",
        "eve": "Europe/Paris",
    }
    refused = run(ROSTER, "--time-zone", "Pariss")
    assert refused.exit_code == 2
    assert "Did you mean Europe/Paris?" in refused.output


def test_names_and_addresses_stand_nowhere_in_clear(run, settings):
    run(ROSTER)
    everything = repr(dumped())
    assert not any(word in everything for word in ("Lind", "ada@", "chorus.example"))


def test_an_import_stands_in_the_audit_log_with_counts_alone(run, clock):
    run(ROSTER)
    with identity.begin() as session:
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.actor, entry.act, entry.at) == ("operator", "imported a roster", clock.now())
    assert entry.subject == "people: 4 added, 0 changed, 0 left; new mentors: 1"


def test_a_plan_that_no_longer_holds_is_not_applied(app, clock):
    roster, other = read_roster(ROSTER.encode()), read_roster(b"Email\nada@chorus.example\n")
    agreed, meanwhile = mark_of(roster), mark_of(other)
    apply(other, meanwhile, clock)
    before = dumped()
    with pytest.raises(RosterMovedError):
        apply(roster, agreed, clock)
    assert dumped() == before


def test_a_roster_with_faults_is_never_applied(app, clock):
    roster = read_roster(b"Email\nada@chorus.example\nno address\n")
    mark = mark_of(roster)
    with pytest.raises(FaultyRosterError):
        apply(roster, mark, clock)
    assert people() == {}


def mark_of(roster: Roster) -> str:
    """Return the mark of what importing a roster would do."""
    with identity.snapshot() as database:
        return plan_mark(preview_import(database, current_vault().roster_key(), roster))


def apply(roster: Roster, mark: str, clock: FixedClock) -> None:
    """Import a roster, if the mark stands for that."""
    key = current_vault().roster_key()
    import_roster(identity, key, roster, mark, now=clock.now(), actor="operator")
