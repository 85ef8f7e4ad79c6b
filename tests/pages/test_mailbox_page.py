"""The page on which authors read replies: what it says, and what a network sees of it.

Fit for everybody at 320, 390 and 1280 px, light and dark, from either side.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, Route, expect

from app.clock import current_clock
from app.extensions import ballots
from app.mail.mailer import MemoryMailer
from app.opening.replies import read_conversations, write_answer
from app.vault import current_vault
from config import Settings
from crypto.encoding import encode_base64url
from crypto.messages import Message
from crypto.receipts import format_receipt
from surveys.lifecycle import BALLOT_GRACE
from tests import rounds
from tests.authors import COMMENT, Author
from tests.pages.live import Watched, served, started
from tests.pages.looking import PHONES_AND_DESK, faults
from tests.pages.scenes import COMMENT as WRITTEN

pytestmark = pytest.mark.browser

LANGUAGES = {"en-GB": "en", "ar-EG": "ar"}
NOBODYS = "7K3M-09QX-V4TD-2HPA"


@dataclass(frozen=True)
class Answered:
    """A served round in which nine wrote, and who they are."""

    app: Flask
    opened: rounds.OpenRound
    address: str
    authors: list[Author]

    @property
    def page(self) -> str:
        """Return the address of the page."""
        return f"{self.address}/m/{encode_base64url(self.opened.pool_id)}"

    def answer(self, author: Author, text: str, ready: int = 0) -> None:
        """Answer a comment as its mentor."""
        pool_id = author.pool_id
        with self.app.app_context():
            message = Message("mentor", current_clock().now().date(), text, ready)
            kept = current_vault().kept_key(pool_id)
            assert write_answer(ballots, kept, pool_id, [author.access.id], message)

    def read(self, author: Author) -> list[str]:
        """Return what staff reads of an author's mailbox."""
        with self.app.app_context():
            kept = current_vault().kept_key(author.pool_id)
            boxes = read_conversations(ballots, kept, author.pool_id, str)
        found = boxes.get(author.access.id)
        return [message.text for message in found.messages] if found else []


@pytest.fixture(scope="module")
def answered(
    sqlite_template: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Answered]:
    """A round that has closed, with nine comments that are shown."""
    folder, mailer = tmp_path_factory.mktemp("answered"), MemoryMailer()
    with started(sqlite_template, folder, mailer) as app, served(app) as address:
        with app.app_context():
            rounds.import_people(app, folder, rounds.roster_csv({"North": 12}))
            opened = rounds.launch(app, mailer)
            values = {**rounds.GOOD, COMMENT: WRITTEN}
            kept = rounds.answer(opened, list(opened.links)[:9], values)
            rounds.close(opened)
        authors = [Author(opened.pool_id, receipt) for receipt in kept]
        yield Answered(app, opened, address, authors)


class Looking:
    """A browser's page at a given time, and what was wrong with it."""

    def __init__(self, watched: Watched) -> None:
        self.page = watched.page
        self.found: list[str] = []
        self._watched = watched

    def at(self, moment: object) -> None:
        """Let the browser take this for the present."""
        self.page.clock.set_fixed_time(moment)  # type: ignore[arg-type]

    def look(self, what: str) -> None:
        """Look at the page as it stands."""
        self.found += faults(self.page, PHONES_AND_DESK, what)
        self.found += [f"{what}: {complaint}" for complaint in self._watched.complaints()]


@pytest.fixture(params=LANGUAGES)
def looking(
    request: pytest.FixtureRequest, chromium: Browser, answered: Answered
) -> Iterator[Looking]:
    """A fresh browser in one of the page's languages, on the day after the close."""
    watched = Watched(chromium, request.param)
    looking = Looking(watched)
    with answered.app.app_context():
        looking.at(current_clock().now())
    yield looking
    language = watched.page.locator("html").get_attribute("lang")
    watched.page.context.close()
    assert language == LANGUAGES[request.param]


@pytest.fixture
def page(looking: Looking) -> Page:
    """The browser's page."""
    return looking.page


