"""A later link and the first lead to one invitation and one paper; neither tells of the other."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.extensions import identity
from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.round import Round
from app.models.identity.share import Share
from app.rounds.papers import papers_with_share
from app.rounds.settling import settle_round
from crypto.encoding import encode_base64url
from tests import rounds
from tests.applications import FixedClock
from tests.privacy.dumps import snapshot
from tests.privacy.wire import Respondent, api, engines, error_name, respondent
from tests.rounds import OpenRound

AT_ONCE = 50


@pytest.fixture
def both(opened: OpenRound) -> tuple[Respondent, Respondent]:
    """One person with her first link and with a later one, each with a ballot of its own."""
    first = next(link for link in opened.links.values() if link.cell == 1)
    later = rounds.later_link(opened, first)
    return respondent(opened.pool_id, first), respondent(opened.pool_id, later)


@pytest.fixture
def printed(opened: OpenRound) -> Respondent:
    """Someone who found a printed code."""
    pin = next(iter(opened.links.values())).pin
    return respondent(opened.pool_id, rounds.printed_code(opened, pin))


def number(value: int) -> str:
    """Return a number as the wire writes a blinded value."""
    return encode_base64url(value.to_bytes(256))


def state_of(person: Respondent, client: FlaskClient) -> Any:
    """Return what check says of a link."""
    body = {"token": encode_base64url(person.link.token), "cell": person.link.cell}
    return client.post(api(person.pool_id, "check"), json=body).json


def papers() -> list[bytes | None]:
    """Return the shares of all papers, None for a paper without one."""
    with identity.begin() as session:
        return list(session.scalars(select(Share.share)))


@pytest.mark.parametrize("later_first", [False, True])
def test_both_links_give_one_paper_between_them(
    both: tuple[Respondent, Respondent], client: FlaskClient, later_first: bool
) -> None:
    one, other = both[::-1] if later_first else both
    assert [state_of(link, client) for link in both] == [{"state": "open"}] * 2
    one.take_paper(client)
    assert [state_of(link, client) for link in both] == [{"state": "taken"}] * 2
    before = snapshot(engines())
    again = client.post(api(other.pool_id, "paper"), json=other.paper_body())
    assert (again.status_code, error_name(again)) == (409, "already_taken")
    assert snapshot(engines()) == before
    assert [share is None for share in papers()] == [later_first]


def test_the_same_blinded_value_gets_the_same_answer_from_either_link(
    both: tuple[Respondent, Respondent], client: FlaskClient
) -> None:
    first, later = both[0], replace(both[1], prepared=both[0].prepared)
    signature = later.take_paper(client)
    before = snapshot(engines())
    assert first.take_paper(client) == later.take_paper(client) == signature
    assert snapshot(engines()) == before
    assert later.cast(client, signature).status_code == 204


def test_fifty_requests_with_both_links_give_one_paper(
    app: Flask, both: tuple[Respondent, Respondent]
) -> None:
    bodies = [both[turn % 2].paper_body(blinded=number(1000 + turn)) for turn in range(AT_ONCE)]
    answers: list[tuple[int, str]] = []
    start = threading.Barrier(AT_ONCE)

    def ask(body: dict[str, Any]) -> None:
        client = app.test_client()
        start.wait()
        answer = client.post(api(both[0].pool_id, "paper"), json=body)
        answers.append((answer.status_code, error_name(answer)))

    threads = [threading.Thread(target=ask, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(200, ""), *[(409, "already_taken")] * (AT_ONCE - 1)]
    assert len(papers()) == 1


def test_a_token_only_link_with_a_share_is_damaged_and_so_is_a_first_link_without(
    both: tuple[Respondent, Respondent], printed: Respondent, client: FlaskClient
) -> None:
    first, later = both
    share = {name: first.paper_body()[name] for name in ("x", "y")}
    without = {name: value for name, value in first.paper_body().items() if name not in share}
    before = snapshot(engines())
    for person, body in (
        (first, without),
        (later, later.paper_body(**share)),
        (printed, printed.paper_body(**share)),
    ):
        answer = client.post(api(person.pool_id, "paper"), json=body)
        assert (answer.status_code, error_name(answer)) == (400, "damaged_link")
    for person in (later, printed):
        body = person.paper_body(x=share["x"])
        answer = client.post(api(person.pool_id, "paper"), json=body)
        assert error_name(answer) == "malformed_request"
    assert snapshot(engines()) == before
    assert later.take_paper(client)
    assert printed.take_paper(client)


def test_a_later_link_is_good_for_its_own_cell_only(
    both: tuple[Respondent, Respondent], client: FlaskClient
) -> None:
    before = snapshot(engines())
    answer = client.post(api(both[1].pool_id, "paper"), json=both[1].paper_body(cell=0))
    assert error_name(answer) == "unknown_token"
    assert snapshot(engines()) == before


def test_every_kind_of_link_is_answered_with_the_same_bytes(
    both: tuple[Respondent, Respondent], printed: Respondent, client: FlaskClient
) -> None:
    kinds = (*both, printed)
    assert {str(state_of(person, client)) for person in kinds} == {"{'state': 'open'}"}
    texts = set()
    for person in kinds:
        answer = client.post(
            api(person.pool_id, "paper"), json=person.paper_body(blinded=number(0))
        )
        texts.add((answer.status_code, answer.text, str(sorted(answer.headers))))
    assert len(texts) == 1


def test_revoking_an_invitation_stops_each_of_its_links(
    both: tuple[Respondent, Respondent], client: FlaskClient
) -> None:
    with identity.begin() as session:
        session.execute(update(Invitation).values(state="revoked"))
    for person in both:
        assert state_of(person, client) == {"state": "revoked"}
        answer = client.post(api(person.pool_id, "paper"), json=person.paper_body())
        assert (answer.status_code, error_name(answer)) == (410, "not_open")
    assert papers() == []


def test_a_settled_round_keeps_no_later_link_and_answers_it_as_closed(
    both: tuple[Respondent, Respondent], opened: OpenRound, client: FlaskClient
) -> None:
    with identity.begin() as session:
        assert settle_round(session, opened.id, "closed")
        assert session.scalar(select(func.count()).select_from(InvitationLink)) == 0
    for person in both:
        answer = client.post(api(person.pool_id, "paper"), json=person.paper_body())
        assert (answer.status_code, error_name(answer)) == (410, "closed")


def test_papers_without_a_share_never_reach_k_and_open_nothing(
    app: Flask, opened: OpenRound, client: FlaskClient, clock: FixedClock
) -> None:
    firsts = list(opened.links.values())
    for link in (*firsts[:4], *(rounds.later_link(opened, first) for first in firsts[4:])):
        person = respondent(opened.pool_id, link)
        assert person.cast(client, person.take_paper(client)).status_code == 204
    clock.advance(days=1)
    rounds.run_due_work(rounds.current_workplace())
    with identity.begin() as session:
        assert papers_with_share(session, opened.id) == 4
        assert session.get_one(Round, opened.id).k_reached is False
    rounds.close(opened)
    assert rounds.results(app, opened)["release"]["cells"]["program"] == {"withheld": True}
    with identity.begin() as session:
        assert session.get_one(Round, opened.id).state == "closed"
    assert papers() == []


def test_a_fifth_share_opens_all_ballots_with_and_without_one(
    app: Flask, opened: OpenRound, client: FlaskClient
) -> None:
    firsts = list(opened.links.values())
    for link in (*firsts[:5], *(rounds.later_link(opened, first) for first in firsts[5:])):
        person = respondent(opened.pool_id, link)
        assert person.cast(client, person.take_paper(client)).status_code == 204
    rounds.close(opened)
    assert "10-19" in str(rounds.results(app, opened))
