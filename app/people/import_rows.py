"""The rows of an import, made before anything is written: a plan -> what each table is told.

Identifiers are drawn and names encrypted here, so that the transaction only has to write.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.models.columns import random_id
from app.people.import_plan import ImportPlan, PersonEntry, StoredPerson
from app.people.personal import sealed_columns, sealed_name
from app.people.roster import RosterPlace
from app.people.stored import StoredRows
from crypto import envelope

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ImportRows:
    """New rows as columns by name; `changed` people have the id in `person_id`."""

    programs: Rows
    groups: Rows
    added: Rows
    changed: Rows
    places: Rows
    leaving: Sequence[str]
    memberships_removed: Sequence[str]


def make_rows(
    plan: ImportPlan,
    stored: StoredRows,
    known: Sequence[StoredPerson],
    roster_key: envelope.DataKey,
    today: date,
) -> ImportRows:
    """Return the rows that make the database say what the plan announced.

    :param stored: what the plan was made from.
    :param known: the people of it, with the addresses that stand in the file.
    """
    people = {one.address: one.id for one in known if one.address is not None}
    people |= {entry.address: random_id() for entry in plan.added}
    programs = [
        {"id": random_id(), "name": name, "time_zone": zone} for name, zone in plan.programs
    ]
    program_ids = {row.name: row.id for row in stored.programs}
    program_ids |= {row["name"]: row["id"] for row in programs}
    groups = [
        {"id": random_id(), "program_id": program_ids[program], "name": name}
        for program, name in plan.groups
    ]
    group_ids = {(row.program_id, row.name): row.id for row in stored.groups}
    group_ids |= {(row["program_id"], row["name"]): row["id"] for row in groups}
    begun = {row.program_id for row in stored.begun}
    return ImportRows(
        programs=programs,
        groups=groups,
        added=[_new_person(roster_key, people[entry.address], entry) for entry in plan.added],
        changed=[_changed_person(roster_key, id_, entry) for id_, entry in plan.changed.items()],
        places=[
            _new_place(place, people[place.address], program_ids, group_ids, begun, today)
            for place in plan.places_added
        ],
        leaving=plan.leaving,
        memberships_removed=plan.memberships_removed,
    )


def _new_person(
    roster_key: envelope.DataKey, person_id: str, entry: PersonEntry
) -> dict[str, bytes | str]:
    return {
        "id": person_id,
        **sealed_columns(roster_key, person_id, entry.name, entry.address),
        "time_zone": entry.time_zone,
        "language": entry.language,
    }


def _changed_person(
    roster_key: envelope.DataKey, person_id: str, entry: PersonEntry
) -> dict[str, bytes | str]:
    """Return what is written anew; the address is what a file knows people by, so it stays."""
    return {
        "person_id": person_id,
        "name": sealed_name(roster_key, person_id, entry.name),
        "time_zone": entry.time_zone,
        "language": entry.language,
    }


def _new_place(
    place: RosterPlace,
    person_id: str,
    program_ids: Mapping[str, str],
    group_ids: Mapping[tuple[str, str], str],
    begun: Collection[str],
    today: date,
) -> dict[str, str | date | None]:
    """Return the membership.

    A new mentor may have answered in the group, under this address or another, and what its
    members answered was for the mentor of then. So the day is kept wherever a round has begun.
    """
    program_id = program_ids[place.program]
    return {
        "id": random_id(),
        "program_id": program_id,
        "group_id": place.group and group_ids[program_id, place.group],
        "person_id": person_id,
        "role": place.role,
        "since": today if place.role == "mentor" and program_id in begun else None,
    }