def open_with(page: Page, receipt: str) -> None:
    """Type a receipt and press Enter."""
    page.locator("#receipt").fill(receipt)
    page.locator("#receipt").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_the_way_from_the_receipt_to_a_message(
    answered: Answered, looking: Looking, page: Page
) -> None:
    # Each language has an author of its own: a mailbox takes a few messages a day.
    me = answered.authors[list(LANGUAGES).index(_language(page))]
    answered.answer(me, "Which of them helps most?\nThank you.")
    answered.answer(me, "", ready=4)
    page.goto(answered.page)
    expect(page.locator("#receipt")).to_be_visible()
    looking.look("asking for the receipt")
    page.locator("#receipt").fill("7K3M")
    page.locator("#receipt").press("Enter")
    expect(page.locator("#receipt")).to_be_focused()
    expect(page.locator("#receipt-error")).not_to_be_empty()
    looking.look("receipt refused")
    open_with(page, f" {format_receipt(me.receipt).lower()} ")
    expect(page.locator("ol.log > li")).to_have_count(2)
    looking.look("conversation")
    box = page.get_by_role("textbox")
    box.fill("Write to me@corp.example. I want to kill myself.")
    box.blur()
    expect(page.locator(".r-warning")).not_to_be_empty()
    expect(page.locator(".r-help .notice")).to_be_visible()
    looking.look("a warning and the support panel")
    box.fill("é" * 1001)
    page.locator("form button").click()
    expect(box).to_be_focused()
    expect(box).to_have_value("é" * 1001)
    looking.look("too long")
    box.fill("The one on Monday.\nAnd the walk.")
    page.locator("form button").click()
    expect(page.locator("ol.log > li")).to_have_count(3)
    expect(page.locator(".r-status")).not_to_be_empty()
    looking.look("sent")
    assert answered.read(me)[-1] == "The one on Monday.\nAnd the walk."
    assert looking.found == []


def _language(page: Page) -> str:
    return str(page.evaluate("navigator.language"))


def test_a_message_that_meets_no_connection_stays_and_is_stored_once(
    answered: Answered, looking: Looking, page: Page
) -> None:
    me = answered.authors[2 + list(LANGUAGES).index(_language(page))]
    page.goto(answered.page)
    open_with(page, me.receipt)
    page.get_by_role("textbox").fill("Heard on the way?")

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/mailbox/write", lose_answer)
    page.locator("form button").click()
    expect(page.locator(".field-error")).not_to_be_empty()
    expect(page.get_by_role("textbox")).to_have_value("Heard on the way?")
    looking.look("not sent")
    page.unroute("**/mailbox/write")
    page.locator("form button").click()
    expect(page.locator("ol.log > li")).to_have_count(1)
    assert answered.read(me) == ["Heard on the way?"]
    for number in (2, 3):
        page.get_by_role("textbox").fill(f"Message {number}")
        page.locator("form button").click()
        expect(page.locator("ol.log > li")).to_have_count(number)
    expect(page.get_by_role("textbox")).to_have_count(0)
    looking.look("enough for a day")
    assert looking.found == []


def test_what_is_typed_outlives_another_look_and_another_language(
    answered: Answered, page: Page
) -> None:
    page.goto(answered.page)
    open_with(page, answered.authors[8].receipt)
    page.get_by_role("textbox").fill("Half a thought")
    page.locator(".row button").first.click()
    expect(page.get_by_role("textbox")).to_have_value("Half a thought")
    other = "de" if _language(page).startswith("en") else "en"
    page.locator("#respond-language select").select_option(other)
    expect(page.locator("html")).to_have_attribute("lang", other)
    expect(page.get_by_role("textbox")).to_have_value("Half a thought")
    page.locator("#respond-language select").select_option(_language(page)[:2])
    page.locator(".row button").last.click()
    open_with(page, answered.authors[8].receipt)
    expect(page.get_by_role("textbox")).to_have_value("")


