"""Is a link still good; one paper for each invitation, whichever of its links asks."""

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import insert, literal, select, union_all, update
from sqlalchemy.orm import Session

from app.extensions import Store
from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.pool import Pool
from app.models.identity.share import Share as ShareRow
from app.vault import KeyGoneError, Vault
from app.wire import (
    AlreadyTakenError,
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


def check_link(session: Session, pool_id: bytes, token: bytes, cell: int, now: datetime) -> str:
    """Return "open", "taken", "revoked" or "closed"; change nothing.

    :raises UnknownPoolError: if there is no such pool.
    :raises UnknownTokenError: if token and cell are not an invitation's.
    """
    try:
        pool, invitation = _find(session, pool_id, token, cell)
    except ClosedError:
        return "closed"
    if invitation.state in ("taken", "revoked"):
        return invitation.state
    return "closed" if _has_ended(pool, now) else "open"


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
    :raises WireError: one for each reason not to sign; nothing has changed then.
    """
    with identity.read() as session:
        pool, invitation = _find(session, pool_id, token, cell)
        invitation_hash, cell_asked = invitation.token_hash, invitation.cell
        commit, state = _commitment(invitation, pool_id, token, cell), invitation.state
        # A reply that was lost at the closing time can be asked for as long as ballots are taken.
        closed = _has_ended(pool, now - BALLOT_GRACE if state == "taken" else now)
    if state == "revoked":
        raise NotOpenError
    if closed:
        raise ClosedError
    share = _checked_share(pool_id, share_bytes, commit)
    # Signed before the invitation is marked and given out after: a fault here costs nobody a paper.
    signature, share_row = _sign_and_lock(vault, pool_id, share, blinded)
    with identity.begin() as session:
        if _mark_taken(session, pool_id, invitation_hash, hashlib.sha256(blinded).digest()):
            session.execute(insert(ShareRow).values(cell=cell_asked, **share_row))
    return signature


def _find(session: Session, pool_id: bytes, token: bytes, cell: int) -> tuple[Pool, Invitation]:
    """Return the pool and the invitation that a first or a later link leads to."""
    pool = session.get(Pool, pool_id)
    if pool is None:
        raise UnknownPoolError
    presented = links.token_hash(pool_id, token, cell)
    # One question for both kinds of link, so that neither its answer's time nor its rows differ.
    first_links = union_all(
        select(literal(presented)),
        select(InvitationLink.invitation_hash).where(InvitationLink.token_hash == presented),
    )
    invitation = session.scalar(
        select(Invitation).where(Invitation.token_hash.in_(first_links.scalar_subquery()))
    )
    if invitation is None and pool.state == "ended":
        raise ClosedError  # the next launch forgets earlier invitations; their links are only late
    if invitation is None:
        raise UnknownTokenError
    return pool, invitation


def _has_ended(pool: Pool, now: datetime) -> bool:
    return pool.state != "open" or now >= pool.closes_at


def _commitment(invitation: Invitation, pool_id: bytes, token: bytes, cell: int) -> bytes | None:
    """Return what this link's share is checked against; None for a link that carries none."""
    is_first = invitation.token_hash == links.token_hash(pool_id, token, cell)
    return invitation.share_commit if is_first else None


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
    vault: Vault, pool_id: bytes, share: Share | None, blinded: bytes
) -> tuple[bytes, dict[str, bytes | None]]:
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
    return signature, {"pool_id": pool_id, "id": row_id, "share": blob}


def _mark_taken(
    session: Session, pool_id: bytes, invitation_hash: bytes, blinded_hash: bytes
) -> bool:
    """Mark the invitation and return True; False where this very value took the paper before.

    The condition on the invitation's row decides between all links that lead to it.
    """
    still_open = select(Pool.pool_id).where(Pool.pool_id == pool_id, Pool.state == "open")
    marked = session.execute(
        update(Invitation)
        .where(
            Invitation.token_hash == invitation_hash,
            Invitation.state == "open",
            still_open.exists(),
        )
        .values(state="taken", blinded_hash=blinded_hash)
    )
    if marked.rowcount == 1:
        return True
    invitation = session.get(Invitation, invitation_hash)
    if invitation is None or invitation.state in ("open", "ended"):
        raise ClosedError
    if invitation.state == "revoked":
        raise NotOpenError
    # A lost reply is asked for again with the same value and gets the same answer.
    if not hmac.compare_digest(invitation.blinded_hash or b"", blinded_hash):
        raise AlreadyTakenError
    return False
