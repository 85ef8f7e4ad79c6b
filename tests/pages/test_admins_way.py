"""An admin comes from nothing to a sent round with the keyboard alone, on a phone and on a desk."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.accounts.admins import add_admin
from app.accounts.audit import OPERATOR
from app.extensions import identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.vault import current_vault
from tests import rounds
from tests.accounts import PASSWORD
from tests.applications import FixedClock

ADMIN = "admin@corp.example"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]


@pytest.fixture
def page(app: Flask, chromium: Browser, address: str, clock: FixedClock) -> Iterator[Page]:
    """A browser in which a new admin has just set a password."""
    with identity.begin() as session:
        token = add_admin(session, current_vault().roster_key(), clock.now(), OPERATOR, ADMIN)
    page = chromium.new_page(base_url=address)
    page.goto(f"/set-password/{token}")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/programs")
    yield page
    page.close()


def press(page: Page, role: str, name: str) -> None:
    """Come to a control by Tab alone, from the page's beginning, and press Enter."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab does not come to the {role} {name!r}")


@pytest.mark.parametrize("width", [390, 1280])
def test_from_nothing_to_a_sent_round(app: Flask, page: Page, tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 780})
    press(page, "link", "Set up a program")
    page.wait_for_url("**/programs/new")
    for label, typed in (("Name", "Night shift"), ("Time zone", "Europe/Berlin")):
        page.get_by_label(label, exact=True).focus()
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/setup/people")
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 7}, "Night shift"))
    page.reload()
    press(page, "button", "Go on to the circles")
    press(page, "button", "Go on to the questions")
    press(page, "link", "Back")  # nothing is lost by going back
    page.wait_for_url("**/setup/circles")
    press(page, "button", "Go on to the questions")
    press(page, "button", "Go on with these")
    page.get_by_label("How often").focus()
    page.keyboard.press("ArrowDown")  # every two weeks
    press(page, "button", "Save and look it over")
    page.wait_for_url("**/setup/review")
    expect(page.get_by_text("If 65 in 100 answer")).to_be_visible()
    press(page, "button", "Send the first round")
    page.wait_for_url("**/rounds/new")
    press(page, "button", "Send it now")
    page.wait_for_url(re.compile(r"/programs/\w{16}$"))
    run_due_work(current_workplace())
    page.reload()
    expect(page.get_by_role("heading", name="Round 1 is open")).to_be_visible()
    if width == 390:  # the rest of the places, from the menu, with the keyboard
        page.locator(".site-menu summary").focus()
        page.keyboard.press("Enter")
        press(page, "link", "Calendar")
    else:
        press(page, "link", "Calendar")
    page.wait_for_url("**/calendar")
    expect(page.get_by_text("fewer than 5").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
