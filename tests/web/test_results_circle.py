"""A mentor sees the circles of today, as the release shows them, and nothing of any other."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from app.extensions import identity
from app.forms.service import current_form
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.schedule import Schedule
from app.results.words import WITHHELD_SENTENCE, WITHHELD_WORD
from app.rounds.service import request_round
from surveys.guide import conversation_about
from tests.accounts import add_mentor, sign_in_mentor
from tests.applications import FixedClock
from tests.releases import (
    EVERYBODY_ELSE,
    Answered,
    add_group,
    add_program,
    add_released_round,
    program_of,
)

MENTOR = "mentor@corp.example"


@pytest.fixture
def circle(client: FlaskClient) -> str:
    """The id of a circle whose mentor is signed in."""
    group = add_mentor(MENTOR)
    sign_in_mentor(client, MENTOR)
    return group


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text


def section(html: str, name: str) -> str:
    """Return the part of a page that the heading `name` heads."""
    found = re.search(rf'<section class="card" aria-labelledby="{name}">.*?</section>', html, re.S)
    assert found is not None
    return re.sub(r'name="csrf_token" value="[^"]*"', "", found[0])


def release(circle: str, rating: int, people: int = 7, **others: Answered) -> None:
    """Release a round in which the circle and enough others answered."""
    answered = {circle: Answered(people, rating), EVERYBODY_ELSE: Answered(9, 4), **others}
    add_released_round(program_of(circle), answered)


def test_a_mentor_of_one_circle_is_led_to_it(client: FlaskClient, circle: str) -> None:
    assert client.get("/circles").location == f"/circles/{circle}"


def test_a_mentor_of_several_circles_chooses(client: FlaskClient, circle: str) -> None:
    with identity.begin() as session:
        mentor = session.query(Membership).one().person_id
    second = add_group(program_of(circle), "Circle 2")
    with identity.begin() as session:
        session.add(
            Membership(
                program_id=session.query(Program).one().id,
                group_id=second,
                person_id=mentor,
                role="mentor",
            )
        )
    html = page(client, "/circles")
    assert f"/circles/{circle}" in html and f"/circles/{second}" in html


def test_a_circle_that_somebody_else_mentors_is_not_there(client: FlaskClient, circle: str) -> None:
    other = add_group(program_of(circle), "Circle 2")
    release(circle, 4, **{other: Answered(7, 2)})
    assert client.get(f"/circles/{other}").status_code == 404
    assert client.get("/circles/nosuchgroup").status_code == 404
    assert client.get(f"/circles/{circle}").status_code == 200


def test_a_mentor_who_left_sees_nothing(client: FlaskClient, circle: str) -> None:
    release(circle, 4)
    with identity.begin() as session:
        session.execute(delete(Membership))
    assert client.get(f"/circles/{circle}").status_code == 403
    assert client.get("/circles").status_code == 403


def test_the_page_tells_the_score_the_change_and_what_to_talk_about(
    client: FlaskClient, circle: str
) -> None:
    release(circle, 5)
    lower = Answered(7, 3, {"pulse_belonging": 1})
    add_released_round(program_of(circle), {circle: lower, EVERYBODY_ELSE: Answered(9, 4)})
    html = page(client, f"/circles/{circle}")
    sentence = section(html, "circle")
    assert "Your circle&#39;s wellbeing score is 37.5 out of 100." in sentence
    assert "clearly lower than in the round of 19 January 2026" in sentence
    assert "5 to 9 people answered" in sentence
    assert "Belonging" in section(html, "talk")
    rows = re.findall(r'<th scope="row"[^>]*>([^<]*)</th>\s*<td>\s*<svg', html)
    assert rows[0] == "I felt that I belong here."


def test_an_end_of_the_scale_stays_open(client: FlaskClient, circle: str) -> None:
    release(circle, 5)
    html = page(client, f"/circles/{circle}")
    assert "87.5 or more out of 100" in section(html, "circle")
    assert "4.5 or more" in section(html, "items")
    assert 'class="point-open"' in section(html, "trend-head")


def test_the_guide_and_the_days_are_said_in_the_readers_language(
    client: FlaskClient, circle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(circle, 2)
    monkeypatch.setattr("app.languages.STAFF_LANGUAGES", ("en", "de"))
    with identity.begin() as session:
        session.execute(update(Person).values(language="de"))
    answer = client.get(f"/circles/{circle}")
    question = re.search(r"<li>([^<]+)</li>", section(answer.text, "talk"))
    assert question is not None
    talk = conversation_about("pulse_energy")
    assert talk is not None and question[1] not in talk.questions
    assert "19. Januar 2026" in answer.text and '<html lang="de" dir="ltr">' in answer.text


@pytest.mark.parametrize(
    ("record", "browser", "page"),
    [("de", "en-GB", "de"), ("en", "de-DE", "en"), ("fr", "de-DE", "de"), ("fr", "fr-FR", "en")],
)
def test_a_mentors_record_is_asked_for_a_language_and_then_the_browser(
    client: FlaskClient, circle: str, record: str, browser: str, page: str
) -> None:
    with identity.begin() as session:
        session.execute(update(Person).values(language=record))
    answer = client.get(f"/circles/{circle}", headers={"Accept-Language": browser})
    assert f'<html lang="{page}" ' in answer.text


def _below_k(circle: str) -> dict[str, Answered]:
    return {circle: Answered(4, 1), EVERYBODY_ELSE: Answered(16, 4)}


def _remainder_too_small(circle: str) -> dict[str, Answered]:
    return {circle: Answered(8, 1), EVERYBODY_ELSE: Answered(2, 4), "x": Answered(10, 4)}


def _no_cell_of_its_own(_circle: str) -> dict[str, Answered]:
    return {EVERYBODY_ELSE: Answered(20, 4)}


def _nobody(circle: str) -> dict[str, Answered]:
    return {circle: Answered(0), EVERYBODY_ELSE: Answered(20, 4)}


def test_every_cause_of_silence_gives_the_same_bytes(client: FlaskClient, circle: str) -> None:
    other = add_group(program_of(circle), "Another circle")
    pages = []
    for cause in (_below_k, _remainder_too_small, _no_cell_of_its_own, _nobody):
        answered = cause(circle)
        if "x" in answered:
            answered[other] = answered.pop("x")
        add_released_round(program_of(circle), answered)
        pages.append(section(page(client, f"/circles/{circle}"), "circle"))
    # The whole round under k papers, and one whose ballots outnumber its papers.
    for papers, people in (([0, 0], 0), ([0, 1], 9)):
        add_released_round(program_of(circle), {circle: Answered(people, 1)}, papers=papers)
        pages.append(section(page(client, f"/circles/{circle}"), "circle"))
    assert len(set(pages)) == 1
    assert WITHHELD_WORD in pages[0] and WITHHELD_SENTENCE in pages[0]
    assert not re.search(r"\d", pages[0].replace("h2", ""))


@pytest.mark.parametrize("rating", [1, 5])
def test_nothing_of_a_withheld_circle_reaches_the_page(
    client: FlaskClient, circle: str, rating: int
) -> None:
    quiet = Answered(2, rating, comment="A secret about the coffee")
    rest = Answered(36, 4 if rating == 1 else 3, {"pulse_energy": 3})
    add_released_round(program_of(circle), {circle: quiet, EVERYBODY_ELSE: rest})
    html = page(client, f"/circles/{circle}")
    assert "coffee" not in html
    assert 'class="bar"' not in html and 'class="point"' not in html.split("legend")[0]
    assert html.count(f">{WITHHELD_WORD}<") >= 3


def test_a_changed_answer_in_a_withheld_round_changes_no_byte(
    client: FlaskClient, circle: str
) -> None:
    pages = []
    for rating in (1, 5):
        add_released_round(
            program_of(circle), {circle: Answered(2, rating), EVERYBODY_ELSE: Answered(2, rating)}
        )
        html = page(client, f"/circles/{circle}?round={len(pages) + 1}")
        pages.append(
            re.sub(r"\d+ (January|February) 2026|\d+ (Jan|Feb)|csrf.*|<option.*", "", html)
        )
    assert section(pages[0], "circle") == section(pages[1], "circle")
    assert section(pages[0], "items") == section(pages[1], "items")
    assert section(pages[0], "program") == section(pages[1], "program")


def test_a_withheld_circle_has_the_program_the_guide_and_what_would_help(
    client: FlaskClient, circle: str
) -> None:
    rest = Answered(12, 4, {"pulse_workload": 2})
    add_released_round(program_of(circle), {circle: Answered(3), EVERYBODY_ELSE: rest})
    html = page(client, f"/circles/{circle}")
    assert "The whole program&#39;s wellbeing score is" in section(html, "program")
    assert "A workload that can be managed" in section(html, "talk")
    assert "More answers" in section(html, "visible")
    assert "seven" not in html and not re.search(r"\b[1-9] (people|answers|more)\b", html)


def test_comments_are_shown_where_the_release_shows_them(client: FlaskClient, circle: str) -> None:
    other = add_group(program_of(circle), "Circle 2")
    add_released_round(
        program_of(circle),
        {
            circle: Answered(9, 4, comment="We should <b>meet</b> outside"),
            other: Answered(9, 4, comment="Only for the other circle"),
            EVERYBODY_ELSE: Answered(9, 4, comment="For the whole program"),
        },
    )
    html = page(client, f"/circles/{circle}")
    assert section(html, "own-comments").count("We should &lt;b&gt;meet&lt;/b&gt; outside") == 9
    assert section(html, "program-comments").count("For the whole program") == 9
    assert "Only for the other circle" not in html


def test_older_rounds_can_be_looked_at_and_stay_what_they_were(
    client: FlaskClient, circle: str
) -> None:
    release(circle, 2)
    before = page(client, f"/circles/{circle}?round=1")
    release(circle, 4)
    after = page(client, f"/circles/{circle}?round=1")
    for name in ("circle", "trend-head", "items", "program", "talk"):
        assert section(before, name) == section(after, name)
    assert section(page(client, f"/circles/{circle}"), "circle") != section(after, "circle")


@pytest.mark.parametrize("number", ["9", "x", "1e3", "-1", "99999999999999999999", "²"])
def test_a_round_without_results_is_not_there(
    client: FlaskClient, circle: str, number: str
) -> None:
    release(circle, 4)
    assert client.get(f"/circles/{circle}", query_string={"round": number}).status_code == 404


def test_before_the_first_release_the_page_says_when(
    client: FlaskClient, circle: str, clock: FixedClock
) -> None:
    assert "No round is planned yet." in page(client, f"/circles/{circle}")
    assert client.get(f"/circles/{circle}?round=1").status_code == 404
    with identity.begin() as session:
        program = session.get_one(Program, program_of(circle))
        session.add(
            Schedule(
                program_id=program.id,
                weekday=0,
                local_time="09:00",
                next_at=clock.now() + timedelta(days=7),
            )
        )
    assert "opens on Monday 11 May 2026, 09:00 (UTC)" in page(client, f"/circles/{circle}")
    with identity.begin() as session:
        program = session.get_one(Program, program_of(circle))
        request_round(session, program, current_form(session), clock.now()).state = "open"
    html = page(client, f"/circles/{circle}")
    assert "stand here after Friday 8 May 2026, 09:00 (UTC)" in html
    assert "Talk about next" in html


def test_a_stranger_is_led_to_sign_in(app: Flask) -> None:
    assert app.test_client().get("/circles").location == "/sign-in"
    assert add_program()
