"""How far a round has come, counted in papers that can help to open it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.identity.pool import Pool
from app.models.identity.share import Share


def papers_with_share(session: Session, round_id: str) -> int:
    """Return how many papers of a round brought a share of the key.

    Whatever happens "from k papers on" goes by this number: a paper of a token-only link, a later
    one or a printed code, brings no share, and without k shares the key can't be rebuilt. The
    number itself is for no screen, log or mail (D4).
    """
    counted = session.scalar(
        select(func.count())
        .select_from(Share)
        .join(Pool, Pool.pool_id == Share.pool_id)
        .where(Pool.round_id == round_id, Share.share.is_not(None))
    )
    return counted or 0
