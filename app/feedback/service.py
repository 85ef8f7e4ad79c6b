"""What admins do about feedback cycles: look one over, ask for it, list them, cancel one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.feedback.schemas import Wish
from app.forms.service import feedback_form, frozen_form
from app.languages import speak
from app.launching.raters import freeze_raters, places_in, raters_of, subjects_of
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.service import roster_of_program
from app.programs.acts import Actor
from app.rounds.cycles import (
    cancel_cycle,
    closes_of,
    draft_cycle,
    find_cycle,
    request_cycle,
)
from app.rounds.errors import NotCancellableError
from crypto.envelope import DataKey
from surveys.disclosure import band
from surveys.form_length import questions_in, seconds_to_answer
from surveys.raters import draw_pools
from surveys.sentences import said
from surveys.wording import count_words

_STATE_WORDS = {
    "due": said("being sent"),
    "launching": said("being sent"),
    "open": said("open"),
    "ended": said("closed"),
    "aborted": said("not sent: too few people could be asked, or the mail relay refused"),
}
_CANCELLED = said("cancelled, answers destroyed unread")


@dataclass(frozen=True)
class Outlook:
    """How a cycle's subjects would be served, by the roster alone: whom mail reaches is not told.

    :ivar own: how many have enough raters for a result of their own.
    :ivar sharing: how many have fewer, whose raters give one result together.
    :ivar unasked: how many have some raters, about whom too few in all could be asked.
    :ivar without: how many have nobody to rate them.
    """

    own: int
    sharing: int
    unasked: int
    without: int


@dataclass(frozen=True)
class Plan:
    """A cycle that could be sent now; its closing times earliest first."""

    outlook: Outlook
    questions: int
    seconds: int
    closes: tuple[datetime, ...]


@dataclass(frozen=True)
class CycleRow:
    """A cycle in the list; `invited` is a band (D4), or empty before anybody is.

    :ivar released: whether anything of it has closed.
    """

    cycle: FeedbackCycle
    state: str
    invited: str
    closes: tuple[datetime, ...]
    released: bool


def plan_cycle(
    session: Session,
    program: Program,
    wish: Wish,
    now: datetime,
    roster_key: DataKey,
    mail_domains: Collection[str],
    support: Sequence[tuple[str, str]],
) -> Plan:
    """Return the cycle that is wished for; what would stop its launch is said here already.

    :raises RoundError, SurveyError: each says what is in the way.
    """
    row = feedback_form(session)
    form = frozen_form(row, support)
    draft = draft_cycle(session, program, row, wish.about, now, wish.all_days)
    subjects = subjects_of(session, roster_key, program.id, wish.about)
    roster = roster_of_program(session, roster_key, program.id, now.date())
    freeze_raters(subjects, roster, wish.about, program.k, mail_domains)
    raters = raters_of(subjects, places_in(session, program.id), wish.about)
    drawn = draw_pools(raters, program.k)
    without = sum(not people for people in raters.values())
    return Plan(
        outlook=Outlook(
            own=len(drawn.own),
            sharing=len(drawn.sharing),
            unasked=len(raters) - len(drawn.own) - len(drawn.sharing) - without,
            without=without,
        ),
        questions=questions_in(form.items),
        seconds=seconds_to_answer(form.items),
        closes=closes_of(draft),
    )


def ask_for_cycle(
    session: Session,
    actor: Actor,
    program: Program,
    wish: Wish,
    roster_key: DataKey,
    mail_domains: Collection[str],
    support: Sequence[tuple[str, str]],
) -> FeedbackCycle:
    """Return a cycle that the worker launches now.

    :raises RoundError, SurveyError: as for `plan_cycle`.
    """
    plan_cycle(session, program, wish, actor.now, roster_key, mail_domains, support)
    form = feedback_form(session)
    fresh = request_cycle(session, program, form, wish.about, actor.now, wish.all_days)
    act = f"asked for feedback about {wish.about}"
    record(session, actor.now, actor.account_id, act, f"program {program.id}")
    return fresh


def cycle_rows(session: Session, program: Program) -> tuple[CycleRow, ...]:
    """Return the cycles of a program, the newest first."""
    closed = exists().where(Round.cycle_id == FeedbackCycle.id, Round.state == "closed")
    rows = session.execute(
        select(FeedbackCycle, closed)
        .where(FeedbackCycle.program_id == program.id)
        .order_by(FeedbackCycle.opens_at.desc(), FeedbackCycle.id)
    )
    return tuple(_row(cycle, released) for cycle, released in rows)


def cancellable(session: Session, program: Program, cycle_id: str) -> CycleRow:
    """Return an open cycle of this program, before it is cancelled.

    :raises NoSuchCycleError: if it is not this program's; NotCancellableError if it is not open.
    """
    cycle = find_cycle(session, program.id, cycle_id)
    if cycle.state != "open":
        raise NotCancellableError
    return next(row for row in cycle_rows(session, program) if row.cycle is cycle)


def give_up_cycle(session: Session, actor: Actor, program: Program, cycle_id: str) -> None:
    """Begin to cancel all that is open of a cycle; the worker destroys it unread.

    :raises RoundError: if it is not this program's, or not open any more.
    """
    cycle = find_cycle(session, program.id, cycle_id)
    cancel_cycle(session, cycle, actor.now, actor.account_id)


def _row(cycle: FeedbackCycle, released: bool) -> CycleRow:
    state = _STATE_WORDS[cycle.state]
    if cycle.state == "ended" and not released:
        state = _CANCELLED
    return CycleRow(
        cycle=cycle,
        state=state,
        invited=speak(count_words(band(cycle.invited, cycle.k))) if cycle.invited else "",
        closes=closes_of(cycle),
        released=released,
    )
