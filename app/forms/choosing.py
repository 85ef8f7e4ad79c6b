"""Choose what a program's coming rounds ask, and say before what follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.alerts.desk import open_alert_of
from app.forms.schemas import Choice
from app.forms.service import choose_form, form_of_program
from app.goals.progress import open_goals
from app.models.identity.form import Form as FormRow
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.rounds.series import is_check_in
from surveys.baselines import SCORE, basis_of, wording
from surveys.errors import UnknownInstrumentError
from surveys.form_length import questions_in, seconds_to_answer
from surveys.form_review import Caution, review_form
from surveys.form_wire import form_from_wire
from surveys.instruments import (
    OWN_CHANGE,
    Instrument,
    check_cadence,
    check_in,
    choices_of,
    instrument,
    offered,
)
from surveys.items import Form

_ALWAYS = "A round that is being sent or is open keeps its questions; coming ones ask these."
_FIRST = "No round has been sent yet, so nothing begins anew."
_SAME = (
    "The score is made of the same questions as in the last round, so trend, standing and alerts "
    "go on."
)
_ANEW = (
    "The score is made of other questions than in the last round, so a new baseline begins: trend, "
    "standing and alerts start anew with the first such round. It takes five rounds that can be "
    "shown before a decline can be seen again. Earlier rounds stay as they are."
)
_UNSCORED = (
    "These questions make no score: there is no trend of wellbeing, no decline is looked for, and "
    "the program has no part in the organisation's line. Each question is shown by itself."
)


@dataclass(frozen=True)
class Asked:
    """What a form asks, in words.

    :ivar length: how many questions, and about how long they take.
    """

    title: str
    length: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    """Questions that may be chosen and are not yet, with what follows and what to look at again."""

    entry: Instrument
    form: Form
    asked: Asked
    consequences: tuple[str, ...]
    cautions: tuple[Caution, ...]


def asked_words(form: Form) -> Asked:
    """Return what a form asks, in words."""
    count = questions_in(form.items)
    comment = " and a comment" if form.comment_ids else ""
    noun = "question" if count == 1 else "questions"
    return Asked(
        title=form.title["en"],
        length=f"{count} {noun}{comment}, about {seconds_to_answer(form.items)} seconds",
        questions=tuple(wording(item) for item in form.items),
    )


def asked_of(session: Session, program_id: str) -> Asked:
    """Return what a program's coming rounds ask, in words."""
    return asked_words(form_from_wire(form_of_program(session, program_id).body))


def present_choice(session: Session, program: Program) -> Choice:
    """Return what is chosen now."""
    row = form_of_program(session, program.id)
    ids = frozenset(item.id for item in form_from_wire(row.body).items)
    return Choice(row.instrument, ids, OWN_CHANGE in ids)


def draft_choice(session: Session, program: Program, choice: Choice) -> Chosen:
    """Return these questions with what follows from them; nothing is stored.

    :raises UnknownInstrumentError, ItemChoiceError: if they are no set that is offered.
    :raises ScheduleError: if the program's schedule asks more often than they allow.
    """
    entry = instrument(choice.instrument)
    if entry not in offered():
        raise UnknownInstrumentError
    form = check_in(entry, choice.items, own_change=choice.own_change)
    schedule = session.get(Schedule, program.id)
    if schedule is not None:
        check_cadence(entry, schedule.every_weeks)
    # Whose wording is published and tested is not told to mend it.
    cautions = tuple(
        caution
        for caution in review_form(form.title, form.items)
        if caution.item_id is None or not entry.validated
    )
    follows = tuple(_consequences(session, program, form))
    return Chosen(entry, form, asked_words(form), follows, cautions)


def choose(session: Session, program: Program, choice: Choice, now: datetime, actor: str) -> None:
    """Let a program's coming rounds ask these questions.

    :raises SurveyError: as for `draft_choice`.
    """
    chosen = draft_choice(session, program, choice)
    before = form_of_program(session, program.id)
    after = choose_form(session, program.id, chosen.entry.id, chosen.form)
    if after.id != before.id:
        act = f"chose other questions: {after.instrument}, version {after.version}"
        record(session, now, actor, act, f"program {program.id}")


def _consequences(session: Session, program: Program, form: Form) -> Iterator[str]:
    yield _ALWAYS
    basis, last = basis_of(form, SCORE), _last_asked(session, program)
    if basis is None:
        yield _UNSCORED
    if last is None:
        yield _FIRST
        return
    anew = basis != basis_of(last, SCORE)
    if basis is not None:
        yield _ANEW if anew else _SAME
    if anew and open_alert_of(session, program.id) is not None:
        yield "The alert that is open ends when the first such round has closed."
    for goal in open_goals(session, program.id):
        if basis_of(form, goal.target) is None:
            yield f"The goal about “{goal.name}” says nothing of these rounds: it is not asked."
        elif basis_of(form, goal.target) != basis_of(last, goal.target):
            yield f"The goal about “{goal.name}” starts anew."


def _last_asked(session: Session, program: Program) -> Form | None:
    """Return what the program's latest round asked that has not been given up."""
    row = session.scalar(
        select(FormRow)
        .join(Round, Round.form_id == FormRow.id)
        .where(
            Round.program_id == program.id,
            is_check_in(),
            Round.state.in_(("launching", "open", "closed")),
        )
        .order_by(Round.number.desc())
        .limit(1)
    )
    return None if row is None else form_from_wire(row.body)


def pulse_choices() -> tuple[tuple[str, str], ...]:
    """Return id and words of each question that can be chosen by itself."""
    return tuple((item.id, wording(item)) for entry in offered() for item in choices_of(entry))
