"""The pages of accounts and errors in a browser: axe finds nothing, nothing scrolls sideways."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.accounts.links import SIGN_IN, make_link
from app.extensions import identity
from app.vault import current_vault
from tests.accounts import PASSWORD, add_mentor, sign_in_mentor
from tests.applications import FixedClock
from tests.pages.live import served

WIDTHS = (320, 390, 1280)
ADMIN = "admin@corp.example"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application answers, on a port that was free."""
    with served(app) as where:
        yield where


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page of a fresh browser that knows `address`."""
    page = chromium.new_page(base_url=address)
    yield page
    page.close()


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page as it stands, at every width, light and dark."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 780})
            where = f"{page.url} {scheme} {width}"
            found += [f"{where}: {fault['id']}" for fault in Axe().run(page).response["violations"]]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{where}: scrolls sideways")
            if page.locator("h1").count() != 1:
                found.append(f"{where}: not one h1")
    return found


def test_a_visitors_pages_are_fit_for_everybody(app: Flask, clock: FixedClock, page: Page) -> None:
    add_mentor("mentor@corp.example")
    mentor = sign_in_mentor(app.test_client())
    with identity.begin() as session:
        token = make_link(session, mentor, SIGN_IN, clock.now())
    paths = ("/sign-in", "/sign-in/sent", f"/sign-in/{token}", "/sign-in/used", "/no-such-page")
    found: list[str] = []
    for path in paths:
        page.goto(path)
        found += faults(page)
    assert found == []


def test_an_admin_comes_in_reads_the_log_and_leaves_with_the_keyboard(
    app: Flask, clock: FixedClock, page: Page
) -> None:
    with identity.begin() as session:
        token = add_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, ADMIN)
    page.goto(f"/set-password/{token}")
    found = faults(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill("three quiet other")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    page.wait_for_function("document.activeElement.className === 'error-summary'")
    found += faults(page)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/programs")
    page.goto("/audit")
    found += faults(page)
    page.get_by_text("More", exact=True).press("Enter")  # what is seldom wanted
    assert page.locator("nav.site-nav a[aria-current=page]").inner_text() == "Audit"
    page.goto("/audit")
    page.get_by_text("More", exact=True).press("Enter")
    page.get_by_role("button", name="Sign out").press("Enter")
    page.wait_for_url("**/sign-in")
    page.locator("#admin-address").fill(ADMIN)
    page.locator("#admin-password").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.locator("#admin-address").input_value() == ADMIN
    assert found + faults(page) == []
