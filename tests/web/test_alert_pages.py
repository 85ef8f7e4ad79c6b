"""Alerts tell admins about programs, in words, and are followed from raised to recovered."""

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts.service import review_program
from app.extensions import identity
from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.alert_event import AlertEvent
from app.models.identity.audit_entry import AuditEntry
from tests.accounts import add_mentor, post, sign_in_admin, sign_in_mentor
from tests.applications import FixedClock
from tests.releases import EVERYBODY_ELSE, Answered, add_program, add_released_round

NOTE, ACTION = "Ada moved house & the rota began.", "Two quiet hours on Fridays."
RAISED = date(2026, 6, 22)  # when the twelfth round of the fixture closed
TODAY = RAISED + timedelta(days=1)
SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def alert(client: FlaskClient, clock: FixedClock) -> str:
    """The id of an alert, seen by nobody yet; an admin is signed in, it is the day after."""
    clock.move_to(clock.now() + (TODAY - clock.now().date()))
    sign_in_admin(client)
    program = add_program("Onboarding")
    for number in range(12):
        add_released_round(program, {EVERYBODY_ELSE: Answered(30, 4 if number < 8 else 2)})
    with identity.begin() as session:
        review_program(session, program, RAISED)
    with identity.begin() as session:
        return session.scalars(select(Alert.id)).one()


def state_of(alert_id: str) -> str:
    with identity.begin() as session:
        return session.get_one(Alert, alert_id).state


def page_of(client: FlaskClient, alert_id: str) -> str:
    return unescape(client.get(f"/alerts/{alert_id}").text)


def acts() -> list[str]:
    with identity.begin() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


def planned(app: Flask, client: FlaskClient, alert_id: str, due: date = TODAY) -> str:
    """Return the id of an action that has just been planned."""
    typed = {"action": ACTION, "due_on": due.isoformat()}
    assert post(app, client, f"/alerts/{alert_id}/actions", typed).status_code == 302
    with identity.begin() as session:
        return session.scalars(select(AlertAction.id)).one()


@SQLITE
def test_without_alerts_the_page_says_what_would_stand_here(client: FlaskClient) -> None:
    sign_in_admin(client)
    assert "Nothing needs you" in client.get("/alerts").text


@SQLITE
def test_an_alert_says_what_was_seen_and_how_sure(client: FlaskClient, alert: str) -> None:
    assert f"/alerts/{alert}" in client.get("/alerts").text
    html = page_of(client, alert)
    assert "Wellbeing in Onboarding has probably fallen" in html
    assert "It says nothing about any person." in html
    assert 'class="event"' in html and 'class="band"' in html
    assert "the round since which it has probably fallen" in html
    assert "Before, the score stood at about 75 out of 100." in html
    assert "The alert was raised." in html


@SQLITE
@pytest.mark.parametrize("kept_itself", [True, False], ids=["of today", "of before"])
def test_what_was_seen_is_said_in_german_of_alerts_of_any_age(
    client: FlaskClient, alert: str, kept_itself: bool
) -> None:
    """Of how many points wellbeing fell stood in the sentence alone before."""
    if not kept_itself:
        with identity.begin() as session:
            found = session.get_one(Alert, alert)
            found.evidence = {
                name: value for name, value in found.evidence.items() if name != "fallen"
            }
    html = unescape(client.get(f"/alerts/{alert}", headers={"Accept-Language": "de-DE"}).text)
    assert "Das Wohlbefinden in Onboarding ist seit der Runde vom" in html
    assert "has probably fallen" not in html


@SQLITE
def test_further_signs_are_named_beside_it(client: FlaskClient) -> None:
    sign_in_admin(client)
    program = add_program("Onboarding")
    for number in range(12):
        everybody = Answered(30 if number < 11 else 10, 4 if number < 8 else 2)
        add_released_round(program, {EVERYBODY_ELSE: everybody})
    with identity.begin() as session:
        review_program(session, program, RAISED)
        alert = session.scalars(select(Alert.id)).one()
    assert "Also worth a look: fewer people take part than before." in page_of(client, alert)


@SQLITE
def test_looking_changes_nothing_and_the_button_notes_it_once(
    app: Flask, client: FlaskClient, alert: str
) -> None:
    client.get(f"/alerts/{alert}")
    assert state_of(alert) == "raised"
    for _ in range(2):
        assert post(app, client, f"/alerts/{alert}/seen").location == f"/alerts/{alert}"
    assert state_of(alert) == "seen"
    assert "I have seen this" not in client.get(f"/alerts/{alert}").text
    assert acts().count("saw an alert") == 1
    assert page_of(client, alert).count("admin@corp.example saw it.") == 1


