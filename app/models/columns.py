"""Column types and identifiers that every table shares."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

# No vowels: an identifier never spells a word; no leading dash that a shell takes for an option.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
_LENGTH = 16
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)


def random_id() -> str:
    """Return a fresh random identifier of 16 characters (76 bits)."""
    number = secrets.randbelow(len(_ALPHABET) ** _LENGTH)  # one draw: an import makes thousands
    pairs = []
    for _ in range(_LENGTH // 2):
        number, place = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[place])
    return "".join(pairs)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time; a naive one is refused before it reaches the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC, without its zone where the database keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored time must know its zone.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored time as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
