"""Forms as rows, and as what a round freezes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.forms.entries import (
    OWN,
    SHIPPED_BESIDE,
    Further,
    entry_named,
    further_named,
    shipped_further,
)
from app.models.identity.form import Form as FormRow
from app.models.identity.program_form import ProgramForm
from app.models.identity.round import Round
from app.rounds.series import of_whole_program
from config import CONTACT_LABEL
from surveys.form_wire import form_from_wire, form_to_wire
from surveys.instruments import (
    PEER_SKILLS,
    PULSE,
    SESSION,
    Instrument,
    check_cadence,
    check_rhythm,
    form_of,
    instrument,
)
from surveys.items import Form, SupportLine, Text, check_support
from surveys.rotation import rotated, weeks_between

_TRANSLATED = {
    CONTACT_LABEL: {
        "de": "Ich möchte, dass sich jemand bei mir meldet (nicht anonym)",
        "fr": "Je souhaite que quelqu’un me contacte (ce n’est pas anonyme)",
        "es": "Quiero que alguien me contacte (no es anónimo)",
        "ar": "أريد أن يتواصل معي أحد (ليس مجهول الهوية)",
    },
}
_FIRST_VERSION = 1


def current_form(session: Session) -> FormRow:
    """Return the usual check-in: the pulse's first version, stored at the first call."""
    return _first_version(session, PULSE)


def feedback_form(session: Session) -> FormRow:
    """Return what peer feedback asks: the six skills' first version, stored at the first call."""
    return _first_version(session, PEER_SKILLS)


def session_form(session: Session) -> FormRow:
    """Return what a group is asked after a session: the first version, stored at the first call."""
    return _first_version(session, SESSION)


def _first_version(session: Session, name: str) -> FormRow:
    first = session.scalar(
        select(FormRow).where(FormRow.instrument == name, FormRow.version == _FIRST_VERSION)
    )
    return first or _add_version(session, name, _FIRST_VERSION, form_of(instrument(name), ()))


def form_of_program(session: Session, program_id: str) -> FormRow:
    """Return what a program's next round asks; of a bank, the questions whose turn it is."""
    chosen = session.get(ProgramForm, program_id)
    if chosen is None:
        return current_form(session)
    whole = session.get_one(FormRow, chosen.form_id)
    if not chosen.bank_each:
        return whole
    turn = _rounds_so_far(session, program_id)
    form = rotated(form_from_wire(whole.body), chosen.bank, chosen.bank_each, turn)
    return _find_version(session, whole.instrument, form)


def whole_form_of_program(session: Session, program_id: str) -> FormRow:
    """Return all that a program's coming rounds ask, a bank as a whole."""
    chosen = session.get(ProgramForm, program_id)
    return current_form(session) if chosen is None else session.get_one(FormRow, chosen.form_id)


def beside_in(session: Session, program_id: str, row: FormRow) -> Further | None:
    """Return what a version of a shipped set asks beside it in a program; None for nothing."""
    ids = {item.id for item in form_from_wire(row.body).items}
    chosen = session.get(ProgramForm, program_id)
    if chosen is not None and chosen.own_form_id is not None:
        further = further_named(session, chosen.own_form_id)
        # What is asked now may be no check-in of the program's: then nothing stands beside it.
        return further if further and ids & set(further.entry.item_ids) else None
    shipped = [shipped_further(name) for name in SHIPPED_BESIDE if name != row.instrument]
    return next((further for further in shipped if ids & set(further.entry.item_ids)), None)


def check_schedule(session: Session, program_id: str, every_weeks: int) -> None:
    """Check that a schedule asks no coming question more often than its set allows.

    :raises ScheduleError: if it does.
    """
    row = whole_form_of_program(session, program_id)
    chosen = session.get(ProgramForm, program_id)
    bank, each = (chosen.bank, chosen.bank_each) if chosen else ([], 0)
    for entry in _entries(session, program_id, row):
        check_cadence(entry, weeks_between(entry.item_ids, bank, each, every_weeks))


