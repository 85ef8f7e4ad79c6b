"""Close a pool, once, in steps that are each safe to repeat. Source: PROTOCOL 3, Close."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

import structlog
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.extensions import Store
from app.models.ballots.ballot import Ballot
from app.models.ballots.comment import Comment
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.release import Release as ReleaseRow
from app.models.identity.share import Share as ShareRow
from app.opening.comments import comment_rows, lock_comments, unlock_comments
from app.opening.replies import add_reply_key
from app.opening.unsealing import OpenedPool, open_ballots, read_pool, rebuild_key
from app.vault import KeyGoneError, Vault
from crypto import envelope
from crypto.sharing import Share
from surveys.cell_tree import CellNode
from surveys.sentiment import Sentiment
from surveys.tabulation import Release, release
from surveys.tally import Tally

SEALED_OFF, PUBLISHED = "sealed off", "published"


@dataclass(frozen=True)
class OpeningRoom:
    """What a close works with.

    :ivar mask: hides the roster's names and addresses in a comment; made by who knows people.
    :ivar rng: shuffles comments and rounds; a source that can't be foretold in production.
    :ivar of_program: whether a pool is of a whole program rather than of one of its groups.
    :ivar invited: how many were asked in a pool; from who knows it, since opening does not.
    :ivar reached: called after each step with its name; a test ends the process there.
    """

    identity: Store
    ballots: Store
    vault: Vault
    scorer: Callable[[str], Sentiment]
    mask: Callable[[str], str]
    rng: Random
    of_program: Callable[[bytes], bool]
    invited: Callable[[bytes], int]
    reached: Callable[[str], None]


def close_pool(room: OpeningRoom, pool_id: bytes, closed_on: date) -> None:
    """Take a pool from open to published; a pool that is published already stays as it is.

    Before the release exists a crash leaves all intact; where it exists, no ballot is opened again.
    """
    _stop_casting(room, pool_id)
    room.reached("closing")
    state = _release_state(room, pool_id)
    if state is None:
        opened = _open_once(room, pool_id)
        room.reached("opened")
        _seal_off(room, pool_id, closed_on, *opened)
    room.reached("sealed off")
    if state != PUBLISHED:
        _move_comments_and_delete_ballots(room, pool_id)
        room.reached("ballots deleted")
        _delete_shares(room, pool_id)
        room.reached("shares deleted")
        room.vault.destroy_sealed(pool_id)
        room.reached("keys deleted")
        _publish(room, pool_id)
        room.reached("published")


def destroy_pool(identity: Store, ballots: Store, vault: Vault, pool_id: bytes) -> None:
    """Destroy a pool's keys, shares and ballots unread; safe to repeat."""
    vault.destroy_sealed(pool_id)
    vault.destroy_kept(pool_id)
    with ballots.begin() as session:
        session.execute(
            update(PoolPublic).where(PoolPublic.pool_id == pool_id).values(state="closed")
        )
        session.execute(delete(Ballot).where(Ballot.pool_id == pool_id))
    with identity.begin() as session:
        session.execute(delete(ShareRow).where(ShareRow.pool_id == pool_id))


def _stop_casting(room: OpeningRoom, pool_id: bytes) -> None:
    with room.ballots.begin() as session:
        session.execute(
            update(PoolPublic)
            .where(PoolPublic.pool_id == pool_id, PoolPublic.state == "open")
            .values(state="closing")
        )


def _release_state(room: OpeningRoom, pool_id: bytes) -> str | None:
    with room.identity.begin() as session:
        return session.scalar(select(ReleaseRow.state).where(ReleaseRow.pool_id == pool_id))


def _open_once(room: OpeningRoom, pool_id: bytes) -> tuple[Release, dict[str, bool]]:
    """Return the release of a pool and what /trust states of it, made in memory."""
    with room.ballots.read() as session:
        public = session.get_one(PoolPublic, pool_id)
        pool = read_pool(pool_id, public.manifest, public.form)
    papers, shares = _papers(room, pool)
    tally = Tally(pool.form, len(pool.cells))
    # Promise 2: with fewer than k papers or k ballots nothing is opened, and all is deleted unread.
    # A paper of a token-only link brings no share: those alone can't rebuild the key.
    if len(shares) >= pool.k and _ballots(room, pool_id) >= pool.k:
        key = rebuild_key(pool, shares)
        if key is not None:
            _count(room, pool, key, tally)
    children = tuple(CellNode(name, index + 1) for index, name in enumerate(pool.cells[1:]))
    tree = CellNode(pool.cells[0], 0, children)
    result = release(
        tally,
        tree,
        pool.k,
        papers,
        scorer=room.scorer,
        mask=room.mask,
        rng=room.rng,
        of_program=room.of_program(pool_id),
    )
    return result, _checks(room, pool_id, sum(papers))


