"""On PostgreSQL each process has a role that can do its work and nothing else (decision 110)."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, select

from app import create_app
from app.demo.respondent import prepare_ballot
from app.extensions import identity
from app.forms.service import form_of_program
from app.jobs.retention import keep_no_longer
from app.jobs.upkeep import shuffle_storage
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.rounds.service import request_round
from app.storage.rights import CAST, WEB, WORKER
from config import Settings
from crypto import receipts
from crypto.encoding import encode_base64url
from tests import rounds
from tests.accounts import sign_in_admin
from tests.applications import A_MONDAY, FixedClock, application
from tests.authors import COMMENT, Author
from tests.database_roles import as_role, database_roles
from tests.databases import dispose_engines
from tests.http_respondent import ballot_body, paper_body
from tests.privacy.wire import api
from tests.rounds import OpenRound

pytestmark = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
MEMBERS = 9
EVERYWHERE = (
    "CREATE TABLE more (n int)",
    "ALTER TABLE {any} ADD COLUMN more int",
    "DROP TABLE {any}",
)
ANY_TABLE = {"identity": "invitation", "ballots": "ballot", "keys": "data_key"}

MAY_NOT: Mapping[tuple[str, str], tuple[str, ...]] = {
    (WEB, "identity"): (
        "SELECT share FROM share",
        "DELETE FROM share",
        "UPDATE release SET state = 'published'",
        "DELETE FROM release",
        "UPDATE audit_entry SET act = ''",
        "DELETE FROM audit_entry",
        "DO $$ BEGIN LOCK TABLE audit_entry IN EXCLUSIVE MODE; END $$",
        "TRUNCATE invitation",
        "DELETE FROM invitation",
        "CREATE TEMPORARY TABLE copied AS SELECT 1",
    ),
    (WEB, "ballots"): (
        "SELECT sealed FROM ballot",
        "SELECT count(*) FROM ballot",
        "INSERT INTO ballot VALUES ('', '', '')",
        "DELETE FROM ballot",
        "UPDATE pool_public SET state = 'open'",
        "DELETE FROM comment",
    ),
    (WEB, "keys"): (
        "INSERT INTO data_key VALUES ('kept', '', '', '')",
        "UPDATE data_key SET wrapped = ''",
        "DELETE FROM data_key",
        "DELETE FROM signing_key",
    ),
    (CAST, "ballots"): (
        "DELETE FROM ballot",
        "TRUNCATE ballot",
        "UPDATE ballot SET serial = ''",
        "UPDATE pool_public SET state = 'open'",
        "UPDATE pool_public SET manifest = ''",
        "INSERT INTO pool_public DEFAULT VALUES",
        "DELETE FROM pool_public",
        "SELECT text FROM comment",
        "UPDATE comment SET mailbox_auth = ''",
        "SELECT for_staff FROM mailbox_message",
        "SELECT private_key FROM reply_key",
        "CREATE TEMPORARY TABLE copied AS SELECT 1",
    ),
    (WORKER, "identity"): (
        "UPDATE audit_entry SET act = ''",
        "DELETE FROM audit_entry",
        "INSERT INTO account_session DEFAULT VALUES",
        "UPDATE second_factor SET secret = ''",
        "INSERT INTO passkey DEFAULT VALUES",
        "TRUNCATE person",
    ),
    (WORKER, "ballots"): (),
    (WORKER, "keys"): (),
}
MAY: Mapping[tuple[str, str], tuple[str, ...]] = {
    (WEB, "identity"): ("SELECT address FROM person", "SELECT tables FROM release"),
    (WEB, "ballots"): ("SELECT manifest FROM pool_public", "SELECT text FROM comment"),
    (WEB, "keys"): ("SELECT wrapped FROM data_key",),
    (CAST, "ballots"): ("SELECT sealed FROM ballot", "SELECT point FROM reply_key"),
    (WORKER, "identity"): ("SELECT share FROM share", "TRUNCATE share"),
    (WORKER, "ballots"): ("SELECT sealed FROM ballot", "TRUNCATE ballot"),
    (WORKER, "keys"): ("DELETE FROM signing_key",),
}


@pytest.fixture
def roles(settings: Settings, worker_id: str) -> Iterator[Mapping[str, str]]:
    """A role for each process, with its rights; the form without JavaScript is off."""
    with database_roles(replace(settings, plain_form=False), worker_id) as made:
        yield made


def connected(settings: Settings, role: str, base: str) -> psycopg.Connection:
    """Return a connection of a role to a database."""
    url = make_url(getattr(as_role(settings, role), f"{base}_url")).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


@pytest.mark.parametrize(("process", "base"), MAY_NOT)
def test_what_a_process_must_not_do_its_role_is_refused(
    settings: Settings, roles: Mapping[str, str], process: str, base: str
) -> None:
    with connected(settings, roles[process], base) as connection:
        for statement in (*MAY_NOT[process, base], *EVERYWHERE):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.format(any=ANY_TABLE[base]))
        for statement in MAY[process, base]:
            connection.execute(statement)


@pytest.mark.parametrize("base", ["identity", "keys"])
def test_the_casting_role_does_not_come_into_the_other_databases(
    settings: Settings, roles: Mapping[str, str], base: str
) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connected(settings, roles[CAST], base)


def test_no_role_of_a_process_owns_or_rules_anything(app: Flask, roles: Mapping[str, str]) -> None:
    with identity.engine.connect() as connection:
        for role in roles.values():
            query = (
                "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls "
                f"FROM pg_roles WHERE rolname = '{role}'"
            )
            assert connection.exec_driver_sql(query).scalar_one() is False


def test_databases_that_are_behind_are_left_to_their_owner(
    app: Flask, settings: Settings, roles: Mapping[str, str]
) -> None:
    with identity.engine.begin() as connection:
        newest = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    worker = create_app(as_role(settings, roles[WORKER]))
    try:
        with worker.app_context():
            said = worker.test_cli_runner().invoke(args=["chorus", "worker", "--once"])
        assert said.exit_code == 1 and "flask chorus databases upgrade" in said.output
        assert worker.test_client().get("/readyz").status_code == 503
    finally:
        with worker.app_context():
            dispose_engines()
        with identity.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{newest}'")
    ready = create_app(as_role(settings, roles[CAST], "cast"))
    assert ready.test_client().get("/readyz").status_code == 200
    with ready.app_context():
        dispose_engines()


def test_a_round_from_launch_to_reply_is_done_with_these_rights_alone(
    app: Flask,
    settings: Settings,
    roles: Mapping[str, str],
    clock: FixedClock,
    mailer: MemoryMailer,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": MEMBERS}))

    def process(name: str, *parts: str) -> AbstractContextManager[Flask]:
        return application(as_role(settings, roles[name], *parts), clock, mailer)

    with process(WORKER):
        with identity.begin() as session:
            program = session.scalars(select(Program)).one()
            request_round(session, program, form_of_program(session, program.id), A_MONDAY)
            session.add(weekly(program.id))
        run_due_work(current_workplace())
        opened = opened_round(mailer)
    with process(WEB, "admin", "invites") as web, process(CAST, "cast") as cast:
        receipt = answer_all(opened, web.test_client(), cast.test_client())
    with process(WORKER):
        assert shuffle_storage(current_workplace())
        clock.move_to(rounds.closing_time(opened))
        run_due_work(current_workplace())
    with process(WEB, "admin", "invites") as web:
        browser = web.test_client()
        sign_in_admin(browser)
        assert browser.get(f"/programs/{program.id}/results").status_code == 200
    author = Author(opened.pool_id, receipt)
    with process(CAST, "cast") as cast:
        said = author.write(cast.test_client(), "One more thing.", clock.now().date())
        assert said.status_code == 200
    with process(WORKER):
        run_due_work(current_workplace())
        keep_no_longer(current_workplace())
        assert shuffle_storage(current_workplace())
    assert "job failed" not in capfd.readouterr().err
    release = rounds.results(app, opened)["release"]
    assert release["cells"]["program"]["ballots"]["n"] == "5-9"


def weekly(program_id: str) -> Schedule:
    """Return a schedule that is not due."""
    return Schedule(
        program_id=program_id,
        every_weeks=4,
        weekday=0,
        local_time="09:00",
        next_at=A_MONDAY.replace(year=2030),
    )


def opened_round(mailer: MemoryMailer) -> OpenRound:
    """Return the round whose mails the worker sent."""
    with identity.read() as session:
        (launched,) = session.scalars(select(Round))
        assert launched.state == "open"
    links = {mail.recipient: rounds.link_in(mail.content) for mail in mailer.mails}
    (pool_id,) = {pool_id for pool_id, _ in links.values()}
    return OpenRound(launched.id, pool_id, {who: link for who, (_, link) in links.items()})


def answer_all(opened: OpenRound, web: FlaskClient, cast: FlaskClient) -> str:
    """Answer with every link, people's half to the pages; return the receipt of a member.

    The mentor's, which comes first by its address, is withdrawn.
    """
    manifest = cast.get(api(opened.pool_id, "manifest")).data
    assert cast.get(api(opened.pool_id, "form")).status_code == 200
    for number, (_, link) in enumerate(sorted(opened.links.items())):
        values = {**rounds.GOOD, COMMENT: f"Remark {number} about how we meet."}
        prepared = prepare_ballot(opened.pool_id, manifest, link.cell, values)
        body = paper_body(link, prepared.blinded)
        paper = web.post(api(opened.pool_id, "paper"), json=body)
        assert paper.status_code == 200, paper.text
        sealed = ballot_body(manifest, prepared, json.loads(paper.text)["blind_sig"])
        assert cast.post(api(opened.pool_id, "ballot"), json=sealed).status_code == 204
        assert cast.post(api(opened.pool_id, "ballot"), json=sealed).status_code == 200
        if number == 0:
            withdrawn = receipts.withdrawal_of(prepared.receipt, opened.pool_id)
            said = {"w": encode_base64url(withdrawn)}
            assert cast.post(api(opened.pool_id, "withdraw"), json=said).status_code == 204
    return prepared.receipt
