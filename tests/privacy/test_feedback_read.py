"""Only its subject reads feedback about somebody, and what is withheld tells nobody anything."""

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import current_clock
from app.extensions import identity
from app.models.identity.invitation import Invitation
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.models.identity.self_assessment import SelfAssessment
from app.people.forgetting import forget
from app.people.own_data import own_data
from app.rounds.settling import readers_of
from app.vault import current_vault
from tests.accounts import post, sign_in_admin, sign_in_mentor
from tests.cycles import SHARED, add_released_cycle
from tests.releases import Answered, add_group, add_program, answer_otherwise
from tests.subjects import WITHOUT, add_person, join, main, read_on

MENTOR, FELLOW = "mentor@corp.example", "fellow@corp.example"
TIME, LEADS = "skill_time_management", "skill_leadership"
FEW = Answered(3, 1)
TOKEN = re.compile(r'(name="csrf_token" value|name="(?:one|comment)" value)="[^"]*"')


@pytest.fixture
def program(app: Flask) -> str:
    """The id of a program."""
    return add_program()


@pytest.fixture
def mentor(client: FlaskClient, program: str) -> str:
    """The id of a mentor, who is signed in."""
    person = add_person(MENTOR)
    join(program, add_group(program, "North"), person)
    sign_in_mentor(client, MENTOR)
    return person


@pytest.fixture
def fellow(program: str) -> str:
    """The id of another mentor."""
    person = add_person(FELLOW)
    join(program, add_group(program, "South"), person)
    return person


def read_by_all(app: Flask, program: str, cycle: str) -> Mapping[str, str]:
    """Return every page that says anything of a cycle, as each of three people reads it."""
    admin, mentor, fellow = (app.test_client() for _ in range(3))
    sign_in_admin(admin)
    sign_in_mentor(mentor, MENTOR)
    sign_in_mentor(fellow, FELLOW)
    for client in (mentor, fellow):
        read_on(app, client, cycle)
    pages = {
        "mentor": mentor.get(f"/feedback/{cycle}"),
        "fellow": fellow.get(f"/feedback/{cycle}"),
        "program": admin.get(f"/programs/{program}/feedback/{cycle}/profile"),
        "desk": admin.get(f"/programs/{program}"),
        "trust": admin.get("/trust"),
    }
    assert {page.status_code for page in pages.values()} == {200}
    return {name: TOKEN.sub("", page.text) for name, page in pages.items()}


def test_an_answer_about_somebody_who_is_withheld_changes_no_byte(
    app: Flask, program: str, mentor: str, fellow: str
) -> None:
    about = {mentor: Answered(4, 3), fellow: Answered(9, 4), SHARED: Answered(4, 3)}
    cycle = add_released_cycle(program, "mentors", about)
    with identity.read() as session:
        rounds = session.scalars(select(Round)).all()
    of = {entry.subject_id or SHARED: entry.id for entry in rounds}
    before = read_by_all(app, program, cycle)
    for withheld in (mentor, SHARED):
        answer_otherwise(of[withheld], Answered(4, 1, comment="It is too much for me"))
        assert read_by_all(app, program, cycle) == before
    answer_otherwise(of[fellow], Answered(9, 1))  # the control: the same about who is shown does
    after = read_by_all(app, program, cycle)
    assert {name for name in before if after[name] != before[name]} == {"fellow"}


def test_whoever_was_asked_about_a_circle_does_not_read_it_as_its_member(
    app: Flask, client: FlaskClient, program: str
) -> None:
    group, person = add_group(program, "North"), add_person(MENTOR)
    join(program, group, person, "member")
    sign_in_mentor(client, MENTOR)
    cycle = add_released_cycle(program, "circles", {group: Answered(7, 4)})
    assert "5 to 9 people answered." in read_on(app, client, cycle)
    with identity.begin() as session:
        round_, pool_id = session.execute(
            select(Round, Pool.pool_id).join(Pool, Pool.round_id == Round.id)
        ).one()
        assert readers_of(session, round_) == {person}
        session.add(
            Invitation(
                token_hash=bytes(32), pool_id=pool_id, person_id=person, cell=0, state="ended"
            )
        )
        session.flush()
        assert readers_of(session, round_) == set()
    assert "Withheld this time" in main(client, f"/feedback/{cycle}")


def test_every_cause_of_silence_gives_the_same_page(
    app: Flask, client: FlaskClient, program: str, mentor: str
) -> None:
    pages = []
    for number, answered in enumerate(({}, {mentor: FEW}, {SHARED: FEW}, {mentor: Answered(0)})):
        cycle = add_released_cycle(program, "mentors", answered, number=number + 1)
        page = main(client, f"/feedback/{cycle}")
        pages.append(re.sub(r"begun on \d+ \w+ \d+", "", page))
    assert len(set(pages)) == 1


def test_ratings_of_oneself_are_encrypted_alike_long_and_go_with_the_person(
    app: Flask, client: FlaskClient, program: str, mentor: str
) -> None:
    first = add_released_cycle(program, "mentors", {mentor: Answered(7, 4)})
    second = add_released_cycle(program, "mentors", {mentor: Answered(7, 4)}, number=2)
    post(app, client, f"/feedback/{first}/self", {TIME: "2", LEADS: "4"})
    post(app, client, f"/feedback/{second}/self", WITHOUT)
    with identity.begin() as session:
        blobs = session.scalars(select(SelfAssessment.ratings)).all()
        assert len({len(blob) for blob in blobs}) == 1
        assert not any(b"skill" in blob for blob in blobs)
        data = own_data(session, current_vault().roster_key(), mentor)
        assert data.rated_themselves[0].ratings == {TIME: 2, LEADS: 4}
        forget(session, [mentor], current_clock().now(), ask_no_more=True)
        assert session.scalars(select(SelfAssessment.cycle_id)).all() == []
