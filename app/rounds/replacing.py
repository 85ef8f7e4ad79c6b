"""Stop open rounds, so that the worker launches each anew with keys that nobody else has."""

from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.models.identity.pool import Pool
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.rounds.errors import NotReplaceableError
from app.waking import wake_workers


def open_rounds(session: Session) -> list[str]:
    """Return the rounds that people can answer now, or soon."""
    under_way = select(Round.id).where(Round.state.in_(("launching", "open")))
    return list(session.scalars(under_way.order_by(Round.id)))


def replace_round(session: Session, round_id: str, now: datetime, actor: str) -> None:
    """Begin to stop an open round: the worker destroys it unread and asks for another like it.

    Past its closing time, too, as long as there is no release: without its keys it can't close.

    :raises NotReplaceableError: if the round is not open, or a process is at work on it.
    """
    released = exists().where(Pool.round_id == round_id, Release.pool_id == Pool.pool_id)
    marked = session.execute(
        update(Round)
        .where(
            Round.id == round_id,
            Round.state == "open",
            ~released,
            or_(Round.lease_until.is_(None), Round.lease_until <= now),
        )
        .values(state="aborting", lease_until=None, k_reached=False, k_looked_at_on=None)
    )
    if marked.rowcount != 1:
        raise NotReplaceableError
    session.execute(update(Pool).where(Pool.round_id == round_id).values(state="ended"))
    wake_workers(session)
    record(session, now, actor, "stopped a round to replace it", f"round {round_id}")
