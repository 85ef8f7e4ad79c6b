"""Soft bounces: mails that came back for now; enough of them suspend an address."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.columns import random_id
from app.models.identity.base import Identity


class Bounce(Identity):
    """One mail to a person that came back for now; kept for two weeks."""

    __tablename__ = "bounce"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    day: Mapped[date] = mapped_column()
