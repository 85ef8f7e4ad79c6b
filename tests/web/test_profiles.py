"""Subjects of peer feedback read their own profile, admins the program's, and nobody anybody's."""

import re
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.clock import current_clock
from app.extensions import identity
from app.jobs.notices import send_owed_notices
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.person import Person
from app.models.identity.round import Round
from app.rounds.settling import owe_notices, readers_of
from tests import rounds
from tests.accounts import post, sign_in_admin, sign_in_mentor
from tests.cycles import SHARED, add_released_cycle
from tests.releases import Answered, add_group, add_program
from tests.subjects import add_person, join, main, read_on

MENTOR, OTHER = "mentor@corp.example", "other@corp.example"
WITHOUT = {"without": "1"}
TIME, LEADS, KNOWS = "skill_time_management", "skill_leadership", "skill_functional"
FEW = Answered(3, 1)
LINK = re.compile(r"/sign-in/[\w-]{20,}")


@pytest.fixture
def program(app: Flask) -> str:
    """The id of a program."""
    return add_program()


@pytest.fixture
def group(program: str) -> str:
    """The id of a circle of the program."""
    return add_group(program, "North")


@pytest.fixture
def mentor(client: FlaskClient, program: str, group: str) -> str:
    """The id of a mentor of that circle, who is signed in."""
    person_id = add_person(MENTOR)
    join(program, group, person_id)
    sign_in_mentor(client, MENTOR)
    return person_id


@pytest.fixture
def others(program: str) -> list[str]:
    """The ids of three more mentors of the program."""
    people = [add_person(f"mentor.{number}@corp.example") for number in range(3)]
    for number, person in enumerate(people):
        join(program, add_group(program, f"Circle {number}"), person)
    return people


def cells(html: str, skill: str) -> Mapping[str, str]:
    """Return a row of the table of skills by its columns."""
    row = re.search(rf'<th scope="row">{skill}</th>(.*?)</tr>', html, re.DOTALL)
    assert row is not None
    return dict(re.findall(r'<td data-label="([^"]*)"[^>]*>([^<]*)</td>', row[1]))


def test_a_mentor_reads_strengths_one_skill_its_guide_and_the_change(
    app: Flask, client: FlaskClient, program: str, mentor: str
) -> None:
    add_released_cycle(program, "mentors", {mentor: Answered(7, 4, {TIME: 4})})
    lower = Answered(7, 4, {TIME: 2, LEADS: 5})
    cycle = add_released_cycle(program, "mentors", {mentor: lower}, number=2)
    told = read_on(app, client, cycle)
    assert "What clearly stands out: Leadership." in told
    assert "Time management It stands clearly lower than the others." in told
    assert "The next answer up in the form is: “Is on time and keeps to the agenda”." in told
    for heading in ("Time management Talk about dates", "One thing to try", "How to say thank you"):
        assert heading in told
    assert "5 to 9 people answered." in told
    row = cells(client.get(f"/feedback/{cycle}").text, "Time management")
    assert row == {
        "You, as others see you": "2",
        "The whole program": "withheld",
        "Change": "clearly lower",
    }


def test_somebody_is_asked_how_they_see_themselves_before_they_read_it(
    app: Flask, client: FlaskClient, program: str, mentor: str
) -> None:
    cycle = add_released_cycle(program, "mentors", {mentor: Answered(7, 4)})
    path = f"/feedback/{cycle}"
    assert "Before you read it" in main(client, path)
    assert "Skill by skill" not in main(client, path)
    refused = post(app, client, f"{path}/self", {TIME: "9"})
    assert refused.status_code == 422
    assert "Choose a sentence for at least one skill, or go on without." in refused.text
    assert post(app, client, f"{path}/self", {TIME: "2", LEADS: "4"}).location == path
    html = client.get(path).text
    assert cells(html, "Time management")["You"] == "2"
    told = "others see you higher than you do"
    assert cells(html, "Time management")["You and the others"] == told
    assert cells(html, "Leadership")["You and the others"] == "about as others see it"
    assert cells(html, "Functional skills")["You"] == "not rated"
    post(app, client, f"{path}/self", {TIME: "5"})  # they have read it, so it stays
    assert cells(client.get(path).text, "Time management")["You"] == "2"


def test_whoever_has_too_few_raters_reads_what_they_share_and_what_would_help(
    app: Flask, client: FlaskClient, program: str, mentor: str
) -> None:
    cycle = add_released_cycle(program, "mentors", {SHARED: Answered(8, 4, {TIME: 2})})
    html = client.get(f"/feedback/{cycle}").text
    told = main(client, f"/feedback/{cycle}")
    assert "Withheld this time" in told and "What would make it visible" in told
    assert "One thing to try" in told and "Time management" in told
    assert "of all mentors of the program whose raters were too few" in told
    assert cells(html, "Leadership") == {
        "You, as others see you": "withheld",
        "All mentors with few raters": "4",
    }
    assert not re.search(r"\b[3-9] (people|answers|raters)", told)


