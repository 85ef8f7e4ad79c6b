"""Everything that a program can ask, by its name: the shipped sets and the own forms."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.identity.own_form import OwnForm
from surveys.drafts import Finished, draft_from_wire, finish, notice_of
from surveys.errors import UnknownInstrumentError
from surveys.instruments import Instrument, instrument

OWN = "own:"  # no shipped set is called so
ITEM = "q_"  # nor is a question of one
SHIPPED_BESIDE = ("ons4",)  # shipped sets that make no score, so that they can stand beside others


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
        source={"en": draft.source},
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


@dataclass(frozen=True)
class Further:
    """Questions from elsewhere than the shipped check-ins' own: an own form, or a set beside one.

    :ivar bank: ids of the questions of which a round may ask some, in turn.
    :ivar languages: that it is to be in.
    """

    name: str
    entry: Instrument
    whole: bool
    bank: frozenset[str]
    languages: tuple[str, ...] = ()


def further_of(own: OwnForm) -> Further:
    """Return an own form as further questions."""
    finished = finished_of(own)
    languages = draft_from_wire(own.draft).languages
    return Further(own.id, entry_of(own), finished.whole, finished.bank, languages)


def shipped_further(name: str) -> Further:
    """Return a shipped set as further questions, all of them a bank."""
    entry = instrument(name)
    return Further(name, entry, whole=True, bank=frozenset(entry.default_items))


def further_named(session: Session, name: str) -> Further | None:
    """Return further questions by the name that a page has for them; None if there are none."""
    if name in SHIPPED_BESIDE:
        return shipped_further(name)
    own = session.get(OwnForm, name)
    return None if own is None else further_of(own)
