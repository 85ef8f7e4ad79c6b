"""What admins undertake about an alert, by when, and whether it helped."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity


class AlertAction(Identity):
    """One action; its words are encrypted, since they may name somebody (decision 060)."""

    __tablename__ = "alert_action"
    __table_args__ = (
        CheckConstraint("verdict in ('helped', 'not helped', 'unsure')", name="verdict"),
        CheckConstraint("verdict is null or done_on is not null", name="verdict_after_done"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    due_on: Mapped[date] = mapped_column()
    done_on: Mapped[date | None] = mapped_column(default=None)
    verdict: Mapped[str | None] = mapped_column(String(12), default=None)
