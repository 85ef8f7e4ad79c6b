"""The declarative base of the keys database."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from app.models.naming import CONVENTION


class Keys(DeclarativeBase):
    """Base of every table in the keys database."""

    metadata = MetaData(naming_convention=CONVENTION)