def _checks(room: OpeningRoom, pool_id: bytes, papers: int) -> dict[str, bool]:
    """Return that ballots <= papers <= invited, yes or no: the counts are forgotten (D4)."""
    return {
        # A withdrawn ballot has used its paper, too.
        "ballots_le_papers": _ballots(room, pool_id, with_withdrawn=True) <= papers,
        "papers_le_invited": papers <= room.invited(pool_id),
    }


def _papers(room: OpeningRoom, pool: OpenedPool) -> tuple[list[int], list[Share]]:
    """Return how many papers each cell's people took, and the shares that came with them."""
    with room.identity.begin() as session:
        rows = session.execute(
            select(ShareRow.id, ShareRow.cell, ShareRow.share).where(
                ShareRow.pool_id == pool.pool_id
            )
        ).all()
    counts = Counter(row.cell for row in rows)
    papers = [counts[index] for index in range(len(pool.cells))]
    try:
        key = room.vault.sealed_key(pool.pool_id)
    except KeyGoneError:
        return papers, []
    return papers, [
        Share.from_bytes(
            envelope.decrypt(
                key, row.share, table="share", column="share", row=pool.pool_id + row.id
            )
        )
        for row in rows
        if row.share is not None
    ]


def _ballots(room: OpeningRoom, pool_id: bytes, *, with_withdrawn: bool = False) -> int:
    query = select(func.count()).select_from(Ballot).where(Ballot.pool_id == pool_id)
    if not with_withdrawn:
        query = query.where(Ballot.sealed != b"")
    with room.ballots.read() as session:
        return session.scalar(query) or 0


def _count(room: OpeningRoom, pool: OpenedPool, key: EllipticCurvePrivateKey, tally: Tally) -> None:
    dropped = 0
    for answers in open_ballots(room.ballots, pool, key):
        if answers is None:
            dropped += 1
        else:
            tally.add(answers)
    if dropped:
        structlog.get_logger().warning("ballots dropped", step="opening", count=dropped)


def _seal_off(
    room: OpeningRoom, pool_id: bytes, closed_on: date, result: Release, checks: dict[str, bool]
) -> None:
    """Insert the release; if another process was first, its release counts."""
    row = ReleaseRow(
        pool_id=pool_id,
        state=SEALED_OFF,
        closed_on=closed_on,
        # Through JSON once, so that what is stored is what every reader gets.
        tables=json.loads(json.dumps({**result.tables, "checks": checks})),
        comments=lock_comments(room.vault, pool_id, result.comments),
    )
    try:
        with room.identity.begin() as session:
            session.add(row)
    except IntegrityError:
        return


def _move_comments_and_delete_ballots(room: OpeningRoom, pool_id: bytes) -> None:
    """Give the comments to the ballots database and delete the ballots, in one transaction."""
    with room.identity.begin() as session:
        state, locked = session.execute(
            select(ReleaseRow.state, ReleaseRow.comments).where(ReleaseRow.pool_id == pool_id)
        ).one()
    if state == PUBLISHED:
        return  # another process finished this close, and nothing of it may be done again
    rows = []
    if locked is not None:
        rows = comment_rows(room.vault, pool_id, unlock_comments(room.vault, pool_id, locked))
    else:
        room.vault.destroy_kept(pool_id)  # no comment is shown, so there is nothing to keep
    with room.ballots.begin() as session:
        session.execute(delete(Comment).where(Comment.pool_id == pool_id))
        if rows:
            session.execute(insert(Comment), rows)
            add_reply_key(session, room.vault, pool_id)
        session.execute(delete(Ballot).where(Ballot.pool_id == pool_id))
        session.execute(
            update(PoolPublic).where(PoolPublic.pool_id == pool_id).values(state="closed")
        )


def _delete_shares(room: OpeningRoom, pool_id: bytes) -> None:
    with room.identity.begin() as session:
        session.execute(delete(ShareRow).where(ShareRow.pool_id == pool_id))


def _publish(room: OpeningRoom, pool_id: bytes) -> None:
    with room.identity.begin() as session:
        session.execute(
            update(ReleaseRow)
            .where(ReleaseRow.pool_id == pool_id)
            .values(state=PUBLISHED, comments=None)
        )
