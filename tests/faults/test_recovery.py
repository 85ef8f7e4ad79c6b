"""Keys that are lost or stolen: docs/recovery.md, walked with its own commands."""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app import create_app
from app.clock import MovableClock
from app.demo.respondent import link_in
from app.extensions import ballots, identity, keys
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.key_provider import UnknownMasterKeyError
from app.mail.mailer import MemoryMailer
from app.mail.unsubscribe import unsubscribe_token
from app.models.ballots.base import Ballots
from app.models.ballots.comment import Comment
from app.models.identity.person import Person
from app.models.keys.base import Keys
from app.models.keys.data_key import DataKey
from app.people.personal import open_address, open_name
from app.vault import FORMER, KeyGoneError, current_vault
from app.wire import ClosedError
from config import Settings
from crypto import envelope
from crypto.encoding import encode_base64url
from crypto.errors import CryptoError
from tests import accounts, databases, rounds
from tests.faults.crowd import PEOPLE, answered_round
from tests.faults.processes import Installation
from tests.faults.storage import left_of, rounds_in_order, shown_comments
from tests.rounds import OpenRound

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]


@dataclass(frozen=True)
class Both:
    """A closed round and an open one, and what the closed one shows."""

    past: OpenRound
    opened: OpenRound
    comments: list[tuple[str, str, str]]
    results: dict[str, Any]


def test_a_renewal_that_is_killed_anywhere_is_taken_up_where_it_stood(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    tmp_path: Path,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path)
    rounds.close(opened)
    comments, people = shown_comments(opened.pool_id), set(_people())
    assert len(people) == PEOPLE
    before = current_vault().roster_key().id
    for statement in ("INSERT INTO data_key", "UPDATE person", "UPDATE account", "UPDATE comment"):
        installation.run_and_kill("statement", statement, "keys", "renew")
        assert shown_comments(opened.pool_id) == comments
        assert set(_people()) == people
    installation.run("keys", "renew")
    installation.run_and_kill("statement", "DELETE FROM data_key", "keys", "renew", "--finish")
    installation.run("keys", "renew", "--finish")
    assert current_vault().roster_key().id != before
    assert current_vault().pools_with(FORMER) == set()
    assert shown_comments(opened.pool_id) == comments
    assert set(_people()) == people


@pytest.fixture
def both(app: Flask, mailer: MemoryMailer, clock: MovableClock, tmp_path: Path) -> Both:
    """A closed round with comments, then a backup, then a round that some have answered."""
    past, _ = answered_round(app, mailer, tmp_path)
    rounds.close(past)
    clock.move_to(clock.now() + timedelta(days=14))
    rounds.run(app, "backup", str(tmp_path / "copy"))
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, sorted(opened.links)[:9])
    return Both(past, opened, shown_comments(past.pool_id), rounds.results(app, past))


@pytest.mark.parametrize("lost", ["keys", "ballots"])
def test_a_lost_database_comes_back_alone_and_open_rounds_begin_anew(
    app: Flask, mailer: MemoryMailer, both: Both, tmp_path: Path, lost: str
) -> None:
    _empty(lost)
    first = doctor(app)
    assert first["Open rounds"] == "bad"
    refused = app.test_cli_runner().invoke(args=["chorus", "admin", "add", "new@example.org"])
    if lost == "keys":
        assert first["Keys"] == "bad"
        assert refused.exit_code == 1 and "restore the keys first" in refused.output
        with pytest.raises(ClosedError):
            rounds.answer(both.opened, sorted(both.opened.links)[-1:])
        assert current_vault().wrappings() == []  # no new key, under which people would be lost
    said = rounds.run(app, "restore", str(tmp_path / "copy"), "--only", lost)
    assert "rounds replace --all" in said
    assert doctor(app)["Open rounds"] == "bad"
    sent = len(mailer.mails)
    assert "stopped; the worker replaces it" in rounds.run(app, "rounds", "replace", "--all")
    run_due_work(current_workplace())
    assert [one.state for one in rounds_in_order()] == ["closed", "aborted", "open"]
    assert len(mailer.mails) - sent == PEOPLE
    assert all(b"replaces" in mail.content for mail in mailer.mails[sent:])
    assert {doctor(app)[name] for name in ("Keys", "Open rounds")} == {"good"}
    assert shown_comments(both.past.pool_id) == both.comments
    assert rounds.results(app, both.past) == both.results
    assert left_of(both.opened.pool_id) == {}


