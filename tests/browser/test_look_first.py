"""Where to look first, in a browser: drawn, walked through, saved as a picture and as a table."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from app.mail.mailer import MemoryMailer
from config import Settings
from tests.accounts import add_mentor, sign_in_admin
from tests.pages.live import Watched, served, started
from tests.pages.looking import faults
from tests.releases import EVERYBODY_ELSE, Answered, add_released_round, program_of

pytestmark = pytest.mark.browser

_PNG = b"\x89PNG\r\n\x1a\n"
# Workload stands lowest and falls with the whole.
_LOW = Answered(16, 2, {"pulse_workload": 1, "pulse_energy": 3})
_REST = Answered(24, 4, {"pulse_workload": 2})


@pytest.fixture(scope="module")
def looked(
    sqlite_template: Settings, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Watched]:
    """An admin's browser on the results of a program that is large enough for the chart."""
    folder = tmp_path_factory.mktemp("look-first")
    with started(sqlite_template, folder, MemoryMailer()) as app, served(app) as address:
        with app.app_context():
            group = add_mentor("mentor@corp.example")
            program, client = program_of(group), app.test_client()
            add_released_round(program, {EVERYBODY_ELSE: _REST, group: _LOW})
            sign_in_admin(client)
            cookie = client.get_cookie("session")
        assert cookie is not None
        watched = Watched(chromium)
        watched.page.context.add_cookies(
            [{"name": "session", "value": cookie.value, "url": address}]
        )
        watched.page.goto(f"{address}/programs/{program}/results")
        yield watched
        watched.page.close()


def chart(watched: Watched) -> Locator:
    """Return the chart with its table and what saves it."""
    return watched.page.locator("figure[data-chart=priorities]")


def test_each_question_is_walked_to_and_said_as_its_row_in_the_table_says_it(
    looked: Watched,
) -> None:
    canvas, rows = chart(looked).locator("canvas"), chart(looked).locator("tbody tr")
    expect(chart(looked).locator(".drawing > svg")).to_be_hidden()
    canvas.focus()
    for key, row in (("Home", rows.first), ("End", rows.last)):
        looked.page.keyboard.press(key)
        said = canvas.get_attribute("aria-valuetext") or ""
        assert all(cell in said for cell in row.locator("th, td").all_inner_texts()), said
    assert "Where" not in (canvas.get_attribute("aria-label") or "Where")
    assert not (found := faults(looked.page, (320, 390, 1280), "look first")), "\n".join(found)
    assert looked.complaints() == []


def test_the_marks_on_screen_part_what_to_look_at_first_from_the_rest(looked: Watched) -> None:
    rows = chart(looked).locator("tbody tr")
    hollow = [row.locator("td").first.get_attribute("data-open") is not None for row in rows.all()]
    said = ["look here first" in row.inner_text() for row in rows.all()]
    assert said == [not open_ for open_ in hollow] and any(said) and not all(said)


def test_it_is_saved_as_a_picture_and_as_a_table_like_every_other_chart(looked: Watched) -> None:
    for name in ("PNG", "CSV"):
        with looked.page.expect_download() as saving:
            chart(looked).get_by_role("button", name=f"Download as {name}").click()
        saved = Path(saving.value.path()).read_bytes()
        assert saving.value.suggested_filename == f"onboarding-where-to-look-first.{name.lower()}"
        if name == "PNG":
            width, height = (int.from_bytes(saved[at : at + 4]) for at in (16, 20))
            assert saved.startswith(_PNG) and width == 1600 and height > 1200  # words of each, too
        else:
            first, *lines = saved.decode("utf-8-sig").splitlines()
            assert first.startswith("Question,Stands at,")
            assert len(lines) == chart(looked).locator("tbody tr").count()
            assert lines[0].startswith("1. My workload was manageable.,1.")


def test_in_print_the_servers_drawing_stands(looked: Watched) -> None:
    looked.page.emulate_media(media="print")
    expect(chart(looked).locator(".drawing > svg")).to_be_visible()
    expect(chart(looked).locator("canvas")).to_be_hidden()
    looked.page.emulate_media(media="screen")
