"""An answer in a withheld round changes no byte of the list, page, mail or digest of alerts."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from random import Random

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.alerts.acts import finish_action, plan_action, take
from app.alerts.schemas import Plan
from app.alerts.service import review_program
from app.extensions import identity
from app.jobs.digests import owe_digests
from app.jobs.notices import send_owed_notices
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.account import Account
from app.models.identity.alert import Alert
from app.models.identity.alert_action import AlertAction
from app.models.identity.alert_event import AlertEvent
from app.models.identity.notice import Notice
from app.models.identity.pool import Pool
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.programs.acts import Actor
from app.vault import current_vault
from tests.accounts import sign_in_admin
from tests.applications import FixedClock
from tests.releases import (
    EVERYBODY_ELSE,
    FIRST_DAY,
    Answered,
    add_program,
    add_released_round,
    answer_otherwise,
)

LOW_FROM, ROUNDS, WITHHELD = 8, 12, (5, 9)
MAIL, DIGEST = "mail", "digest"
MONDAY = datetime.combine(FIRST_DAY, time(9), UTC) + timedelta(weeks=2 * ROUNDS + 2)


@pytest.fixture
def rounds(app: Flask, clock: FixedClock) -> list[str]:
    """Rounds of a program that falls, two of them and the last withheld; it is weeks later."""
    clock.move_to(MONDAY)
    program = add_program("Onboarding", time_zone="UTC")
    made = []
    for number in range(ROUNDS):
        people = 4 if number in WITHHELD else 30
        answered = Answered(people, 4 if number < LOW_FROM else 2)
        made.append(add_released_round(program, {EVERYBODY_ELSE: answered}))
    return [*made, add_released_round(program, {EVERYBODY_ELSE: Answered(4, 1)})]


def told(app: Flask, mailer: MemoryMailer, rounds: list[str]) -> Mapping[str, str]:
    """Raise the alert anew, act on it, and return all that an admin can read of it."""
    mailer.mails.clear()
    client = app.test_client()
    admin = sign_in_admin(client)
    raised = MONDAY - timedelta(weeks=3)
    with identity.begin() as session:
        program = session.scalars(select(Round.program_id).where(Round.id == rounds[0])).one()
        for table in (Notice, AlertAction, Alert):
            session.execute(delete(table))
        session.execute(update(Account).values(digest_of=None))
        for state in ("sealed off", "published"):  # the last one is withheld when it comes
            last = select(Pool.pool_id).where(Pool.round_id == rounds[-1])
            session.execute(update(Release).where(Release.pool_id.in_(last)).values(state=state))
            review_program(session, program, raised.date())
        alert = session.scalar(select(Alert.id))
        if alert is not None:
            taken = take(session, alert, Actor(admin, raised))
            plan_action(taken, current_vault().roster_key(), Plan("A pause", raised.date()))
            session.flush()
            action = session.scalars(select(AlertAction.id)).one()
            finish_action(taken, action, raised.date())
            recently = MONDAY.date() - timedelta(days=3)
            session.execute(
                update(AlertEvent).where(AlertEvent.kind == "raised").values(day=recently)
            )
    send_owed_notices(current_workplace())
    owe_digests(current_workplace())
    send_owed_notices(current_workplace())
    pages = {"list": client.get("/alerts").text, "page": client.get(f"/alerts/{alert}").text}
    kept = {name: text.partition("<main")[2] for name, text in pages.items()}
    for mail in mailer.mails:
        message = message_from_bytes(mail.content, policy=policy.default)
        name = DIGEST if "week" in str(message["Subject"]) else MAIL
        kept[name] = "".join(str(part.get_content()) for part in message.iter_parts())
    actions = re.findall(r"action-(\w{16})", kept["page"])
    return {name: _without(text, [str(alert), *actions]) for name, text in kept.items()}


def _without(text: str, identifiers: list[str]) -> str:
    text = re.sub(r'name="csrf_token" value="[^"]*"', "", text)
    for identifier in identifiers:
        text = text.replace(identifier, "ID")
    return text


def test_a_changed_answer_in_a_withheld_round_changes_no_byte(
    app: Flask, mailer: MemoryMailer, rounds: list[str]
) -> None:
    before = told(app, mailer, rounds)
    assert set(before) == {"list", "page", MAIL, DIGEST}
    assert "Wellbeing in Onboarding has probably fallen" in before["page"]
    assert "Did it help?" in before["page"]
    for seed in range(4):
        rng = Random(seed)
        for number in (*WITHHELD, ROUNDS):
            comment = rng.choice([None, "I am exhausted"])
            otherwise = Answered(rng.randrange(5), rng.randint(1, 5), comment=comment)
            answer_otherwise(rounds[number], otherwise, seed)
        assert told(app, mailer, rounds) == before, seed


def test_the_same_in_a_shown_round_does(
    app: Flask, mailer: MemoryMailer, rounds: list[str]
) -> None:
    before = told(app, mailer, rounds)
    answer_otherwise(rounds[LOW_FROM], Answered(30, 4))
    changed = told(app, mailer, rounds)
    assert all(changed[name] != before[name] for name in ("page", MAIL, DIGEST))
    for number in range(LOW_FROM, ROUNDS):
        if number not in WITHHELD:
            answer_otherwise(rounds[number], Answered(30, 4))
    calm = told(app, mailer, rounds)
    assert calm["list"] != before["list"] and MAIL not in calm and DIGEST not in calm
