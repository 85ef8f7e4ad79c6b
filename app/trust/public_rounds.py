"""What everybody may read of every round: frozen settings, hashes, and whether the sums hold.

It reads the public facts of pools and, of a release, its checks alone: nothing here moves while
a round is open (D4).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.extensions import Store
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.release import Release
from crypto import links
from crypto.encoding import encode_base64url

PAGE_LENGTH = 20
_SETTINGS = ("k", "k_before", "opens", "closes", "audience", "mode", "pad", "invited_band")
OPEN, CLOSING, CLOSED, STOPPED = "open", "closing", "closed", "stopped"


@dataclass(frozen=True)
class PublicRound:
    """A pool as /trust lists it; hashes are hexadecimal.

    :ivar settings: what was frozen at the start, as in the manifest.
    :ivar state: "stopped" is a round that was called off and destroyed unread.
    :ivar checks: that ballots <= papers <= invited, made at the close; None before it, and for
        rounds that closed before this was recorded.
    """

    pool: str
    fingerprint: str
    state: str
    settings: Mapping[str, Any]
    manifest_sha256: str
    form_sha256: str
    checks: Mapping[str, bool] | None

    @property
    def manifest_path(self) -> str:
        """Return where the manifest's exact bytes are."""
        return f"/api/v1/pools/{self.pool}/manifest"

    @property
    def form_path(self) -> str:
        """Return where the form's exact bytes are."""
        return f"/api/v1/pools/{self.pool}/form"


@dataclass(frozen=True)
class PublicRounds:
    """One page of rounds, the latest first; `older` is the next page's number, if any."""

    rounds: tuple[PublicRound, ...]
    page: int
    older: int | None


def public_rounds(identity: Store, ballots: Store, page: int) -> PublicRounds:
    """Return a page of all rounds that were ever opened for answers.

    :param page: from 1 on.
    """
    with ballots.read() as session:
        rows = session.scalars(
            select(PoolPublic)
            .order_by(PoolPublic.takes_ballots_until.desc(), PoolPublic.pool_id)
            .offset((page - 1) * PAGE_LENGTH)
            .limit(PAGE_LENGTH + 1)
        ).all()
    kept = rows[:PAGE_LENGTH]
    released = _released(identity, [row.pool_id for row in kept])
    return PublicRounds(
        rounds=tuple(_public_round(row, released) for row in kept),
        page=page,
        older=page + 1 if len(rows) > PAGE_LENGTH else None,
    )


def _released(identity: Store, pools: Sequence[bytes]) -> dict[bytes, tuple[str, Any]]:
    """Return, by pool, how far its release is and what was checked; never the tables."""
    query = select(Release.pool_id, Release.state, Release.tables["checks"])
    with identity.read() as session:
        rows = session.execute(query.where(Release.pool_id.in_(pools))).all()
    return {pool_id: (state, checks) for pool_id, state, checks in rows}


def _public_round(row: PoolPublic, released: Mapping[bytes, tuple[str, Any]]) -> PublicRound:
    manifest = json.loads(row.manifest)
    manifest_hash = links.manifest_hash(row.manifest)
    release_state, checks = released.get(row.pool_id, ("", None))
    published = release_state == "published"
    settings = {name: manifest[name] for name in _SETTINGS if name in manifest}
    return PublicRound(
        pool=encode_base64url(row.pool_id),
        fingerprint=links.fingerprint(manifest_hash),
        state=CLOSED if published else _unpublished(row.state, release_state),
        settings={**settings, "cells": len(manifest["cells"])},
        manifest_sha256=manifest_hash.hex(),
        form_sha256=hashlib.sha256(row.form).hexdigest(),
        checks=checks if published else None,
    )


def _unpublished(pool_state: str, release_state: str) -> str:
    if pool_state == "closed" and not release_state:
        return STOPPED
    return OPEN if pool_state == "open" else CLOSING
