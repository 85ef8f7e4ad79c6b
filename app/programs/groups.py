"""Groups of a program; a roster makes them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.group import Group
from app.models.identity.program import Program


def groups_of(session: Session, program: Program) -> Sequence[Group]:
    """Return the groups of a program by name."""
    query = select(Group).where(Group.program_id == program.id).order_by(Group.name)
    return session.scalars(query).all()
