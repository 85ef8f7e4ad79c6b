"""Every state of the respondent's page is fit for everybody: 320, 390 and 1280 px, light and dark.

A real round over HTTP, in the languages that the page speaks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from app.clock import current_clock
from app.mail.mailer import MemoryMailer
from config import Settings
from crypto.encoding import encode_base64url
from crypto.links import encode_link
from tests import rounds
from tests.applications import FixedClock
from tests.pages.live import Watched, served, started
from tests.pages.looking import PHONES_AND_DESK, faults
from tests.pages.scenes import COMMENT

pytestmark = pytest.mark.browser

# The one with the longest words, and the one that is written from right to left.
LANGUAGES = {"de-DE": "de", "ar-EG": "ar"}
UNKNOWN_POOL = encode_base64url(bytes(16))


@dataclass(frozen=True)
class Asked:
    """A served application with an open round, and links that nobody has used."""

    app: Flask
    opened: rounds.OpenRound
    address: str
    links: Iterator[str]

    def page_of(self, pool: str) -> str:
        """Return the address of a pool's page, without a code."""
        return f"{self.address}/r/{pool}"

    def link(self) -> str:
        """Return the link of somebody who has not come yet."""
        return f"{self.page_of(encode_base64url(self.opened.pool_id))}#{next(self.links)}"


class Looking:
    """A browser's page that is looked at again and again, and what was wrong with it."""

    def __init__(self, watched: Watched) -> None:
        self.page = watched.page
        self.found: list[str] = []
        self._watched = watched

    def look(self, what: str) -> None:
        """Look at the page as it stands."""
        self.found += faults(self.page, PHONES_AND_DESK, what)
        self.found += [f"{what}: {complaint}" for complaint in self._watched.complaints()]

    def visit(self, link: str) -> None:
        """Open a link afresh and wait for its title."""
        self.page.goto("about:blank")
        self.page.goto(link)
        expect(self.page.locator("h1")).to_be_visible()


@pytest.fixture(scope="module")
def asked(sqlite_template: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A round of twelve, served."""
    folder, mailer = tmp_path_factory.mktemp("asked"), MemoryMailer()
    with started(sqlite_template, folder, mailer) as app, served(app) as address:
        with app.app_context():
            rounds.import_people(app, folder, rounds.roster_csv({"North": 12}))
            opened = rounds.launch(app, mailer)
        codes = (encode_link(link) for link in opened.links.values())
        yield Asked(app, opened, address, codes)


@pytest.fixture(params=LANGUAGES)
def looking(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Looking]:
    """A fresh browser in one of the page's languages."""
    watched = Watched(chromium, request.param)
    yield Looking(watched)
    language = watched.page.locator("html").get_attribute("lang")
    watched.page.context.close()
    assert language == LANGUAGES[request.param]


def main_button(page: Page) -> None:
    """Click the one action of the screen."""
    page.locator("button.r-main").click()


def test_the_way_from_the_link_to_the_thank_you(asked: Asked, looking: Looking) -> None:
    page, link = looking.page, asked.link()
    looking.visit(link)
    looking.look("intro")
    for summary in page.locator("summary").all():
        summary.click()
    looking.look("intro, everything opened")
    main_button(page)
    expect(page.get_by_role("radio").first).to_be_visible()
    looking.look("questions")
    main_button(page)
    expect(page.locator(".error-summary")).to_be_visible()
    looking.look("error summary")
    page.get_by_role("radio").first.check()
    page.get_by_role("textbox").fill(f"{COMMENT} Write to me@corp.example.")
    page.get_by_role("textbox").blur()
    expect(page.locator(".r-warning")).not_to_be_empty()
    looking.look("a warning about the comment")
    held: list[Route] = []
    page.route("**/paper", lambda route: held.append(route))
    main_button(page)
    expect(page.locator(".notice-watch h2")).to_be_focused()
    looking.look("one more look before it leaves")
    with page.expect_request("**/paper"):
        main_button(page)
    looking.look("sending")
    held.pop().continue_()
    expect(page.locator("code.receipt")).to_be_visible()
    looking.look("thank-you")
    page.unroute("**/paper")
    looking.visit(link)
    main_button(page)
    expect(page.locator("button.r-main")).to_have_count(0)
    looking.look("a link that was used")
    assert looking.found == []


def test_links_that_lead_to_no_question(asked: Asked, looking: Looking) -> None:
    page, link = looking.page, asked.link()
    address, _, code = link.partition("#")
    looking.visit(address)
    looking.look("code field")
    page.locator("#code").fill(code[:-4])
    page.locator("#code").press("Enter")
    expect(page.locator("#code-error")).not_to_be_empty()
    looking.look("code refused")
    page.locator("summary").first.click()
    page.locator("#receipt").fill("7K3M-09QX-V4TD-2HPA")
    page.locator("#receipt").press("Enter")
    expect(page.locator("details .r-status")).not_to_be_empty()
    looking.look("withdrawn")
    looking.visit(f"{address}#{code[:-4]}")
    looking.look("damaged link")
    looking.visit(f"{asked.page_of(UNKNOWN_POOL)}#{code}")
    looking.look("no such round")
    assert looking.found == []


def test_a_connection_that_breaks(asked: Asked, looking: Looking) -> None:
    page, link = looking.page, asked.link()
    page.route("**/manifest", lambda route: route.abort())
    looking.visit(link)
    looking.look("page that could not be loaded")
    page.unroute("**/manifest")
    looking.visit(link)
    page.route("**/paper", lambda route: route.abort())
    main_button(page)
    page.get_by_role("radio").first.check()
    main_button(page)
    expect(page.locator(".r-sending button")).to_be_visible()
    looking.look("waiting for the connection")
    looking.visit(link)
    expect(page.locator(".r-intro")).to_have_count(0)
    looking.look("an answer that is not sent yet")
    assert looking.found == []


def test_a_round_that_is_closed(asked: Asked, looking: Looking) -> None:
    looking.visit(asked.link())
    with asked.app.app_context():
        closes = rounds.closing_time(asked.opened)
        clock = current_clock()
        assert isinstance(clock, FixedClock)
        begun = clock.now()
        clock.move_to(closes)
    main_button(looking.page)
    expect(looking.page.locator("button.r-main")).to_have_count(0)
    looking.look("closed round")
    clock.move_to(begun)
    assert looking.found == []
