"""Launchers: a worker's threads that launch what is due, beside each other and all other work.

So a pool whose relay or mailboxes are slow holds up no other, and no close or reminder either.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from app.jobs.attempts import attempt
from app.jobs.cycles import due_cycles
from app.jobs.launches import due_rounds
from app.jobs.leases import share_work
from app.jobs.workplace import Workplace


def launch_due(workplace: Workplace) -> None:
    """Launch every round and cycle whose time has come, one after the other."""
    for launch in _due(workplace).values():
        attempt("launch", launch)


class Launchers:
    """Threads that launch side by side; what they can't begin yet another worker may take.

    :param in_application: enters the application, for each launch's thread.
    """

    def __init__(self, in_application: Callable[[], AbstractContextManager[object]], number: int):
        self._in_application = in_application
        self._threads = ThreadPoolExecutor(number, thread_name_prefix="launch")
        self._in_hand: set[str] = set()

    def launch_due(self, workplace: Workplace) -> None:
        """Give the threads every round and cycle whose time has come; wait for none of them."""
        found = {due: to_do for due, to_do in _due(workplace).items() if due not in self._in_hand}
        share_work(workplace, len(found))
        for due, launch in found.items():
            self._in_hand.add(due)
            self._threads.submit(self._launch, due, launch)

    def stop(self) -> None:
        """Return once what has begun has come to its end; begin nothing more."""
        self._threads.shutdown(cancel_futures=True)

    def _launch(self, due: str, launch: Callable[[], None]) -> None:
        try:
            with self._in_application():
                attempt("launch", launch)
        finally:
            self._in_hand.discard(due)


def _due(workplace: Workplace) -> dict[str, Callable[[], None]]:
    return {**due_rounds(workplace), **due_cycles(workplace)}
