"""A comment is answered, its author comes back with the receipt, and they go on talking."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from crypto.encoding import decode_base64url
from crypto.links import parse_link
from tests import rounds
from tests.authors import COMMENT
from tests.browser.conftest import Product, Served, link_of
from tests.browser.walk import answer_in_browser, sign_in_as_mentor
from tests.http_respondent import answer_over_http

MEMBERS = [f"north.{number}@example.org" for number in range(1, 10)]
MENTOR = "mentor.north@example.org"
MINE = "The walks help; more of them would help more."
ASKED, TOLD = "Which walk do you mean?", "The one on Monday."


def test_mentor_and_author_write_to_each_other_and_nothing_is_mailed(
    unserved: Product, phone: Page, tmp_path: Path
) -> None:
    round_id = _launched(unserved, tmp_path)
    with Served(unserved):
        links = [link_of(unserved.mail_to(who, "anonymous"), "/r/") for who in MEMBERS]
        receipt, address = _answer_and_keep_the_receipt(phone, links[0], MINE)
        for number, link in enumerate(links[1:]):
            _answer(unserved, link, f"Too many meetings, {number}.")
        unserved.run("rounds", "close", round_id)
        sign_in_as_mentor(unserved, phone, MENTOR)
        unserved.mail_to(MENTOR, "Results are in")  # the worker's own time; none comes after it
        mails = len(unserved.mails())
        _write_an_answer(phone)
        _come_back(phone, address, receipt)
        expect(phone.locator("ol.log > li")).to_contain_text(ASKED)
        phone.get_by_label("Write back").fill(TOLD)
        phone.get_by_role("button", name="Send").click()
        expect(phone.get_by_role("status").first).to_contain_text("Sent.")
        phone.goto(f"{unserved.url}/circles")
        _acknowledge(phone)
        _come_back(phone, address, receipt)
        expect(phone.locator("ol.log > li")).to_have_count(3)
        last = phone.locator("ol.log > li").last
        expect(last).to_contain_text("We have changed something because of it.")
        assert len(unserved.mails()) == mails


def _launched(product: Product, folder: Path) -> str:
    roster = folder / "roster.csv"
    roster.write_text(rounds.roster_csv({"North": len(MEMBERS)}), encoding="utf-8")
    product.run("people", "import", str(roster))
    with Served(product):
        printed = product.run("rounds", "launch", rounds.PROGRAM)
    found = re.search(r"Round (\S+) is open", printed)
    assert found is not None
    return found[1]


def _answer(product: Product, link: str, comment: str) -> None:
    path, _, code = link.partition("#")
    pool_id = decode_base64url(path.rpartition("/")[2])
    values = {**rounds.GOOD, COMMENT: comment}
    answer_over_http(product.url, pool_id, parse_link(code), values)


def _answer_and_keep_the_receipt(page: Page, link: str, comment: str) -> tuple[str, str]:
    """Answer in the browser; return the receipt, and the address where the page says to look."""
    answer_in_browser(page, link, comment)
    expect(page.get_by_text("Keep this code if you want to read a reply.")).to_be_visible()
    receipt = page.locator("code.receipt").inner_text()
    address = page.locator("a[href^='/m/']")
    with page.expect_download() as kept:
        page.get_by_role("button", name="Download as text").click()
    written = kept.value.path().read_text(encoding="utf-8")
    where = str(address.evaluate("(link) => link.href"))
    assert receipt in written and where in written
    return receipt, where


def _write_an_answer(page: Page) -> None:
    comment = page.get_by_role("listitem").filter(has_text=MINE)
    comment.get_by_role("button", name="Answer").click()
    page.get_by_label("Your answer").fill(ASKED)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("status")).to_contain_text("Your answer is in each of these mailboxes.")
    expect(page.get_by_role("listitem").filter(has_text=MINE).first).to_contain_text(ASKED)


def _acknowledge(page: Page) -> None:
    comment = page.get_by_role("listitem").filter(has_text=MINE)
    expect(comment).to_contain_text(TOLD)
    comment.get_by_role("button", name="Answer").click()
    page.get_by_role("button", name="We have changed something because of it.").click()
    expect(page.get_by_role("listitem").filter(has_text=MINE)).to_contain_text("We have changed")


def _come_back(page: Page, address: str, receipt: str) -> None:
    """Open the mailbox with a receipt typed as a person types it."""
    page.goto(address)
    page.locator("#receipt").fill(f" {receipt.lower()} ")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Your comment has a mailbox")).to_be_focused()
