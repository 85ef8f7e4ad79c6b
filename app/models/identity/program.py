"""Programs: standing programmes with groups."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity


class Program(Identity):
    """A standing programme; `k` holds for rounds launched from now on."""

    __tablename__ = "program"
    __table_args__ = (CheckConstraint("k >= 4", name="k_floor"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    k: Mapped[int] = mapped_column(default=5)
    open_days: Mapped[int] = mapped_column(default=4)
    # Whether coming rounds show their totals to everyone who was asked; a round freezes it.
    tells_respondents: Mapped[bool] = mapped_column(default=False)
