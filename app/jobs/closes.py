"""Close what is due; settle, owe the mails, look at the trend."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.alerts.service import review_program
from app.jobs.leases import claim_rounds
from app.jobs.workplace import Workplace
from app.launching.records import BALLOT_GRACE
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.opening.service import OpeningRoom, close_pool
from app.rounds.settling import mentors_of, owe_notices, settle_round


def close_due_rounds(workplace: Workplace) -> None:
    """Close every round whose ballots' time is over; a broken close is taken up again."""
    now = workplace.now()
    due = claim_rounds(
        workplace.identity, now, Round.state == "open", Round.closes_at <= now - BALLOT_GRACE
    )
    for round_id in due:
        with workplace.identity.begin() as session:
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
