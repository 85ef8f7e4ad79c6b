"""The database as an import compares with it: one read, names in clear only in memory."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.suppressed_address import SuppressedAddress
from app.people.import_plan import Stored, StoredMembership, StoredPerson
from app.people.personal import open_name
from app.people.roster import Roster
from crypto import envelope


def read_stored(session: Session, roster_key: envelope.DataKey, roster: Roster) -> Stored:
    """Return what is stored, with the addresses of those whom `roster` names."""
    addresses = {
        envelope.lookup(roster_key, person.address): person.address for person in roster.people
    }
    columns = (
        Person.id,
        Person.address_lookup,
        Person.name,
        Person.time_zone,
        Person.language,
        Person.state,
    )
    people = tuple(
        StoredPerson(
            id=row.id,
            address=addresses.get(row.address_lookup),
            name=open_name(roster_key, row.id, row.name),
            time_zone=row.time_zone,
            language=row.language,
            active=row.state == "active",
        )
        # In an order of its own, so that two readings of the same database are equal.
        for row in session.execute(select(*columns).order_by(Person.id))
    )
    groups = select(Program.name, Group.name).join(Program, Program.id == Group.program_id)
    return Stored(
        programs=dict(session.execute(select(Program.name, Program.time_zone)).all()),
        groups=frozenset(map(tuple, session.execute(groups))),
        people=people,
        memberships=_memberships(session),
        forgotten=frozenset(
            addresses[lookup]
            for lookup in session.scalars(select(SuppressedAddress.address_lookup))
            if lookup in addresses
        ),
    )


def _memberships(session: Session) -> tuple[StoredMembership, ...]:
    query = (
        select(
            Membership.id,
            Membership.person_id,
            Program.name.label("program"),
            Group.name.label("group"),
            Membership.role,
        )
        .join(Program, Program.id == Membership.program_id)
        .outerjoin(Group, Group.id == Membership.group_id)
        .order_by(Membership.id)
    )
    return tuple(StoredMembership(**row) for row in session.execute(query).mappings())
