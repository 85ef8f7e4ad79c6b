"""Follow-ups: what was done about a round, in an admin's words."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class FollowUp(Identity):
    """What was done about a round, for all who see its results; who wrote it the audit log says."""

    __tablename__ = "follow_up"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    round_id: Mapped[str] = mapped_column(String(16), ForeignKey("round.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_on: Mapped[date] = mapped_column()
