"""Pools: the cryptographic units of rounds, as the side that knows people sees them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime
from app.models.identity.base import Identity


class Pool(Identity):
    """A pool; papers are given while it is open and its closing time has not come."""

    __tablename__ = "pool"
    __table_args__ = (CheckConstraint("state in ('open', 'ended')", name="state"),)

    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="open")
    closes_at: Mapped[datetime] = mapped_column(UtcTime)
