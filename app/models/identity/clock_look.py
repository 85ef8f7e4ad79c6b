"""When a worker last looked, so that a clock that leaps is noticed (decision 117)."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime
from app.models.identity.base import Identity


class ClockLook(Identity):
    """The last look of all workers, the last one whose time was trusted, and since when none is.

    The one row of its table; it says when a worker ran, and nothing of anybody.
    """

    __tablename__ = "clock_look"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    looked_at: Mapped[datetime] = mapped_column(UtcTime)
    trusted_at: Mapped[datetime] = mapped_column(UtcTime)
    doubted_from: Mapped[datetime | None] = mapped_column(UtcTime)
