"""The places that a program has to give: its groups with their people, as the roster has them."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.service import UnknownPersonError


@dataclass(frozen=True)
class GroupPlace:
    """A group and how many people on the roster are in it."""

    id: str
    name: str
    members: int
    mentors: int


@dataclass(frozen=True)
class ProgramPlaces:
    """A program's groups by name.

    :ivar without_group: members who are in none.
    :ivar k: of coming rounds.
    :ivar open: whether a round is asking now.
    """

    program_id: str
    program: str
    k: int
    groups: tuple[GroupPlace, ...]
    without_group: int
    open: bool

    def too_small(self, members: int) -> bool:
        """Return whether a group of this many never gets a cell of its own (Protocol 2, Cell)."""
        return members < self.k

    @property
    def small(self) -> tuple[GroupPlace, ...]:
        """Return the groups that have people, and too few for a cell of their own."""
        return tuple(one for one in self.groups if one.members and self.too_small(one.members))

    def group(self, group_id: str | None) -> GroupPlace | None:
        """Return one of the groups; None if there is none with this id."""
        return next((one for one in self.groups if one.id == group_id), None)


def places_in(session: Session, program_id: str) -> ProgramPlaces:
    """Return the places of a program.

    :raises UnknownPersonError: if there is no such program.
    """
    program = session.get(Program, program_id)
    if program is None:
        raise UnknownPersonError
    rows = session.execute(
        select(Membership.group_id, Membership.role, func.count())
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.program_id == program_id, Person.state == "active")
        .group_by(Membership.group_id, Membership.role)
    )
    counts = Counter({(group_id, role): number for group_id, role, number in rows})
    groups = session.scalars(
        select(Group).where(Group.program_id == program_id).order_by(Group.name)
    )
    asking = select(Round.id).where(
        Round.program_id == program_id, Round.state.in_(("launching", "open"))
    )
    return ProgramPlaces(
        program_id=program.id,
        program=program.name,
        k=program.k,
        groups=tuple(
            GroupPlace(one.id, one.name, counts[one.id, "member"], counts[one.id, "mentor"])
            for one in groups
        ),
        without_group=counts[None, "member"],
        open=session.scalar(asking.limit(1)) is not None,
    )
