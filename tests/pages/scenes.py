"""Two installations: one just begun, and one with a program in every state the table speaks of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.admins import add_admin, deactivate_admin
from app.accounts.audit import OPERATOR
from app.accounts.directory import find_account, make_account
from app.accounts.factors import begin_app
from app.accounts.links import SET_PASSWORD, SIGN_IN, make_link
from app.agreed.schemas import Noted
from app.agreed.service import agreed_of, look_back, note_action
from app.alerts.acts import finish_action, plan_action, take
from app.alerts.schemas import Plan
from app.alerts.service import review_program
from app.alerts.wishes import digest_token
from app.clock import current_clock
from app.extensions import identity
from app.forms.service import current_form
from app.forms.writing import begin_form
from app.jobs.workplace import current_workplace
from app.launching.cycles import launch_cycle
from app.mail.maildir import store_message
from app.mail.mailer import MemoryMailer
from app.mail.unsubscribe import unsubscribe_token
from app.models.columns import random_id
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.program_goal import ProgramGoal
from app.models.identity.round import Round
from app.people.data_links import make_data_token
from app.people.personal import sealed_columns
from app.people.roster_file import read_roster
from app.people.self_assessments import keep_ratings
from app.people.service import person_by_address
from app.people.uploads import Upload, keep_upload
from app.programs.acts import Actor
from app.rounds.service import request_round
from app.vault import current_vault
from crypto.encoding import encode_base64url
from crypto.messages import SEALED_BYTES
from surveys.baselines import SCORE
from surveys.drafts import Draft, DraftItem, draft_from_wire, draft_to_wire
from surveys.items import Choice
from tests import feedback, rounds
from tests.accounts import add_mentor, sign_in_admin, sign_in_mentor
from tests.cycles import SHARED, add_released_cycle
from tests.pages.table import ADMIN, ANONYMOUS, FORMER_ADMIN, MENTOR, OTHER_MENTOR
from tests.privacy.wire import respondent
from tests.releases import (
    EVERY,
    EVERYBODY_ELSE,
    FIRST_DAY,
    Answered,
    add_group,
    add_program,
    add_released_round,
    program_of,
)

_ADDRESSES = {
    ADMIN: "admin@corp.example",
    FORMER_ADMIN: "former.admin@corp.example",
    MENTOR: "mentor@corp.example",
    OTHER_MENTOR: "mentor.north@example.org",  # of the circle in the roster below
}
NEW_ADMIN = "new.admin@corp.example"
LOW_FROM, ROUNDS = 8, 12  # of the shown program: a fall that raises an alert
COMMENT = "The walks help; meet_the_team_before_the_launch_and_not_two_weeks_after_it would, too."


@dataclass(frozen=True)
class Scene:
    """An installation: what the table's braces stand for, and the JSON bodies by name."""

    places: Mapping[str, str]
    bodies: Mapping[str, Mapping[str, Any]]


def client_of(app: Flask, role: str) -> FlaskClient:
    """Return a browser in which somebody of this role is signed in, by a session of its own."""
    client = app.test_client()
    if role in (ADMIN, FORMER_ADMIN):
        sign_in_admin(client, _ADDRESSES[role])
    elif role != ANONYMOUS:
        sign_in_mentor(client, _ADDRESSES[role])
    return client


def new_scene() -> Scene:
    """Return an installation that has its admins and nothing else."""
    key, now = current_vault().roster_key(), current_clock().now()
    with identity.begin() as session:
        for address in (_ADDRESSES[ADMIN], _ADDRESSES[FORMER_ADMIN]):
            add_admin(session, key, now, OPERATOR, address)
        deactivate_admin(session, key, now, OPERATOR, _ADDRESSES[FORMER_ADMIN])
    return Scene({}, {})


def full_scene(app: Flask, mailer: MemoryMailer, folder: Path) -> Scene:
    """Return a new installation grown: a program, and a circle of `MENTOR`, in every state."""
    places = _ready_program(app, folder) | _asked_program(app, folder)
    opened = rounds.launch(app, mailer)
    places |= _results(app) | _cancelling() | _links(app) | _of_the_open_round(opened)
    places |= _feedback(places) | _roster(app)
    inbox = app.config["CHORUS"].inbox
    places["mail"] = store_message(inbox, mailer.mails[0].content)
    return Scene(places, dict(_bodies(app, opened)))


