"""Addresses that asked to be forgotten: only a keyed hash, so that no import asks them again."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.identity.base import Identity


class SuppressedAddress(Identity):
    """The look-up value of an address that no import takes in again."""

    __tablename__ = "suppressed_address"

    address_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
