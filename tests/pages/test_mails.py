"""Every kind of mail in a browser, as mail programs show it: light, dark, narrow, no images."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.development.samples import SAMPLES
from app.languages import MAIL_LANGUAGES, speaking, start_languages
from app.mail.mailer import Mail
from tests import posts
from tests.pages.looking import faults

pytestmark = pytest.mark.browser

# A mail is a part of its reader's page.
_ONLY_FOR_WHOLE_PAGES = ("landmark-one-main", "region")
_WIDTHS = (320, 700)
_SMALL = """() => [...document.querySelectorAll("a[class=button]")]
  .filter((link) => link.getBoundingClientRect().height < 44)
  .map((link) => link.textContent)"""
_TOWARDS = """() => ["h1", "p.paragraph", "p.lead"].map((name) => document.querySelector(name))
  .filter(Boolean).map((part) => getComputedStyle(part).textAlign)"""


@pytest.fixture(scope="module")
def speaker() -> Iterator[None]:
    """Something that can speak."""
    app = Flask(__name__)
    start_languages(app)
    with app.app_context():
        yield


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Page:
    """A page that loads nothing: no image, no style, no script."""
    page = chromium.new_page()
    page.route("**/*", lambda route: route.abort())
    return page


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_mail_is_fit_for_everybody(speaker: None, page: Page, kind: str) -> None:
    # In turn: one letter's sentences are looked at in one language, all languages in some letters.
    language = MAIL_LANGUAGES[list(SAMPLES).index(kind) % len(MAIL_LANGUAGES)]
    page.goto("about:blank")
    with speaking(language):
        page.set_content(html_of(SAMPLES[kind]()))
    assert faults(page, _WIDTHS, f"{kind} {language}", _ONLY_FOR_WHOLE_PAGES) == []
    assert page.evaluate(_SMALL) == []
    wanted = {"right"} if language == "ar" else {"left", "start"}
    assert set(page.evaluate(_TOWARDS)) <= wanted


def html_of(mail: Mail) -> str:
    """Return the HTML part of a mail, exactly as people get it."""
    part = posts.message(mail).get_body(("html",))
    assert part is not None
    return str(part.get_content())
