"""Rounds: one wave of a form in one program."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime, random_id
from app.models.identity.base import Identity

_UNFINISHED = text("state in ('due', 'launching', 'open', 'aborting', 'cancelling')")


class Round(Identity):
    """One wave of a form, in a program or (with `group_id`) in one group of it.

    `closes_at` is the next closing time. `later_closes` are those after it, as in the manifest,
    at which a pool that is too small then waits for more answers. `lease_until` says until when
    the process at work may be trusted.
    """

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
        CheckConstraint("printed_codes >= 0", name="printed_codes"),
        CheckConstraint("reminders between 0 and 2", name="reminders"),
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
    group_id: Mapped[str | None] = mapped_column(ForeignKey("program_group.id"), default=None)
    number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(12), default="due", index=True)
    k: Mapped[int] = mapped_column()
    opens_at: Mapped[datetime] = mapped_column(UtcTime)
    closes_at: Mapped[datetime] = mapped_column(UtcTime)
    later_closes: Mapped[list[str]] = mapped_column(JSON, default=list)
    invited: Mapped[int] = mapped_column(default=0)
    # Kiosk: how many of the invited get a printed code instead of a mail.
    printed_codes: Mapped[int] = mapped_column(default=0)
    replaces_earlier: Mapped[bool] = mapped_column(default=False)
    # D4. Looked at once a day, so that nobody sees which answer was the k-th.
    k_reached: Mapped[bool] = mapped_column(default=False)
    k_looked_at_on: Mapped[date | None] = mapped_column(default=None)
    reminders: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
