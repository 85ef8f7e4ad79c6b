"""The worker: does all due work, waits a little, again. Killed at any point, nothing is lost."""

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

import structlog

from app.jobs.closes import close_due_rounds
from app.jobs.ends import abort_rounds, cancel_rounds
from app.jobs.launches import (
    ask_for_scheduled_rounds,
    launch_due_rounds,
    take_up_broken_launches,
)
from app.jobs.mails import nudge_open_rounds, send_owed_notices
from app.jobs.upkeep import look_at_thresholds, shuffle_storage
from app.jobs.workplace import Workplace

SHUFFLE_EVERY = timedelta(minutes=5)
_JOBS: tuple[Callable[[Workplace], None], ...] = (
    take_up_broken_launches,
    abort_rounds,
    cancel_rounds,
    close_due_rounds,
    ask_for_scheduled_rounds,
    launch_due_rounds,
    look_at_thresholds,
    nudge_open_rounds,
    send_owed_notices,
)


def run_due_work(workplace: Workplace) -> None:
    """Do everything that is due now, once; one job's failure stops no other."""
    for job in _JOBS:
        _attempt(job, workplace)


def run_worker(workplace: Workplace, pause_seconds: float) -> None:
    """Do due work until SIGTERM or SIGINT, finishing the job at hand."""
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    shuffled: datetime | None = None
    while not stop.is_set():
        run_due_work(workplace)
        if shuffled is None or workplace.now() - shuffled >= SHUFFLE_EVERY:
            _attempt(shuffle_storage, workplace)
            shuffled = workplace.now()
        stop.wait(pause_seconds)


def _attempt(job: Callable[[Workplace], None], workplace: Workplace) -> None:
    try:
        job(workplace)
    except Exception as fault:
        structlog.get_logger().error("job failed", job=job.__name__, error=_where(fault))


def _where(fault: BaseException) -> str:
    """Return the fault's kind and place; its text may quote what must not be logged."""
    place = fault.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return type(fault).__name__
    return f"{type(fault).__name__} in {place.tb_frame.f_code.co_qualname}:{place.tb_lineno}"
