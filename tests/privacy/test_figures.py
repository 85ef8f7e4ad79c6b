"""Nothing that the operator's watch reads moves when somebody answers (PROTOCOL 4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import identity
from app.jobs.lost_mail import answer_lost_mails
from app.jobs.reminders import remind_open_rounds
from app.jobs.upkeep import look_at_thresholds, shuffle_storage
from app.jobs.workplace import current_workplace
from app.models.identity.notice import Notice
from tests import rounds
from tests.applications import FixedClock
from tests.privacy.wire import api
from tests.rounds import OpenRound

TOKEN = "a-token-of-the-operators-own"
NAMES = {
    "chorus_database_up",
    "chorus_database_current",
    "chorus_disk_short",
    "chorus_workers",
    "chorus_workers_on_watch",
    "chorus_work_overdue_seconds",
    "chorus_rounds",
    "chorus_notices_waiting",
    "chorus_people_unreached",
    "chorus_backup_age_seconds",
}


@pytest.fixture
def figures(app: Flask, client: FlaskClient) -> Callable[[], str]:
    """Gives what the watch reads."""
    app.config["CHORUS"] = replace(app.config["CHORUS"], metrics_token=TOKEN)

    def read() -> str:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return answer.text

    return read


def test_nothing_that_a_person_does_moves_a_figure(
    app: Flask,
    client: FlaskClient,
    opened: OpenRound,
    clock: FixedClock,
    figures: Callable[[], str],
) -> None:
    before = figures()
    assert 'chorus_rounds{state="open"} 1' in before
    *most, last = opened.links
    receipts = rounds.answer(opened, most)
    rounds.withdraw(client, opened, receipts[0])
    client.post(api(opened.pool_id, "check"), json={})
    client.post(api(opened.pool_id, "ballot"), json={"input_msg": "", "sig": "", "sealed": ""})
    client.get(f"/r/{last}")
    client.post("/lost", data={"address": last})
    assert figures() == before
    with identity.begin() as session:
        session.add(Notice(kind="lost", subject_id="somebody", recipient_id=""))
    assert figures() == before


def test_nothing_that_the_worker_does_for_a_person_moves_a_figure(
    app: Flask, opened: OpenRound, clock: FixedClock, figures: Callable[[], str]
) -> None:
    rounds.answer(opened, list(opened.links)[:7])
    clock.advance(days=2, hours=3)
    before = figures()
    for work in (look_at_thresholds, remind_open_rounds, answer_lost_mails, shuffle_storage):
        work(current_workplace())
    assert figures() == before


def test_only_figures_that_were_thought_about_are_told(figures: Callable[[], str]) -> None:
    told = {line.split()[2] for line in figures().splitlines() if line.startswith("# TYPE")}
    assert told <= NAMES and "chorus_rounds" in told
    assert "counter" not in figures()  # a state of this moment, never a sum over requests


def test_they_tell_what_an_operator_must_know(
    app: Flask, opened: OpenRound, clock: FixedClock, figures: Callable[[], str]
) -> None:
    assert "chorus_work_overdue_seconds 0\n" in figures()
    clock.move_to(rounds.closing_time(opened) + timedelta(hours=1))
    assert "chorus_work_overdue_seconds 4200\n" in figures()  # and ten minutes' grace
    assert 'chorus_database_up{database="ballots"} 1' in figures()
    with identity.begin() as session:
        session.add(Notice(kind="alert", subject_id="a", recipient_id="r"))
    assert "chorus_notices_waiting 1" in figures()


def test_without_the_token_there_is_nothing_to_read(app: Flask, client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404
    app.config["CHORUS"] = replace(app.config["CHORUS"], metrics_token=TOKEN)
    for given in ({}, {"Authorization": "Bearer another"}, {"Authorization": TOKEN}):
        answer = client.get("/metrics", headers=given)
        assert answer.status_code == 401 and "chorus_" not in answer.text