def test_a_damaged_key_comes_back_from_a_copy_and_a_destroyed_one_does_not(
    app: Flask, both: Both, tmp_path: Path
) -> None:
    copy = str(tmp_path / "copy" / "keys")
    assert "No key is damaged" in rounds.run(app, "keys", "mend", copy)
    _damage("kept", both.past.pool_id)
    _damage("roster", b"")
    assert doctor(app)["Keys"] == "bad"
    said = rounds.run(app, "keys", "mend", copy)
    assert said.count("back: ") == 2
    assert doctor(app)["Keys"] == "good"
    assert shown_comments(both.past.pool_id) == both.comments
    assert len(_people()) == PEOPLE
    current_vault().destroy_kept(both.past.pool_id)
    rounds.run(app, "keys", "mend", copy)
    with pytest.raises(KeyGoneError):
        current_vault().kept_key(both.past.pool_id)
    _damage("sealed", both.opened.pool_id)
    refused = app.test_cli_runner().invoke(args=["chorus", "keys", "mend", copy])
    assert refused.exit_code == 1 and "lost: sealed" in refused.output
    rounds.run(app, "keys", "renew")  # a copy from before it would open nothing that is there
    _damage("roster", b"")
    refused = app.test_cli_runner().invoke(args=["chorus", "keys", "mend", copy])
    assert "lost: roster" in refused.output and "back: " not in refused.output


def test_without_its_master_key_an_installation_keeps_its_tables_and_no_name(
    app: Flask, both: Both, tmp_path: Path, settings: Settings, clock: MovableClock
) -> None:
    tables = (tmp_path / "copy" / "identity" / "release.jsonl").read_text()
    assert "pulse_energy" in tables and "example.org" not in tables
    signed_in = app.test_client()
    accounts.sign_in_admin(signed_in)
    cookie = signed_in.get_cookie("session")
    assert cookie is not None
    stranger = create_app(replace(settings, master_key=secrets.token_bytes(32)), clock=clock)
    with stranger.app_context():
        browser = stranger.test_client()
        browser.set_cookie("session", cookie.value)
        assert browser.get("/people").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert doctor(stranger)["Keys"] == "bad"
        assert rounds.results(stranger, both.past) == both.results
        refused = stranger.test_cli_runner().invoke(args=["chorus", "admin", "list"])
        assert refused.exit_code == 1 and "neither the configured one" in refused.output
        link = both.opened.links[sorted(both.opened.links)[-1]]
        path = f"/api/v1/pools/{encode_base64url(both.opened.pool_id)}/check"
        body = {"token": encode_base64url(link.token), "cell": link.cell}
        assert stranger.test_client().post(path, json=body).get_json()["state"] == "open"
        with pytest.raises(UnknownMasterKeyError):
            rounds.answer(both.opened, sorted(both.opened.links)[-1:])
        databases.dispose_engines()
    rounds.answer(both.opened, sorted(both.opened.links)[-1:])  # nothing was used up


