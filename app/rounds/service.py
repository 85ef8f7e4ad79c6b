"""Ask for a round, list rounds, cancel one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.forms.service import check_last_asked
from app.models.identity.form import Form
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.rounds.closings import set_times
from app.rounds.errors import NoSuchRoundError, NotCancellableError, RoundUnderWayError
from app.rounds.series import in_series, is_check_in, is_session, of_no_cycle
from app.waking import wake_workers

UNFINISHED = ("due", "launching", "open", "aborting", "cancelling")
_NEWEST_FIRST = (Round.opens_at.desc(), Round.number.desc(), Round.id)


def request_round(
    session: Session,
    program: Program,
    form: Form,
    opens_at: datetime,
    *,
    group_id: str | None = None,
    again_after: Sequence[int] = (),
    printed_codes: int = 0,
    replaces_earlier: bool = False,
) -> Round:
    """Return a new round that is due at `opens_at`; the worker, or a command, launches it.

    :raises RoundUnderWayError, ClosingTimesError: as for `draft_round`.
    """
    # One at a time: of two that ask different versions, no index of the table stops the second.
    session.execute(select(Program.id).where(Program.id == program.id).with_for_update()).all()
    fresh = draft_round(
        session, program, form, opens_at, group_id=group_id, again_after=again_after
    )
    fresh.printed_codes, fresh.replaces_earlier = printed_codes, replaces_earlier
    session.add(fresh)
    session.flush()
    wake_workers(session)
    return fresh


def draft_round(
    session: Session,
    program: Program,
    form: Form,
    opens_at: datetime,
    *,
    group_id: str | None = None,
    again_after: Sequence[int] = (),
) -> Round:
    """Return a round as it would be; nothing is stored.

    :param group_id: the one group that is asked; None for the whole program.
    :param again_after: days from one closing time to the next, for a round that has several.
    :raises RoundUnderWayError: if the program has an unfinished round of this kind.
    :raises ClosingTimesError: if it would close too soon after the last one.
    :raises ScheduleError: if its questions may not be asked again so soon.
    """
    unfinished = session.scalar(
        select(Round.id).where(in_series(program.id, form.id), Round.state.in_(UNFINISHED)).limit(1)
    )
    if unfinished is not None:
        raise RoundUnderWayError
    check_last_asked(session, program.id, form, opens_at)
    last = session.scalar(select(func.max(Round.number)).where(in_series(program.id, form.id)))
    fresh = Round(
        program_id=program.id,
        form_id=form.id,
        group_id=group_id,
        number=(last or 0) + 1,
        k=program.k,
    )
    set_times(session, fresh, program, opens_at, again_after)
    return fresh


def last_threshold(session: Session, round_: Round) -> int | None:
    """Return the k of the last closed round of this kind that asked the same people, if any.

    For the whole program that is a round of the whole program: others never read a group's terms.
    """
    return session.scalar(
        select(Round.k)
        .where(
            in_series(round_.program_id, round_.form_id),
            or_(Round.group_id.is_(None), Round.group_id == round_.group_id),
            Round.state == "closed",
        )
        .order_by(Round.number.desc())
        .limit(1)
    )


def find_round(session: Session, round_id: str) -> Round:
    """Return a round.

    :raises NoSuchRoundError: if there is none with this identifier.
    """
    found = session.get(Round, round_id)
    if found is None:
        raise NoSuchRoundError
    return found


def list_rounds(session: Session) -> Sequence[Round]:
    """Return all rounds, newest first."""
    return session.scalars(select(Round).order_by(*_NEWEST_FIRST)).all()


def check_ins_of(session: Session, program_id: str) -> Sequence[Round]:
    """Return the check-ins of a program, newest first."""
    of_program = select(Round).where(Round.program_id == program_id, is_check_in())
    return session.scalars(of_program.order_by(*_NEWEST_FIRST)).all()


def sessions_of(session: Session, program_id: str) -> Sequence[Round]:
    """Return the rounds that asked groups of a program how their sessions were, newest first."""
    # That they are of no cycle is said so that an index finds the program's own.
    own = Round.program_id == program_id, is_session(), of_no_cycle()
    of_program = select(Round).where(*own)
    return session.scalars(of_program.order_by(*_NEWEST_FIRST)).all()


def cancel_round(session: Session, round_id: str, now: datetime, actor: str) -> None:
    """Begin to cancel an open round: no paper from now on; the worker destroys the rest unread.

    From the closing time on it is too late: the ballots may be open already.

    :raises NotCancellableError: if the round is not open any more, or a process is at work on it.
    """
    marked = session.execute(
        update(Round)
        .where(
            Round.id == round_id,
            Round.state == "open",
            Round.closes_at > now,
            or_(Round.lease_until.is_(None), Round.lease_until <= now),
        )
        .values(state="cancelling", lease_until=None)
    )
    if marked.rowcount != 1:
        raise NotCancellableError
    session.execute(update(Pool).where(Pool.round_id == round_id).values(state="ended"))
    wake_workers(session)
    record(session, now, actor, "cancelled a round", f"round {round_id}")
