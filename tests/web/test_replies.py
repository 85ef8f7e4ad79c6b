"""Staff answers shown comments on the pages where they read them, and as nobody by name."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from app.clock import current_clock
from app.extensions import ballots, identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.ballots.mailbox_message import PLACES_OF_A_SIDE, MailboxMessage
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.program import Program
from app.vault import current_vault
from crypto.messages import Message
from tests import rounds
from tests.accounts import post, sign_in_admin, sign_in_mentor
from tests.authors import COMMENT, Author
from tests.rounds import OpenRound

MENTOR, OTHER_MENTOR = "mentor.north@example.org", "mentor.south@example.org"
WROTE = "We have far too many meetings, number"
CIRCLE = 9
_NAME = re.compile(r'name="one" value="([^"]+)"')
_SAID = re.compile(r'<p id="[a-z]+-comments-[a-z_]+-\d+" dir="auto">([^<]*)</p>')


@pytest.fixture
def closed(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round in which all of one circle wrote, and nobody of another."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": CIRCLE, "South": CIRCLE}))
    return rounds.launch(app, mailer)


@pytest.fixture
def authors(closed: OpenRound) -> list[Author]:
    """Those who wrote, in the order of their comments' numbers."""
    kept = []
    for number in range(1, CIRCLE + 1):
        values = {**rounds.GOOD, COMMENT: f"{WROTE} {number}."}
        kept += rounds.answer(closed, [f"north.{number}@example.org"], values)
    rounds.answer(closed, [f"south.{number}@example.org" for number in range(1, 8)])
    rounds.close(closed)
    return [Author(closed.pool_id, receipt) for receipt in kept]


@pytest.fixture
def circle(app: Flask) -> str:
    """The path of the circle whose members wrote."""
    return f"/circles/{group_id('North')}"


@pytest.fixture
def mentor(client: FlaskClient, authors: list[Author]) -> FlaskClient:
    """A browser of that circle's mentor."""
    sign_in_mentor(client, MENTOR)
    return client


def group_id(name: str) -> str:
    with identity.begin() as session:
        return session.scalars(select(Group.id).where(Group.name == name)).one()


def program_id() -> str:
    with identity.begin() as session:
        return session.scalars(select(Program.id)).one()


def names_on(page: str) -> dict[str, str]:
    """Return what the page calls each comment, by its text."""
    texts, names = _SAID.findall(page), _NAME.findall(page)
    assert len(texts) == len(names)
    return dict(zip(texts, names, strict=True))


def form(of: str = "own-comments", **more: str) -> dict[str, str]:
    """Return what every form of a list of comments says."""
    return {"round": "1", "group": "", "of": of, "item": COMMENT, **more}


def stored() -> int:
    with ballots.read() as session:
        return len(session.scalars(select(MailboxMessage)).all())


def texts_of(author: Author, client: FlaskClient) -> list[str]:
    return [entry.text for entry in author.opened(author.read(client))]


def flashed(client: FlaskClient, answer: TestResponse) -> str:
    """Return the page that an answer leads to."""
    assert answer.status_code == 302 and answer.location is not None
    return client.get(answer.location).text


