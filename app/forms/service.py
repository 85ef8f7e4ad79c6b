"""Forms as rows, and as what a round freezes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.form import Form as FormRow
from app.models.identity.program_form import ProgramForm
from config import CONTACT_LABEL
from surveys.form_wire import form_from_wire, form_to_wire
from surveys.instruments import PEER_SKILLS, PULSE, form_of, instrument
from surveys.items import Form, SupportLine, check_support

_TRANSLATED = {
    CONTACT_LABEL: {"de": "Ich möchte, dass sich jemand bei mir meldet (nicht anonym)"},
}
_FIRST_VERSION = 1


def current_form(session: Session) -> FormRow:
    """Return the usual check-in: the pulse's first version, stored at the first call."""
    return _first_version(session, PULSE)


def feedback_form(session: Session) -> FormRow:
    """Return what peer feedback asks: the six skills' first version, stored at the first call."""
    return _first_version(session, PEER_SKILLS)


def _first_version(session: Session, name: str) -> FormRow:
    first = session.scalar(
        select(FormRow).where(FormRow.instrument == name, FormRow.version == _FIRST_VERSION)
    )
    return first or _add_version(session, name, _FIRST_VERSION, form_of(instrument(name), ()))


def form_of_program(session: Session, program_id: str) -> FormRow:
    """Return what a program's coming rounds ask."""
    chosen = session.get(ProgramForm, program_id)
    return current_form(session) if chosen is None else session.get_one(FormRow, chosen.form_id)


def choose_form(session: Session, program_id: str, instrument_id: str, form: Form) -> FormRow:
    """Return the version that a program's coming rounds ask from now on, stored if it is new.

    A version that rounds may have asked is never changed: other questions are another version.
    """
    current_form(session)  # so that the first version stays the usual one
    version = _find_version(session, instrument_id, form)
    chosen = session.get(ProgramForm, program_id) or ProgramForm(program_id=program_id)
    chosen.form_id = version.id
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
        kind=instrument(instrument_id).kind,
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
    form = Form(stored.title, stored.items, lines, instrument(row.instrument).notice)
    check_support(form)
    return form
