"""Rounds that somebody attacks, that meet each other, or whose relay fails."""

import gc
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.demo.respondent import PreparedBallot, prepare_ballot, signed
from app.extensions import ballots, identity
from app.forms.service import current_form
from app.invites.service import take_paper
from app.jobs.upkeep import look_at_thresholds
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.launching.service import launch_round
from app.mail.mailer import Mail, MemoryMailer
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.notice import Notice
from app.models.identity.round import Round
from app.programs.service import find_program
from app.respond.service import store_ballot
from app.rounds.errors import NotCancellableError
from app.rounds.service import cancel_round, find_round, request_round
from app.rounds.settling import settle_round
from app.vault import current_vault
from app.wire import AlreadyTakenError, ClosedError
from crypto import ballots as ballot_format
from crypto import links, sealing
from crypto.encoding import decode_base64url, encode_base64url
from crypto.links import Link
from surveys.errors import ClosingTimesError
from surveys.lifecycle import BALLOT_GRACE
from tests import rounds
from tests.applications import FixedClock

DEEP = b"[" * 1900


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> rounds.OpenRound:
    """A round with seven people and a mentor."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 7}))
    return rounds.launch(app, mailer)


def test_a_ballot_of_nested_brackets_stops_no_close(
    app: Flask, opened: rounds.OpenRound, clock: FixedClock
) -> None:
    hostile, *others = opened.links
    _cast(opened, opened.links[hostile], DEEP, clock.now())
    rounds.answer(opened, others[:5])
    rounds.close(opened)
    program = rounds.results(app, opened)["release"]["cells"]["program"]
    assert program["ballots"]["n"] == "5-9"
    assert program["score"]["mean"] == 75.0


def test_one_round_that_fails_keeps_no_other_open(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    roster = (
        rounds.roster_csv({"North": 6}) + rounds.roster_csv({"South": 6}, "Other").split("\n", 1)[1]
    )
    rounds.import_people(app, tmp_path, roster)
    launched = [rounds.launch(app, mailer), rounds.launch(app, mailer, "Other")]
    broken, sound = sorted(launched, key=lambda one: one.id)
    with ballots.begin() as session:
        session.execute(
            update(PoolPublic).where(PoolPublic.pool_id == broken.pool_id).values(manifest=b"{}")
        )
    rounds.close(sound)
    assert [_state(one.id) for one in (broken, sound)] == ["open", "closed"]


@pytest.mark.parametrize("late", [timedelta(), timedelta(minutes=11)])
def test_a_round_can_t_be_cancelled_once_its_closing_time_has_come(
    opened: rounds.OpenRound, late: timedelta
) -> None:
    now = rounds.closing_time(opened) - BALLOT_GRACE + late
    with identity.begin() as session, pytest.raises(NotCancellableError):
        cancel_round(session, opened.id, now, "operator")


def test_a_round_can_t_be_cancelled_while_a_process_works_on_it(
    opened: rounds.OpenRound, clock: FixedClock
) -> None:
    with identity.begin() as session:
        find_round(session, opened.id).lease_until = clock.now() + timedelta(minutes=1)
    with identity.begin() as session, pytest.raises(NotCancellableError):
        cancel_round(session, opened.id, clock.now(), "operator")


def test_a_close_does_not_overrule_a_cancellation(
    opened: rounds.OpenRound, clock: FixedClock
) -> None:
    with identity.begin() as session:
        cancel_round(session, opened.id, clock.now(), "operator")
        assert not settle_round(session, opened.id, "closed")
    assert _state(opened.id) == "cancelling"


def test_a_link_leaves_memory_when_its_mail_has_gone(app: Flask, tmp_path: Path) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 7}))
    counting = _CountingMailer()
    workplace = current_workplace().with_mailer(counting)
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        round_id = request_round(session, program, current_form(session), workplace.now()).id
    launch_round(workplace.launch_room(), round_id)
    assert counting.alive == sorted(counting.alive, reverse=True)
    assert counting.alive[-1] == 1


def test_rounds_of_a_form_close_six_days_apart(opened: rounds.OpenRound, clock: FixedClock) -> None:
    rounds.close(opened)
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        program.open_days = 1
        with pytest.raises(ClosingTimesError, match="6 days"):
            request_round(session, program, current_form(session), clock.now())


def test_a_round_is_open_for_24_hours_when_summer_time_begins(
    app: Flask, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 7}))
    clock.move_to(clock.now().replace(month=3, day=28, hour=12))
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        program.open_days = 1
        asked = request_round(session, program, current_form(session), clock.now())
        assert asked.closes_at - asked.opens_at == timedelta(hours=24)


def test_a_round_that_is_launched_late_is_open_as_long_as_any_other(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 7}))
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        round_id = request_round(session, program, current_form(session), clock.now()).id
    late = clock.advance(days=3, hours=23)
    run_due_work(current_workplace())
    with identity.begin() as session:
        launched = find_round(session, round_id)
        assert launched.state == "open"
        assert launched.closes_at - late == timedelta(days=4)


def test_the_threshold_is_first_told_from_the_next_midnight_on(
    opened: rounds.OpenRound, clock: FixedClock
) -> None:
    rounds.answer(opened, list(opened.links)[:5])
    clock.advance(hours=3)
    look_at_thresholds(current_workplace())
    assert not _round(opened.id).k_reached
    clock.move_to((clock.now() + timedelta(days=1)).replace(hour=0, minute=0))
    look_at_thresholds(current_workplace())
    assert _round(opened.id).k_reached


def test_a_reply_lost_at_the_closing_time_can_be_asked_for_again(
    opened: rounds.OpenRound, clock: FixedClock
) -> None:
    link = _some_link(opened)
    blinded = _prepared(opened, link).blinded
    ends = rounds.closing_time(opened) - BALLOT_GRACE
    first = _paper(opened, link, blinded, ends - timedelta(seconds=2))
    assert _paper(opened, link, blinded, ends + timedelta(minutes=9)) == first
    with pytest.raises(AlreadyTakenError):
        _paper(opened, link, _prepared(opened, link).blinded, ends + timedelta(minutes=9))
    with pytest.raises(ClosedError):
        _paper(opened, link, blinded, ends + BALLOT_GRACE)


def test_two_workers_send_a_notice_once(
    opened: rounds.OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    rounds.answer(opened, list(opened.links)[:6])
    clock.move_to(rounds.closing_time(opened))
    mailer.mails.clear()
    second = current_workplace()

    class Interrupting(MemoryMailer):
        def send(self, mail: Mail) -> None:
            super().send(mail)
            run_due_work(second)  # another worker looks while this one is sending

    interrupting = Interrupting()
    run_due_work(replace(second, mailer=interrupting))
    assert len(interrupting.mails) + len(mailer.mails) == 1
    with identity.begin() as session:
        assert session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    "body", [b"[" * 20_000, b'{"token": ' + b"9" * 20_000 + b"}"], ids=["deep", "long number"]
)
def test_a_monstrous_body_is_malformed(
    opened: rounds.OpenRound, client: FlaskClient, body: bytes
) -> None:
    path = f"/api/v1/pools/{encode_base64url(opened.pool_id)}/check"
    answer = client.post(path, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["errors"]["name"]) == (400, "malformed_request")


class _CountingMailer(MemoryMailer):
    """Counts how many links are in memory when a mail has gone."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[int] = []
        self._others = _links_in_memory()  # other tests of this process may hold some

    def send(self, mail: Mail) -> None:
        """Count and forget the mail."""
        self.alive.append(_links_in_memory() - self._others)


