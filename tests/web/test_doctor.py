"""`flask chorus doctor` sees what is wrong, says what to do, and tells nobody's secret."""

import json
import os
import shutil
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import psycopg
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import make_url

from app.extensions import ballots, identity, keys
from app.jobs.bell import Bell
from app.jobs.turns import WATCH, Turn
from app.mail.mailer import MemoryMailer
from app.models.keys.data_key import DataKey
from app.operating.checks import Check
from app.operating.keys import check_keys
from app.operating.machine import check_disk, check_files, check_separate, fingerprint
from app.operating.postgresql import check_clock, check_server, check_workers
from app.operating.relay import check_relay
from app.vault import current_vault
from config import Settings
from tests import rounds
from tests.faults.post_office import PostOffice

ON_POSTGRESQL = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def doctor(app: Flask, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["chorus", "doctor", *options])


def found(app: Flask) -> dict[str, dict[str, str]]:
    """Return what the doctor found, by name."""
    return {check["name"]: check for check in json.loads(doctor(app, "--json").output)["checks"]}


def test_it_says_all_at_once_and_its_exit_code_says_the_worst(app: Flask) -> None:
    with patch("app.operating.doctor.examine") as examine:
        for verdict, code in (("good", 0), ("unknown", 0), ("look", 1), ("bad", 2)):
            said = Check("Disk", verdict, "As it is.", "Do something.")
            examine.return_value = [Check("Keys", "good", "All open.", "Nothing."), said]
            result = doctor(app)
            assert result.exit_code == code
            assert ("Do something." in result.output) is (verdict != "good")
            assert json.loads(doctor(app, "--json").output)["verdict"] == verdict


