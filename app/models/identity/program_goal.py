"""Goals: what a program wants to move, and by when."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity

_OPEN = text("ended_on is null")


class ProgramGoal(Identity):
    """One version of a program's goal; a changed one is ended and followed by another.

    `target` is an item's id or the score's name, `name` what people call it, `change` points out
    of 100. `since` is the day of the first version: a goal that is changed keeps its baseline.
    """

    __tablename__ = "program_goal"
    __table_args__ = (
        CheckConstraint("change between -100 and 100 and change <> 0", name="change"),
        CheckConstraint("due_on > since", name="due_on"),
        CheckConstraint("set_on >= since", name="set_on"),
        CheckConstraint("ending in ('changed', 'ended')", name="ending"),
        CheckConstraint("(ending is null) = (ended_on is null)", name="ended_on"),
        Index(
            "ux_program_goal_open",
            "program_id",
            "target",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    target: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    change: Mapped[int] = mapped_column()
    due_on: Mapped[date] = mapped_column()
    since: Mapped[date] = mapped_column()
    set_on: Mapped[date] = mapped_column()
    ended_on: Mapped[date | None] = mapped_column(default=None)
    ending: Mapped[str | None] = mapped_column(String(8), default=None)
