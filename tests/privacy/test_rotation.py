"""Protocol 5: after a rotation the old master key opens nothing, and no data have moved."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from app import create_app
from app.extensions import identity, keys
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.vault import current_vault
from config import Settings, load_settings
from crypto import envelope
from crypto.errors import CryptoError
from tests import databases, rounds
from tests.applications import FixedClock
from tests.privacy.dumps import dump
from tests.privacy.stored import column_of, heap_of
from tests.rounds import OpenRound

ANSWERS = {**rounds.GOOD, "pulse_comment": "We have far too many meetings."}
WRAPPED_BYTES = 1 + 4 + 12 + 32 + 16


def wrappings(secret: bytes, heap: bytes) -> int:
    """Return how many wrapped data keys in the bytes of a file a master key opens."""
    master = envelope.DataKey.from_master(secret)
    with keys.engine.connect() as connection:
        rows = [
            (bytes(row.key_id), row.purpose.encode() + b"\0" + bytes(row.pool_id))
            for row in connection.exec_driver_sql("SELECT key_id, purpose, pool_id FROM data_key")
        ]
    found, at = 0, heap.find(envelope.VERSION + master.id)
    while at >= 0:
        blob = heap[at : at + WRAPPED_BYTES]
        found += any(_opens(master, blob, key_id, context) for key_id, context in rows)
        at = heap.find(envelope.VERSION + master.id, at + 1)
    return found


def _opens(master: envelope.DataKey, blob: bytes, key_id: bytes, context: bytes) -> bool:
    try:
        envelope.unwrap(master, blob, key_id=key_id, context=context)
    except CryptoError:
        return False
    return True


def content(*engines: Engine) -> list[tuple[str, str, object]]:
    """Return all that is stored apart from the wrappings and the audit log."""
    return sorted(
        (
            (value.table, value.column, repr(value.content))
            for engine in engines
            for value in dump(engine)
            if value.column != "wrapped" and value.table != "audit_entry"
        ),
    )


def test_after_a_rotation_the_old_master_key_opens_nothing(
    app: Flask,
    opened: OpenRound,
    settings: Settings,
    clock: FixedClock,
    mailer: MemoryMailer,
) -> None:
    half, rest = list(opened.links)[:5], list(opened.links)[5:]
    rounds.answer(opened, half, ANSWERS)
    before = content(identity.engine, keys.engine)
    heap = heap_of(keys.engine, settings, "keys", "data_key")
    assert wrappings(settings.master_key, heap) == 3  # the search finds what is there

    new = secrets.token_bytes(32)
    rotating = replace(settings, master_key=new, previous_master_key=settings.master_key)
    rotated = create_app(rotating, clock=clock, mailer=mailer)
    with rotated.app_context():
        rounds.answer(opened, rest[:1], ANSWERS)  # web and worker run with both meanwhile
        assert "3 keys are newly wrapped" in rounds.run(rotated, "keys", "rotate")
        assert "0 keys are newly wrapped" in rounds.run(rotated, "keys", "rotate")
        heap = heap_of(keys.engine, rotating, "keys", "data_key")
        assert wrappings(settings.master_key, heap) == 0
        assert wrappings(new, heap) == 3
        databases.dispose_engines()

    alone = create_app(replace(settings, master_key=new), clock=clock, mailer=mailer)
    with alone.app_context():
        unchanged = set(before) - set(content(identity.engine, keys.engine))
        assert {column for _, column, _ in unchanged} <= {"state", "blinded_hash"}  # one paper more
        rounds.answer(opened, rest[1:], ANSWERS)
        clock.move_to(rounds.closing_time(opened))
        run_due_work(current_workplace())
        shown = rounds.results(alone, opened)["release"]["cells"]["program"]
        assert shown["ballots"] == {"n": "10-19", "n_from": 10}
        databases.dispose_engines()


def test_a_key_under_a_third_master_key_stops_a_rotation_before_it_begins(
    app: Flask, settings: Settings, clock: FixedClock
) -> None:
    current_vault().roster_key()
    before = column_of(keys.engine, "SELECT wrapped FROM data_key")
    stranger = replace(settings, master_key=secrets.token_bytes(32))
    rotated = create_app(stranger, clock=clock)
    with rotated.app_context():
        result = rotated.test_cli_runner().invoke(args=["chorus", "keys", "rotate"])
        assert result.exit_code == 1
        assert "Nothing has been changed" in result.output
        assert column_of(keys.engine, "SELECT wrapped FROM data_key") == before
        databases.dispose_engines()


def test_a_list_of_keys_holds_no_secret(app: Flask, settings: Settings) -> None:
    key = current_vault().roster_key()
    listed = rounds.run(app, "keys", "list")
    assert f"roster  {key.id.hex()}" in listed
    assert "the current master key, wraps 1." in listed
    for secret in (key.secret, settings.master_key):
        assert secret.hex() not in listed


@pytest.mark.parametrize("provider", ["FILE", "COMMAND", ""])
def test_a_new_key_file_is_a_master_key_for_each_way_of_giving_it(
    app: Flask, tmp_path: Path, provider: str
) -> None:
    made = tmp_path / "new.key"
    rounds.run(app, "keys", "new", str(made))
    assert made.stat().st_mode & 0o777 == 0o400
    text = made.read_text()
    result = app.test_cli_runner().invoke(args=["chorus", "keys", "new", str(made)])
    assert result.exit_code == 1
    assert made.read_text() == text
    given: Mapping[str, str] = {
        "FILE": {"CHORUS_MASTER_KEY_FILE": str(made)},
        "COMMAND": {"CHORUS_MASTER_KEY_COMMAND": f"cat {made}"},
        "": {"CHORUS_MASTER_KEY": text},
    }[provider]
    previous = {name.replace("KEY", "KEY_PREVIOUS", 1): value for name, value in given.items()}
    settings = load_settings({"CHORUS_DATA": str(tmp_path), **given, **previous})
    assert len(settings.master_key) == 32
    assert settings.previous_master_key == settings.master_key


def test_a_new_key_file_takes_the_place_of_developments_own(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "development"
    before = load_settings({"CHORUS_DATA": str(folder)}).master_key
    rounds.run(app, "keys", "new", str(folder / "new.key"))
    (folder / "master.key").rename(folder / "old.key")
    (folder / "new.key").rename(folder / "master.key")
    previous = {"CHORUS_MASTER_KEY_PREVIOUS_FILE": str(folder / "old.key")}
    settings = load_settings({"CHORUS_DATA": str(folder), **previous})
    assert settings.previous_master_key == before != settings.master_key
