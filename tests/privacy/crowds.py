"""Many requests that arrive in a known order while one write is under way."""

import threading
import time
from collections.abc import Callable, Sequence

from flask import Flask
from sqlalchemy import Connection

from app.batching import Batch
from app.extensions import Store

PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.001


def batch_of(app: Flask, store: Store) -> Batch:
    """Return what groups the writes to a database."""
    batch: Batch = app.extensions["chorus.batches"][store.bind]
    return batch


def arrive_in_order(app: Flask, store: Store, calls: Sequence[Callable[[], object]]) -> None:
    """Make each call in a thread of its own; each begins to wait only after the one before."""
    batch = batch_of(app, store)
    begun, free = threading.Event(), threading.Event()

    def hold(_connection: Connection, items: Sequence[None]) -> Sequence[None]:
        begun.set()
        assert free.wait(PATIENCE_SECONDS)
        return items

    def run(call: Callable[[], object]) -> None:
        with app.app_context():
            call()

    threads = [threading.Thread(target=run, args=(lambda: store.write(hold, None),))]
    threads[0].start()
    assert begun.wait(PATIENCE_SECONDS)
    for number, call in enumerate(calls, start=1):
        threads.append(threading.Thread(target=run, args=(call,)))
        threads[-1].start()
        _wait(batch, number)
    free.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads)


def _wait(batch: Batch, number: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while batch.waiting < number:
        assert time.monotonic() < deadline, "a request never came to wait"
        time.sleep(_PAUSE_SECONDS)
