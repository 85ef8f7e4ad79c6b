"""What a newcomer does with the demo: answer, let colleagues answer, close, and look."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.demo.keyring import Keyring
from app.demo.organisation import PROGRAMS, VISITOR
from tests.browser.conftest import Product, Served, environment_for, link_of
from tests.browser.walk import answer_in_browser, sign_in_as_admin, sign_in_as_mentor

pytestmark = pytest.mark.slow
DECLINING, STEADY, RECOVERING, SMALL = (program.name for program in PROGRAMS)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product as `make run` starts it on an empty folder."""
    data = tmp_path_factory.mktemp("demo") / "data"
    environment = environment_for(data)
    product = Product(f"http://127.0.0.1:{environment['CHORUS_PORT']}", data, environment)
    with Served(product):
        yield product


@pytest.fixture(scope="module")
def keyring(demo: Product) -> Keyring:
    """How the demo says one signs in."""
    return Keyring(**json.loads((demo.data / "demo.json").read_text()))


def test_an_answer_goes_from_the_inbox_to_the_mentor_and_the_admin(
    demo: Product, keyring: Keyring, phone: Page
) -> None:
    answer_in_browser(phone, link_of(demo.mail_to(VISITOR, "anonymous"), "/r/"))
    phone.goto(f"{demo.url}/dev/inbox")
    phone.get_by_role("button", name="Let colleagues answer").click()
    expect(phone.get_by_role("status")).to_contain_text("Colleagues have answered")
    phone.get_by_role("button", name="Move the clock to the close").click()
    expect(phone.get_by_role("status")).to_contain_text("The clock now stands")
    demo.mail_to(keyring.mentor, "Results are in")
    sign_in_as_mentor(demo, phone, keyring.mentor)
    expect(phone.locator("main")).to_contain_text("The whole program")
    expect(phone.locator("main")).to_contain_text("out of 100")
    _the_admin_sees_how_each_program_stands(demo, keyring, phone)
    said = (demo.data.parent / "serve.log").read_text()
    for line in ("Open http", *keyring.lines()):
        assert said.count(line) == 1, said  # the terminal says it once


def _the_admin_sees_how_each_program_stands(demo: Product, keyring: Keyring, phone: Page) -> None:
    phone.context.clear_cookies()
    sign_in_as_admin(demo, phone, keyring.admin, keyring.password)
    for program, state in (
        (DECLINING, "declining"),
        (RECOVERING, "recovering"),
        (STEADY, "steady"),
        (SMALL, "can't be monitored"),
    ):
        row = phone.get_by_role("listitem").filter(has_text=program)
        expect(row).to_contain_text(state)
    phone.goto(f"{demo.url}/alerts")
    phone.get_by_role("link", name=DECLINING).click()
    expect(phone.locator("main")).to_contain_text(f"Wellbeing in {DECLINING} has probably fallen")
    expect(phone.locator("main")).to_contain_text("It says nothing about any person.")


def test_at_least_half_of_the_circles_are_withheld_in_a_typical_round(demo: Product) -> None:
    listed = json.loads(demo.run("rounds", "list", "--json"))
    shares = []
    for entry in listed:
        if entry["state"] == "closed" and entry["cycle"] is None:
            release = json.loads(demo.run("results", entry["id"], "--json"))["release"]
            circles = [cell for name, cell in release["cells"].items() if name != "program"]
            shares.append(sum("withheld" in cell for cell in circles) / len(circles))
        if len(shares) == 12:
            break
    assert sorted(shares)[len(shares) // 2] >= 0.5
    about_mentors = [entry["state"] for entry in listed if entry["cycle"] is not None]
    assert about_mentors == ["closed"] * len(PROGRAMS[0].circles)


def test_the_demo_s_inbox_holds_the_open_round_alone(demo: Product) -> None:
    folder = Path(demo.data) / "inbox" / "new"
    asked = [mail for mail in demo.mails() if "anonymous" in mail["Subject"]]
    assert folder.is_dir()
    assert len(asked) == sum(PROGRAMS[0].circles) + len(PROGRAMS[0].circles)
