"""Rounds: one wave of a form in one program."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime, random_id
from app.models.identity.base import Identity

_UNFINISHED = "state in ('due', 'launching', 'open', 'aborting', 'cancelling')"
_CHECK_IN = text("cycle_id is null")
_UNFINISHED_CHECK_IN = text(f"{_UNFINISHED} and cycle_id is null")
_UNFINISHED_FEEDBACK = text(f"{_UNFINISHED} and cycle_id is not null")
_UNFINISHED_SHARED = text(f"{_UNFINISHED} and shared")
_CLOSED_OF_PROGRAM = text("state = 'closed' and cycle_id is null and group_id is null")


class Round(Identity):
    """One wave of a form: a check-in, or one pool of a feedback cycle (with `cycle_id`).

    A check-in asks a program or (with `group_id`) one group of it. Of a cycle, a round is about
    one person (`subject_id`), one circle (`group_id`), or (`shared`) about those who have too few
    raters; with none of these it was about somebody who was forgotten since.

    `closes_at` is the next closing time. `later_closes` are those after it, as in the manifest,
    at which a pool that is too small then waits for more answers. `lease_until` says until when
    the process at work may be trusted.
    """

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint(
            "state in ('due', 'launching', 'open', 'aborting', 'cancelling', 'closed', 'aborted', "
            "'cancelled')",
            name="state",
        ),
        CheckConstraint("k >= 4", name="k_floor"),
        CheckConstraint("closes_at > opens_at", name="order"),
        CheckConstraint("printed_codes >= 0", name="printed_codes"),
        CheckConstraint("reminders between 0 and 2", name="reminders"),
        CheckConstraint(
            "cycle_id is not null or (subject_id is null and not shared)", name="of_a_cycle"
        ),
        CheckConstraint("subject_id is null or group_id is null", name="one_subject"),
        CheckConstraint(
            "not shared or (subject_id is null and group_id is null)", name="shared_by_many"
        ),
        Index(
            "ux_round_number",
            "program_id",
            "form_id",
            "number",
            unique=True,
            sqlite_where=_CHECK_IN,
            postgresql_where=_CHECK_IN,
        ),
        # Protocol: Close. A program launches no other round of a form while one is unfinished.
        Index(
            "ux_round_unfinished",
            "program_id",
            "form_id",
            unique=True,
            sqlite_where=_UNFINISHED_CHECK_IN,
            postgresql_where=_UNFINISHED_CHECK_IN,
        ),
        # Protocol: Objects. A subject has one pool in a cycle, and the others share one.
        Index(
            "ux_round_unfinished_subject",
            "cycle_id",
            "subject_id",
            unique=True,
            sqlite_where=_UNFINISHED_FEEDBACK,
            postgresql_where=_UNFINISHED_FEEDBACK,
        ),
        Index(
            "ux_round_unfinished_circle",
            "cycle_id",
            "group_id",
            unique=True,
            sqlite_where=_UNFINISHED_FEEDBACK,
            postgresql_where=_UNFINISHED_FEEDBACK,
        ),
        Index(
            "ux_round_unfinished_shared",
            "cycle_id",
            unique=True,
            sqlite_where=_UNFINISHED_SHARED,
            postgresql_where=_UNFINISHED_SHARED,
        ),
        # How many rounds each program's standing must follow from, without reading any of them.
        Index(
            "ix_round_closed_of_program",
            "program_id",
            sqlite_where=_CLOSED_OF_PROGRAM,
            postgresql_where=_CLOSED_OF_PROGRAM,
        ),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    form_id: Mapped[str] = mapped_column(ForeignKey("form.id"))
    group_id: Mapped[str | None] = mapped_column(ForeignKey("program_group.id"), default=None)
    cycle_id: Mapped[str | None] = mapped_column(
        ForeignKey("feedback_cycle.id"), default=None, index=True
    )
    subject_id: Mapped[str | None] = mapped_column(
        ForeignKey("person.id"), default=None, index=True
    )
    shared: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(12), default="due", index=True)
    k: Mapped[int] = mapped_column()
    opens_at: Mapped[datetime] = mapped_column(UtcTime)
    closes_at: Mapped[datetime] = mapped_column(UtcTime)
    later_closes: Mapped[list[str]] = mapped_column(JSON, default=list)
    invited: Mapped[int] = mapped_column(default=0)
    # Frozen at launch, as the audience in the manifest is: its totals are for all who were asked.
    tells_respondents: Mapped[bool] = mapped_column(default=False)
    # Kiosk: how many of the invited get a printed code instead of a mail.
    printed_codes: Mapped[int] = mapped_column(default=0)
    replaces_earlier: Mapped[bool] = mapped_column(default=False)
    # D4. Looked at once a day, so that nobody sees which answer was the k-th.
    k_reached: Mapped[bool] = mapped_column(default=False)
    k_looked_at_on: Mapped[date | None] = mapped_column(default=None)
    reminders: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