def _ready_program(app: Flask, folder: Path) -> dict[str, str]:
    """Import two programs, and return the one that stays without a round, and its group."""
    roster = rounds.roster_csv({"North": 6})
    rounds.import_people(app, folder, roster + _people_of(rounds.roster_csv({"South": 6}, "Ready")))
    with identity.begin() as session:
        ready = session.scalars(select(Program.id).where(Program.name == "Ready")).one()
        group = session.scalars(select(Group.id).where(Group.program_id == ready)).one()
    return {"ready": ready, "ready_group": group}


def _asked_program(app: Flask, folder: Path) -> dict[str, str]:
    """Import a program in which feedback about a mentor is open, after some about each other."""
    roster = rounds.roster_csv({"North": 6})
    for name in ("Ready", "Asked"):
        roster += _people_of(rounds.roster_csv({"South": 6}, name))
    rounds.import_people(app, folder, roster)
    with identity.begin() as session:
        asked = session.scalars(select(Program.id).where(Program.name == "Asked")).one()
    ended = add_released_cycle(asked, "peers", {SHARED: Answered(6)})
    cycle = feedback.request("mentors", program="Asked")
    launch_cycle(current_workplace().launch_room(), cycle)
    return {"asked": asked, "cycle": cycle, "ended_cycle": ended}


def _people_of(roster: str) -> str:
    return roster.partition("\n")[2]


def _results(app: Flask) -> dict[str, str]:
    """Make circles of `MENTOR`: shown, withheld in a shown program, all withheld, without round."""
    shown = add_mentor(_ADDRESSES[MENTOR], "Shown circle", "Shown")
    groups = {"shown": shown, **{name: _circle(name) for name in ("withheld", "silent", "empty")}}
    programs = {name: program_of(group) for name, group in groups.items()}
    for number in range(ROUNDS):
        rating = 4 if number < LOW_FROM else 2
        circle = Answered(12, rating, comment=COMMENT)
        answered = {shown: circle, EVERYBODY_ELSE: Answered(30, rating)}
        add_released_round(programs["shown"], answered)
    few = {groups["withheld"]: Answered(3), EVERYBODY_ELSE: Answered(12, comment=COMMENT)}
    add_released_round(programs["withheld"], few)
    add_released_round(programs["silent"], {groups["silent"]: Answered(3)})
    circles = {f"{name}_group": group for name, group in groups.items()}
    admin = sign_in_admin(app.test_client(), _ADDRESSES[ADMIN])
    alert = _alert(programs["shown"], admin)
    shown_program = programs["shown"]
    goals = {"goal": _goal(shown_program), "other_goal": _goal(shown_program, "pulse_energy")}
    with identity.begin() as session:
        latest = select(Round.id).where(Round.program_id == shown_program).order_by(Round.number)
        shown_round = session.scalars(latest).all()[-1]
    more = {"agreed": _agreed(shown), "shown_round": shown_round}
    return programs | circles | alert | goals | more | _own_forms(admin)


def _agreed(group: str) -> str:
    """Return the id of something open that a circle agreed on, beside something done."""
    key, day = current_vault().roster_key(), current_clock().now().date()
    with identity.begin() as session:
        for words in ("Two quiet hours on Fridays.", "Ask in twos who needs help with the rota."):
            note_action(session, key, group, Noted(words, as_it_is=True), day, str)
        session.flush()
        done, open_ = agreed_of(session, key, group).open
        look_back(session, group, done.id, "done", day)
    return open_.id


def _own_forms(admin: str) -> dict[str, str]:
    """Begin two forms, one of them whole, with a question of each type in two languages."""
    words = {"en": "How was it?", "de": "Wie war es?"}
    options = tuple(Choice(f"o{number}", words) for number in (1, 2))
    items = (
        DraftItem("q_one", "scale", words, required=True, labels={"1": words, "5": {"en": "good"}}),
        DraftItem("q_ten", "scale", words, first=0, count=11, labels={"0": words, "10": words}),
        DraftItem("q_age", "single", {"en": "What is your age?"}, cant_say=True, options=options),
        DraftItem("q_two", "multiple", words, options=options),
        DraftItem("q_say", "comment", words),
    )
    now, tags = current_clock().now(), ["en", "de"]
    with identity.begin() as session:
        own = begin_form(session, "How was your month?", tags, "", now, admin)
        own.draft = draft_to_wire(replace(draft_from_wire(own.draft), items=items))
        other = begin_form(session, "Not yet", tags, "", now, admin)
        other.draft = draft_to_wire(Draft(("en", "de"), {}, (DraftItem("q_un", "single"),)))
        return {"own_form": own.id, "unfinished_form": other.id}


