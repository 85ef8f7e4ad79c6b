"""On an empty machine, with a backup and its secrets alone, the promise holds (PROTOCOL 4)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.extensions import ballots, identity, keys
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.identity.account_session import AccountSession
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.share import Share
from app.people.forgetting import forget_person
from app.people.mail_wishes import mail_wish, pause_mails, stop_mails
from app.people.service import person_by_address
from app.vault import current_vault
from config import Settings
from crypto.encoding import encode_base64url
from tests import accounts, databases, rounds
from tests.applications import FixedClock
from tests.faults.storage import shown_comments
from tests.faults.traces import secrets_of, spellings
from tests.privacy.dumps import as_bytes, dump, files_below
from tests.rounds import COMMENTED, OpenRound

FORGOTTEN, STOPPED, PAUSED = (f"north.{number}@example.org" for number in (2, 3, 4))
STORES = (identity, ballots, keys)


@pytest.fixture
def both(past_and_open: tuple[OpenRound, OpenRound]) -> tuple[OpenRound, OpenRound]:
    """A round of the past, and the next one, which seven have answered."""
    _, opened = past_and_open
    rounds.answer(opened, sorted(opened.links)[:7], COMMENTED)
    return past_and_open


@contextmanager
def empty_machine(
    request: pytest.FixtureRequest, settings: Settings, clock: FixedClock, mailer: MemoryMailer
) -> Iterator[Flask]:
    """Another machine of the same kind: nothing on it but the program and the two secrets."""
    databases.dispose_engines()
    folder = settings.data.parent / "elsewhere"
    if settings.identity_url.startswith("sqlite"):
        fresh = databases.copied_sqlite(request.getfixturevalue("sqlite_template"), folder)
    else:
        folder.mkdir()
        fresh = databases.emptied_postgresql(request.getfixturevalue("postgresql_template"), folder)
    fresh = replace(fresh, master_key=settings.master_key, secret_key=settings.secret_key)
    made = create_app(fresh, clock=clock, mailer=mailer)
    with made.app_context():
        yield made
        databases.dispose_engines()


def wish(address: str, now: object) -> None:
    """Let one of the three have their wish."""
    with identity.begin() as session:
        person = person_by_address(session, current_vault().roster_key(), address)
        assert person is not None
        if address == FORGOTTEN:
            forget_person(session, person.id, now, "operator")  # type: ignore[arg-type]
        elif address == STOPPED:
            stop_mails(session, person.id)
        else:
            pause_mails(session, person.id, 3, now)  # type: ignore[arg-type]


def test_what_is_restored_holds_the_promise_and_what_people_asked_for_since(
    request: pytest.FixtureRequest,
    app: Flask,
    settings: Settings,
    both: tuple[OpenRound, OpenRound],
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    past, opened = both
    accounts.sign_in_admin(app.test_client())
    results, comments = rounds.results(app, past), shown_comments(past.pool_id)
    copy, list_ = tmp_path / "copy", tmp_path / "wishes"
    rounds.run(app, "backup", str(copy))
    for address in (FORGOTTEN, STOPPED, PAUSED):
        wish(address, clock.now())
    said = rounds.run(app, "people", "wishes", str(list_))
    assert "1 forgotten, 1 without mails, 1 with a pause" in said
    assert list_.stat().st_mode & 0o077 == 0
    secrets = secrets_of(list(opened.links.values()))

    mailer = MemoryMailer()
    with empty_machine(request, settings, clock, mailer) as restored:
        said = rounds.run(restored, "restore", str(copy), "--wishes", str(list_))
        assert "1 forgotten again" in said
        checks = doctor(restored)
        assert {checks[name] for name in ("Keys", "Open rounds")} == {"good"}
        run_due_work(current_workplace())

        assert rounds.results(restored, past) == results
        assert shown_comments(past.pool_id) == comments
        mailed = {mail.recipient for mail in mailer.mails}
        assert mailed == set(opened.links) - {FORGOTTEN, STOPPED, PAUSED}
        assert all(b"replaces" in mail.content for mail in mailer.mails)
        with identity.read() as session:
            assert session.scalar(select(AccountSession.id)) is None
            key = current_vault().roster_key()
            assert person_by_address(session, key, FORGOTTEN) is None
            paused = person_by_address(session, key, PAUSED)
            assert paused is not None
            assert mail_wish(session, paused.id, clock.now()).paused_until is not None
        again = rounds.import_people(restored, tmp_path, rounds.roster_csv({"North": 11}))
        assert "asked to be forgotten" in again
        assert_nobody_answered()
        for address, link in opened.links.items():
            assert state_of(restored, opened, link) == "closed", address
        assert traces_in_databases(secrets, settings_data(restored)) == []


def test_without_a_list_of_wishes_a_restore_says_that_it_knows_none(
    request: pytest.FixtureRequest,
    app: Flask,
    settings: Settings,
    both: tuple[OpenRound, OpenRound],
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    rounds.run(app, "backup", str(tmp_path / "copy"))
    (tmp_path / "other").write_bytes(b"{}")
    with empty_machine(request, settings, clock, MemoryMailer()) as restored:
        arguments = ["chorus", "restore", str(tmp_path / "copy")]
        refused = restored.test_cli_runner().invoke(
            args=[*arguments, "--wishes", str(tmp_path / "other")]
        )
        assert refused.exit_code == 1 and "no list of wishes" in refused.output
        said = " ".join(rounds.run(restored, *arguments[1:]).split())
        assert "asked since the backup to be forgotten" in said
        assert "Import the roster of today" in said


def test_a_list_of_wishes_names_nobody(
    app: Flask, both: tuple[OpenRound, OpenRound], clock: FixedClock, tmp_path: Path
) -> None:
    for address in (FORGOTTEN, STOPPED, PAUSED):
        wish(address, clock.now())
    rounds.run(app, "people", "wishes", str(tmp_path / "wishes"))
    content = (tmp_path / "wishes").read_bytes()
    with identity.read() as session:
        ids = session.scalars(select(Person.id)).all()
    for word in (b"example.org", b"north", b"Person", *(one.encode() for one in ids)):
        assert word not in content


def doctor(app: Flask) -> dict[str, str]:
    """Return what the doctor says of each thing, in a word."""
    result = app.test_cli_runner().invoke(args=["chorus", "doctor", "--offline", "--json"])
    return {one["name"]: one["verdict"] for one in json.loads(result.output)["checks"]}


def state_of(app: Flask, opened: OpenRound, link: object) -> str:
    """Return what a link of the first mail says of its round."""
    pool = encode_base64url(opened.pool_id)
    body = {"token": encode_base64url(link.token), "cell": link.cell}  # type: ignore[attr-defined]
    answer = app.test_client().post(f"/api/v1/pools/{pool}/check", json=body)
    state: str = answer.get_json()["state"]
    return state


def settings_data(app: Flask) -> Path:
    """Return where an application's files lie."""
    data: Path = app.config["CHORUS"].data
    return data


def assert_nobody_answered() -> None:
    """Look for anything that tells who has answered, or what."""
    with ballots.read() as session:
        assert session.scalar(select(func.count()).select_from(Ballot)) == 0
    with identity.read() as session:
        assert session.scalar(select(func.count()).select_from(Share)) == 0
        told = select(Invitation.token_hash).where(
            (Invitation.state == "taken")
            | (Invitation.state == "revoked")
            | Invitation.blinded_hash.is_not(None)
            | (Invitation.reminders > 0)
        )
        assert session.scalars(told).all() == []


def traces_in_databases(secrets: dict[str, bytes], data: Path) -> list[str]:
    """Return which secret stands where, in any file of the data folder and any row."""
    heaps = files_below(data)
    for store in STORES:
        values = (as_bytes(value.content) for value in dump(store.engine))
        heaps[f"rows of {store.bind}"] = b"\n".join(values)
    return [
        f"{name} as {how} in {place}"
        for name, secret in secrets.items()
        for how, needle in spellings(secret).items()
        for place, heap in heaps.items()
        if needle in heap
    ]
