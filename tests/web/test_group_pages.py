"""Groups of a program: sizes, moves with what follows from them, names, the end of a group."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.accounts.audit import audit_page
from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.vault import current_vault
from tests import rounds
from tests.accounts import form_token, post, sign_in_admin
from tests.groups import group_named
from tests.releases import program_of


@pytest.fixture
def admin(app: Flask, tmp_path: Path) -> FlaskClient:
    """A browser in which an admin is signed in, of a program with three groups."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6, "South": 4, "West": 3}))
    client = app.test_client()
    sign_in_admin(client)
    return client


@pytest.fixture
def home(admin: FlaskClient) -> str:
    """Where the program's pages are."""
    return f"/programs/{program_of(group_named('North'))}"


def members(name: str | None) -> list[str]:
    """Return the ids of a group's members."""
    group_id = None if name is None else group_named(name)
    with identity.read() as session:
        return sorted(
            session.scalars(
                select(Membership.person_id)
                .join(Person, Person.id == Membership.person_id)
                .where(Membership.group_id == group_id, Membership.role == "member")
            )
        )


def move(app: Flask, client: FlaskClient, home: str, **form: object):
    data = MultiDict({"csrf_token": form_token(app, client)})
    data.update(form)
    return client.post(f"{home}/move", data=data)


def test_sizes_are_told_and_which_groups_are_too_small(admin: FlaskClient, home: str) -> None:
    page = admin.get(f"{home}/groups").text
    assert "2 groups are too small to be heard by themselves" in page
    assert page.count("never, with fewer than 5") == 2
    assert page.count("when enough answer") == 1
    small = admin.get(f"{home}/groups/{group_named('West')}").text
    assert "this group never gets results of its own" in small


def test_a_move_says_what_follows_before_it_is_made(
    app: Flask, admin: FlaskClient, home: str, mailer: MemoryMailer
) -> None:
    rounds.launch(app, mailer)
    chosen = members("North")[:2]
    wish = {"person": chosen, "source": group_named("North"), "target": group_named("South")}
    page = move(app, admin, home, **wish)
    assert page.status_code == 200
    assert "6 now, 4 members then. <strong>From then on it is too small" in page.text
    assert "4 now, 6 members then. From then on it can have results" in page.text
    assert "A round is open in this program." in page.text
    assert len(members("North")) == 6
    done = move(app, admin, home, **wish, agreed="yes")
    assert done.location == f"{home}/groups/{group_named('South')}"
    assert set(chosen) < set(members("South")) and len(members("North")) == 4
    with identity.read() as session:
        line = audit_page(session, current_vault().roster_key()).lines[0]
    assert (line.act, line.subject) == ("moved people, 2 in number", "group South")


def test_two_small_groups_become_one(app: Flask, admin: FlaskClient, home: str) -> None:
    west, south = group_named("West"), group_named("South")
    move(app, admin, home, everybody="yes", source=west, target=south, agreed="yes")
    assert (len(members("West")), len(members("South"))) == (0, 7)
    assert "nobody is in it" in admin.get(f"{home}/groups").text


def test_a_move_of_nobody_or_to_nowhere_changes_nothing(
    app: Flask, admin: FlaskClient, home: str, tmp_path: Path
) -> None:
    north = group_named("North")
    assert move(app, admin, home, source=north).location == f"{home}/groups/{north}"
    assert move(app, admin, home, person="nobody", agreed="yes").status_code == 404
    other = move(app, admin, home, everybody="yes", source=north, target="another", agreed="yes")
    assert other.status_code == 404
    assert len(members("North")) == 6


def test_a_mentor_is_not_moved_into_the_own_group(
    app: Flask, admin: FlaskClient, home: str
) -> None:
    with identity.read() as session:
        mentor = session.scalars(
            select(Membership.person_id).where(
                Membership.role == "mentor", Membership.group_id == group_named("South")
            )
        ).one()
    wish = {"person": [mentor, *members("West")], "target": group_named("South"), "agreed": "yes"}
    refused = move(app, admin, home, source=group_named("West"), **wish)
    assert refused.status_code == 422
    assert len(members("West")) == 3


def test_a_group_is_made_and_renamed_and_no_name_is_given_twice(
    app: Flask, admin: FlaskClient, home: str
) -> None:
    made = post(app, admin, f"{home}/groups", {"name": " East  side "})
    east = group_named("East side")
    assert made.location == f"{home}/groups/{east}"
    for path in (f"{home}/groups", f"{home}/groups/{east}"):
        refused = post(app, admin, path, {"name": "north"})
        assert refused.status_code == 422 and 'value="north"' in refused.text
    post(app, admin, f"{home}/groups/{east}", {"name": "Far east"})
    assert group_named("Far east") == east


def test_a_closed_group_stays_where_it_was_asked_and_goes_where_not(
    app: Flask, admin: FlaskClient, home: str, mailer: MemoryMailer
) -> None:
    south, west = group_named("South"), group_named("West")
    assert "It was never asked" in admin.get(f"{home}/groups/{west}/close").text
    post(app, admin, f"{home}/groups/{west}/close")
    assert len(members(None)) == 3
    assert admin.get(f"{home}/groups/{west}").status_code == 404
    rounds.close(rounds.launch(app, mailer))
    sign_in_admin(admin)  # days have passed
    north = group_named("North")
    assert "its results stay" in admin.get(f"{home}/groups/{north}/close").text
    post(app, admin, f"{home}/groups/{north}/close")
    assert (len(members("North")), len(members(None))) == (0, 9)
    with identity.read() as session:
        assert session.get(Group, north) is not None
        mentors = session.scalars(select(Membership.group_id).where(Membership.role == "mentor"))
        assert set(mentors) == {south}
    assert admin.get(f"{home}/groups/none").text.count('name="person"') == 9
