"""The public facts of a pool: all that the page and the cast endpoint know."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.ballots.base import Ballots
from app.models.columns import UtcTime


class PoolPublic(Ballots):
    """Manifest and form as the exact bytes that are served, and whether ballots are taken."""

    __tablename__ = "pool_public"
    __table_args__ = (CheckConstraint("state in ('open', 'closing', 'closed')", name="state"),)

    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    manifest: Mapped[bytes] = mapped_column(LargeBinary)
    form: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8), default="open")
    takes_ballots_until: Mapped[datetime] = mapped_column(UtcTime)
