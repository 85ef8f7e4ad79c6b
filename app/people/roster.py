"""What a roster file says, once it is read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What is wrong and how to mend it; `line` is None when it is about the whole file."""

    line: int | None
    sentence: str


@dataclass(frozen=True)
class RosterPerson:
    """Someone in the file; None where the file says nothing."""

    address: str
    name: str | None = None
    time_zone: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class RosterPlace:
    """Where someone belongs: a program, a group of it unless they are in none, and a role."""

    address: str
    program: str
    group: str | None = None
    role: str = "member"


@dataclass(frozen=True)
class Roster:
    """What the file says. With faults it must not be used.

    `has_places` is False when the file has no program column: it then says nothing about places.
    """

    encoding: str
    has_places: bool
    people: tuple[RosterPerson, ...] = ()
    places: tuple[RosterPlace, ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
