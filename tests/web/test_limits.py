"""Limits hold for all processes together, and what counts them names nobody."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.errors import TooManyTriesError
from app.accounts.stored_limits import StoredLimit
from app.extensions import identity
from app.jobs.upkeep import forget_tries
from app.jobs.workplace import current_workplace
from app.models.identity.try_count import TryCount
from tests.accounts import post
from tests.applications import FixedClock

WHO = "admin@corp.example"
QUARTER = timedelta(minutes=15)


def limit(secret: str = "s" * 32, everybody: int | None = None, most: int = 3) -> StoredLimit:
    """Return a limit as a process makes it when it starts."""
    return StoredLimit(identity, secret, "password", most, QUARTER, everybody)


def counted() -> int:
    with identity.begin() as session:
        return session.scalar(select(func.count()).select_from(TryCount)) or 0


def test_processes_count_together_however_an_address_is_spelled(
    app: Flask, clock: FixedClock
) -> None:
    for who in (WHO, f" {WHO.upper()} ", WHO):
        limit().take(who, clock.now())
    with pytest.raises(TooManyTriesError):
        limit().take(WHO, clock.now())
    limit().take("somebody.else@corp.example", clock.now())


def test_of_many_at_one_moment_no_more_get_through(app: Flask, clock: FixedClock) -> None:
    now = clock.now()

    def try_once(_number: int) -> bool:
        with app.app_context():
            try:
                limit(most=5).take(WHO, now)
            except TooManyTriesError:
                return False
            return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(try_once, range(24))) == 5


def test_the_period_ends_though_refused_tries_went_on(app: Flask, clock: FixedClock) -> None:
    for _ in range(3):
        limit().take(WHO, clock.now())
    clock.advance(minutes=14)
    with pytest.raises(TooManyTriesError):
        limit().take(WHO, clock.now())
    clock.advance(minutes=1)
    limit().take(WHO, clock.now())


def test_success_gives_the_tries_back(app: Flask, clock: FixedClock) -> None:
    for _ in range(3):
        limit().take(WHO, clock.now())
    limit().forget(WHO)
    limit().take(WHO, clock.now())


def test_everybody_together_has_a_bound_too(app: Flask, clock: FixedClock) -> None:
    for number in range(5):
        limit(everybody=5).take(f"{number}@corp.example", clock.now())
    with pytest.raises(TooManyTriesError):
        limit(everybody=5).take("one.more@corp.example", clock.now())


def test_what_is_stored_is_no_address_and_no_plain_hash_of_one(
    app: Flask, clock: FixedClock
) -> None:
    limit("a" * 32).take(WHO, clock.now())
    limit("b" * 32).take(WHO, clock.now())
    with identity.begin() as session:
        names = session.scalars(select(TryCount.name)).all()
    assert len(set(names)) == 2  # another secret, another name
    assert not {hashlib.sha256(text.encode()).digest() for text in (WHO, f"password\0{WHO}")} & {
        *names
    }
    assert all(b"corp" not in name for name in names)


def test_a_count_goes_once_its_period_is_over(app: Flask, clock: FixedClock) -> None:
    limit().take(WHO, clock.now())
    forget_tries(current_workplace())
    assert counted() == 1
    clock.advance(minutes=15)
    forget_tries(current_workplace())
    assert counted() == 0


def test_whoever_asks_to_be_contacted_or_lost_a_mail_is_counted_on_no_disk(
    app: Flask, client: FlaskClient
) -> None:
    wish = {"name": "Sam Reed", "reach": "+00 111 22 33", "when": "week", "about": ""}
    assert client.post("/contact", data=wish).status_code == 200
    assert client.post("/lost", data={"address": WHO}).status_code == 302
    assert counted() == 0
    post(app, client, "/sign-in", {"address": WHO, "password": "wrong"})
    assert counted() == 2  # this address, and everybody
