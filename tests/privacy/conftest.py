"""A round under way, for tests of the promise."""

from pathlib import Path

import pytest
from flask import Flask

from app.mail.mailer import MemoryMailer
from tests import rounds
from tests.applications import FixedClock
from tests.rounds import COMMENTED, OpenRound


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A launched round with one group of nine and its mentor; k is 5."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    return rounds.launch(app, mailer)


@pytest.fixture
def two_rounds(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> tuple[OpenRound, OpenRound]:
    """Two launched rounds of two programs, whose words have one length."""
    alpha = rounds.roster_csv({"North": 6}, "Alpha")
    _, _, omega = rounds.roster_csv({"South": 6}, "Omega").partition("\n")
    rounds.import_people(app, tmp_path, alpha + omega)
    return rounds.launch(app, mailer, "Alpha"), rounds.launch(app, mailer, "Omega")


@pytest.fixture
def past_and_open(
    app: Flask, clock: FixedClock, mailer: MemoryMailer, tmp_path: Path
) -> tuple[OpenRound, OpenRound]:
    """A round of the past that all twelve commented on, and the next one, not answered yet."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 11}))
    past = rounds.launch(app, mailer)
    rounds.answer(past, past.links, COMMENTED)
    rounds.close(past)
    clock.advance(days=14)
    return past, rounds.launch(app, mailer)
