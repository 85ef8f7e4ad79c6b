"""One invitation, one paper: whatever else is asked of the paper endpoint changes nothing."""

import secrets
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.extensions import identity
from app.models.identity.invitation import Invitation
from app.models.identity.share import Share
from app.rounds.settling import settle_round
from crypto import blind
from crypto.encoding import decode_base64url, encode_base64url
from crypto.sharing import ORDER
from tests.applications import FixedClock
from tests.privacy.dumps import snapshot
from tests.privacy.wire import Respondent, api, engines, error_name, respondent
from tests.rounds import OpenRound

AT_ONCE = 50


@pytest.fixture
def asked(opened: OpenRound) -> tuple[Respondent, Respondent]:
    """Two people with links of one cell, neither of whom has taken a paper."""
    first, second = [link for link in opened.links.values() if link.cell == 1][:2]
    return respondent(opened.pool_id, first), respondent(opened.pool_id, second)


def modulus(person: Respondent) -> int:
    """Return the n of the pool's signing key."""
    spki = person.manifest.split(b'"rsa_spki":"')[1].split(b'"')[0].decode()
    return blind.public_key_from_der(decode_base64url(spki)).public_numbers().n


def number(value: int, length: int = 256) -> str:
    """Return a number as the wire writes a blinded value."""
    return encode_base64url(value.to_bytes(length))


Change = Callable[[Respondent, Respondent], dict[str, Any]]
REFUSED: dict[str, tuple[str, Change]] = {
    "someone else's share": (
        "damaged_link",
        lambda me, other: {name: other.paper_body()[name] for name in ("x", "y")},
    ),
    "a y that is one off": (
        "damaged_link",
        lambda me, _: {"y": number((_share(me).y + 1) % ORDER, 32)},
    ),
    "a y that is no number below q": ("damaged_link", lambda *_: {"y": number(ORDER, 32)}),
    "an x of another share": ("damaged_link", lambda me, _: {"x": number(_share(me).x ^ 1, 4)}),
    "an x of 0": ("damaged_link", lambda *_: {"x": number(0, 4)}),
    "a short share": ("bad_length", lambda *_: {"y": number(1, 31)}),
    "another cell": ("unknown_token", lambda *_: {"cell": 0}),
    "a cell that is none": ("unknown_token", lambda *_: {"cell": 65535}),
    "a cell beyond two bytes": ("malformed_request", lambda *_: {"cell": 65536}),
    "a token of nobody": (
        "unknown_token",
        lambda *_: {"token": encode_base64url(secrets.token_bytes(16))},
    ),
    "a short token": ("bad_length", lambda *_: {"token": encode_base64url(b"x" * 15)}),
    "no token": ("malformed_request", lambda *_: {"token": None}),
    "blinded 0": ("bad_length", lambda *_: {"blinded": number(0)}),
    "blinded n": ("bad_length", lambda me, _: {"blinded": number(modulus(me))}),
    "blinded n + 1": ("bad_length", lambda me, _: {"blinded": number(modulus(me) + 1)}),
    "blinded one byte short": ("bad_length", lambda *_: {"blinded": number(5, 255)}),
    "blinded one byte long": ("bad_length", lambda *_: {"blinded": number(5, 257)}),
    "blinded empty": ("bad_length", lambda *_: {"blinded": ""}),
}


def _share(person: Respondent) -> Any:
    return person.link.share


def test_each_bad_request_for_a_paper_is_refused_and_changes_nothing(
    asked: tuple[Respondent, Respondent], client: FlaskClient
) -> None:
    me, other = asked
    before = snapshot(engines())
    wrong = {}
    for attack, (name, change) in REFUSED.items():
        answer = client.post(api(me.pool_id, "paper"), json=me.paper_body(**change(me, other)))
        if error_name(answer) != name or snapshot(engines()) != before:
            wrong[attack] = answer.text
    assert wrong == {}
    assert me.take_paper(client)  # their twin, unchanged, is good


