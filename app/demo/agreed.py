"""What the demo mentor's circle has agreed on in its last talks."""

from datetime import timedelta

from sqlalchemy import select

from app.agreed.schemas import Noted
from app.agreed.service import agreed_of, look_back, note_action
from app.jobs.workplace import Workplace
from app.models.identity.group import Group
from app.models.identity.program import Program

_CIRCLE = "Circle 1"
_DONE = "Put the questions about the rota on one page for everybody"
_GOES_ON = "Keep Friday mornings free of meetings"
_NEW = "Say early when a plan has changed, in the channel that all read"
_TALKS_APART = timedelta(weeks=2)


def look_back_in_circle(workplace: Workplace, program: str) -> None:
    """Note what one circle agreed on two weeks ago, how that went, and what it agreed on today."""
    key, today = workplace.vault.roster_key(), workplace.now().date()
    before = today - _TALKS_APART
    with workplace.identity.begin() as session:
        group = session.scalars(
            select(Group.id)
            .join(Program, Program.id == Group.program_id)
            .where(Program.name == program, Group.name == _CIRCLE)
        ).one()
        for words, day in ((_DONE, before), (_GOES_ON, before), (_NEW, today)):
            note_action(session, key, group, Noted(words, as_it_is=True), day, str)
        session.flush()
        ids = {row.words: row.id for row in agreed_of(session, key, group).open}
        look_back(session, group, ids[_DONE], "done", today)
        look_back(session, group, ids[_GOES_ON], "goes on", today)
