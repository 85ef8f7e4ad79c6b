"""What waits together shares a transaction; each is answered for itself, after the commit."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
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
        self.commits: list[int] = []  # how many numbers each transaction held
        self.batch = Batch(self._begin, SystemRandom(), **options)
        self.free = threading.Event()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        held: list[int] = []
        with self.engine.begin() as connection:
            connection.info["held"] = held
            yield connection
        self.commits.append(len(held))

    def write(self, value: int) -> int:
        """Store a number and return it."""
        return self.batch.write(insert, value)

    def hold(self) -> None:
        """Keep the batch writing until `free` is set."""

        def _hold(_connection: Connection, items: Sequence[None]) -> Sequence[None]:
            assert self.free.wait(PATIENCE_SECONDS)
            return items

        self.batch.write(_hold, None)

    def values(self) -> set[int]:
        with self.engine.connect() as connection:
            return set(connection.scalars(text("SELECT value FROM number")))

    def together(self, *sends: Callable[[], Any]) -> list[Future[Any]]:
        """Send what all waits while something is being written; return what became of each."""
        with ThreadPoolExecutor(len(sends) + 1) as pool:
            first = pool.submit(self.hold)
            until(lambda: self.batch._writing and not self.batch.waiting)
            sent = []
            for number, send in enumerate(sends, start=1):
                sent.append(pool.submit(send))
                until(lambda number=number: self.batch.waiting == number)
            self.free.set()
            first.result(PATIENCE_SECONDS)
        return sent


def insert(connection: Connection, values: Sequence[int]) -> Sequence[int]:
    """Insert numbers with one call, and give them back."""
    connection.info["held"] += values
    connection.execute(
        text("INSERT INTO number VALUES (:value)"), [{"value": value} for value in values]
    )
    return values


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
    sent = store.together(*(partial(store.write, value) for value in range(20)))
    assert [future.result() for future in sent] == list(range(20))
    assert store.values() == set(range(20))
    assert store.commits == [0, 20]


def test_inside_a_transaction_the_order_is_not_that_of_arrival(tmp_path: Path) -> None:
    store = Store(tmp_path / "numbers.sqlite3")
    store.batch._rng = Random(1)
    done: list[int] = []

    def note(_connection: Connection, values: Sequence[int]) -> Sequence[int]:
        done.extend(values)
        return values

    store.together(*(partial(store.batch.write, note, value) for value in range(30)))
    expected = list(range(30))
    rng = Random(1)
    rng.shuffle([None])  # what held the others
    rng.shuffle(expected)
    assert done == expected != list(range(30))


def test_what_is_alike_is_written_with_one_call_and_each_gets_its_own_answer(store: Store) -> None:
    calls: list[int] = []

    def count(_connection: Connection, values: Sequence[int]) -> Sequence[int | Refusal]:
        calls.append(len(values))
        return [NotNowError() if value % 2 else 10 * value for value in values]

    sent = store.together(
        *(partial(store.batch.write, count, value) for value in range(6)), partial(store.write, 1)
    )
    assert calls == [6]
    assert [sent[value].result() for value in (0, 2, 4, 6)] == [0, 20, 40, 1]
    for value in (1, 3, 5):
        with pytest.raises(NotNowError, match="This may not be done"):
            sent[value].result()
    assert store.values() == {1}


def test_a_broken_act_fails_alone_and_the_others_are_stored_once(store: Store) -> None:
    store.write(7)
    sent = store.together(*(partial(store.write, value) for value in (1, 7, 2)))
    assert (sent[0].result(), sent[2].result()) == (1, 2)
    with pytest.raises(IntegrityError):
        sent[1].result()
    assert store.values() == {1, 2, 7}


def test_whoever_comes_when_too_many_wait_is_asked_to_come_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "numbers.sqlite3", most=3)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(store.hold)
        until(lambda: store.batch._writing and not store.batch.waiting)
        sent = [pool.submit(store.write, value) for value in range(3)]
        until(lambda: store.batch.waiting == 3)
        with pytest.raises(BusyError):
            store.write(3)
        store.free.set()
        first.result(PATIENCE_SECONDS)
    assert [future.result() for future in sent] == [0, 1, 2]
    assert store.write(3) == 3


def test_nothing_is_answered_before_the_commit(store: Store) -> None:
    answered_at_commit: list[bool] = []
    sent: list[Future[int]] = []
    known = threading.Event()

    def write() -> int:
        assert known.wait(PATIENCE_SECONDS)
        return store.write(1)

    @event.listens_for(store.engine, "commit")
    def _look(_connection: Connection) -> None:
        answered_at_commit.extend(future.done() for future in sent)

    with ThreadPoolExecutor(1) as pool:
        sent.append(pool.submit(write))
        known.set()
    assert answered_at_commit == [False]
    assert sent[0].result() == 1


def test_a_database_that_cannot_be_written_to_is_busy_and_everyone_hears_it(store: Store) -> None:
    tries: list[int] = []

    def locked(_connection: Connection, values: Sequence[int]) -> Sequence[int]:
        tries.append(len(values))
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    for future in store.together(
        *(partial(store.batch.write, locked, value) for value in range(3))
    ):
        with pytest.raises(BusyError):
            future.result()
    # Together, and the first alone; the others need not wait as long again.
    assert tries == [3, 1]
    assert store.write(1) == 1


def test_a_writer_that_is_ended_leaves_nobody_waiting(store: Store) -> None:
    def end(_connection: Connection, _values: Sequence[int]) -> Sequence[int]:
        raise SystemExit

    ended, good = store.together(partial(store.batch.write, end, 1), partial(store.write, 1))
    with pytest.raises((SystemExit, BusyError)):
        ended.result()
    with pytest.raises((SystemExit, BusyError)):
        good.result()
    assert store.values() == set()
    assert store.write(1) == 1


def test_it_starts_no_thread_and_works_in_a_process_that_was_forked(store: Store) -> None:
    before = threading.active_count()
    store.write(1)
    assert threading.active_count() == before
    child = multiprocessing.get_context("fork").Process(
        target=lambda: os._exit(0 if store.write(2) == 2 else 1)
    )
    child.start()
    child.join(PATIENCE_SECONDS)
    assert child.exitcode == 0
    assert store.values() == {1, 2}
