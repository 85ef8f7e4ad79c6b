"""Leases: who may work on a round now. A worker that dies loses its lease, never the work."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from app.extensions import Store
from app.models.identity.round import Round

LEASE = timedelta(minutes=10)


def claim_rounds(identity: Store, now: datetime, *conditions: ColumnElement[bool]) -> Sequence[str]:
    """Return the rounds that meet `conditions` and are now this process's until the lease ends."""
    with identity.begin() as session:
        candidates = session.scalars(
            select(Round.id).where(*conditions, _free(now)).order_by(Round.id)
        ).all()
        return [round_id for round_id in candidates if _claim(session, round_id, now, conditions)]


def _claim(
    session: Session, round_id: str, now: datetime, conditions: Sequence[ColumnElement[bool]]
) -> bool:
    claimed = session.execute(
        update(Round)
        .where(Round.id == round_id, *conditions, _free(now))
        .values(lease_until=now + LEASE)
    )
    return claimed.rowcount == 1


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Round.lease_until.is_(None), Round.lease_until <= now)
