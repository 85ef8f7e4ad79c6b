"""A worker killed while it lets a round wait loses no answer, opens nothing, decides once."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.clock import MovableClock
from app.demo.respondent import signed
from app.extensions import ballots, identity
from app.invites.service import take_paper
from app.jobs.leases import LEASE
from app.mail.mailer import MemoryMailer
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.respond.service import store_ballot
from app.vault import current_vault
from app.wire import ClosedError
from crypto.links import Link
from surveys.lifecycle import BALLOT_GRACE
from tests import rounds
from tests.faults.processes import Installation
from tests.faults.storage import left_of, stored_release
from tests.privacy.wire import Respondent, respondent
from tests.rounds import OpenRound

pytestmark = pytest.mark.slow
# The order of waiting: ballots go on, then in one transaction round and papers.
MOMENTS = {
    "before ballots go on": ("statement", "UPDATE pool_public SET state"),
    "ballots go on": ("step", "waiting"),
    "papers about to go on": ("statement", "UPDATE pool SET closes_at"),
    "all go on": ("step", "moved on"),
}
K, WEEK = 5, timedelta(days=7)


def take(person: Respondent, now_from: MovableClock) -> bytes:
    """Take a paper and return the signature that its ballot is cast with."""
    link: Link = person.link
    assert link.share is not None
    blind_signature = take_paper(
        identity,
        current_vault(),
        person.pool_id,
        link.token,
        link.cell,
        link.share.to_bytes(),
        person.prepared.blinded,
        now_from.now(),
    )
    return signed(person.manifest, person.prepared, blind_signature)


def cast(person: Respondent, signature: bytes, clock: MovableClock) -> bool:
    """Cast a ballot and return whether it was taken."""
    prepared = person.prepared
    try:
        return store_ballot(
            ballots, person.pool_id, prepared.input_msg, signature, prepared.sealed, clock.now()
        )
    except ClosedError:
        return False


def times_of(opened: OpenRound) -> tuple[str, object, object, object]:
    """Return the round's state, and until when it, its papers and its ballots go on."""
    with identity.begin() as session, ballots.begin() as other:
        found = session.get_one(Round, opened.id)
        papers = session.get_one(Pool, opened.pool_id).closes_at
        until = other.get_one(PoolPublic, opened.pool_id).takes_ballots_until
        return found.state, found.closes_at, papers, until - BALLOT_GRACE


@pytest.mark.parametrize("papers", [K - 1, K], ids=["too few papers", "too few ballots"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_killed_while_a_round_begins_to_wait(
    app: Flask,
    mailer: MemoryMailer,
    clock: MovableClock,
    installation: Installation,
    tmp_path: Path,
    moment: str,
    papers: int,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    opened = rounds.launch(app, mailer, rounds.PROGRAM, "--closes", "2")
    people = [respondent(opened.pool_id, link) for link in opened.links.values()]
    taken = [(person, take(person, clock)) for person in people[:papers]]
    assert all(cast(person, signature, clock) for person, signature in taken[: K - 1])
    first = rounds.closing_time(opened) - BALLOT_GRACE
    before = left_of(opened.pool_id)
    assert before["ballots"] == K - 1

    clock.move_to(first if papers < K else first + BALLOT_GRACE)
    installation.run_and_kill(*MOMENTS[moment], "worker", "--once")
    assert left_of(opened.pool_id) == before
    state, closes, papers_until, ballots_until = times_of(opened)
    assert (state, closes) == ("open", papers_until)
    assert ballots_until >= papers_until  # nobody has a paper that can't be cast
    # One that came after the decision: it is kept, and it does not undo the decision.
    late = [cast(person, signature, clock) for person, signature in taken[K - 1 :]]
    # With too few ballots their time is over, unless they go on already.
    assert late == [moment != "before ballots go on"] * (papers - K + 1)

    clock.move_to(clock.now() + LEASE + timedelta(minutes=1))
    installation.run("worker", "--once")
    assert times_of(opened) == ("open", *[first + WEEK] * 3)
    assert stored_release(opened.pool_id) is None
    late_again = [cast(person, signature, clock) for person, signature in taken[K - 1 :]]
    assert late_again == [not was_taken for was_taken in late]
    assert all(cast(person, take(person, clock), clock) for person in people[papers : K + 1])
    kept = {**before, "ballots": K + 1, "shares": K + 1}
    assert left_of(opened.pool_id) == kept

    clock.move_to(first + WEEK + BALLOT_GRACE)
    installation.run("worker", "--once")
    cells = rounds.results(app, opened)["release"]["cells"]
    assert cells["program"]["ballots"] == {"n": "5-9", "n_from": 5}
    assert "job failed" not in installation.log_text
