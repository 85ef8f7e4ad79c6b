"""The example is what mentors and the program team will see: same template, reader and rules."""

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BaseLoader, ChoiceLoader, DictLoader

from app.example.invented import OWN, QUIET, invented
from app.results.cells import WITHHELD
from app.results.words import WITHHELD_SENTENCE, WITHHELD_WORD
from tests.accounts import add_mentor, sign_in_admin, sign_in_mentor
from tests.releases import EVERYBODY_ELSE, Answered, add_released_round, program_of

EXAMPLES = ("/example", "/example/withheld", "/example/team")
PEOPLE = Answered(12, 4, comment="We should talk about the workload")


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Make the invented rounds anew before and after each test."""
    invented.cache_clear()
    yield
    invented.cache_clear()


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


@pytest.fixture
def real(app: Flask) -> dict[str, str]:
    """Real pages like the examples, by example: paths that `mentor` and `admin` may open."""
    group = add_mentor("mentor@corp.example")
    program = program_of(group)
    add_released_round(program, {group: PEOPLE, EVERYBODY_ELSE: PEOPLE})
    return {"/example": f"/circles/{group}", "/example/team": f"/programs/{program}/results"}


def both(app: Flask, real: dict[str, str], example: str) -> tuple[str, str]:
    """Return the example and the real page beside it."""
    client = app.test_client()
    (sign_in_admin if example.endswith("team") else sign_in_mentor)(client)
    return text(app.test_client(), example), text(client, real[example])


@pytest.mark.parametrize(
    ("example", "template", "heading"),
    [
        ("/example", "results/circle.html", "What changed"),
        ("/example/team", "programs/results.html", "Round by round"),
        ("/example", "results/_parts.html", "The questions"),
        ("/example/team", "results/_parts.html", "The questions"),
    ],
)
def test_whoever_changes_the_real_template_changes_the_example(
    app: Flask, real: dict[str, str], example: str, template: str, heading: str
) -> None:
    loader = app.jinja_loader
    assert isinstance(loader, BaseLoader)
    source, _, _ = loader.get_source(app.jinja_env, template)
    assert heading in source
    changed = DictLoader({template: source.replace(heading, "A changed template")})
    app.jinja_env.loader = ChoiceLoader([changed, loader])
    app.jinja_env.cache.clear()  # type: ignore[union-attr]
    invented_page, real_page = both(app, real, example)
    assert "A changed template" in invented_page
    assert "A changed template" in real_page


def test_both_go_through_one_reader(
    app: Flask, real: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(f">{WITHHELD_WORD}<" not in page for page in both(app, real, "/example"))
    monkeypatch.setattr("app.results.report.read_cell", lambda tables: WITHHELD)
    assert all(f">{WITHHELD_WORD}<" in page for page in both(app, real, "/example"))


def test_the_rules_of_a_real_close_decide_what_the_example_shows(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = invented().rounds[-1].tables["cells"]
    circles = invented().rounds[-1].group_cells
    assert cells[circles[QUIET]] == {"withheld": True}
    assert "score" in cells[circles[OWN]]
    shown = text(client, "/example")
    monkeypatch.setattr("surveys.tabulation.shown_cells", lambda *_: frozenset())
    invented.cache_clear()
    assert text(client, "/example") != shown
    assert "wellbeing score is" not in text(client, "/example")


@pytest.mark.parametrize("path", EXAMPLES)
def test_it_says_that_the_answers_are_invented_and_is_the_same_for_everyone(
    app: Flask, real: dict[str, str], path: str
) -> None:
    page = text(app.test_client(), path)
    assert "<strong>Invented answers.</strong> Nobody gave them." in page
    assert "An example with invented answers" in page
    pages = {app.test_client().get(path).data}
    for sign_in in (sign_in_admin, sign_in_mentor):
        client = app.test_client()
        sign_in(client)
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        pages.add(answer.data)
    assert len(pages) == 1


@pytest.mark.parametrize("path", EXAMPLES)
def test_it_leads_to_nothing_real_and_needs_no_script(client: FlaskClient, path: str) -> None:
    page = text(client, path)
    leads = set(re.findall(r'(?:href|action|src)="([^"]*)"', page))
    static = {lead for lead in leads if lead.startswith("/static/")}
    assert leads - static <= {*EXAMPLES, "/", "/trust", "/privacy", "#main", "#talk"}
    assert "<script" not in page and "<form" not in page


def test_a_mentors_example_is_there_shown_and_withheld(client: FlaskClient) -> None:
    shown, withheld = text(client, "/example"), text(client, "/example/withheld")
    assert "wellbeing score is" in shown and "Word for word" in shown
    assert WITHHELD_SENTENCE in withheld and "What would make it visible" in withheld
    own = re.search(r'aria-labelledby="own-comments">.*?</section>', shown, re.DOTALL)
    remarks = re.findall(r'<p id="own-comments-[^>]*>([^<]*)</p>', own[0] if own else "")
    assert len(remarks) == 10
    assert not any(remark in withheld for remark in remarks)  # another circle's mentor


def sentences(app: Flask, path: str, language: str) -> set[str]:
    """Return what stands between the tags of a page in a language, where that has words."""
    answer = app.test_client().get(path, headers={"Accept-Language": language})
    pieces = re.split(r"\s*<[^>]+>\s*", html.unescape(answer.text))
    return {piece for piece in pieces if re.search(r"\w{3}", piece) and not piece.isdigit()}


@pytest.mark.parametrize("language", ["de", "fr", "es", "ar"])
@pytest.mark.parametrize("path", EXAMPLES)
def test_it_speaks_the_readers_language_to_the_last_comment(
    app: Flask, path: str, language: str
) -> None:
    english, other = sentences(app, path, "en"), sentences(app, path, language)
    assert len(english) > 20
    # French has the same word for a question; and programs are called what they are called.
    assert english & other <= {"Chorus", "Question"}


def test_it_needs_no_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a database was opened")

    monkeypatch.setattr("app.extensions.Store.engine", property(refuse))
    for path in EXAMPLES:
        assert app.test_client().get(path).status_code == 200
