"""What an admin reads before a round is sent is what then happens."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import identity
from app.mail.mailer import MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.program import Program
from app.models.identity.round import Round
from tests import rounds
from tests.accounts import post, sign_in_admin
from tests.groups import group_named


@pytest.fixture
def home(app: Flask, client: FlaskClient, tmp_path: Path) -> str:
    """The page of a program of two circles, of six and of four; an admin is signed in."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6, "West": 4}))
    sign_in_admin(client)
    with identity.begin() as session:
        return f"/programs/{session.scalars(select(Program.id)).one()}"


def words_of(client: FlaskClient, path: str, status: int = 200) -> str:
    """Return the words of a page."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(answer.text.split())


def asked() -> Round:
    """Return the one round that was asked for."""
    with identity.begin() as session:
        return session.scalars(select(Round)).one()


def test_without_a_word_more_the_whole_program_is_asked_once(
    app: Flask, client: FlaskClient, home: str
) -> None:
    page = words_of(client, f"{home}/rounds/new")
    assert "everyone in Onboarding whom mail may reach: 12 people" in page
    assert "With fewer, they are destroyed unread" in page
    assert "it goes on, sealed" not in page
    assert post(app, client, f"{home}/rounds").status_code == 302
    assert (asked().group_id, asked().later_closes) == (None, [])


def test_a_group_with_three_closing_times_is_told_and_asked_for(
    app: Flask, client: FlaskClient, home: str
) -> None:
    north = group_named("North")
    page = words_of(client, f"{home}/rounds/new?group={north}&closes=3&again=14")
    for sentence in (
        "the 6 members of North. Its mentors and the program team see the result, so they are not",
        "No other mentor does, and it is no part of the program's trend, standing or alerts.",
        "Friday 8 May 2026, 11:00 (Europe/Berlin).",
        "Friday 22 May 2026, 11:00 (Europe/Berlin).",
        "Friday 5 June 2026, 11:00 (Europe/Berlin).",
        "at the latest on Friday 5 June 2026, 11:00 (Europe/Berlin), Onboarding sends no other",
    ):
        assert sentence in page, sentence
    assert page.count("it goes on, sealed") == 2
    with identity.begin() as session:
        assert session.scalars(select(Round)).all() == []  # reading it does nothing
    form = {"group": north, "closes": "3", "again": "14"}
    assert post(app, client, f"{home}/rounds", form).status_code == 302
    assert asked().group_id == north
    assert [moment[:10] for moment in asked().later_closes] == ["2026-05-22", "2026-06-05"]
    with identity.begin() as session:
        acts = session.scalars(select(AuditEntry.act)).all()
    assert "asked for a round of a single group" in acts


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"group": "West"}, "at least 5 are needed. Ask the whole program instead"),
        ({"group": "nosuchgroup"}, "This program has no group with this name."),
        ({"closes": "4"}, "Choose one, two or three closing times."),
        ({"closes": "none"}, "Write a whole number here."),
        ({"closes": "2", "again": "1"}, "Choose one of these."),
    ],
)
def test_what_can_t_be_is_said_before_and_at_sending(
    app: Flask, client: FlaskClient, home: str, form: dict[str, str], sentence: str
) -> None:
    if form.get("group") == "West":
        form = {"group": group_named("West")}
    query = "&".join(f"{name}={value}" for name, value in form.items())
    assert sentence in words_of(client, f"{home}/rounds/new?{query}", 422)
    refused = post(app, client, f"{home}/rounds", form)
    assert refused.status_code == 422
    assert sentence in " ".join(refused.text.split())
    with identity.begin() as session:
        assert session.scalars(select(Round)).all() == []


def test_a_schedule_that_would_be_held_up_is_named(
    app: Flask, client: FlaskClient, home: str
) -> None:
    schedule = {"every_weeks": "2", "weekday": "0", "local_time": "10:30"}
    assert post(app, client, f"{home}/schedule", schedule).status_code == 302
    held_up = "is left out if this one is still open"
    assert held_up not in words_of(client, f"{home}/rounds/new")
    assert held_up in words_of(client, f"{home}/rounds/new?closes=2")


def test_the_program_says_which_group_is_asked_and_until_when(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, home: str
) -> None:
    rounds.launch(app, mailer, rounds.PROGRAM, "--group", "North", "--closes", "2")
    page = words_of(client, home)
    assert "Round 1, North alone is open" in page
    assert "if too few have answered by then, Friday 15 May 2026, 11:00" in page
    assert "Look it over" not in page
