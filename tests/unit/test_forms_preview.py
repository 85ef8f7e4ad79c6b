"""The phone in the editor says and draws what the respondent's page does."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Browser, Page, expect

from app.forms.preview import BYTES_A_WORD, MOST_ROWS, preview_of
from surveys.drafts import Draft, DraftItem, finish, notice_of
from surveys.form_wire import form_to_wire
from surveys.items import Choice, Form
from tests.unit import bundle_server
from tests.unit.bundle_runtime import STATIC
from tests.unit.bundle_server import TEMPLATES, SamplePool, served

SOURCES = Path(__file__).parents[2] / "frontend" / "src"
BOTH = {"en": "How was it?", "de": "Wie war es?"}
OPTIONS = (Choice("o1", BOTH), Choice("o2", {"en": "Tea"}))
DRAFT = Draft(
    ("en", "de"),
    BOTH,
    (
        DraftItem("q_five", "scale", BOTH, required=True, labels={"1": BOTH, "5": {"en": "very"}}),
        DraftItem("q_full", "scale", BOTH, count=2, labels={"1": BOTH, "2": BOTH}),
        DraftItem("q_ten", "scale", BOTH, first=0, count=11, cant_say=True, labels={"0": BOTH}),
        DraftItem("q_one", "single", {"en": "Which?"}, cant_say=True, options=OPTIONS),
        DraftItem("q_more", "multiple", BOTH, options=OPTIONS),
        DraftItem("q_say", "comment", BOTH, required=True),
    ),
)
# What is seen of the questions: elements, classes, kinds of controls and words.
SEEN = """(root) => {
  const seen = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent.trim();
    const inside = [...node.childNodes].map(seen).filter((part) => part.length > 0);
    if (inside.length === 0 && !["INPUT", "TEXTAREA"].includes(node.tagName)) return "";
    return [node.tagName, node.className, node.type ?? "", node.lang, node.dir, ...inside];
  };
  root.normalize();
  return [...root.querySelectorAll(".r-question")].map(seen);
}"""


def test_its_measures_are_the_pages() -> None:
    question = (SOURCES / "screens" / "question.ts").read_text(encoding="utf-8")
    comment = (SOURCES / "screens" / "comment.ts").read_text(encoding="utf-8")
    assert f"MOST_ROWS = {MOST_ROWS};" in question and f"BYTES_A_WORD = {BYTES_A_WORD};" in comment


@pytest.mark.browser
def test_the_questions_are_drawn_as_the_page_draws_them(
    chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = finish(DRAFT)
    form = Form(finished.title, finished.items, notice=notice_of(DRAFT))
    monkeypatch.setattr(bundle_server, "sample_form", lambda: form_to_wire(form))
    pool = SamplePool()
    for locale, language in (("en-GB", "en"), ("de-DE", "de"), ("ar-SA", "ar"), ("it-IT", "it")):
        page = chromium.new_page(viewport={"width": 390, "height": 780}, locale=locale)
        with served(pool) as origin:
            page.goto(origin + pool.invite())
            page.locator("button.r-main").click()
            expect(page.locator("fieldset").first).to_be_visible()
            real = seen(page)
        page.set_content(drawn(language))
        assert seen(page) == real and len(real) == len(DRAFT.items)
        page.close()


def seen(page: Page) -> Any:
    return page.locator("body").evaluate(SEEN)


def drawn(language: str) -> str:
    """Return the phone as the editor draws it."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    environment.globals["_"] = str
    phone = environment.get_template("forms/_phone.html").module
    return str(phone.phone(preview_of(DRAFT, finish(DRAFT), language)))  # type: ignore[attr-defined]


@pytest.mark.browser
@pytest.mark.parametrize(("kept", "typed", "asks"), [("0", "", 0), ("0", "more", 1), ("1", "", 1)])
def test_the_editor_asks_before_it_is_left_with_words_that_are_not_saved(
    chromium: Browser, kept: str, typed: str, asks: int
) -> None:
    page = chromium.new_page()
    page.set_content(f'<form data-unsaved="{kept}"><input></form>')
    page.add_script_tag(path=STATIC / "editor.js", type="module")
    page.locator("input").click()
    page.locator("input").press_sequentially(typed)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    page.goto("about:blank")
    page.close()
    assert dialogs == ["beforeunload"] * asks
