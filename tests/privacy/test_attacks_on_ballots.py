"""One paper, one ballot, in its own pool, under its own serial."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import ballots
from app.models.ballots.ballot import Ballot
from crypto import ballots as ballot_format
from crypto import blind, receipts
from crypto.encoding import decode_base64url, encode_base64url
from tests import rounds
from tests.applications import FixedClock
from tests.privacy.dumps import snapshot
from tests.privacy.wire import Respondent, api, engines, error_name, respondent
from tests.rounds import OpenRound

LOWEST = dict.fromkeys(rounds.GOOD, 1)
HIGHEST = dict.fromkeys(rounds.GOOD, 5)


@pytest.fixture
def holder(opened: OpenRound, client: FlaskClient) -> tuple[Respondent, dict[str, Any]]:
    """Someone who has taken a paper, and the body that would cast the ballot."""
    person = respondent(opened.pool_id, next(iter(opened.links.values())))
    return person, person.ballot_body(person.take_paper(client))


def turned(text: str) -> str:
    """Return the base64url of bytes with one bit turned."""
    content = decode_base64url(text)
    return encode_base64url(content[:-1] + bytes([content[-1] ^ 1]))


def cut(text: str) -> str:
    """Return the base64url of all bytes but the last."""
    return encode_base64url(decode_base64url(text)[:-1])


def grown(text: str) -> str:
    """Return the base64url of the bytes and one more."""
    return encode_base64url(decode_base64url(text) + b"\0")


def relabelled(text: str) -> str:
    """Return an input_msg whose label is another."""
    content = bytearray(decode_base64url(text))
    content[32] ^= 1
    return encode_base64url(bytes(content))


Change = Callable[[dict[str, Any]], dict[str, Any]]
REFUSED: dict[str, tuple[int, str, Change]] = {
    "another serial": (403, "bad_signature", lambda b: {"input_msg": turned(b["input_msg"])}),
    "another label": (403, "bad_signature", lambda b: {"input_msg": relabelled(b["input_msg"])}),
    "a short message": (400, "bad_length", lambda b: {"input_msg": cut(b["input_msg"])}),
    "a turned signature": (403, "bad_signature", lambda b: {"sig": turned(b["sig"])}),
    "a short signature": (403, "bad_signature", lambda b: {"sig": cut(b["sig"])}),
    "no signature": (403, "bad_signature", lambda b: {"sig": ""}),
    "one byte less": (400, "bad_length", lambda b: {"sealed": cut(b["sealed"])}),
    "one byte more": (400, "bad_length", lambda b: {"sealed": grown(b["sealed"])}),
    "nothing sealed": (400, "bad_length", lambda b: {"sealed": ""}),
    "no base64url": (400, "bad_length", lambda b: {"sealed": "@" + b["sealed"][1:]}),
    "a number": (400, "malformed_request", lambda b: {"sealed": 5}),
    "a token beside it": (400, "malformed_request", lambda b: {"token": "A" * 22}),
    "too much": (413, "too_large", lambda b: {"sealed": "A" * 70_000}),
}


def test_each_bad_ballot_is_refused_and_changes_nothing(
    holder: tuple[Respondent, dict[str, Any]], client: FlaskClient
) -> None:
    person, body = holder
    before = snapshot(engines())
    wrong = {}
    for attack, (status, name, change) in REFUSED.items():
        answer = client.post(api(person.pool_id, "ballot"), json={**body, **change(body)})
        found = (answer.status_code, error_name(answer))
        if found != (status, name) or snapshot(engines()) != before:
            wrong[attack] = found
    assert wrong == {}
    twin = client.post(api(person.pool_id, "ballot"), json=body)
    assert twin.status_code == 204  # unchanged, it is good


def test_a_serial_is_used_once_and_the_same_ballot_may_come_again(
    holder: tuple[Respondent, dict[str, Any]], client: FlaskClient
) -> None:
    person, body = holder
    path = api(person.pool_id, "ballot")
    assert client.post(path, json=body).status_code == 204
    before = snapshot(engines())
    assert client.post(path, json=body).status_code == 200
    other = client.post(path, json={**body, "sealed": turned(body["sealed"])})
    assert (other.status_code, error_name(other)) == (409, "serial_used")
    assert snapshot(engines()) == before


def test_a_withdrawn_ballot_is_gone_and_its_serial_stays_used(
    holder: tuple[Respondent, dict[str, Any]], client: FlaskClient
) -> None:
    person, body = holder
    assert client.post(api(person.pool_id, "ballot"), json=body).status_code == 204
    w = receipts.withdrawal_of(person.prepared.receipt, person.pool_id)
    withdrawal = {"w": encode_base64url(w)}
    assert client.post(api(person.pool_id, "withdraw"), json=withdrawal).status_code == 204
    with ballots.begin() as session:
        assert session.scalars(select(Ballot.sealed)).all() == [b""]
    before = snapshot(engines())
    again = client.post(api(person.pool_id, "ballot"), json=body)
    assert (again.status_code, error_name(again)) == (409, "serial_used")
    assert client.post(api(person.pool_id, "withdraw"), json=withdrawal).status_code == 204
    foreign = {"w": encode_base64url(b"\1" * 32)}
    assert client.post(api(person.pool_id, "withdraw"), json=foreign).status_code == 204
    assert snapshot(engines()) == before


def test_after_its_last_minute_a_ballot_is_refused(
    holder: tuple[Respondent, dict[str, Any]],
    opened: OpenRound,
    client: FlaskClient,
    clock: FixedClock,
) -> None:
    person, body = holder
    clock.move_to(rounds.closing_time(opened))
    before = snapshot(engines())
    answer = client.post(api(person.pool_id, "ballot"), json=body)
    assert (answer.status_code, error_name(answer)) == (410, "closed")
    assert snapshot(engines()) == before


def test_a_paper_of_one_pool_is_nothing_in_another(
    two_rounds: tuple[OpenRound, OpenRound], client: FlaskClient
) -> None:
    here, there = two_rounds
    person = respondent(here.pool_id, next(iter(here.links.values())))
    body = person.ballot_body(person.take_paper(client))
    forged = _message_of(there.pool_id, person)
    before = snapshot(engines())
    for bad in (body, {**body, "input_msg": encode_base64url(forged)}):
        answer = client.post(api(there.pool_id, "ballot"), json=bad)
        assert (answer.status_code, error_name(answer)) == (403, "bad_signature")
    assert snapshot(engines()) == before


def _message_of(pool_id: bytes, person: Respondent) -> bytes:
    serial = ballot_format.parse_input_msg(person.prepared.input_msg).serial
    return blind.prepare(ballot_format.ballot_message(pool_id, serial))


def _cast_all(client: FlaskClient, people: Sequence[Respondent]) -> None:
    for person in people:
        assert person.cast(client, person.take_paper(client)).status_code == 204


def test_a_ciphertext_moved_to_another_serial_is_dropped_and_the_others_count(
    app: Flask, opened: OpenRound, client: FlaskClient
) -> None:
    people = _people(opened, [LOWEST, *[HIGHEST] * 4, HIGHEST])
    _cast_all(client, people[:5])
    thief = people[5]
    body = thief.ballot_body(thief.take_paper(client))
    moved = {**body, "sealed": encode_base64url(people[0].prepared.sealed)}
    assert client.post(api(opened.pool_id, "ballot"), json=moved).status_code == 204
    rounds.close(opened)
    # Four of 100 and one of 0 make 80, stored as 75; with the moved one it would be 62.5.
    assert rounds.results(app, opened)["release"]["cells"]["program"]["score"]["mean"] == 75.0


def test_moved_ciphertexts_do_not_help_to_reach_k(
    app: Flask, opened: OpenRound, client: FlaskClient
) -> None:
    people = _people(opened, [LOWEST] * 5)
    _cast_all(client, people[:4])
    body = people[4].ballot_body(people[4].take_paper(client))
    moved = {**body, "sealed": encode_base64url(people[0].prepared.sealed)}
    assert client.post(api(opened.pool_id, "ballot"), json=moved).status_code == 204
    rounds.close(opened)
    cells = rounds.results(app, opened)["release"]["cells"]
    assert all(cell == {"withheld": True} for cell in cells.values())


def test_a_cell_with_more_ballots_than_papers_of_its_people_is_withheld(
    app: Flask, opened: OpenRound, client: FlaskClient
) -> None:
    outsider = opened.links["mentor.north@example.org"]
    assert outsider.cell == 0
    _cast_all(client, _people(opened, [HIGHEST] * 5, cell=1))
    _cast_all(client, [respondent(opened.pool_id, outsider, LOWEST, cell=1)])
    rounds.close(opened)
    assert rounds.results(app, opened)["release"]["cells"]["1"] == {"withheld": True}


def test_a_cell_with_as_many_ballots_as_papers_is_shown(
    app: Flask, opened: OpenRound, client: FlaskClient
) -> None:
    _cast_all(client, _people(opened, [HIGHEST] * 5, cell=1))
    rounds.close(opened)
    assert "score" in rounds.results(app, opened)["release"]["cells"]["1"]


def _people(
    opened: OpenRound, values: Sequence[dict[str, int]], cell: int | None = None
) -> list[Respondent]:
    """Return members of the group, one for each set of answers."""
    members = [link for link in opened.links.values() if link.cell == 1]
    return [
        respondent(opened.pool_id, link, answers, cell=cell)
        for link, answers in zip(members, values, strict=False)
    ]
