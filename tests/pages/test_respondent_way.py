"""The way from the link to the receipt: by keyboard, on a slow line, back and forth."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect
from sqlalchemy import func, select, update

from app.accounts.audit import OPERATOR
from app.afterwards.follow_ups import write_follow_up
from app.clock import current_clock
from app.extensions import ballots, identity
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.identity.program import Program
from app.programs.service import find_program
from config import Settings
from crypto.encoding import encode_base64url
from crypto.links import encode_link
from tests import rounds
from tests.applications import A_MONDAY
from tests.pages.carried import BUDGET, LANGUAGES, PHONE, carried
from tests.pages.live import served, started
from tests.pages.looking import faults

pytestmark = pytest.mark.browser

SMALL_PHONE = {"width": 320, "height": 640}
A_SLOW_LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400 * 1024 / 8,
    "uploadThroughput": 400 * 1024 / 8,
}
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) shifts.push(each.value);
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True)
class Asked:
    """A round that is for everyone who was asked, served, and links that nobody has used."""

    app: Flask
    opened: rounds.OpenRound
    address: str
    links: Iterator[str]

    def link(self, language: str = "") -> str:
        """Return the link of somebody who has not come yet, of a mail in a language."""
        page = f"{self.address}/r/{encode_base64url(self.opened.pool_id)}"
        return f"{page}#{next(self.links)}" + (f".{language}" if language else "")

    def ballots(self) -> int:
        """Return how many ballots were cast."""
        with self.app.app_context(), ballots.read() as session:
            return session.scalar(select(func.count()).select_from(Ballot)) or 0


@pytest.fixture(scope="module")
def asked(sqlite_template: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A round of twenty, served."""
    folder, mailer = tmp_path_factory.mktemp("asked"), MemoryMailer()
    with started(sqlite_template, folder, mailer) as app, served(app) as address:
        with app.app_context():
            rounds.import_people(app, folder, rounds.roster_csv({"North": 20}))
            with identity.begin() as session:
                session.execute(update(Program).values(tells_respondents=True))
            opened = rounds.launch(app, mailer)
        codes = (encode_link(link) for link in opened.links.values())
        yield Asked(app, opened, address, codes)


@pytest.fixture
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A phone, by default one that speaks English."""
    wished = getattr(request, "param", {})
    context = chromium.new_context(**{"viewport": PHONE, "locale": "en-GB", **wished})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that must not raise or break its content policy."""
    page = context.new_page()
    raised: list[str] = []
    page.on("pageerror", lambda error: raised.append(str(error)))
    page.on("console", lambda line: "Policy" in line.text and raised.append(line.text))
    page.clock.set_system_time(A_MONDAY)
    yield page
    assert raised == []


def in_view(page: Page, text: str) -> None:
    """Wait until the question that says this stands at the top of the screen."""
    question = page.locator(".r-question", has_text=text)
    page.wait_for_function(
        "(question) => Math.abs(question.getBoundingClientRect().top - 40) < 40",
        arg=question.element_handle(),
    )


