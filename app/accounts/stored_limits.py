"""Limits on tries that hold for all processes together, counted in the database without a name."""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.errors import TooManyTriesError
from app.extensions import Store
from app.models.identity.try_count import TryCount

_LABEL = b"chorus/v1/tries\0"
_TABLE = TryCount.metadata.tables[TryCount.__tablename__]
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
EVERYBODY = ""


class StoredLimit:
    """At most `most` tries at `what` in `period` for each account; it stores a keyed hash alone.

    :param everybody: how many there may be for all together; None for no such bound.
    """

    def __init__(
        self,
        store: Store,
        secret_key: str,
        what: str,
        most: int,
        period: timedelta,
        everybody: int | None = None,
    ) -> None:
        self._store, self._what, self._period = store, what, period
        self._most, self._everybody = most, everybody
        self._key = hmac.digest(secret_key.encode(), _LABEL, "sha256")

    def take(self, who: str, now: datetime) -> None:
        """Count one try of `who`: an address or an account's id.

        :raises TooManyTriesError: if there were `most` already, or too many of everybody.
        """
        with self._store.begin() as session:
            taken = [self._count(session, who, now) > self._most]
            if self._everybody is not None:
                taken.append(self._count(session, EVERYBODY, now) > self._everybody)
        if any(taken):
            raise TooManyTriesError

    def forget(self, who: str) -> None:
        """Forget the tries of `who`, after one that succeeded."""
        with self._store.begin() as session:
            session.execute(delete(TryCount).where(TryCount.name == self._name(who)))

    def _count(self, session: Session, who: str, now: datetime) -> int:
        """Return how many tries there were in this period, with this one.

        One statement: two processes that count at once must not both be the last one.
        """
        ends_at = now + self._period
        fresh = {"name": self._name(who), "count": 1, "since": now, "ends_at": ends_at}
        insert = _INSERT[session.get_bind().dialect.name](_TABLE).values(fresh)
        over = _TABLE.c.ends_at <= now
        counted = insert.on_conflict_do_update(
            index_elements=[_TABLE.c.name],
            set_={
                "count": case((over, 1), else_=_TABLE.c.count + 1),
                "since": case((over, insert.excluded.since), else_=_TABLE.c.since),
                "ends_at": case((over, insert.excluded.ends_at), else_=_TABLE.c.ends_at),
            },
        ).returning(_TABLE.c.count)
        return session.execute(counted).scalar_one()

    def _name(self, who: str) -> bytes:
        text = f"{self._what}\0{who.strip().casefold()}"
        return hmac.digest(self._key, text.encode(), "sha256")


def has_old_counts(session: Session, now: datetime) -> bool:
    """Return whether a count is kept whose period is over."""
    return session.scalar(select(func.count()).where(TryCount.ends_at <= now)) != 0


def forget_old_counts(session: Session, now: datetime) -> None:
    """Throw away every count whose period is over."""
    session.execute(delete(TryCount).where(TryCount.ends_at <= now))