def test_a_programs_profile_is_of_three_released_ones_and_stands_when_all_has_closed(
    app: Flask, client: FlaskClient, program: str, mentor: str, others: list[str]
) -> None:
    two = {mentor: Answered(7, 4), others[0]: Answered(7, 3), others[1]: FEW}
    cycle = add_released_cycle(program, "mentors", two)
    read_on(app, client, cycle)
    beside = "The whole program"
    assert cells(client.get(f"/feedback/{cycle}").text, "Leadership")[beside] == "withheld"
    three = {**two, others[1]: Answered(7, 3)}
    cycle = add_released_cycle(program, "mentors", three, number=2)
    read_on(app, client, cycle)
    path = f"/feedback/{cycle}"
    assert cells(client.get(path).text, "Leadership")[beside] == "3.5"  # of 3.33
    with identity.begin() as session:
        session.execute(
            update(Round)
            .where(Round.cycle_id == cycle, Round.subject_id == others[0])
            .values(state="open")
        )
    assert cells(client.get(path).text, "Leadership")[beside] == "withheld"


def test_admins_read_the_programs_profile_and_nobody_elses(
    app: Flask, client: FlaskClient, program: str, mentor: str, others: list[str]
) -> None:
    answered = {mentor: Answered(7, 2), others[0]: Answered(7, 4), others[1]: Answered(7, 4)}
    cycle = add_released_cycle(program, "mentors", {**answered, SHARED: Answered(7, 3)})
    admin = app.test_client()
    sign_in_admin(admin)
    html = admin.get(f"/programs/{program}/feedback/{cycle}/profile").text
    assert cells(html, "Leadership") == {"The program": "3.5", "Those with few raters": "3"}
    assert admin.get(f"/feedback/{cycle}").status_code == 403
    assert admin.get("/feedback").status_code == 403
    elsewhere = f"/programs/{add_program('Elsewhere')}/feedback/{cycle}/profile"
    assert admin.get(elsewhere).status_code == 404
    assert client.get(f"/programs/{program}/feedback/{cycle}/profile").status_code == 403


def test_a_cycle_about_others_is_not_there(
    app: Flask, client: FlaskClient, program: str, mentor: str, others: list[str]
) -> None:
    elsewhere = add_program("Elsewhere")
    foreign = add_released_cycle(elsewhere, "mentors", {others[0]: Answered(7, 4)})
    peers = add_released_cycle(program, "peers", {})
    add_released_cycle(program, "mentors", {mentor: Answered(7, 4)})
    for cycle in (foreign, peers, "nosuchcycle"):
        assert client.get(f"/feedback/{cycle}").status_code == 404
        for end, fields in (("self", WITHOUT), ("answers", {"all": "1"})):
            assert post(app, client, f"/feedback/{cycle}/{end}", fields).status_code == 404


@pytest.fixture
def member(app: Flask, program: str, group: str) -> Iterator[str]:
    """The id of a member of the circle, who has no account."""
    person_id = add_person(OTHER, "Lee Vance")
    join(program, group, person_id, "member")
    return person_id


def test_a_peer_without_an_account_is_told_and_signs_in_by_a_mailed_link(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, program: str, member: str
) -> None:
    cycle = add_released_cycle(program, "peers", {member: Answered(7, 4)})
    with identity.begin() as session:
        (round_,) = session.scalars(select(Round))
        assert readers_of(session, round_) == {member}
        owe_notices(session, "results", round_.id, readers_of(session, round_))
    send_owed_notices(current_workplace())
    (notice,) = mailer.mails
    assert notice.recipient == OTHER
    assert f"/feedback/{cycle}" in rounds.text_of(notice.content)
    assert client.get(f"/feedback/{cycle}").location == "/sign-in"
    post(app, client, "/sign-in/link", {"address": OTHER})
    link = LINK.search(rounds.text_of(mailer.mails[-1].content))
    assert link is not None
    assert post(app, client, link[0]).location == f"/feedback/{cycle}"
    told = read_on(app, client, cycle)
    assert "Feedback from your peers" in told and "5 to 9 people answered." in told
    assert client.get("/circles").status_code == 403


def test_whoever_nothing_is_about_gets_no_link_and_a_leaver_reads_nothing_more(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, program: str, member: str
) -> None:
    post(app, client, "/sign-in/link", {"address": OTHER})
    assert mailer.mails == []
    cycle = add_released_cycle(program, "peers", {member: Answered(7, 4)})
    sign_in_mentor(client, OTHER)
    assert client.get(f"/feedback/{cycle}").status_code == 200
    with identity.begin() as session:
        left = current_clock().now().date()
        session.execute(update(Person).values(state="left", left_on=left))
    assert client.get(f"/feedback/{cycle}").status_code == 403


