"""Group commits: writes that wait at the same time share one transaction, in random order.

One of the waiting threads writes for all. No thread is started and nothing runs between requests,
so a server may use threads, fork and end as it likes. Source: PROTOCOL 4, decision 029.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from random import Random
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from app.outages import is_away, reason_of

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
MOST_WAITING = 256  # of ballots of the largest size: 2 MB in one transaction
GATHER_SECONDS = 0.002  # what comes within it is shuffled together; nobody notices it


class Refusal(Exception):  # noqa: N818  # a word of the domain; its kinds end in Error
    """An act may not be done. It has changed nothing, so its batch goes on without it."""

    def __init__(self) -> None:
        super().__init__((type(self).__doc__ or "").partition("\n")[0])


class BusyError(Refusal):
    """The service is busy: ask again in a moment."""


Act = Callable[[Connection, Sequence[Item]], Sequence[Outcome | Refusal]]
"""Does a thing for several at once, and says what became of each, in their order.

What is refused must have changed nothing.
"""


@dataclass
class _Entry(Generic[Item, Outcome]):
    """One item on its way; `done` once it is stored for good or has failed."""

    act: Act[Item, Outcome]
    item: Item
    done: bool = False
    outcome: Any = None

    def result(self) -> Outcome:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        outcome: Outcome = self.outcome
        return outcome


class Batch:
    """What waits to be written to one database, and the thread that is writing for all.

    :param begin: gives a connection in one transaction, committed at the end of its block.
    :param rng: decides the order inside a transaction; one that can't be foretold in production.
    :param most: how many may wait; whoever comes then is asked to come again.
    """

    def __init__(
        self,
        begin: Callable[[], AbstractContextManager[Connection]],
        rng: Random,
        *,
        most: int = MOST_WAITING,
        gather_seconds: float = GATHER_SECONDS,
    ) -> None:
        self._begin = begin
        self._rng = rng
        self._most = most
        self._gather_seconds = gather_seconds
        self._changed = threading.Condition()
        self._waiting: list[_Entry[Any, Any]] = []
        self._writing = False

    @property
    def waiting(self) -> int:
        """Return how many wait for their turn."""
        with self._changed:
            return len(self._waiting)

    def write(self, act: Act[Item, Outcome], item: Item) -> Outcome:
        """Do `act` for `item` in a transaction with whatever else waits; return when it is stored.

        An act may be done twice if the first transaction fails; it counts once.

        :raises Refusal: what the act refused this item with.
        :raises BusyError: if too many wait, or the database can't be written to now.
        """
        entry = _Entry(act, item)
        with self._changed:
            if len(self._waiting) >= self._most:
                raise BusyError
            self._waiting.append(entry)
            while self._writing and not entry.done:
                self._changed.wait()
            leads = not entry.done
            self._writing = self._writing or leads
        if leads:
            self._write_all()
        return entry.result()

    def _write_all(self) -> None:
        """Write everything that waits, this thread's own act among it, and wake the others."""
        drawn: list[_Entry[Any, Any]] = []
        try:
            time.sleep(self._gather_seconds)
            with self._changed:
                drawn, self._waiting = self._waiting, []
            self._rng.shuffle(drawn)
            self._store(drawn)
        finally:
            with self._changed:
                for entry in drawn:
                    if not entry.done:  # this thread is being ended
                        entry.outcome, entry.done = BusyError(), True
                self._writing = False
                self._changed.notify_all()

    def _store(self, entries: Sequence[_Entry[Any, Any]]) -> None:
        """Store all in one transaction; if that fails, each alone, so that one fault is one's."""
        try:
            self._commit(entries)
            return
        except Exception as fault:
            _log_fault(fault, len(entries))
        stuck = False
        for entry in entries:
            if stuck:  # waiting as long again for each would keep everybody
                entry.outcome, entry.done = BusyError(), True
                continue
            try:
                self._commit([entry])
            except Exception as fault:
                stuck = isinstance(fault, OperationalError) or (
                    isinstance(fault, DBAPIError) and is_away(fault)
                )
                entry.outcome, entry.done = BusyError() if stuck else fault, True

    def _commit(self, entries: Sequence[_Entry[Any, Any]]) -> None:
        with self._begin() as connection:
            for act in dict.fromkeys(entry.act for entry in entries):
                alike = [entry for entry in entries if entry.act == act]
                outcomes = act(connection, [entry.item for entry in alike])
                for entry, outcome in zip(alike, outcomes, strict=True):
                    entry.outcome = outcome
        for entry in entries:
            entry.done = True


def _log_fault(fault: Exception, count: int) -> None:
    structlog.get_logger().warning("batch failed", error=reason_of(fault), count=count)
