"""Close what is due, or let it wait; settle, owe the mails, look at the trend."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.service import review_programs
from app.jobs.leases import for_each_round
from app.jobs.workplace import Workplace
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.opening.service import OpeningRoom, close_pool
from app.opening.waiting import let_wait, waits
from app.rounds.closings import closes_ahead, move_on
from app.rounds.papers import papers_with_share
from app.rounds.settling import end_invitations, owe_notices, readers_of, settle_round
from surveys.lifecycle import BALLOT_GRACE


def let_small_rounds_wait(workplace: Workplace) -> None:
    """Put rounds with too few papers on to their next closing time, at the closing time itself.

    Papers have stopped, so their number is final: nobody is turned away for ten minutes more.
    """
    with workplace.identity.read() as session:
        due = session.scalars(
            select(Round).where(Round.state == "open", Round.closes_at <= workplace.now())
        ).all()
        small = [entry.id for entry in due if _can_only_wait(session, entry)]
    ended = Round.closes_at <= workplace.now()
    for_each_round(workplace, _wait_claimed, Round.state == "open", ended, Round.id.in_(small))


def close_due_rounds(workplace: Workplace) -> None:
    """Close every round whose ballots' time is over; a broken close is taken up again."""
    ended = Round.closes_at <= workplace.now() - BALLOT_GRACE
    for_each_round(workplace, _close_claimed, Round.state == "open", ended)


def _can_only_wait(session: Session, due: Round) -> bool:
    return len(closes_ahead(due)) > 1 and papers_with_share(session, due.id) < due.k


def _wait_claimed(workplace: Workplace, round_id: str) -> None:
    with workplace.identity.read() as session:
        room = workplace.opening_room(session)
        due = session.get_one(Round, round_id)
        if not _can_only_wait(session, due):
            return  # another worker has put it on meanwhile
        following = closes_ahead(due)[1]
    pools = _pools_of(workplace, round_id)
    for pool_id in pools:
        let_wait(workplace.ballots, pool_id, following, room.reached)
    _move_on(workplace, room, round_id, pools, due.closes_at)


def _close_claimed(workplace: Workplace, round_id: str) -> None:
    with workplace.identity.read() as session:
        room = workplace.opening_room(session)
    close_round(workplace, round_id, room)


def close_round(workplace: Workplace, round_id: str, room: OpeningRoom) -> None:
    """Close one round and do what follows, each part safe to repeat.

    Where a later closing time is named and too few have answered, it waits instead.
    """
    with workplace.identity.begin() as session:
        closing = session.get_one(Round, round_id)
        program = session.get_one(Program, closing.program_id)
        passed, *later = closes_ahead(closing)
        closed_on = passed.astimezone(ZoneInfo(program.time_zone)).date()
    waiting = []
    for pool_id in _pools_of(workplace, round_id):
        if later and waits(room.identity, room.ballots, pool_id, later[0], room.reached):
            waiting.append(pool_id)
        else:
            close_pool(room, pool_id, closed_on)
    if waiting:
        _move_on(workplace, room, round_id, waiting, passed)
        with workplace.identity.begin() as session:
            review_programs(session, passed, closed_on)  # those that have waited for this one
        return
    end_invitations(workplace.identity, round_id)
    with workplace.identity.begin() as session:
        if settle_round(session, round_id, "closed"):
            owe_notices(session, "results", round_id, readers_of(session, closing))
            if closing.group_id is None and closing.cycle_id is None:
                review_programs(session, passed, closed_on)


def _move_on(
    workplace: Workplace, room: OpeningRoom, round_id: str, pools: list[bytes], passed: datetime
) -> None:
    with workplace.identity.begin() as session:
        move_on(session, round_id, pools, passed)
    room.reached("moved on")


def _pools_of(workplace: Workplace, round_id: str) -> list[bytes]:
    with workplace.identity.read() as session:
        return list(session.scalars(select(Pool.pool_id).where(Pool.round_id == round_id)))
