"""A mentor's feedback from the form to the report, and one for whom too few were asked."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from app.mail.mailer import MemoryMailer
from config import Settings
from tests import feedback, posts, rounds
from tests.accounts import post
from tests.applications import A_MONDAY
from tests.browser.conftest import PHONE
from tests.browser.walk import start_answering
from tests.conftest import PATIENCE_MILLISECONDS
from tests.http_respondent import answer_over_http
from tests.pages.live import served, started

NORTH = [f"north.{number}@example.org" for number in range(1, 10)]
FEW = [f"{name}.{number}@example.org" for name in ("south", "east") for number in range(1, 4)]
MENTOR, MENTOR_OF_FEW = "mentor.north@example.org", "mentor.south@example.org"
LOW = {**feedback.GOOD, "skill_time_management": 2, "skill_leadership": 5}
WROTE = {"skill_keep": "The walks help a lot.", "skill_try": "Send the agenda a day before."}
OF_FEW = {**feedback.GOOD, "skill_collaboration": 2}
BEST = "Helps others to take the lead"


class Story:
    """A program whose members rate their mentors, and a phone."""

    def __init__(self, app: Flask, address: str, mailer: MemoryMailer, page: Page) -> None:
        self.address, self.page = address, page
        self._app, self._mailer = app, mailer

    def mailed(self, recipient: str, path: str) -> str:
        """Return the address here that a mail to somebody leads to, by its path."""
        for mail in self._mailer.mails:
            found = re.search(rf"http://\S+({path}\S*)", posts.text(mail))
            if mail.recipient == recipient and found:
                return self.address + found[1]
        raise AssertionError(f"no mail to {recipient} leads to {path}")

    def read_from_the_mail(self, who: str) -> None:
        """Open the mail that says that feedback is in, and sign in by the link of another."""
        self.page.context.clear_cookies()
        leads_to = self.mailed(who, "/feedback/")
        self.page.goto(leads_to)
        expect(self.page.get_by_role("button", name="Send me a sign-in link")).to_be_visible()
        # Not by the browser: when that hangs up early this server sends no mail after its answer.
        post(self._app, self._app.test_client(), "/sign-in/link", {"address": who})
        self.page.goto(self.mailed(who, "/sign-in/"))
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page).to_have_url(leads_to)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone on which it is the time of the test: its script knows whether a pool has closed."""
    context = chromium.new_context(viewport=PHONE, locale="en-GB")
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    context.clock.set_fixed_time(A_MONDAY)
    yield context.new_page()
    context.close()


def test_mentors_read_what_their_members_say_or_what_all_with_few_of_them_share(
    sqlite_template: Settings, tmp_path: Path, page: Page
) -> None:
    mailer = MemoryMailer()
    with started(sqlite_template, tmp_path, mailer) as app, served(app) as address:
        cycle = _launched(app, mailer, tmp_path)
        story = Story(app, address, mailer, page)
        _rate_in_browser(story, NORTH[0])
        _rate(story, cycle, feedback.pool_about(cycle.id, MENTOR), NORTH[1:], {**LOW, **WROTE})
        _rate(story, cycle, feedback.pool_about(cycle.id, None), FEW, OF_FEW)
        feedback.close(cycle)
        _read_and_answer(story)
        _read_what_is_shared(story)


def _launched(app: Flask, mailer: MemoryMailer, folder: Path) -> feedback.OpenCycle:
    """Import a circle whose mentor has raters enough, and two whose mentors don't; ask them."""
    roster = rounds.roster_csv({"North": len(NORTH), "South": 3, "East": 3})
    rounds.import_people(app, folder, roster)
    return feedback.launch(mailer, "mentors")


def _rate_in_browser(story: Story, who: str) -> None:
    """Open the mail's link and choose the best answer about leading, and comment; send."""
    page = story.page
    start_answering(page, story.mailed(who, "/r/"))
    page.get_by_label(BEST).check()
    page.get_by_label("Comes, but often late or short of time").check()
    for label in (
        "Notices how others feel and responds to it",
        "Asks for other views and builds on them",
        "Fits explanations to the listener",
        "Solves difficult questions and shows how",
    ):
        page.get_by_label(label).check()
    for box, text in zip(page.get_by_role("textbox").all(), WROTE.values(), strict=True):
        box.fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you. Your answer is sealed.")).to_be_visible()


def _rate(
    story: Story,
    cycle: feedback.OpenCycle,
    pool_id: bytes,
    raters: list[str],
    values: dict[str, object],
) -> None:
    for who in raters:
        answer_over_http(story.address, pool_id, cycle.links[who][pool_id], values)


def _read_and_answer(story: Story) -> None:
    """Rate oneself, read the profile, the skill to work on and its guide, answer a comment."""
    page = story.page
    story.read_from_the_mail(MENTOR)
    main = page.locator("main")
    expect(main).to_contain_text("Before you read it")
    expect(main).not_to_contain_text("Skill by skill")
    page.get_by_label(BEST).check()
    page.get_by_label("Is on time and keeps to the agenda").check()
    page.get_by_role("button", name="Keep it and show the results").click()
    expect(main).to_contain_text("What clearly stands out: Leadership.")
    expect(main).to_contain_text("It stands clearly lower than the others.")
    expect(main).to_contain_text("Talk about dates and promises, yours first.")
    expect(main).to_contain_text("How to say thank you")
    skill = page.get_by_role("rowheader", name="Time management", exact=True)
    row = page.get_by_role("row").filter(has=skill)
    expect(row).to_contain_text("you see yourself higher than others do")
    expect(main).to_contain_text(WROTE["skill_try"])
    page.get_by_role("button", name="Answer all of these").first.click()
    page.get_by_role("button", name="Thank you").first.click()
    expect(page.get_by_role("status")).to_contain_text("Your answer is in each")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def _read_what_is_shared(story: Story) -> None:
    """Find the own result withheld, the program's beside it, and what would make it visible."""
    story.read_from_the_mail(MENTOR_OF_FEW)
    main = story.page.locator("main")
    expect(main).to_contain_text("Withheld this time")
    expect(main).to_contain_text("All mentors with few raters")
    expect(main).to_contain_text("Look at one piece of work that you share.")
    expect(main).to_contain_text("What would make it visible")
    expect(main).not_to_contain_text(WROTE["skill_try"])
