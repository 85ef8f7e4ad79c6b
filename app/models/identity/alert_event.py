"""What happened to an alert, one row each: the history that its page tells."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class AlertEvent(Identity):
    """One thing that happened; numbers count from 1 within an alert.

    `actor_id` is an account, None for what followed from released rounds. `about_id` is the account
    or the action that it is about. `words` is a note, encrypted (decision 060).
    """

    __tablename__ = "alert_event"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint(
            "kind in ('raised', 'major', 'seen', 'owner', 'note', 'planned', 'moved', 'done', "
            "'helped', 'not helped', 'unsure', 'recovered', 'settled', 'ended')",
            name="kind",
        ),
        CheckConstraint("(kind = 'note') = (words is not null)", name="words"),
    )

    alert_id: Mapped[str] = mapped_column(
        ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column()
    kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), default=None)
    about_id: Mapped[str | None] = mapped_column(String(16), default=None)
    words: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
