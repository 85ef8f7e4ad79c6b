"""What an import would do, person by person, as an admin's preview shows it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.people.import_plan import ImportPlan, PersonEntry, Stored, StoredPerson

NEW, CHANGED, MOVED, LEAVING = "new", "changed", "moved", "leaving"


@dataclass(frozen=True)
class PlanRow:
    """One person and what happens to them: what ends stands in `before`, what begins in `after`.

    :ivar address: empty where the file doesn't say it.
    """

    name: str
    address: str = field(repr=False)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanView:
    """A plan by kind of change, each kind sorted by name.

    :ivar people: how many people it changes anything about, each counted once.
    :ivar unchanged: how many people of the file it changes nothing about.
    """

    rows: Mapping[str, tuple[PlanRow, ...]]
    people: int
    unchanged: int


def view_plan(plan: ImportPlan, stored: Stored) -> PlanView:
    """Return what a plan does to whom."""
    people = {one.id: one for one in stored.people}
    ending = _ending(plan, stored)
    beginning = _beginning(plan)
    moved = {
        one.id
        for one in stored.people
        if one.address and (one.id in ending or one.address in beginning)
    }
    found: dict[str, Iterable[PlanRow]] = {
        NEW: (
            PlanRow(one.name, one.address, (), tuple(beginning.get(one.address, ())))
            for one in plan.added
        ),
        CHANGED: (
            _changed(people[person_id], entry, returning=person_id in plan.returning)
            for person_id, entry in plan.changed.items()
        ),
        MOVED: (
            PlanRow(
                people[person_id].name,
                people[person_id].address or "",
                tuple(ending.get(person_id, ())),
                tuple(beginning.get(people[person_id].address or "", ())),
            )
            for person_id in moved
        ),
        LEAVING: (
            PlanRow(people[person_id].name, "", tuple(ending.get(person_id, ())))
            for person_id in plan.leaving
        ),
    }
    touched = set(plan.changed) | moved
    return PlanView(
        rows={kind: tuple(sorted(rows, key=_by_name)) for kind, rows in found.items()},
        people=len(plan.added) + len(touched) + len(plan.leaving),
        unchanged=sum(one.address is not None for one in stored.people) - len(touched),
    )


def place_words(program: str, group: str | None, role: str) -> str:
    """Return where somebody belongs: "Onboarding, Blue (mentor)"."""
    if role == "mentor":
        return _("%(program)s, %(group)s (mentor)", program=program, group=group or "")
    if group is None:
        return _("%(program)s, without a group", program=program)
    return f"{program}, {group}"


def _by_name(row: PlanRow) -> tuple[str, str]:
    return row.name.casefold(), row.address


def _ending(plan: ImportPlan, stored: Stored) -> Mapping[str, list[str]]:
    """Return, by person, the places that end."""
    removed = set(plan.memberships_removed)
    places: dict[str, list[str]] = defaultdict(list)
    for one in stored.memberships:
        if one.id in removed:
            places[one.person_id].append(place_words(one.program, one.group, one.role))
    return places


def _beginning(plan: ImportPlan) -> Mapping[str, list[str]]:
    """Return, by address, the places that begin."""
    places: dict[str, list[str]] = defaultdict(list)
    for place in plan.places_added:
        places[place.address].append(place_words(place.program, place.group, place.role))
    return places


def _changed(before: StoredPerson, entry: PersonEntry, *, returning: bool) -> PlanRow:
    """Return what is written anew about a person."""
    was, becomes = [], []
    if returning:
        was.append(_("has left"))
        becomes.append(_("is on the roster again"))
    for old, new in (
        (before.name, entry.name),
        (before.time_zone, entry.time_zone),
        (before.language, entry.language),
    ):
        if old != new:
            was.append(old)
            becomes.append(new)
    return PlanRow(before.name, entry.address, tuple(was), tuple(becomes))
