"""Answering on a phone whose browser runs no script."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.pages.looking import faults
from tests.pages.test_respondent_page import Asked, asked

pytestmark = pytest.mark.browser
__all__ = ["asked"]  # the fixture of a served round


def test_the_whole_way_without_javascript(asked: Asked, chromium: Browser) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    link = asked.link()
    page.goto(link)
    expect(page.get_by_role("heading", name="This page needs JavaScript")).to_be_visible()
    expect(page.get_by_role("heading", name="Need to talk to someone?")).to_be_visible()
    page.get_by_role("link", name="Answer without JavaScript").click()
    expect(page.get_by_text("rests on trust in whoever runs Chorus here")).to_be_visible()
    page.get_by_label("Link or code").fill("not a code")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("damaged")
    expect(page.get_by_label("Link or code")).to_have_value("not a code")
    page.get_by_label("Link or code").fill(link)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("group").first).to_be_visible()
    assert page.url.endswith("/plain")
    page.get_by_role("textbox").fill("The walks help.")
    page.get_by_role("button", name="Look at my answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Answer at least one question")
    expect(page.get_by_role("textbox")).to_have_value("The walks help.")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Look at my answers").click()
    expect(page.get_by_text("Nothing has been sent yet")).to_be_visible()
    page.get_by_role("button", name="Change something").click()
    expect(page.get_by_role("radio").first).to_be_checked()
    page.get_by_role("button", name="Look at my answers").click()
    page.get_by_role("button", name="Send").click()
    receipt = re.compile("^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$")
    expect(page.locator("code.receipt")).to_have_text(receipt)
    context.close()


def test_its_pages_are_fit_for_everybody(asked: Asked, chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_default_timeout(30_000)
    found = []
    page.goto(f"{asked.address}/plain")
    for name, label in (("Continue", "questions"), ("Look at my answers", "review")):
        if label == "questions":
            page.get_by_label("Link or code").fill(asked.link())
        else:
            page.get_by_role("radio").first.check()
        page.get_by_role("button", name=name).click()
        expect(page.locator("h1")).to_be_visible()
        found += faults(page, (390,), label)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("code.receipt")).to_be_visible()
    found += faults(page, (390,), "thanks")
    page.context.close()
    assert found == []
