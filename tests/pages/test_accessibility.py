"""Every page of the table is fit for everybody: axe, one heading, no sideways scrolling, no fault.

Light and dark; what visitors meet at 320, 390 and 1280 px, what mentors and admins see at 390
and 1280. That all fits is looked at from 320 to 1280 px, from the left and from the right.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.mail.mailer import MemoryMailer
from config import Settings
from tests.accounts import form_token
from tests.pages.live import Watched, served, started
from tests.pages.looking import PHONE_AND_DESK, PHONES_AND_DESK, faults
from tests.pages.scenes import Scene, client_of, full_scene, new_scene
from tests.pages.table import (
    ANONYMOUS,
    ERROR,
    NEW,
    SHOWN,
    TABLE,
    TERMS,
    Row,
    admins,
    everybody,
    get,
    post,
)

pytestmark = pytest.mark.browser

_SEND = """([action, fields]) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action });
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), { name, value }));
  }
  document.body.append(form);
  form.submit();
}"""
_SPOIL = """() => {
  document.documentElement.removeAttribute("lang");
  const [wide, pale, small, more] = ["h1", "p", "button", "button"].map((name) => {
    const made = Object.assign(document.createElement(name), { textContent: "a word" });
    return document.querySelector("main").appendChild(made);
  });
  wide.style.width = "600px";
  pale.style.color = "#777";
  for (const button of [small, more]) {
    button.style.cssText = "width: 8px; height: 8px; min-height: 0; min-width: 0; padding: 0";
  }
  document.body.append(Object.assign(document.createElement("script"), { textContent: "1" }));
}"""
_PAGES = [row for row in TABLE if row.is_page]
_OTHER_PAGES = {
    "no such page": get("/no-such-page", ERROR, everybody(404)),
    "a form that is out of date": post("/sign-in", ERROR, everybody(400), csrf_token="old"),
    "a method that is not allowed": post("/trust", ERROR, everybody(405)),
    "what a saved form says": post("/programs/{shown}/settings", SHOWN, admins(200), **TERMS),
}


# A mail is a part of its reader's page.
_ONLY_FOR_WHOLE_PAGES = ("landmark-one-main", "region")


@dataclass(frozen=True)
class Served:
    """A scene, and where it answers."""

    app: Flask
    scene: Scene
    address: str


@pytest.fixture(scope="module")
def just_begun(
    sqlite_template: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The installation without programs."""
    folder = tmp_path_factory.mktemp("just_begun")
    with started(sqlite_template, folder, MemoryMailer()) as app, served(app) as address:
        with app.app_context():
            scene = new_scene()
        yield Served(app, scene, address)


@pytest.fixture(scope="module")
def grown(sqlite_template: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The installation with a program in every state."""
    folder, mailer = tmp_path_factory.mktemp("grown"), MemoryMailer()
    with started(sqlite_template, folder, mailer) as app, served(app) as address:
        with app.app_context():
            new_scene()
            scene = full_scene(app, mailer, folder)
        yield Served(app, scene, address)


@pytest.fixture(scope="module")
def watched(chromium: Browser) -> Iterator[Watched]:
    """The one page in which everything is looked at."""
    watched = Watched(chromium)
    yield watched
    watched.page.close()


def test_a_page_with_faults_is_noticed(grown: Served, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{grown.address}/trust")
    page.evaluate(_SPOIL)
    found = "\n".join(faults(page, PHONES_AND_DESK, "trust"))
    for fault in ("2 first-level headings", "no language", "html-has-lang"):
        assert fault in found
    assert "trust, light, 390: target-size" in found
    for scheme in ("light", "dark"):
        assert f"trust, {scheme}, 390: color-contrast" in found
    for direction in ("ltr", "rtl"):
        assert f"trust, {direction}, 390: scrolls sideways" in found
        assert f"trust, {direction}, 768: scrolls sideways" not in found
    assert any("Content Security Policy" in complaint for complaint in watched.complaints())


@pytest.mark.parametrize("row", _PAGES, ids=lambda row: f"{row.method} {row.path} {row.state}")
def test_a_page_is_fit_for_everybody(
    request: pytest.FixtureRequest, watched: Watched, row: Row
) -> None:
    where = request.getfixturevalue("just_begun" if row.state == NEW else "grown")
    open_page(where, watched, row)
    assert faults(watched.page, widths_of(row), row.path) + watched.complaints() == []


@pytest.mark.parametrize("name", _OTHER_PAGES)
def test_a_page_beside_the_table_is_fit_for_everybody(
    grown: Served, watched: Watched, name: str
) -> None:
    row = _OTHER_PAGES[name]
    open_page(grown, watched, row)
    assert faults(watched.page, widths_of(row), name) + watched.complaints() == []


def test_the_mail_that_asks_is_fit_for_everybody(grown: Served, watched: Watched) -> None:
    answer = grown.app.test_client().get(f"/dev/inbox/{grown.scene.places['mail']}/html")
    watched.page.goto("about:blank")
    watched.page.set_content(answer.text)  # where the inbox shows it, no script may run, nor axe
    found = faults(watched.page, PHONES_AND_DESK, "mail", _ONLY_FOR_WHOLE_PAGES)
    assert found + watched.complaints() == []


def widths_of(row: Row) -> tuple[int, ...]:
    """Return at which widths a row's page is looked at."""
    return PHONES_AND_DESK if row.viewer == ANONYMOUS else PHONE_AND_DESK


def open_page(where: Served, watched: Watched, row: Row) -> None:
    """Show a row's page as its viewer sees it; it must have the table's status."""
    page, path = watched.page, row.path.format_map(where.scene.places)
    with where.app.app_context():
        client = client_of(where.app, row.viewer)
        token = form_token(where.app, client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": where.address}])
    if row.form is None:
        answer = page.goto(where.address + path)
        assert page.url == where.address + path
    else:
        page.goto(f"{where.address}/trust")
        with page.expect_navigation() as navigation:
            page.evaluate(_SEND, [path, {"csrf_token": token, **row.form}])
        answer = navigation.value
    assert answer is not None and answer.status == row.answers[row.viewer]
