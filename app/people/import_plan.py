"""A roster beside what is stored -> what would change; pure, so a preview shows exactly that."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from app.people.roster import Roster, RosterPerson, RosterPlace

DEFAULT_TIME_ZONE = "UTC"


@dataclass(frozen=True)
class StoredPerson:
    """Someone in the database; `address` is None when the file doesn't name them."""

    id: str
    address: str | None
    name: str
    time_zone: str
    language: str
    active: bool


@dataclass(frozen=True)
class StoredMembership:
    """A membership in the database, by the names that stand in files."""

    id: str
    person_id: str
    program: str
    group: str | None
    role: str


@dataclass(frozen=True)
class Stored:
    """All that an import compares with: programs by name with their zone, groups, people.

    `forgotten` are the addresses in the file whose people asked to be asked no more.
    """

    programs: Mapping[str, str]
    groups: frozenset[tuple[str, str]]
    people: tuple[StoredPerson, ...]
    memberships: tuple[StoredMembership, ...]
    forgotten: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PersonEntry:
    """A person as they will be stored."""

    address: str
    name: str
    time_zone: str
    language: str


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do. `changed` and `returning` are by the stored person's id.

    `left_out` people of the file asked to be forgotten; `groups_without_mentor` have none but them.
    """

    programs: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    added: tuple[PersonEntry, ...]
    changed: Mapping[str, PersonEntry]
    returning: frozenset[str]
    leaving: tuple[str, ...]
    unchanged: int
    active_before: int
    places_added: tuple[RosterPlace, ...]
    memberships_removed: tuple[str, ...]
    left_out: int = 0
    groups_without_mentor: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Return whether the database already says what the file says."""
        return not (
            self.programs
            or self.groups
            or self.added
            or self.changed
            or self.leaving
            or self.places_added
            or self.memberships_removed
        )

    @property
    def too_many_leave(self) -> bool:
        """Return whether so many would leave that it looks like the wrong file."""
        return len(self.leaving) > 3 and 2 * len(self.leaving) > self.active_before


def plan_mark(plan: ImportPlan) -> str:
    """Return what tells this plan from every other one: what was agreed to is what is done."""
    body = vars(plan) | {"returning": sorted(plan.returning)}
    return hashlib.sha256(json.dumps(body, default=vars, sort_keys=True).encode()).hexdigest()


def plan_import(roster: Roster, stored: Stored, time_zone: str | None = None) -> ImportPlan:
    """Return what would make the database say what the roster says.

    Where the file is silent about someone, what is stored stays; a new person's zone is that of
    their program.

    :param time_zone: of new programs, by default the one that most of their people have; and of
        new people for whom neither names one.
    """
    default = time_zone or DEFAULT_TIME_ZONE
    named, roster = roster, without(roster, stored.forgotten)
    places = _stored_spellings(roster.places, stored)
    common = _common_zones(roster, places)
    programs = {
        program: time_zone or common.get(program, DEFAULT_TIME_ZONE)
        for program in dict.fromkeys(place.program for place in places)
        if program not in stored.programs
    }
    zones = {**stored.programs, **programs}
    own_zone = {place.address: zones[place.program] for place in reversed(places)}
    known = {person.address: person for person in stored.people if person.address is not None}
    added, changed = [], {}
    for person in roster.people:
        before = known.get(person.address)
        if before is None:
            added.append(_new_entry(person, own_zone.get(person.address, default)))
        elif (entry := _merged_entry(person, before)) != _entry(before) or not before.active:
            changed[before.id] = entry
    leaving = tuple(one.id for one in stored.people if one.active and one.address is None)
    places_added, removed = _compare_places(roster, places, stored)
    return ImportPlan(
        programs=tuple(programs.items()),
        groups=tuple(_new_groups(places, stored)),
        added=tuple(added),
        changed=changed,
        returning=frozenset(one.id for one in known.values() if not one.active),
        leaving=leaving,
        unchanged=len(known) - len(changed),
        active_before=sum(one.active for one in stored.people),
        places_added=places_added,
        memberships_removed=removed,
        left_out=len(named.people) - len(roster.people),
        groups_without_mentor=_without_mentor(named, roster),
    )


def without(roster: Roster, addresses: Collection[str]) -> Roster:
    """Return what the roster says of everybody but those at `addresses`."""
    return replace(
        roster,
        people=tuple(one for one in roster.people if one.address not in addresses),
        places=tuple(place for place in roster.places if place.address not in addresses),
    )


def _without_mentor(named: Roster, kept: Roster) -> tuple[str, ...]:
    """Return the groups, as "program, group", that have a mentor in the file only."""
    named_groups, kept_groups = (
        {f"{place.program}, {place.group}" for place in roster.places if place.role == "mentor"}
        for roster in (named, kept)
    )
    return tuple(sorted(named_groups - kept_groups))


def _stored_spellings(places: tuple[RosterPlace, ...], stored: Stored) -> list[RosterPlace]:
    """Return the places with programs and groups spelled as they are stored."""
    programs = {name.casefold(): name for name in stored.programs}
    groups = {(program, name.casefold()): name for program, name in stored.groups}
    spelled = []
    for place in places:
        program = programs.get(place.program.casefold(), place.program)
        group = place.group and groups.get((program, place.group.casefold()), place.group)
        spelled.append(RosterPlace(place.address, program, group, place.role))
    return spelled


def _new_groups(places: list[RosterPlace], stored: Stored) -> dict[tuple[str, str], None]:
    named = {(place.program, place.group): None for place in places if place.group is not None}
    return {group: None for group in named if group not in stored.groups}


def _common_zones(roster: Roster, places: Sequence[RosterPlace]) -> dict[str, str]:
    """Return, by program, the zone that most of its people have in the file."""
    zone_of = {person.address: person.time_zone for person in roster.people}
    counts: dict[str, Counter[str]] = {}
    for program, address in dict.fromkeys((place.program, place.address) for place in places):
        zone = zone_of.get(address)
        if zone:
            counts.setdefault(program, Counter())[zone] += 1
    return {program: zones.most_common(1)[0][0] for program, zones in counts.items()}


def _new_entry(person: RosterPerson, zone: str) -> PersonEntry:
    return PersonEntry(
        address=person.address,
        name=person.name or person.address.partition("@")[0],
        time_zone=person.time_zone or zone,
        language=person.language or "",
    )


def _merged_entry(person: RosterPerson, before: StoredPerson) -> PersonEntry:
    return PersonEntry(
        address=person.address,
        name=person.name or before.name,
        time_zone=person.time_zone or before.time_zone,
        language=person.language or before.language,
    )


def _entry(before: StoredPerson) -> PersonEntry:
    return PersonEntry(before.address or "", before.name, before.time_zone, before.language)


def _compare_places(
    roster: Roster, places: list[RosterPlace], stored: Stored
) -> tuple[tuple[RosterPlace, ...], tuple[str, ...]]:
    """Return the places to add and the ids of memberships to remove."""
    address_of = {person.id: person.address for person in stored.people}
    wanted = set(places)
    present, removed = set(), []
    for membership in stored.memberships:
        address = address_of[membership.person_id]
        place = address and RosterPlace(
            address, membership.program, membership.group, membership.role
        )
        if place in wanted or (address and not roster.has_places):
            present.add(place)
        else:
            removed.append(membership.id)
    return tuple(place for place in places if place not in present), tuple(removed)
