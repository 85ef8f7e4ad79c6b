"""A program's goals on pages: set with open eyes, changed and ended with their history, read."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.program_goal import ProgramGoal
from tests.accounts import add_mentor, post, sign_in_admin, sign_in_mentor
from tests.applications import FixedClock
from tests.releases import (
    EVERY,
    EVERYBODY_ELSE,
    FIRST_DAY,
    Answered,
    add_released_round,
    program_of,
)

WANTED = {"target": "pulse_belonging", "direction": "up", "points": "8", "due_on": "2026-08-04"}


def grown(clock: FixedClock) -> tuple[str, str]:
    """Return a program and its circle after two rounds, the second of which has just closed."""
    group = add_mentor("mentor@corp.example")
    for _ in range(2):
        answered = {EVERYBODY_ELSE: Answered(30, 3), group: Answered(3, 3)}
        add_released_round(program_of(group), answered)
    clock.move_to(clock.now() + (FIRST_DAY + 2 * EVERY - clock.now().date()))
    return program_of(group), group


def stored() -> list[ProgramGoal]:
    with identity.begin() as session:
        return list(session.scalars(select(ProgramGoal).order_by(ProgramGoal.set_on)))


def acts() -> list[str]:
    with identity.begin() as session:
        return [act for act in session.scalars(select(AuditEntry.act)) if "a goal" in act]


def told(client: FlaskClient, path: str) -> str:
    """Return a page's text on one line."""
    return " ".join(client.get(path).text.split())


def test_a_goal_is_set_with_open_eyes_moves_and_keeps_its_history(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    program, group = grown(clock)
    sign_in_admin(client)
    home = f"/programs/{program}/goals"
    asked = client.get(f"{home}/new", query_string=WANTED).text
    assert "Set this goal?" in asked and "about 50 of 100" in asked and "every mentor" in asked
    assert stored() == []  # looking saves nothing
    assert post(app, client, home, WANTED).status_code == 302
    mentor = app.test_client()
    sign_in_mentor(mentor)
    assert "No round has been released since." in told(mentor, f"/circles/{group}")

    add_released_round(program, {EVERYBODY_ELSE: Answered(30, 3, {"pulse_belonging": 4})})
    clock.advance(days=15)
    sign_in_admin(client)
    sign_in_mentor(mentor)
    shown = "about 25 up, somewhere between"
    for reader, path in (
        (mentor, f"/circles/{group}"),
        (client, f"/programs/{program}/results"),
        (client, home),
    ):
        assert shown in told(reader, path), path
    assert "by 4 August 2026, reached (likely)" in told(client, "/programs")
    assert shown not in told(client, f"/programs/{program}/results?group={group}")
    assert mentor.get(home).status_code == 403

    (goal,) = stored()
    longer = WANTED | {"points": "12"}
    assert post(app, client, f"{home}/{goal.id}", longer).status_code == 302
    old, new = stored()
    assert (old.ending, old.change, new.change) == ("changed", 8, 12)
    assert new.since == old.since and new.set_on == old.set_on + timedelta(days=15)
    assert post(app, client, f"{home}/{new.id}/end").status_code == 302
    assert [goal.ending for goal in stored()] == ["changed", "ended"]
    assert "ended on" in told(client, home) and shown not in told(mentor, f"/circles/{group}")
    assert acts() == [
        "set a goal: pulse_belonging +8",
        "changed a goal: pulse_belonging +12",
        "ended a goal: pulse_belonging +12",
    ]


def test_a_refused_goal_says_what_is_wrong_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    program, _ = grown(clock)
    sign_in_admin(client)
    home = f"/programs/{program}/goals"
    for fields, sentence in (
        ({"points": "many"}, "whole number of points"),
        ({"points": "0"}, "whole number of points"),
        ({"due_on": "tomorrow"}, "from two weeks to three years"),
        ({"due_on": "2026-02-03"}, "from two weeks to three years"),
        ({"target": "pulse_comment"}, "Choose what is to move"),
    ):
        typed = WANTED | {"direction": "down"} | fields
        for answer in (
            client.get(f"{home}/new", query_string=typed),
            post(app, client, home, typed),
        ):
            assert answer.status_code == 422 and sentence in answer.text, fields
            assert f'value="{typed["points"]}"' in answer.text
            assert f'value="{typed["due_on"]}"' in answer.text
            assert '<option value="down" selected>' in answer.text
    assert stored() == []
    for target in ("pulse_belonging", "pulse_energy", "pulse_support"):
        assert post(app, client, home, WANTED | {"target": target}).status_code == 302
    assert "There is a goal for this" in post(app, client, home, WANTED).text
    fourth = post(app, client, home, WANTED | {"target": "wellbeing score"})
    assert "at most three goals" in fourth.text and len(stored()) == 3


def test_what_a_withheld_round_holds_changes_no_byte_of_a_goal(
    app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    program, _ = grown(clock)
    sign_in_admin(client)
    home = f"/programs/{program}/goals"
    post(app, client, home, WANTED)
    client.get(home)  # says once that it is set
    before = client.get(home).text.partition("<main")[2]
    add_released_round(program, {EVERYBODY_ELSE: Answered(4, 5)})
    after = client.get(home).text.partition("<main")[2]
    without_token = [text.split("csrf_token")[0] for text in (before, after)]
    assert without_token[0] == without_token[1]
