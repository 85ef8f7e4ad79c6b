"""What an import would do, as lines to read on a terminal."""

from app.people.import_plan import ImportPlan
from app.people.roster import Roster

_SHOWN_FAULTS = 50
_SHOWN_NAMES = 10


def preview_lines(roster: Roster, plan: ImportPlan) -> list[str]:
    """Return the preview of an import: counts, names of what is new, notes about the file."""
    added, removed = len(plan.places_added), len(plan.memberships_removed)
    lines = [
        f"Read as {roster.encoding}.",
        *roster.notes,
        f"People: {len(plan.added):,} added, {len(plan.changed):,} changed"
        f" (of these {len(plan.returning):,} returning), {plan.unchanged:,} unchanged,"
        f" {len(plan.leaving):,} leaving.",
        f"Memberships: {added:,} added, {removed:,} removed.",
    ]
    if plan.left_out:
        lines.append(_left_out(plan.left_out))
    if plan.groups_without_mentor:
        lines.append(f"So no mentor is left for: {_listed(list(plan.groups_without_mentor))}.")
    if plan.too_many_leave:
        lines.append(
            f"More than half of the {plan.active_before:,} active people would leave: this needs"
            " --allow-leavers."
        )
    if plan.programs:
        programs = [f"{name} ({zone})" for name, zone in plan.programs]
        lines.append(f"New programs: {_listed(programs)}.")
    if plan.groups:
        lines.append(f"New groups: {_listed([name for _, name in plan.groups])}.")
    if not roster.has_places:
        lines.append("The file has no column for the program: memberships stay as they are.")
    return lines


def fault_lines(roster: Roster) -> list[str]:
    """Return what was read, then a line for each fault, the first fifty of them."""
    faults = roster.faults
    lines = [
        f"Read as {roster.encoding}: {len(roster.people):,} people without fault,"
        f" {len(faults):,} fault{'s' if len(faults) > 1 else ''}.",
        *roster.notes,
    ]
    for fault in faults[:_SHOWN_FAULTS]:
        place = "" if fault.line is None else f"Line {fault.line}: "
        lines.append(place + fault.sentence)
    if len(faults) > _SHOWN_FAULTS:
        lines.append(f"... and {len(faults) - _SHOWN_FAULTS:,} more.")
    return lines


def _left_out(people: int) -> str:
    if people == 1:
        return "1 person in the file asked to be forgotten and is left out."
    return f"{people:,} people in the file asked to be forgotten and are left out."


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more:,} more" if more > 0 else "")
