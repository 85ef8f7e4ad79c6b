"""The database as an import compares with it: one read, names in clear only in memory."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.orm import Session

from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.suppressed_address import SuppressedAddress
from app.people.import_plan import Stored, StoredMembership, StoredPerson
from app.people.personal import open_name
from app.people.roster import Roster
from crypto import envelope

# Each in an order of its own, so that two readings of the same database are equal.
_QUERIES: MappingProxyType[str, Select[Any]] = MappingProxyType(
    {
        "programs": select(Program.id, Program.name, Program.time_zone).order_by(Program.id),
        "groups": select(Group.id, Group.program_id, Group.name).order_by(Group.id),
        "people": select(
            Person.id,
            Person.address_lookup,
            Person.name,
            Person.time_zone,
            Person.language,
            Person.state,
        ).order_by(Person.id),
        "memberships": select(
            Membership.id,
            Membership.person_id,
            Membership.program_id,
            Membership.group_id,
            Membership.role,
        ).order_by(Membership.id),
        "forgotten": select(SuppressedAddress.address_lookup).order_by(
            SuppressedAddress.address_lookup
        ),
        "begun": select(Round.program_id)
        .where(Round.state != "due")
        .distinct()
        .order_by(Round.program_id),
    }
)


@dataclass(frozen=True)
class StoredRows:
    """All rows that an import depends on, as they lie there: names are still encrypted.

    :ivar begun: the programs that have had a round.
    """

    programs: Sequence[Row[Any]]
    groups: Sequence[Row[Any]]
    people: Sequence[Row[Any]]
    memberships: Sequence[Row[Any]]
    forgotten: Sequence[Row[Any]]
    begun: Sequence[Row[Any]]


def read_rows(database: Connection | Session) -> StoredRows:
    """Return what is stored; this is quick, as nothing is decrypted.

    :param database: one that sees a single state of it all, if the rows are to be opened.
    """
    return StoredRows(**{name: database.execute(query).all() for name, query in _QUERIES.items()})


def rows_mark(rows: StoredRows) -> bytes:
    """Return what tells these rows from any others (SHA-256)."""
    digest = hashlib.sha256()
    for name in _QUERIES:
        digest.update(name.encode())
        for row in getattr(rows, name):
            digest.update(repr(tuple(row)).encode())
    return digest.digest()


def open_rows(rows: StoredRows, roster_key: envelope.DataKey, roster: Roster) -> Stored:
    """Return what the rows say, with the addresses of those whom `roster` names."""
    addresses = {
        value: person.address
        for person in roster.people
        for value in envelope.lookups(roster_key, person.address)
    }
    programs = {row.id: row.name for row in rows.programs}
    groups = {row.id: row.name for row in rows.groups}
    return Stored(
        programs={row.name: row.time_zone for row in rows.programs},
        groups=frozenset((programs[row.program_id], row.name) for row in rows.groups),
        people=tuple(
            StoredPerson(
                id=row.id,
                address=addresses.get(row.address_lookup),
                name=open_name(roster_key, row.id, row.name),
                time_zone=row.time_zone,
                language=row.language,
                active=row.state == "active",
            )
            for row in rows.people
        ),
        memberships=tuple(
            StoredMembership(
                id=row.id,
                person_id=row.person_id,
                program=programs[row.program_id],
                group=row.group_id and groups[row.group_id],
                role=row.role,
            )
            for row in rows.memberships
        ),
        forgotten=frozenset(
            addresses[row.address_lookup]
            for row in rows.forgotten
            if row.address_lookup in addresses
        ),
    )
