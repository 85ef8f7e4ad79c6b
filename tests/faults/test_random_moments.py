"""Web and worker are killed at thirty random moments of three rounds; no answer is lost or doubled.

The moments follow a seed that is printed; FAULTS_SEED repeats them.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random, SystemRandom

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import MovableClock
from app.extensions import identity
from app.forms.service import current_form
from app.jobs.leases import LEASE
from app.mail.mailer import MemoryMailer
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.programs.service import find_program
from app.rounds.service import request_round
from crypto.links import Link
from surveys.disclosure import band
from surveys.lifecycle import BALLOT_GRACE
from tests import rounds
from tests.faults.crowd import GROUPS, PEOPLE, answers_of
from tests.faults.parts import Name, Parts
from tests.faults.post_office import PostOffice
from tests.faults.processes import Installation
from tests.faults.respondent import Respondent, until_replied
from tests.faults.storage import left_of, rounds_in_order, stored_release
from tests.http_respondent import RefusedError

pytestmark = pytest.mark.slow
LAUNCHED_BEFORE = "Cedar"
LAUNCHED_UNDER_FIRE = ("Ash", "Birch")
MOMENTS_WHILE_OPEN, MOMENTS_WHILE_CLOSING = 22, 8
LONGEST_PAUSE_SECONDS = 1.4  # a worker needs less than half of it to start
PATIENCE_SECONDS = 60.0
AFTER_THE_LEASE = LEASE + timedelta(minutes=1)


class Answering:
    """Everyone who got a mail answers over HTTP, asking again until a reply comes."""

    def __init__(self, url: str, threads: ThreadPoolExecutor) -> None:
        self._url = url
        self._threads = threads
        self._answers: list[Future[bytes | None]] = []

    @property
    def asked(self) -> int:
        """Return how many were asked up to now."""
        return len(self._answers)

    def ask(self, pool_id: bytes, link: Link) -> None:
        """Let one person answer, at once or when the others leave room."""
        answers = answers_of(self.asked % PEOPLE)
        self._answers.append(self._threads.submit(self._answer, pool_id, link, answers))

    def acknowledged(self) -> Counter[bytes]:
        """Return how many answers each pool has acknowledged, once all are through."""
        replies = (answer.result(timeout=PATIENCE_SECONDS) for answer in self._answers)
        return Counter(pool_id for pool_id in replies if pool_id is not None)

    def _answer(self, pool_id: bytes, link: Link, answers: dict[str, object]) -> bytes | None:
        """Return the pool that acknowledged the answer; None if it was destroyed meanwhile."""
        try:
            respondent = Respondent(self._url, pool_id, link, answers)
            signature = until_replied(respondent.take_paper)
            until_replied(partial(respondent.cast, signature))
        except RefusedError as refused:
            if refused.name != "closed":
                raise
            return None
        return pool_id


def test_thirty_random_kills_lose_no_answer_and_double_none(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
) -> None:
    seed = int(os.environ.get("FAULTS_SEED", SystemRandom().randrange(2**32)))
    print(f"FAULTS_SEED={seed}")
    rng = Random(seed)
    rounds.import_people(app, tmp_path, _roster())
    opened = rounds.launch(app, mailer, LAUNCHED_BEFORE)
    with ThreadPoolExecutor(4) as threads, Parts(installation) as parts:
        answering = Answering(installation.url, threads)
        waiting = list(opened.links.values())

        def go_on() -> None:
            _ask_for_missing_rounds(clock)
            for _ in range(min(len(waiting), 2)):  # so that some answer at every moment
                answering.ask(opened.pool_id, waiting.pop())
            _ask_whoever_got_a_mail(answering, post_office, PEOPLE - len(waiting))

        for _ in range(MOMENTS_WHILE_OPEN):
            go_on()
            _kill_one(parts, rng, clock, ("web", "worker"))
        _until(lambda: go_on() or (_all_open() and not waiting))
        parts.wait_until_served()
        go_on()
        acknowledged = answering.acknowledged()
        assert acknowledged[opened.pool_id] == PEOPLE

        clock.move_to(max(entry.closes_at for entry in rounds_in_order()) + BALLOT_GRACE)
        for _ in range(MOMENTS_WHILE_CLOSING):
            _kill_one(parts, rng, clock, ("web", "worker", "worker"))
    under_way = Counter(entry.state for entry in rounds_in_order())
    print(f"rounds before the last worker: {dict(under_way)}; answers: {acknowledged.total()}")
    installation.run("worker", "--once")
    assert "job failed" not in installation.log_text
    _assert_each_counts_once_or_is_destroyed(acknowledged)


def _roster() -> str:
    """Return one roster file with all programs, nobody in two of them."""
    header, people = "", []
    for program in (LAUNCHED_BEFORE, *LAUNCHED_UNDER_FIRE):
        groups = {f"{program} {group}": members for group, members in GROUPS.items()}
        header, *lines = rounds.roster_csv(groups, program).splitlines()
        people += lines
    return "\n".join([header, *people])


def _kill_one(parts: Parts, rng: Random, clock: MovableClock, names: Sequence[Name]) -> None:
    time.sleep(rng.uniform(0.1, LONGEST_PAUSE_SECONDS))
    name = rng.choice(names)
    parts.kill(name)
    clock.move_to(clock.now() + AFTER_THE_LEASE)
    parts.start(name)


def _ask_for_missing_rounds(clock: MovableClock) -> None:
    """Ask again where three launches in a row were killed: an admin would, too."""
    with identity.begin() as session:
        for name in LAUNCHED_UNDER_FIRE:
            program = find_program(session, name)
            states = session.scalars(
                select(Round.state).where(Round.program_id == program.id)
            ).all()
            if all(state == "aborted" for state in states):
                request_round(session, program, current_form(session), clock.now())


def _ask_whoever_got_a_mail(answering: Answering, post_office: PostOffice, others: int) -> None:
    for _, pool_id, link in post_office.links(answering.asked - others):
        answering.ask(pool_id, link)


def _all_open() -> bool:
    states = Counter(entry.state for entry in rounds_in_order())
    del states["aborted"]
    return dict(states) == {"open": 1 + len(LAUNCHED_UNDER_FIRE)}


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline, [entry.state for entry in rounds_in_order()]
        time.sleep(0.2)


def _assert_each_counts_once_or_is_destroyed(acknowledged: Counter[bytes]) -> None:
    with identity.begin() as session:
        rows = session.execute(select(Pool.pool_id, Round).join(Round, Pool.round_id == Round.id))
        states = {pool_id: (entry.state, entry.k) for pool_id, entry in rows}
    assert set(acknowledged) <= set(states)
    closed = [pool_id for pool_id, (state, _) in states.items() if state == "closed"]
    assert len(closed) == 1 + len(LAUNCHED_UNDER_FIRE)
    for pool_id, (state, k) in states.items():
        left = left_of(pool_id)
        if state == "aborted":
            assert left == {}
            assert stored_release(pool_id) is None
            continue
        release = stored_release(pool_id)
        assert release is not None
        assert release[0] == "published"
        # Exact from 20 answers on, a band below (D4).
        assert release[1]["cells"]["program"]["ballots"]["n"] == band(acknowledged[pool_id], k)
        assert set(left) <= {"comments", "data keys"}
