"""A launch killed at any point goes on or is replaced, and its secrets are nowhere (Launch)."""

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import MovableClock
from app.demo.respondent import respond
from crypto.encoding import encode_base64url
from crypto.links import Link
from tests import rounds
from tests.faults.launches import AFTER_THE_LEASE, Launch
from tests.faults.post_office import Moment, PostOffice
from tests.faults.processes import Installation
from tests.faults.storage import data_keys_of_no_pool, left_of, mailed_in, rounds_in_order
from tests.faults.traces import secrets_of, traces
from tests.http_respondent import paper_body

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]
K = 5
CONNECTIONS = 3
SETTLING_SECONDS = 0.5
REPLACES = b"replaces an earlier one"


@pytest.mark.parametrize(
    ("members", "moment", "count"),
    [
        (12, "answered", 1),
        (12, "answered", K),
        (12, "answered", 2 * K - 1),
        (12, "answered", 2 * K),
        (12, "noted", 2 * K - 1),
        (12, "noted", 2 * K),
        (6, "noted", 6),
        (6, "noted", 7),
    ],
)
def test_a_launch_killed_while_it_sends(
    app: Flask,
    client: FlaskClient,
    clock: MovableClock,
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
    members: int,
    moment: Moment,
    count: int,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": members}))
    launch = Launch(installation)
    post_office.end_sender(launch.process.pid, moment, count)
    secrets = launch.killed()
    assert len(post_office.mails) == count
    assert len(secrets) == 1 + 3 * (members + 1)
    assert traces(secrets, installation.settings.data, installation.log) == []
    sent = post_office.links()
    _, pool_id, link = sent[0]
    respond(rounds.doors(), pool_id, link, rounds.GOOD, clock.now())
    # An answer just read may or may not have been noted before the end; what is noted counts.
    mailed = mailed_in(pool_id)
    assert mailed == count or (moment == "answered" and mailed == count - 1)

    _move_on(clock, AFTER_THE_LEASE)
    installation.run("worker", "--once")
    if mailed >= min(2 * K, members + 1):
        assert [entry.state for entry in rounds_in_order()] == ["open"]
        assert len(post_office.mails) == count
        assert left_of(pool_id) == {"ballots": 1, "shares": 1, "data keys": 2, "signing keys": 1}
        assert _check(client, pool_id, link) == "taken"
        assert _check(client, pool_id, sent[-1][2]) == ("taken" if count == 1 else "open")
        assert _take_paper(client, pool_id, sent[-1][2]) == (409 if count == 1 else 200)
    else:
        _assert_replaced(client, post_office, count, members + 1, sent)
    secrets |= secrets_of([fresh for _, _, fresh in post_office.links(count)])
    assert traces(secrets, installation.settings.data, installation.log) == []


@pytest.mark.parametrize("count", [1, 2 * K - CONNECTIONS, 2 * K + 2])
def test_a_launch_killed_while_it_sends_over_several_connections(
    app: Flask,
    client: FlaskClient,
    clock: MovableClock,
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
    count: int,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 23}))
    launch = Launch(installation, connections=CONNECTIONS)
    post_office.end_sender(launch.process.pid, "answered", count)
    secrets = launch.killed()
    time.sleep(SETTLING_SECONDS)  # what had left the sender when it was killed
    sent = post_office.links()
    pool_id = sent[0][1]
    mailed = mailed_in(pool_id)
    # Of each connection one mail may be out, or even taken, that was not noted.
    assert count <= len(sent) <= mailed + CONNECTIONS
    assert traces(secrets, installation.settings.data, installation.log) == []

    _move_on(clock, AFTER_THE_LEASE)
    installation.run("worker", "--once")
    if mailed >= 2 * K:
        assert [entry.state for entry in rounds_in_order()] == ["open"]
        assert len(post_office.mails) == len(sent)
        assert {_check(client, pool_id, link) for _, _, link in sent} == {"open"}
    else:
        _assert_replaced(client, post_office, len(sent), 24, sent)
    secrets |= secrets_of([fresh for _, _, fresh in post_office.links(len(sent))])
    assert traces(secrets, installation.settings.data, installation.log) == []


@pytest.mark.parametrize(
    ("statement", "mails", "idle_keys"),
    [
        ("INSERT INTO signing_key", 0, 0),
        ("INSERT INTO pool ", 0, 2),
        ("INSERT INTO invitation", 0, 0),
        ("INSERT INTO pool_public", 0, 0),
        ("UPDATE invitation", 1, 0),
    ],
)
def test_a_launch_killed_while_it_writes(
    app: Flask,
    client: FlaskClient,
    clock: MovableClock,
    installation: Installation,
    post_office: PostOffice,
    tmp_path: Path,
    statement: str,
    mails: int,
    idle_keys: int,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 12}))
    secrets = Launch(installation, statement).killed()
    assert len(post_office.mails) == mails
    assert data_keys_of_no_pool() == idle_keys  # they lock nothing: no link was made of them
    assert traces(secrets, installation.settings.data, installation.log) == []
    installation.run("worker", "--once")
    assert [entry.state for entry in rounds_in_order()] == ["launching"]  # its lease still runs
    _move_on(clock, AFTER_THE_LEASE)
    installation.run("worker", "--once")
    _assert_replaced(client, post_office, mails, 13, post_office.links()[:mails])
    assert traces(secrets, installation.settings.data, installation.log) == []


def _assert_replaced(
    client: FlaskClient,
    post_office: PostOffice,
    earlier_mails: int,
    invited: int,
    sent: Sequence[tuple[str, bytes, Link]],
) -> None:
    """Check that the earlier pool is destroyed and refused, and that a new one was mailed."""
    assert [entry.state for entry in rounds_in_order()] == ["aborted", "open"]
    fresh = post_office.links(earlier_mails)
    assert len({recipient for recipient, _, _ in fresh}) == len(fresh) == invited
    pools = {pool_id for _, pool_id, _ in fresh}
    assert len(pools) == 1
    assert left_of(*pools) == {"data keys": 2, "signing keys": 1}
    if earlier_mails:
        assert all(REPLACES in mail.content for mail in post_office.mails[earlier_mails:])
    for _, pool_id, link in sent:
        assert pool_id not in pools
        assert left_of(pool_id) == {}
        assert _check(client, pool_id, link) == "closed"
        assert _take_paper(client, pool_id, link) == 410
        assert _keys_in_manifest(client, pool_id) & _keys_in_manifest(client, *pools) == set()
    _, pool_id, link = fresh[0]
    assert _check(client, pool_id, link) == "open"


def _check(client: FlaskClient, pool_id: bytes, link: Link) -> str:
    body = {"token": encode_base64url(link.token), "cell": link.cell}
    answered = client.post(_path(pool_id, "check"), json=body)
    assert answered.status_code == 200, answered.get_data(as_text=True)
    state: str = answered.get_json()["state"]
    return state


def _take_paper(client: FlaskClient, pool_id: bytes, link: Link) -> int:
    body = paper_body(link, b"\x01" * 256)
    return client.post(_path(pool_id, "paper"), json=body).status_code


def _keys_in_manifest(client: FlaskClient, pool_id: bytes) -> set[str]:
    manifest = client.get(_path(pool_id, "manifest")).get_json()
    return {manifest["rsa_spki"], manifest["hpke_pub"]}


def _path(pool_id: bytes, name: str) -> str:
    return f"/api/v1/pools/{encode_base64url(pool_id)}/{name}"


def _move_on(clock: MovableClock, duration: timedelta) -> None:
    clock.move_to(clock.now() + duration)