def test_all_of_it_by_keyboard(asked: Asked, page: Page) -> None:
    before = asked.ballots()
    page.goto(asked.link())
    start = page.get_by_role("button", name="Start")
    expect(start).to_be_in_viewport()
    while not start.evaluate("(button) => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_label("neither agree nor disagree").first
    expect(chosen).to_be_checked()
    page.wait_for_timeout(400)
    expect(chosen).to_be_focused()  # arrows walk through the rows, and move nothing else
    for name in ("Clear", "Next"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Enter")
    in_view(page, "My workload was manageable.")
    expect(page.locator("fieldset").nth(1).get_by_role("radio").first).to_be_focused()
    send = page.get_by_role("button", name="Send")
    while not send.evaluate("(button) => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("code.receipt")).to_be_visible()
    for name in ("Copy", "Download as text", "Print", "I have kept it"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("code.receipt")).to_have_count(0)
    assert asked.ballots() == before + 1


def test_pointing_at_an_answer_brings_the_next_question_and_back_loses_nothing(
    asked: Asked, page: Page
) -> None:
    link = asked.link()
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    page.get_by_label("disagree", exact=True).first.click()
    in_view(page, "My workload was manageable.")
    page.get_by_role("textbox").fill("Fewer meetings, please. Maria knows.")
    page.go_back()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    page.go_forward()
    expect(page.get_by_label("disagree", exact=True).first).to_be_checked()
    expect(page.get_by_role("textbox")).to_have_value("Fewer meetings, please. Maria knows.")
    dialogs: list[str] = []

    def stay(dialog: Dialog) -> None:
        dialogs.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.evaluate("setTimeout(() => location.reload())")
    page.wait_for_timeout(300)
    assert dialogs == ["beforeunload"]
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="Before it leaves")).to_be_focused()
    page.get_by_role("button", name="Send it as it is").click()
    expect(page.locator("code.receipt")).to_be_visible()
    assert page.url == link.partition("#")[0]
    page.go_forward()  # no entry of the history leads back to the code
    assert page.url == link.partition("#")[0]
    with page.expect_download() as kept:
        page.get_by_role("button", name="Download as text").click()
    receipt = page.locator("code.receipt").inner_text()
    assert receipt in kept.value.path().read_text(encoding="utf-8")
    page.emulate_media(media="print")
    expect(page.locator("code.receipt")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    expect(page.locator("h1")).to_be_hidden()


@pytest.mark.parametrize(
    "context", [{"locale": "ar-EG", "color_scheme": "dark", "viewport": SMALL_PHONE}], indirect=True
)
def test_from_right_to_left_in_the_dark_on_a_small_phone(asked: Asked, page: Page) -> None:
    page.goto(asked.link())
    html = page.locator("html")
    expect(html).to_have_attribute("dir", "rtl")
    assert not re.search("[\u0660-\u0669]", page.locator("main").inner_text())
    title = page.locator("h1").bounding_box()
    assert title is not None and title["x"] + title["width"] == 320 - 16
    page.locator("button.r-main").click()
    page.get_by_role("radio").nth(3).check()
    bar = page.locator(".r-progress progress").bounding_box()
    count = page.locator(".r-progress span").bounding_box()
    assert bar is not None and count is not None and bar["x"] > count["x"]
    page.locator("#respond-language select").select_option("de")
    expect(html).to_have_attribute("dir", "ltr")
    expect(page.get_by_role("radio").nth(3)).to_be_checked()
    page.locator("#respond-language select").select_option("ar")
    page.locator("button.r-main").click()
    expect(page.locator("code.receipt")).to_have_css("direction", "ltr")
    assert faults(page, (320,), "thank-you") == []


@pytest.mark.parametrize("language", ["", "fr"])
def test_a_slow_line_moves_nothing(
    asked: Asked, context: BrowserContext, page: Page, language: str
) -> None:
    page.add_init_script(WATCH_SHIFTS)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", A_SLOW_LINE)
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto(asked.link(language), wait_until="commit")
    expect(page.locator("button.r-main")).to_be_visible()
    # The link names the language of its mail; without that the browser's is spoken.
    expect(page.locator("html")).to_have_attribute("lang", language or "en")
    page.locator("button.r-main").click()
    page.get_by_role("radio").first.check()
    page.locator("button.r-main").click()
    expect(page.locator("code.receipt")).to_be_visible()
    assert page.evaluate("shifts") == []
    words = {url for url in asked_for if "texts-" in url}
    assert words == ({f"{asked.address}/static/texts-fr.js"} if language else set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_to_the_receipt_stays_within_its_budget_headers_and_all(
    asked: Asked, chromium: Browser, language: str
) -> None:
    line = carried(chromium, asked.link(), language)
    assert {"respond.js", "manifest", "form", "check", "paper", "ballot"} <= set(line.answers)
    assert (f"texts-{language}.js" in line.answers) == (language != "en")
    assert 30_000 < line.total < BUDGET, line.answers


def test_a_line_that_drops_is_waited_for(asked: Asked, context: BrowserContext, page: Page) -> None:
    before = asked.ballots()
    page.goto(asked.link())
    page.get_by_role("button", name="Start").click()
    page.get_by_label("agree", exact=True).first.check()
    context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_have_text("Still trying…")
    context.set_offline(False)
    expect(page.locator("code.receipt")).to_be_visible()
    assert asked.ballots() == before + 1


def test_after_the_close_the_link_shows_what_the_group_said(asked: Asked, page: Page) -> None:
    link = asked.link()
    with asked.app.app_context():
        others = [who for who in asked.opened.links if who.startswith("north")][-7:]
        rounds.answer(asked.opened, others)
        rounds.close(asked.opened)
        now = current_clock().now()
        with identity.begin() as session:
            program = find_program(session, rounds.PROGRAM)
            write_follow_up(session, program, asked.opened.id, "Two quiet hours.", now, OPERATOR)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.clock.set_system_time(now)
    page.goto(link)
    # By this browser's clock the round is over, so it offers to look even before it asks.
    expect(page.get_by_role("button", name="See what the group said")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="This round is closed")).to_be_visible()
    assert not any("/results" in each for each in sent)
    page.get_by_role("button", name="See what the group said").click()
    expect(page.get_by_role("heading", name="What the group said")).to_be_focused()
    expect(page.get_by_text("Two quiet hours.")).to_be_visible()
    expect(page.locator(".r-figure")).to_have_count(6)  # the score and five questions
    assert [each for each in sent if "/results" in each] == [
        f"POST {asked.address}/api/v1/pools/{encode_base64url(asked.opened.pool_id)}/results"
    ]
    assert faults(page, (320, 390), "what the group said") == []
