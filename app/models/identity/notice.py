"""Mails that must go out once: results, a cancelled round, an alert, the answer to a lost mail."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime
from app.models.identity.base import Identity


class Notice(Identity):
    """One mail owed to one person or account; the row goes when the mail has gone.

    Kind "digest" has its days as subject. Kind "lost" names a person, or nobody: whatever address
    is entered leaves a row behind.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("kind in ('results', 'cancelled', 'alert', 'digest', 'lost')", name="kind"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    recipient_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
