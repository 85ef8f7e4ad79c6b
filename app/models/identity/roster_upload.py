"""Rosters that were read from a file and wait for an admin's word, for an hour at most."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime, random_id
from app.models.identity.base import Identity


class RosterUpload(Identity):
    """What an admin's file says, encrypted."""

    __tablename__ = "roster_upload"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    account_id: Mapped[str] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
