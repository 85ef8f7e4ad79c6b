"""Groups of a program: made, found, renamed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.group import Group
from app.models.identity.program import Program
from app.programs.errors import NameTakenError, UnknownGroupError
from app.programs.names import close_names, same_name, tidy_name


def groups_of(session: Session, program: Program) -> Sequence[Group]:
    """Return the groups of a program by name."""
    query = select(Group).where(Group.program_id == program.id).order_by(Group.name)
    return session.scalars(query).all()


def create_group(session: Session, program: Program, name: str) -> Group:
    """Return a new group of a program.

    :raises NameShapeError, NameTakenError: each says why.
    """
    group = Group(program_id=program.id, name=_free_name(session, program, name, None))
    session.add(group)
    session.flush()
    return group


def find_group(session: Session, program: Program, name_or_id: str) -> Group:
    """Return the group of `program` with this id or name, in any case.

    :raises UnknownGroupError: naming groups that look like it.
    """
    groups = groups_of(session, program)
    wanted = " ".join(name_or_id.split())
    for group in groups:
        if group.id == wanted or same_name(group.name, wanted):
            return group
    raise UnknownGroupError(close_names(wanted, (group.name for group in groups)))


def rename_group(session: Session, program: Program, group: Group, name: str) -> None:
    """Give a group of `program` another name.

    :raises NameShapeError, NameTakenError: each says why.
    """
    group.name = _free_name(session, program, name, group)


def _free_name(session: Session, program: Program, text: str, own: Group | None) -> str:
    name = tidy_name(text)
    if any(one is not own and same_name(one.name, name) for one in groups_of(session, program)):
        raise NameTakenError
    return name
