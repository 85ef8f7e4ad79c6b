"""Use cases: a mentor's circle, a program's results for admins, the list of a mentor's circles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import Store
from app.goals.progress import GoalView, goals_of
from app.models.identity.form import Form as FormRow
from app.models.identity.group import Group
from app.models.identity.program import Program
from app.people.names import RosterMask
from app.results.comments import comment_texts
from app.results.mentoring import admin_since, as_seen_since, mentor_since
from app.results.outlook import outlook, session_outlook
from app.results.report import CommentList, NoSuchReleaseError, Report, make_report, pick_release
from app.results.service import ReleasedRound, RoundName, rounds_seen_by, sessions_seen_by
from app.results.words import THE_PROGRAM, YOUR_CIRCLE, round_name
from app.rounds.fingerprints import fingerprints_of
from app.vault import Vault
from surveys.form_wire import form_from_wire
from surveys.items import Form

PROGRAM_NAME = THE_PROGRAM
OWN_COMMENTS, PROGRAM_COMMENTS = "own-comments", "program-comments"


@dataclass(frozen=True)
class Choice:
    """One entry of a picker."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class ResultsPage:
    """A page of results; `report` is None before the first release.

    :ivar groups: what an admin can look at instead, the program itself with an empty value.
    :ivar session_outlook: of a group that is asked at present how its session was; else empty.
    :ivar fingerprint: of the round that is shown; empty where it has none.
    :ivar goals: the program's, as they stand today: on the page of its latest round alone.
    """

    program_id: str
    program: str
    group: str | None
    report: Report | None
    rounds: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    outlook: str
    goals: tuple[GoalView, ...] = ()
    session_outlook: str = ""
    fingerprint: str = ""

    @property
    def pool_id(self) -> bytes | None:
        """Return the pool whose results are shown."""
        return self.report.release.pool_id if self.report else None

    @property
    def round_id(self) -> str | None:
        """Return the round whose results are shown."""
        return self.report.release.round_id if self.report else None

    @property
    def answer_round(self) -> str:
        """Return the name of the round whose comments are answered."""
        return str(self.report.release.name) if self.report else ""

    @property
    def answer_page(self) -> str:
        """Return what tells this page from others on which comments are answered."""
        return f"{self.program_id} {self.group or ''} {self.answer_round}"

    def comments_of(self, of: str) -> tuple[CommentList, ...]:
        """Return the lists of comments that are meant by what the page calls them."""
        if self.report is None:
            return ()
        lists = {
            OWN_COMMENTS: self.report.own_comments,
            PROGRAM_COMMENTS: self.report.program_comments,
        }
        return lists.get(of, ())


@dataclass(frozen=True)
class CircleEntry:
    """A circle in a mentor's list."""

    group_id: str
    name: str
    program: str


def circles_of(session: Session, group_ids: Collection[str]) -> list[CircleEntry]:
    """Return these groups by program and name."""
    rows = session.execute(
        select(Group.id, Group.name, Program.name)
        .join(Program, Program.id == Group.program_id)
        .where(Group.id.in_(group_ids))
        .order_by(Program.name, Group.name)
    )
    return [CircleEntry(*row) for row in rows]


def circle_page(
    identity: Store,
    ballots: Store,
    vault: Vault,
    account_id: str,
    group_id: str,
    number: RoundName | None,
) -> ResultsPage:
    """Return a circle's results as its mentor sees them.

    :param account_id: whose person mentors the circle.
    :param number: what the round is called; None for the latest.
    :raises NoSuchReleaseError: if this round has no results, or they don't mentor the circle.
    """
    with identity.begin() as session:
        since = mentor_since(session, account_id, group_id)
        group = session.get_one(Group, group_id)
        program = session.get_one(Program, group.program_id)
    return _page(identity, ballots, vault, program, group, YOUR_CIRCLE, number, since=since)


def program_page(
    identity: Store,
    ballots: Store,
    vault: Vault,
    account_id: str,
    program: Program,
    group_id: str | None,
    number: RoundName | None,
) -> ResultsPage:
    """Return the results of a program, or of one of its groups, as an admin sees them.

    :param account_id: whose person may have answered in a group before.
    :raises NoSuchReleaseError: if there are none of this round or group.
    """
    if group_id is None:
        return _page(identity, ballots, vault, program, None, THE_PROGRAM, number)
    with identity.begin() as session:
        group = session.scalar(
            select(Group).where(Group.id == group_id, Group.program_id == program.id)
        )
        since = admin_since(session, account_id)
    if group is None:
        raise NoSuchReleaseError
    return _page(identity, ballots, vault, program, group, group.name, number, since=since)


def _page(
    identity: Store,
    ballots: Store,
    vault: Vault,
    program: Program,
    group: Group | None,
    name: str,
    number: RoundName | None,
    *,
    since: date | None = None,
) -> ResultsPage:
    with identity.begin() as session:
        check_ins = rounds_seen_by(session, program.id, group.id if group else None)
        of_sessions = sessions_seen_by(session, group.id) if group else []
        rounds = as_seen_since([*of_sessions, *check_ins], since)
        chosen = pick_release(rounds, number) if rounds or number is not None else None
        form = None if chosen is None else _form(session, chosen)
        coming = outlook(session, program, group.id if group else None)
        after_session = session_outlook(session, program, group.id) if group else ""
        whole = [entry for entry in rounds if entry.group_id is None]
        latest = chosen is None or chosen is rounds[-1]
        goals = goals_of(session, program.id, whole) if latest else ()
        groups = _group_choices(session, program, group)
    report, fingerprint = None, ""
    if chosen is not None and form is not None:
        prints = fingerprints_of(identity, ballots, [chosen.round_id])
        fingerprint = prints.get(chosen.round_id, "")
        comments = comment_texts(ballots, vault, chosen.pool_id, RosterMask(identity, vault))
        report = make_report(
            rounds, chosen, form, comments, group_id=group.id if group else None, name=name
        )
    return ResultsPage(
        program_id=program.id,
        program=program.name,
        group=group.name if group else None,
        report=report,
        rounds=_round_choices(rounds, chosen),
        groups=groups,
        outlook=coming,
        goals=goals,
        session_outlook=after_session,
        fingerprint=fingerprint,
    )


def _group_choices(session: Session, program: Program, group: Group | None) -> tuple[Choice, ...]:
    rows = session.execute(
        select(Group.id, Group.name).where(Group.program_id == program.id).order_by(Group.name)
    )
    return (
        Choice("", _("The whole program"), group is None),
        *(Choice(row.id, row.name, group is not None and row.id == group.id) for row in rows),
    )


def _form(session: Session, chosen: ReleasedRound) -> Form:
    return form_from_wire(session.get_one(FormRow, chosen.form_id).body)


def _round_choices(rounds: list[ReleasedRound], chosen: ReleasedRound | None) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(entry.name), _choice_name(entry), entry is chosen)
        for entry in sorted(rounds, key=lambda entry: entry.closed_on, reverse=True)
    )


def _choice_name(entry: ReleasedRound) -> str:
    name = round_name(entry.closed_on)
    if entry.of_session:
        return _("%(day)s, after a session", day=name)
    return name if entry.group_id is None else _("%(day)s, the circle's own", day=name)
