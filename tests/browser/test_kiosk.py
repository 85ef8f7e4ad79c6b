"""A shared tablet and a printed code; and what a person in need leaves behind: nothing."""

import json

import pytest
from playwright.sync_api import Browser, expect

from app.accounts.audit import OPERATOR
from app.clock import current_clock
from app.extensions import ballots, identity
from app.launching.printing import print_codes
from app.models.identity.round import Round
from crypto.encoding import encode_base64url
from tests.pages.test_respondent_page import Asked, asked

pytestmark = pytest.mark.browser
__all__ = ["asked"]  # the fixture of a served round

KEPT = """() => JSON.stringify([localStorage.length, sessionStorage.length, history.state,
  location.hash, document.cookie, document.querySelectorAll("textarea").length])"""


def printed_code(asked: Asked) -> str:
    """Return a code that was printed for the served round."""
    with asked.app.app_context():
        with identity.begin() as session:
            session.get_one(Round, asked.opened.id).printed_codes += 1
        now = current_clock().now()
        sheet = print_codes(identity, ballots, asked.address, asked.opened.id, OPERATOR, now)
    return sheet.codes[0].code


def test_a_printed_code_is_typed_at_a_kiosk_and_nothing_stays_there(
    asked: Asked, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(asked.page_of(encode_base64url(asked.opened.pool_id)))
    code = printed_code(asked)
    page.locator("#code").fill(f"{code[:20]} {code[20:]}")
    page.locator("#code").press("Enter")
    page.locator("button.r-main").click()
    page.get_by_role("radio").first.check()
    page.locator("button.r-main").click()
    expect(page.locator("code.receipt")).to_be_visible()
    receipt = page.locator("code.receipt").inner_text()
    assert json.loads(page.evaluate(KEPT)) == [0, 0, None, "", "", 0]
    page.reload()
    expect(page.locator("#code")).to_have_value("")
    assert receipt not in page.content() and code not in page.content()
    page.go_back()
    assert receipt not in page.content()
    page.context.close()


def test_words_of_danger_open_the_panel_and_send_nothing(asked: Asked, chromium: Browser) -> None:
    page = chromium.new_page(locale="en-GB")
    sent: list[str] = []

    def note(url: str) -> None:
        if "/static/" not in url:
            sent.append(url.rpartition("/")[2])

    page.on("request", lambda request: note(request.url))
    page.goto(asked.link())
    page.locator("button.r-main").click()
    page.get_by_role("radio").first.check()
    page.wait_for_load_state("networkidle")
    before = list(sent)
    page.get_by_role("textbox").fill("Lately I think everyone would be better off without me.")
    page.get_by_role("textbox").blur()
    expect(page.locator(".r-help")).to_contain_text("you don’t have to wait")
    page.get_by_role("textbox").fill("Sarah helps a lot.")
    page.get_by_role("textbox").blur()
    expect(page.locator(".r-warning")).to_contain_text("may mention a name")
    assert sent == before and page.evaluate("localStorage.length") == 0
    page.get_by_role("textbox").fill("I want to end my life")
    page.locator("button.r-main").click()
    expect(page.locator("code.receipt")).to_be_visible()
    expect(page.locator("details.r-support")).to_have_attribute("open", "")
    assert sent[len(before) :] == ["paper", "ballot"]
    page.context.close()
