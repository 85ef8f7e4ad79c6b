"""The ways of the three people through the pages, step by step as they would go."""

from playwright.sync_api import Page, expect

from tests import rounds
from tests.browser.conftest import Product, link_of


def start_answering(page: Page, link: str) -> None:
    """Open a mailed link and press Start."""
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Start").click()


def answer_in_browser(page: Page, link: str, comment: str = "The sessions help me a lot.") -> None:
    """Answer "agree" to every question of the pulse, write a comment, and send."""
    start_answering(page, link)
    agree = page.get_by_label("agree", exact=True)
    expect(agree).to_have_count(len(rounds.GOOD))
    for radio in agree.all():
        radio.check()
    page.get_by_role("textbox").fill(comment)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you. Your answer is sealed.")).to_be_visible()


def sign_in_as_mentor(product: Product, page: Page, address: str) -> None:
    """Ask for a sign-in link, follow it from the mail, and go to the circle."""
    page.goto(f"{product.url}/sign-in")
    page.get_by_role("textbox", name="address").first.fill(address)
    page.get_by_role("button", name="Send me a sign-in link").click()
    expect(page).to_have_url(f"{product.url}/sign-in/sent")
    page.goto(link_of(product.mail_to(address, "Sign in"), "/sign-in/"))
    page.get_by_role("button").last.click()
    page.wait_for_url("**/circles**")


def sign_in_as_admin(product: Product, page: Page, address: str, password: str) -> None:
    """Sign in with a password and come to the programs."""
    page.goto(f"{product.url}/sign-in")
    page.get_by_role("textbox", name="address").last.fill(address)
    page.locator("input[type=password]").fill(password)
    page.get_by_role("button", name="Sign in with password").click()
    page.wait_for_url("**/programs")
