"""Makes the README's pictures from the demo: `make screenshots`."""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.demo.keyring import Keyring
from app.demo.organisation import VISITOR
from tests.browser.conftest import PHONE, ROOT, Product, Served, environment_for, link_of
from tests.browser.walk import sign_in_as_admin, sign_in_as_mentor, start_answering
from tests.chromium import CHROMIUM_FLAGS, chromium_path

FOLDER = ROOT / "docs" / "screenshots"
DESK = {"width": 1200, "height": 800}


def main() -> None:
    """Start the demo in a temporary folder, walk through it, and keep what is seen."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_for(Path(folder) / "data")
        url = f"http://127.0.0.1:{environment['CHORUS_PORT']}"
        product = Product(url, Path(folder) / "data", environment)
        with Served(product), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path(), args=CHROMIUM_FLAGS
            )
            _walk(product, browser)
            browser.close()


def _walk(product: Product, browser: Browser) -> None:
    keyring = Keyring(**json.loads((product.data / "demo.json").read_text()))
    phone = browser.new_page(viewport=PHONE)
    phone.goto(link_of(product.mail_to(VISITOR, "anonymous"), "/r/"))
    phone.get_by_role("button", name="Start").wait_for()
    _keep(phone, "employee")
    start_answering(phone, phone.url)
    phone.get_by_role("button", name="Send").wait_for()
    _keep(phone, "employee-questions")
    mentor = browser.new_page(viewport=DESK)
    sign_in_as_mentor(product, mentor, keyring.mentor)
    _keep(mentor, "mentor")
    mentor.goto(f"{product.url}/feedback")
    mentor.get_by_role("button", name="Show the results without").click()
    mentor.get_by_role("heading", name="The six skills").wait_for()
    _keep(mentor, "feedback")
    admin = browser.new_page(viewport=DESK)
    sign_in_as_admin(product, admin, keyring.admin, keyring.password)
    _keep(admin, "admin")
    admin.goto(f"{product.url}/alerts")
    admin.locator("main a[href^='/alerts/']").first.click()
    _keep(admin, "alert")


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"docs/screenshots/{name}.png")


if __name__ == "__main__":
    main()
