"""Answering when something goes amiss: the page against the served product, on a phone.

One product and one round serve all tests, with a person for each; the last test closes the round.
"""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from crypto.links import encode_link, parse_link
from tests import rounds
from tests.browser.conftest import PHONE, Product, Served, environment_for, link_of

PEOPLE = 16
SEALED = "Thank you. Your answer is sealed."
USED = "This link has been used"


@dataclass(frozen=True)
class Opened:
    """A served product with an open round, and the links of people who have not come yet."""

    product: Product
    round_id: str
    links: Iterator[str]

    def link(self) -> str:
        """Return the mailed link of a person who has not answered."""
        return next(self.links)

    def ballots(self) -> int:
        """Return how many ballots are stored."""
        path = f"file:{self.product.data / 'ballots.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(path, uri=True)) as connection:
            count: int = connection.execute("SELECT count(*) FROM ballot").fetchone()[0]
            return count


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A product that is served, with a round that was launched and mailed."""
    folder: Path = tmp_path_factory.mktemp("answering")
    environment = environment_for(folder / "data")
    url = f"http://127.0.0.1:{environment['CHORUS_PORT']}"
    product = Product(url, folder / "data", environment)
    roster = folder / "roster.csv"
    roster.write_text(rounds.roster_csv({"North": PEOPLE}), encoding="utf-8")
    product.run("people", "import", str(roster))
    with Served(product):
        found = re.search(r"Round (\S+) is open", product.run("rounds", "launch", rounds.PROGRAM))
        assert found is not None
        members = (f"north.{number}@example.org" for number in range(1, PEOPLE + 1))
        mails = (product.mail_to(address, "anonymous") for address in members)
        yield Opened(product, found[1], (link_of(mail, "/r/") for mail in mails))


def start(page: Page, link: str) -> None:
    """Open a link and click Start."""
    page.goto(link)
    page.get_by_role("button", name="Start").click()


def answer_and_send(page: Page) -> None:
    """Answer the first question and click Send."""
    page.get_by_label("agree", exact=True).first.check()
    page.get_by_role("button", name="Send").click()


def expect_thanks(page: Page) -> None:
    """Wait for the thank-you with its receipt; nothing is left on the device."""
    expect(page.get_by_role("heading", name=SEALED)).to_be_visible()
    expect(page.locator("code.receipt")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_link_that_was_used_is_told_before_the_first_question(opened: Opened, phone: Page) -> None:
    link = opened.link()
    start(phone, link)
    answer_and_send(phone)
    expect_thanks(phone)
    phone.goto("about:blank")
    start(phone, link)
    expect(phone.get_by_role("heading", name=USED)).to_be_focused()
    assert phone.get_by_role("radio").count() == 0


def test_the_page_shows_the_fingerprint_that_admins_and_everybody_see(
    opened: Opened, phone: Page
) -> None:
    (listed,) = json.loads(opened.product.run("rounds", "list", "--json"))
    phone.goto(f"{opened.product.url}/trust")
    expect(phone.locator("article code.fingerprint")).to_have_text(listed["fingerprint"])
    phone.goto(opened.link())
    phone.get_by_text("How do you make sure?").click()
    expect(phone.locator("code.fingerprint")).to_have_text(listed["fingerprint"])


def test_the_first_view_leads_to_the_page_that_mentors_will_see_in_a_tab_of_its_own(
    opened: Opened, phone: Page
) -> None:
    phone.goto(opened.link())
    phone.get_by_text("See what they will see").click()
    with phone.expect_popup() as popup:
        phone.get_by_role("link", name="The whole page that they will see").click()
    expect(popup.value.get_by_text("Invented answers.")).to_be_visible()
    expect(popup.value.get_by_role("heading", name="How is your circle")).to_be_visible()
    expect(phone.get_by_role("button", name="Start")).to_be_visible()


def test_looking_at_a_link_burns_nothing(opened: Opened, chromium: Browser, phone: Page) -> None:
    link = opened.link()
    before = opened.ballots()
    with urlopen(link.partition("#")[0]) as answer:  # a mail scanner
        assert answer.status == 200
    contexts = [chromium.new_context(viewport=PHONE) for _ in range(2)]
    others = [context.new_page() for context in contexts]
    for page in (*others, phone):
        start(page, link)
        expect(page.get_by_role("button", name="Send")).to_be_visible()
    answer_and_send(phone)
    expect_thanks(phone)
    answer_and_send(others[0])
    expect(others[0].get_by_role("heading", name=USED)).to_be_focused()
    assert opened.ballots() == before + 1
    for context in contexts:
        context.close()


@pytest.mark.parametrize("pasted_whole", [True, False])
def test_link_whose_end_was_cut_off_is_mended_by_the_code_of_the_mail(
    opened: Opened, phone: Page, pasted_whole: bool
) -> None:
    link = opened.link()
    address, _, code = link.partition("#")
    phone.goto(address)
    field = phone.get_by_label("Link or code")
    field.fill(code[:-3])
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_text("That is not a whole code.")).to_be_visible()
    field.fill(link if pasted_whole else f" {code[:50]}\n{code[50:]} ")
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Start").click()
    answer_and_send(phone)
    expect_thanks(phone)


def with_other_character(link: str, at: int) -> str:
    """Return the link with the character at place `at` of its code changed."""
    address, _, code = link.partition("#")
    return f"{address}#{code[:at]}{'B' if code[at] == 'A' else 'A'}{code[at + 1 :]}"


IN_TOKEN, IN_SHARE, IN_PIN = 5, 40, 90


def test_link_with_a_wrong_character_is_told_before_the_first_question(
    opened: Opened, phone: Page
) -> None:
    link = opened.link()
    start(phone, with_other_character(link, IN_TOKEN))
    expect(phone.get_by_role("heading", name="We don’t know this link")).to_be_focused()
    phone.goto(with_other_character(link, IN_PIN))
    expect(phone.get_by_role("heading", name="Please don’t answer here")).to_be_visible()
    assert phone.get_by_role("button").count() == 0
    phone.goto(f"{link[:-1]}=")
    expect(phone.get_by_role("heading", name="This link is damaged")).to_be_visible()


def test_wrong_character_in_the_piece_of_the_key_costs_neither_paper_nor_answers(
    opened: Opened, phone: Page
) -> None:
    link = opened.link()
    before = opened.ballots()
    start(phone, with_other_character(link, IN_SHARE))
    answer_and_send(phone)
    expect(phone.get_by_role("heading", name="This link is damaged")).to_be_focused()
    phone.get_by_label("Link or code").fill(link)
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Start").click()
    assert phone.get_by_label("agree", exact=True).first.is_checked()
    phone.get_by_role("button", name="Send").click()
    expect_thanks(phone)
    assert opened.ballots() == before + 1


def test_token_that_was_never_mailed_is_told_before_the_first_question(
    opened: Opened, phone: Page
) -> None:
    address, _, code = opened.link().partition("#")
    invented = encode_link(replace(parse_link(code), token=os.urandom(16)))
    start(phone, f"{address}#{invented}")
    expect(phone.get_by_role("heading", name="We don’t know this link")).to_be_focused()
    assert phone.get_by_role("radio").count() == 0


def lose_answer(route: Route) -> None:
    """Let a request reach the service, and its answer not reach the page."""
    route.fetch()
    route.abort()


@pytest.mark.parametrize("endpoint", ["paper", "ballot"])
def test_answer_lost_on_the_way_is_asked_for_again_and_one_ballot_counts(
    opened: Opened, phone: Page, endpoint: str
) -> None:
    before = opened.ballots()
    phone.route(f"**/{endpoint}", lose_answer)
    start(phone, opened.link())
    answer_and_send(phone)
    expect(phone.get_by_text("Still trying…")).to_be_visible()
    phone.unroute(f"**/{endpoint}")
    expect_thanks(phone)
    assert opened.ballots() == before + 1


def test_phone_without_a_connection_sends_by_itself_once_it_is_back(
    opened: Opened, phone: Page
) -> None:
    before = opened.ballots()
    start(phone, opened.link())
    expect(phone.get_by_role("button", name="Send")).to_be_visible()
    phone.context.set_offline(True)
    answer_and_send(phone)
    expect(phone.get_by_text("Still trying…")).to_be_visible()
    assert opened.ballots() == before
    phone.context.set_offline(False)
    expect_thanks(phone)
    assert opened.ballots() == before + 1


@pytest.mark.parametrize("endpoint", ["paper", "ballot"])
def test_reload_in_the_middle_of_sending_offers_to_finish(
    opened: Opened, phone: Page, endpoint: str
) -> None:
    before = opened.ballots()
    phone.route(f"**/{endpoint}", lose_answer)
    start(phone, opened.link())
    answer_and_send(phone)
    expect(phone.get_by_text("Still trying…")).to_be_visible()
    phone.reload()
    phone.unroute(f"**/{endpoint}")
    phone.get_by_role("button", name="Finish sending").click()
    expect_thanks(phone)
    assert opened.ballots() == before + 1


def test_round_that_closes_is_told_before_the_first_question_and_between_start_and_send(
    opened: Opened, phone: Page
) -> None:
    link = opened.link()
    start(phone, link)
    expect(phone.get_by_role("button", name="Send")).to_be_visible()
    opened.product.run("rounds", "close", opened.round_id)
    answer_and_send(phone)
    closed = phone.get_by_role("heading", name="This round is closed")
    expect(closed).to_be_focused()
    assert phone.evaluate("Object.keys(localStorage).length") == 0
    phone.goto("about:blank")
    start(phone, link)
    expect(closed).to_be_focused()
    assert phone.get_by_role("radio").count() == 0
    assert opened.ballots() == 0
