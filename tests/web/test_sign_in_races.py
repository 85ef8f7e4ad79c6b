"""Two requests at one moment: one code lets one in, and nothing outlives what ends all sessions."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.admins import add_admin, reset_admin, reset_factors
from app.accounts.audit import OPERATOR
from app.accounts.errors import AccountError
from app.accounts.factors import app_to_set_up, begin_app, confirm_app
from app.accounts.links import SECOND_FACTOR, make_link, spend_link
from app.accounts.own import renew_own_codes
from app.accounts.own_password import change_own_password
from app.accounts.service import make_tries, set_password, sign_in_with_code
from app.accounts.sessions import SignedIn, open_session
from app.extensions import identity
from app.models.identity.account_session import AccountSession
from app.vault import current_vault
from tests.accounts import PASSWORD
from tests.applications import FixedClock
from tests.web.test_second_factor import ADMIN, Phone


@pytest.fixture
def account(app: Flask, clock: FixedClock) -> tuple[str, str, tuple[str, ...]]:
    """An admin with a password and an app: id, the code that it shows now, recovery codes."""
    key = current_vault().roster_key()
    with identity.begin() as session:
        token = add_admin(session, key, clock.now(), OPERATOR, ADMIN)
    account_id = set_password(identity, key, clock.now(), token, PASSWORD).account_id
    with identity.begin() as session:
        begin_app(session, key, account_id)
    with identity.begin() as session:
        asked = app_to_set_up(session, key, account_id, ADMIN)
        assert asked is not None
        phone = Phone(f'<code class="hash">{asked.key}</code>', clock)
        codes = confirm_app(session, key, account_id, phone.code(), clock.now())
    clock.advance(seconds=30)
    return account_id, phone.code(), codes


def count_sessions() -> int:
    with identity.read() as session:
        return session.scalar(select(func.count()).select_from(AccountSession)) or 0


@pytest.mark.parametrize("recovery", [False, True], ids=["app", "recovery code"])
def test_one_code_lets_one_in_however_many_give_it_at_once(
    app: Flask, clock: FixedClock, account: tuple[str, str, tuple[str, ...]], recovery: bool
) -> None:
    account_id, shown, codes = account
    key, now = current_vault().roster_key(), clock.now()
    limit = make_tries(identity, "s" * 32).codes
    before = count_sessions()
    with identity.begin() as session:
        halves = [make_link(session, account_id, SECOND_FACTOR, now) for _ in range(4)]

    def give(half: str) -> bool:
        with app.app_context():
            try:
                sign_in_with_code(identity, key, limit, now, half, codes[0] if recovery else shown)
            except AccountError:
                return False
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(give, halves)) == 1
    assert count_sessions() == before + 1


def _acts(app: Flask, account_id: str, clock: FixedClock) -> dict[str, Callable[[], object]]:
    key, now = current_vault().roster_key(), clock.now()
    who = SignedIn(account_id, True, frozenset(), fresh=True)

    def operator(act: Callable[..., object]) -> Callable[[], object]:
        def _run() -> object:
            with identity.begin() as session:
                return act(session, key, now, OPERATOR, ADMIN)

        return _run

    limit = make_tries(identity, "s" * 32).own_passwords
    words = {"current": PASSWORD, "password": "nine calm herons"}
    return {
        "a reset": operator(reset_admin),
        "a reset of factors": operator(reset_factors),
        "new codes": lambda: renew_own_codes(identity, key, who, now),
        "a new password": lambda: change_own_password(identity, key, limit, who, now, **words),
    }


@pytest.mark.parametrize(
    ("act", "left"),
    [("a reset", 0), ("a reset of factors", 0), ("new codes", 1), ("a new password", 1)],
)
def test_a_session_that_begins_at_the_same_moment_ends_too(
    app: Flask,
    clock: FixedClock,
    account: tuple[str, str, tuple[str, ...]],
    act: str,
    left: int,
) -> None:
    account_id, now = account[0], clock.now()
    run = _acts(app, account_id, clock)[act]
    with identity.begin() as session:
        half = make_link(session, account_id, SECOND_FACTOR, now)

    def run_in_context() -> None:
        with app.app_context():
            run()

    with ThreadPoolExecutor(1) as other:
        with identity.begin() as session:
            begun = spend_link(session, half, SECOND_FACTOR, now)
            open_session(session, begun, now, strong=True)
            session.flush()
            ending = other.submit(run_in_context)
            time.sleep(0.6)  # it gets as far as it can while this one isn't finished
        ending.result(timeout=30)
    assert count_sessions() == left
