"""Answering without JavaScript: the server does the browser's work, once, and says so."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from app import create_app
from app.batching import BusyError
from app.extensions import ballots, identity
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.identity.invitation import Invitation
from app.plain import service
from app.plain.answers import flaws_in, typed_in, values_of
from config import Settings
from crypto import receipts
from crypto.encoding import encode_base64url
from crypto.links import encode_link
from surveys.items import Choice, Form, Item
from tests import databases, rounds
from tests.privacy.dumps import dump
from tests.rounds import OpenRound

FIELDS = {f"q_{item}": str(value) for item, value in rounds.GOOD.items()}
COMMENT = "the walks <b>help</b> & calm"


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round of nine and a mentor; k is 5."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    return rounds.launch(app, mailer)


def code_of(opened: OpenRound, number: int = 0) -> str:
    """Return the code of one of the round's links."""
    return encode_link(list(opened.links.values())[number])


def send(client: FlaskClient, code: str, **changes: str) -> str:
    """Go from the code to the thank-you as a browser does, and return the receipt."""
    asked = client.post("/plain", data={"code": code, "step": "questions"})
    assert asked.status_code == 200, asked.text
    typed = {**FIELDS, "q_pulse_comment": COMMENT, **changes}
    looked = client.post("/plain", data={"code": code, "step": "review", **typed})
    assert looked.status_code == 200, looked.text
    kept = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', looked.text)
    fields = MultiDict((name, html.unescape(value)) for name, value in kept)
    thanked = client.post("/plain", data={**fields, "step": "send"})
    assert thanked.status_code == 200, thanked.text
    found = re.search(r'class="receipt">([^<]+)<', thanked.text)
    assert found is not None
    return receipts.parse_receipt(found[1])


def test_answers_of_both_kinds_are_counted_alike(
    app: Flask, client: FlaskClient, opened: OpenRound
) -> None:
    receipt = send(client, code_of(opened))
    rounds.answer(opened, list(opened.links)[1:6])
    rows = dump(ballots.engine)
    assert len({len(row.content) for row in rows if row.column == "sealed"}) == 1
    serial = receipts.serial_of(receipts.withdrawal_of(receipt, opened.pool_id))
    assert serial in [row.content for row in rows if row.column == "serial"]
    rounds.close(opened)
    assert rounds.results(app, opened)["release"]["cells"]["program"]["ballots"]["n_from"]


@pytest.mark.parametrize("spelled", ["{link}", "{code}", " {code}\n", "{broken}"])
def test_a_link_or_a_code_leads_to_the_questions(
    client: FlaskClient, opened: OpenRound, spelled: str
) -> None:
    code = code_of(opened)
    link = f"https://host.example/r/{encode_base64url(opened.pool_id)}#{code}"
    pasted = spelled.format(code=code, link=link, broken=code[:40] + "\r\n " + code[40:])
    answer = client.post("/plain", data={"code": pasted})
    assert answer.status_code == 200
    assert "rests on trust" in answer.text and "fieldset" in answer.text


def test_what_can_not_be_used_says_why_and_keeps_what_was_pasted(
    client: FlaskClient, opened: OpenRound
) -> None:
    code = code_of(opened)
    other = encode_base64url(bytes(16))
    wrong = {
        "": "damaged",
        "hello": "damaged",
        code[:-4]: "damaged",
        f"https://host.example/r/{other}#{code}": "no such round",
        code[:-4] + ("AAAA" if code[-4:] != "AAAA" else "BBBA"): "no such round",
    }
    for pasted, words in wrong.items():
        answer = client.post("/plain", data={"code": pasted})
        assert answer.status_code == 422 and words in answer.text, (pasted, answer.text)
        assert f">{pasted}</textarea>" in answer.text


def test_the_questions_come_in_the_language_that_the_browser_asks_for(
    client: FlaskClient, opened: OpenRound
) -> None:
    sent = {"code": code_of(opened), "step": "questions"}
    asked = client.post("/plain", data=sent, headers={"Accept-Language": "ar"}).text
    assert '<html lang="ar" dir="rtl">' in asked
    assert '<span dir="auto">كيف كان الأسبوعان الماضيان؟</span>' in asked
    assert "How were the last two weeks?" in client.post("/plain", data=sent).text


def test_looking_and_reviewing_take_no_paper(client: FlaskClient, opened: OpenRound) -> None:
    code = code_of(opened)
    for step in ("questions", "review", "nonsense"):
        assert client.post("/plain", data={"code": code, "step": step, **FIELDS}).status_code == 200
    assert dump_states() == {"open"}
    assert serials() == 0


def test_a_code_that_was_used_gives_no_second_paper(client: FlaskClient, opened: OpenRound) -> None:
    send(client, code_of(opened))
    again = client.post("/plain", data={"code": code_of(opened), "step": "send", **FIELDS})
    assert again.status_code == 422 and "has been used" in again.text
    assert serials() == 1


