"""What stands before a disk is filled, and what is told while it is full."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.clock import MovableClock
from app.extensions import identity
from app.forms.service import form_of_program
from app.mail.mailer import MemoryMailer
from app.models.identity.account_session import AccountSession
from app.programs.service import find_program
from app.rounds.service import request_round
from tests import rounds
from tests.accounts import sign_in_admin
from tests.faults.crowd import GROUPS
from tests.faults.processes import Installation
from tests.http_respondent import status_of
from tests.rounds import OpenRound

TWO_PROGRAMS = rounds.roster_csv(GROUPS) + "\n".join(
    rounds.roster_csv({"East": 6}, "Later").splitlines()[1:]
)


def before_a_full_disk(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, clock: MovableClock, folder: Path
) -> OpenRound:
    """Return an open round, while another is due in an hour and an admin has just been seen."""
    rounds.import_people(app, folder, TWO_PROGRAMS)
    opened = rounds.launch(app, mailer)
    with identity.begin() as session:
        later = find_program(session, "Later")
        form = form_of_program(session, later.id)
        request_round(session, later, form, clock.now() + timedelta(hours=1))
    sign_in_admin(client)
    with identity.begin() as session:
        session.execute(update(AccountSession).values(seen_at=clock.now()))
    return opened


def readiness(installation: Installation) -> int:
    """Return the status of /readyz."""
    return status_of(f"{installation.url}/readyz")


def assert_operator_reads_it(app: Flask) -> None:
    """See that the doctor says of each database that its disk is full."""
    seen = app.test_cli_runner().invoke(args=["chorus", "doctor", "--offline"])
    assert seen.exit_code == 2
    assert seen.output.count("There is no room left on its disk.") == 3