def test_an_alert_is_taken_noted_acted_on_and_judged_and_its_history_tells_all(
    app: Flask, client: FlaskClient, alert: str, clock: FixedClock
) -> None:
    post(app, client, f"/alerts/{alert}/owner", {"owner": "me"})
    assert state_of(alert) == "owned"
    post(app, client, f"/alerts/{alert}/notes", {"note": NOTE})
    action = planned(app, client, alert)
    assert state_of(alert) == "acted on"
    later = TODAY + timedelta(days=2)
    post(app, client, f"/alerts/{alert}/actions/{action}/due", {"due_on": later.isoformat()})
    clock.advance(days=5)
    sign_in_admin(client)
    assert "action overdue since 25 June" in client.get("/alerts").text
    assert "No action is overdue" not in client.get("/alerts?state=overdue").text
    post(app, client, f"/alerts/{alert}/actions/{action}/done", {"done_on": later.isoformat()})
    html = page_of(client, alert)
    assert "Too early to say. From 9 July on" in html and "It helped" not in html
    early = post(app, client, f"/alerts/{alert}/actions/{action}/verdict", {"verdict": "helped"})
    assert early.status_code == 422 and "wait until 9 July" in early.text
    clock.advance(weeks=2)
    sign_in_admin(client)
    assert "no round that can be shown has opened and closed since" in page_of(client, alert)
    post(app, client, f"/alerts/{alert}/actions/{action}/verdict", {"verdict": "helped"})
    history = page_of(client, alert).partition('id="history"')[2]
    told = [
        *("The alert was raised.", "took it.", NOTE, "planned an action.", ACTION),
        *("set another due date.", "noted that an action was done.", ": the action helped."),
    ]
    places = [history.index(words) for words in told]
    assert places == sorted(places)
    assert acts()[-6:] == [
        "took an alert",
        "wrote a note about an alert",
        "planned an action about an alert",
        "moved an action about an alert",
        "finished an action about an alert",
        "judged an action about an alert",
    ]


def test_what_admins_write_is_stored_encrypted_and_in_no_log(
    app: Flask, client: FlaskClient, alert: str
) -> None:
    post(app, client, f"/alerts/{alert}/notes", {"note": NOTE})
    planned(app, client, alert)
    with identity.read() as session:
        note = session.scalars(select(AlertEvent.words).where(AlertEvent.kind == "note")).one()
        action = session.scalars(select(AlertAction.words)).one()
        logged = session.execute(select(AuditEntry.act, AuditEntry.subject)).all()
    assert note is not None and b"Ada" not in note and b"quiet" not in action
    assert "Ada" not in str(logged) and "quiet" not in str(logged)
    assert NOTE in page_of(client, alert) and ACTION in page_of(client, alert)


@SQLITE
def test_an_alert_is_given_to_an_active_admin_and_to_nobody_else(
    app: Flask, client: FlaskClient, alert: str
) -> None:
    other = sign_in_admin(app.test_client(), "second@corp.example")
    add_mentor("mentor@corp.example", program="Another")
    mentor = sign_in_mentor(app.test_client())
    for nobody in (mentor, "", "nosuchaccount"):
        answer = post(app, client, f"/alerts/{alert}/owner", {"owner": nobody})
        assert answer.status_code == 422 and "Choose one of the admins" in answer.text
    post(app, client, f"/alerts/{alert}/owner", {"owner": other})
    assert "gave it to second@corp.example." in page_of(client, alert)
    assert acts()[-1] == "gave an alert to an admin"
    assert "No open alert is yours here." in client.get("/alerts?state=mine").text
    with identity.begin() as session:
        session.get_one(Account, other).active = False
    assert "with second@" not in client.get("/alerts?state=unowned").text
    assert f"/alerts/{alert}" in client.get("/alerts?state=unowned").text


