"""The declarative base of the identity database."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from app.models.naming import CONVENTION


class Identity(DeclarativeBase):
    """Base of every table in the identity database."""

    metadata = MetaData(naming_convention=CONVENTION)
