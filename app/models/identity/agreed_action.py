"""What circles have agreed to do before they meet again; their mentors' own notes."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity


class AgreedAction(Identity):
    """One thing that a circle agreed on; encrypted, since it may name somebody (decision 095).

    It is the group's and goes with it. Nobody stands beside it: not who noted it, not who will do
    it. `looked_at` is the day on which a mentor last wrote or judged it, from which on it is kept.
    """

    __tablename__ = "agreed_action"
    __table_args__ = (
        CheckConstraint("outcome in ('done', 'dropped')", name="outcome"),
        CheckConstraint("looked_at >= agreed_on", name="looked_at_later"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    group_id: Mapped[str] = mapped_column(
        ForeignKey("program_group.id", ondelete="CASCADE"), index=True
    )
    words: Mapped[bytes] = mapped_column(LargeBinary)
    agreed_on: Mapped[date] = mapped_column()
    looked_at: Mapped[date] = mapped_column()
    outcome: Mapped[str | None] = mapped_column(String(8), default=None)
