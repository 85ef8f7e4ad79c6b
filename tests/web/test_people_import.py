"""A roster file in, people and places out: all of it or nothing, and the same again is nothing."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from app.extensions import identity
from app.models.identity.base import Identity
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.people.personal import open_address, open_name
from app.vault import current_vault

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

    def import_file(content: str | bytes, *options: str) -> Result:
        file = tmp_path / "roster.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return app.test_cli_runner().invoke(
            args=["chorus", "people", "import", str(file), *options]
        )

    return import_file


def dumped() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the identity database, by table."""
    with identity.begin() as session:
        return {
            name: sorted(map(tuple, session.execute(text(f'select * from "{name}"'))), key=repr)
            for name in Identity.metadata.tables
        }


def test_a_roster_file_becomes_people_programs_groups_and_memberships(run):
    result = run(ROSTER)
    assert result.exit_code == 0, result.output
    assert "People: 4 added, 0 changed (of these 0 returning), 0 unchanged" in result.output
    roster_key = current_vault().roster_key()
    with identity.begin() as session:
        people = {open_address(roster_key, one): one for one in session.scalars(select(Person))}
        names = {open_name(roster_key, one.id, one.name) for one in people.values()}
        places = set(
            session.execute(
                select(Membership.person_id, Program.name, Group.name, Membership.role)
                .join(Program, Program.id == Membership.program_id)
                .outerjoin(Group, Group.id == Membership.group_id)
            )
        )
    ids = {address.partition("@")[0]: one.id for address, one in people.items()}
    assert names == {"Mina Roth", "Ada Lind", "Ben Ito", "Cleo Diaz"}
    assert places == {
        (ids["mina"], "Onboarding", "Blue", "mentor"),
        (ids["ada"], "Onboarding", "Blue", "member"),
        (ids["ben"], "Onboarding", "Blue", "member"),
        (ids["cleo"], "Onboarding", "Green", "member"),
        (ids["cleo"], "Leadership", None, "member"),
    }
    zones = {address.partition("@")[0]: one.time_zone for address, one in people.items()}
    assert zones == {"mina": "Europe/Berlin", "ada": "UTC", "ben": "Asia/Tokyo", "cleo": "UTC"}
    assert people["mina@chorus.example"].language == "de"


def test_importing_the_same_file_twice_changes_nothing_at_all(run):
    run(ROSTER)
    before = dumped()
    result = run(ROSTER)
    assert result.exit_code == 0
    assert "The roster already says this." in result.output
    assert dumped() == before
