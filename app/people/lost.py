"""Lost mail: whoever asks for theirs again leaves the same trace, invited or not."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.errors import TooManyTriesError
from app.accounts.tries import TryLimit
from app.extensions import Store
from app.models.columns import random_id
from app.models.identity.notice import Notice
from app.people.service import person_by_address
from crypto import envelope

_ANYBODY = ""


@dataclass(frozen=True)
class LostMailLimits:
    """The limits of one process: three an hour for an address, and a bound for all together."""

    address: TryLimit = field(default_factory=lambda: TryLimit(3, timedelta(hours=1)))
    anybody: TryLimit = field(default_factory=lambda: TryLimit(300, timedelta(minutes=15)))


def note_lost_mail(
    identity: Store, key: envelope.DataKey, limits: LostMailLimits, now: datetime, address: str
) -> None:
    """Note that the answer to a lost mail is owed; whoever asked learns nothing from it.

    An address that nobody has leaves a row, too, which leads nowhere and goes at the worker's next
    look: neither the time that this takes nor what it writes depends on the address.
    """
    try:
        limits.anybody.take(_ANYBODY, now)
        limits.address.take(address, now)
    except TooManyTriesError:
        return
    # Two who ask at once for one person owe one mail.
    with suppress(IntegrityError), identity.begin() as session:
        person = person_by_address(session, key, address)
        owed_to = random_id() if person is None else person.id
        owed = select(Notice.kind).where(Notice.kind == "lost", Notice.subject_id == owed_to)
        if session.scalar(owed) is None:
            session.add(Notice(kind="lost", subject_id=owed_to, recipient_id=owed_to))
