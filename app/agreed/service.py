"""Use cases: note what a circle agreed on, say how it went, read it again. Decision 095.

Whether somebody mentors the circle is the routes' to ask; nothing else reads this table.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.agreed.errors import MentionsSomebodyError, NoSuchActionError, TooManyOpenError
from app.agreed.schemas import Noted, Step
from app.models.columns import random_id
from app.models.identity.agreed_action import AgreedAction
from app.models.identity.group import Group
from app.models.identity.program import Program
from crypto import envelope
from surveys.masking import ADDRESS, NAME, NUMBER

MOST_OPEN = 5
_BYTES = 640  # what 160 characters take at most; all have one length


@dataclass(frozen=True)
class ActionRow:
    """One agreed action; `carried` where a mentor said on `looked_at` that it goes on."""

    id: str
    words: str = field(repr=False)
    agreed_on: date
    looked_at: date
    outcome: str | None

    @property
    def carried(self) -> bool:
        """Return whether it goes on since a later talk."""
        return self.outcome is None and self.looked_at > self.agreed_on


@dataclass(frozen=True)
class Agreed:
    """What a circle has agreed on: what is open, oldest first, and what is over, latest first."""

    open: tuple[ActionRow, ...] = ()
    over: tuple[ActionRow, ...] = ()

    @property
    def full(self) -> bool:
        """Return whether no more can be noted."""
        return len(self.open) >= MOST_OPEN


def agreed_of(session: Session, key: envelope.DataKey, group_id: str) -> Agreed:
    """Return what a group has agreed on.

    :param key: the roster's data key.
    """
    rows = [
        ActionRow(row.id, _open_words(key, row), row.agreed_on, row.looked_at, row.outcome)
        for row in session.scalars(
            select(AgreedAction)
            .where(AgreedAction.group_id == group_id)
            .order_by(AgreedAction.agreed_on, AgreedAction.id)
        )
    ]
    over = [row for row in rows if row.outcome is not None]
    return Agreed(
        tuple(row for row in rows if row.outcome is None),
        tuple(sorted(over, key=lambda row: (row.looked_at, row.agreed_on), reverse=True)),
    )


def note_action(
    session: Session,
    key: envelope.DataKey,
    group_id: str,
    noted: Noted,
    today: date,
    mask: Callable[[str], str],
) -> None:
    """Note what a group agreed on.

    :param mask: hides the roster's names, addresses and numbers; here it only tells of them.
    :raises TooManyOpenError: if five are open already.
    :raises MentionsSomebodyError: if it seems to, and was not to be kept as it is.
    """
    if not noted.as_it_is and mentions_somebody(noted.words, mask):
        raise MentionsSomebodyError
    # Locked, so that two mentors who note something at once come one after the other.
    session.scalars(select(Group.id).where(Group.id == group_id).with_for_update()).one()
    known = session.scalars(
        select(AgreedAction.id).where(
            AgreedAction.group_id == group_id, AgreedAction.outcome.is_(None)
        )
    ).all()
    if len(known) >= MOST_OPEN:
        raise TooManyOpenError(MOST_OPEN)
    row = AgreedAction(id=random_id(), group_id=group_id, agreed_on=today, looked_at=today)
    row.words = envelope.encrypt(
        key,
        noted.words.encode().ljust(_BYTES),
        table="agreed_action",
        column="words",
        row=_row(row),
    )
    session.add(row)


def look_back(session: Session, group_id: str, action_id: str, step: Step, today: date) -> None:
    """Say how an action went; what is over can only be erased.

    :raises NoSuchActionError: if the group has no such action (any more).
    """
    row = session.scalar(
        select(AgreedAction)
        .where(AgreedAction.id == action_id, AgreedAction.group_id == group_id)
        .with_for_update()
    )
    if row is None:
        raise NoSuchActionError
    if step == "erase":
        session.delete(row)
    elif row.outcome is None:
        row.looked_at = max(today, row.agreed_on)
        row.outcome = None if step == "goes on" else step


def forget_untouched(session: Session, day: date) -> int:
    """Delete what no mentor has looked at since `day`, and return how much that was."""
    gone = session.execute(delete(AgreedAction).where(AgreedAction.looked_at <= day))
    return gone.rowcount


def mentions_somebody(words: str, mask: Callable[[str], str]) -> bool:
    """Return whether a text seems to hold a name of the roster, an address or a number."""
    masked = mask(words)
    return any(masked.count(sign) > words.count(sign) for sign in (NAME, ADDRESS, NUMBER))


def day_in(session: Session, group_id: str, now: datetime) -> date:
    """Return the day that it is where a group's program is."""
    zone = session.scalars(
        select(Program.time_zone)
        .join(Group, Group.program_id == Program.id)
        .where(Group.id == group_id)
    ).one()
    return now.astimezone(ZoneInfo(zone)).date()


def _open_words(key: envelope.DataKey, row: AgreedAction) -> str:
    return (
        envelope.decrypt(key, row.words, table="agreed_action", column="words", row=_row(row))
        .decode()
        .rstrip()
    )


def _row(action: AgreedAction) -> bytes:
    return (action.group_id + action.id).encode()