def test_half_a_share_and_no_share_are_refused(
    asked: tuple[Respondent, Respondent], client: FlaskClient
) -> None:
    before = snapshot(engines())
    for missing, name in ((("y",), "malformed_request"), (("x", "y"), "damaged_link")):
        body = {key: value for key, value in asked[0].paper_body().items() if key not in missing}
        assert error_name(client.post(api(asked[0].pool_id, "paper"), json=body)) == name
    assert snapshot(engines()) == before


def test_a_second_paper_is_refused_and_the_first_can_be_asked_for_again(
    asked: tuple[Respondent, Respondent], client: FlaskClient
) -> None:
    me, _ = asked
    signature = me.take_paper(client)
    before = snapshot(engines())
    assert me.take_paper(client) == signature
    again = client.post(api(me.pool_id, "paper"), json=me.paper_body(blinded=number(4711)))
    assert (again.status_code, error_name(again)) == (409, "already_taken")
    assert snapshot(engines()) == before


def test_a_link_is_good_in_its_own_pool_only(
    two_rounds: tuple[OpenRound, OpenRound], client: FlaskClient
) -> None:
    here, there = two_rounds
    me = respondent(here.pool_id, next(iter(here.links.values())))
    before = snapshot(engines())
    answer = client.post(api(there.pool_id, "paper"), json=me.paper_body())
    assert error_name(answer) == "unknown_token"
    assert snapshot(engines()) == before


def test_an_expired_link_gives_no_paper(
    asked: tuple[Respondent, Respondent],
    opened: OpenRound,
    client: FlaskClient,
    clock: FixedClock,
) -> None:
    closes = asked[0].manifest.split(b'"closes":["')[1].split(b'"')[0].decode()
    clock.move_to(clock.now().fromisoformat(closes.replace("Z", "+00:00")))
    before = snapshot(engines())
    answer = client.post(api(opened.pool_id, "paper"), json=asked[0].paper_body())
    assert (answer.status_code, error_name(answer)) == (410, "closed")
    body = {"token": asked[0].paper_body()["token"], "cell": asked[0].link.cell}
    assert client.post(api(opened.pool_id, "check"), json=body).json == {"state": "closed"}
    assert snapshot(engines()) == before


def test_a_revoked_or_settled_invitation_gives_no_paper(
    asked: tuple[Respondent, Respondent], opened: OpenRound, client: FlaskClient
) -> None:
    with identity.begin() as session:
        session.execute(update(Invitation).values(state="revoked"))
    before = snapshot(engines())
    answer = client.post(api(opened.pool_id, "paper"), json=asked[0].paper_body())
    assert (answer.status_code, error_name(answer)) == (410, "not_open")
    assert snapshot(engines()) == before
    with identity.begin() as session:
        assert settle_round(session, opened.id, "closed")
    answer = client.post(api(opened.pool_id, "paper"), json=asked[0].paper_body())
    assert (answer.status_code, error_name(answer)) == (410, "closed")


@pytest.mark.parametrize("alike", [False, True], ids=["other values", "one value"])
def test_fifty_requests_at_once_give_one_paper(
    app: Flask, asked: tuple[Respondent, Respondent], alike: bool
) -> None:
    me, _ = asked
    bodies = [
        me.paper_body() if alike else me.paper_body(blinded=number(1000 + turn))
        for turn in range(AT_ONCE)
    ]
    answers: list[tuple[int, str]] = []
    start = threading.Barrier(AT_ONCE)

    def ask(body: dict[str, Any]) -> None:
        client = app.test_client()
        start.wait()
        answer = client.post(api(me.pool_id, "paper"), json=body)
        answers.append((answer.status_code, answer.json.get("blind_sig", error_name(answer))))

    threads = [threading.Thread(target=ask, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    signatures = {text for status, text in answers if status == 200}
    refused = [text for status, text in answers if status != 200]
    assert len(answers) == AT_ONCE
    assert len(signatures) == 1
    assert refused == ([] if alike else ["already_taken"] * (AT_ONCE - 1))
    with identity.begin() as session:
        assert session.scalar(select(func.count()).select_from(Share)) == 1
        taken = select(func.count()).select_from(Invitation).where(Invitation.state == "taken")
        assert session.scalar(taken) == 1
