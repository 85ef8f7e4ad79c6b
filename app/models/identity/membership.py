"""Memberships: who belongs to which program and group, and as what."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity

_MEMBERS = text("role = 'member'")
_MENTORS = text("role = 'mentor'")


class Membership(Identity):
    """A person in a program: a member of at most one group of it, a mentor of any number.

    `since` is the day on which somebody became the mentor of a group whose program had rounds
    already. Of rounds that had opened by then they don't see the group: they may have answered in
    it, and its members answered for the mentor of then.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("role in ('member', 'mentor')", name="role"),
        CheckConstraint("role = 'member' or group_id is not null", name="mentor_of_a_group"),
        CheckConstraint("role = 'mentor' or since is null", name="since_of_a_mentor"),
        # A person's ballot has one cell, so a person is a member once in each program.
        Index(
            "ux_membership_member",
            "program_id",
            "person_id",
            unique=True,
            sqlite_where=_MEMBERS,
            postgresql_where=_MEMBERS,
        ),
        Index(
            "ux_membership_mentor",
            "group_id",
            "person_id",
            unique=True,
            sqlite_where=_MENTORS,
            postgresql_where=_MENTORS,
        ),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    group_id: Mapped[str | None] = mapped_column(ForeignKey("program_group.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(8))
    since: Mapped[date | None] = mapped_column(default=None)
