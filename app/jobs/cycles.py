"""Feedback cycles: launch what is due, take up what a dead launch left, say which are over."""

from collections.abc import Callable
from functools import partial

import structlog
from sqlalchemy import and_, or_, select

from app.jobs.attempts import attempt
from app.jobs.workplace import Workplace
from app.launching.cycles import due_again, finish_cycle, launch_cycle
from app.models.identity.feedback_cycle import FeedbackCycle
from app.rounds.cycles import end_cycles, has_ended


def take_up_broken_cycles(workplace: Workplace) -> None:
    """Decide what becomes of cycles whose launch is gone: its links can't be sent any more."""
    with workplace.identity.read() as session:
        broken = session.scalars(
            select(FeedbackCycle.id).where(
                FeedbackCycle.state == "launching", FeedbackCycle.lease_until <= workplace.now()
            )
        ).all()
    for cycle_id in broken:
        attempt("take_up_cycle", partial(_take_up, workplace, cycle_id))


def due_cycles(workplace: Workplace) -> dict[str, Callable[[], None]]:
    """Return what launches each cycle whose time has come, or again what was stopped of it."""
    with workplace.identity.read() as session:
        due = session.scalars(
            select(FeedbackCycle.id).where(
                or_(
                    and_(FeedbackCycle.state == "due", FeedbackCycle.opens_at <= workplace.now()),
                    and_(FeedbackCycle.state == "open", due_again()),
                )
            )
        ).all()
    return {cycle_id: partial(launch_cycle, workplace.launch_room(), cycle_id) for cycle_id in due}


def end_finished_cycles(workplace: Workplace) -> None:
    """Say of cycles whose rounds are all over that they have ended."""
    with workplace.identity.read() as session:
        over = session.scalar(select(FeedbackCycle.id).where(has_ended()).limit(1))
    if over:  # asked first: this job comes round every few seconds, and SQLite has one writer
        with workplace.identity.begin() as session:
            end_cycles(session)


def _take_up(workplace: Workplace, cycle_id: str) -> None:
    finish_cycle(workplace.identity, cycle_id, complete=False)
    structlog.get_logger().warning("broken launch taken up", cycle=cycle_id)