def test_another_secret_key_ends_sessions_and_old_mails_opt_outs_and_nothing_else(
    app: Flask, mailer: MemoryMailer, both: Both, settings: Settings, clock: MovableClock
) -> None:
    with identity.read() as session:
        person = session.scalars(select(Person.id)).first()
    old = f"/unsubscribe/{unsubscribe_token(settings.secret_key, str(person))}"
    signed_in = app.test_client()
    assert signed_in.get(old).status_code == HTTPStatus.OK
    accounts.sign_in_admin(signed_in)
    assert signed_in.get("/programs").status_code == HTTPStatus.OK
    cookie = signed_in.get_cookie("session")
    assert cookie is not None
    other = create_app(replace(settings, secret_key=secrets.token_urlsafe(40)), clock=clock)
    with other.app_context():
        browser = other.test_client()
        browser.set_cookie("session", cookie.value)
        assert browser.get("/programs").status_code == HTTPStatus.FOUND
        assert browser.get(old).status_code == HTTPStatus.NOT_FOUND
        rounds.answer(both.opened, sorted(both.opened.links)[-1:])
        assert shown_comments(both.past.pool_id) == both.comments
        databases.dispose_engines()


def test_stolen_data_keys_open_nothing_that_stands_there_after_all_keys_are_new(
    app: Flask, mailer: MemoryMailer, both: Both
) -> None:
    with keys.read() as session:
        rows = session.scalars(select(DataKey)).all()
    vault = current_vault()
    stolen = [vault.open_wrapped(r.purpose, r.pool_id, r.key_id, r.wrapped) for r in rows]
    assert {"roster", "kept", "sealed"} <= {row.purpose for row in rows}
    assert _opened_with(stolen) > 0
    rounds.run(app, "keys", "renew")
    sent = len(mailer.mails)
    rounds.run(app, "rounds", "replace", "--all")
    run_due_work(current_workplace())
    mails = [(mail.recipient, *link_in(mail.content)) for mail in mailer.mails[sent:]]
    links = {address: link for address, _, link in mails}
    again = OpenRound(rounds_in_order()[-1].id, mails[0][1], links)
    commented = {**rounds.GOOD, "pulse_comment": "Written after the theft."}
    rounds.answer(again, again.links, commented)
    rounds.run(app, "keys", "renew", "--finish")
    rounds.close(again)
    assert shown_comments(again.pool_id)
    assert len(_people()) == PEOPLE
    assert _opened_with(stolen) == 0


def _opened_with(stolen: list[envelope.DataKey]) -> int:
    """Return how many names and comments that are there now some key opens."""
    with identity.read() as session, ballots.read() as other:
        tries: list[partial[object]] = [
            partial(open_name, key, one.id, one.name)
            for one in session.scalars(select(Person))
            for key in stolen
        ]
        for row in other.scalars(select(Comment)):
            place = {"table": "comment", "column": "text", "row": row.pool_id + row.id}
            tries += [partial(envelope.decrypt, key, row.text, **place) for key in stolen]
    opened = 0
    for one in tries:
        with suppress(CryptoError):
            one()
            opened += 1
    return opened


def _empty(database: str) -> None:
    """Leave a database as a new one is: its structure, and nothing in it."""
    tables = {"keys": Keys, "ballots": Ballots}[database].metadata.sorted_tables
    with {"keys": keys, "ballots": ballots}[database].begin() as session:
        for table in reversed(tables):
            session.execute(delete(table))


def _damage(purpose: str, pool_id: bytes) -> None:
    with keys.begin() as session:
        row = session.get_one(DataKey, (purpose, pool_id))
        row.wrapped = row.wrapped[:-1] + bytes([row.wrapped[-1] ^ 1])


def doctor(app: Flask) -> dict[str, str]:
    """Return what the doctor says of each thing, in a word."""
    result = app.test_cli_runner().invoke(args=["chorus", "doctor", "--offline", "--json"])
    return {one["name"]: one["verdict"] for one in json.loads(result.output)["checks"]}


def _people() -> list[tuple[str, str]]:
    """Return name and address of everybody on the roster."""
    key = current_vault().roster_key()
    with identity.read() as session:
        return [
            (open_name(key, one.id, one.name), open_address(key, one))
            for one in session.scalars(select(Person))
        ]
