"""What stands in the databases, as a test looks at it from outside the rooms."""

from typing import Any

from sqlalchemy import func, select

from app.extensions import ballots, identity, keys
from app.models.ballots.ballot import Ballot
from app.models.ballots.comment import Comment
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.models.identity.share import Share
from app.models.keys.data_key import DataKey
from app.models.keys.signing_key import SigningKey
from app.vault import ROSTER, current_vault
from crypto import envelope

_STORES = {
    "ballots": (ballots, Ballot),
    "comments": (ballots, Comment),
    "shares": (identity, Share),
    "data keys": (keys, DataKey),
    "signing keys": (keys, SigningKey),
}


def left_of(pool_id: bytes) -> dict[str, int]:
    """Return how many rows of each kind a pool has; kinds without any are left out."""
    counts = {}
    for name, (store, table) in _STORES.items():
        with store.begin() as session:
            query = select(func.count()).select_from(table).where(table.pool_id == pool_id)
            counts[name] = session.scalar(query) or 0
    return {name: count for name, count in counts.items() if count}


def data_keys_of_no_pool() -> int:
    """Return how many data keys belong to a pool that was never written."""
    with identity.begin() as session:
        pools = session.scalars(select(Pool.pool_id)).all()
    with keys.begin() as session:
        query = select(func.count()).select_from(DataKey).where(DataKey.purpose != ROSTER)
        return session.scalar(query.where(DataKey.pool_id.not_in(pools))) or 0


def rounds_in_order() -> list[Round]:
    """Return all rounds, oldest first."""
    with identity.begin() as session:
        return list(session.scalars(select(Round).order_by(Round.program_id, Round.number)))


def mailed_in(pool_id: bytes) -> int:
    """Return how many links are noted as mailed."""
    with identity.begin() as session:
        query = select(func.count()).select_from(Invitation)
        return session.scalar(query.where(Invitation.pool_id == pool_id, Invitation.mailed)) or 0


def stored_release(pool_id: bytes) -> tuple[str, dict[str, Any]] | None:
    """Return state and tables of a release, whatever its state."""
    with identity.begin() as session:
        row = session.get(Release, pool_id)
        return None if row is None else (row.state, row.tables)


def shown_comments(pool_id: bytes) -> list[tuple[str, str, str]]:
    """Return cell, question and text of the comments that a release shows, sorted."""
    key = current_vault().kept_key(pool_id)
    with ballots.begin() as session:
        rows = session.scalars(select(Comment).where(Comment.pool_id == pool_id)).all()
    return sorted((row.cell, row.item, _text(key, row)) for row in rows)


def _text(key: envelope.DataKey, row: Comment) -> str:
    place = {"table": "comment", "column": "text", "row": row.pool_id + row.id}
    return envelope.decrypt(key, row.text, **place).decode()
