"""What the anonymous endpoints answer is the same for everyone, and what they are told is lost."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from crypto import receipts
from crypto.encoding import encode_base64url
from tests import databases
from tests.accounts import sign_in_admin
from tests.privacy.dumps import as_bytes, dump, files_below, places_of
from tests.privacy.wire import Respondent, api, engines, error_name, respondent
from tests.rounds import OpenRound

MARK = "Zq7Vx2Lp9Kd4"
TOLD = {
    "User-Agent": f"Agent-{MARK}",
    "X-Forwarded-For": "203.0.113.177",
    "X-Real-Ip": "203.0.113.178",
    "Forwarded": "for=203.0.113.179",
    "Referer": f"https://example.org/{MARK}",
    "Accept-Language": f"de-{MARK}",
    "Cookie": f"session={MARK}",
    "X-Request-Id": f"request-{MARK}",
}
ADDRESS = "198.51.100.77"
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.fixture
def people(opened: OpenRound) -> list[Respondent]:
    """Three who can answer."""
    return [respondent(opened.pool_id, link) for link in list(opened.links.values())[:3]]


def withdrawal(person: Respondent) -> dict[str, str]:
    """Return the body that withdraws the ballot of `person`."""
    w = receipts.withdrawal_of(person.prepared.receipt, person.pool_id)
    return {"w": encode_base64url(w)}


def every_answer(
    client: FlaskClient, person: Respondent, **headers: str
) -> dict[str, TestResponse]:
    """Return the answer of each endpoint that a respondent meets, good and bad."""
    pool = person.pool_id
    paper = client.post(api(pool, "paper"), json=person.paper_body(), headers=headers)
    check = {name: person.paper_body()[name] for name in ("token", "cell")}
    ballot = person.ballot_body(person.take_paper(client, **headers))
    bodies: dict[str, tuple[str, Any]] = {
        "check": ("check", check),
        "ballot": ("ballot", ballot),
        "same ballot": ("ballot", ballot),
        "bad ballot": ("ballot", {**ballot, "sig": ""}),
        "withdraw": ("withdraw", withdrawal(person)),
        "withdraw again": ("withdraw", withdrawal(person)),
    }
    answers = {
        "page": client.get(f"/r/{encode_base64url(pool)}", headers=headers),
        "manifest": client.get(api(pool, "manifest"), headers=headers),
        "form": client.get(api(pool, "form"), headers=headers),
        "paper": paper,
    }
    for name, (endpoint, body) in bodies.items():
        answers[name] = client.post(api(pool, endpoint), json=body, headers=headers)
    return answers


def test_no_endpoint_of_a_respondent_sets_a_cookie_and_each_sends_the_security_headers(
    people: list[Respondent], client: FlaskClient
) -> None:
    for name, answer in every_answer(client, people[0]).items():
        headers = answer.headers
        assert "Set-Cookie" not in headers, name
        assert "ETag" not in headers, name  # an ETag comes back and recognises a browser
        assert headers["Cache-Control"] == "no-store", name
        assert headers["Referrer-Policy"] == "no-referrer", name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert set(headers["Content-Security-Policy"].split("; ")) == POLICY, name


def test_the_page_is_the_same_bytes_for_everyone_and_every_pool(
    app: Flask, two_rounds: tuple[OpenRound, OpenRound]
) -> None:
    admin = app.test_client()
    sign_in_admin(admin)
    stranger = app.test_client()
    pools = [encode_base64url(pool) for pool in (*(r.pool_id for r in two_rounds), b"\0" * 16)]
    answers = [
        browser.get(f"/r/{pool}{query}", headers=headers)
        for browser in (stranger, admin)
        for pool in (*pools, "nonsense")
        for query in ("", "?token=AAAA")
        for headers in ({}, {"Accept-Language": "de"}, {"User-Agent": "Outlook"})
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


def test_no_answer_differs_in_length_from_person_to_person(
    people: list[Respondent], client: FlaskClient
) -> None:
    lengths = [
        {name: (answer.status_code, len(answer.data)) for name, answer in answers.items()}
        for answers in (every_answer(client, person) for person in people)
    ]
    assert lengths[0] == lengths[1] == lengths[2]
    assert lengths[0]["ballot"] == (204, 0)
    assert lengths[0]["withdraw"] == lengths[0]["withdraw again"] == (204, 0)


def test_withdrawing_says_the_same_whether_there_was_a_ballot_or_not(
    people: list[Respondent], client: FlaskClient
) -> None:
    assert people[0].cast(client, people[0].take_paper(client)).status_code == 204
    path = api(people[0].pool_id, "withdraw")
    unknown = api(b"\0" * 16, "withdraw")
    answers = [
        client.post(path, json=withdrawal(people[0])),
        client.post(path, json=withdrawal(people[1])),
        client.post(unknown, json=withdrawal(people[2])),
    ]
    assert len({(a.status_code, a.data, str(sorted(a.headers.items()))) for a in answers}) == 1


def test_agent_address_and_referrer_of_a_request_are_kept_nowhere(
    people: list[Respondent], app: Flask, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = ADDRESS
    answers = every_answer(client, people[0], **TOLD)
    assert error_name(answers["bad ballot"]) == "bad_signature"
    heaps = {
        f"{value.table}.{value.column}": as_bytes(value.content)
        for engine in engines()
        for value in dump(engine)
    }
    captured = capfd.readouterr()
    databases.dispose_engines()
    heaps |= files_below(settings.data)
    heaps["output"] = (captured.out + captured.err).encode()
    marks = [MARK, ADDRESS, "203.0.113.177", "203.0.113.178", "203.0.113.179"]
    assert {mark: places_of(mark.encode(), heaps) for mark in marks} == {mark: [] for mark in marks}


def test_a_mark_that_was_kept_would_be_found(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    (settings.data / "kept").write_bytes(b"..." + MARK.encode().hex().encode())
    assert places_of(MARK.encode(), files_below(settings.data)) == ["kept"]
