"""A button shows what is typed as a password, hides it again, and sends it off hidden."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.extensions import identity
from app.vault import current_vault
from tests.accounts import PASSWORD
from tests.applications import FixedClock
from tests.pages.live import Watched

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]


def test_a_password_is_shown_and_hidden_again(
    app: Flask, chromium: Browser, address: str, clock: FixedClock
) -> None:
    with identity.begin() as session:
        key = current_vault().roster_key()
        token = add_admin(session, key, clock.now(), OPERATOR, "admin@corp.example")
    watched = Watched(chromium)
    page = watched.page
    page.goto(f"{address}/set-password/{token}")
    password, again = (page.locator(f"#{name}") for name in ("password", "again"))
    password.fill(PASSWORD)
    again.fill(PASSWORD)
    button = page.get_by_role("button", name="Show what I type")
    for pressed, kind in (("false", "password"), ("true", "text"), ("false", "password")):
        expect(button).to_have_attribute("aria-pressed", pressed)
        for field in (password, again):
            expect(field).to_have_attribute("type", kind)
        button.click()
    # The last click has shown it again: a browser that sends off a text remembers it.
    page.evaluate("document.forms[0].addEventListener('submit', event => event.preventDefault())")
    again.press("Enter")
    expect(password).to_have_attribute("type", "password")
    assert watched.complaints() == []
