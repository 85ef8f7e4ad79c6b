"""The worker: does all due work, waits a little, again. Killed at any point, nothing is lost."""

import signal
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from functools import partial
from types import FrameType

from app.jobs.attempts import attempt
from app.jobs.bell import Bell
from app.jobs.bounces import read_bounces
from app.jobs.closes import close_due_rounds, let_small_rounds_wait
from app.jobs.cycle_reminders import remind_open_cycles
from app.jobs.cycles import end_finished_cycles, take_up_broken_cycles
from app.jobs.digests import owe_digests
from app.jobs.ends import abort_rounds, cancel_rounds
from app.jobs.launchers import Launchers, launch_due
from app.jobs.launches import ask_for_scheduled_rounds, take_up_broken_launches
from app.jobs.leaps import time_is_trusted
from app.jobs.lost_mail import answer_lost_mails
from app.jobs.notices import send_owed_notices
from app.jobs.reminders import remind_open_rounds
from app.jobs.retention import keep_no_longer
from app.jobs.turns import ORDER, WATCH, Turn
from app.jobs.upkeep import (
    forget_rosters,
    forget_tries,
    keep_roster_in_order,
    keep_standings_true,
    look_at_thresholds,
    mask_messages,
    shuffle_storage,
)
from app.jobs.workplace import Workplace, clock_is_true
from app.shuffling import States

SHUFFLE_EVERY_SECONDS = 300.0  # Protocol 4: every few minutes
SHUFFLE_AGAIN_SECONDS = 30.0  # where something could not be had
AGAIN_AFTER_SECONDS = 300.0  # what could not be ended: it may be much, and fail each time
OTHERS_PAUSE_SECONDS = 30.0  # of workers that one with the watch, or the bell, wakes
_Job = Callable[[Workplace], None]
BEFORE_LAUNCHES: tuple[_Job, ...] = (
    take_up_broken_launches,
    take_up_broken_cycles,
    abort_rounds,
    cancel_rounds,
    let_small_rounds_wait,
    close_due_rounds,
    keep_standings_true,
    keep_roster_in_order,
    end_finished_cycles,
    ask_for_scheduled_rounds,
)
AFTER_LAUNCHES: tuple[_Job, ...] = (
    look_at_thresholds,
    mask_messages,
    forget_rosters,
    forget_tries,
    read_bounces,
    remind_open_rounds,
    remind_open_cycles,
    answer_lost_mails,
    owe_digests,
    send_owed_notices,
)


def run_due_work(workplace: Workplace, launch: _Job = launch_due) -> None:
    """Do everything that is due now, once; one job's failure stops no other.

    :param launch: launches what is due, or sees that it is.
    """
    for job in (*BEFORE_LAUNCHES, launch, *AFTER_LAUNCHES):
        attempt(job.__name__, partial(job, workplace))


def run_worker(
    workplace: Workplace,
    pause_seconds: float,
    in_application: Callable[[], AbstractContextManager[object]],
) -> None:
    """Do due work until SIGTERM or SIGINT, finishing the job at hand.

    Of several workers one has the watch and looks every `pause_seconds`; the others look when the
    bell rings, and seldom by themselves (decision 110).

    :param in_application: enters the application, for the other threads.
    """
    stop = _stopped_by_signals()
    # On a thread of its own: a launch that waits for its relay must not leave an order on the disk.
    shuffling = threading.Thread(target=_shuffle_until, args=(stop, in_application, workplace))
    shuffling.start()
    watch, bell = Turn(workplace.identity.engine, WATCH), Bell(workplace.identity.engine)
    launchers = Launchers(in_application, workplace.settings.launches_at_once)
    ending = _Ending()
    bell.listen()
    while not stop.is_set():
        watching = watch.is_mine()
        if not (clock_is_true(workplace) and time_is_trusted(workplace)):
            # What the pages wrote meanwhile is looked at once the time is right.
            ending.look_again()
        else:
            run_due_work(workplace, launchers.launch_due)
            if watching:
                ending.end_what_is_due(workplace)
        # Where the database was away nobody has the watch: whoever asks first when it is back.
        looks_soon = watching or not watch.known
        bell.wait(pause_seconds if looks_soon else OTHERS_PAUSE_SECONDS, stop)
    # The watch is another's at once: what is being launched may take hours to be finished.
    watch.give_up()
    bell.close()
    shuffling.join()
    launchers.stop()


class _Ending:
    """Ends what is kept long enough: once a day, or again soon where not all could be ended."""

    def __init__(self) -> None:
        self._done_on: date | None = None
        self._again_at = 0.0

    def look_again(self) -> None:
        """Forget that it was done today."""
        self._done_on = None

    def end_what_is_due(self, workplace: Workplace) -> None:
        """Look at it unless that was done today, or failed a moment ago."""
        today = workplace.now().date()
        if today == self._done_on or time.monotonic() < self._again_at:
            return
        if keep_no_longer(workplace):
            self._done_on = today
        else:
            self._again_at = time.monotonic() + AGAIN_AFTER_SECONDS


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    return stop


def _shuffle_until(
    stop: threading.Event,
    in_application: Callable[[], AbstractContextManager[object]],
    workplace: Workplace,
) -> None:
    with in_application():
        turn = Turn(workplace.identity.engine, ORDER)
    known: States = {}
    while not stop.is_set():
        with in_application():
            done = not turn.is_mine() or shuffle_storage(workplace, known)
        stop.wait(SHUFFLE_EVERY_SECONDS if done else SHUFFLE_AGAIN_SECONDS)
    turn.give_up()
