"""Rounds in quick succession, so that single changes show: by an admin who tries all day. D9."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from unittest.mock import patch

from flask.testing import FlaskClient
from sqlalchemy import select

from app.demo.respondent import link_in
from app.extensions import identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.release import Release
from app.models.identity.round import Round
from tests import rounds
from tests.accounts import post, sign_in_admin
from tests.attacks.frame import Attack
from tests.attacks.service.stage import Stage, stage
from tests.rounds import OpenRound

TRIES, EVERY = 18, timedelta(hours=12)
APART = timedelta(days=6)  # Protocol: Close
PEOPLE = 6


@dataclass(frozen=True)
class Patience:
    """At which tries the admin cancels the open round, to ask for the next one at once."""

    cancels: tuple[bool, ...]


@dataclass(frozen=True)
class Shown:
    """When each round closed of which something is shown."""

    closes: tuple[datetime, ...]


def invent(rng: Random) -> Patience:
    """Return an admin who cancels now and then."""
    return Patience(tuple(rng.random() < 0.15 for _ in range(TRIES)))


def show(truth: Patience) -> Shown:
    """Return what an admin gets out of nine days, who sets one open day and asks every half day."""
    with stage() as served:
        roster = rounds.roster_csv({"North": PEOPLE})
        rounds.import_people(served.app, served.folder, roster)
        with identity.begin() as session:
            program = session.scalars(select(Program.id)).one()
        admin = served.browser()
        for cancels in truth.cancels:
            sign_in_admin(admin)
            _try(served, admin, program, cancels)
            served.clock.advance(seconds=EVERY.total_seconds())
            run_due_work(current_workplace())
        with identity.begin() as session:
            closes = session.scalars(
                select(Round.closes_at)
                .join(Pool, Pool.round_id == Round.id)
                .join(Release, Release.pool_id == Pool.pool_id)
                .where(Release.state == "published")
                .order_by(Round.closes_at)
            ).all()
        return Shown(tuple(closes))


def _try(served: Stage, admin: FlaskClient, program: str, cancels: bool) -> None:
    """Set the shortest terms, cancel if it is time to, ask for a round, let everybody answer."""
    before = len(served.mailer.mails)
    desk = f"/programs/{program}"
    post(served.app, admin, f"{desk}/settings", {"k": "4", "open_days": "1"})
    with identity.begin() as session:
        running = session.scalars(select(Round.id).where(Round.state == "open")).one_or_none()
    if running and cancels:
        post(served.app, admin, f"{desk}/rounds/{running}/cancel")
        run_due_work(current_workplace())
    post(served.app, admin, f"{desk}/rounds")
    run_due_work(current_workplace())
    opened = _opened(served, before)
    if opened is not None:
        rounds.answer(opened, opened.links)


def _opened(served: Stage, before: int) -> OpenRound | None:
    """Return the round whose links came since, if one was launched."""
    links, pools = {}, set()
    for mail in served.mailer.mails[before:]:
        try:
            pool_id, link = link_in(mail.content)
        except ValueError:
            continue  # a note without a link
        links[mail.recipient] = link
        pools.add(pool_id)
    return OpenRound("", pools.pop(), links) if pools else None


def hide(seen: Shown) -> Shown:
    """Return nothing: whoever never asked sees nothing."""
    return replace(seen, closes=())


def claim(seen: Shown) -> int:
    """Return how many releases came less than six days after another."""
    pairs = zip(seen.closes, seen.closes[1:], strict=False)
    return sum(later - earlier < APART for earlier, later in pairs)


def score(_truth: Patience, near: int) -> float:
    """Return the share of tries that gave such a release."""
    return near / TRIES


def _any_time() -> AbstractContextManager[object]:
    return patch("surveys.lifecycle.BETWEEN_CLOSES", timedelta(0))


ATTACKS = (
    Attack(
        name="rounds in quick succession",
        role="admin",
        given="the pages of the running service for nine days, one open day, k lowered, rounds "
        "cancelled and asked for anew",
        best="asks for a round every half day: releases less than six days apart, of all tries",
        defence="closes at any distance",
        invent=invent,
        show=show,
        hide=hide,
        claim=claim,
        score=score,
        without=_any_time,
        margin=0.07,
        bite=0.1,
        trials=3,
        trials_without=2,
        claims=TRIES,
        slow=True,
    ),
)
