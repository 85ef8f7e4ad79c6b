"""An alert from raised to recovered: mailed, taken, acted on, and told in its history."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.alerts.service import review_program
from app.clock import current_clock
from app.extensions import identity
from app.jobs.notices import send_owed_notices
from app.jobs.workplace import current_workplace
from app.mail.mailer import MaildirMailer
from app.models.identity.alert import Alert
from config import Settings
from tests.accounts import sign_in_admin
from tests.browser.conftest import PHONE
from tests.conftest import PATIENCE_MILLISECONDS
from tests.pages.live import served, started
from tests.releases import (
    EVERY,
    EVERYBODY_ELSE,
    FIRST_DAY,
    Answered,
    add_program,
    add_released_round,
)

GOOD_ROUNDS = 7
ACTION = "No meetings on Friday afternoons, for a month."


class Story:
    """A program whose rounds close one after the other, and an admin with a phone."""

    def __init__(self, app: Flask, address: str, page: Page) -> None:
        self._app, self._address, self._page = app, address, page
        self._program = add_program("Onboarding", time_zone="UTC")
        self._rounds = 0

    def close_round(self, rating: int) -> None:
        """Close the next round, in which everybody chose `rating`, and move on to that day."""
        self._rounds += 1
        day = FIRST_DAY + self._rounds * EVERY
        self.move_to(day)
        add_released_round(self._program, {EVERYBODY_ELSE: Answered(30, rating)})
        with identity.begin() as session:
            review_program(session, self._program, day)
        send_owed_notices(current_workplace())

    def move_to(self, day: date) -> None:
        """Move to the noon of a day, and sign in: no session lasts that long."""
        moment = datetime.combine(day, time(12), UTC)
        current_clock().move_to(moment)  # type: ignore[attr-defined]
        client = self._app.test_client()
        sign_in_admin(client)
        cookie = client.get_cookie("session")
        assert cookie is not None
        self._page.context.add_cookies(
            [{"name": "session", "value": cookie.value, "url": self._address}]
        )

    @property
    def today(self) -> date:
        """Return the day of the clock."""
        return current_clock().now().date()

    def alert(self) -> Alert | None:
        """Return the program's alert."""
        with identity.read() as session:
            return session.scalars(select(Alert)).one_or_none()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone on which no script runs: the pages need none."""
    context = chromium.new_context(viewport=PHONE, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()


def test_an_alert_is_followed_from_its_mail_to_the_recovery(
    sqlite_template: Settings, tmp_path: Path, page: Page
) -> None:
    mailer = MaildirMailer(tmp_path / "data" / "inbox")
    with (
        started(sqlite_template, tmp_path, mailer) as app,
        app.app_context(),
        served(app) as address,
    ):
        story = Story(app, address, page)
        for _ in range(GOOD_ROUNDS):
            story.close_round(4)
        while story.alert() is None:
            story.close_round(2)
        _open_from_the_mail(page, address)
        _take_and_act(page, story.today + timedelta(days=3))
        story.move_to(story.today + timedelta(days=2))
        page.reload()
        page.get_by_role("button", name="It is done").click()
        expect(page.locator("main")).to_contain_text("Too early to say. From")
        _recover(story)
        page.reload()
        _is_over(page)


def _open_from_the_mail(page: Page, address: str) -> None:
    page.goto(f"{address}/dev/inbox")
    page.get_by_role("link", name="Please take a look at Onboarding").click()
    link = page.frame_locator("iframe").get_by_role("link", name="Open the alert")
    leads_to = link.get_attribute("href")
    assert leads_to is not None
    page.goto(address + urlsplit(leads_to).path)  # the mail names the port of a whole product
    expect(page.locator("main")).to_contain_text("Wellbeing in Onboarding has probably fallen")


def _take_and_act(page: Page, due: date) -> None:
    seen = page.get_by_role("button", name="I have seen this")
    seen.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You have seen this alert.")
    page.get_by_role("button", name="I take it").click()
    expect(page.get_by_role("status")).to_contain_text("The alert is yours now.")
    page.get_by_label("What will be done").fill(ACTION)
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("alert")).to_contain_text("Give a day")
    expect(page.get_by_label("What will be done")).to_have_value(ACTION)
    page.get_by_label("By when").fill(due.isoformat())
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("status")).to_contain_text("The action is planned.")


def _recover(story: Story) -> None:
    for _ in range(10):
        story.close_round(4)
        alert = story.alert()
        if alert is not None and alert.closed_on is not None:
            return
    raise AssertionError("ten good rounds end no alert")


def _is_over(page: Page) -> None:
    main = page.locator("main")
    expect(main).to_contain_text("Wellbeing has come back to where it was.")
    expect(main).to_contain_text("wellbeing is clearly higher than in the round of")
    page.get_by_role("button", name="It helped").click()
    lines = page.locator("ol.log > li").all_inner_texts()
    told = [
        *("The alert was raised.", "saw it.", "took it.", f"planned an action.\n{ACTION}"),
        *("noted that an action was done.", "The alert is over.", "the action helped."),
    ]
    assert len(lines) == len(told)
    assert all(words in line for words, line in zip(told, lines, strict=True)), lines
    page.goto(page.url.rpartition("/")[0] + "?state=over")
    expect(page.get_by_role("link", name="Onboarding")).to_contain_text("recovered")
