"""Is a link still good; one paper for each invitation, whichever of its links asks."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, LargeBinary, bindparam, or_, select

from app.extensions import Store
from app.invites.marking import Paper, mark_taken
from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.pool import Pool
from app.vault import KeyGoneError, Vault
from app.wire import (
    BadLengthError,
    ClosedError,
    DamagedLinkError,
    NotOpenError,
    UnknownPoolError,
    UnknownTokenError,
)
from crypto import blind, envelope, links
from crypto.errors import InvalidBlindedMessageError, InvalidShareError
from crypto.sharing import Share
from surveys.lifecycle import BALLOT_GRACE

_POOL = Pool.metadata.tables[Pool.__tablename__]
_INVITATION = Invitation.metadata.tables[Invitation.__tablename__]
_LINK = InvitationLink.metadata.tables[InvitationLink.__tablename__]
_PRESENTED = bindparam("presented", type_=LargeBinary)
_LATER = select(_LINK.c.invitation_hash).where(_LINK.c.token_hash == _PRESENTED)
# One question for both kinds of link, so that neither its answer's time nor its rows differ. Made
# once: making it costs as much as asking it.
_FIND = (
    select(
        _POOL.c.state.label("pool_state"),
        _POOL.c.closes_at,
        _INVITATION.c.token_hash,
        _INVITATION.c.cell,
        _INVITATION.c.state,
        _INVITATION.c.share_commit,
    )
    .select_from(_POOL)
    .outerjoin(
        _INVITATION,
        or_(
            _INVITATION.c.token_hash == _PRESENTED,
            _INVITATION.c.token_hash == _LATER.scalar_subquery(),
        ),
    )
    .where(_POOL.c.pool_id == bindparam("pool"))
)


@dataclass(frozen=True)
class _Found:
    """What a link leads to."""

    pool_state: str
    closes_at: datetime
    invitation_hash: bytes
    cell: int
    state: str
    share_commit: bytes | None


def check_link(
    connection: Connection, pool_id: bytes, token: bytes, cell: int, now: datetime
) -> str:
    """Return "open", "taken", "revoked" or "closed"; change nothing.

    :raises UnknownPoolError: if there is no such pool.
    :raises UnknownTokenError: if token and cell are not an invitation's.
    """
    try:
        found = _find(connection, pool_id, token, cell)
    except ClosedError:
        return "closed"
    if found.state in ("taken", "revoked"):
        return found.state
    return "closed" if _has_ended(found, now) else "open"


def take_paper(
    identity: Store,
    vault: Vault,
    pool_id: bytes,
    token: bytes,
    cell: int,
    share_bytes: bytes,
    blinded: bytes,
    now: datetime,
) -> bytes:
    """Return the blind signature of `blinded`; the first value that comes with a link decides.

    The share goes with the paper, never with the ballot: a value that was in the mail and came
    again with the ballot would be a name tag (Protocol: Take the paper).

    :param share_bytes: x (4 bytes) || y (32 bytes), or empty when the link carries none.
    :raises Refusal: one for each reason not to sign; nothing has changed then.
    """
    with identity.read_connection() as connection:
        found = _find(connection, pool_id, token, cell)
    if found.state == "revoked":
        raise NotOpenError
    # A reply that was lost at the closing time can be asked for as long as ballots are taken.
    if _has_ended(found, now - BALLOT_GRACE if found.state == "taken" else now):
        raise ClosedError
    share = _checked_share(pool_id, share_bytes, found.share_commit)
    # Signed before the invitation is marked and given out after: a fault here costs nobody a paper.
    signature, share_row = _sign_and_lock(vault, pool_id, found.cell, share, blinded)
    paper = Paper(
        pool_id=pool_id,
        invitation_hash=found.invitation_hash,
        blinded_hash=hashlib.sha256(blinded).digest(),
        share_row=share_row,
    )
    identity.write(mark_taken, paper)
    return signature


def _find(connection: Connection, pool_id: bytes, token: bytes, cell: int) -> _Found:
    """Return the pool and the invitation that a first or a later link leads to."""
    presented = links.token_hash(pool_id, token, cell)
    found = connection.execute(_FIND, {"pool": pool_id, "presented": presented}).one_or_none()
    if found is None:
        raise UnknownPoolError
    if found.token_hash is None and found.pool_state == "ended":
        raise ClosedError  # the next launch forgets earlier invitations; their links are only late
    if found.token_hash is None:
        raise UnknownTokenError
    # A later link carries no share, so nothing is to be checked against its invitation's.
    is_first = found.token_hash == presented
    return _Found(
        pool_state=found.pool_state,
        closes_at=found.closes_at,
        invitation_hash=found.token_hash,
        cell=found.cell,
        state=found.state,
        share_commit=found.share_commit if is_first else None,
    )


def _has_ended(found: _Found, now: datetime) -> bool:
    return found.pool_state != "open" or now >= found.closes_at


def _checked_share(pool_id: bytes, share_bytes: bytes, commit: bytes | None) -> Share | None:
    """Return the link's share if it is the one that was mailed; None where none was and none came.

    :raises DamagedLinkError: if there is one where none was mailed, or another, or none.
    """
    if not share_bytes and commit is None:
        return None
    try:
        share = Share.from_bytes(share_bytes)
    except InvalidShareError:
        raise DamagedLinkError from None
    if not hmac.compare_digest(links.share_commit(pool_id, share), commit or b""):
        raise DamagedLinkError
    return share


def _sign_and_lock(
    vault: Vault, pool_id: bytes, cell: int, share: Share | None, blinded: bytes
) -> tuple[bytes, dict[str, object]]:
    """Return the blind signature, and the row that counts the paper, with its share encrypted."""
    try:
        signing_key, sealed_key = vault.paper_keys(pool_id)
        signature = blind.blind_sign(signing_key, blinded)
    except InvalidBlindedMessageError:
        raise BadLengthError from None
    except KeyGoneError:
        raise ClosedError from None
    row_id = secrets.token_bytes(16)
    blob = share and envelope.encrypt(
        sealed_key, share.to_bytes(), table="share", column="share", row=pool_id + row_id
    )
    return signature, {"pool_id": pool_id, "id": row_id, "cell": cell, "share": blob}
