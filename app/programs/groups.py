"""Groups of a program; a roster makes them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.group import Group
from app.models.identity.program import Program
from app.programs.errors import UnknownGroupError
from app.programs.names import close_names, same_name


def groups_of(session: Session, program: Program) -> Sequence[Group]:
    """Return the groups of a program by name."""
    query = select(Group).where(Group.program_id == program.id).order_by(Group.name)
    return session.scalars(query).all()


def find_group(session: Session, program: Program, name_or_id: str) -> Group:
    """Return the group of this program with this id or name, in any case.

    :raises UnknownGroupError: naming groups that look like it.
    """
    groups = groups_of(session, program)
    wanted = " ".join(name_or_id.split())
    for group in groups:
        if group.id == wanted or same_name(group.name, wanted):
            return group
    raise UnknownGroupError(close_names(wanted, (group.name for group in groups)))
