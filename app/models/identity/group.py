"""Groups: mentoring circles or sets of pairs inside a program."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity


class Group(Identity):
    """A mentoring circle; its people are its memberships."""

    __tablename__ = "program_group"
    __table_args__ = (UniqueConstraint("program_id", "name"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    name: Mapped[str] = mapped_column(String(120))
