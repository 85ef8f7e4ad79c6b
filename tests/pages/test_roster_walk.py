"""An admin's way from a file to a group, with the keyboard alone, on a phone and at a desk."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from app.mail.mailer import MemoryMailer
from config import Settings
from tests.accounts import sign_in_admin
from tests.pages.live import Watched, served, started
from tests.pages.looking import PHONE_AND_DESK, faults
from tests.web.test_roster_import_pages import FIRST, THEN, as_csv, as_workbook

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Desk:
    """A served installation without people, and an admin's browser at it."""

    page: Page
    watched: Watched
    address: str

    def look(self, what: str) -> None:
        """Find nothing wrong with the page that is open."""
        size = self.page.viewport_size
        assert faults(self.page, PHONE_AND_DESK, what) + self.watched.complaints() == []
        self.page.emulate_media(color_scheme="light")
        if size is not None:
            self.page.set_viewport_size(size)

    def press(self, target: Locator, key: str) -> None:
        """Go to a control by the Tab key and press another."""
        handle = target.element_handle()
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("control => document.activeElement === control", handle):
                self.page.keyboard.press(key)
                return
        raise AssertionError("no way there with the Tab key")

    def send(self, name: str, content: bytes, kind: str) -> None:
        """Choose a file and have it read. The dialog is the browser's own, so it is left out."""
        self.page.goto(f"{self.address}/people/import")
        file = {"name": name, "mimeType": kind, "buffer": content}
        self.page.get_by_label("Roster", exact=True).set_input_files(file)  # type: ignore[arg-type]
        self.press(self.page.get_by_role("button", name="Read the file"), "Enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("What would change")


@pytest.fixture
def desk(
    sqlite_template: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    chromium: Browser,
) -> Iterator[Desk]:
    """A desk of its own."""
    folder = tmp_path_factory.mktemp("roster_walk")
    with started(sqlite_template, folder, MemoryMailer()) as app, served(app) as address:
        watched = Watched(chromium)
        _sign_in(app, watched.page, address)
        yield Desk(watched.page, watched, address)
        watched.page.close()


def _sign_in(app: Flask, page: Page, address: str) -> None:
    client = app.test_client()
    with app.app_context():
        sign_in_admin(client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])


@pytest.mark.parametrize("width", PHONE_AND_DESK)
def test_a_roster_is_imported_and_people_are_moved_with_the_keyboard(
    desk: Desk, width: int
) -> None:
    page = desk.page
    page.set_viewport_size({"width": width, "height": 800})
    desk.send("people.csv", as_csv(FIRST), "text/csv")
    desk.press(page.get_by_role("button", name="Import these 4 changes"), "Enter")
    expect(page.get_by_role("status")).to_have_text("The roster now says what the file says.")
    desk.send("people.xlsx", as_workbook(THEN), "application/octet-stream")
    desk.press(page.get_by_role("link", name="Moved"), "Enter")
    expect(page.get_by_role("row").filter(has_text="Ben Ito")).to_be_visible()
    if width == PHONE_AND_DESK[0]:  # both widths are looked at from there
        desk.look("preview")
    desk.press(page.get_by_role("button", name="Import these 4 changes"), "Enter")
    expect(page).to_have_url(f"{desk.address}/people")

    desk.press(page.get_by_role("searchbox"), "a")
    page.keyboard.type("da lind")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lind")
    desk.press(page.get_by_role("link", name="Onboarding, North"), "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("North")
    desk.press(page.get_by_label("Ada Lind"), "Space")
    desk.press(page.get_by_role("button", name="Go on"), "Enter")
    expect(page.get_by_text("2 now, 3 members then.")).to_be_visible()
    if width == PHONE_AND_DESK[0]:
        desk.look("move")
    desk.press(page.get_by_role("button", name="Move them"), "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("South")
    expect(page.get_by_label("Ada Lind")).to_be_visible()
    if width == PHONE_AND_DESK[0]:
        desk.look("group")
