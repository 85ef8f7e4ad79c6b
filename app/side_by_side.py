"""Threads of one application, each with an application context of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, current_app


def side_by_side(work: Callable[[], None], times: int) -> None:
    """Do `work` so many times at once, once of them in this thread; return when all have ended.

    :raises Exception: what one of them raised, this thread's first.
    """
    if times <= 1:
        work()
        return
    app: Flask = current_app._get_current_object()

    def work_elsewhere() -> None:
        with app.app_context():
            work()

    with ThreadPoolExecutor(times - 1) as threads:
        others = [threads.submit(work_elsewhere) for _ in range(times - 1)]
        work()
    for other in others:
        other.result()
