"""What people asked for, apart from the rest: to be forgotten, to get no mails or none for a while.

A backup knows it up to its own day. This list is small, names nobody without the roster's key, and
can be copied away every few minutes, so that a restore forgets again who was forgotten since.
Decision 119.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.identity.person import Person
from app.models.identity.suppressed_address import SuppressedAddress
from app.people.forgetting import forget
from app.people.personal import open_address
from crypto import envelope

_LOOKUPS_AT_A_TIME = 500


class WishesError(Exception):
    """This is no list of wishes, or it was made under other data keys than the restored ones."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True)
class Wishes:
    """Look-up values of addresses, by what their people asked for.

    :ivar key_id: of the roster key that made the values, 4 bytes.
    """

    made_at: datetime
    key_id: bytes
    forgotten: tuple[bytes, ...]
    stopped: tuple[bytes, ...]
    paused: tuple[tuple[bytes, date], ...]

    def to_bytes(self) -> bytes:
        """Return the list as a file holds it."""
        return msgspec.json.encode(self) + b"\n"

    @classmethod
    def from_bytes(cls, content: bytes) -> "Wishes":
        """Return what `to_bytes` wrote.

        :raises WishesError: if it did not.
        """
        try:
            return msgspec.json.decode(content, type=cls)
        except msgspec.MsgspecError:
            raise WishesError from None


def all_wishes(session: Session, key: envelope.DataKey, now: datetime) -> Wishes:
    """Return what everybody has asked for up to now."""
    people = session.scalars(
        select(Person).where(or_(Person.unsubscribed, Person.paused_until > now.date()))
    ).all()
    values = {one.id: envelope.lookup(key, open_address(key, one)) for one in people}
    forgotten = session.scalars(select(SuppressedAddress.address_lookup)).all()
    return Wishes(
        made_at=now,
        key_id=key.id,
        forgotten=tuple(sorted(forgotten)),
        stopped=tuple(sorted(values[one.id] for one in people if one.unsubscribed)),
        paused=tuple(
            sorted(
                (values[one.id], one.paused_until)
                for one in people
                if one.paused_until is not None and not one.unsubscribed
            )
        ),
    )


def fulfil(session: Session, key: envelope.DataKey, wishes: Wishes, now: datetime) -> int:
    """Do what people asked for and the database does not know; return how many were forgotten.

    Nothing is taken back: who let mails come again since then says so once more.

    :raises WishesError: if the list was made under another roster key.
    """
    if wishes.key_id != key.id:
        raise WishesError
    gone = _ids(session, wishes.forgotten)
    forget(session, list(gone.values()), now, ask_no_more=False)
    known = set(session.scalars(select(SuppressedAddress.address_lookup)))
    session.add_all(
        SuppressedAddress(address_lookup=value) for value in wishes.forgotten if value not in known
    )
    for person_id in _ids(session, wishes.stopped).values():
        session.get_one(Person, person_id).unsubscribed = True
    until = dict(wishes.paused)
    for value, person_id in _ids(session, until).items():
        session.get_one(Person, person_id).paused_until = until[value]
    return len(gone)


def _ids(session: Session, values: Iterable[bytes]) -> Mapping[bytes, str]:
    """Return the people who are there, by their look-up values."""
    wanted, found = list(values), {}
    for start in range(0, len(wanted), _LOOKUPS_AT_A_TIME):
        some = wanted[start : start + _LOOKUPS_AT_A_TIME]
        query = select(Person.address_lookup, Person.id).where(Person.address_lookup.in_(some))
        found |= {bytes(row.address_lookup): row.id for row in session.execute(query)}
    return found