def test_without_an_answer_nothing_is_sent_and_the_comment_stays(
    client: FlaskClient, opened: OpenRound
) -> None:
    data = {"code": code_of(opened), "step": "send", "q_pulse_comment": COMMENT}
    answer = client.post("/plain", data=data)
    assert answer.status_code == 422 and "Answer at least one question" in answer.text
    assert html.escape(COMMENT, quote=False) in answer.text
    assert serials() == 0


@pytest.mark.parametrize("fault", [BusyError(), OperationalError("", {}, OSError())])
def test_a_ballot_that_could_not_be_stored_waits_in_the_page(
    client: FlaskClient, opened: OpenRound, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    stored = service.store_ballot

    def failing(*_: object) -> bool:
        raise fault

    monkeypatch.setattr(service, "store_ballot", failing)
    waiting = client.post("/plain", data={"code": code_of(opened), "step": "send", **FIELDS})
    assert waiting.status_code == 503 and serials() == 0
    monkeypatch.setattr(service, "store_ballot", stored)
    kept = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', waiting.text))
    assert "code" not in kept
    for _ in range(2):  # pressed twice
        done = client.post("/plain", data={**kept, "step": "cast"})
        assert done.status_code == 200 and 'class="receipt"' in done.text
    assert serials() == 1


def test_what_was_typed_is_still_there_when_no_paper_could_be_taken(
    client: FlaskClient, opened: OpenRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> bytes:
        raise BusyError

    monkeypatch.setattr(service, "take_paper", busy)
    typed = {**FIELDS, "q_pulse_comment": "the walks help"}
    again = client.post("/plain", data={"code": code_of(opened), "step": "send", **typed})
    assert again.status_code == 503 and "the walks help</textarea>" in again.text
    assert code_of(opened) in again.text and dump_states() == {"open"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_it_is_off_unless_switched_on_and_never_in_the_casting_process(
    app: Flask, settings: Settings, client: FlaskClient, opened: OpenRound
) -> None:
    page = f"/r/{encode_base64url(opened.pool_id)}"
    assert 'href="/plain"' in client.get(page).text
    off = create_app(replace(settings, plain_form=False))
    casting = create_app(settings, parts={"cast"})
    assert off.test_client().get("/plain").status_code == 404
    assert off.test_client().post("/plain").status_code == 404
    assert "no other way to answer here" in off.test_client().get(page).text
    assert casting.test_client().get("/plain").status_code == 404
    for other in (off, casting):
        with other.app_context():
            databases.dispose_engines()


def test_every_type_of_item_becomes_its_value() -> None:
    words = {"en": "words"}
    options = (Choice("a", words), Choice("b", words))
    form = Form(
        words,
        (
            Item("scale", "scale", words, min=1, max=5, cant_say=True),
            Item("single", "single", words, options=options),
            Item("multiple", "multiple", words, options=options, required=True),
            Item("words", "comment", words, max_length=4),
        ),
    )
    sent = [("q_scale", "3"), ("q_single", "b"), ("q_multiple", "b"), ("q_multiple", "a")]
    values = values_of(form, typed_in(form, MultiDict([*sent, ("q_words", "a\r\nb")])))
    assert values == {"scale": 3, "single": "b", "multiple": ["a", "b"], "words": "a\nb"}
    assert flaws_in(form, values) == []
    strange = [("q_scale", "-"), ("q_single", "c"), ("q_scale", "9"), ("q_words", "abcd\x00e")]
    values = values_of(form, typed_in(form, MultiDict(strange)))
    assert values == {"scale": None, "words": "abcd e"}
    assert [flaw.item for flaw in flaws_in(form, values)] == ["multiple", "words"]
    assert json.dumps(values)


def serials() -> int:
    """Return how many ballots are stored."""
    with ballots.begin() as session:
        return session.query(Ballot).count()


def dump_states() -> set[str]:
    """Return the states of all invitations."""
    with identity.begin() as session:
        return {state for (state,) in session.query(Invitation.state)}


def test_every_closing_time_stands_before_the_first_question_and_after_send(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    patient = rounds.launch(app, mailer, rounds.PROGRAM, "--closes", "3")
    closes = ("Friday 8 May, 09:00 UTC", "Friday 15 May, 09:00 UTC", "Friday 22 May, 09:00 UTC")
    asked = client.post("/plain", data={"code": code_of(patient)})
    assert all(moment in asked.text for moment in closes)
    thanked = client.post("/plain", data={"code": code_of(patient), "step": "send", **FIELDS})
    assert all(moment in thanked.text for moment in closes)
    assert "only the totals remain" not in thanked.text
    assert "can read and write replies" in " ".join(thanked.text.split())
