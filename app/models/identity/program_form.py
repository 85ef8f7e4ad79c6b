"""Which form a program asks."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class ProgramForm(Identity):
    """The form of a program's coming rounds; a program without a row asks the usual check-in.

    `own_form_id` is the own form that is asked beside a shipped set. `bank` has the ids of the
    questions of the form that rotate, and `bank_each` how many of them a round asks.
    """

    __tablename__ = "program_form"
    __table_args__ = (CheckConstraint("bank_each >= 0", name="bank_each"),)

    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), primary_key=True)
    form_id: Mapped[str] = mapped_column(ForeignKey("form.id"))
    own_form_id: Mapped[str | None] = mapped_column(ForeignKey("own_form.id"), default=None)
    bank: Mapped[list[str]] = mapped_column(JSON, default=list)
    bank_each: Mapped[int] = mapped_column(default=0)
