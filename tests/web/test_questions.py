"""An admin chooses what a program asks: said before, kept for coming rounds, right everywhere."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.forms.choosing import draft_choice
from app.forms.schemas import Choice
from app.forms.service import choose_form, current_form, form_of_program
from app.mail.mailer import MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.form import Form
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.programs.service import find_program
from app.rounds.service import draft_round, request_round
from crypto.encoding import encode_base64url
from crypto.links import encode_link
from surveys.errors import ScheduleError
from surveys.instruments import check_in, instrument
from tests import rounds
from tests.accounts import add_mentor, post, sign_in_admin, sign_in_mentor
from tests.applications import FixedClock
from tests.releases import EVERYBODY_ELSE, Answered, add_program, add_released_round, program_of

THREE = ("pulse_energy", "pulse_workload", "pulse_support")
FEW = {"instrument": "pulse", "item": list(THREE), "own_change": "1"}


def told(client: FlaskClient, path: str, **query: object) -> str:
    """Return a page's text on one line."""
    return " ".join(client.get(path, query_string=query or None).text.split())


def acts() -> list[str]:
    with identity.begin() as session:
        return [act for act in session.scalars(select(AuditEntry.act)) if "questions" in act]


def test_chosen_questions_are_asked_from_the_next_round_on_and_of_this_program_alone(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM).id
    other = add_program("Other")
    sign_in_admin(client)
    home = f"/programs/{program}"
    assert "5 questions and a comment, about 40 seconds" in told(client, home)
    before = told(client, f"{home}/questions/new", **FEW)
    assert "4 questions and a comment, about 32 seconds" in before
    assert "No round has been sent yet" in before and "has not been validated" in before
    assert acts() == []  # looking saves nothing
    assert post(app, client, f"{home}/questions", FEW).location == home
    assert post(app, client, f"{home}/questions", FEW).location == home  # safe to repeat
    assert acts() == ["chose other questions: pulse, version 2"]
    assert "4 questions and a comment" in told(client, f"{home}/rounds/new")
    assert "5 questions" in told(client, f"/programs/{other}")

    opened = rounds.launch(app, mailer)
    mail = rounds.text_of(mailer.mails[0].content)
    assert "4 questions" in mail and "32 seconds" in mail
    pool = encode_base64url(opened.pool_id)
    asked = client.get(f"/api/v1/pools/{pool}/form").get_json()
    assert [item["id"] for item in asked["items"]] == [*THREE, "own_change", "pulse_comment"]
    usual = {"instrument": "pulse", "item": [*THREE, "pulse_belonging", "pulse_speaking_up"]}
    says = told(client, f"{home}/questions/new", **usual)
    assert "a new baseline begins" in says and "keeps its questions" in says
    says = told(client, f"{home}/questions/new", **FEW | {"own_change": ""})
    assert "made of the same questions" in says and "new baseline" not in says
    post(app, client, f"{home}/questions", usual)
    with identity.begin() as session:
        assert form_of_program(session, program).id == current_form(session).id
        launched = session.get_one(Form, session.get_one(Round, opened.id).form_id)
        assert launched.version == 2 and len(launched.body["items"]) == 5  # as it was


@pytest.mark.parametrize(
    ("chosen", "notice"),
    [
        ("pulse", "It has not been validated against other questionnaires."),
        ("ons4", "licensed under the Open Government Licence v3.0"),
        ("who5", "the work of the World Health Organization, under CC BY-NC-SA 3.0 IGO"),
    ],
)
def test_whoever_answers_reads_where_the_questions_come_from(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, tmp_path: Path, chosen: str, notice: str
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    entry = instrument(chosen)
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM).id
        choose_form(session, program, entry.id, check_in(entry, entry.default_items))
    opened = rounds.launch(app, mailer)
    asked = client.get(f"/api/v1/pools/{encode_base64url(opened.pool_id)}/form").get_json()
    assert notice in asked["notice"]["en"] and asked["notice"]["de"]
    code = encode_link(next(iter(opened.links.values())))
    assert notice in client.post("/plain", data={"code": code}).text


def test_what_can_not_be_asked_is_refused_with_the_choice_kept(
    app: Flask, client: FlaskClient
) -> None:
    program = add_program()
    sign_in_admin(client)
    home = f"/programs/{program}"
    few = client.get(f"{home}/questions/new?instrument=pulse&item=pulse_energy")
    assert few.status_code == 422 and "three to six of its questions" in few.text
    assert few.text.count(" checked") == 2  # the pulse, and the one question
    every_two_weeks = {"every_weeks": "2", "weekday": "2", "local_time": "10:30"}
    post(app, client, f"{home}/schedule", every_two_weeks)
    often = post(app, client, f"{home}/questions", {"instrument": "ons4"})
    assert often.status_code == 422 and "every 4 weeks at most" in often.text
    assert post(app, client, f"{home}/questions", {"instrument": "who5"}).status_code == 302
    post(app, client, f"{home}/schedule", every_two_weeks | {"every_weeks": "4"})
    assert post(app, client, f"{home}/questions", {"instrument": "ons4"}).status_code == 302
    refused = post(app, client, f"{home}/schedule", every_two_weeks)
    assert refused.status_code == 422 and "every 4 weeks at most" in refused.text
    assert acts() == [f"chose other questions: {name}, version 1" for name in ("who5", "ons4")]


def test_a_set_that_looks_back_is_not_sent_by_hand_more_often_than_it_allows(
    app: Flask, clock: FixedClock
) -> None:
    program_id = add_program()
    with identity.begin() as session:
        program, entry = session.get_one(Program, program_id), instrument("who5")
        form = choose_form(session, program_id, entry.id, check_in(entry, ()))
        request_round(session, program, form, clock.now()).state = "closed"
        session.flush()
        with pytest.raises(ScheduleError):
            draft_round(session, program, form, clock.now() + timedelta(days=12))
        assert draft_round(session, program, form, clock.now() + timedelta(days=13)).number == 2


def test_questions_without_a_score_have_whole_pages_without_one(
    app: Flask, client: FlaskClient
) -> None:
    group = add_mentor("mentor@corp.example")
    program = program_of(group)
    with identity.begin() as session:
        entry = instrument("ons4")
        choice = Choice(entry.id, frozenset(), own_change=False)
        draft = draft_choice(session, session.get_one(Program, program), choice)
        assert any("make no score" in sentence for sentence in draft.consequences)
        choose_form(session, program, entry.id, draft.form)
    for rating in (7, 5):
        answered = {EVERYBODY_ELSE: Answered(20, rating), group: Answered(12, rating)}
        add_released_round(program, answered, chosen=True)
    sign_in_admin(client)
    mentor = app.test_client()
    sign_in_mentor(mentor)
    for page in (
        told(client, f"/programs/{program}/results"),
        told(client, f"/programs/{program}/results?group={group}"),
        told(mentor, f"/circles/{group}"),
    ):
        assert "never averaged to a score" in page and "wellbeing score is" not in page
        assert "0 (not at all) to 10 (completely)" in page and "down 2" in page
        assert "Round by round" not in page and "strongly agree" not in page
    assert "These questions make no score" in told(client, f"/programs/{program}")
    assert "1 program asks for no score" in told(client, "/programs")