def check_last_asked(session: Session, program_id: str, row: FormRow, opens_at: datetime) -> None:
    """Check that a round by hand asks nothing again sooner than its set allows.

    Of a bank each question counts by itself.

    :raises ScheduleError: if it does.
    """
    asked = {item.id for item in form_from_wire(row.body).items}
    for entry in _entries(session, program_id, row):
        mine = asked & set(entry.item_ids)
        last = _last_opened(session, program_id, mine) if entry.least_weeks else None
        if last is not None:
            check_rhythm(entry, last, opens_at)


def _last_opened(session: Session, program_id: str, ids: Collection[str]) -> datetime | None:
    """Return when a closed round of a program opened last that asked one of these questions."""
    rounds = session.execute(
        select(Round.opens_at, FormRow.body)
        .join(FormRow, FormRow.id == Round.form_id)
        .where(Round.program_id == program_id, Round.state == "closed")
        .order_by(Round.opens_at.desc())
    )
    for opened, body in rounds:
        if any(item.id in ids for item in form_from_wire(body).items):
            return opened
    return None


def _entries(session: Session, program_id: str, row: FormRow) -> tuple[Instrument, ...]:
    """Return the sets that a version takes its questions from."""
    beside = beside_in(session, program_id, row)
    return (entry_named(session, row.instrument), *((beside.entry,) if beside else ()))


def _rounds_so_far(session: Session, program_id: str) -> int:
    """Return how many rounds of the whole program there were; what was given up is asked again."""
    query = select(func.count()).where(
        Round.program_id == program_id,
        of_whole_program(),
        Round.state.in_(("due", "launching", "open", "closed")),
    )
    return session.scalar(query) or 0


def choose_form(
    session: Session,
    program_id: str,
    instrument_id: str,
    form: Form,
    *,
    own_form_id: str | None = None,
    bank: Sequence[str] = (),
    bank_each: int = 0,
) -> FormRow:
    """Return the version that a program's coming rounds ask from now on, stored if it is new.

    A version that rounds may have asked is never changed: other questions are another version.

    :param own_form_id: the own form that it asks beside the pulse.
    :param bank: ids of the questions of which each round asks `bank_each`.
    """
    current_form(session)  # so that the first version stays the usual one
    version = _find_version(session, instrument_id, form)
    chosen = session.get(ProgramForm, program_id) or ProgramForm(program_id=program_id)
    chosen.form_id, chosen.own_form_id = version.id, own_form_id
    chosen.bank, chosen.bank_each = list(bank), bank_each
    session.add(chosen)
    session.flush()
    return version


def _find_version(session: Session, instrument_id: str, form: Form) -> FormRow:
    body = form_to_wire(form)
    versions = session.scalars(
        select(FormRow)
        .where(FormRow.instrument == instrument_id)
        .order_by(FormRow.version)
        .with_for_update()
    ).all()
    for version in versions:
        if version.body == body:
            return version
    number = 1 + max((version.version for version in versions), default=0)
    return _add_version(session, instrument_id, number, form)


def _add_version(session: Session, instrument_id: str, number: int, form: Form) -> FormRow:
    fresh = FormRow(
        instrument=instrument_id,
        version=number,
        kind=entry_named(session, instrument_id).kind,
        body=form_to_wire(form),
    )
    session.add(fresh)
    session.flush()
    return fresh


def _in_all_languages(label: str) -> dict[str, str]:
    """Return a label by language: the operator's as it is, ours in each language of the page."""
    return {"en": label, **_TRANSLATED.get(label, {})}


def frozen_form(row: FormRow, support: Sequence[tuple[str, str]]) -> Form:
    """Return the form as a round freezes it: questions, today's support panel, what is due of them.

    :param support: helplines, each a label and a contact.
    :raises EmptySupportError: if there is no helpline; such a form can't be launched.
    """
    stored = form_from_wire(row.body)
    lines = tuple(SupportLine(_in_all_languages(label), contact) for label, contact in support)
    form = Form(stored.title, stored.items, lines, _notice(row, stored.notice))
    check_support(form)
    return form


def _notice(row: FormRow, own: Text | None) -> Text | None:
    """Return what is due of the shipped questions and of those of an own form, in one text."""
    if row.instrument.startswith(OWN):
        return own
    shipped = instrument(row.instrument).notice
    if own is None:
        return shipped
    return {tag: f"{words} {own[tag]}" for tag, words in shipped.items() if tag in own}
