"""The thread: roster, launch, real mail, an answer in a real browser, close, release."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from app.clock import MovableClock
from crypto.encoding import decode_base64url
from crypto.links import parse_link
from tests import rounds
from tests.browser.conftest import Product, Served, link_of
from tests.browser.walk import answer_in_browser, sign_in_as_mentor, start_answering
from tests.http_respondent import answer_over_http

MEMBERS = [f"north.{number}@example.org" for number in range(1, 8)]
MENTOR = "mentor.north@example.org"


def test_a_round_from_roster_to_the_mentors_page(
    unserved: Product, phone: Page, tmp_path: Path
) -> None:
    round_id = _launched(unserved, tmp_path)
    with Served(unserved):
        mails = {address: unserved.mail_to(address, "anonymous") for address in MEMBERS}
        link = link_of(mails[MEMBERS[0]], "/r/")
        answer_in_browser(phone, link)
        phone.goto("about:blank")
        start_answering(phone, link)
        expect(phone.get_by_text("This link has been used")).to_be_visible()
        for address in MEMBERS[1:5]:
            _answer(unserved, link_of(mails[address], "/r/"))
        unserved.run("rounds", "close", round_id)
        program = json.loads(unserved.run("results", round_id, "--json"))["release"]["cells"]
        assert program["program"]["ballots"]["n"] == "5-9"
        sign_in_as_mentor(unserved, phone, MENTOR)
        expect(phone.get_by_role("heading", level=1)).to_contain_text("North")
        expect(phone.locator("main")).to_contain_text("wellbeing score is 75 out of 100")


def test_with_one_answer_fewer_nothing_is_shown(
    unserved: Product, phone: Page, tmp_path: Path
) -> None:
    round_id = _launched(unserved, tmp_path)
    with Served(unserved):
        for address in MEMBERS[:4]:
            mail = unserved.mail_to(address, "anonymous")
            _answer(unserved, link_of(mail, "/r/"))
        unserved.run("rounds", "close", round_id)
        cells = json.loads(unserved.run("results", round_id, "--json"))["release"]["cells"]
        assert set(map(str, cells.values())) == {"{'withheld': True}"}
        sign_in_as_mentor(unserved, phone, MENTOR)
        expect(phone.locator("main")).to_contain_text("Withheld this time")
        expect(phone.locator("main")).not_to_contain_text("out of 100")


def test_a_lost_mail_is_answered_by_a_link_that_leads_to_the_one_paper(
    unserved: Product, phone: Page, tmp_path: Path
) -> None:
    unserved.data.mkdir(exist_ok=True)
    clock = MovableClock(unserved.data / "clock")
    clock.move_to(_monday_after(clock.now()))
    _launched(unserved, tmp_path, zone="UTC")  # which has no holidays
    with Served(unserved):
        first = {who: link_of(unserved.mail_to(who, "anonymous"), "/r/") for who in MEMBERS}
        for address in MEMBERS[1:6]:
            _answer(unserved, first[address])
        clock.move_to(clock.now() + timedelta(days=1))
        unserved.run("worker", "--once")  # the daily look
        for address in (MEMBERS[0], MEMBERS[1]):
            phone.goto(f"{unserved.url}/lost")
            phone.get_by_label("Your mail address").fill(address)
            phone.get_by_role("button", name="Send me a mail").click()
            expect(phone.get_by_role("heading", level=1)).to_have_text("Look in your mail")
        fresh = link_of(unserved.mail_to(MEMBERS[0], "Re: "), "/r/")
        assert fresh != first[MEMBERS[0]]
        answer_in_browser(phone, fresh)
        taken = link_of(unserved.mail_to(MEMBERS[1], "Re: "), "/r/")
        for link in (first[MEMBERS[0]], taken):
            phone.goto("about:blank")
            start_answering(phone, link)
            expect(phone.get_by_text("This link has been used")).to_be_visible()


def _monday_after(now: datetime) -> datetime:
    day = now + timedelta(days=7 - now.weekday())
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def _launched(product: Product, folder: Path, zone: str = "Europe/Berlin") -> str:
    """Import a clean roster and launch while the product runs, through the operator's commands."""
    roster = folder / "roster.csv"
    people = rounds.roster_csv({"North": len(MEMBERS)}).replace("Europe/Berlin", zone)
    roster.write_text(people, encoding="utf-8")
    product.run("people", "import", str(roster))
    with Served(product):
        printed = product.run("rounds", "launch", rounds.PROGRAM)
    found = re.search(r"Round (\S+) is open", printed)
    assert found is not None
    return found[1]


def _answer(product: Product, link: str) -> None:
    path, _, code = link.partition("#")
    pool_id = decode_base64url(path.rpartition("/")[2])
    values = {**rounds.GOOD, "pulse_support": 4, "pulse_speaking_up": 4}
    answer_over_http(product.url, pool_id, parse_link(code), values)
