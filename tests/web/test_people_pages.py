"""People in the browser: found, added, changed, put elsewhere; an open round stays what it was."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.audit import audit_page
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.people.service import person_by_address
from app.vault import current_vault
from tests import rounds
from tests.accounts import post, sign_in_admin, sign_in_mentor

SIX = {"North": 6, "South": 3}
IDA = {
    "name": "Ida Falk",
    "address": "ida.falk@example.org",
    "time_zone": "Europe/Berlin",
    "language": "German",
}


@pytest.fixture
def admin(app: Flask, tmp_path: Path) -> FlaskClient:
    """A browser in which an admin is signed in, of a roster with two groups."""
    rounds.import_people(app, tmp_path, rounds.roster_csv(SIX))
    client = app.test_client()
    sign_in_admin(client)
    return client


def id_of(address: str) -> str:
    with identity.read() as session:
        person = person_by_address(session, current_vault().roster_key(), address)
        assert person is not None
        return person.id


def row_of(person_id: str) -> Person:
    with identity.read() as session:
        return session.get_one(Person, person_id)


def program() -> str:
    with identity.read() as session:
        return session.scalars(select(Program.id)).one()


def group(name: str) -> str:
    with identity.read() as session:
        return session.scalars(select(Group.id).where(Group.name == name)).one()


def places_of(person_id: str) -> list[tuple[str | None, str, bool]]:
    """Return group, role and whether a day is kept, of each place."""
    with identity.read() as session:
        rows = session.execute(
            select(Group.name, Membership.role, Membership.since)
            .select_from(Membership)
            .outerjoin(Group, Group.id == Membership.group_id)
            .where(Membership.person_id == person_id)
            .order_by(Membership.role)
        )
        return [(name, role, since is not None) for name, role, since in rows]


def put(app: Flask, client: FlaskClient, person: str, name: str, role: str) -> TestResponse:
    chosen = {"program": program(), "group": group(name) if name else "", "role": role}
    return post(app, client, f"/people/{person}/place", chosen)


def acts() -> list[str]:
    with identity.read() as session:
        return [line.act for line in audit_page(session, current_vault().roster_key()).lines]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NORTH.1@example.org", "person"),
        ("north.99@example.org", "nobody"),
        ("person north", "several"),
        ("north 3 per", "person"),
        ("no such name", "nobody"),
        ("  ", "nobody"),
    ],
)
def test_people_are_found_by_address_and_by_parts_of_a_name(
    app: Flask, admin: FlaskClient, text: str, found: str
) -> None:
    answer = post(app, admin, "/people/find", {"text": text})
    if found == "person":
        assert answer.status_code == 302 and answer.location.startswith("/people/")
        assert text.split("@")[0].split()[0].casefold() in admin.get(answer.location).text
    else:
        assert ("Nobody is found" in answer.text) == (found == "nobody")
        assert answer.text.count("Person ") == (6 if found == "several" else 0)


def test_the_list_goes_on_by_name_and_shows_everybody_once(
    app: Flask, admin: FlaskClient, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 120}))
    seen, where = [], f"/people?program={program()}"
    while where:
        page = admin.get(where).text
        seen += [part.partition("<")[0] for part in page.split('dir="auto">')[1:]]
        where = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    names = [name for name in seen if name]
    assert len(names) == len(set(names)) == 121
    assert names == sorted(names, key=str.casefold)
    assert "Mail reaches everybody" in admin.get("/people?state=unreached").text


def test_one_person_is_added_and_belongs_nowhere_yet(app: Flask, admin: FlaskClient) -> None:
    added = post(app, admin, "/people/new", IDA)
    page = admin.get(added.location).text
    assert "In no program, so never asked." in page and "Germany" in page
    assert (row_of(id_of(IDA["address"])).language, acts()[0]) == ("de", "added a person")
    again = post(app, admin, "/people/new", IDA | {"name": "Somebody Else"})
    assert again.status_code == 422 and "Somebody Else" in again.text
    assert "Somebody on the roster has this address" in again.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "=1+1"),
        ("name", "a\u202eb"),
        ("address", "ida"),
        ("time_zone", "Berlin/Europe"),
        ("language", "!!"),
    ],
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_refused_person_keeps_what_was_typed(
    app: Flask, admin: FlaskClient, field: str, value: str
) -> None:
    answer = post(app, admin, "/people/new", IDA | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    for name, typed in IDA.items():
        assert name == field or f'value="{typed}"' in answer.text


def test_somebody_who_was_forgotten_is_not_added_again(app: Flask, admin: FlaskClient) -> None:
    rounds.run(app, "people", "forget", "south.1@example.org", "--yes")
    answer = post(app, admin, "/people/new", IDA | {"address": "south.1@example.org"})
    assert answer.status_code == 422 and "asked to be forgotten" in answer.text


def test_an_address_under_which_somebody_was_asked_stays_theirs(
    app: Flask, admin: FlaskClient, mailer: MemoryMailer
) -> None:
    """Else a new address would take over what the old one may read."""
    member, mentor = id_of("north.1@example.org"), id_of("mentor.north@example.org")
    changed = IDA | {"address": "north.one@example.org"}
    assert post(app, admin, f"/people/{member}", changed).status_code == 302
    assert id_of("north.one@example.org") == member
    assert post(app, admin, f"/people/{mentor}", IDA).status_code == 422
    rounds.launch(app, mailer)
    refused = post(app, admin, f"/people/{member}", IDA)
    assert refused.status_code == 422 and "was asked under the old address" in refused.text
    kept = {**changed, "name": "Other Name"}
    assert post(app, admin, f"/people/{member}", kept).status_code == 302


def test_whoever_leaves_is_asked_no_more_and_can_come_back(
    app: Flask, admin: FlaskClient, mailer: MemoryMailer
) -> None:
    opened = rounds.launch(app, mailer)
    leaver, mentor = id_of("north.1@example.org"), id_of("mentor.north@example.org")
    assert (
        "No other mentor is there for: Onboarding, North."
        in admin.get(f"/people/{mentor}/leave").text
    )
    assert post(app, admin, f"/people/{leaver}/leave").status_code == 302
    with identity.read() as session:
        states = dict(session.execute(select(Invitation.person_id, Invitation.state)).all())
    assert states.pop(leaver) == "revoked" and set(states.values()) == {"open"}
    assert len(opened.links) == len(states) + 1
    assert places_of(leaver) == []
    assert "Left on 4 May 2026." in admin.get(f"/people/{leaver}").text
    assert "north.1@example.org" in admin.get("/people?state=left").text
    assert admin.get(f"/people/{leaver}/place?program={program()}").status_code == 404
    assert put(app, admin, leaver, "North", "member").status_code == 404
    assert post(app, admin, f"/people/{leaver}/return").status_code == 302
    assert row_of(leaver).state == "active" and places_of(leaver) == []
    assert acts()[:2] == ["took a person back", "let a person leave"]


def test_a_place_holds_from_the_next_round_on(
    app: Flask, admin: FlaskClient, mailer: MemoryMailer
) -> None:
    rounds.launch(app, mailer)
    moved = id_of("north.1@example.org")
    with identity.read() as session:
        before = session.scalars(select(Invitation.cell).order_by(Invitation.token_hash)).all()
    page = admin.get(f"/people/{moved}/place?program={program()}").text
    assert "It goes on with the people and groups of its beginning" in page
    assert put(app, admin, moved, "South", "member").status_code == 302
    assert places_of(moved) == [("South", "member", False)]
    with identity.read() as session:
        after = session.scalars(select(Invitation.cell).order_by(Invitation.token_hash)).all()
    assert after == before


def test_a_new_mentor_reads_no_round_that_was_opened_before(
    app: Flask, admin: FlaskClient, mailer: MemoryMailer
) -> None:
    early, late = id_of("south.1@example.org"), id_of("south.2@example.org")
    assert put(app, admin, early, "North", "mentor").status_code == 302
    assert places_of(early) == [("South", "member", False), ("North", "mentor", False)]
    rounds.launch(app, mailer)
    put(app, admin, late, "North", "mentor")
    put(app, admin, late, "North", "mentor")  # twice is once
    assert places_of(late) == [("South", "member", False), ("North", "mentor", True)]


def test_nobody_is_mentor_and_member_of_one_group(app: Flask, admin: FlaskClient) -> None:
    member, mentor = id_of("north.1@example.org"), id_of("mentor.north@example.org")
    assert put(app, admin, member, "North", "mentor").status_code == 422
    refused = put(app, admin, mentor, "North", "member")
    assert refused.status_code == 422 and "mentor and member of the same group" in refused.text
    assert put(app, admin, mentor, "", "mentor").status_code == 422
    assert places_of(mentor) == [("North", "mentor", False)]


def test_a_place_that_ends_is_gone_and_anothers_stays(app: Flask, admin: FlaskClient) -> None:
    mentor, other = id_of("mentor.north@example.org"), id_of("mentor.south@example.org")
    with identity.read() as session:
        place = session.scalars(select(Membership.id).where(Membership.person_id == mentor)).one()
    post(app, admin, f"/people/{other}/places/{place}/end")
    assert places_of(mentor) == [("North", "mentor", False)]
    reader = app.test_client()
    sign_in_mentor(reader, "mentor.north@example.org")
    assert reader.get(f"/circles/{group('North')}").status_code == 200
    post(app, admin, f"/people/{mentor}/places/{place}/end")
    assert reader.get(f"/circles/{group('North')}").status_code == 403


def test_mails_that_came_back_are_told_and_can_be_taken_up_again(
    app: Flask, admin: FlaskClient
) -> None:
    person = id_of("north.1@example.org")
    with identity.begin() as session:
        session.get_one(Person, person).suspended = True
    assert "north.1@example.org" in admin.get("/people?state=unreached").text
    assert "Mail to this address comes back" in admin.get(f"/people/{person}").text
    for _ in range(2):
        assert post(app, admin, f"/people/{person}/resume").status_code == 302
    assert not row_of(person).suspended
    assert acts().count("resumed mails") == 1
