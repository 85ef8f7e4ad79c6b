"""Which programs ask an own form now, and whether it has been changed since."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.forms.entries import ITEM, entry_of, finished_of, own_name
from app.models.identity.form import Form as FormRow
from app.models.identity.own_form import OwnForm
from app.models.identity.program import Program
from app.models.identity.program_form import ProgramForm
from surveys.form_wire import form_from_wire


@dataclass(frozen=True)
class Asking:
    """A program that asks a form; `changed` if the form has other questions by now."""

    program_id: str
    name: str
    changed: bool


@dataclass(frozen=True)
class Use:
    """Where a form stands.

    :ivar others: programs that could ask it, by id and name.
    :ivar versions: how many versions of it by itself there are.
    """

    asking: tuple[Asking, ...]
    others: tuple[tuple[str, str], ...]
    versions: int

    @property
    def removable(self) -> bool:
        """Return whether nothing rests on it."""
        return not self.asking and not self.versions


def use_of(session: Session, own: OwnForm) -> Use:
    """Return which programs ask a form, and which could."""
    name, entry = own_name(own.id), entry_of(own)
    rows = session.execute(
        select(Program.id, Program.name, FormRow.body, ProgramForm.bank)
        .join(ProgramForm, ProgramForm.program_id == Program.id)
        .join(FormRow, FormRow.id == ProgramForm.form_id)
        .where(or_(FormRow.instrument == name, ProgramForm.own_form_id == own.id))
        .order_by(Program.name)
    ).all()
    asking = []
    bank = finished_of(own).bank
    for program_id, program, body, turns in rows:
        form = form_from_wire(body)
        asked = tuple(item for item in form.items if item.id.startswith(ITEM))
        same = asked == entry.items and form.notice == entry.notice and set(turns) in (bank, set())
        asking.append(Asking(program_id, program, not same))
    known = {one.program_id for one in asking}
    could = select(Program.id, Program.name).order_by(Program.name)
    if own.program_id is not None:
        could = could.where(Program.id == own.program_id)
    others = tuple((row.id, row.name) for row in session.execute(could) if row.id not in known)
    versions = session.scalar(select(func.count()).where(FormRow.instrument == name)) or 0
    return Use(tuple(asking), others, versions)