def _feedback(places: Mapping[str, str]) -> dict[str, str]:
    """Make cycles about `MENTOR`: read, to be read, withheld beside others, asking, called off."""
    key, shown = current_vault().roster_key(), places["shown"]
    with identity.begin() as session:
        person = person_by_address(session, key, _ADDRESSES[MENTOR])
        assert person is not None
        mentor, others = person.id, [_somebody(session, f"Rater {at}") for at in range(2)]
    circle = Answered(9, 4, {"skill_functional": 2}, comment=COMMENT)
    fellows = dict.fromkeys(others, Answered(7, 3))
    unseen = {mentor: Answered(3), SHARED: Answered(12, 3, {"skill_collaboration": 2})}
    called_off = add_released_cycle(places["empty"], "mentors", {mentor: Answered(7)})
    asking = add_released_cycle(places["silent"], "mentors", {mentor: Answered(7)})
    cycles = {
        "unread": add_released_cycle(shown, "mentors", {mentor: circle, **fellows}),
        "seen": add_released_cycle(shown, "mentors", {mentor: circle, **fellows}, number=2),
        "unseen": add_released_cycle(shown, "mentors", unseen, number=3),
        "called_off": called_off,
        "asking": asking,
    }
    with identity.begin() as session:
        keep_ratings(session, key, cycles["seen"], mentor, {"skill_leadership": 5})
        for cycle, state in ((called_off, "cancelled"), (asking, "open")):
            session.execute(update(Round).where(Round.cycle_id == cycle).values(state=state))
        session.get_one(FeedbackCycle, asking).state = "open"
    return cycles


def _roster(app: Flask) -> dict[str, str]:
    """Find somebody on the roster, make somebody who has left, and two files that wait."""
    key, now = current_vault().roster_key(), current_clock().now()
    admin = sign_in_admin(app.test_client(), _ADDRESSES[ADMIN])
    faulty = "Email,Program,Role\n" + "nobody,Ready,boss\n" * 60
    with identity.begin() as session:
        somebody = person_by_address(session, key, "south.1@example.org")
        assert somebody is not None
        gone = session.get_one(Person, _somebody(session, "Uma Gray"))
        gone.state, gone.left_on = "left", now.date()
        waiting = {
            name: keep_upload(
                session, key, admin, Upload("people.csv", read_roster(text.encode()), None), now
            )
            for name, text in (("upload", rounds.roster_csv({"West": 60})), ("faulty", faulty))
        }
        return {"somebody": somebody.id, "gone": gone.id, **waiting}


def _goal(program_id: str, target: str = SCORE) -> str:
    """Return the id of a goal of a program, set before most of its rounds."""
    day = FIRST_DAY + 6 * EVERY
    with identity.begin() as session:
        goal = ProgramGoal(
            program_id=program_id,
            target=target,
            name="The wellbeing score" if target == SCORE else "I had enough energy for my work.",
            change=8,
            since=day,
            set_on=day,
            due_on=day + 12 * EVERY,
        )
        session.add(goal)
        session.flush()
        return goal.id


def _alert(program_id: str, admin: str) -> dict[str, str]:
    """Raise a program's alert some weeks ago, one action done since and one overdue."""
    key, now = current_vault().roster_key(), current_clock().now()
    raised = now - timedelta(weeks=4)
    with identity.begin() as session:
        review_program(session, program_id, raised.date())
    with identity.begin() as session:
        alert_id = session.scalars(select(Alert.id)).one()
        taken = take(session, alert_id, Actor(admin, raised))
        for text in ("Ask each circle what they would drop.", "Hire for the night shift."):
            plan_action(taken, key, Plan(text, (raised + timedelta(weeks=1)).date()))
        planned, finished = session.scalars(select(AlertAction.id)).all()
        taken = take(session, alert_id, Actor(admin, now - timedelta(weeks=3)))
        finish_action(taken, finished, (now - timedelta(weeks=3)).date())
        taken.alert.state = "raised"
    return {"alert": alert_id, "planned": planned, "finished": finished}


