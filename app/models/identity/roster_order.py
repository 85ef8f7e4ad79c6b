"""The roster by name, kept so that a page of it opens the names that it shows and no others."""

from datetime import date

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class RosterOrder(Identity):
    """Everybody's id, ordered by name, as of a day: the one row of its table.

    The order alone would tell much about the names, so it is encrypted as they are. `people` is
    how many it holds. It may be lost: it is worked out anew.
    """

    __tablename__ = "roster_order"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    made_on: Mapped[date] = mapped_column()
    people: Mapped[int] = mapped_column()
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
