"""What a launch writes: invitations on the side that knows people, public facts on the other."""

import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from app.extensions import Store
from app.launching.freeze import PROGRAM_CELL, FrozenRoster, Invitee
from app.launching.notes import Launching, hold_lease
from app.launching.room import LaunchRoom
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.pool_cell import PoolCell
from app.models.identity.round import Round
from app.people.service import still_asked
from app.rounds.series import in_series
from crypto import envelope, links
from crypto.envelope import DataKey
from crypto.links import Link
from crypto.sharing import Share
from surveys.lifecycle import BALLOT_GRACE

AT_A_TIME = 1000  # rows; SQLite's one writer is held for some ten milliseconds


@dataclass(frozen=True)
class AddressedLink:
    """A link on its way to its person; it exists in this process's memory and in the mail."""

    invitee: Invitee
    token_hash: bytes
    link: Link = field(repr=False)

    @property
    def token_hashes(self) -> tuple[bytes, ...]:
        """Return what its invitation is found by."""
        return (self.token_hash,)


def address_links(
    pool_id: bytes, roster: FrozenRoster, shares: Sequence[Share], pin: bytes
) -> deque[AddressedLink]:
    """Return a link for each invitee, in random order: nothing follows the roster's."""
    addressed = []
    for invitee, share in zip(roster.invitees, shares, strict=True):
        link = Link(token=secrets.token_bytes(16), cell=invitee.cell, pin=pin, share=share)
        token_hash = links.token_hash(pool_id, link.token, link.cell)
        addressed.append(AddressedLink(invitee, token_hash, link))
    secrets.SystemRandom().shuffle(addressed)
    return deque(addressed)


def write_pool(session: Session, pool_id: bytes, launched: Round, roster: FrozenRoster) -> None:
    """Write a pool and its cells."""
    session.add(Pool(pool_id=pool_id, round_id=launched.id, closes_at=launched.closes_at))
    session.flush()
    cells = [
        {
            "pool_id": pool_id,
            "index": index,
            "group_id": group_id,
            "invited": roster.invited_in(index)
            + (launched.printed_codes if index == PROGRAM_CELL else 0),
        }
        for index, group_id in enumerate((None, *roster.groups))
    ]
    session.execute(insert(PoolCell), cells)


def write_invitations(
    room: LaunchRoom,
    launching: Launching,
    pool_id: bytes,
    program_id: str,
    addressed: deque[AddressedLink],
    roster_key: DataKey,
) -> None:
    """Write a row for each link, some at a time; of a link only what proves it is kept.

    :param addressed: loses the links of people who left the roster since it was frozen.
    :raises LaunchLostError: if another process has taken the launch over meanwhile.
    """
    left = len(addressed)
    while left:
        some = [addressed.popleft() for _ in range(min(left, AT_A_TIME))]
        left -= len(some)
        rows = {entry.invitee.person_id: _invitation(pool_id, entry, roster_key) for entry in some}
        with room.identity.begin() as session:
            hold_lease(session, launching, room.now())
            asked = still_asked(session, program_id, list(rows), room.now().date())
            if asked:
                session.execute(
                    insert(Invitation),
                    [rows[person_id] for person_id in rows if person_id in asked],
                )
        addressed += [entry for entry in some if entry.invitee.person_id in asked]


def _invitation(pool_id: bytes, entry: AddressedLink, roster_key: DataKey) -> dict[str, object]:
    if entry.link.share is None:
        raise ValueError("A first link carries a share.")
    return {
        "token_hash": entry.token_hash,
        "pool_id": pool_id,
        "person_id": entry.invitee.person_id,
        "address": envelope.encrypt(
            roster_key,
            entry.invitee.address.encode(),
            table="invitation",
            column="address",
            row=entry.token_hash,
        ),
        "cell": entry.invitee.cell,
        "share_commit": links.share_commit(pool_id, entry.link.share),
    }


def write_ballots_side(
    session: Session, pool_id: bytes, manifest: bytes, form: bytes, launched: Round
) -> None:
    """Write what page and cast will read."""
    session.add(
        PoolPublic(
            pool_id=pool_id,
            manifest=manifest,
            form=form,
            takes_ballots_until=launched.closes_at + BALLOT_GRACE,
        )
    )


@dataclass(frozen=True)
class Earlier:
    """The rounds before this one.

    Rounds of the whole program and those of each group have a last time of their own.

    :ivar pools: those of ended rounds.
    :ivar asked: who was invited the last time; None before the first round.
    """

    pools: tuple[bytes, ...]
    asked: frozenset[str] | None = field(repr=False)


def earlier_rounds(session: Session, launched: Round) -> Earlier:
    """Return what there was before a round."""
    earlier = session.scalars(
        select(Round)
        .where(
            in_series(launched.program_id, launched.form_id),
            Round.group_id.is_not_distinct_from(launched.group_id),
            Round.number < launched.number,
            Round.state.in_(("closed", "cancelled", "aborted")),
        )
        .order_by(Round.number.desc())
    ).all()
    pools = session.scalars(
        select(Pool.pool_id).where(Pool.round_id.in_([entry.id for entry in earlier]))
    ).all()
    last = next((entry for entry in earlier if entry.state == "closed"), None)
    # Nobody at all: they were forgotten meanwhile, so there is nothing to compare with.
    asked = None if last is None else _asked_in(session, last) or None
    return Earlier(tuple(pools), asked and frozenset(asked))


def forget_invitations(identity: Store, pools: Sequence[bytes]) -> None:
    """Delete who was asked in ended rounds, some at a time."""
    some = select(Invitation.token_hash).where(Invitation.pool_id.in_(pools)).limit(AT_A_TIME)
    more = bool(pools)
    while more:
        with identity.begin() as session:
            gone = session.execute(delete(Invitation).where(Invitation.token_hash.in_(some)))
            more = gone.rowcount == AT_A_TIME


def _asked_in(session: Session, earlier: Round) -> set[str]:
    """Return the ids of the people who were invited to an ended round.

    Somebody who was forgotten since then counts as a person who is not there any more; a printed
    code, which has no share, as nobody.
    """
    rows = session.execute(
        select(Invitation.person_id, Invitation.token_hash)
        .join(Pool, Pool.pool_id == Invitation.pool_id)
        .where(
            Pool.round_id == earlier.id,
            or_(Invitation.person_id.is_not(None), Invitation.share_commit.is_not(None)),
        )
    )
    return {person_id or token_hash.hex() for person_id, token_hash in rows}