def _links_in_memory() -> int:
    gc.collect()
    return sum(isinstance(one, Link) for one in gc.get_objects())


def _state(round_id: str) -> str:
    return _round(round_id).state


def _round(round_id: str) -> Round:
    with identity.begin() as session:
        return find_round(session, round_id)


def _some_link(opened: rounds.OpenRound) -> Link:
    return next(iter(opened.links.values()))


def _prepared(opened: rounds.OpenRound, link: Link) -> PreparedBallot:
    return prepare_ballot(opened.pool_id, _manifest(opened), link.cell, rounds.GOOD)


def _paper(opened: rounds.OpenRound, link: Link, blinded: bytes, now: datetime) -> bytes:
    assert link.share is not None
    share = link.share.to_bytes()
    keys = current_vault()
    return take_paper(identity, keys, opened.pool_id, link.token, link.cell, share, blinded, now)


def _cast(opened: rounds.OpenRound, link: Link, plaintext: bytes, now: datetime) -> None:
    """Cast a ballot with a good paper whose content the page would never write."""
    manifest = _manifest(opened)
    prepared = _prepared(opened, link)
    signature = signed(manifest, prepared, _paper(opened, link, prepared.blinded, now))
    content = json.loads(manifest)
    sealed = sealing.seal(
        decode_base64url(content["hpke_pub"]),
        ballot_format.pad(plaintext, content["pad"]),
        ballot_format.sealing_info(
            links.manifest_hash(manifest), ballot_format.parse_input_msg(prepared.input_msg).serial
        ),
    )
    store_ballot(ballots, opened.pool_id, prepared.input_msg, signature, sealed, now)


def _manifest(opened: rounds.OpenRound) -> bytes:
    with ballots.read() as session:
        return session.get_one(PoolPublic, opened.pool_id).manifest
