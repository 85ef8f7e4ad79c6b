"""The ways of the three people past every screen, with a picture of each."""

import json
from random import Random

import pyotp
from playwright.sync_api import Browser, FilePayload, Page

from app.demo.keyring import Keyring
from app.demo.organisation import VISITOR, roster_csv
from tests.browser.conftest import PHONE, Product, link_of
from tests.browser.walk import sign_in_as_admin, sign_in_as_mentor, start_answering
from tests.chromium import add_device
from tests.screenshots.camera import DESK, Camera

_SURE_TO_WARN = "Anna Berger said that we meet too seldom."


def walk_everybody(camera: Camera, product: Product, browser: Browser) -> None:
    """Take the pages that need no account."""
    page = browser.new_page(viewport=DESK, locale="en-GB")
    _take(camera, page, product, {name: f"/{name}" for name in ("sign-in", "privacy", "trust")})
    _take(camera, page, product, {name: f"/{name}" for name in ("lost", "contact", "plain")})
    examples = {"example": "", "example-withheld": "/withheld", "example-team": "/team"}
    _take(camera, page, product, {name: f"/example{end}" for name, end in examples.items()})
    _take(camera, page, product, {"inbox": "/dev/inbox", "gallery": "/dev/mails"})


def walk_employee(camera: Camera, product: Product, browser: Browser) -> None:
    """Take the way from the mail to the receipt, and back with it."""
    page = browser.new_page(viewport=PHONE, locale="en-GB")
    mail = product.mail_to(VISITOR, "anonymous")
    html = mail.get_body(("html",))
    assert html is not None
    page.set_content(html.get_content())
    camera.keep(page, "invitation")
    link = link_of(mail, "/r/")
    _look_in_arabic(camera, browser, link)
    page.goto(link)
    page.get_by_role("button", name="Start").wait_for()
    camera.keep(page, "employee")
    page.get_by_text("See what they will see").click()
    page.get_by_text("See what they will see").scroll_into_view_if_needed()
    camera.keep(page, "preview")
    start_answering(page, link)
    page.get_by_role("button", name="Send").wait_for()
    camera.keep(page, "question")
    page.get_by_label("agree", exact=True).first.check()
    page.get_by_role("textbox").fill(_SURE_TO_WARN)
    warning = page.get_by_text("may mention a name")
    warning.wait_for()
    camera.keep(page, "comment", at=warning)
    page.get_by_role("textbox").fill("The sessions help me a lot.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you. Your answer is sealed.").wait_for()
    camera.keep(page, "thanks")
    page.get_by_role("button", name="I have kept it").click()
    page.goto(page.url.replace("/r/", "/m/").partition("#")[0])
    page.get_by_role("textbox").wait_for()
    camera.keep(page, "replies")
    _look_at_own_data(camera, product, page, link_of(mail, "/unsubscribe/"))


def _look_in_arabic(camera: Camera, browser: Browser, link: str) -> None:
    page = browser.new_page(viewport=PHONE, locale="ar")
    page.goto(link)
    page.locator("html[dir=rtl]").wait_for()
    page.get_by_role("button").first.wait_for()
    camera.keep(page, "employee-arabic")
    page.close()


def _look_at_own_data(camera: Camera, product: Product, page: Page, link: str) -> None:
    page.goto(link)
    camera.keep(page, "mails")
    page.get_by_role("button", name="Mail me the link").click()
    page.goto(link_of(product.mail_to(VISITOR, "data"), "/your-data/"))
    page.get_by_role("button").first.click()
    page.get_by_text("What is kept about you").wait_for()
    camera.keep(page, "data")
    page.get_by_role("link", name="Erase my data").click()
    camera.keep(page, "erase")


def walk_mentor(camera: Camera, product: Product, browser: Browser) -> None:
    """Take a mentor's pages."""
    page = browser.new_page(viewport=DESK, locale="en-GB")
    sign_in_as_mentor(product, page, _keyring(product).mentor)
    circle = page.url
    camera.keep(page, "circle")
    page.mouse.wheel(0, 900)
    camera.keep(page, "circle-below")
    path = circle.removeprefix(product.url)
    _take(camera, page, product, {name: f"{path}/{name}" for name in ("agreed", "session")})
    _take(camera, page, product, {"feedback-self": "/feedback"})
    page.get_by_role("button", name="Show the results without").click()
    page.get_by_role("heading", name="The six skills").wait_for()
    camera.keep(page, "feedback")


