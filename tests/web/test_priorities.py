"""The priority chart of a program: drawn from stored releases, and silent alike for every cause."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.pool import Pool
from app.models.identity.release import Release
from app.models.identity.round import Round
from tests import rounds
from tests.accounts import add_mentor, sign_in_admin, sign_in_mentor
from tests.releases import EVERYBODY_ELSE, Answered, add_released_round, program_of

FELL = {"pulse_workload": 2}


def section(client: FlaskClient, path: str) -> str:
    """Return the chart's part of a page, on one line."""
    page = client.get(path).text
    found = re.search(r'<section class="card" aria-labelledby="drives">.*?</section>', page, re.S)
    return " ".join(found[0].split()) if found else ""


def test_the_chart_the_table_and_the_sentence_about_cause_stand_on_the_programs_page(
    app: Flask, client: FlaskClient
) -> None:
    group = add_mentor("mentor@corp.example")
    program = program_of(group)
    # Workload falls with the whole: those in the group answer everything lower.
    answered = {
        EVERYBODY_ELSE: Answered(24, 4, FELL),
        group: Answered(16, 2, {"pulse_workload": 1}),
    }
    add_released_round(program, answered)
    sign_in_admin(client)
    shown = section(client, f"/programs/{program}/results")
    assert "This is no proof of cause." in shown and "<svg" in shown
    assert re.search(r"1\. My workload was manageable\..*?look here first", shown)
    assert section(client, f"/programs/{program}/results?group={group}") == ""
    mentor = app.test_client()
    sign_in_mentor(mentor)
    assert section(mentor, f"/circles/{group}") == ""


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_old_release_a_small_round_and_a_withheld_one_are_silent_alike(
    app: Flask, client: FlaskClient
) -> None:
    sign_in_admin(client)
    said = set()
    for name, number in (("Small", 19), ("Withheld", 4), ("Old", 30)):
        program = program_of(add_mentor(f"{name.lower()}@corp.example", name, name))
        add_released_round(program, {EVERYBODY_ELSE: Answered(number, 4, FELL)})
        if name == "Old":
            with identity.begin() as session:
                pool = select(Pool.pool_id).join(Round).where(Round.program_id == program)
                row = session.scalars(select(Release).where(Release.pool_id.in_(pool))).one()
                tables = json.loads(json.dumps(row.tables))
                del tables["cells"]["program"]["together"]
                row.tables = tables
        said.add(section(client, f"/programs/{program}/results"))
    assert len(said) == 1
    assert "Withheld this time" in said.pop()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_close_knows_a_programs_pool_from_a_groups(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    roster = rounds.roster_csv({"North": 6}) + rounds.roster_csv({"South": 6}, "Other")
    rounds.import_people(
        app, tmp_path, roster.replace("\nEmail,Name,Program,Group,Role,Time zone", "")
    )
    whole = rounds.launch(app, mailer)
    alone = rounds.launch(app, mailer, "Other", "--group", "South")
    workplace = current_workplace()
    with identity.begin() as session:
        knows = workplace.opening_room(session).of_program
    assert knows(whole.pool_id) and not knows(alone.pool_id)
