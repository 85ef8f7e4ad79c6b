"""Alerts: signals that need a person."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity

_OPEN = text("closed_on is null")


class Alert(Identity):
    """One episode of a program's signal; `evidence` holds released figures only."""

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("signal in ('wellbeing')", name="signal"),
        CheckConstraint("level in ('declining', 'major')", name="level"),
        CheckConstraint(
            "state in ('raised', 'seen', 'owned', 'acted on', 'recovered', 'settled', 'ended')",
            name="state",
        ),
        CheckConstraint(
            "(state in ('recovered', 'settled', 'ended')) = (closed_on is not null)",
            name="closed_on",
        ),
        Index(
            "ux_alert_open",
            "program_id",
            "signal",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), index=True)
    signal: Mapped[str] = mapped_column(String(16), default="wellbeing")
    level: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default="raised")
    raised_on: Mapped[date] = mapped_column()
    closed_on: Mapped[date | None] = mapped_column(default=None)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), default=None)
