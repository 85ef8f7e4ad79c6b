"""What an admin sees of one program: rounds, groups and settings; the roster's side only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.languages import number
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.people.places import places_in
from app.programs.groups import groups_of
from app.rounds.closings import closes_ahead
from app.rounds.mailing import progress_of
from app.rounds.service import check_ins_of, sessions_of
from surveys.disclosure import band
from surveys.wording import count_words

# A round that too few links went out for is tried again, or given up, by the worker.
_STATE_WORDS = {
    "due": _l("being sent"),
    "launching": _l("being sent"),
    "open": _l("open"),
    "closed": _l("closed"),
    "aborting": _l("being stopped"),
    "aborted": _l("not sent: too few people could be asked, or the mail relay refused"),
    "cancelling": _l("being cancelled"),
    "cancelled": _l("cancelled, answers destroyed unread"),
}


_OVER = ("closed", "aborted", "cancelled")


@dataclass(frozen=True)
class RoundRow:
    """A round in the list; `invited` is a band (D4), or empty before anybody is.

    :ivar group: name of the one group that is asked; None for the whole program.
    :ivar later: the closing times after the next one, for a round that has several.
    """

    round: Round
    state: str
    invited: str
    group: str | None
    later: tuple[datetime, ...]

    @property
    def name(self) -> str:
        """Return what the round is called."""
        at = self.round.number
        if self.group is None:
            return str(_("Round %(number)s", number=at))
        return str(_("Round %(number)s, %(group)s alone", number=at, group=self.group))


@dataclass(frozen=True)
class GroupRow:
    """A group as the roster has it; people without one have no id."""

    id: str | None
    name: str
    people: int
    mentors: int


@dataclass(frozen=True)
class ProgramDesk:
    """A program as its admins work on it.

    :ivar running: the check-in that is not over yet.
    :ivar mails: how far its mails have come while it is being sent; empty where that isn't told.
    :ivar sessions: rounds that asked circles how their sessions were, newest first.
    """

    program: Program
    rounds: tuple[RoundRow, ...]
    running: RoundRow | None
    mails: str
    sessions: tuple[RoundRow, ...]
    groups: tuple[GroupRow, ...]
    schedule: Schedule | None

    def unfinished(self, round_id: str) -> RoundRow | None:
        """Return the round with this id, None if there is none here or it is over."""
        rows = (self.running, *self.sessions)
        return next((row for row in rows if row and _runs(row) and row.round.id == round_id), None)

    @property
    def people(self) -> int:
        """Return how many members the program has."""
        return sum(group.people for group in self.groups)


def program_desk(session: Session, program: Program) -> ProgramDesk:
    """Return what stands on a program's desk."""
    names = {group.id: group.name for group in groups_of(session, program)}
    rounds = tuple(_round_row(entry, names) for entry in check_ins_of(session, program.id))
    running = next(filter(_runs, rounds), None)
    return ProgramDesk(
        program=program,
        rounds=rounds,
        running=running,
        mails="" if running is None else _mails(session, running.round),
        sessions=tuple(_round_row(entry, names) for entry in sessions_of(session, program.id)),
        groups=_groups(session, program),
        schedule=session.get(Schedule, program.id),
    )


def _mails(session: Session, running: Round) -> str:
    progress = progress_of(session, running)
    if progress is None:
        return ""
    of = number(progress.of)
    if not progress.sent:
        return str(_("The first of %(all)s mails are being handed to the relay.", all=of))
    sent = number(progress.sent)
    return str(_("Mails: %(sent)s of %(all)s handed to the relay.", sent=sent, all=of))


def _runs(row: RoundRow) -> bool:
    return row.round.state not in _OVER


def _round_row(entry: Round, groups: Mapping[str, str]) -> RoundRow:
    invited = count_words(band(entry.invited, entry.k)) if entry.invited else ""
    return RoundRow(
        round=entry,
        state=str(_STATE_WORDS[entry.state]),
        invited=invited,
        group=None if entry.group_id is None else groups[entry.group_id],
        later=closes_ahead(entry)[1:],
    )


def _groups(session: Session, program: Program) -> tuple[GroupRow, ...]:
    places = places_in(session, program.id)
    groups = [GroupRow(one.id, one.name, one.members, one.mentors) for one in places.groups]
    if places.without_group:
        groups.append(GroupRow(None, _("Without a group"), places.without_group, 0))
    return tuple(groups)
