"""Forms: versioned questionnaires."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity


class Form(Identity):
    """One version of a questionnaire; what a round asks is frozen in its pool at launch."""

    __tablename__ = "form"
    __table_args__ = (
        UniqueConstraint("instrument", "version"),
        CheckConstraint("kind in ('check-in', 'peer feedback', 'session')", name="kind"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    instrument: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
