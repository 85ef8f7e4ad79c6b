"""Notes: what the database is told while links go out, and whether the launch is still ours."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import ColumnElement, Connection, bindparam, exists, select, update
from sqlalchemy.orm import Session, aliased

from app.batching import Batch, BusyError
from app.extensions import Store
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.invitation import Invitation
from app.models.identity.round import Round

LEASE = timedelta(minutes=5)
RENEW_AFTER = timedelta(seconds=30)
# The links exist in this memory alone, so a database that is away or full is asked again for as
# long as the lease runs. Who asked seldom would be late when it is back: another decides then.
_BUSY_PAUSES_SECONDS = (1.0, 2.0, *[4.0] * 73)
_INVITATION = Invitation.metadata.tables[Invitation.__tablename__]
# Made once, since every mail is noted.
_THEIRS = _INVITATION.c.token_hash.in_(bindparam("hashes", expanding=True))
_MAILED = update(_INVITATION).where(_THEIRS).values(mailed=True)
_REVOKED = update(_INVITATION).where(_THEIRS, _INVITATION.c.state == "open").values(state="revoked")


@dataclass(frozen=True)
class Launching:
    """What is being launched, a round or a cycle: whose row holds the lease.

    :ivar round_id: a round that is launched in it; of a cycle some may be launched again, and
        then it is another process's.
    """

    table: type[Round] | type[FeedbackCycle]
    id: str
    round_id: str


@dataclass(frozen=True)
class _Note:
    """What has become of the links in a mail; nothing of note where there are none.

    :ivar refused: whether the relay will never take it; else it has.
    """

    token_hashes: Sequence[bytes] = ()
    refused: bool = False


class LaunchLostError(Exception):
    """This launch took longer than its lease, and another process has decided about it."""


class Notes:
    """The notes of one launch. Connections that have one at the same time share a transaction."""

    def __init__(
        self,
        identity: Store,
        launched: Launching,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        # Nobody is waited for: who comes while another writes is written next, with all who came.
        self._batch = Batch(identity.connect_to_write, SystemRandom(), gather_seconds=0)
        table = launched.table
        self._launched = launched
        # Made once: it is asked with each note.
        self._ours = select(table.id).where(*_being_launched(launched))
        # On PostgreSQL each way to the server costs as much as its work.
        self._noted_and_ours = self._ours.add_cte(_MAILED.cte("noted"))
        self._now = now
        self._sleep = sleep
        self._renewed_at: datetime | None = None

    def mailed(self, token_hashes: Sequence[bytes]) -> None:
        """Note that the relay has taken a mail.

        :raises LaunchLostError: once another process has taken the launch over.
        """
        self._note(_Note(token_hashes))

    def refused(self, token_hashes: Sequence[bytes]) -> None:
        """Revoke what was in a mail that the relay will never take.

        :raises LaunchLostError: once another process has taken the launch over.
        """
        self._note(_Note(token_hashes, refused=True))

    def hold(self) -> None:
        """Keep the lease while nothing is noted.

        :raises LaunchLostError: once another process has taken the launch over.
        """
        if self._lease_ages():
            self._note(_Note())

    def _note(self, note: _Note) -> None:
        for pause in _BUSY_PAUSES_SECONDS:
            try:
                ours = self._batch.write(self._write, note)
                break
            except BusyError:
                self._sleep(pause)
        else:
            ours = self._batch.write(self._write, note)
        if not ours:
            raise LaunchLostError

    def _write(self, connection: Connection, notes: Sequence[_Note]) -> Sequence[bool]:
        """Write notes, and return for each whether the launch is still ours.

        They are kept even where it is lost: the mails have gone.
        """
        refused = [one for note in notes if note.refused for one in note.token_hashes]
        mailed = [one for note in notes if not note.refused for one in note.token_hashes]
        if refused:
            connection.execute(_REVOKED, {"hashes": refused})
        return [self._is_ours(connection, mailed)] * len(notes)

    def _is_ours(self, connection: Connection, mailed: Sequence[bytes]) -> bool:
        """Note mails, and return whether this process is still who launches.

        Asked with each note, so that a process that slept sends one mail a connection too many. The
        lease is renewed from time to time.
        """
        hashes, renew = {"hashes": mailed}, self._lease_ages()
        if mailed and not renew and connection.dialect.name == "postgresql":
            return connection.scalar(self._noted_and_ours, hashes) is not None
        if mailed:
            connection.execute(_MAILED, hashes)
        if renew:
            self._renewed_at = self._now()
            return _renewed(connection, self._launched, self._renewed_at + LEASE)
        return connection.scalar(self._ours) is not None

    def _lease_ages(self) -> bool:
        # The time of day, as the lease itself: after a suspended machine's sleep it is due.
        return self._renewed_at is None or not (
            timedelta() <= self._now() - self._renewed_at < RENEW_AFTER
        )


def hold_lease(session: Session, launched: Launching, now: datetime) -> None:
    """Keep the lease of a launch that is being prepared.

    :raises LaunchLostError: once another process has taken the launch over.
    """
    if not _renewed(session, launched, now + LEASE):
        raise LaunchLostError


def _renewed(at: Connection | Session, launched: Launching, until: datetime) -> bool:
    """Return whether it is still being launched; if so, its lease runs until then."""
    renewal = at.execute(
        update(launched.table).where(*_being_launched(launched)).values(lease_until=until)
    )
    return renewal.rowcount == 1


def _being_launched(launched: Launching) -> tuple[ColumnElement[bool], ...]:
    table, this = launched.table, aliased(Round)
    under_way = exists().where(this.id == launched.round_id, this.state == "launching")
    return table.id == launched.id, table.state == "launching", under_way
