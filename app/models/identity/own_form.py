"""Own forms: questionnaires that admins write."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity


class OwnForm(Identity):
    """An own form as it is being written; what rounds ask are versions of it (`form`).

    `revision` grows with each save, so that nobody overwrites what somebody else wrote meanwhile.
    """

    __tablename__ = "own_form"
    __table_args__ = (CheckConstraint("revision >= 1", name="revision"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"), default=None)
    revision: Mapped[int] = mapped_column(default=1)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
