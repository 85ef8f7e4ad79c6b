"""Feedback cycles: one wave of peer feedback in a program, with a round for each of its pools."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime, random_id
from app.models.identity.base import Identity

_UNFINISHED = text("state in ('due', 'launching', 'open')")


class FeedbackCycle(Identity):
    """One launch, one mail for each rater, and the closing times that all of its rounds begin with.

    It is "aborted" where nothing could be sent, and "ended" when all of its rounds have ended.
    `closes_at` and `later_closes` stay as the mail said them; each round moves on by itself.
    `invited` counts raters, each once. `lease_until` says until when the process at work may be
    trusted.
    """

    __tablename__ = "feedback_cycle"
    __table_args__ = (
        UniqueConstraint("program_id", "about", "number"),
        CheckConstraint("about in ('mentors', 'circles', 'peers')", name="about"),
        CheckConstraint("state in ('due', 'launching', 'open', 'ended', 'aborted')", name="state"),
        CheckConstraint("k >= 4", name="k_floor"),
        CheckConstraint("closes_at > opens_at", name="order"),
        # Protocol: Close. Its closing times keep their distance from the next cycle's.
        Index(
            "ux_feedback_cycle_unfinished",
            "program_id",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    form_id: Mapped[str] = mapped_column(ForeignKey("form.id"))
    about: Mapped[str] = mapped_column(String(8))
    number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(12), default="due")
    k: Mapped[int] = mapped_column()
    opens_at: Mapped[datetime] = mapped_column(UtcTime)
    closes_at: Mapped[datetime] = mapped_column(UtcTime)
    later_closes: Mapped[list[str]] = mapped_column(JSON, default=list)
    invited: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