def test_a_circle_reads_what_its_mentors_say_and_no_mentor_does(
    app: Flask, client: FlaskClient, program: str, group: str, mentor: str, member: str
) -> None:
    cycle = add_released_cycle(program, "circles", {group: Answered(7, 4)})
    assert client.get(f"/feedback/{cycle}").status_code == 403
    reader = app.test_client()
    sign_in_mentor(reader, OTHER)
    told = read_on(app, reader, cycle)
    assert "Feedback about your circle" in told and "North" in told
    assert "Your circle reads these, and nobody else." in told


def test_those_who_share_are_told_and_those_with_a_round_of_their_own_only_of_that(
    app: Flask, program: str, mentor: str, others: list[str]
) -> None:
    add_released_cycle(program, "mentors", {mentor: Answered(7, 4), SHARED: Answered(7, 4)})
    with identity.begin() as session:
        shared, own = (
            session.scalars(select(Round).where(Round.shared.is_(value))).one()
            for value in (True, False)
        )
        assert readers_of(session, shared) == set(others)
        assert readers_of(session, own) == {mentor}


def test_while_raters_can_answer_nothing_is_shown_and_oneself_can_be_rated_anew(
    app: Flask, client: FlaskClient, program: str, mentor: str
) -> None:
    cycle = add_released_cycle(program, "mentors", {mentor: Answered(7, 4)})
    with identity.begin() as session:
        session.execute(update(Round).values(state="open"))
        session.execute(update(FeedbackCycle).values(state="open"))
    path = f"/feedback/{cycle}"
    for rating in ("2", "3"):
        post(app, client, f"{path}/self", {TIME: rating})
        told = main(client, path)
        assert "Answers are still coming in" in told and "Skill by skill" not in told
    with identity.begin() as session:
        session.execute(update(Round).values(state="closed"))
    assert cells(client.get(path).text, "Time management")["You"] == "3"


def test_a_cancelled_cycle_says_so(
    app: Flask, client: FlaskClient, program: str, mentor: str
) -> None:
    cycle = add_released_cycle(program, "mentors", {mentor: Answered(7, 4)})
    with identity.begin() as session:
        session.execute(update(Round).values(state="cancelled"))
    told = main(client, f"/feedback/{cycle}")
    assert "This was cancelled" in told and "Skill by skill" not in told


def test_comments_are_read_and_answered_by_the_mentor_they_are_about(
    app: Flask, client: FlaskClient, program: str, mentor: str
) -> None:
    said = Answered(9, 4, comment="The walks help a lot")
    cycle = add_released_cycle(program, "mentors", {mentor: said})
    path = f"/feedback/{cycle}"
    chosen = {"of": "own-comments", "item": "skill_keep", "all": "1"}
    assert post(app, client, f"{path}/answers", chosen).location == path  # nothing is shown yet
    told = read_on(app, client, cycle)
    assert "The walks help a lot" in told and "Nobody else reads these." in told
    assert "Answer these comments" in post(app, client, f"{path}/answers", chosen).text
    answered = post(app, client, f"{path}/answers", {**chosen, "acknowledge": "2"})
    assert answered.location == path
    assert "A mentor, " in main(client, path)


def test_what_is_written_about_all_who_share_is_read_by_them_and_the_program_team_alone(
    app: Flask, client: FlaskClient, program: str, mentor: str, others: list[str]
) -> None:
    said = Answered(9, 4, comment="The walks help a lot")
    cycle = add_released_cycle(program, "mentors", {others[0]: Answered(7, 4), SHARED: said})
    told = main(client, f"/feedback/{cycle}")
    assert "The walks help a lot" in told and "What should your mentor keep doing?" in told
    admin, other = app.test_client(), app.test_client()
    sign_in_admin(admin)
    profile = f"/programs/{program}/feedback/{cycle}/profile"
    assert "The walks help a lot" in main(admin, profile)
    sign_in_mentor(other, "mentor.0@corp.example")
    assert "The walks help a lot" not in read_on(app, other, cycle)


def test_who_has_several_cycles_chooses_and_who_has_one_is_led_there(
    client: FlaskClient, program: str, mentor: str
) -> None:
    first = add_released_cycle(program, "mentors", {mentor: Answered(7, 4)})
    assert client.get("/feedback").location == f"/feedback/{first}"
    second = add_released_cycle(program, "mentors", {mentor: Answered(7, 4)}, number=2)
    html = client.get("/feedback").text
    assert html.index(second) < html.index(first)