def walk_admin(camera: Camera, product: Product, browser: Browser) -> None:
    """Take an admin's pages."""
    page = browser.new_page(viewport=DESK, locale="en-GB")
    keyring = _keyring(product)
    sign_in_as_admin(product, page, keyring.admin, keyring.password)
    camera.keep(page, "overview")
    names = ("calendar", "alerts", "forms", "audit", "settings", "health", "people")
    _take(camera, page, product, {name: f"/{name}" for name in names})
    _take(camera, page, product, {"program-new": "/programs/new", "person-new": "/people/new"})
    page.goto(f"{product.url}/alerts")
    _take(camera, page, product, {"alert": _first(page, "main a[href^='/alerts/']")})
    page.goto(f"{product.url}/programs")
    program = _first(page, "main a[href^='/programs/']:not([href$='/new'])")
    _take(camera, page, product, {"program": program})
    _take(camera, page, product, {"cancel": _first(page, "main a[href$='/cancel']")})
    parts = ("results", "questions", "goals", "forecast", "groups")
    _take(camera, page, product, {name: f"{program}/{name}" for name in parts})
    _take(camera, page, product, {"group": _first(page, "main a[href*='/groups/']")})
    _take(camera, page, product, {"cycles": f"{program}/feedback"})
    _take(camera, page, product, {"program-settings": f"{program}/settings"})
    # One in which no round is open, and no feedback was asked for lately.
    page.goto(f"{product.url}/programs")
    steady = page.get_by_role("link", name="Engineering peers").first.get_attribute("href")
    asked = {"launch": "rounds/new", "cycle-new": "feedback/new?about=mentors"}
    _take(camera, page, product, {name: f"{steady}/{end}" for name, end in asked.items()})
    steps = ("people", "circles", "questions", "schedule", "review")
    _take(camera, page, product, {f"setup-{name}": f"{program}/setup/{name}" for name in steps})
    page.goto(f"{product.url}/people")
    person = _first(page, "main a[href^='/people/']:not([href$='/new']):not([href*='import'])")
    _take(camera, page, product, {"person": person, "import": "/people/import"})
    page.set_input_files("input[type=file]", files=[_roster_file()])
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url("**/people/import/*")
    camera.keep(page, "import-preview")


def walk_account(camera: Camera, product: Product, browser: Browser) -> None:
    """Take the pages about the own account, and sign in with a second factor."""
    page = browser.new_page(viewport=DESK, locale="en-GB")
    keyring = _keyring(product)
    sign_in_as_admin(product, page, keyring.admin, keyring.password)
    page.goto(f"{product.url}/account")
    page.get_by_role("button", name="Set up an app").click()
    page.wait_for_url("**/account/app")
    camera.keep(page, "account-app")
    app = pyotp.TOTP(page.locator("code.hash").inner_text().replace(" ", ""))
    page.get_by_label("Code from the app").fill(app.now())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    camera.keep(page, "account-codes")
    other = browser.new_page(viewport=DESK, locale="en-GB")
    other.goto(f"{product.url}/sign-in")
    other.get_by_role("textbox", name="address").last.fill(keyring.admin)
    other.locator("input[type=password]").fill(keyring.password)
    other.get_by_role("button", name="Sign in with password").click()
    other.wait_for_url("**/sign-in/code")
    camera.keep(other, "sign-in-code")
    other.get_by_label("Code from your app").fill(page.locator("code.receipt").first.inner_text())
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.wait_for_url("**/programs")
    add_device(page)
    page.goto(f"{product.url}/account")
    page.get_by_label("A name for it").fill("my laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Remove my laptop").wait_for()
    _take(camera, page, product, {"account": "/account"})


def _roster_file() -> FilePayload:
    roster = roster_csv(Random(1)).splitlines()
    roster[5:7] = []
    return {"name": "roster.csv", "mimeType": "text/csv", "buffer": "\n".join(roster).encode()}


def _take(camera: Camera, page: Page, product: Product, paths: dict[str, str]) -> None:
    for name, path in paths.items():
        page.goto(product.url + path)
        camera.keep(page, name)


def _first(page: Page, links: str) -> str:
    path = page.locator(links).first.get_attribute("href")
    assert path is not None
    return path


def _keyring(product: Product) -> Keyring:
    return Keyring(**json.loads((product.data / "demo.json").read_text()))
