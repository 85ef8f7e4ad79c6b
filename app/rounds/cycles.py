"""Feedback cycles as rows: asked for, found, compared with the one before, cancelled, ended."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.form import Form
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.rounds.closings import planned_closes
from app.rounds.errors import CycleUnderWayError, NoSuchCycleError, NotCancellableError
from app.rounds.service import UNFINISHED
from app.rounds.settling import invited_people, owe_notices
from app.waking import wake_workers
from surveys.instruments import check_cadence, instrument
from surveys.lifecycle import SHORTEST_OPEN, check_closing_times

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_UNFINISHED = ("due", "launching", "open")


def request_cycle(
    session: Session,
    program: Program,
    form: Form,
    about: str,
    opens_at: datetime,
    days: Sequence[int],
) -> FeedbackCycle:
    """Return a new cycle that is due at `opens_at`; the worker launches it.

    :raises CycleUnderWayError, ClosingTimesError, ScheduleError: as for `draft_cycle`.
    """
    session.execute(select(Program.id).where(Program.id == program.id).with_for_update()).all()
    fresh = draft_cycle(session, program, form, about, opens_at, days)
    session.add(fresh)
    session.flush()
    wake_workers(session)
    return fresh


def draft_cycle(
    session: Session,
    program: Program,
    form: Form,
    about: str,
    opens_at: datetime,
    days: Sequence[int],
) -> FeedbackCycle:
    """Return a cycle as it would be; nothing is stored.

    :param about: one of surveys.raters.ABOUT.
    :param days: from the launch to the first closing time, and from each to the next.
    :raises CycleUnderWayError: if the program has an unfinished one, about whomever.
    :raises ClosingTimesError: if it would close too soon after the last one.
    :raises ScheduleError: if the same people may not be asked about again so soon.
    """
    unfinished = select(FeedbackCycle.id).where(
        FeedbackCycle.program_id == program.id, FeedbackCycle.state.in_(_UNFINISHED)
    )
    if session.scalar(unfinished.limit(1)) is not None:
        raise CycleUnderWayError
    last = last_cycle(session, program.id, about)
    if last is not None:
        apart = opens_at - last.opens_at + _DAY  # no hour is the same each time
        check_cadence(instrument(form.instrument), apart // _WEEK)
    number = session.scalar(
        select(func.max(FeedbackCycle.number)).where(
            FeedbackCycle.program_id == program.id, FeedbackCycle.about == about
        )
    )
    fresh = FeedbackCycle(
        program_id=program.id,
        form_id=form.id,
        about=about,
        number=(number or 0) + 1,
        k=program.k,
    )
    set_cycle_times(session, fresh, program, opens_at, days)
    return fresh


def set_cycle_times(
    session: Session,
    cycle: FeedbackCycle,
    program: Program,
    opens_at: datetime,
    days: Sequence[int] | None = None,
) -> None:
    """Set when a cycle opens and closes; all of its rounds close at the same times.

    :param days: as for `draft_cycle`; None keeps the days that the cycle has.
    :raises ClosingTimesError: if it would close less than six days after another cycle.
    """
    opens = opens_at.astimezone(UTC).replace(second=0, microsecond=0)
    first, *later = _days_of(cycle) if days is None else days
    closes = planned_closes(opens, program.time_zone, first, later)
    others = session.scalars(
        select(Round.closes_at).where(
            Round.program_id == program.id,
            Round.cycle_id.is_not(None),
            Round.state == "closed",
        )
    )
    check_closing_times(opens, closes, sorted(set(others)))
    cycle.opens_at, cycle.closes_at = opens, closes[0]
    cycle.later_closes = [moment.isoformat() for moment in closes[1:]]


def closes_of(cycle: FeedbackCycle) -> tuple[datetime, ...]:
    """Return all closing times of a cycle, earliest first, as its mail named them."""
    return (cycle.closes_at, *map(datetime.fromisoformat, cycle.later_closes))


def closes_left(cycle: FeedbackCycle, opens: datetime) -> list[datetime]:
    """Return the closing times that a round which opens now can keep: a day off at least."""
    return [moment for moment in closes_of(cycle) if moment - opens >= SHORTEST_OPEN]


def last_cycle(session: Session, program_id: str, about: str) -> FeedbackCycle | None:
    """Return the last cycle about the same that has ended with a round that was closed."""
    closed = exists().where(Round.cycle_id == FeedbackCycle.id, Round.state == "closed")
    return session.scalar(
        select(FeedbackCycle)
        .where(
            FeedbackCycle.program_id == program_id,
            FeedbackCycle.about == about,
            FeedbackCycle.state == "ended",
            closed,
        )
        .order_by(FeedbackCycle.number.desc())
        .limit(1)
    )


def raters_asked_before(session: Session, cycle: FeedbackCycle) -> set[str] | None:
    """Return who was asked in the last cycle about the same, and delete the rows of all earlier.

    None before the first. Somebody who was forgotten since counts as somebody who is not there.
    """
    last = last_cycle(session, cycle.program_id, cycle.about)
    earlier = (
        select(Pool.pool_id)
        .join(Round, Round.id == Pool.round_id)
        .join(FeedbackCycle, FeedbackCycle.id == Round.cycle_id)
        .where(
            FeedbackCycle.program_id == cycle.program_id,
            FeedbackCycle.about == cycle.about,
            FeedbackCycle.number < cycle.number,
        )
    )
    asked = None
    if last is not None:
        rows = session.execute(
            select(Invitation.person_id, Invitation.token_hash)
            .join(Pool, Pool.pool_id == Invitation.pool_id)
            .join(Round, Round.id == Pool.round_id)
            .where(Round.cycle_id == last.id)
        )
        asked = {person_id or token_hash.hex() for person_id, token_hash in rows} or None
    pools = session.scalars(earlier).all()
    session.execute(delete(Invitation).where(Invitation.pool_id.in_(pools)))
    return asked


def find_cycle(session: Session, program_id: str, cycle_id: str) -> FeedbackCycle:
    """Return a cycle of this program.

    :raises NoSuchCycleError: if there is none with this identifier.
    """
    found = session.get(FeedbackCycle, cycle_id)
    if found is None or found.program_id != program_id:
        raise NoSuchCycleError
    return found


def cancel_cycle(session: Session, cycle: FeedbackCycle, now: datetime, actor: str) -> None:
    """Begin to cancel all that is open of a cycle, and owe everyone who was asked one mail.

    The worker destroys it unread. A round at its closing time may be open already: then it is too
    late for all of them, since the mail says of the whole cycle that nobody has seen an answer.

    :raises NotCancellableError: if it is not open any more, or a process is at work on it.
    """
    rounds = session.scalars(
        select(Round)
        .where(Round.cycle_id == cycle.id, Round.state.in_(UNFINISHED))
        .with_for_update()
    ).all()
    at_work = any(entry.lease_until is not None and entry.lease_until > now for entry in rounds)
    ready = all(entry.state == "open" and entry.closes_at > now for entry in rounds)
    if cycle.state != "open" or not rounds or at_work or not ready:
        raise NotCancellableError
    asked: set[str] = set()
    for entry in rounds:
        asked |= invited_people(session, entry.id)
        end_unread(session, entry)
    owe_notices(session, "cancelled", cycle.id, asked)
    wake_workers(session)
    record(session, now, actor, "cancelled a feedback cycle", f"cycle {cycle.id}")


def end_unread(session: Session, round_: Round) -> None:
    """Begin to cancel an open round: no paper from now on; the worker destroys the rest unread."""
    round_.state, round_.lease_until = "cancelling", None
    session.execute(update(Pool).where(Pool.round_id == round_.id).values(state="ended"))


def ask_again_in_cycle(session: Session, aborted: Round) -> None:
    """Ask for a round in the place of one that too few links went out for; its people may change.

    Whatever is due again of a cycle goes out together, in a mail that says that it replaces links.
    About somebody who was forgotten meanwhile nobody is asked again.
    """
    if about_nobody(aborted):
        return
    session.add(
        Round(
            program_id=aborted.program_id,
            form_id=aborted.form_id,
            cycle_id=aborted.cycle_id,
            subject_id=aborted.subject_id,
            group_id=aborted.group_id,
            shared=aborted.shared,
            number=aborted.number,
            k=aborted.k,
            opens_at=aborted.opens_at,
            closes_at=aborted.closes_at,
            later_closes=aborted.later_closes,
            replaces_earlier=True,
        )
    )


def about_nobody(round_: Round) -> bool:
    """Return whether a round of a cycle was about somebody who was forgotten since."""
    return not (round_.shared or round_.subject_id or round_.group_id)


def is_about_nobody() -> ColumnElement[bool]:
    """Return the condition for such rounds."""
    none = and_(Round.subject_id.is_(None), Round.group_id.is_(None))
    return and_(Round.cycle_id.is_not(None), none, Round.shared.is_(False))


def let_go_of_subjects(session: Session, people: Sequence[str], now: datetime) -> None:
    """Leave the feedback about these people without a subject; what is open ends unread.

    What was released stays part of the program's profile, which others have read: taking it out
    would tell them what it was. By itself nobody reads it any more.
    """
    rounds = session.scalars(select(Round).where(Round.subject_id.in_(people)).with_for_update())
    for round_ in rounds.all():
        free = round_.lease_until is None or round_.lease_until <= now
        if round_.state == "open" and round_.closes_at > now and free:
            owe_notices(session, "cancelled", round_.id, invited_people(session, round_.id))
            end_unread(session, round_)
        elif round_.state == "due":
            round_.state = "aborted"
        round_.subject_id = None
    session.flush()


def in_place_of(round_: Round) -> ColumnElement[bool]:
    """Return the condition for the rounds of a cycle that were to be about the same."""
    return and_(
        Round.cycle_id == round_.cycle_id,
        Round.subject_id.is_not_distinct_from(round_.subject_id),
        Round.group_id.is_not_distinct_from(round_.group_id),
        Round.shared == round_.shared,
    )


def has_ended() -> ColumnElement[bool]:
    """Return the condition for open cycles whose rounds are all over."""
    unfinished = exists().where(Round.cycle_id == FeedbackCycle.id, Round.state.in_(UNFINISHED))
    return and_(FeedbackCycle.state == "open", ~unfinished)


def end_cycles(session: Session) -> None:
    """Say of every open cycle whose rounds are all over that it has ended, or came to nothing."""
    for cycle in session.scalars(select(FeedbackCycle).where(has_ended()).with_for_update()):
        went_out = select(Round.id).where(
            Round.cycle_id == cycle.id, or_(Round.state == "closed", Round.state == "cancelled")
        )
        cycle.state = "aborted" if session.scalar(went_out.limit(1)) is None else "ended"


def _days_of(cycle: FeedbackCycle) -> list[int]:
    moments = (cycle.opens_at, *closes_of(cycle))
    return [round((later - earlier) / _DAY) for earlier, later in pairwise(moments)]
