"""Choose what a program's coming rounds ask, and say before what follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.alerts.desk import open_alert_of
from app.forms.asked import Asked, asked_words
from app.forms.entries import OWN, SHIPPED_BESIDE, Further, entry_named, further_named
from app.forms.schemas import Choice
from app.forms.service import beside_in, choose_form, whole_form_of_program
from app.goals.progress import called, open_goals
from app.languages import speak
from app.models.identity.form import Form as FormRow
from app.models.identity.own_form import OwnForm
from app.models.identity.program import Program
from app.models.identity.program_form import ProgramForm
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.rounds.series import is_check_in
from surveys.ballot_size import pad_size
from surveys.baselines import SCORE, basis_of
from surveys.errors import UnfinishedFormError, UnknownInstrumentError
from surveys.form_review import Caution, review_form
from surveys.form_wire import form_from_wire
from surveys.instruments import (
    OWN_CHANGE,
    Instrument,
    check_cadence,
    check_in,
    offered,
)
from surveys.items import Form
from surveys.rotation import weeks_between

_ALWAYS = _l("A round that is being sent or is open keeps its questions; coming ones ask these.")
_FIRST = _l("No round has been sent yet, so nothing begins anew.")
_SAME = _l(
    "The score is made of the same questions as in the last round, so trend, standing and alerts "
    "go on."
)
_ANEW = _l(
    "The score is made of other questions than in the last round, so a new baseline begins: trend, "
    "standing and alerts start anew with the first such round. It takes five rounds that can be "
    "shown before a decline can be seen again. Earlier rounds stay as they are."
)
_UNSCORED = _l(
    "These questions make no score: there is no trend of wellbeing, no decline is looked for, and "
    "the program has no part in the organisation's line. Each question is shown by itself."
)


@dataclass(frozen=True)
class Chosen:
    """Questions that may be chosen and are not yet, with what follows and what to look at again."""

    entry: Instrument
    form: Form
    asked: Asked
    consequences: tuple[str, ...]
    cautions: tuple[Caution, ...]
    bank: tuple[str, ...] = ()
    bank_each: int = 0


def present_choice(session: Session, program: Program) -> Choice:
    """Return what is chosen now."""
    row = whole_form_of_program(session, program.id)
    chosen = session.get(ProgramForm, program.id)
    ids = frozenset(item.id for item in form_from_wire(row.body).items)
    beside = beside_in(session, program.id, row)
    each = chosen.bank_each if chosen else 0
    return Choice(row.instrument, ids, OWN_CHANGE in ids, beside.name if beside else "", each)


def draft_choice(session: Session, program: Program, choice: Choice) -> Chosen:
    """Return these questions with what follows from them; nothing is stored.

    :raises UnknownInstrumentError, ItemChoiceError: if they are no set that is offered.
    :raises UnfinishedFormError: if something is missing in an own form.
    :raises FormTooLargeError: if the answers would not fit a ballot.
    :raises ScheduleError: if the program's schedule asks more often than they allow.
    """
    entry = entry_named(session, choice.instrument)
    further = _further(session, program, choice)
    if further is None and entry not in offered():
        raise UnknownInstrumentError
    beside = further.entry.items if further is not None and choice.beside else ()
    form = check_in(entry, choice.items, own_change=choice.own_change, beside=beside)
    bank: tuple[str, ...] = ()
    if further is not None:
        form = replace(form, notice=further.entry.notice)
        bank = tuple(item.id for item in form.items if item.id in further.bank)
    pad_size(form)
    each = choice.bank_each if 0 < choice.bank_each < len(bank) else 0
    bank = bank if each else ()
    schedule = session.get(Schedule, program.id)
    if schedule is not None:
        for asked in (entry, *(() if further is None else (further.entry,))):
            check_cadence(asked, weeks_between(asked.item_ids, bank, each, schedule.every_weeks))
    follows = tuple(_consequences(session, program, form))
    asked_in_words = asked_words(form, bank, each)
    cautions = _cautions(form, further, entry)
    return Chosen(entry, form, asked_in_words, follows, cautions, bank, each)


def _further(session: Session, program: Program, choice: Choice) -> Further | None:
    """Return the questions from elsewhere that are chosen, alone or beside a shipped set.

    :raises UnknownInstrumentError: if the program can't ask them.
    :raises UnfinishedFormError: if something is missing in them.
    """
    alone = choice.instrument.startswith(OWN)
    wanted = choice.instrument.removeprefix(OWN) if alone else choice.beside
    if not wanted:
        return None
    further = further_named(session, wanted)
    own = session.get(OwnForm, wanted)
    if further is None or (own is not None and own.program_id not in (None, program.id)):
        raise UnknownInstrumentError
    if not further.whole:
        raise UnfinishedFormError
    return further


def _cautions(form: Form, further: Further | None, entry: Instrument) -> tuple[Caution, ...]:
    """Return what to look at again; whose wording is published is not told to mend it."""
    sets = (entry,) if further is None else (entry, further.entry)
    published = {name for each in sets if each.validated for name in each.item_ids}
    found = review_form(form.title, form.items, () if further is None else further.languages)
    return tuple(caution for caution in found if caution.item_id not in published)


def choose(session: Session, program: Program, choice: Choice, now: datetime, actor: str) -> None:
    """Let a program's coming rounds ask these questions.

    :raises SurveyError: as for `draft_choice`.
    """
    chosen, before = draft_choice(session, program, choice), present_choice(session, program)
    asked_before = whole_form_of_program(session, program.id)
    after = choose_form(
        session,
        program.id,
        chosen.entry.id,
        chosen.form,
        own_form_id=None if choice.beside in SHIPPED_BESIDE else choice.beside or None,
        bank=chosen.bank,
        bank_each=chosen.bank_each,
    )
    acts = []
    if after.id != asked_before.id:
        acts.append(f"chose other questions: {_called(after)}, version {after.version}")
    if before.bank_each != chosen.bank_each:
        acts.append(f"set the bank to {chosen.bank_each or 'all'} of it in each round")
    for act in acts:
        record(session, now, actor, act, f"program {program.id}")


def _called(row: FormRow) -> str:
    return "a form of our own" if row.instrument.startswith(OWN) else row.instrument


def _consequences(session: Session, program: Program, form: Form) -> Iterator[str]:
    yield str(_ALWAYS)
    basis, last = basis_of(form, SCORE), _last_asked(session, program)
    if basis is None:
        yield str(_UNSCORED)
    if last is None:
        yield str(_FIRST)
        return
    anew = basis != basis_of(last, SCORE)
    if basis is not None:
        yield str(_ANEW if anew else _SAME)
    if anew and open_alert_of(session, program.id) is not None:
        yield _("The alert that is open ends when the first such round has closed.")
    present = form_from_wire(whole_form_of_program(session, program.id).body)
    for goal in open_goals(session, program.id):
        # It may have been another question's turn in the last round.
        before = basis_of(last, goal.target) or basis_of(present, goal.target)
        if basis_of(form, goal.target) is None:
            yield _(
                "The goal about “%(goal)s” says nothing of these rounds: it is not asked.",
                goal=speak(called(goal)),
            )
        elif basis_of(form, goal.target) != before:
            yield _("The goal about “%(goal)s” starts anew.", goal=speak(called(goal)))


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
