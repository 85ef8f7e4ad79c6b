"""Send the links straight from memory, each once, over as many connections as the relay wants."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from app.extensions import Store
from app.launching.notes import Launching, Notes
from app.mail.mailer import (
    Connection,
    Mail,
    MailDelayedError,
    Mailer,
    MailRefusedError,
    RelayUnavailableError,
)
from app.side_by_side import side_by_side

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
PATIENCE_SECONDS = 900.0


class Waiting(Protocol):
    """What goes into one mail: a link, or the links of a feedback cycle for one rater."""

    @property
    def token_hashes(self) -> tuple[bytes, ...]:
        """Return what the invitations behind it are found by."""


Entry = TypeVar("Entry", bound=Waiting)


@dataclass(frozen=True)
class Post(Generic[Entry]):
    """What sending needs: where to, how a mail is made, and how to wait.

    :ivar compose: called by one thread at a time.
    """

    identity: Store
    mailer: Mailer
    compose: Callable[[Entry], Mail]
    now: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    seconds: Callable[[], float] = time.monotonic
    patience: float = PATIENCE_SECONDS


def send_links(post: Post[Entry], launched: Launching, waiting: deque[Entry]) -> None:
    """Mail every link in `waiting`, emptying it; what stays in it at the end is lost mail.

    A link is dropped from memory after its mail's 250, and its row says so before the next mail
    goes over the same connection. A 5xx for its recipient revokes its invitation. What is put off
    is tried again, from memory, for as long as `post.patience` after the last success.

    :param waiting: the only reference to the links.
    :raises LaunchLostError: once another process has taken the launch over.
    """
    notes = Notes(post.identity, launched, post.now, post.sleep)
    pause, began = _FIRST_PAUSE_SECONDS, post.seconds()
    while waiting:
        before = len(waiting)
        _Going(post, notes, waiting).through()
        if not waiting:
            return
        if len(waiting) < before:
            pause, began = _FIRST_PAUSE_SECONDS, post.seconds()
        if post.seconds() - began >= post.patience:
            return
        post.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        notes.hold()


class _Going(Generic[Entry]):
    """One going through what waits; what is put off waits for the next one.

    So one mailbox that is greylisted holds up no other, and one connection that the relay doesn't
    give holds up no other connection.
    """

    def __init__(self, post: Post[Entry], notes: Notes, waiting: deque[Entry]) -> None:
        self._post = post
        self._notes = notes
        self._waiting = waiting
        self._put_off: deque[Entry] = deque()
        self._turn = threading.Lock()
        self._over = threading.Event()
        self._at_work = min(post.mailer.connections, len(waiting))

    def through(self) -> None:
        """Try each link once; leave in `waiting` what was put off, and what no connection took.

        :raises LaunchLostError: once another process has taken the launch over.
        """
        try:
            side_by_side(self._work, self._at_work)
        finally:
            self._waiting.extend(self._put_off)

    def _work(self) -> None:
        """Send over one connection after the other, until nothing waits or the relay is gone."""
        pause = _FIRST_PAUSE_SECONDS
        try:
            while not self._over.is_set():
                if self._use_a_connection():
                    # A relay that ends a connection after so many mails is used again at once.
                    pause = _FIRST_PAUSE_SECONDS
                elif not self._rest(pause):
                    return
                else:
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        except BaseException:
            self._over.set()
            raise

    def _use_a_connection(self) -> int:
        """Send over one connection for as long as it can be used; return how many links it took."""
        done = 0
        try:
            with self._post.mailer.connect() as connection:
                while (entry := self._take()) is not None:
                    done += self._hand_over(connection, entry)
        except MailDelayedError:
            self._notes.hold()
        return done

    def _take(self) -> Entry | None:
        with self._turn:
            if not self._waiting:
                self._over.set()
            return None if self._over.is_set() else self._waiting.popleft()

    def _hand_over(self, connection: Connection, entry: Entry) -> bool:
        """Return whether it is decided about; else it waits for the next going through.

        :raises RelayUnavailableError: if the connection can't be used any more.
        """
        try:
            with self._turn:
                mail = self._post.compose(entry)
            connection.send(mail)
        except MailRefusedError:
            self._notes.refused(entry.token_hashes)
        except RelayUnavailableError:
            self._put_off.append(entry)
            raise
        except MailDelayedError:
            self._put_off.append(entry)
            self._notes.hold()
            return False
        else:
            self._notes.mailed(entry.token_hashes)
        return True

    def _rest(self, seconds: float) -> bool:
        """Wait while other connections send; return False at once if there is none that does."""
        with self._turn:
            self._at_work -= 1
            if not self._at_work:
                return False
        self._over.wait(seconds)
        with self._turn:
            self._at_work += 1
        return True