def _circle(name: str) -> str:
    """Return the id of a new program's group that `MENTOR` mentors, too."""
    program = add_program(name.capitalize())
    group = add_group(program, f"{name.capitalize()} circle")
    key = current_vault().roster_key()
    with identity.begin() as session:
        person = person_by_address(session, key, _ADDRESSES[MENTOR])
        assert person is not None
        session.add(
            Membership(program_id=program, group_id=group, person_id=person.id, role="mentor")
        )
    return group


def _cancelling() -> dict[str, str]:
    """Make a program whose round is being cancelled."""
    program_id = add_program("Cancelling")
    with identity.begin() as session:
        program = session.get_one(Program, program_id)
        begun = request_round(session, program, current_form(session), current_clock().now())
        begun.state = "cancelling"
        return {"cancelling": program_id, "cancelled_round": begun.id}


def _links(app: Flask) -> dict[str, str]:
    """Make a link of each kind that mails bring."""
    key, now = current_vault().roster_key(), current_clock().now()
    secret_key = app.config["CHORUS"].secret_key
    with identity.begin() as session:
        address = _ADDRESSES[MENTOR]
        mentor = find_account(session, key, address) or make_account(session, key, address)
        add_admin(session, key, now, OPERATOR, NEW_ADMIN)
        admin, asks = (find_account(session, key, one) for one in (NEW_ADMIN, _ADDRESSES[ADMIN]))
        assert asks is not None
        begin_app(session, key, asks.id)
        person = person_by_address(session, key, address)
        assert admin is not None and person is not None
        return {
            "sign_in": make_link(session, mentor.id, SIGN_IN, now),
            "set_password": make_link(session, admin.id, SET_PASSWORD, now),
            "person": unsubscribe_token(secret_key, person.id),
            "digest": digest_token(secret_key, admin.id),
            "data": make_data_token(secret_key, person.id, now),
            "leaving": make_data_token(secret_key, _somebody(session, "Lee Vance"), now),
        }


def _somebody(session: Session, name: str) -> str:
    """Return the id of a new person who is in no program."""
    person_id = random_id()
    address = f"{name.replace(' ', '.').lower()}@corp.example"
    columns = sealed_columns(current_vault().roster_key(), person_id, name, address)
    session.add(Person(id=person_id, time_zone="UTC", **columns))
    return person_id


def _of_the_open_round(opened: rounds.OpenRound) -> dict[str, str]:
    with identity.begin() as session:
        round_ = session.get_one(Round, opened.id)
        round_.printed_codes = 2
        round_.invited += round_.printed_codes
        program_id = round_.program_id
        group_id = session.scalars(select(Group.id).where(Group.program_id == program_id)).one()
    return {
        "open": program_id,
        "open_group": group_id,
        "round": opened.id,
        "pool": encode_base64url(opened.pool_id),
    }


def _bodies(app: Flask, opened: rounds.OpenRound) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what respondents send: one asks and takes a paper, another casts."""
    links = list(opened.links.values())
    asking, casting = (respondent(opened.pool_id, link) for link in links[:2])
    again = respondent(opened.pool_id, casting.link)
    paper = asking.paper_body()
    yield "nothing", {}
    yield "check", {name: paper[name] for name in ("token", "cell")}
    yield "paper", paper
    yield "another paper", again.paper_body()
    yield "ballot", casting.ballot_body(casting.take_paper(app.test_client()))
    yield "withdraw", {"w": encode_base64url(bytes(32))}
    nobody = {"pool": bytes(16), "id": bytes(16), "auth": bytes(32)}
    message = {"for_author": bytes(SEALED_BYTES), "for_staff": bytes(SEALED_BYTES)}
    yield "read mailbox", {name: encode_base64url(value) for name, value in nobody.items()}
    written = {**nobody, **message}
    yield "write mailbox", {name: encode_base64url(value) for name, value in written.items()}
