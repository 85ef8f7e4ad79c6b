"""A frozen roster puts everyone into the cell that can't name them; the manifest says no more."""

import json
from datetime import UTC, datetime

import pytest

from app.launching.freeze import PROGRAM_CELL, FrozenRoster, freeze_roster
from app.launching.manifest import form_bytes, manifest_bytes
from app.people.service import RosterEntry
from app.rounds.errors import TooFewPeopleError
from crypto.links import manifest_hash
from surveys.instruments import form_of, instrument

K = 5
OPENS = datetime(2026, 5, 4, 9, 0, 59, tzinfo=UTC)
CLOSES = datetime(2026, 5, 8, 9, 0, tzinfo=UTC)


def _entry(
    person: str,
    group: str | None,
    mentors: frozenset[str] = frozenset(),
    domain: str = "example.org",
) -> RosterEntry:
    return RosterEntry(person, f"{person}@{domain}", "UTC", "en", group, mentors)


def _members(group: str | None, count: int, domain: str = "example.org") -> list[RosterEntry]:
    return [_entry(f"{group}.{number}", group, domain=domain) for number in range(count)]


def _freeze(
    people: list[RosterEntry], domains: tuple[str, ...] = (), admins: tuple[str, ...] = ()
) -> FrozenRoster:
    return freeze_roster(people, K, domains, admins)


def _cells(roster: FrozenRoster) -> dict[str, int]:
    return {invitee.person_id: invitee.cell for invitee in roster.invitees}


def test_a_group_of_k_has_a_cell_and_a_smaller_one_is_in_the_programs() -> None:
    roster = _freeze(_members("south", K) + _members("north", K - 1))
    assert roster.groups == ("south",)
    assert roster.invited_in(1) == K
    assert roster.invited_in(PROGRAM_CELL) == K - 1


def test_cells_are_numbered_in_the_order_of_their_groups() -> None:
    people = _members("b", K) + _members("a", K + 1)
    roster = _freeze(people)
    assert roster.groups == ("a", "b")
    assert [roster.invited_in(cell) for cell in range(3)] == [0, K + 1, K]
    assert {cell for person, cell in _cells(roster).items() if person.startswith("a")} == {1}


def test_a_mentor_is_in_no_groups_cell_and_does_not_make_one() -> None:
    mentor = _entry("mentor", None, frozenset({"north"}))
    cells = _cells(_freeze([*_members("north", K), mentor]))
    assert cells["mentor"] == PROGRAM_CELL
    both = _entry("both", "south", frozenset({"north"}))  # a member there, a mentor here
    roster = _freeze([*_members("south", K - 1), both])
    assert roster.groups == ()


def test_a_mentor_of_another_group_is_in_cell_0_though_a_member_of_a_large_one() -> None:
    both = _entry("both", "south", frozenset({"north"}))
    roster = _freeze([*_members("south", K), both])
    assert _cells(roster)["both"] == PROGRAM_CELL
    assert roster.invited_in(1) == K


def test_an_admin_is_in_no_groups_cell_and_does_not_make_one() -> None:
    assert _freeze(_members("north", K), admins=("north.0",)).groups == ()
    roster = _freeze(_members("north", K + 1), admins=("north.0",))
    assert roster.invited_in(1) == K
    assert _cells(roster)["north.0"] == PROGRAM_CELL


def test_people_without_a_group_are_in_the_programs_cell() -> None:
    assert set(_cells(_freeze(_members(None, K))).values()) == {PROGRAM_CELL}


def test_only_allowed_domains_are_asked_whatever_their_case() -> None:
    people = _members("north", K, "Example.ORG") + _members("south", 3, "elsewhere.example")
    roster = _freeze(people, ("example.org",))
    assert len(roster.invitees) == K
    assert {invitee.address.rpartition("@")[2] for invitee in roster.invitees} == {"Example.ORG"}


@pytest.mark.parametrize("lookalike", ["notexample.org", "example.org.evil.example"])
def test_a_domain_that_looks_alike_is_not_asked(lookalike: str) -> None:
    people = [*_members("north", K), _entry("guest", "north", domain=lookalike)]
    assert "guest" not in _cells(_freeze(people, ("example.org",)))


def test_those_who_may_not_be_asked_make_no_cell() -> None:
    people = _members("north", K - 1) + _members("south", K)
    people.append(_entry("guest", "north", domain="elsewhere.example"))
    assert _freeze(people, ("example.org",)).groups == ("south",)


def test_fewer_than_k_are_not_asked_at_all() -> None:
    with pytest.raises(TooFewPeopleError, match="has 4 people"):
        _freeze(_members("north", K - 1))
    with pytest.raises(TooFewPeopleError):
        _freeze(_members("north", K), ("elsewhere.example",))
    assert len(_freeze(_members("north", K)).invitees) == K


def test_an_address_is_not_printed() -> None:
    assert "@" not in repr(_freeze(_members("north", K)))


def _manifest(invited: int = 23) -> bytes:
    return manifest_bytes(
        pool_id=bytes(16),
        round_name="random",
        k=K,
        invited=invited,
        opens=OPENS,
        closes=[CLOSES],
        groups=2,
        form=form_of(instrument("pulse"), ()),
        k_before=None,
        signing_key_der=b"key",
        sealing_point=b"point",
    )


def test_a_manifest_is_canonical_and_its_times_are_whole_minutes() -> None:
    content = json.loads(_manifest())
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical.encode() == _manifest()
    assert content["opens"] == "2026-05-04T09:00:00Z"
    assert content["closes"] == ["2026-05-08T09:00:00Z"]
    assert [cell["id"] for cell in content["cells"]] == ["program", "1", "2"]


@pytest.mark.parametrize(
    ("invited", "other", "same"), [(5, 9, True), (10, 19, True), (9, 10, False)]
)
def test_a_manifest_says_how_many_are_invited_as_a_band(
    invited: int, other: int, same: bool
) -> None:
    assert (manifest_hash(_manifest(invited)) == manifest_hash(_manifest(other))) is same


def test_the_form_is_pinned_by_its_bytes() -> None:
    form = form_of(instrument("pulse"), ())
    assert form_bytes(form) == form_bytes(form_of(instrument("pulse"), ()))
    assert form_bytes(form) != form_bytes(form_of(instrument("who5"), ()))
