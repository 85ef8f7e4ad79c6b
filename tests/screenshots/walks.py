"""The ways of the three people past every screen, with a picture of each."""

import json

from playwright.sync_api import Browser, Page

from app.demo.keyring import Keyring
from app.demo.organisation import VISITOR
from tests.browser.conftest import PHONE, Product, link_of
from tests.browser.walk import sign_in_as_admin, sign_in_as_mentor, start_answering
from tests.screenshots.camera import DESK, Camera

_SURE_TO_WARN = "Anna Berger said that we meet too seldom."


def walk_everybody(camera: Camera, product: Product, browser: Browser) -> None:
    """Take the pages that need no account."""
    page = browser.new_page(viewport=DESK, locale="en-GB")
    for name in ("sign-in", "privacy", "trust", "lost"):
        page.goto(f"{product.url}/{name}")
        camera.keep(page, name)
    page.goto(f"{product.url}/example")
    camera.keep(page, "example")
    page.goto(f"{product.url}/example/withheld")
    camera.keep(page, "example-withheld")


def walk_employee(camera: Camera, product: Product, browser: Browser) -> None:
    """Take the way from the mail to the receipt, and back with it."""
    page = browser.new_page(viewport=PHONE, locale="en-GB")
    mail = product.mail_to(VISITOR, "anonymous")
    html = mail.get_body(("html",))
    assert html is not None
    page.set_content(html.get_content())
    camera.keep(page, "invitation")
    page.goto(link_of(mail, "/unsubscribe/"))
    camera.keep(page, "mails")
    page.goto(link_of(mail, "/r/"))
    page.get_by_role("button", name="Start").wait_for()
    camera.keep(page, "employee")
    start_answering(page, page.url)
    page.get_by_role("button", name="Send").wait_for()
    camera.keep(page, "question")
    page.get_by_label("agree", exact=True).first.check()
    page.get_by_role("textbox").fill(_SURE_TO_WARN)
    page.get_by_role("textbox").scroll_into_view_if_needed()
    camera.keep(page, "comment")
    page.get_by_role("textbox").fill("The sessions help me a lot.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you. Your answer is sealed.").wait_for()
    camera.keep(page, "thanks")
    page.goto(page.url.replace("/r/", "/m/").partition("#")[0])
    page.get_by_role("textbox").wait_for()
    camera.keep(page, "replies")


def walk_mentor(camera: Camera, product: Product, browser: Browser) -> None:
    """Take a mentor's pages."""
    page = browser.new_page(viewport=DESK, locale="en-GB")
    sign_in_as_mentor(product, page, _keyring(product).mentor)
    circle = page.url
    camera.keep(page, "circle")
    page.mouse.wheel(0, 900)
    camera.keep(page, "circle-below")
    page.goto(f"{circle}/session")
    camera.keep(page, "session")
    page.goto(f"{product.url}/feedback")
    camera.keep(page, "feedback-self")
    page.get_by_role("button", name="Show the results without").click()
    page.get_by_role("heading", name="The six skills").wait_for()
    camera.keep(page, "feedback")


def walk_admin(camera: Camera, product: Product, browser: Browser) -> None:
    """Take an admin's pages."""
    page = browser.new_page(viewport=DESK, locale="en-GB")
    keyring = _keyring(product)
    sign_in_as_admin(product, page, keyring.admin, keyring.password)
    camera.keep(page, "overview")
    program = _first(page, "main a[href^='/programs/']:not([href$='/new'])")
    _take(camera, page, product, {"program-new": "/programs/new", "program": program})
    of_program = {"results": "results", "questions": "questions", "goals": "goals"}
    of_program |= {"forecast": "forecast", "cycles": "feedback"}
    _take(camera, page, product, {name: f"{program}/{part}" for name, part in of_program.items()})
    _take(camera, page, product, {"launch": f"{program}/rounds/new", "alerts": "/alerts"})
    _take(camera, page, product, {"alert": _first(page, "main a[href^='/alerts/']")})
    _take(camera, page, product, {"forms": "/forms", "audit": "/audit"})


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
