"""Acts that wait together share a transaction; each is answered for itself, after the commit."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import NullPool

from app.batching import Batch, BusyError, Refusal

PATIENCE_SECONDS = 20


class NotNowError(Refusal):
    """This may not be done."""


class Store:
    """A table of numbers, a batch that writes to it, and what happened to its transactions."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.engine: Engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        with self.engine.begin() as connection:
            connection.execute(text("CREATE TABLE number (value INTEGER PRIMARY KEY)"))
        self.commits: list[int] = []  # how many acts each transaction held
        self.batch = Batch(self._begin, SystemRandom(), **options)
        self.free = threading.Event()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            acts: list[str] = []
            event.listen(connection, "before_cursor_execute", lambda *a: acts.append(a[2]))
            yield connection
        self.commits.append(len(acts))

    def insert(self, value: int) -> Callable[[Connection], int]:
        """Return an act that inserts `value` and gives it back."""

        def _insert(connection: Connection) -> int:
            connection.execute(text("INSERT INTO number VALUES (:value)"), {"value": value})
            return value

        return _insert

    def hold(self, _connection: Connection) -> None:
        """An act that keeps the batch writing until `free` is set."""
        assert self.free.wait(PATIENCE_SECONDS)

    def values(self) -> set[int]:
        with self.engine.connect() as connection:
            return set(connection.scalars(text("SELECT value FROM number")))

    def together(self, *acts: Callable[[Connection], Any]) -> list[Future[Any]]:
        """Send acts that all wait while another is being written; return what became of each."""
        with ThreadPoolExecutor(len(acts) + 1) as pool:
            first = pool.submit(self.batch.write, self.hold)
            until(lambda: self.batch._writing and not self.batch.waiting)
            sent = []
            for number, act in enumerate(acts, start=1):
                sent.append(pool.submit(self.batch.write, act))
                until(lambda number=number: self.batch.waiting == number)
            self.free.set()
            first.result(PATIENCE_SECONDS)
        return sent


def until(true: Callable[[], bool]) -> None:
    """Return once `true` says so."""
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 200):
        if true():
            return
        pause.wait(0.005)
    raise AssertionError("it never came to that")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty table and its batch."""
    return Store(tmp_path / "numbers.sqlite3")


def test_what_waits_together_is_stored_in_one_transaction(store: Store) -> None:
    sent = store.together(*map(store.insert, range(20)))
    assert [future.result() for future in sent] == list(range(20))
    assert store.values() == set(range(20))
    assert store.commits == [0, 20]


def test_inside_a_transaction_the_order_is_not_that_of_arrival(tmp_path: Path) -> None:
    store = Store(tmp_path / "numbers.sqlite3")
    store.batch._rng = Random(1)
    done: list[int] = []
    store.together(*(lambda _connection, value=value: done.append(value) for value in range(30)))
    expected = list(range(30))
    rng = Random(1)
    rng.shuffle([None])  # the act that held the others
    rng.shuffle(expected)
    assert done == expected != list(range(30))


def test_a_refused_act_is_refused_alone(store: Store) -> None:
    def refuse(_connection: Connection) -> None:
        raise NotNowError

    good, bad, last = store.together(store.insert(1), refuse, store.insert(2))
    assert (good.result(), last.result()) == (1, 2)
    with pytest.raises(NotNowError, match="This may not be done"):
        bad.result()
    assert store.values() == {1, 2}


def test_a_broken_act_fails_alone_and_the_others_are_stored_once(store: Store) -> None:
    store.batch.write(store.insert(7))
    sent = store.together(store.insert(1), store.insert(7), store.insert(2))
    assert (sent[0].result(), sent[2].result()) == (1, 2)
    with pytest.raises(IntegrityError):
        sent[1].result()
    assert store.values() == {1, 2, 7}


def test_whoever_comes_when_too_many_wait_is_asked_to_come_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "numbers.sqlite3", most=3)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(store.batch.write, store.hold)
        until(lambda: store.batch._writing and not store.batch.waiting)
        sent = [pool.submit(store.batch.write, store.insert(value)) for value in range(3)]
        until(lambda: store.batch.waiting == 3)
        with pytest.raises(BusyError):
            store.batch.write(store.insert(3))
        store.free.set()
        first.result(PATIENCE_SECONDS)
    assert [future.result() for future in sent] == [0, 1, 2]
    assert store.batch.write(store.insert(3)) == 3


def test_nothing_is_answered_before_the_commit(store: Store) -> None:
    answered_at_commit: list[bool] = []
    sent: list[Future[int]] = []

    @event.listens_for(store.engine, "commit")
    def _look(_connection: Connection) -> None:
        answered_at_commit.extend(future.done() for future in sent)

    with ThreadPoolExecutor(1) as pool:
        sent.append(pool.submit(store.batch.write, store.insert(1)))
    assert answered_at_commit == [False]
    assert sent[0].result() == 1


def test_a_database_that_cannot_be_written_to_is_busy_and_everyone_hears_it(store: Store) -> None:
    tries: list[int] = []

    def locked(_connection: Connection) -> None:
        tries.append(1)
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    for future in store.together(locked, locked, locked):
        with pytest.raises(BusyError):
            future.result()
    assert len(tries) == 2  # together, and the first alone; the others need not wait as long again
    assert store.batch.write(store.insert(1)) == 1


def test_a_writer_that_is_ended_leaves_nobody_waiting(store: Store) -> None:
    def end(_connection: Connection) -> None:
        raise SystemExit

    ended, good = store.together(end, store.insert(1))
    with pytest.raises((SystemExit, BusyError)):
        ended.result()
    with pytest.raises((SystemExit, BusyError)):
        good.result()
    assert store.values() == set()
    assert store.batch.write(store.insert(1)) == 1


def test_it_starts_no_thread_and_works_in_a_process_that_was_forked(store: Store) -> None:
    before = threading.active_count()
    store.batch.write(store.insert(1))
    assert threading.active_count() == before
    child = multiprocessing.get_context("fork").Process(
        target=lambda: os._exit(0 if store.batch.write(store.insert(2)) == 2 else 1)
    )
    child.start()
    child.join(PATIENCE_SECONDS)
    assert child.exitcode == 0
    assert store.values() == {1, 2}
