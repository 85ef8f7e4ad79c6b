"""Whoever says stop is asked no more, in one click; a page that is only opened changes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import current_clock
from app.extensions import identity
from app.mail.unsubscribe import unsubscribe_token
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.people.personal import sealed_columns
from app.people.service import person_by_address, roster_of_program
from app.vault import current_vault
from tests.applications import FixedClock


@pytest.fixture
def person_id(app: Flask) -> str:
    """Ada, a member of the program "p" without a group."""
    columns = sealed_columns(current_vault().roster_key(), "ada", "Ada", "ada@chorus.example")
    with identity.begin() as session:
        session.add(Program(id="p", name="Onboarding", time_zone="UTC"))
        session.add(Person(id="ada", time_zone="Asia/Tokyo", **columns))
        session.flush()
        session.add(Membership(program_id="p", person_id="ada", role="member"))
    return "ada"


@pytest.fixture
def path(app: Flask, person_id: str) -> str:
    """The address in the foot of Ada's mails."""
    return f"/unsubscribe/{unsubscribe_token(app.config['CHORUS'].secret_key, person_id)}"


def stored() -> bool:
    with identity.begin() as session:
        return session.get_one(Person, "ada").unsubscribed


def asked() -> list[str]:
    with identity.begin() as session:
        roster = roster_of_program(
            session, current_vault().roster_key(), "p", current_clock().now().date()
        )
    return [entry.address for entry in roster]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_address_changes_nothing(client: FlaskClient, path: str, method: str):
    answer = getattr(client, method)(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert not stored()


def test_one_click_without_cookie_or_page_stops_the_mails(client: FlaskClient, path: str):
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Keep asking me" in answer.text
    assert stored()
    assert asked() == []
    assert client.post(path).status_code == 200
    assert "Keep asking me" in client.get(path).text


def test_keep_asking_me_takes_it_back(client: FlaskClient, path: str):
    client.post(path)
    answer = client.post(f"{path}/undo")
    assert "You will be asked again" in answer.text
    assert not stored()
    assert asked() == ["ada@chorus.example"]


@pytest.mark.parametrize(
    ("state", "asked_now"),
    [
        ({"suspended": True}, False),
        ({"paused_until": date(2026, 5, 5)}, False),
        ({"paused_until": date(2026, 5, 4)}, True),  # it comes back by itself, on that day
    ],
)
def test_whoever_paused_or_can_not_be_reached_is_not_on_the_roster_of_a_round(
    app: Flask, person_id: str, state: dict[str, object], asked_now: bool
):
    with identity.begin() as session:
        for name, value in state.items():
            setattr(session.get_one(Person, person_id), name, value)
    assert asked() == (["ada@chorus.example"] if asked_now else [])


@pytest.mark.parametrize(
    ("months", "until"), [(1, date(2026, 6, 4)), (3, date(2026, 8, 4)), (6, date(2026, 11, 4))]
)
def test_a_pause_ends_by_itself(
    client: FlaskClient, clock: FixedClock, path: str, months: int, until: date
):
    answer = client.post(f"{path}/pause", data={"months": months})
    assert "Your mails are paused" in answer.text
    assert f'datetime="{until}"' in answer.text
    assert asked() == []
    clock.move_to(datetime(until.year, until.month, until.day, tzinfo=UTC) - timedelta(minutes=1))
    assert asked() == []
    clock.advance(minutes=1)
    assert asked() == ["ada@chorus.example"]
    assert "paused" not in client.get(path).text


@pytest.mark.parametrize("months", ["", "0", "2", "-1", "1200", "x"])
def test_no_other_pause_can_be_asked_for(client: FlaskClient, path: str, months: str):
    assert client.post(f"{path}/pause", data={"months": months}).status_code == 422
    assert asked() == ["ada@chorus.example"]


def test_a_pause_after_a_stop_and_a_stop_after_a_pause_hold(client: FlaskClient, path: str):
    client.post(path)
    client.post(f"{path}/pause", data={"months": 1})
    assert not stored()
    assert asked() == []
    client.post(path)
    assert stored()
    client.post(f"{path}/undo")
    assert asked() == ["ada@chorus.example"]


def test_a_token_of_somebody_gone_or_nobody_is_answered_alike(
    app: Flask, client: FlaskClient, path: str
):
    gone = unsubscribe_token(app.config["CHORUS"].secret_key, "nobody")
    # Not its last character, of which two bits say nothing.
    damaged = path[:-2] + ("A" if path[-2] != "A" else "B") + path[-1]
    for address in (f"/unsubscribe/{gone}", damaged, "/unsubscribe/ada"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
        for act in ("undo", "pause", "data"):
            answer = client.post(f"{address}/{act}", data={"months": 1})
            assert answer.status_code == 404
    assert not stored()


def test_the_page_names_nobody(client: FlaskClient, path: str):
    assert "Ada" not in client.get(path).text
    assert "ada@" not in client.get(path).text


def test_the_roster_of_a_program_says_who_is_where(app: Flask, person_id: str):
    key = current_vault().roster_key()
    with identity.begin() as session:
        session.add(Group(id="g", program_id="p", name="Blue"))
        session.add(Group(id="h", program_id="p", name="Green"))
        for one in ("mina", "left"):
            session.add(
                Person(
                    id=one,
                    time_zone="UTC",
                    language="de",
                    **sealed_columns(key, one, one, f"{one}@chorus.example"),
                )
            )
        session.flush()
        for person, group, role in (
            ("mina", "g", "mentor"),
            ("mina", "h", "mentor"),
            ("left", "g", "member"),
        ):
            session.add(Membership(program_id="p", group_id=group, person_id=person, role=role))
        gone = session.get_one(Person, "left")
        gone.state, gone.left_on = "left", app.extensions["chorus.clock"].now().date()
    with identity.begin() as session:
        today = current_clock().now().date()
        found_in_p = roster_of_program(session, key, "p", today)
        roster = {entry.person_id: entry for entry in found_in_p}
        assert set(roster) == {"ada", "mina"}
        assert (roster["ada"].group_id, roster["ada"].time_zone) == (None, "Asia/Tokyo")
        assert roster["mina"].mentor_group_ids == {"g", "h"}
        assert roster["mina"].language == "de"
        assert roster_of_program(session, key, "none", today) == []
        found = person_by_address(session, key, " ADA@chorus.example ")
        assert found is not None and found.id == "ada"
        assert person_by_address(session, key, "ben@chorus.example") is None
        assert person_by_address(session, key, "no address") is None
