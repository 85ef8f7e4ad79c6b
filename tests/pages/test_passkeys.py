"""Adding a passkey and signing in with it, in a browser, with a virtual device of Chromium's."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.extensions import identity
from app.vault import current_vault
from tests.accounts import PASSWORD
from tests.applications import FixedClock
from tests.chromium import add_device
from tests.pages.live import Watched, served

ADMIN = "admin@corp.example"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application answers, by a name: a number has no passkeys."""
    with served(app) as where:
        named = where.replace("127.0.0.1", "localhost")
        app.config["CHORUS"] = replace(app.config["CHORUS"], base_url=named)
        yield named


def test_a_passkey_is_added_used_and_removed(
    app: Flask, chromium: Browser, address: str, clock: FixedClock
) -> None:
    with identity.begin() as session:
        token = add_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, ADMIN)
    watched = Watched(chromium)
    page = watched.page
    devices, device = add_device(page)

    page.goto(f"{address}/set-password/{token}")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/programs")
    page.goto(f"{address}/account")
    page.get_by_label("A name for it").fill("my laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    expect(page.get_by_role("button", name="Remove my laptop")).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/programs")

    page.context.clear_cookies()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used.")).to_be_visible()
    expect(page).to_have_url(f"{address}/sign-in")

    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/programs")
    page.goto(f"{address}/account")
    page.get_by_role("button", name="Remove my laptop").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey could not be used.")).to_be_visible()
    assert watched.complaints() == []
    page.close()


def test_without_a_script_the_page_offers_none(app: Flask, chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign in with password")).to_be_visible()
    context.close()
