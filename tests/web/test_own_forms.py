"""An admin writes a form: nothing typed is lost, what is missing is named, what was asked stays."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import identity
from app.forms.service import current_form, form_of_program
from app.mail.mailer import MemoryMailer
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.form import Form
from app.models.identity.own_form import OwnForm
from app.models.identity.program import Program
from app.programs.service import find_program
from app.rounds.service import draft_round, request_round
from crypto.encoding import encode_base64url
from surveys.baselines import SCORE, basis_of
from surveys.drafts import Draft, draft_from_wire
from surveys.errors import ScheduleError
from surveys.form_wire import form_from_wire
from surveys.instruments import check_in, instrument
from tests import rounds
from tests.accounts import post, sign_in_admin
from tests.applications import FixedClock
from tests.releases import Answered, add_group, add_program, add_released_round

PULSE_QUERY = "&".join(f"item={item}" for item in rounds.GOOD)


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    """A browser in which an admin is signed in."""
    sign_in_admin(client)
    return client


def begun(app: Flask, admin: FlaskClient, **fields: object) -> str:
    """Return the id of a form that was begun on the page."""
    typed = {"title": "How was your month?", "language": ["en", "de"], **fields}
    return post(app, admin, "/forms", typed).location.removeprefix("/forms/")


def draft_of(form_id: str) -> tuple[Draft, int]:
    with identity.begin() as session:
        own = session.get_one(OwnForm, form_id)
        return draft_from_wire(own.draft), own.revision


def act(app: Flask, admin: FlaskClient, form_id: str, name: str, **typed: str) -> Draft:
    """Press a button of the editor with something typed, and return what is stored then."""
    revision = str(draft_of(form_id)[1])
    fields = {"revision": revision, "act": name, **typed}
    assert post(app, admin, f"/forms/{form_id}", fields).status_code == 302
    return draft_of(form_id)[0]


def written(app: Flask, admin: FlaskClient) -> tuple[str, list[str]]:
    """Return a whole form with a question of each type, and the ids of its questions."""
    form_id = begun(app, admin)
    for kind in ("scale", "ten", "single", "multiple", "comment"):
        draft = act(app, admin, form_id, f"add {kind}")
    ids = [item.id for item in draft.items]
    typed = {f"{item}.text.en": f"Question {at}?" for at, item in enumerate(ids)}
    typed |= {f"{item}.text.de": f"Frage {at}?" for at, item in enumerate(ids)}
    for item in ids[2:4]:
        typed |= {f"{item}.option.o{n}.{tag}": f"{tag} {n}" for n in (1, 2) for tag in ("en", "de")}
    typed |= {f"{ids[1]}.label.0.en": "none", f"{ids[1]}.label.0.de": "nichts"}
    typed |= {f"{ids[0]}.required": "1", f"{ids[0]}.cant_say": "1", f"{ids[4]}.length": "200"}
    act(app, admin, form_id, "save", **typed, **{"title.de": "Wie war Ihr Monat?"})
    return form_id, ids


def told(admin: FlaskClient, path: str) -> str:
    return " ".join(admin.get(path).text.split())


def test_every_type_is_written_side_by_side_and_shown_as_on_a_phone(
    app: Flask, admin: FlaskClient
) -> None:
    form_id, ids = written(app, admin)
    page = told(admin, f"/forms/{form_id}?checked=1")
    assert "Nothing is missing. It can be asked." in page
    assert re.search(r"Question <span class=\"quiet\">\(English\)", page) and "(German)" in page
    shown = told(admin, f"/forms/{form_id}/preview?language=de")
    assert "Frage 0?" in shown and "(nötig)" in shown and "Kann ich nicht sagen" in shown
    assert "4 Fragen, etwa 36 Sekunden" in shown and "0 · nichts" in shown
    assert shown.count("r-rows-grid") == 1  # the eleven points
    french = told(admin, f"/forms/{form_id}/preview?language=fr")
    assert "Question 0?" in french  # no language of the form: its first
    assert [item.type for item in draft_of(form_id)[0].items][3:] == ["multiple", "comment"]
    assert all(f'name="p-{item}"' in shown for item in ids[:4])


def test_what_was_typed_stays_whatever_it_is(app: Flask, admin: FlaskClient) -> None:
    form_id = begun(app, admin, title="")
    item = act(app, admin, form_id, "add single").items[0].id
    long, odd = "long " * 100, "<b>“Ä\x01"
    typed = {
        f"{item}.text.en": long,
        f"{item}.option.o2.de": odd,
        "source": "Mine",
        "title.de": " ",
    }
    draft = act(app, admin, form_id, "check", **typed, **{f"{item}.first": "x", "least_weeks": "3"})
    assert draft.items[0].text["en"] == long and draft.items[0].options[1].text["de"] == "<b>“Ä "
    page = told(admin, f"/forms/{form_id}?checked=1")
    for gap in (
        "The form needs a title.",
        "Shorten this to 300 letters.",
        "Option 1 of question 1 has no words yet.",
    ):
        assert gap in page
    assert "&lt;b&gt;“Ä" in page and 'aria-invalid="true"' in page
    assert "No German words yet." in page and "No English words yet." in page
    assert draft.source == "Mine" and draft.least_weeks == 0
    assert draft_of(begun(app, admin, title="Ä\x01\n<b>"))[0].title == {"en": "Ä  <b>"}
    longer = "x" * 100_000  # more than what people send anywhere else
    assert act(app, admin, form_id, "save", licence=longer).licence == longer


def test_questions_are_moved_taken_away_and_given_options(app: Flask, admin: FlaskClient) -> None:
    form_id = begun(app, admin)
    first = act(app, admin, form_id, "add scale").items[0].id
    second = act(app, admin, form_id, "add single", **{f"{first}.text.en": "kept"}).items[1].id
    draft = act(app, admin, form_id, f"up {second}")
    assert [item.id for item in draft.items] == [second, first]
    draft = act(app, admin, form_id, f"option {second}")
    assert [option.id for option in draft.items[0].options] == ["o1", "o2", "o3"]
    draft = act(app, admin, form_id, f"drop {second} o1")
    assert [option.id for option in draft.items[0].options] == ["o2", "o3"]
    draft = act(app, admin, form_id, f"remove {second}")
    assert [item.text["en"] for item in draft.items] == ["kept"]
    assert act(app, admin, form_id, "language fr").languages == ("en", "de", "fr")
    assert act(app, admin, form_id, "language de").languages == ("en", "fr")
    for nonsense in ("up nosuch", "language tlh", "add", "add x", "remove", "", "drop"):
        assert len(act(app, admin, form_id, nonsense).items) == 1


def test_nobody_overwrites_what_somebody_else_saved_meanwhile(
    app: Flask, admin: FlaskClient
) -> None:
    form_id = begun(app, admin)
    act(app, admin, form_id, "save", **{"title.en": "Theirs"})
    late = {"revision": "1", "act": "save", "title.en": "Mine"}
    answer = post(app, admin, f"/forms/{form_id}", late)
    assert answer.status_code == 409 and "Somebody else saved this form" in answer.text
    assert 'value="Mine"' in answer.text and draft_of(form_id)[0].title["en"] == "Theirs"
    act(app, admin, form_id, "save", **{"title.en": "Mine"})
    assert draft_of(form_id)[0].title["en"] == "Mine"


def test_warnings_stand_beside_the_question_and_forbid_nothing(
    app: Flask, admin: FlaskClient
) -> None:
    form_id = begun(app, admin, language=["en"])
    item = act(app, admin, form_id, "add scale").items[0].id
    act(app, admin, form_id, "check", **{f"{item}.text.en": "What is your age and gender?"})
    page = told(admin, f"/forms/{form_id}?checked=1")
    assert page.count("tells people apart (age") == 2  # at the question and in the list
    assert "may join two things" in page and "Nothing is missing." in page


def test_a_form_is_asked_as_it_was_chosen_and_a_change_is_another_version(
    app: Flask, admin: FlaskClient, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM).id
    form_id, ids = written(app, admin)
    home, chosen = f"/programs/{program}", {"instrument": f"own:{form_id}"}
    assert "“How was your month?”, by itself" in told(admin, f"{home}/questions")
    says = told(admin, f"{home}/questions/new?instrument=own:{form_id}")
    assert "These questions make no score" in says and "They have not been validated" in says
    assert post(app, admin, f"{home}/questions", chosen).location == home
    opened = rounds.launch(app, mailer)
    assert "How was your month?" in rounds.text_of(mailer.mails[0].content)
    pool = f"/api/v1/pools/{encode_base64url(opened.pool_id)}/form"
    asked = admin.get(pool).get_json()
    assert [item["id"] for item in asked["items"]] == ids  # it has a comment of its own
    assert asked["title"]["de"] == "Wie war Ihr Monat?" and "Eigene Fragen" in asked["notice"]["de"]

    act(app, admin, form_id, "save", **{f"{ids[0]}.text.en": "Something else?"})
    assert "as it was when it was chosen there" in told(admin, f"/forms/{form_id}")
    assert admin.get(pool).get_json() == asked
    with identity.begin() as session:
        assert form_of_program(session, program).version == 1
    post(app, admin, f"{home}/questions", chosen)
    with identity.begin() as session:
        assert form_of_program(session, program).version == 2
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert acts[-1] == "chose other questions: a form of our own, version 2"
    assert acts.count("changed a form of our own") > 1
    assert "as it was when" not in told(admin, f"/forms/{form_id}")
    refused = post(app, admin, f"/forms/{form_id}/remove")
    assert refused.location == f"/forms/{form_id}" and draft_of(form_id)


def test_own_questions_beside_the_pulse_leave_its_score_alone(
    app: Flask, admin: FlaskClient, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM).id
    form_id, ids = written(app, admin)
    home = f"/programs/{program}"
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, opened.links)
    rounds.close(opened)
    sign_in_admin(admin)  # days have passed
    beside = {
        "instrument": "pulse",
        "item": [*rounds.GOOD],
        "own": form_id,
    }
    says = " ".join(admin.get(f"{home}/questions/new", query_string=beside).text.split())
    assert "made of the same questions as in the last round" in says
    post(app, admin, f"{home}/questions", beside)
    with identity.begin() as session:
        row = form_of_program(session, program)
        assert row.instrument == "pulse"
        assert [item["id"] for item in row.body["items"]] == [*rounds.GOOD, *ids, "pulse_comment"]
    page = told(admin, f"{home}/questions")
    assert f'value="{form_id}" selected' in page


def test_an_unfinished_or_foreign_form_is_not_asked_and_an_unused_one_can_be_removed(
    app: Flask, admin: FlaskClient
) -> None:
    made = post(
        app,
        admin,
        "/programs/new",
        {"name": "Own", "time_zone": "UTC", "k": "5", "open_days": "4"},
    )
    home = made.location.removesuffix("/setup/people")
    unfinished = begun(app, admin)
    chosen = {"instrument": f"own:{unfinished}"}
    refused = post(app, admin, f"{home}/questions", chosen)
    assert refused.status_code == 422 and "Something is missing in this form" in refused.text
    other = post(
        app,
        admin,
        "/programs/new",
        {"name": "Other", "time_zone": "UTC", "k": "5", "open_days": "4"},
    ).location.removesuffix("/setup/people")
    foreign = begun(app, admin, program=other.rpartition("/")[2])
    assert (
        post(app, admin, f"{home}/questions", {"instrument": f"own:{foreign}"}).status_code == 422
    )
    assert post(app, admin, f"/forms/{unfinished}/remove").location == "/forms"
    assert post(app, admin, "/forms", {"title": "No language"}).status_code == 422
    with identity.begin() as session:
        assert session.scalar(select(func.count()).select_from(OwnForm)) == 1
        assert session.scalar(select(func.count()).select_from(Form)) <= 1


def test_a_bank_takes_turns_and_each_question_is_compared_with_when_it_was_asked_last(
    app: Flask, admin: FlaskClient
) -> None:
    program = add_program()
    form_id = begun(app, admin, language=["en"])
    for _ in range(3):
        draft = act(app, admin, form_id, "add ten")
    ids = [item.id for item in draft.items]
    typed = {f"{item}.text.en": f"Bank {at}?" for at, item in enumerate(ids)}
    act(app, admin, form_id, "save", **typed, **{f"{item}.rotates": "1" for item in ids})
    home = f"/programs/{program}"
    chosen = {"instrument": "pulse", "item": [*rounds.GOOD], "own": form_id, "bank_each": "2"}
    post(app, admin, f"{home}/questions", chosen)
    assert "7 questions and a comment, about 56 seconds. Of these, 2 take turns." in told(
        admin, home
    )
    asked = []
    for rating in (4, 5, 5, 3):
        asked.append(bank_of(program))
        add_released_round(program, {"": Answered(12, rating)}, chosen=True)
    assert asked == [ids[:2], [ids[0], ids[2]], ids[1:], ids[:2]]
    with identity.begin() as session:
        versions = session.scalars(select(Form.version).where(Form.instrument == "pulse")).all()
    assert sorted(versions) == [1, 2, 3, 4, 5]  # the whole, and one for each turn
    page = told(admin, f"{home}/results")
    assert "Bank 0?" in page and "Bank 2?" not in page
    assert re.search(r"Bank 0\?.{,900}down 2 since 2 February", page)  # two rounds ago
    assert re.search(r"Bank 1\?.{,900}down 2</td>", page)  # in the round before
    assert "Other questions were asked before" not in page  # one baseline
    acts = told(admin, "/audit")
    assert "chose other questions: pulse, version 2" in acts
    assert "set the bank to 2 of it in each round" in acts


def bank_of(program_id: str) -> list[str]:
    """Return which questions of the bank the next round asks."""
    with identity.begin() as session:
        body = form_of_program(session, program_id).body
    return [item["id"] for item in body["items"] if item["id"].startswith("q_")]


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        (14, ("en 1</th>", "about 57.5 %", "about 42.5 %", "more than 80 %", ">withheld<")),
        (8, ("Withheld this time",)),  # 18 answers in all
    ],
)
def test_options_are_told_of_the_whole_round_where_enough_answered(
    app: Flask, admin: FlaskClient, people: int, shown: tuple[str, ...]
) -> None:
    program = add_program()
    group = add_group(program, "North")
    form_id, ids = written(app, admin)
    post(app, admin, f"/programs/{program}/questions", {"instrument": f"own:{form_id}"})
    one, other = ({ids[2]: option, ids[3]: ("o1", option)} for option in ("o1", "o2"))
    answered = {"": Answered(people, 3, lower=one), group: Answered(10, 3, lower=other)}
    add_released_round(program, answered, chosen=True)
    for path in ("", f"?group={group}"):
        page = told(admin, f"/programs/{program}/results{path}")
        spread = page.partition("What was picked")[2].partition("</section>")[0]
        assert all(words in spread for words in shown) and "Question 2?" in spread
        assert ("about" in spread) == (people == 14)
        assert "Question 1?" in page and "0 (none) to 10" in page  # a mean, on its own steps


def test_a_shipped_set_can_be_a_bank_as_long_as_each_question_keeps_its_weeks(
    app: Flask, admin: FlaskClient
) -> None:
    home = f"/programs/{add_program()}"
    weekly = {"every_weeks": "2", "weekday": "2", "local_time": "10:30"}
    post(app, admin, f"{home}/schedule", weekly)
    chosen = {"instrument": "pulse", "item": [*rounds.GOOD], "own": "ons4"}
    for each, status in (("0", 422), ("3", 422), ("2", 302), ("1", 302)):
        answer = post(app, admin, f"{home}/questions", chosen | {"bank_each": each})
        assert answer.status_code == status, each
    assert "every 4 weeks at most" in post(app, admin, f"{home}/questions", chosen).text
    page = told(admin, f"{home}/questions")
    assert "And of these, 1 in each round, in turn:" in page and "worthwhile?" in page
    assert 'value="ons4" selected' in page and '<option value="1" selected>1' in page
    says = told(admin, f"{home}/questions/new?instrument=pulse&own=ons4&bank_each=2&{PULSE_QUERY}")
    assert "Open Government Licence" in says and "7 questions and a comment" in says


def test_own_questions_are_not_sent_by_hand_more_often_than_their_form_allows(
    app: Flask, admin: FlaskClient, clock: FixedClock
) -> None:
    program = add_program()
    form_id, _ = written(app, admin)
    act(app, admin, form_id, "save", least_weeks="4")
    chosen = {"instrument": "pulse", "item": [*rounds.GOOD], "own": form_id}
    post(app, admin, f"/programs/{program}/questions", chosen)
    with identity.begin() as session:
        found, form = session.get_one(Program, program), form_of_program(session, program)
        request_round(session, found, form, clock.now()).state = "closed"
        session.flush()
        with pytest.raises(ScheduleError):
            draft_round(session, found, form, clock.now() + timedelta(days=26))
        assert draft_round(session, found, form, clock.now() + timedelta(days=27)).number == 2
        usual = current_form(session)
        assert draft_round(session, found, usual, clock.now() + timedelta(days=12)).number == 2


def test_own_questions_stand_beside_other_sets_too_and_leave_their_score(
    app: Flask, admin: FlaskClient
) -> None:
    program = add_program()
    form_id, ids = written(app, admin)
    home = f"/programs/{program}"
    who5 = instrument("who5")
    post(app, admin, f"{home}/questions", {"instrument": "who5", "own": form_id})
    with identity.begin() as session:
        form = form_from_wire(form_of_program(session, program).body)
    assert [item.id for item in form.items] == [*who5.default_items, *ids, "pulse_comment"]
    assert basis_of(form, SCORE) == basis_of(check_in(who5, ()), SCORE)
    assert f'value="{form_id}" selected' in told(admin, f"{home}/questions")
    assert program in told(admin, f"/forms/{form_id}").partition("Who asks it")[2]
    # A set is not asked beside itself, and nothing beside an own form.
    for chosen in ({"instrument": "ons4", "own": "ons4"}, {"instrument": f"own:{form_id}"}):
        post(app, admin, f"{home}/questions", {"own": form_id, **chosen})
        with identity.begin() as session:
            body = form_of_program(session, program).body
        assert len({item["id"] for item in body["items"]}) == len(body["items"]) == 5
    unknown = post(app, admin, f"{home}/questions", {"instrument": "who5", "own": "nosuch"})
    assert unknown.status_code == 422
