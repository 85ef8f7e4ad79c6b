"""Freeze the roster of a program into the cells of a pool. Source: PROTOCOL 2, Cell."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.languages import mail_language
from app.models.identity.account import Account
from app.models.identity.person import Person
from app.people.service import RosterEntry
from app.rounds.errors import TooFewPeopleError

PROGRAM_CELL = 0


@dataclass(frozen=True)
class Invitee:
    """A person as frozen at launch.

    :ivar language: that of their mails.
    """

    person_id: str
    address: str = field(repr=False)
    cell: int
    language: str = "en"


@dataclass(frozen=True)
class FrozenRoster:
    """Who is asked, and what each cell stands for: `groups[i]` is the group of cell i + 1."""

    invitees: tuple[Invitee, ...]
    groups: tuple[str, ...]

    def invited_in(self, cell: int) -> int:
        """Return how many are invited in a cell."""
        return self._counts[cell]

    @cached_property
    def _counts(self) -> Counter[int]:
        # Once for all cells: thousands of groups and as many people each would be minutes.
        return Counter(invitee.cell for invitee in self.invitees)


def admins_on_the_roster(session: Session) -> frozenset[str]:
    """Return the ids of the people who are active admins, too: those with an admin's address."""
    query = (
        select(Person.id)
        .join(Account, Account.address_lookup == Person.address_lookup)
        .where(Account.admin, Account.active)
    )
    return frozenset(session.scalars(query))


def freeze_roster(
    roster: Sequence[RosterEntry],
    k: int,
    mail_domains: Collection[str],
    admins: Collection[str],
) -> FrozenRoster:
    """Return who is asked in which cell.

    A group with at least `k` people has a cell of its own; everyone else is in cell 0, and so are
    every mentor and every admin, since whoever may see a cell is not in it.

    :param mail_domains: where mail may go; empty allows every domain.
    :param admins: ids of the people who see the cells of all groups.
    :raises TooFewPeopleError: if fewer than `k` can be asked.
    """
    asked = [entry for entry in roster if may_be_mailed(entry.address, mail_domains)]
    if len(asked) < k:
        raise TooFewPeopleError(len(asked), k)
    members: dict[str, list[RosterEntry]] = defaultdict(list)
    for entry in asked:
        sees_cells = entry.mentor_group_ids or entry.person_id in admins
        if entry.group_id is not None and not sees_cells:
            members[entry.group_id].append(entry)
    groups = tuple(sorted(group for group, people in members.items() if len(people) >= k))
    cell_of = {
        entry.person_id: number
        for number, group in enumerate(groups, start=1)
        for entry in members[group]
    }
    invitees = tuple(
        invitee_of(entry, cell_of.get(entry.person_id, PROGRAM_CELL)) for entry in asked
    )
    return FrozenRoster(invitees, groups)


def freeze_group(
    roster: Sequence[RosterEntry],
    group_id: str,
    k: int,
    mail_domains: Collection[str],
    admins: Collection[str],
) -> FrozenRoster:
    """Return the members of one group, all in cell 0, which stands for the group.

    Its mentors and the admins see the result, so they are not asked.

    :param mail_domains: where mail may go; empty allows every domain.
    :raises TooFewPeopleError: if fewer than `k` can be asked.
    """
    asked = [
        entry
        for entry in members_of(roster, group_id, admins)
        if may_be_mailed(entry.address, mail_domains)
    ]
    if len(asked) < k:
        raise TooFewPeopleError(len(asked), k, of_group=True)
    people = [invitee_of(entry, PROGRAM_CELL) for entry in asked]
    return FrozenRoster(tuple(people), ())


def invitee_of(entry: RosterEntry, cell: int) -> Invitee:
    """Return somebody who is asked, in their cell."""
    return Invitee(entry.person_id, entry.address, cell, mail_language(entry.language))


def members_of(
    roster: Sequence[RosterEntry], group_id: str, admins: Collection[str]
) -> list[RosterEntry]:
    """Return the members of a group who are not among those who would see its result."""
    return [
        entry
        for entry in roster
        if entry.group_id == group_id
        and group_id not in entry.mentor_group_ids
        and entry.person_id not in admins
    ]


def may_be_mailed(address: str, mail_domains: Collection[str]) -> bool:
    """Return whether the operator lets mail go to this address."""
    return not mail_domains or address.rpartition("@")[2].lower() in mail_domains
