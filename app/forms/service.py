"""Forms as rows, and as what a round freezes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.form import Form as FormRow
from config import CONTACT_LABEL
from surveys.form_wire import form_from_wire, form_to_wire
from surveys.instruments import form_of, instrument
from surveys.items import Form, SupportLine, check_support

_TRANSLATED = {
    CONTACT_LABEL: {"de": "Ich möchte, dass sich jemand bei mir meldet (nicht anonym)"},
}
PULSE = "pulse"
_FIRST_VERSION = 1


def current_form(session: Session, instrument_id: str = PULSE) -> FormRow:
    """Return the newest version of an instrument's form, stored at the first call."""
    newest = session.scalar(
        select(FormRow)
        .where(FormRow.instrument == instrument_id)
        .order_by(FormRow.version.desc())
        .limit(1)
    )
    if newest is not None:
        return newest
    entry = instrument(instrument_id)
    fresh = FormRow(
        instrument=instrument_id,
        version=_FIRST_VERSION,
        kind=entry.kind,
        body=form_to_wire(form_of(entry, ())),
    )
    session.add(fresh)
    session.flush()
    return fresh


def _in_all_languages(label: str) -> dict[str, str]:
    """Return a label by language: the operator's as it is, ours in each language of the page."""
    return {"en": label, **_TRANSLATED.get(label, {})}


def frozen_form(row: FormRow, support: Sequence[tuple[str, str]]) -> Form:
    """Return the form as a round freezes it: its questions and today's support panel.

    :param support: helplines, each a label and a contact.
    :raises EmptySupportError: if there is no helpline; such a form can't be launched.
    """
    stored = form_from_wire(row.body)
    lines = tuple(SupportLine(_in_all_languages(label), contact) for label, contact in support)
    form = Form(stored.title, stored.items, lines)
    check_support(form)
    return form
