"""The fingerprints of rounds, read from the manifests as they are served."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from app.extensions import Store
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.pool import Pool
from crypto import links


def fingerprints_of(
    identity: Store, ballots: Store, round_ids: Collection[str]
) -> Mapping[str, str]:
    """Return fingerprints by round; a round that was never opened for answers has none."""
    with identity.read() as session:
        rows = session.execute(
            select(Pool.pool_id, Pool.round_id).where(Pool.round_id.in_(round_ids))
        )
        round_of = {row.pool_id: row.round_id for row in rows}
    with ballots.read() as session:
        manifests = session.execute(
            select(PoolPublic.pool_id, PoolPublic.manifest).where(PoolPublic.pool_id.in_(round_of))
        ).all()
    return {
        round_of[pool_id]: links.fingerprint(links.manifest_hash(manifest))
        for pool_id, manifest in manifests
    }
