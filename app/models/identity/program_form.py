"""Which form a program asks."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class ProgramForm(Identity):
    """The form of a program's coming rounds; a program without a row asks the usual check-in."""

    __tablename__ = "program_form"

    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), primary_key=True)
    form_id: Mapped[str] = mapped_column(ForeignKey("form.id"))
