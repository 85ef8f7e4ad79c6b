"""A mentor's way in a browser: the circle's page by keyboard, at each width, saved and printed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.mail.mailer import MemoryMailer
from config import Settings
from tests.pages.live import Watched, served, started
from tests.pages.looking import faults
from tests.pages.scenes import client_of, full_scene, new_scene
from tests.pages.table import MENTOR

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)
_PNG = b"\x89PNG\r\n\x1a\n"
_FIRST_VIEW = "element => element.getBoundingClientRect().bottom <= innerHeight"
_A4 = {"format": "A4", "margin": dict.fromkeys(("top", "bottom", "left", "right"), "15mm")}
_INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value !== 0);
}"""


@dataclass(frozen=True)
class Place:
    """A signed-in mentor's browser, and where the circles of the scene are."""

    watched: Watched
    shown: str
    withheld: str
    feedback: str

    @property
    def page(self) -> Page:
        """Return the browser's page."""
        return self.watched.page


@pytest.fixture(scope="module")
def place(
    sqlite_template: Settings, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Place]:
    """A mentor who is signed in, with a circle that is shown and one that is withheld."""
    folder, mailer = tmp_path_factory.mktemp("mentor"), MemoryMailer()
    with started(sqlite_template, folder, mailer) as app, served(app) as address:
        with app.app_context():
            new_scene()
            scene = full_scene(app, mailer, folder)
            cookie = client_of(app, MENTOR).get_cookie("session")
        assert cookie is not None
        watched = Watched(chromium)
        watched.page.context.add_cookies(
            [{"name": "session", "value": cookie.value, "url": address}]
        )
        places = scene.places
        yield Place(
            watched,
            f"{address}/circles/{places['shown_group']}",
            f"{address}/circles/{places['withheld_group']}",
            f"{address}/feedback/{places['seen']}",
        )
        watched.page.close()


def test_what_a_mentor_came_for_stands_there_before_any_scrolling(place: Place) -> None:
    page = place.page
    for path in (place.shown, place.withheld):
        page.set_viewport_size({"width": 390, "height": 780})
        page.goto(path)
        seen = [page.locator("h2#circle + *"), page.locator(".on-phones a")]
        seen.append(page.locator("[aria-labelledby=trend-head] > p").first)
        assert [part.evaluate(_FIRST_VIEW) for part in seen] == [True] * len(seen), path
        page.set_viewport_size({"width": 1280, "height": 800})
        seen = [page.locator("h2#circle + *"), page.locator("#talk ~ ol > li").last]
        seen += [page.locator(".canvas-box"), page.locator("#agreed h3")]
        assert [part.evaluate(_FIRST_VIEW) for part in seen] == [True] * len(seen), path
    assert place.watched.complaints() == []


def test_the_page_is_fit_for_everybody_in_both_directions(place: Place) -> None:
    page, found = place.page, []
    for path in (place.shown, place.withheld, f"{place.shown}/agreed", place.feedback):
        page.goto(path)
        found += faults(page, WIDTHS, path)
    assert not found + place.watched.complaints(), "\n".join(found)


def test_a_chart_takes_the_drawings_place_follows_the_scheme_and_is_walked_through(
    place: Place,
) -> None:
    page = place.page
    page.emulate_media(color_scheme="light")
    page.goto(place.shown)
    canvas = page.locator("[aria-labelledby=trend-head] canvas")
    assert canvas.evaluate(_INK)
    light = page.locator(".canvas-box").first.screenshot()
    page.emulate_media(color_scheme="dark")
    assert page.locator(".canvas-box").first.screenshot() != light
    page.emulate_media(color_scheme="light")
    assert not page.locator("[aria-labelledby=trend-head] .drawing > svg").is_visible()
    # By keyboard: what the canvas says is what its table says.
    page.locator("[aria-labelledby=trend-head] summary").press("Enter")
    rows = page.locator("[aria-labelledby=trend-head] tbody tr")
    latest, before = (re.split(r"\s*\t\s*", rows.nth(at).inner_text()) for at in (0, 1))
    canvas.focus()
    for key, cells in (("End", latest), ("ArrowLeft", before), ("ArrowRight", latest)):
        page.keyboard.press(key)
        said = canvas.get_attribute("aria-valuetext") or ""
        assert all(cell in said for cell in cells), (said, cells)
    assert canvas.get_attribute("role") == "slider"
    page.goto(place.withheld)
    said = page.locator("canvas").first.get_attribute("aria-valuetext") or ""
    assert "Your circle: withheld" in said


def test_charts_are_saved_as_pictures_and_as_tables(place: Place, tmp_path: Path) -> None:
    page = place.page
    for path, charts in ((place.shown, 2), (place.feedback, 1)):
        page.goto(path)
        buttons = page.get_by_role("button", name="Download as PNG")
        expect(buttons).to_have_count(charts)
        for at in range(charts):
            with page.expect_download() as saving:
                buttons.nth(at).click()
            picture = Path(saving.value.path()).read_bytes()
            assert picture.startswith(_PNG) and len(picture) > 5000
            width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
            assert width == 1600 and 600 < height < 1400
            assert saving.value.suggested_filename.endswith(".png")
    page.goto(place.withheld)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Download as CSV").first.click()
    lines = Path(saving.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "Round of,Your circle,The whole program"
    assert lines[1].split(",")[1] == "withheld"


def test_what_a_spreadsheet_would_run_is_only_read_there(place: Place) -> None:
    page = place.page
    page.goto(place.shown)
    row = page.locator("[aria-labelledby=trend-head] tbody tr").first
    row.locator("td").first.evaluate("cell => { cell.textContent = '=HYPERLINK(\"x\"),1'; }")
    row.locator("td").last.evaluate("cell => { cell.textContent = '-3.5'; }")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Download as CSV").first.click()
    text = Path(saving.value.path()).read_text("utf-8-sig")
    assert '"\'=HYPERLINK(""x""),1",-3.5' in text


def test_the_circle_is_printed_on_one_page(place: Place) -> None:
    page = place.page
    page.emulate_media(color_scheme="dark")
    for path in (place.shown, place.withheld, place.feedback):
        page.goto(path)
        printed = page.pdf(**_A4)
        assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1, path
    page.goto(place.shown)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("[aria-labelledby=trend-head] .drawing > svg").is_visible()
    for hidden in ("canvas", "#items", ".circle-tools", ".steps", "#agreed summary"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for shown in ("#talk ~ ol", "#agreed .agreed > li", ".print-only"):
        assert page.locator(shown).first.is_visible(), shown
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.emulate_media(media="screen", color_scheme="light")


def test_what_was_agreed_is_noted_and_judged_by_keyboard_alone(place: Place) -> None:
    page = place.page
    page.goto(place.shown)
    page.get_by_text("Note what you agree on", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Walk before we talk")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#agreed")).to_contain_text("Walk before we talk")
    entry = page.locator(".agreed > li").filter(has_text="Walk before we talk")
    entry.get_by_role("button", name="Done").press("Enter")
    expect(page.locator("#agreed")).not_to_contain_text("Walk before we talk")
