"""Releases: a round's frozen published tables."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class Release(Identity):
    """What a pool's ballots became; nothing is shown before its state is "published".

    `comments` carries the encrypted comments from step 3 of the close to step 4, then is empty.
    """

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("state in ('sealed off', 'published')", name="state"),
        CheckConstraint("state = 'sealed off' or comments is null", name="comments_moved"),
    )

    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    closed_on: Mapped[date] = mapped_column()
    tables: Mapped[dict[str, Any]] = mapped_column(JSON)
    comments: Mapped[bytes | None] = mapped_column(LargeBinary)
