"""The declarative base of the ballots database."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from app.models.naming import CONVENTION


class Ballots(DeclarativeBase):
    """Base of every table in the ballots database."""

    metadata = MetaData(naming_convention=CONVENTION)
