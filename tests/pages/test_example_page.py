"""The example as others than the English see it: nothing in it leaves its place."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.pages.live import served
from tests.pages.looking import faults

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]

# Of each chart that is drawn, the words that reach beyond it.
_WORDS_OUTSIDE = """() => [...document.querySelectorAll("figure svg")].flatMap((chart) => {
  const edge = chart.getBoundingClientRect();
  const beyond = (word) => word.left < edge.left - 2 || word.right > edge.right + 2;
  const outside = (word) => word.width && beyond(word);
  return [...chart.querySelectorAll("text")]
    .filter((text) => edge.width && outside(text.getBoundingClientRect()))
    .map((text) => text.textContent);
})"""


@pytest.fixture(params=["fr-FR", "ar-EG"])
def page(request: pytest.FixtureRequest, app: Flask, chromium: Browser) -> Iterator[Page]:
    """A browser that speaks a language, at the served application."""
    with served(app) as address:
        page = chromium.new_page(base_url=address, locale=request.param)
        yield page
        page.close()


@pytest.mark.parametrize("path", ["/example", "/example/withheld", "/example/team"])
def test_words_of_charts_stay_within_them_and_nothing_is_amiss(page: Page, path: str) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 780})
        page.goto(path)
        assert page.evaluate(_WORDS_OUTSIDE) == [], width
    assert faults(page, (390, 1280), path) == []
