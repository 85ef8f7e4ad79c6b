"""What a link shows once its round is closed. Decision 090."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.afterwards.follow_ups import Written, follow_up_of
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.results.service import NotReleasedError, released_round
from app.wire import UnknownPoolError, UnknownTokenError
from crypto import links

PENDING, PUBLISHED = "pending", "published"


@dataclass(frozen=True)
class Outcome:
    """What somebody who was asked is told of a round: its whole, never a circle.

    :ivar table: the root's tables as they are stored; None before they are published, as the rest.
    """

    state: str
    closed_on: date | None = None
    table: dict[str, Any] | None = None
    done: Written | None = None


def outcome_for(session: Session, pool_id: bytes, token: bytes, cell: int) -> Outcome:
    """Return what the holder of a link may see; the same for everyone who was asked.

    Whoever answered in a circle's cell is in it, so nobody is shown one here (decision 012): what
    is looked up of a link is that it exists, and nothing of what became of it.

    :raises UnknownPoolError: if there is no such pool.
    :raises UnknownTokenError: if nobody was asked by this link, or the round is for others alone.
    """
    pool = session.execute(
        select(Round.id, Round.tells_respondents)
        .join(Pool, Pool.round_id == Round.id)
        .where(Pool.pool_id == pool_id)
    ).one_or_none()
    if pool is None:
        raise UnknownPoolError
    asked = session.scalar(
        select(Invitation.pool_id).where(
            Invitation.token_hash == links.token_hash(pool_id, token, cell),
            Invitation.pool_id == pool_id,
            Invitation.state != "revoked",
        )
    )
    if asked is None or not pool.tells_respondents:
        raise UnknownTokenError
    try:
        released = released_round(session, pool.id)
    except NotReleasedError:
        return Outcome(PENDING)
    done = follow_up_of(session, pool.id)
    return Outcome(PUBLISHED, released.closed_on, released.cell(), done)
