"""Tries at something that is limited, counted for all processes together."""

from datetime import datetime

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime
from app.models.identity.base import Identity


class TryCount(Identity):
    """How often something was tried from `since` to `ends_at`.

    `name`: a keyed hash of what was tried and by whom.
    """

    __tablename__ = "try_count"

    name: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    count: Mapped[int] = mapped_column(Integer)
