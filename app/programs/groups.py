"""Groups of a program: a roster makes them, and admins name, empty and close them."""

from collections.abc import Sequence

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.pool_cell import PoolCell
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.programs.errors import NameTakenError, UnknownGroupError
from app.programs.names import close_names, same_name, tidy_name


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


def create_group(session: Session, program: Program, name: str) -> Group:
    """Return a new group of a program, with nobody in it.

    :raises NameShapeError, NameTakenError: each says why.
    """
    group = Group(program_id=program.id, name=_free_name(session, program, name, None))
    session.add(group)
    session.flush()
    return group


def rename_group(session: Session, program: Program, group: Group, name: str) -> None:
    """Give a group another name; it stays the same group, with its results.

    :raises NameShapeError, NameTakenError: each says why.
    """
    group.name = _free_name(session, program, name, group)
    session.flush()


def close_group(session: Session, group: Group) -> bool:
    """Empty a group and return whether it is gone; one that was ever asked stays with its results.

    Its members stay in the program, without a group; nobody mentors it any more.
    """
    session.execute(
        delete(Membership).where(Membership.group_id == group.id, Membership.role == "mentor")
    )
    session.execute(update(Membership).where(Membership.group_id == group.id).values(group_id=None))
    if was_asked(session, group):
        return False
    session.delete(group)
    session.flush()
    return True


def was_asked(session: Session, group: Group) -> bool:
    """Return whether any round has asked the group, alone or as a part of its program."""
    of_it = or_(
        exists().where(Round.group_id == group.id), exists().where(PoolCell.group_id == group.id)
    )
    return bool(session.scalar(select(of_it)))


def _free_name(session: Session, program: Program, text: str, own: Group | None) -> str:
    name = tidy_name(text)
    if any(one is not own and same_name(one.name, name) for one in groups_of(session, program)):
        raise NameTakenError
    return name
