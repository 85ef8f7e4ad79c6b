"""Shares: what came back with the papers."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class Share(Identity):
    """One row for each paper: its cell and, unless the link had none, its encrypted key share.

    Nothing here leads to the invitation: opening reads these rows and must not learn a person.
    """

    __tablename__ = "share"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    cell: Mapped[int] = mapped_column()
    share: Mapped[bytes | None] = mapped_column(LargeBinary)
