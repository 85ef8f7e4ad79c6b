"""Schedules: the cadence that makes rounds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime
from app.models.identity.base import Identity


class Schedule(Identity):
    """When a program's check-in is launched by itself: every n weeks, local time, its own zone."""

    __tablename__ = "schedule"
    __table_args__ = (
        CheckConstraint("every_weeks between 1 and 26", name="every_weeks"),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
    )

    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), primary_key=True)
    every_weeks: Mapped[int] = mapped_column(default=2)
    weekday: Mapped[int] = mapped_column()
    local_time: Mapped[str] = mapped_column(String(5))
    next_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
