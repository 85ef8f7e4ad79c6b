"""Ballots: sealed responses."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.ballots.base import Ballots


class Ballot(Ballots):
    """A sealed response under its random serial: no time, no address, no sequence (Protocol 4).

    A withdrawn ballot keeps its serial and has no content.
    """

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pool_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    serial: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
