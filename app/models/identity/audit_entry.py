"""The log of what admins did."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import UtcTime
from app.models.identity.base import Identity


class AuditEntry(Identity):
    """One act of an admin or operator: who, when, what, on what; never an address or a name.

    `digest` covers the act and the digest before it, so that a change of either shows.
    """

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str] = mapped_column(String(16))
    act: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(120))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
