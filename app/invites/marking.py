"""The one write of a paper: invitation taken and share kept, together or not at all."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.share import Share as ShareRow
from app.wire import AlreadyTakenError, ClosedError, NotOpenError, WireError

_POOL = Pool.metadata.tables[Pool.__tablename__]
_INVITATION = Invitation.metadata.tables[Invitation.__tablename__]
_SHARE = ShareRow.metadata.tables[ShareRow.__tablename__]
# Made once: on these paths making a statement costs as much as sending it.
# The pool is held until the transaction ends: one that is being destroyed gets no share afterwards.
_FOUND = (
    select(
        _INVITATION.c.token_hash,
        _INVITATION.c.state,
        _INVITATION.c.blinded_hash,
        _POOL.c.state.label("pool_state"),
    )
    .join(_POOL, _POOL.c.pool_id == _INVITATION.c.pool_id)
    .where(_INVITATION.c.token_hash.in_(bindparam("hashes", expanding=True)))
    .with_for_update(read=True, of=_POOL)
)
_MARK = (
    update(_INVITATION)
    .where(_INVITATION.c.token_hash == bindparam("taken"), _INVITATION.c.state == "open")
    .values(state="taken", blinded_hash=bindparam("blinded"))
)
_KEEP = insert(_SHARE)
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


class TakenMeanwhileError(Exception):
    """Another process has marked one of these invitations since it was looked at."""


def mark_taken(connection: Connection, papers: Sequence[Paper]) -> Sequence[WireError | None]:
    """Mark the invitations and keep the shares; a repetition changes nothing.

    :return: for each paper None, or why its invitation gives none or gave another.
    :raises TakenMeanwhileError: if nothing may be stored of this; each is to be tried alone.
    """
    hashes = list({paper.invitation_hash for paper in papers})
    found = {row.token_hash: row for row in connection.execute(_FOUND, {"hashes": hashes})}
    marked: dict[bytes, Paper] = {}
    outcomes: list[WireError | None] = []
    for paper in papers:
        invitation = found.get(paper.invitation_hash)
        if invitation is not None and (invitation.pool_state, invitation.state) == _BOTH_OPEN:
            # All links that lead to an invitation may come at once: the first one decides.
            earlier = marked.setdefault(paper.invitation_hash, paper)
            outcomes.append(_repeated(earlier.blinded_hash, paper))
        else:
            outcomes.append(_refused(invitation, paper))
    if marked:
        _store(connection, list(marked.values()))
    return outcomes


def _store(connection: Connection, papers: Sequence[Paper]) -> None:
    """Store papers, each kind of row by its own random key.

    So neither follows the order of arrival or the other, and no two processes wait in a circle.
    """
    marks = [{"taken": paper.invitation_hash, "blinded": paper.blinded_hash} for paper in papers]
    # The condition on each invitation's row decides between all processes.
    marked = connection.execute(_MARK, sorted(marks, key=itemgetter("taken")))
    if marked.rowcount != len(papers):
        raise TakenMeanwhileError
    connection.execute(_KEEP, sorted((paper.share_row for paper in papers), key=itemgetter("id")))


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
