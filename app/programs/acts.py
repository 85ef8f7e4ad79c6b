"""What admins do to programs, each act one transaction with its line in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.forms.service import check_schedule
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.programs.planning import plan_round
from app.programs.schemas import Cadence, NewProgram, Wish
from app.programs.service import (
    create_program,
    remove_schedule,
    set_schedule,
)
from app.rounds.errors import NoSuchRoundError
from app.rounds.service import cancel_round, find_round, request_round
from crypto.envelope import DataKey


@dataclass(frozen=True)
class Actor:
    """Who does it, and when."""

    account_id: str
    now: datetime


def add_program(session: Session, actor: Actor, typed: NewProgram) -> Program:
    """Return a new program.

    :raises ProgramError, SurveyError: each says what is wrong with it.
    """
    program = create_program(session, typed.name, typed.time_zone, typed.k, typed.open_days)
    _log(session, actor, f"made a program with k {program.k}", program)
    return program


def change_cadence(session: Session, actor: Actor, program: Program, typed: Cadence) -> None:
    """Set the schedule, or end it.

    :raises ProgramError, SurveyError: each says what is wrong.
    """
    if typed.every_weeks == 0:
        remove_schedule(session, program)
        _log(session, actor, "switched the schedule off", program)
        return
    check_schedule(session, program.id, typed.every_weeks)
    set_schedule(
        session,
        program,
        every_weeks=typed.every_weeks,
        weekday=typed.weekday,
        local_time=typed.local_time,
        now=actor.now,
    )
    _log(session, actor, f"set a schedule of every {typed.every_weeks} weeks", program)


def ask_for_round(
    session: Session,
    actor: Actor,
    program: Program,
    wish: Wish,
    roster_key: DataKey,
    support: Sequence[tuple[str, str]],
) -> Round:
    """Return a round that the worker launches now.

    :raises RoundError, SurveyError, UnknownGroupError: as for `plan_round`.
    """
    plan = plan_round(session, program, wish, actor.now, roster_key, support)
    fresh = request_round(
        session,
        program,
        plan.form,
        actor.now,
        group_id=plan.group_id,
        again_after=wish.again_after,
        printed_codes=wish.printed,
    )
    asked = "asked for a round" if plan.group_id is None else "asked for a round of a single group"
    _log(session, actor, asked, program)
    return fresh


def give_up_round(session: Session, actor: Actor, program: Program, round_id: str) -> None:
    """Begin to cancel an open round of this program; the worker destroys it unread.

    :raises RoundError: if it is not this program's, or not open any more.
    """
    if find_round(session, round_id).program_id != program.id:
        raise NoSuchRoundError
    cancel_round(session, round_id, actor.now, actor.account_id)


def _log(session: Session, actor: Actor, act: str, program: Program) -> None:
    record(session, actor.now, actor.account_id, act, f"program {program.id}")
