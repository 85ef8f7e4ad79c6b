"""A pool is opened once, at its time, with k shares; before, after and below that nothing is."""

import base64
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app import create_app
from app.clock import MovableClock, current_clock
from app.extensions import ballots, identity
from app.jobs.closes import close_due_rounds, close_round
from app.jobs.workplace import Workplace, current_workplace
from app.models.ballots.ballot import Ballot
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.round import Round
from app.models.identity.share import Share as ShareRow
from app.opening.unsealing import read_pool, rebuild_key
from config import load_settings
from crypto.sharing import Share
from tests import rounds
from tests.applications import FixedClock
from tests.privacy.dumps import snapshot
from tests.privacy.wire import engines
from tests.rounds import COMMENTED, OpenRound

K = 5


def shares_of(opened: OpenRound) -> list[Share]:
    """Return all shares that the links carry."""
    return [link.share for link in opened.links.values() if link.share is not None]


def close_now(opened: OpenRound) -> None:
    """Run the worker's close, whatever the time is, and finish what a finished round needs."""
    close_due_rounds(current_workplace())
    workplace: Workplace = current_workplace()
    with identity.begin() as session:
        room = workplace.opening_room(session)
    close_round(workplace, opened.id, room)


def cells(app: Flask, opened: OpenRound) -> dict[str, Any]:
    """Return the released cells."""
    found: dict[str, Any] = rounds.results(app, opened)["release"]["cells"]
    return found


def test_before_its_time_the_worker_closes_nothing(
    app: Flask, opened: OpenRound, clock: FixedClock
) -> None:
    rounds.answer(opened, opened.links)
    clock.move_to(rounds.closing_time(opened) - timedelta(seconds=1))
    before = snapshot(engines())
    close_due_rounds(current_workplace())
    assert snapshot(engines()) == before
    clock.move_to(rounds.closing_time(opened))
    close_due_rounds(current_workplace())
    assert "score" in cells(app, opened)["program"]


def test_outside_development_no_command_closes_early(
    app: Flask, opened: OpenRound, clock: FixedClock
) -> None:
    rounds.answer(opened, opened.links)
    assert not isinstance(current_clock(), MovableClock)
    clock.move_to(rounds.closing_time(opened) - timedelta(seconds=1))
    before = snapshot(engines())
    result = app.test_cli_runner().invoke(args=["chorus", "rounds", "close", opened.id])
    assert result.exit_code != 0
    assert "Nothing can close it earlier" in result.output
    assert snapshot(engines()) == before


def test_production_has_no_clock_that_can_be_moved(tmp_path: Path) -> None:
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    settings = load_settings(
        {
            "CHORUS_ENV": "production",
            "CHORUS_DATA": str(tmp_path),
            "CHORUS_BASE_URL": "https://chorus.example.org",
            "CHORUS_MAIL_DOMAINS": "example.org",
            "CHORUS_SMTP_URL": "smtp://relay.example.org:25",
            "CHORUS_MAIL_FROM": "chorus@example.org",
            "CHORUS_SUPPORT": "Helpline=+00",
            "CHORUS_SECRET_KEY": secrets.token_urlsafe(40),
            "CHORUS_MASTER_KEY": key,
        }
    )
    (tmp_path / "clock").write_text("864000", encoding="ascii")
    with create_app(settings).app_context():
        assert not hasattr(current_clock(), "move_to")
        drift = current_clock().now() - MovableClock(tmp_path / "none").now()
        assert abs(drift) < timedelta(minutes=1)


def test_closing_a_second_time_changes_nothing(app: Flask, opened: OpenRound) -> None:
    rounds.answer(opened, opened.links, COMMENTED)
    rounds.close(opened)
    before = snapshot(engines())
    close_now(opened)
    assert snapshot(engines()) == before


def test_a_pool_that_has_a_release_is_never_opened_again(app: Flask, opened: OpenRound) -> None:
    rounds.answer(opened, opened.links, COMMENTED)
    with ballots.begin() as session:
        kept = session.scalars(select(Ballot)).all()
    rounds.close(opened)
    before = cells(app, opened)
    with ballots.begin() as session:  # ballots that came back, as from a copy
        session.add_all(
            Ballot(pool_id=row.pool_id, serial=row.serial, sealed=row.sealed) for row in kept
        )
        session.get_one(PoolPublic, opened.pool_id).state = "open"
    with identity.begin() as session:
        session.get_one(Round, opened.id).state = "open"
    close_now(opened)
    assert cells(app, opened) == before


def test_with_a_share_fewer_than_k_nothing_is_opened(app: Flask, opened: OpenRound) -> None:
    rounds.answer(opened, list(opened.links)[:K])
    with identity.begin() as session:
        one = session.scalars(select(ShareRow.id)).first()
        session.execute(delete(ShareRow).where(ShareRow.id == one))
    rounds.close(opened)
    assert all(cell == {"withheld": True} for cell in cells(app, opened).values())


def test_with_a_ballot_fewer_than_k_nothing_is_opened(app: Flask, opened: OpenRound) -> None:
    rounds.answer(opened, list(opened.links)[:K])
    with ballots.begin() as session:
        one = session.scalars(select(Ballot.serial)).first()
        session.execute(delete(Ballot).where(Ballot.serial == one))
    rounds.close(opened)
    assert all(cell == {"withheld": True} for cell in cells(app, opened).values())


@pytest.mark.parametrize(("count", "opens"), [(K - 1, False), (K, True), (K + 2, True)])
def test_k_shares_rebuild_the_key_and_fewer_do_not(
    opened: OpenRound, count: int, opens: bool
) -> None:
    with ballots.begin() as session:
        public = session.get_one(PoolPublic, opened.pool_id)
        pool = read_pool(opened.pool_id, public.manifest, public.form)
    assert pool.k == K
    shares = shares_of(opened)[:count]
    assert (rebuild_key(pool, shares) is not None) is opens
    if not opens:  # even where the count is not looked at, the polynomial doesn't give the key
        assert rebuild_key(replace(pool, k=count), shares) is None


def test_a_share_twice_counts_once(opened: OpenRound) -> None:
    with ballots.begin() as session:
        public = session.get_one(PoolPublic, opened.pool_id)
        pool = read_pool(opened.pool_id, public.manifest, public.form)
    four = shares_of(opened)[: K - 1]
    assert rebuild_key(pool, [*four, four[0]]) is None


def test_nothing_is_shown_before_the_last_step_of_a_close(app: Flask, opened: OpenRound) -> None:
    rounds.answer(opened, opened.links, COMMENTED)
    current_clock().move_to(rounds.closing_time(opened))  # type: ignore[attr-defined]
    workplace = current_workplace()
    shown_at = []

    def look(step: str) -> None:
        result = app.test_cli_runner().invoke(args=["chorus", "results", opened.id, "--json"])
        if result.exit_code == 0:
            shown_at.append(step)

    with identity.begin() as session:
        room = replace(workplace.opening_room(session), reached=look)
    close_round(workplace, opened.id, room)
    assert shown_at == ["published"]
