"""Send the links straight from memory, each once, and say in the database which have gone."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Literal, Protocol, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.extensions import Store
from app.mail.mailer import (
    Connection,
    Mail,
    MailDelayedError,
    Mailer,
    MailRefusedError,
    RelayUnavailableError,
)
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.invitation import Invitation
from app.models.identity.round import Round

LEASE = timedelta(minutes=5)
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
class Launching:
    """What is being launched, a round or a cycle: whose row holds the lease.

    :ivar round_id: a round that is launched in it; of a cycle some may be launched again, and
        then it is another process's.
    """

    table: type[Round] | type[FeedbackCycle]
    id: str
    round_id: str


class LaunchLostError(Exception):
    """This launch took longer than its lease, and another process has decided about it."""


@dataclass(frozen=True)
class Post(Generic[Entry]):
    """What sending needs: where to, how a mail is made, and how to wait."""

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
    goes. A 5xx for its recipient revokes its invitation. What is put off is tried again, from
    memory, for as long as `post.patience` after the last success.

    :param waiting: the only reference to the links.
    :raises LaunchLostError: once another process has taken the launch over.
    """
    pause = _FIRST_PAUSE_SECONDS
    began = post.seconds()
    while waiting:
        before = len(waiting)
        try:
            with post.mailer.connect() as connection:
                _send_while_taken(post, launched, connection, waiting)
        except MailDelayedError:
            if len(waiting) < before:
                pause, began = _FIRST_PAUSE_SECONDS, post.seconds()
            if post.seconds() - began >= post.patience:
                return
            post.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            _renew_lease(post, launched)


def _send_while_taken(
    post: Post[Entry], launched: Launching, connection: Connection, waiting: deque[Entry]
) -> None:
    """Send from the left until none is left.

    :raises MailDelayedError: once every link that is left was put off in turn, or the relay can't
        be used.
    :raises LaunchLostError: once another process has taken the launch over.
    """
    delayed_in_a_row = 0
    while waiting:
        entry = waiting[0]
        try:
            connection.send(post.compose(entry))
            _note(post, launched, entry, "mailed")
        except MailRefusedError:
            _note(post, launched, entry, "refused")
        except RelayUnavailableError:
            raise
        except MailDelayedError:
            _renew_lease(post, launched)
            delayed_in_a_row += 1
            waiting.rotate(-1)  # one mailbox that is greylisted holds up no other
            if delayed_in_a_row >= len(waiting):
                raise
            continue
        delayed_in_a_row = 0
        waiting.popleft()


def _note(
    post: Post[Entry], launched: Launching, entry: Entry, outcome: Literal["mailed", "refused"]
) -> None:
    wanted = update(Invitation).where(Invitation.token_hash.in_(entry.token_hashes))
    if outcome == "mailed":
        change = wanted.values(mailed=True)
    else:
        change = wanted.where(Invitation.state == "open").values(state="revoked")
    with post.identity.begin() as session:
        session.execute(change)  # kept even where the launch is lost: the mail has gone
        ours = _renewed(session, post, launched)
    if not ours:
        raise LaunchLostError


def _renew_lease(post: Post[Entry], launched: Launching) -> None:
    with post.identity.begin() as session:
        ours = _renewed(session, post, launched)
    if not ours:
        raise LaunchLostError


def _renewed(session: Session, post: Post[Entry], launched: Launching) -> bool:
    """Return whether this process is still who launches it; if so, for a lease longer."""
    under_way = select(Round.id).where(Round.id == launched.round_id, Round.state == "launching")
    if session.scalar(under_way) is None:
        return False
    renewed = session.execute(
        update(launched.table)
        .where(launched.table.id == launched.id, launched.table.state == "launching")
        .values(lease_until=post.now() + LEASE)
    )
    return renewed.rowcount == 1
