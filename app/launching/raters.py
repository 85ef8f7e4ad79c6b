"""Freeze who is asked about whom in a feedback cycle. Source: PROTOCOL 2, Peer feedback."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.launching.freeze import PROGRAM_CELL, FrozenRoster, invitee_of, may_be_mailed
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.people.personal import open_name
from app.people.service import RosterEntry
from app.rounds.errors import TooFewRatersError
from crypto.envelope import DataKey
from surveys.raters import CIRCLES, MENTORS, draw_pools

SHARED = ""  # the key of the pool that has no subject of its own


@dataclass(frozen=True)
class Subject:
    """Whom raters are asked about, a person or a circle, by the name that the mail uses.

    :ivar groups: the circles in which they are rated.
    """

    id: str
    name: str = field(repr=False)
    groups: frozenset[str]


@dataclass(frozen=True)
class RatedPool:
    """Who is asked in one pool, all in cell 0; the shared pool has no subject."""

    subject: Subject | None
    roster: FrozenRoster

    @property
    def key(self) -> str:
        """Return the subject's id, or SHARED."""
        return SHARED if self.subject is None else self.subject.id


def subjects_of(
    session: Session, roster_key: DataKey, program_id: str, about: str
) -> tuple[Subject, ...]:
    """Return about whom a cycle of this program asks: whoever is on the roster, mailed or not.

    :param about: one of surveys.raters.ABOUT.
    """
    if about == CIRCLES:
        groups = session.execute(
            select(Group.id, Group.name).where(Group.program_id == program_id).order_by(Group.id)
        )
        return tuple(Subject(id_, name, frozenset({id_})) for id_, name in groups)
    role = "mentor" if about == MENTORS else "member"
    rows = session.execute(
        select(Person.id, Person.name, Membership.group_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.program_id == program_id,
            Membership.role == role,
            Membership.group_id.is_not(None),
            Person.state == "active",
        )
        .order_by(Person.id)
    )
    names: dict[str, bytes] = {}
    groups_by_person: dict[str, set[str]] = defaultdict(set)
    for person_id, name, group_id in rows:
        names[person_id] = name
        groups_by_person[person_id].add(group_id)
    return tuple(
        Subject(person_id, open_name(roster_key, person_id, name), frozenset(in_groups))
        for (person_id, name), in_groups in zip(
            names.items(), groups_by_person.values(), strict=True
        )
    )


class Placed(Protocol):
    """Somebody with their places in a program, as the roster has them."""

    @property
    def person_id(self) -> str:
        """Return who it is."""

    @property
    def group_id(self) -> str | None:
        """Return the group of which they are a member, if any."""

    @property
    def mentor_group_ids(self) -> frozenset[str]:
        """Return the groups that they mentor."""


@dataclass(frozen=True)
class Place:
    """Where somebody stands in a program, whether mail may reach them or not."""

    person_id: str
    group_id: str | None
    mentor_group_ids: frozenset[str]


def places_in(session: Session, program_id: str) -> list[Place]:
    """Return the places of everybody who is on the roster of a program."""
    rows = session.execute(
        select(Membership.person_id, Membership.group_id, Membership.role)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.program_id == program_id, Person.state == "active")
    ).all()
    member = {row.person_id: row.group_id for row in rows if row.role == "member"}
    mentors: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.role == "mentor":
            mentors[row.person_id].add(row.group_id)
    return [
        Place(person_id, member.get(person_id), frozenset(mentors[person_id]))
        for person_id in {row.person_id for row in rows}
    ]


def raters_of(
    subjects: Sequence[Subject], roster: Sequence[Placed], about: str
) -> dict[str, frozenset[str]]:
    """Return who could be asked about each subject, themselves apart.

    Members rate their mentors and each other, mentors their circles. Whoever is a member of a
    circle is part of it and does not rate it.
    """
    by_group: dict[str, set[str]] = defaultdict(set)
    for entry in roster:
        groups = {entry.group_id} if entry.group_id else set()
        for group_id in entry.mentor_group_ids - groups if about == CIRCLES else groups:
            by_group[group_id].add(entry.person_id)
    return {
        subject.id: frozenset().union(*(by_group[group] for group in subject.groups)) - {subject.id}
        for subject in subjects
    }


def freeze_raters(
    subjects: Sequence[Subject],
    roster: Sequence[RosterEntry],
    about: str,
    k: int,
    mail_domains: Collection[str],
) -> tuple[RatedPool, ...]:
    """Return the pools of a cycle, each of at least `k` raters.

    :param mail_domains: where mail may go; empty allows every domain.
    :raises TooFewRatersError: if there is none.
    """
    asked = {
        entry.person_id: entry for entry in roster if may_be_mailed(entry.address, mail_domains)
    }
    drawn = draw_pools(raters_of(subjects, list(asked.values()), about), k)
    by_id = {subject.id: subject for subject in subjects}
    pools = [RatedPool(by_id[id_], _roster(raters, asked)) for id_, raters in drawn.own.items()]
    if drawn.shared:
        pools.append(RatedPool(None, _roster(drawn.shared, asked)))
    if not pools:
        raise TooFewRatersError(k)
    return tuple(pools)


def _roster(raters: Sequence[str], asked: Mapping[str, RosterEntry]) -> FrozenRoster:
    people = (asked[person_id] for person_id in raters)
    invitees = (invitee_of(entry, PROGRAM_CELL) for entry in people)
    return FrozenRoster(tuple(invitees), ())
