"""Write own forms: begun, saved as typed, taken away while nothing rests on them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.forms.entries import ITEM, own_name
from app.forms.errors import (
    FormChangedError,
    FormInUseError,
    NoLanguageError,
    UnknownFormError,
)
from app.models.columns import random_id
from app.models.identity.form import Form as FormRow
from app.models.identity.own_form import OwnForm
from app.models.identity.program import Program
from app.models.identity.program_form import ProgramForm
from surveys.drafts import Draft, draft_from_wire, draft_to_wire
from surveys.form_review import language_names

_ITEM_LETTERS = 8  # of a random identifier; a form has at most some dozens


def new_item_id() -> str:
    """Return the id of a new question: the same over all versions, and no shipped one's."""
    return f"{ITEM}{random_id()[:_ITEM_LETTERS]}"


def find_own_form(session: Session, form_id: str) -> OwnForm:
    """Return an own form.

    :raises UnknownFormError: if there is none with this identifier.
    """
    found = session.get(OwnForm, form_id)
    if found is None:
        raise UnknownFormError
    return found


def begin_form(
    session: Session, title: str, languages: Sequence[str], program_id: str, now: datetime, who: str
) -> OwnForm:
    """Return a new own form without a question.

    :param title: in the first of the languages; it may be empty still.
    :param program_id: of the one program that can ask it; empty for all of them.
    :raises NoLanguageError: without a language that is known.
    """
    known = [tag for tag in language_names() if tag in languages]
    if not known:
        raise NoLanguageError
    if program_id and session.get(Program, program_id) is None:
        program_id = ""
    draft = Draft(tuple(known), {known[0]: title})
    fresh = OwnForm(program_id=program_id or None, draft=draft_to_wire(draft))
    session.add(fresh)
    session.flush()
    record(session, now, who, "began a form of our own", f"form {fresh.id}")
    return fresh


def save_form(
    session: Session, own: OwnForm, draft: Draft, revision: int, now: datetime, who: str
) -> None:
    """Save a form as it was typed, whole or not. What rounds ask is not changed by it.

    :param revision: that the typing began with.
    :raises FormChangedError: if the form was saved by somebody else meanwhile.
    """
    session.refresh(own, with_for_update=True)
    if own.revision != revision:
        raise FormChangedError
    if draft == draft_from_wire(own.draft):
        return
    own.draft = draft_to_wire(draft)
    own.revision += 1
    record(session, now, who, "changed a form of our own", f"form {own.id}")


def remove_form(session: Session, own: OwnForm, now: datetime, who: str) -> None:
    """Take away a form that no program has chosen.

    :raises FormInUseError: if one has.
    """
    chosen = select(ProgramForm.program_id).where(ProgramForm.own_form_id == own.id)
    asked = select(FormRow.id).where(FormRow.instrument == own_name(own.id))
    if session.scalar(select(or_(chosen.exists(), asked.exists()))):
        raise FormInUseError
    session.delete(own)
    record(session, now, who, "removed a form of our own", f"form {own.id}")
