"""How programs stand after their released rounds, worked out once for the pages that show it."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class ProgramStanding(Identity):
    """A program's line on the overview; `rounds` is how many closed rounds it follows from.

    `word` is how it stands, apart so that hundreds are sorted without reading the rest. `shown`
    holds only what follows from stored releases. It may be lost: it is worked out anew.
    """

    __tablename__ = "program_standing"

    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), primary_key=True)
    rounds: Mapped[int] = mapped_column()
    word: Mapped[str] = mapped_column(String(24))
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)


class OrganisationStanding(Identity):
    """The lines above all programs, as of a day: the one row of its table."""

    __tablename__ = "organisation_standing"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    made_on: Mapped[date] = mapped_column()
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
