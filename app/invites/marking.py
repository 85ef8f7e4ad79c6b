"""The one write of a paper: invitation taken and share kept, together or not at all.

On PostgreSQL it is one statement, since there each way to the server costs as much as its work.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    Connection,
    Integer,
    LargeBinary,
    Row,
    bindparam,
    column,
    func,
    insert,
    select,
    update,
)

from app.holding import held_while_open
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.share import Share as ShareRow
from app.wire import AlreadyTakenError, ClosedError, NotOpenError, WireError

_POOL = Pool.metadata.tables[Pool.__tablename__]
_INVITATION = Invitation.metadata.tables[Invitation.__tablename__]
_SHARE = ShareRow.metadata.tables[ShareRow.__tablename__]
# Made once: on these paths making a statement costs as much as sending it.
_FOUND = (
    select(
        _INVITATION.c.token_hash,
        _INVITATION.c.state,
        _INVITATION.c.blinded_hash,
        _POOL.c.state.label("pool_state"),
    )
    .join(_POOL, _POOL.c.pool_id == _INVITATION.c.pool_id)
    .where(_INVITATION.c.token_hash.in_(bindparam("hashes", expanding=True)))
)
_MARK = (
    update(_INVITATION)
    .where(_INVITATION.c.token_hash == bindparam("taken"))
    .values(state="taken", blinded_hash=bindparam("blinded"))
)
_KEEP = insert(_SHARE)
_SHARE_COLUMNS = ("pool_id", "id", "cell", "share")
_COLUMNS = (
    ("token_hashes", "token_hash", LargeBinary()),
    ("blinded_hashes", "blinded_hash", LargeBinary()),
    ("pool_ids", "pool_id", LargeBinary()),
    ("ids", "id", LargeBinary()),
    ("cells", "cell", Integer()),
    ("shares", "share", LargeBinary()),
)
# Not by the columns' own names, which an UPDATE would take for what it is to set.
_OFFERED = func.unnest(*(bindparam(plural, type_=ARRAY(kind)) for plural, _, kind in _COLUMNS))
_PAPER = _OFFERED.table_valued(
    *(column(name, kind) for _, name, kind in _COLUMNS), name="paper"
).render_derived()
# The pool is held until the end of it: one that is being destroyed gets no share afterwards.
_HELD = held_while_open(_POOL, "pool_ids")
# The condition on each invitation's row decides between all processes.
_MARKED = (
    update(_INVITATION)
    .where(
        _INVITATION.c.token_hash == _PAPER.c.token_hash,
        _INVITATION.c.pool_id == _HELD.c.pool_id,
        _INVITATION.c.state == "open",
    )
    .values(state="taken", blinded_hash=_PAPER.c.blinded_hash)
    .returning(_INVITATION.c.token_hash)
    .cte("marked")
)
_KEPT = (
    insert(_SHARE)
    .from_select(
        _SHARE_COLUMNS,
        select(_PAPER.c.pool_id, _PAPER.c.id, _PAPER.c.cell, _PAPER.c.share)
        .join(_MARKED, _MARKED.c.token_hash == _PAPER.c.token_hash)
        .order_by(_PAPER.c.id),
    )
    .cte("kept")
)
_TAKE = select(_MARKED.c.token_hash).add_cte(_KEPT)
_BOTH_OPEN = ("open", "open")


@dataclass(frozen=True)
class Paper:
    """A paper that has been signed and not given out yet.

    :ivar share_row: what is stored of it on its own, without a way back to the invitation.
    """

    pool_id: bytes
    invitation_hash: bytes
    blinded_hash: bytes
    share_row: Mapping[str, object]


def mark_taken(connection: Connection, papers: Sequence[Paper]) -> Sequence[WireError | None]:
    """Mark the invitations and keep the shares; a repetition changes nothing.

    :return: for each paper None, or why its invitation gives none or gave another.
    """
    # All links that lead to an invitation may come at once: the first one decides.
    first: dict[bytes, Paper] = {}
    for paper in papers:
        first.setdefault(paper.invitation_hash, paper)
    if connection.dialect.name == "postgresql":
        marked = _marked_by_one_statement(connection, list(first.values()))
        found = _found(connection, first.keys() - marked)
    else:
        found = _found(connection, first)
        marked = {
            hash_ for hash_, row in found.items() if (row.pool_state, row.state) == _BOTH_OPEN
        }
        _store(connection, [first[hash_] for hash_ in marked])
    return [
        _repeated(first[paper.invitation_hash].blinded_hash, paper)
        if paper.invitation_hash in marked
        else _refused(found.get(paper.invitation_hash), paper)
        for paper in papers
    ]


def _found(connection: Connection, hashes: Collection[bytes]) -> dict[bytes, Row[Any]]:
    """Return invitations with the states of their pools, by their hashes."""
    if not hashes:
        return {}
    rows = connection.execute(_FOUND, {"hashes": list(hashes)})
    return {row.token_hash: row for row in rows}


def _marked_by_one_statement(connection: Connection, papers: Sequence[Paper]) -> set[bytes]:
    """Store papers whose invitations and pools are open, and return their hashes (PostgreSQL).

    In the order of the invitations' random keys, so that no two processes wait in a circle; the
    shares in that of their own. Neither follows the order of arrival or the other.
    """
    in_order = sorted(papers, key=attrgetter("invitation_hash"))
    marked = connection.execute(
        _TAKE,
        {
            "token_hashes": [paper.invitation_hash for paper in in_order],
            "blinded_hashes": [paper.blinded_hash for paper in in_order],
            **{
                f"{name}s": [paper.share_row[name] for paper in in_order] for name in _SHARE_COLUMNS
            },
        },
    )
    return set(marked.scalars())


def _store(connection: Connection, papers: Sequence[Paper]) -> None:
    """Store papers of open invitations, each kind of row by its own random key (SQLite)."""
    if papers:
        marks = [
            {"taken": paper.invitation_hash, "blinded": paper.blinded_hash} for paper in papers
        ]
        connection.execute(_MARK, sorted(marks, key=itemgetter("taken")))
        rows = [paper.share_row for paper in papers]
        connection.execute(_KEEP, sorted(rows, key=itemgetter("id")))


def _refused(invitation: Row[Any] | None, paper: Paper) -> WireError | None:
    """Return why a paper is not given; None for one that is given again."""
    if invitation is None or invitation.state in ("open", "ended"):
        return ClosedError()
    if invitation.state == "revoked":
        return NotOpenError()
    return _repeated(invitation.blinded_hash, paper)


def _repeated(blinded_hash: bytes, paper: Paper) -> WireError | None:
    """A lost reply is asked for again with the same value and gets the same answer."""
    same = hmac.compare_digest(blinded_hash, paper.blinded_hash)
    return None if same else AlreadyTakenError()
