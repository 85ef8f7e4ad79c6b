"""People on the roster."""

from datetime import date

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity


class Person(Identity):
    """Someone on the roster; name and address are encrypted, the look-up is a keyed hash.

    `unsubscribed`: no more survey mails, until they take it back. `paused_until`: none until
    that day. `suspended`: mail to the address came back for good.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("state in ('active', 'left')", name="state"),
        CheckConstraint("(state = 'left') = (left_on is not null)", name="left_on"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[bytes] = mapped_column(LargeBinary)
    address_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16), default="")  # empty: nothing is known
    state: Mapped[str] = mapped_column(String(8), default="active")
    left_on: Mapped[date | None] = mapped_column(default=None)
    unsubscribed: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[date | None] = mapped_column(default=None)
    suspended: Mapped[bool] = mapped_column(default=False)
