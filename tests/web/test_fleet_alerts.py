"""A program is judged beside the organisation's others, and only once they all have closed."""

import json
import re
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import delete, select, update

from app.alerts.service import review_programs
from app.extensions import identity
from app.models.identity.alert import Alert
from app.models.identity.round import Round
from tests.accounts import sign_in_admin
from tests.releases import (
    EVERYBODY_ELSE,
    Answered,
    add_program,
    add_released_round,
    answer_otherwise,
)

NAMES = ("Anchor", "Beacon", "Compass", "Delta", "Ember")
DAY = date(2026, 7, 1)


def add_year(name: str, *, falls: bool) -> str:
    program = add_program(name)
    for number in range(10):
        rating = 2 if falls and number >= 8 else 4
        add_released_round(program, {EVERYBODY_ELSE: Answered(30, rating)})
    return program


def alerts_after_review() -> list[str]:
    """Return the programs with an alert, after the review that the last close makes."""
    with identity.begin() as session:
        ended = session.scalars(select(Round.closes_at).order_by(Round.closes_at.desc())).first()
        assert ended is not None
        session.execute(delete(Alert))
        review_programs(session, ended, DAY)
        return list(session.scalars(select(Alert.program_id)))


def test_what_all_programs_have_in_common_is_no_alert_and_one_programs_own_fall_is(
    app: Flask,
) -> None:
    for name in NAMES:
        add_year(name, falls=True)
    assert alerts_after_review() == []
    own = add_program("Fjord")
    for number in range(12):
        add_released_round(own, {EVERYBODY_ELSE: Answered(30, 4 if number < 10 else 1)})
    assert alerts_after_review() == [own]


def test_rounds_that_close_together_are_looked_at_after_the_last_of_them(app: Flask) -> None:
    falling = add_year("Anchor", falls=True)
    other = add_year("Beacon", falls=False)
    with identity.begin() as session:
        last = session.scalars(
            select(Round).where(Round.program_id == other).order_by(Round.number.desc())
        ).first()
        assert last is not None
        last.state = "open"
    assert alerts_after_review() == []
    with identity.begin() as session:
        session.execute(update(Round).where(Round.state == "open").values(state="closed"))
    assert alerts_after_review() == [falling]


def test_a_close_that_is_stuck_for_a_day_holds_no_alert_back(app: Flask) -> None:
    falling = add_year("Anchor", falls=True)
    stuck = add_year("Beacon", falls=False)
    with identity.begin() as session:
        last = session.scalars(
            select(Round).where(Round.program_id == stuck).order_by(Round.number.desc())
        ).first()
        assert last is not None
        last.state, last.opens_at = "open", last.opens_at - timedelta(days=3)
        last.closes_at -= timedelta(days=2)
    assert alerts_after_review() == [falling]


def page(app: Flask, path: str) -> str:
    client = app.test_client()
    sign_in_admin(client)
    return client.get(path).text


def test_admins_read_how_all_programs_have_moved_together(app: Flask) -> None:
    for name in NAMES[:4]:
        add_year(name, falls=True)
    assert "The organisation as a whole" not in page(app, "/programs")
    last = add_year(NAMES[4], falls=True)
    lower = "The organisation as a whole stands about 50 points out of 100 lower"
    told = page(app, "/programs")
    assert lower in told and "Its wellbeing has probably declined." in told
    told = page(app, f"/programs/{last}")  # where it would be untrue to see no sign of a decline
    assert f"No sign of a decline of its own. {lower}" in told


def test_admins_read_further_signs_in_one_sentence(app: Flask) -> None:
    program = add_program("Anchor")
    for number in range(8):
        good = number < 7
        comment = "A wonderful, friendly team" if good else "A terrible, hopeless mess"
        people = Answered(36 if good else 20, 4, comment=comment)
        add_released_round(program, {EVERYBODY_ELSE: people})
    words = "the comments may have become more negative and fewer people take part than before."
    assert f"Also worth a look: {words}" in page(app, f"/programs/{program}")
    assert words in page(app, "/programs")
    assert alerts_after_review() == []


def test_what_admins_read_of_one_program_hangs_on_no_withheld_round_of_another(app: Flask) -> None:
    own, *others = [add_year(name, falls=name == NAMES[0]) for name in NAMES]
    changed = add_released_round(others[0], {EVERYBODY_ELSE: Answered(4, 1)})
    pages = {"own": f"/programs/{own}", "overview": "/programs"}

    def told() -> dict[str, str]:
        alerts_after_review()
        texts = {name: page(app, path).partition("<main")[2] for name, path in pages.items()}
        fresh = re.compile(r'token" value="[^"]*"|/alerts/[^"]*')  # anew each time
        texts = {name: fresh.sub("", text) for name, text in texts.items()}
        with identity.begin() as session:
            evidence = session.scalars(select(Alert.evidence).where(Alert.program_id == own)).one()
        return texts | {"alert": json.dumps(evidence)}

    before = told()
    assert len(before["own"]) > 1000
    answer_otherwise(changed, Answered(4, 5))
    assert told() == before
    answer_otherwise(changed, Answered(30, 1))  # a control: shown, it moves the overview
    assert told()["overview"] != before["overview"]
