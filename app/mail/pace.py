"""The pace at which one process hands mails to the relay, over all its connections together."""

import threading
import time
from collections.abc import Callable


class Pace:
    """Turns that come evenly; a moment in which nothing is sent is not made up for later.

    :param per_minute: how many mails may go in a minute; 0 for as many as the relay takes.
    """

    def __init__(
        self,
        per_minute: int,
        sleep: Callable[[float], None] = time.sleep,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._between = 60 / per_minute if per_minute else 0.0
        self._sleep = sleep
        self._seconds = seconds
        self._lock = threading.Lock()
        self._next = seconds()

    def wait_for_turn(self) -> None:
        """Return when the next mail may go."""
        if not self._between:
            return
        with self._lock:
            turn = max(self._next, self._seconds())
            self._next = turn + self._between
        self._sleep(max(0.0, turn - self._seconds()))
