"""Further links of an invitation: made in memory, mailed from there, kept as a hash alone."""

import secrets

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models.identity.invitation_link import InvitationLink
from crypto import links
from crypto.links import Link


def mint_link(
    session: Session, pool_id: bytes, invitation_hash: bytes, cell: int, pin: bytes
) -> Link:
    """Return a fresh token-only link that leads to an invitation; the earlier ones stay good.

    It must not exist before k papers have been taken (Protocol: Reminders).
    """
    link = Link(token=secrets.token_bytes(links.TOKEN_BYTES), cell=cell, pin=pin)
    session.add(
        InvitationLink(
            token_hash=links.token_hash(pool_id, link.token, cell),
            pool_id=pool_id,
            invitation_hash=invitation_hash,
        )
    )
    return link


def drop_link(session: Session, pool_id: bytes, link: Link) -> None:
    """Forget a link that could not be mailed."""
    hashed = links.token_hash(pool_id, link.token, link.cell)
    session.execute(delete(InvitationLink).where(InvitationLink.token_hash == hashed))
