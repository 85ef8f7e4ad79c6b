"""Everything that a program can ask, by its name: the shipped sets and the own forms."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.identity.own_form import OwnForm
from surveys.drafts import Finished, draft_from_wire, finish, notice_of
from surveys.errors import UnknownInstrumentError
from surveys.instruments import Instrument, instrument

OWN = "own:"  # no shipped set is called so
ITEM = "q_"  # nor is a question of one


def own_name(form_id: str) -> str:
    """Return the name under which an own form stands among the sets."""
    return f"{OWN}{form_id}"


def entry_named(session: Session, name: str) -> Instrument:
    """Return the shipped set of this name, or the own form as it is written now.

    :raises UnknownInstrumentError: if there is neither.
    """
    if not name.startswith(OWN):
        return instrument(name)
    own = session.get(OwnForm, name.removeprefix(OWN))
    if own is None:
        raise UnknownInstrumentError
    return entry_of(own)


def entry_of(own: OwnForm) -> Instrument:
    """Return an own form as a set of items: those that are whole."""
    draft = draft_from_wire(own.draft)
    finished = finish(draft)
    return Instrument(
        id=own_name(own.id),
        kind="check-in",
        title=finished.title or {"en": draft.name},
        source=draft.source,
        licence=draft.licence,
        notice=notice_of(draft),
        validated=False,
        scoring="items",
        recall_days=None,
        every_weeks=None,
        least_weeks=draft.least_weeks or None,
        on=False,
        default_items=tuple(item.id for item in finished.items),
        items=finished.items,
    )


def finished_of(own: OwnForm) -> Finished:
    """Return what an own form has come to."""
    return finish(draft_from_wire(own.draft))


def own_forms(session: Session, program_id: str | None = None) -> Sequence[OwnForm]:
    """Return all own forms by name, or those that one program can ask."""
    query = select(OwnForm)
    if program_id is not None:
        query = query.where(or_(OwnForm.program_id.is_(None), OwnForm.program_id == program_id))
    found = session.scalars(query).all()
    return sorted(found, key=lambda own: (draft_from_wire(own.draft).name.lower(), own.id))
