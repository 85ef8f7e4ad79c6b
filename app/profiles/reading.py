"""Find a cycle for one of its subjects, and how far the rounds are that they wait for."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.account import Account
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.form import Form as FormRow
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.rounds.service import UNFINISHED
from app.rounds.subjects import cycles_about, own_round, shared_round
from surveys.form_wire import form_from_wire
from surveys.items import Form

CANCELLED = ("cancelled", "aborted")


class NoSuchCycleError(LookupError):
    """There is no such cycle for whoever asks."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True)
class Reading:
    """A cycle, its reader, and the round about them; `awaited` is that or the shared one."""

    cycle: FeedbackCycle
    program: Program
    person: Person
    form: Form
    own: Round | None
    awaited: Round | None

    @property
    def asks(self) -> bool:
        """Return whether raters whose answers the reader waits for can still answer."""
        if self.awaited is None:
            return self.cycle.state == "open"
        return self.awaited.state in UNFINISHED and self.awaited.state != "cancelling"

    @property
    def cancelled(self) -> bool:
        """Return whether nothing of it will be read."""
        return self.awaited is not None and self.awaited.state in (*CANCELLED, "cancelling")


def person_of(session: Session, account_id: str) -> Person:
    """Return the active person of an account.

    :raises NoSuchCycleError: if there is none (any more).
    """
    found = session.scalar(
        select(Person)
        .join(Account, Account.address_lookup == Person.address_lookup)
        .where(Account.id == account_id, Person.state == "active")
    )
    if found is None:
        raise NoSuchCycleError
    return found


def find_reading(session: Session, account_id: str, cycle_id: str) -> Reading:
    """Return a cycle as far as the person of an account may know of it.

    :raises NoSuchCycleError: if it is not about them.
    """
    person = person_of(session, account_id)
    found = [cycle for cycle in cycles_about(session, person.id) if cycle.id == cycle_id]
    if not found:
        raise NoSuchCycleError
    own = own_round(session, found[0], person.id)
    return Reading(
        cycle=found[0],
        program=session.get_one(Program, found[0].program_id),
        person=person,
        form=form_of_cycle(session, found[0]),
        own=own,
        awaited=own or shared_round(session, found[0]),
    )


def form_of_cycle(session: Session, cycle: FeedbackCycle) -> Form:
    """Return what a cycle asks."""
    return form_from_wire(session.get_one(FormRow, cycle.form_id).body)


def circle_of(session: Session, reading: Reading) -> str | None:
    """Return the name of the reader's circle, where the cycle is about circles."""
    if reading.cycle.about != "circles":
        return None
    return session.scalar(
        select(Group.name)
        .join(Membership, Membership.group_id == Group.id)
        .where(
            Membership.person_id == reading.person.id,
            Membership.program_id == reading.program.id,
            Membership.role == "member",
        )
    )
