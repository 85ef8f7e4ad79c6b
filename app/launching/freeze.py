"""Freeze the roster of a program into the cells of a pool. Source: PROTOCOL 2, Cell."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from app.people.service import RosterEntry
from app.rounds.errors import TooFewPeopleError

PROGRAM_CELL = 0


@dataclass(frozen=True)
class Invitee:
    """A person as frozen at launch."""

    person_id: str
    address: str = field(repr=False)
    cell: int


@dataclass(frozen=True)
class FrozenRoster:
    """Who is asked, and what each cell stands for: `groups[i]` is the group of cell i + 1."""

    invitees: tuple[Invitee, ...]
    groups: tuple[str, ...]

    def invited_in(self, cell: int) -> int:
        """Return how many are invited in a cell."""
        return sum(invitee.cell == cell for invitee in self.invitees)


def freeze_roster(
    roster: Sequence[RosterEntry], k: int, mail_domains: Collection[str]
) -> FrozenRoster:
    """Return who is asked in which cell.

    A group with at least `k` people has a cell of its own; everyone else is in cell 0, and so is
    every mentor, since whoever may see a cell is not in it.

    :param mail_domains: where mail may go; empty allows every domain.
    :raises TooFewPeopleError: if fewer than `k` can be asked.
    """
    asked = [entry for entry in roster if _may_be_mailed(entry.address, mail_domains)]
    if len(asked) < k:
        raise TooFewPeopleError(len(asked), k)
    members: dict[str, list[RosterEntry]] = defaultdict(list)
    for entry in asked:
        if entry.group_id is not None and not entry.mentor_group_ids:
            members[entry.group_id].append(entry)
    groups = tuple(sorted(group for group, people in members.items() if len(people) >= k))
    cell_of = {
        entry.person_id: number
        for number, group in enumerate(groups, start=1)
        for entry in members[group]
    }
    invitees = tuple(
        Invitee(entry.person_id, entry.address, cell_of.get(entry.person_id, PROGRAM_CELL))
        for entry in asked
    )
    return FrozenRoster(invitees, groups)


def _may_be_mailed(address: str, mail_domains: Collection[str]) -> bool:
    return not mail_domains or address.rpartition("@")[2].lower() in mail_domains
