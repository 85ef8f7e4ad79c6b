"""Self-assessments: how somebody rates themselves before they read how others see them."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class SelfAssessment(Identity):
    """One person's ratings of themselves in a feedback cycle, encrypted; nobody else reads them.

    All are of one length, and who wanted to rate nothing has a row, too. It goes with the person.
    """

    __tablename__ = "self_assessment"

    cycle_id: Mapped[str] = mapped_column(ForeignKey("feedback_cycle.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    ratings: Mapped[bytes] = mapped_column(LargeBinary)
