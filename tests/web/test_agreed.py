"""What a circle agreed on is noted, looked back on, and stands beside its next talk."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.agreed.schemas import MOST_CHARACTERS
from app.agreed.service import MOST_OPEN
from app.extensions import identity
from app.jobs.retention import forget_agreed
from app.jobs.workplace import current_workplace
from app.models.identity.agreed_action import AgreedAction
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from tests.accounts import add_mentor, post, sign_in_mentor
from tests.applications import FixedClock

WORDS = "Two quiet hours on Fridays"


@pytest.fixture
def circle(client: FlaskClient) -> str:
    """The id of a circle whose mentor is signed in."""
    group = add_mentor("mentor@corp.example")
    sign_in_mentor(client)
    return group


def stored() -> list[AgreedAction]:
    with identity.begin() as session:
        return list(session.scalars(select(AgreedAction)))


def note(app: Flask, client: FlaskClient, circle: str, words: str = WORDS, **more: str) -> int:
    answer = post(app, client, f"/circles/{circle}/agreed", {"agreed": words, **more})
    return answer.status_code


def step(app: Flask, client: FlaskClient, circle: str, what: str) -> int:
    sign_in_mentor(client)  # weeks may lie between
    path = f"/circles/{circle}/agreed/{stored()[0].id}"
    return post(app, client, path, {"step": what}).status_code


def test_what_was_agreed_stands_beside_the_next_talk_until_it_is_done(
    app: Flask, client: FlaskClient, circle: str, clock: FixedClock
) -> None:
    assert "Nothing is open" in client.get(f"/circles/{circle}").text
    assert note(app, client, circle, f"  {WORDS}\r\n and no mail ") == 302
    words = f"{WORDS} and no mail"
    beside = client.get(f"/circles/{circle}").text.partition('id="agreed"')[2]
    assert words in beside and "Agreed on 4 May 2026" in beside
    clock.advance(days=14)
    assert step(app, client, circle, "goes on") == 302
    assert "goes on since 18 May 2026" in client.get(f"/circles/{circle}").text
    clock.advance(days=14)
    assert step(app, client, circle, "done") == 302
    assert words not in client.get(f"/circles/{circle}").text
    page = client.get(f"/circles/{circle}/agreed").text
    assert words in page and "done by 1 June 2026" in page
    assert step(app, client, circle, "goes on") == 302  # what is over stays over
    assert stored()[0].outcome == "done"
    assert step(app, client, circle, "erase") == 302
    assert stored() == []


def test_what_is_refused_says_why_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, circle: str
) -> None:
    path = f"/circles/{circle}/agreed"
    for words, fault in (
        (" \n ", "Write what you agreed on first."),
        ("x" * (MOST_CHARACTERS + 3), "Too long by 3 characters."),
        ("Call A Mentor on Monday", "seems to mention a name"),
        ("Write to a@corp.example", "seems to mention a name"),
    ):
        answer = post(app, client, path, {"agreed": words})
        assert answer.status_code == 422
        assert fault in answer.text and f">{words}</textarea>" in answer.text
    assert stored() == []
    assert note(app, client, circle, "Call A Mentor on Monday", as_it_is="1") == 302
    assert "Call A Mentor on Monday" in client.get(path).text  # nothing is masked
    assert step(app, client, circle, "praise") == 400
    assert client.post(path, data={"agreed": WORDS}).status_code in (400, 403)


def test_five_are_open_at_most(app: Flask, client: FlaskClient, circle: str) -> None:
    for number in range(MOST_OPEN):
        assert note(app, client, circle, f"{WORDS}, week {number + 1}") == 302
    assert note(app, client, circle) == 422
    assert "<textarea" not in client.get(f"/circles/{circle}").text
    assert step(app, client, circle, "dropped") == 302
    assert note(app, client, circle) == 302


def test_another_circles_action_cannot_be_reached(
    app: Flask, client: FlaskClient, circle: str
) -> None:
    note(app, client, circle)
    other = add_mentor("other@corp.example", "Circle 2", "Another program")
    reader = app.test_client()
    sign_in_mentor(reader, "other@corp.example")
    path = f"/circles/{other}/agreed/{stored()[0].id}"
    assert post(app, reader, path, {"step": "erase"}).status_code == 302
    assert len(stored()) == 1


def test_it_goes_with_its_group_and_when_nobody_has_looked_for_long(
    app: Flask, client: FlaskClient, circle: str, clock: FixedClock
) -> None:
    note(app, client, circle)
    clock.advance(days=600)
    step(app, client, circle, "goes on")
    clock.advance(days=600)
    forget_agreed(current_workplace())
    assert len(stored()) == 1
    clock.move_to(clock.now() + timedelta(days=140))  # 24 months, by default
    forget_agreed(current_workplace())
    assert stored() == []
    sign_in_mentor(client)
    note(app, client, circle)
    with identity.begin() as session:
        session.execute(delete(Membership).where(Membership.group_id == circle))
        session.execute(delete(Group).where(Group.id == circle))
    assert stored() == []


def test_the_words_are_stored_encrypted_at_one_length_and_the_log_says_nothing(
    app: Flask, client: FlaskClient, circle: str
) -> None:
    note(app, client, circle)
    note(app, client, circle, "Longer: " + "ü" * 150)
    rows = stored()
    assert len({len(row.words) for row in rows}) == 1
    assert not any(re.search(rb"quiet|Friday", row.words) for row in rows)
    with identity.begin() as session:
        assert (
            session.scalars(select(AuditEntry).where(AuditEntry.subject.contains(circle))).all()
            == []
        )
