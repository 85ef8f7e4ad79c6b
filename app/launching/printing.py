"""Codes on paper for people without mail: made in memory, shown once, kept nowhere.

A printed code carries no share, so it is no part of the k mailed links and opens nothing. It is
nobody's: no person and no address stand beside it. Source: PROTOCOL 3, Printed codes.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

import segno
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.extensions import Store
from app.launching.freeze import PROGRAM_CELL
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.rounds.errors import NoCodesLeftError, NotPrintableError
from crypto import links
from crypto.encoding import encode_base64url
from crypto.links import TOKEN_BYTES, Link


@dataclass(frozen=True)
class PrintedCode:
    """One card: the code as text, and its link as a drawing."""

    code: str = field(repr=False)
    drawing: str = field(repr=False)


@dataclass(frozen=True)
class Sheet:
    """Everything that a printed page says; it exists in one answer and on paper."""

    codes: tuple[PrintedCode, ...] = field(repr=False)
    address: str
    fingerprint: str


def codes_left(session: Session, round_: Round) -> int:
    """Return how many codes of the round have not been printed yet."""
    made = session.scalar(
        select(func.count())
        .select_from(Invitation)
        .join(Pool, Pool.pool_id == Invitation.pool_id)
        .where(
            Pool.round_id == round_.id,
            Invitation.person_id.is_(None),
            Invitation.share_commit.is_(None),
        )
    )
    return max(0, round_.printed_codes - (made or 0))


def print_codes(
    identity: Store, ballots: Store, base_url: str, round_id: str, actor: str, now: datetime
) -> Sheet:
    """Return a sheet with every code of the round that is left to print.

    A code that is lost with its page can't be made again: what was written is its hash.

    :raises NotPrintableError: if the round takes no papers now.
    :raises NoCodesLeftError: if all have been printed.
    """
    with identity.read() as session:
        pool_id = session.scalar(select(Pool.pool_id).where(Pool.round_id == round_id))
    if pool_id is None:
        raise NotPrintableError
    with ballots.read() as session:
        manifest = session.scalar(select(PoolPublic.manifest).where(PoolPublic.pool_id == pool_id))
    if manifest is None:
        raise NotPrintableError
    manifest_hash = links.manifest_hash(manifest)
    with identity.begin() as session:
        minted = _minted(session, round_id, pool_id, links.pin_of(manifest_hash), now)
        round_ = session.get_one(Round, round_id)
        words = "1 code" if len(minted) == 1 else f"{len(minted)} codes"
        record(session, now, actor, f"printed {words} of a round", f"program {round_.program_id}")
    codes = (
        PrintedCode(links.encode_link(link), _drawn(base_url, pool_id, link)) for link in minted
    )
    address = f"{base_url}/r/{encode_base64url(pool_id)}"
    return Sheet(tuple(codes), address, links.fingerprint(manifest_hash))


def _minted(
    session: Session, round_id: str, pool_id: bytes, pin: bytes, now: datetime
) -> list[Link]:
    """Write an invitation for each code that is left and return the codes' links."""
    round_ = session.get_one(Round, round_id, with_for_update=True)
    pool = session.get_one(Pool, pool_id)
    if round_.state != "open" or pool.state != "open" or now >= pool.closes_at:
        raise NotPrintableError
    left = codes_left(session, round_)
    if left == 0:
        raise NoCodesLeftError
    minted = [
        Link(token=secrets.token_bytes(TOKEN_BYTES), cell=PROGRAM_CELL, pin=pin)
        for _ in range(left)
    ]
    rows = [
        {
            "token_hash": links.token_hash(pool_id, link.token, link.cell),
            "pool_id": pool_id,
            "person_id": None,
            "address": None,
            "cell": link.cell,
            "share_commit": None,
        }
        for link in minted
    ]
    session.execute(insert(Invitation), rows)
    return minted


def _drawn(base_url: str, pool_id: bytes, link: Link) -> str:
    """Return the link as a QR code: SVG without a style, which the content policy would refuse."""
    code = segno.make(base_url + links.link_path(pool_id, link), error="m", micro=False)
    drawing: str = code.svg_inline(
        omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return drawing