def test_a_mentor_answers_one_comment_and_only_its_author_reads_it(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    name = names_on(mentor.get(circle).text)[f"{WROTE} 3."]
    asked = post(app, mentor, f"{circle}/answers", form(one=name))
    assert asked.status_code == 200
    assert f"{WROTE} 3." in asked.text and f"{WROTE} 4." not in asked.text
    assert "You answer as a mentor; your name does not go along." in asked.text
    sent = form(comment=name, send="1", text="Which ones?\r\nThank you.")
    page = flashed(mentor, post(app, mentor, f"{circle}/answers", sent))
    assert "Your answer is in each of these mailboxes." in page
    assert page.count("Which ones?\nThank you.") == 1
    assert "A mentor, " in page and "Mentor North" not in page.partition("<h1>")[2]
    assert [texts_of(author, mentor) for author in authors] == [
        *[[]] * 2,
        ["Which ones?\nThank you."],
        *[[]] * 6,
    ]


def test_one_click_acknowledges(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    name = names_on(mentor.get(circle).text)[f"{WROTE} 1."]
    sent = form(comment=name, acknowledge="4", text="typed, and not meant")
    page = flashed(mentor, post(app, mentor, f"{circle}/answers", sent))
    assert "We have changed something because of it." in page
    today = current_clock().now().date()
    read = authors[0].opened(authors[0].read(mentor))
    assert read == [Message("mentor", today, "", 4)]


def test_several_or_all_comments_of_a_question_get_one_answer(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    names = list(names_on(mentor.get(circle).text).values())
    post(app, mentor, f"{circle}/answers", form(comment=names[:2], acknowledge="1"))  # type: ignore[arg-type]
    assert stored() == 2
    asked = post(app, mentor, f"{circle}/answers", form(all="1"))
    assert len(re.findall(WROTE, asked.text)) == CIRCLE
    post(app, mentor, f"{circle}/answers", form(all="1", send="1", text="To all of you."))
    assert stored() == 2 + CIRCLE
    assert all("To all of you." in texts_of(author, mentor) for author in authors)


OF_SUPPORT = 3  # of the nine; a theme that fewer than five name is not shown


@pytest.fixture
def two_topics(closed: OpenRound) -> list[Author]:
    """Those who wrote about too many meetings, and then those about support."""
    kept = []
    for number in range(1, CIRCLE + 1):
        text = f"{WROTE} {number}."
        if number > CIRCLE - OF_SUPPORT:
            text = f"The support that I get here is great, number {number}."
        values = {**rounds.GOOD, COMMENT: text}
        kept += rounds.answer(closed, [f"north.{number}@example.org"], values)
    rounds.answer(closed, [f"south.{number}@example.org" for number in range(1, 8)])
    rounds.close(closed)
    return [Author(closed.pool_id, receipt) for receipt in kept]


NOT_SHOWN = (
    {"theme": "support"},  # some name it, too few to be shown
    {"theme": "fairness"},  # nobody names it
    {"theme": "<b>workload"},
    {"theme": "workload", "of": "program-comments"},  # nothing is left for that list
    {"theme": "workload", "item": "pulse_energy"},
)


def test_all_comments_about_a_shown_theme_get_one_answer_and_no_others(
    app: Flask, client: FlaskClient, two_topics: list[Author], circle: str
) -> None:
    sign_in_mentor(client, MENTOR)
    page = client.get(circle).text
    assert "Most of the comments shown here are about time management and workload." in page
    assert 'name="theme" value="workload">Answer all about workload' in page
    assert "about support" not in page
    for wrong in NOT_SHOWN:
        refused = post(app, client, f"{circle}/answers", form(**{"acknowledge": "1", **wrong}))
        assert "out of date" in flashed(client, refused)
    assert stored() == 0
    asked = post(app, client, f"{circle}/answers", form(theme="workload"))
    assert "These are all that can be answered about workload." in asked.text
    assert len(re.findall(WROTE, asked.text)) == CIRCLE - OF_SUPPORT
    assert "support" not in asked.text.partition("<h1>")[2].partition("</main>")[0]
    assert '<input type="hidden" name="theme" value="workload">' in asked.text
    sent = form(theme="workload", send="1", text="We will strike half of them.")
    page = flashed(client, post(app, client, f"{circle}/answers", sent))
    assert "Your answer is in each of these mailboxes." in page
    read = ["We will strike half of them."]
    about, others = two_topics[:-OF_SUPPORT], two_topics[-OF_SUPPORT:]
    assert all(texts_of(author, client) == read for author in about)
    assert all(texts_of(author, client) == [] for author in others)


def test_an_admin_answers_as_the_program_team(
    app: Flask, client: FlaskClient, authors: list[Author]
) -> None:
    sign_in_admin(client)
    results, group = f"/programs/{program_id()}/results", group_id("North")
    page = client.get(f"{results}?group={group}").text
    name = names_on(page)[f"{WROTE} 2."]
    sent = form(comment=name, group=group, send="1", text="We hear you.")
    page = flashed(client, post(app, client, f"{results}/answers", sent))
    assert "The program team, " in page and "admin@corp.example" not in page
    assert authors[1].opened(authors[1].read(client))[0].writer == "admin"


def test_what_an_author_writes_back_stands_under_the_comment_with_names_masked(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    today = current_clock().now().date()
    authors[0].write(mentor, "Ask Mentor South, or me@corp.example <b>now</b>", today)
    page = mentor.get(circle).text
    assert "The author, " in page
    assert "Ask [name], or [address] &lt;b&gt;now&lt;/b&gt;" in page
    assert "corp.example" not in page.partition("<h1>")[2]


def test_a_name_in_what_was_written_back_stays_masked_when_its_person_is_forgotten(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    today = current_clock().now().date()
    authors[0].write(mentor, "Ask Mentor South, please", today)
    authors[1].write(mentor, "Ask Mentor South, I say " + "x" * 1970, today)  # 1995 bytes
    before = mentor.get(circle).text
    run_due_work(current_workplace())
    rounds.run(app, "people", "forget", OTHER_MENTOR, "--yes")
    page = mentor.get(circle).text
    for shown in (before, page):
        assert "Ask [name], please" in shown and "xxx" in shown
        assert "South" not in shown.partition("<h1>")[2]


def test_nothing_typed_is_lost_when_an_answer_is_refused(
    app: Flask, mentor: FlaskClient, circle: str
) -> None:
    name = names_on(mentor.get(circle).text)[f"{WROTE} 5."]
    long = "<é>" * 700
    refused = post(app, mentor, f"{circle}/answers", form(comment=name, send="1", text=long))
    assert refused.status_code == 422
    assert "too long by about 800 characters" in refused.text
    assert "&lt;é&gt;" * 700 in refused.text and f"{WROTE} 5." in refused.text
    empty = post(app, mentor, f"{circle}/answers", form(comment=name, send="1", text=" \n"))
    assert empty.status_code == 422 and "Write something" in empty.text
    assert stored() == 0


def test_an_answer_needs_a_comment_and_a_token_of_the_form(
    app: Flask, mentor: FlaskClient, circle: str
) -> None:
    none = post(app, mentor, f"{circle}/answers", form(acknowledge="1"))
    assert "Choose at least one comment." in flashed(mentor, none)
    assert mentor.post(f"{circle}/answers", data=form(all="1", acknowledge="1")).status_code == 400
    assert stored() == 0


def test_only_who_may_read_a_comment_now_may_answer_it(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    name = names_on(mentor.get(circle).text)[f"{WROTE} 1."]
    sent = form(comment=name, acknowledge="1")
    other = app.test_client()
    sign_in_mentor(other, OTHER_MENTOR)
    south = f"/circles/{group_id('South')}"
    assert other.get(circle).status_code == 404
    assert post(app, other, f"{circle}/answers", sent).status_code == 404
    moved = post(app, other, f"{south}/answers", sent)
    assert "out of date" in flashed(other, moved)
    post(app, other, f"{south}/answers", form(all="1", acknowledge="1"))
    admin = f"/programs/{program_id()}/results/answers"
    assert post(app, mentor, admin, sent).status_code == 403
    stranger = app.test_client()
    assert post(app, stranger, f"{circle}/answers", sent).location == "/sign-in"
    with identity.begin() as session:
        session.execute(delete(Membership).where(Membership.group_id == group_id("North")))
    assert post(app, mentor, f"{circle}/answers", sent).status_code in (403, 404)
    assert stored() == 0


def test_a_mentor_who_may_have_answered_in_the_round_cannot_answer_its_comments(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    """Whoever may see a cell is not in it: she sees neither the comments nor their mailboxes."""
    names = names_on(mentor.get(circle).text)
    with identity.begin() as session:
        session.execute(
            update(Membership)
            .where(Membership.role == "mentor")
            .values(since=current_clock().now().date() + timedelta(days=1))
        )
    sent = form(comment=names[f"{WROTE} 1."], acknowledge="1")
    refused = post(app, mentor, f"{circle}/answers", sent)
    assert "out of date" in mentor.get(refused.location).text
    post(app, mentor, f"{circle}/answers", form(all="1", acknowledge="1"))
    assert stored() == 0


def test_no_comment_has_a_name_that_stays(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    """D8: two renderings, two sessions or two readers can't be joined by what forms carry."""
    first, second = names_on(mentor.get(circle).text), names_on(mentor.get(circle).text)
    other = app.test_client()
    sign_in_mentor(other, MENTOR)
    third = names_on(other.get(circle).text)
    assert first.keys() == second.keys() == third.keys()
    everything = [*first.values(), *second.values(), *third.values()]
    assert len(set(everything)) == 3 * CIRCLE
    assert len({len(name) for name in everything}) == 1
    page = mentor.get(circle).text
    for author in authors:
        assert author.access.id.hex() not in page
    # The name of another session is none here, and a changed one is none anywhere.
    mine = first[f"{WROTE} 1."]
    changed = mine[:-2] + ("AA" if mine[-2:] != "AA" else "BA")  # one name in 256 ends so
    for name in (third[f"{WROTE} 1."], changed, "x", ""):
        sent = form(comment=name, acknowledge="1")
        post(app, mentor, f"{circle}/answers", sent)
    assert stored() == 0
    post(app, mentor, f"{circle}/answers", form(comment=first[f"{WROTE} 1."], acknowledge="1"))
    assert stored() == 1


def test_a_full_mailbox_says_so_and_keeps_what_it_has(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    name = names_on(mentor.get(circle).text)[f"{WROTE} 1."]
    for number in range(PLACES_OF_A_SIDE):
        sent = form(comment=name, send="1", text=f"Answer {number}")
        post(app, mentor, f"{circle}/answers", sent)
    page = mentor.get(circle).text
    assert "This mailbox is full." in page and page.count('name="one"') == CIRCLE - 1
    sent = form(comment=name, send="1", text="One too many")
    assert "out of date" in post(app, mentor, f"{circle}/answers", sent).text
    assert texts_of(authors[0], mentor) == [f"Answer {n}" for n in range(PLACES_OF_A_SIDE)]


def test_after_retention_comments_and_mailboxes_are_no_longer_there(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    name = names_on(mentor.get(circle).text)[f"{WROTE} 1."]
    post(app, mentor, f"{circle}/answers", form(comment=name, acknowledge="1"))
    current_vault().destroy_kept(authors[0].pool_id)
    page = mentor.get(circle).text
    assert "no longer kept" in page and "I have read this." not in page
    post(app, mentor, f"{circle}/answers", form(comment=name, acknowledge="2"))
    assert stored() == 1


def test_what_was_typed_stays_where_the_comment_can_not_be_answered_any_more(
    app: Flask, mentor: FlaskClient, circle: str, authors: list[Author]
) -> None:
    name = names_on(mentor.get(circle).text)[f"{WROTE} 3."]
    for _ in range(PLACES_OF_A_SIDE):  # other readers, meanwhile
        post(app, mentor, f"{circle}/answers", form(comment=name, send="1", text="So do we."))
    before = stored()
    sent = form(comment=name, send="1", text="A long and careful answer.")
    answer = post(app, mentor, f"{circle}/answers", sent)
    assert answer.status_code == 422 and stored() == before
    assert "A long and careful answer." in answer.text
    assert "Your text is below" in answer.text
