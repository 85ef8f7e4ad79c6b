"""Launch what is due, and take up what a dead launch left."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import select

from app.forms.service import form_of_program
from app.jobs.leases import for_each_round
from app.jobs.workplace import Workplace
from app.launching.service import finish_launch, launch_round
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.programs.service import advance_schedule
from app.rounds.errors import RoundError
from app.rounds.series import of_no_cycle
from app.rounds.service import request_round
from surveys.errors import SurveyError

# A launch that was missed for longer than this waits for the schedule's next one.
LATEST = timedelta(hours=12)


def ask_for_scheduled_rounds(workplace: Workplace) -> None:
    """Ask for a round for each schedule whose time has come, and set its next time.

    What another worker is asking for is left to it.
    """
    now = workplace.now()
    with workplace.identity.begin() as session:
        due = session.scalars(
            select(Schedule).where(Schedule.next_at <= now).with_for_update(skip_locked=True)
        ).all()
        for schedule in due:
            program = session.get_one(Program, schedule.program_id)
            if schedule.next_at < now - LATEST:
                advance_schedule(schedule, program, now - LATEST)
            if schedule.next_at > now:
                continue
            advance_schedule(schedule, program, now)
            try:
                form = form_of_program(session, program.id)
                request_round(session, program, form, now)
            except (RoundError, SurveyError) as reason:
                _log().warning(
                    "scheduled round not launched",
                    program=program.id,
                    error=type(reason).__name__,
                )


def due_rounds(workplace: Workplace) -> dict[str, Callable[[], None]]:
    """Return what launches each round whose opening time has come, by the round."""
    now = workplace.now()
    with workplace.identity.read() as session:
        due = session.scalars(
            select(Round.id).where(Round.state == "due", of_no_cycle(), Round.opens_at <= now)
        ).all()
    return {round_id: partial(launch_round, workplace.launch_room(), round_id) for round_id in due}


def take_up_broken_launches(workplace: Workplace) -> None:
    """Decide what becomes of launches whose process is gone: its links can't be sent any more."""
    for_each_round(workplace, _take_up, Round.state == "launching", of_no_cycle())


def _take_up(workplace: Workplace, round_id: str) -> None:
    viable = finish_launch(workplace.identity, round_id, complete=False)
    _log().warning("broken launch taken up", round=round_id, step="open" if viable else "abort")


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger
