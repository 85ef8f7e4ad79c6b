"""Let a pool wait, sealed, for its next closing time. Source: PROTOCOL 3, Close."""

import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select, update

from app.extensions import Store
from app.models.ballots.ballot import Ballot
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.release import Release
from app.models.identity.share import Share
from surveys.lifecycle import BALLOT_GRACE


def let_wait(
    ballots: Store, pool_id: bytes, next_close: datetime, reached: Callable[[str], None]
) -> None:
    """Take ballots until the next closing time; safe to repeat.

    This comes before papers go on: whoever can take a paper must be able to cast.
    """
    until = next_close + BALLOT_GRACE
    with ballots.begin() as session:
        session.execute(
            update(PoolPublic)
            .where(
                PoolPublic.pool_id == pool_id,
                PoolPublic.state.in_(("open", "closing")),
                PoolPublic.takes_ballots_until < until,
            )
            .values(state="open", takes_ballots_until=until)
        )
    reached("waiting")


def waits(
    identity: Store,
    ballots: Store,
    pool_id: bytes,
    next_close: datetime,
    reached: Callable[[str], None],
) -> bool:
    """Return whether a pool waits for its next closing time, and see to it; nothing is opened.

    What was decided stays decided: ballots that came after a decision to wait do not undo it,
    and a pool whose close has begun with enough of them goes on closing.
    """
    if _has_release(identity, pool_id):
        return False
    if _enough(identity, ballots, pool_id):
        _stop_casting_unless_waiting(ballots, pool_id, next_close)
        reached("closing")
    # Counted once more where casting has stopped: an answer may have been withdrawn meanwhile.
    if _is_closing(ballots, pool_id) and _enough(identity, ballots, pool_id):
        return False
    let_wait(ballots, pool_id, next_close, reached)
    return True


def _has_release(identity: Store, pool_id: bytes) -> bool:
    with identity.read() as session:
        found = session.scalar(select(Release.pool_id).where(Release.pool_id == pool_id))
    return found is not None


def _is_closing(ballots: Store, pool_id: bytes) -> bool:
    with ballots.read() as session:
        return session.get_one(PoolPublic, pool_id).state == "closing"


def _enough(identity: Store, ballots: Store, pool_id: bytes) -> bool:
    """Return whether k papers brought a share and k ballots are there."""
    shares = select(func.count()).where(Share.pool_id == pool_id, Share.share.is_not(None))
    cast = select(func.count()).where(Ballot.pool_id == pool_id, Ballot.sealed != b"")
    with ballots.read() as session:
        k: int = json.loads(session.get_one(PoolPublic, pool_id).manifest)["k"]
        ballots_enough = (session.scalar(cast) or 0) >= k
    with identity.read() as session:
        return ballots_enough and (session.scalar(shares) or 0) >= k


def _stop_casting_unless_waiting(ballots: Store, pool_id: bytes, next_close: datetime) -> None:
    with ballots.begin() as session:
        session.execute(
            update(PoolPublic)
            .where(
                PoolPublic.pool_id == pool_id,
                PoolPublic.state == "open",
                PoolPublic.takes_ballots_until < next_close + BALLOT_GRACE,
            )
            .values(state="closing")
        )
