"""Leases: who may work on a round now. A worker that dies loses its lease, never the work."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from app.jobs.attempts import attempt
from app.jobs.workplace import Workplace
from app.models.identity.round import Round
from app.waking import wake_workers

LEASE = timedelta(minutes=10)


def for_each_round(
    workplace: Workplace,
    work: Callable[[Workplace, str], None],
    *conditions: ColumnElement[bool],
) -> None:
    """Do `work` for each round that meets `conditions`, each claimed just before.

    One round's failure stops no other; it is tried again when its lease has ended. Where there
    are several, other workers are woken to share them.
    """
    with workplace.identity.read() as session:
        candidates = session.scalars(
            select(Round.id).where(*conditions, is_free(workplace.now())).order_by(Round.id)
        ).all()
    share_work(workplace, len(candidates))
    for round_id in candidates:
        with workplace.identity.begin() as session:
            claimed = _claim(session, round_id, workplace.now(), conditions)
        if claimed:
            attempt(work.__name__, partial(work, workplace, round_id))


def share_work(workplace: Workplace, found: int) -> None:
    """Wake the other workers if more has been found than one can do at a time."""
    if found > 1:
        with workplace.identity.begin() as session:
            wake_workers(session)


def _claim(
    session: Session, round_id: str, now: datetime, conditions: Sequence[ColumnElement[bool]]
) -> bool:
    claimed = session.execute(
        update(Round)
        .where(Round.id == round_id, *conditions, is_free(now))
        .values(lease_until=now + LEASE)
    )
    return claimed.rowcount == 1


def is_free(now: datetime) -> ColumnElement[bool]:
    return or_(Round.lease_until.is_(None), Round.lease_until <= now)