def test_it_tells_no_secret_and_nothing_of_who_has_answered(
    app: Flask, settings: Settings, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    opened = rounds.launch(app, mailer)
    with patch("shutil.disk_usage", return_value=SimpleNamespace(total=100, free=50)):
        before = doctor(app, "--json").output
        rounds.answer(opened, list(opened.links)[:6])
        assert doctor(app, "--json").output == before
    for secret in (settings.secret_key, settings.master_key.hex(), "north.1", "@127.0.0.1"):
        assert secret not in before
    assert "Traceback" not in before


def test_it_changes_nothing_where_the_databases_are_behind(app: Flask) -> None:
    with identity.connect() as connection:
        newest = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    try:
        check = found(app)["Database, identity"]
        assert check["verdict"] == "bad" and "flask chorus databases upgrade" in check["todo"]
    finally:
        with identity.connect() as connection:
            change = f"UPDATE alembic_version SET version_num = '{newest}'"
            connection.exec_driver_sql(change)


@ON_SQLITE
def test_a_database_that_is_gone_is_said_and_the_rest_is_looked_at(app: Flask) -> None:
    with patch("app.operating.doctor.answers", lambda engine: engine is not keys.engine):
        checks = found(app)
    assert checks["Database, keys"]["verdict"] == "bad"
    assert checks["Database, ballots"]["verdict"] == "good"
    assert "Disk" in checks and "Keys" not in checks


def test_keys_that_the_master_key_does_not_open_are_counted(app: Flask, settings: Settings) -> None:
    current_vault().roster_key()
    (good,) = check_keys(current_vault(), settings)
    assert (good.verdict, good.said) == ("good", "The master key opens every data key (1).")
    with keys.begin() as session:
        session.add(
            DataKey(purpose="kept", pool_id=b"p" * 16, key_id=b"kkkk", wrapped=b"\x01" * 60)
        )
    during = replace(settings, previous_master_key=bytes(range(32)))
    bad, rotation = check_keys(current_vault(), during)
    assert bad.verdict == "bad" and "1 data keys and not 1" in bad.said
    assert rotation.verdict == "look"


@ON_POSTGRESQL
def test_a_server_that_writes_down_too_much_or_keeps_copies_is_bad(
    app: Flask, settings: Settings
) -> None:
    checks = {one.name: one for one in check_server("ballots", ballots.engine, production=True)}
    assert checks["Role, ballots"].verdict == "bad"  # the tests' own user rules everything
    assert checks["Way to ballots"].verdict == "good"
    assert checks["Log of ballots"].verdict == "good"
    url = make_url(settings.ballots_url).set(drivername="postgresql")
    with psycopg.connect(str(url), autocommit=True) as server, ExitStack() as after:
        after.callback(lambda: server.execute(f'ALTER DATABASE "{url.database}" RESET ALL'))
        server.execute(f"ALTER DATABASE \"{url.database}\" SET log_statement = 'all'")
        slot = (f"chorus_test_{os.getpid()}",)
        after.callback(lambda: server.execute("SELECT pg_drop_replication_slot(%s)", slot))
        server.execute("SELECT pg_create_physical_replication_slot(%s)", slot)
        ballots.engine.dispose()
        checks = {one.name: one for one in check_server("ballots", ballots.engine, production=True)}
        ballots.engine.dispose()
        server.execute(f'ALTER DATABASE "{url.database}" SET synchronous_commit = off')
    assert checks["Log of ballots"].verdict == "bad"
    assert "log_statement = all" in checks["Log of ballots"].said
    assert checks["Copies of ballots"].verdict == "bad"


@ON_POSTGRESQL
def test_clock_and_workers_are_looked_at_on_the_server(app: Flask) -> None:
    now = datetime.now(UTC)
    assert check_clock(identity.engine, now).verdict == "good"
    assert check_clock(identity.engine, now - timedelta(minutes=2)).verdict == "bad"
    assert check_workers(identity.engine).verdict == "bad"
    bell, watch = Bell(identity.engine), Turn(identity.engine, WATCH)
    try:
        bell.listen()
        assert check_workers(identity.engine).verdict == "look"
        assert watch.is_mine()
        assert check_workers(identity.engine).said == "1 running, one of them on watch."
    finally:
        bell.close()
        watch.give_up()


def _raising(fault: Exception) -> Callable[..., bool]:
    def greet(*_: object) -> bool:
        raise fault

    return greet


@pytest.fixture
def relay(settings: Settings) -> Iterator[Settings]:
    """Settings with a relay that answers on this machine."""
    office = PostOffice()
    office.start()
    yield replace(settings, mailer="smtp", smtp_url=f"smtp://127.0.0.1:{office.port}")
    office.stop()
    assert office.mails == []


@ON_SQLITE
def test_the_way_to_the_relay_is_looked_at_and_nothing_is_sent(relay: Settings) -> None:
    assert check_relay(relay).verdict == "good"
    assert check_relay(replace(relay, smtp_url="smtp://127.0.0.1:1")).verdict == "bad"
    away = replace(relay, smtp_url="smtp://relay.example.org:25")
    for greeted, verdict in (
        (lambda *_: True, "good"),
        (lambda *_: False, "bad"),
        (_raising(ssl.SSLCertVerificationError()), "bad"),
        (_raising(smtplib.SMTPServerDisconnected()), "bad"),
    ):
        with patch("app.operating.relay._greet", greeted):
            assert check_relay(away).verdict == verdict


@ON_SQLITE
def test_a_test_mail_goes_where_it_is_asked_for_and_has_no_link(
    app: Flask, mailer: MemoryMailer
) -> None:
    said = doctor(app, "--mail", "operator@corp.example").output
    assert "The relay took it." in said
    (mail,) = mailer.mails
    assert mail.recipient == "operator@corp.example"
    assert b"/r/" not in mail.content and b"http" not in mail.content
    assert doctor(app, "--mail", "nowhere").exit_code == 2
    assert len(mailer.mails) == 1


@ON_SQLITE
def test_room_files_and_places_of_this_machine_are_looked_at(settings: Settings) -> None:
    for free, verdict in ((50, "good"), (10, "look"), (4, "bad")):
        with patch.object(shutil, "disk_usage", return_value=SimpleNamespace(total=100, free=free)):
            assert check_disk(settings.data).verdict == verdict
    production = replace(settings, environment="production")
    settings.data.chmod(0o755)
    assert check_files(production).verdict == "bad"
    assert check_files(settings).verdict == "look"
    settings.data.chmod(0o700)
    assert check_files(production).verdict == "good"
    assert check_separate(settings).verdict == "good"
    assert check_separate(replace(settings, keys_url=settings.ballots_url)).verdict == "bad"
    mixed = replace(settings, keys_url="postgresql+psycopg://keys@db/keys")
    assert check_separate(mixed).verdict == "look"


def test_machines_with_other_secrets_show_another_fingerprint(settings: Settings) -> None:
    same = replace(settings, port=9, data=Path("/elsewhere"))
    assert fingerprint(settings) == fingerprint(same)
    others = (
        replace(settings, secret_key="x" * 40),
        replace(settings, master_key=bytes(range(32))),
        replace(settings, base_url="https://other.example.org"),
    )
    assert len({fingerprint(one) for one in (settings, *others)}) == 4


@ON_SQLITE
def test_the_senders_domain_is_asked_about_in_production_unless_it_may_not_be(app: Flask) -> None:
    production = replace(app.config["CHORUS"], environment="production", support=(("Line", "1"),))
    with patch("app.operating.doctor.check_domain") as asked:
        asked.return_value = [Check("SPF", "bad", "None.", "Publish one.")]
        assert "SPF" not in found(app)
        app.config["CHORUS"] = production
        assert "SPF" in found(app)
        assert "SPF" not in doctor(app, "--offline", "--json").output
        assert asked.call_count == 1
        doctor(app, "--dkim", "s1")
        assert asked.call_args.args == (production, "s1")
