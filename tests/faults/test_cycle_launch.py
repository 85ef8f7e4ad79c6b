"""The launch of a feedback cycle killed while it sends: each pool goes on, or all are replaced."""

from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from app.clock import MovableClock
from tests import feedback, rounds
from tests.faults.launches import AFTER_THE_LEASE, Launch
from tests.faults.post_office import PostOffice
from tests.faults.processes import Installation
from tests.faults.storage import left_of, mailed_in
from tests.faults.traces import secrets_of, traces

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]
PEOPLE = 12  # each rates the 11 others
WORK = ("worker", "--once")


@pytest.mark.parametrize(
    ("mails", "goes_on"),
    # After 9 mails every pool has 8 or 9 links, fewer than 2k; after 11 each has 10, or all.
    [(1, False), (9, False), (11, True)],
)
def test_a_cycles_launch_killed_while_it_sends(
    app: Flask,
    clock: MovableClock,
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
    mails: int,
    goes_on: bool,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": PEOPLE}))
    cycle_id = feedback.request("peers")
    launch = Launch(installation, command=WORK)
    post_office.end_sender(launch.process.pid, "noted", mails)
    secrets = launch.killed()
    assert len(secrets) == PEOPLE + 3 * PEOPLE * (PEOPLE - 1)
    assert traces(secrets, installation.settings.data, installation.log) == []
    sent = feedback.read(cycle_id, post_office.mails)
    assert len(sent.links) == mails
    assert {len(of_rater) for of_rater in sent.links.values()} == {PEOPLE - 1}
    for pool_id in sent.pools:
        of_pool = [who for who, links in sent.links.items() if pool_id in links]
        assert mailed_in(pool_id) == len(of_pool)

    clock.move_to(clock.now() + AFTER_THE_LEASE)
    installation.run(*WORK)
    installation.run(*WORK)  # what was stopped is due again
    states = Counter(entry.state for entry in feedback.rounds_of(cycle_id))
    fresh = feedback.read(cycle_id, post_office.mails[mails:])
    if goes_on:
        assert states == {"open": PEOPLE}
        assert fresh.links == {}
        pool_id = min(sent.pools)
        answered = [who for who, links in sent.links.items() if pool_id in links][:5]
        feedback.answer(sent, pool_id, answered)
        assert left_of(pool_id)["ballots"] == 5
    else:
        assert states == {"aborted": PEOPLE, "open": PEOPLE}
        assert len(fresh.links) == PEOPLE
        assert not fresh.pools & sent.pools
        assert all(left_of(pool_id) == {} for pool_id in sent.pools)
        again = [mail for mail in fresh.mails if mail.recipient in sent.links]
        assert len(again) == mails and all(b"replace" in mail.content for mail in again)
    secrets |= {
        f"again {name}": secret
        for name, secret in secrets_of(
            [link for links in fresh.links.values() for link in links.values()]
        ).items()
    }
    assert traces(secrets, installation.settings.data, installation.log) == []
