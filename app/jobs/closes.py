"""Close what is due; settle, owe the mails, look at the trend."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.alerts.service import review_program
from app.jobs.leases import for_each_round
from app.jobs.workplace import Workplace
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.opening.service import OpeningRoom, close_pool
from app.rounds.settling import mentors_of, owe_notices, settle_round
from surveys.lifecycle import BALLOT_GRACE


def close_due_rounds(workplace: Workplace) -> None:
    """Close every round whose ballots' time is over; a broken close is taken up again."""
    ended = Round.closes_at <= workplace.now() - BALLOT_GRACE
    for_each_round(workplace, _close_claimed, Round.state == "open", ended)


def _close_claimed(workplace: Workplace, round_id: str) -> None:
    with workplace.identity.read() as session:
        room = workplace.opening_room(session)
    close_round(workplace, round_id, room)


def close_round(workplace: Workplace, round_id: str, room: OpeningRoom) -> None:
    """Close one round and do what follows, each part safe to repeat."""
    with workplace.identity.begin() as session:
        closing = session.get_one(Round, round_id)
        program = session.get_one(Program, closing.program_id)
        pools = session.scalars(select(Pool.pool_id).where(Pool.round_id == round_id)).all()
        closed_on = closing.closes_at.astimezone(ZoneInfo(program.time_zone)).date()
    for pool_id in pools:
        close_pool(room, pool_id, closed_on)
    with workplace.identity.begin() as session:
        if settle_round(session, round_id, "closed"):
            owe_notices(session, "results", round_id, mentors_of(session, program.id))
            review_program(session, program.id, closed_on)