@SQLITE
@pytest.mark.parametrize(
    ("path", "typed", "words"),
    [
        ("notes", {"note": " \r\n "}, "Write the note first."),
        ("notes", {"note": "n" * 2003}, "Too long by 3 characters."),
        ("actions", {"action": "", "due_on": "2026-07-01"}, "Say what will be done."),
        ("actions", {"action": ACTION, "due_on": "soon"}, "Give a day, as in 2026-05-18."),
        ("actions", {"action": ACTION, "due_on": "2026-06-22"}, "This day has passed."),
        ("actions/{action}/done", {"done_on": "2026-06-24"}, "The day can't be ahead"),
        ("actions/{action}/done", {"done_on": "2026-06-21"}, "nor before the alert was raised"),
        ("actions/{action}/due", {"due_on": "2026-06-22"}, "This day has passed."),
        ("actions/{action}/verdict", {"verdict": "helped"}, "wait until the action is done"),
        ("actions/{action}/verdict", {"verdict": "yes"}, "Choose one of the three."),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, alert: str, path: str, typed: dict[str, str], words: str
) -> None:
    path = path.format(action=planned(app, client, alert))
    before = acts()
    answer = post(app, client, f"/alerts/{alert}/{path}", typed)
    html = unescape(answer.text)
    assert answer.status_code == 422 and words in html
    assert 'role="alert"' in html
    fields = {name: value for name, value in typed.items() if name != "verdict"}
    assert all(value in html for value in fields.values())
    assert acts() == before


@SQLITE
def test_an_alert_that_is_over_takes_notes_and_verdicts_alone(
    app: Flask, client: FlaskClient, alert: str
) -> None:
    action = planned(app, client, alert)
    with identity.begin() as session:
        stored = session.get_one(Alert, alert)
        stored.state, stored.closed_on = "recovered", TODAY
    html = page_of(client, alert)
    assert "come back to where it was" in html and "I have seen this" not in html
    assert "I take it" not in html and "Plan it" not in html
    typed = {"action": "Something else", "due_on": TODAY.isoformat()}
    refused = post(app, client, f"/alerts/{alert}/actions", typed)
    assert refused.status_code == 422 and "This alert is over" in refused.text
    assert "Something else" in refused.text
    assert post(app, client, f"/alerts/{alert}/owner", {"owner": "me"}).status_code == 422
    done = {"done_on": TODAY.isoformat()}
    assert post(app, client, f"/alerts/{alert}/actions/{action}/done", done).status_code == 302
    again = post(app, client, f"/alerts/{alert}/actions/{action}/done", done)
    assert again.status_code == 422 and "done already" in again.text
    assert post(app, client, f"/alerts/{alert}/notes", {"note": NOTE}).status_code == 302
    assert state_of(alert) == "recovered"
    assert f"/alerts/{alert}" in client.get("/alerts?state=over").text
    assert "No alert is open here." in client.get("/alerts?state=open").text


def test_rounds_that_recover_end_the_alert_and_its_history_says_so(
    client: FlaskClient, alert: str
) -> None:
    for number in range(14):
        with identity.begin() as session:
            stored = session.get_one(Alert, alert)
            program, over = stored.program_id, stored.closed_on
        if over is not None:
            break
        add_released_round(program, {EVERYBODY_ELSE: Answered(30, 4)})
        with identity.begin() as session:
            review_program(session, program, RAISED + timedelta(weeks=2 * number + 2))
    assert state_of(alert) in ("recovered", "settled")
    history = page_of(client, alert).partition('id="history"')[2]
    assert history.count("The alert is over.") == 1


def test_the_list_is_sorted_by_need_searched_and_paged_by_hundreds(
    client: FlaskClient, alert: str
) -> None:
    with identity.begin() as session:
        evidence = dict(session.get_one(Alert, alert).evidence)
    names = [f"Program {number:03}" for number in range(120)]
    for number, name in enumerate(names):
        program, over = add_program(name), number % 2 == 1
        with identity.begin() as session:
            session.add(
                Alert(
                    program_id=program,
                    level="declining",
                    state="settled" if over else "raised",
                    raised_on=RAISED - timedelta(days=number),
                    closed_on=RAISED if over else None,
                    evidence=evidence,
                )
            )
    first = client.get("/alerts").text
    assert "61 are open." in first
    assert first.index(f"/alerts/{alert}") < first.index("Program 000</span>")
    assert first.index("Program 000</span>") < first.index("Program 002</span>")
    assert first.count('class="alert-item"') == 30 and "Further down the list" in first
    last = client.get("/alerts?page=5").text
    assert last.count('class="alert-item"') == 1 and "Further down" not in last
    assert "There are no more." in client.get("/alerts?page=9").text
    assert client.get("/alerts?state=over&page=2").text.count("settled at a lower level") == 30
    only = client.get("/alerts?q=program%20119").text
    assert only.count('class="alert-item"') == 1 and "Program 119</span>" in only
    found = unescape(client.get("/alerts?q=GRAM%200&state=over").text)  # 001, 003 to 099
    assert "50 alerts here" in found and found.count('class="alert-item"') == 30
    assert "/alerts?q=GRAM+0&state=over&page=2" in found
    rest = client.get("/alerts?q=GRAM+0&state=over&page=2").text
    assert rest.count('class="alert-item"') == 20 and "Further down" not in rest
    nothing = client.get("/alerts?q=Xylophone").text
    assert "no alert about a program with this in its name" in nothing
    assert client.get(f"/alerts/{alert}").text.count('class="alert-item"') == 10


@SQLITE
def test_nothing_is_noted_without_the_forms_token(client: FlaskClient, alert: str) -> None:
    assert client.post(f"/alerts/{alert}/seen").status_code == 400
    assert state_of(alert) == "raised"


@SQLITE
@pytest.mark.parametrize(
    "reads", [lambda client: client.get("/alerts"), lambda client: client.get("/alerts?state=over")]
)
def test_mentors_see_no_alerts(client: FlaskClient, reads: Callable[[FlaskClient], object]) -> None:
    add_mentor("mentor@corp.example")
    sign_in_mentor(client)
    assert getattr(reads(client), "status_code", None) == 403
