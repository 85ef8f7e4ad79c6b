"""A round before it is sent: who would be asked, when it would be opened, what it would hold up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.forms.service import form_of_program, frozen_form
from app.launching.freeze import admins_on_the_roster, members_of
from app.models.identity.form import Form
from app.models.identity.program import Program
from app.people.service import roster_of_program
from app.programs.groups import find_group
from app.programs.schemas import Wish
from app.rounds.closings import closes_ahead
from app.rounds.errors import TooFewPeopleError
from app.rounds.service import draft_round
from crypto.envelope import DataKey


@dataclass(frozen=True)
class Plan:
    """A round that could be sent now.

    :ivar group: name of the one group that is asked; None for the whole program.
    :ivar closes: its closing times, earliest first.
    """

    form: Form
    group_id: str | None
    group: str | None
    people: int
    closes: tuple[datetime, ...]


def plan_round(
    session: Session,
    program: Program,
    wish: Wish,
    now: datetime,
    roster_key: DataKey,
    support: Sequence[tuple[str, str]],
    form: Form | None = None,
) -> Plan:
    """Return the round that is wished for; what would stop its launch is said here already.

    :param form: what it asks; None for what the program's check-in asks.
    :raises RoundError, SurveyError, UnknownGroupError: each says what is in the way.
    """
    form = form or form_of_program(session, program.id)
    frozen_form(form, support)
    group = find_group(session, program, wish.group) if wish.group else None
    group_id = group and group.id
    people = _people(session, program, group_id, now, roster_key)
    if people < program.k:
        raise TooFewPeopleError(people, program.k, of_group=group is not None)
    draft = draft_round(
        session, program, form, now, group_id=group_id, again_after=wish.again_after
    )
    return Plan(form, group_id, group and group.name, people, closes_ahead(draft))


def _people(
    session: Session, program: Program, group_id: str | None, now: datetime, roster_key: DataKey
) -> int:
    roster = roster_of_program(session, roster_key, program.id, now.date())
    if group_id is None:
        return len(roster)
    return len(members_of(roster, group_id, admins_on_the_roster(session)))
