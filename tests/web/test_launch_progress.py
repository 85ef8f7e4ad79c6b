"""While a round is being sent, its admin sees how far that is, and nothing of who has answered."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.extensions import identity
from app.jobs import round_commands
from app.mail.mailer import MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.round import Round
from tests import rounds
from tests.accounts import sign_in_admin

ADMIN = "admin@example.org"
MEMBERS = 39


@pytest.fixture
def sending(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> rounds.OpenRound:
    """A round of forty whose launch is as if it had noted 37 mails."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": MEMBERS}))
    opened = rounds.launch(app, mailer)
    _set_mailed(37)
    with identity.begin() as session:
        session.execute(update(Round).values(state="launching"))
    return opened


def test_an_admin_sees_how_many_mails_the_relay_has(
    client: FlaskClient, sending: rounds.OpenRound
) -> None:
    sign_in_admin(client, ADMIN)
    page = client.get(_program(sending)).text
    assert "Mails: 30 of 40 handed to the relay." in page  # rounded down
    assert f'href="{_program(sending)}">See how far it is now' in page


def test_it_speaks_german(client: FlaskClient, sending: rounds.OpenRound) -> None:
    sign_in_admin(client, ADMIN)
    page = client.get(_program(sending), headers={"Accept-Language": "de"}).text
    assert "30 von 40 Mails" in page


def test_the_first_mails_are_not_counted(client: FlaskClient, sending: rounds.OpenRound) -> None:
    _set_mailed(9)
    sign_in_admin(client, ADMIN)
    assert "The first of 40 mails are being handed" in client.get(_program(sending)).text


def test_answers_change_nothing_of_it(client: FlaskClient, sending: rounds.OpenRound) -> None:
    sign_in_admin(client, ADMIN)
    before = _page(client, sending)
    rounds.answer(sending, list(sending.links)[:6])
    assert _page(client, sending) == before


def test_of_fewer_than_twenty_no_number_is_told(
    client: FlaskClient, sending: rounds.OpenRound
) -> None:
    with identity.begin() as session:
        session.execute(update(Round).values(invited=19))
    sign_in_admin(client, ADMIN)
    page = client.get(_program(sending)).text
    assert "handed to the relay" not in page
    assert "This takes a minute or two." in page


def test_the_list_of_rounds_tells_it(app: Flask, sending: rounds.OpenRound) -> None:
    assert ", 30 of 40 mails sent" in rounds.run(app, "rounds", "list")
    assert '"mails_sent": 30' in rounds.run(app, "rounds", "list", "--json")


def test_a_command_whose_round_the_worker_sends_for_long_says_so(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": MEMBERS}))
    monkeypatch.setattr(round_commands, "launch_round", lambda room, round_id: None)
    monkeypatch.setattr(round_commands, "_PATIENCE_SECONDS", 0)
    printed = rounds.run(app, "rounds", "launch", rounds.PROGRAM)
    assert "is being sent by the worker" in printed


def test_an_open_round_tells_it_no_more(
    app: Flask, client: FlaskClient, sending: rounds.OpenRound
) -> None:
    with identity.begin() as session:
        session.execute(update(Round).values(state="open"))
    sign_in_admin(client, ADMIN)
    assert "to the relay" not in client.get(_program(sending)).text
    assert "mails sent" not in rounds.run(app, "rounds", "list")


def _set_mailed(count: int) -> None:
    with identity.begin() as session:
        hashes = session.scalars(select(Invitation.token_hash).limit(count)).all()
        session.execute(update(Invitation).values(mailed=False))
        session.execute(
            update(Invitation).where(Invitation.token_hash.in_(hashes)).values(mailed=True)
        )


def _page(client: FlaskClient, opened: rounds.OpenRound) -> str:
    """Return the program's page, but for the words that protect its forms."""
    return re.sub('name="csrf_token" value="[^"]*"', "", client.get(_program(opened)).text)


def _program(opened: rounds.OpenRound) -> str:
    with identity.read() as session:
        return f"/programs/{session.get_one(Round, opened.id).program_id}"
