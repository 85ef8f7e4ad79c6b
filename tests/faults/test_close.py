"""A close killed after any step ends as an unkilled one, shows nothing before (Close, D9)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.clock import MovableClock
from app.jobs.leases import LEASE
from app.mail.mailer import MemoryMailer
from config import Settings
from tests import databases, rounds
from tests.faults.crowd import PEOPLE, answered_round
from tests.faults.processes import Installation
from tests.faults.storage import left_of, rounds_in_order, shown_comments, stored_release
from tests.rounds import OpenRound

pytestmark = pytest.mark.slow
OPENING_A_BALLOT = "SELECT ballot.serial, ballot.sealed"
# What is left after each step. Protocol: Close, (1) to (5).
ALL = {"ballots": PEOPLE, "shares": PEOPLE, "data keys": 2, "signing keys": 1}
NO_BALLOTS = {**ALL, "ballots": 0}
STEPS: dict[str, tuple[str | None, dict[str, int]]] = {
    "closing": (None, ALL),
    "opened": (None, ALL),
    "sealed off": ("sealed off", ALL),
    "ballots deleted": ("sealed off", NO_BALLOTS),
    "shares deleted": ("sealed off", {**NO_BALLOTS, "shares": 0}),
    "keys deleted": ("sealed off", {"data keys": 1}),
    "published": ("published", {"data keys": 1}),
}
Released = tuple[dict[str, Any], list[tuple[str, str, str]]]


@pytest.fixture(scope="module")
def control(sqlite_template: Settings, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """What the same answers become when nothing is killed: tables and shown comments."""
    folder = tmp_path_factory.mktemp("control")
    settings = databases.copied_sqlite(sqlite_template, folder / "data")
    mailer = MemoryMailer()
    app = create_app(settings, clock=MovableClock(settings.data / "clock"), mailer=mailer)
    with app.app_context():
        opened, _ = answered_round(app, mailer, folder)
        rounds.close(opened)
        released = rounds.results(app, opened)["release"], shown_comments(opened.pool_id)
        databases.dispose_engines()
    assert released[1]  # a step with comments to move is what must be killed
    return released


@pytest.mark.parametrize("step", STEPS)
def test_a_close_killed_after_a_step(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    control: Released,
    tmp_path: Path,
    step: str,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path)
    clock.move_to(rounds.closing_time(opened))
    installation.run_and_kill("step", step, "worker", "--once")
    state, left = STEPS[step]
    before = stored_release(opened.pool_id)
    assert (before[0] if before else None) == state
    found = left_of(opened.pool_id)
    comments = found.pop("comments", 0)
    assert found == {name: count for name, count in left.items() if count}
    assert bool(comments) == (not left.get("ballots"))
    assert _is_shown(app, opened) == (step == "published")

    clock.move_to(clock.now() + LEASE + timedelta(minutes=1))
    if state is None:
        installation.run("worker", "--once")
    else:
        # D9: where a release exists, a worker that would read a ballot again dies of it.
        installation.run_unless("statement", OPENING_A_BALLOT, "worker", "--once")
        assert before is not None
        assert stored_release(opened.pool_id) == ("published", before[1])
    assert [entry.state for entry in rounds_in_order()] == ["closed"]
    released = rounds.results(app, opened)["release"]
    assert released["cells"]["program"]["ballots"] == {"n": str(PEOPLE), "n_from": PEOPLE}
    tables, texts = control
    assert _without_chance(released) == _without_chance(tables)
    assert shown_comments(opened.pool_id) == texts
    assert left_of(opened.pool_id) == {"comments": len(texts), "data keys": 1}


def test_opening_a_ballot_is_noticed(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    tmp_path: Path,
) -> None:
    opened, _ = answered_round(app, mailer, tmp_path)
    clock.move_to(rounds.closing_time(opened))
    installation.run_and_kill("statement", OPENING_A_BALLOT, "worker", "--once")
    assert stored_release(opened.pool_id) is None


def _without_chance(tables: dict[str, Any]) -> dict[str, Any]:
    """Return the tables but for what is rounded at random: how questions move together."""
    cells = {name: dict(cell) for name, cell in tables["cells"].items()}
    assert len(cells["program"].pop("together")) == len(rounds.GOOD)
    return {**tables, "cells": cells}


def _is_shown(app: Flask, opened: OpenRound) -> bool:
    result = app.test_cli_runner().invoke(args=["chorus", "results", opened.id, "--json"])
    return result.exit_code == 0
