"""The one write of a paper: invitation taken and share kept, together or not at all."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.share import Share as ShareRow
from app.wire import AlreadyTakenError, ClosedError, NotOpenError

_INVITATION = Invitation.metadata.tables[Invitation.__tablename__]
_SHARE = ShareRow.metadata.tables[ShareRow.__tablename__]


@dataclass(frozen=True)
class Paper:
    """A paper that has been signed and not given out yet.

    :ivar share_row: what is stored of it on its own, without a way back to the invitation.
    """

    pool_id: bytes
    invitation_hash: bytes
    blinded_hash: bytes
    share_row: Mapping[str, object]


def mark_taken(connection: Connection, paper: Paper) -> None:
    """Mark the invitation and keep the share; a repetition changes nothing.

    The condition on the invitation's row decides between all links that lead to it.

    :raises WireError: if the invitation gives no paper, or gave another; nothing has changed then.
    """
    # Held until the transaction ends: a pool that is being destroyed gets no share afterwards.
    pool_state = connection.scalar(
        select(Pool.state).where(Pool.pool_id == paper.pool_id).with_for_update(read=True)
    )
    of_this_invitation = _INVITATION.c.token_hash == paper.invitation_hash
    if pool_state == "open":
        marked = connection.execute(
            update(_INVITATION)
            .where(of_this_invitation, _INVITATION.c.state == "open")
            .values(state="taken", blinded_hash=paper.blinded_hash)
        )
        if marked.rowcount == 1:
            connection.execute(insert(_SHARE).values(paper.share_row))
            return
    invitation = connection.execute(
        select(_INVITATION.c.state, _INVITATION.c.blinded_hash).where(of_this_invitation)
    ).one_or_none()
    if invitation is None or invitation.state in ("open", "ended"):
        raise ClosedError
    if invitation.state == "revoked":
        raise NotOpenError
    # A lost reply is asked for again with the same value and gets the same answer.
    if not hmac.compare_digest(invitation.blinded_hash or b"", paper.blinded_hash):
        raise AlreadyTakenError
