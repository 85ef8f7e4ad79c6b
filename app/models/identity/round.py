"""Rounds: one wave of a form in one program."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime, random_id
from app.models.identity.base import Identity

_UNFINISHED = text("state in ('due', 'launching', 'open', 'aborting', 'cancelling')")


class Round(Identity):
    """One wave of a form; `lease_until` says until when the process at work may be trusted."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("program_id", "form_id", "number"),
        CheckConstraint(
            "state in ('due', 'launching', 'open', 'aborting', 'cancelling', 'closed', 'aborted', "
            "'cancelled')",
            name="state",
        ),
        CheckConstraint("k >= 4", name="k_floor"),
        CheckConstraint("closes_at > opens_at", name="order"),
        # Protocol: Close. A program launches no other round of a form while one is unfinished.
        Index(
            "ux_round_unfinished",
            "program_id",
            "form_id",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    form_id: Mapped[str] = mapped_column(ForeignKey("form.id"))
    number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(12), default="due", index=True)
    k: Mapped[int] = mapped_column()
    opens_at: Mapped[datetime] = mapped_column(UtcTime)
    closes_at: Mapped[datetime] = mapped_column(UtcTime)
    invited: Mapped[int] = mapped_column(default=0)
    replaces_earlier: Mapped[bool] = mapped_column(default=False)
    # D4. Looked at once a day, so that nobody sees which answer was the k-th.
    k_reached: Mapped[bool] = mapped_column(default=False)
    k_looked_at_on: Mapped[date | None] = mapped_column(default=None)
    nudged: Mapped[bool] = mapped_column(default=False)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