def test_receipts_and_rounds_that_open_nothing(
    answered: Answered, looking: Looking, page: Page
) -> None:
    page.goto(answered.page)
    open_with(page, NOBODYS)
    expect(page.locator("ol.log")).to_have_count(0)
    looking.look("nothing opens")
    page.goto(f"{answered.address}/m/{encode_base64url(bytes(16))}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#receipt")).to_have_count(0)
    looking.look("unknown round")
    page.route("**/manifest", lambda route: route.abort())
    page.goto(answered.page)
    expect(page.locator("section button")).to_be_visible()
    looking.look("no connection")
    assert looking.found == []


def test_before_the_close_and_after_the_end_the_page_says_so(
    answered: Answered, looking: Looking, page: Page
) -> None:
    with answered.app.app_context():
        closes = rounds.closing_time(answered.opened)
    looking.at(closes.replace(day=closes.day - 1))
    page.goto(answered.page)
    expect(page.locator("p.notice")).to_be_visible()
    page.locator("summary").first.click()
    page.locator("#withdraw-receipt").fill(NOBODYS)
    page.locator("#withdraw-receipt").press("Enter")
    expect(page.locator("details .r-status")).not_to_be_empty()
    looking.look("while the round is open")
    looking.at(closes.replace(year=closes.year + 3))
    page.goto(answered.page)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#receipt")).to_have_count(0)
    looking.look("after the end")
    assert looking.found == []


@pytest.mark.parametrize(("days", "following"), [(1, 1), (8, 2)])
def test_between_closing_times_the_page_promises_no_later_one_than_the_next(
    answered: Answered, looking: Looking, page: Page, days: int, following: int
) -> None:
    with answered.app.app_context():
        first = rounds.closing_time(answered.opened) - BALLOT_GRACE
    closes = [first + timedelta(days=7 * number) for number in range(3)]

    def name_three(route: Route) -> None:
        manifest = route.fetch().json()
        manifest["closes"] = [f"{moment:%Y-%m-%dT%H:%MZ}" for moment in closes]
        route.fulfill(json=manifest)

    page.route("**/manifest", name_three)
    looking.at(first + timedelta(days=days))
    page.goto(answered.page)
    notice = page.locator("p.notice")
    expect(notice).to_contain_text(f"{closes[following].day}")
    expect(notice).to_contain_text(re.compile("at least|على الأقل"))
    looking.look("between closing times")
    assert looking.found == []


def test_nothing_a_network_sees_tells_a_reader_from_a_writer(
    answered: Answered, page: Page
) -> None:
    """Requests, answers and their headers are equally long, found or not, read or written."""
    sizes: list[tuple[int, int, int]] = []
    told: list[str] = []

    def note(request: Request) -> None:
        told.append(str(request.headers))
        if "/mailbox/" not in request.url:
            return
        response = request.response()
        assert response is not None
        sent = len(request.url) + len(request.post_data or "")
        sizes.append((sent, response.status, len(response.body())))

    page.on("requestfinished", note)
    me = answered.authors[4 + list(LANGUAGES).index(_language(page))]
    page.goto(answered.page)
    open_with(page, NOBODYS)
    page.locator(".row button").last.click()
    open_with(page, me.receipt)
    page.get_by_role("textbox").fill("Seen by nobody on the way.")
    page.locator("form button").click()
    expect(page.locator("ol.log > li")).to_have_count(1)
    with page.expect_event("requestfinished"):
        page.locator(".row button").first.click()
    assert len(sizes) == 4
    assert len(set(sizes)) == 1
    assert not any("cookie" in headers.lower() for headers in told)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_after_leaving_the_receipt_is_gone_from_the_page(answered: Answered, page: Page) -> None:
    me = answered.authors[6]
    page.goto(answered.page)
    open_with(page, me.receipt)
    page.locator(".row button").last.click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("#receipt")).to_have_value("")
    assert me.receipt not in page.content()


def test_a_page_that_is_read_from_right_to_left_keeps_its_shape(
    answered: Answered, page: Page
) -> None:
    me = answered.authors[7]
    answered.answer(me, "שלום, תודה")
    page.goto(answered.page)
    open_with(page, me.receipt)
    page.evaluate("document.documentElement.dir = 'rtl'")
    words = page.locator("ol.log > li > div").first
    assert words.evaluate("(element) => getComputedStyle(element).direction") == "rtl"
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
