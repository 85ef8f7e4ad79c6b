"""Peer feedback: k for each pool, no name where answers are, nothing that two links share."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.demo.respondent import links_in, respond
from app.extensions import ballots, identity, keys
from app.jobs.cycles import take_up_broken_cycles
from app.jobs.workplace import current_workplace
from app.launching import cycles
from app.launching.cycles import launch_cycle
from app.launching.notes import LEASE
from app.launching.room import LaunchRoom
from app.launching.waves import PoolKeys, make_keys
from app.mail.mailer import Mail, MailDelayedError, MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.invitation import Invitation
from app.models.identity.release import Release
from app.wire import WireError
from crypto import links
from crypto.encoding import encode_base64url
from crypto.links import Link
from tests import feedback, posts, rounds
from tests.applications import FixedClock
from tests.feedback import OpenCycle
from tests.privacy.dumps import as_bytes, common, dump, places_of, windows

NORTH = [f"north.{number}@example.org" for number in range(1, 7)]
MENTORS = ("mentor.north@example.org", "mentor.south@example.org")
SAID = {**feedback.GOOD, "skill_keep": "Asks what we make of it"}
NAMES = ("Person 1 North", "Mentor North", "North", "Onboarding", "north.1@example.org")


class Killed(BaseException):
    """The process is gone, whatever it was about to do."""


class DyingMailer(MemoryMailer):
    """A relay whose sender dies after so many mails."""

    left = 0

    def send(self, mail: Mail) -> None:
        """Keep the mail, or be the last thing that happens."""
        if self.left == 0:
            raise Killed
        self.left -= 1
        super().send(mail)


@pytest.fixture
def peers(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenCycle:
    """A cycle in which each of six asks the other five."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    return feedback.launch(mailer, "peers")


def test_no_name_stands_in_manifest_form_ballots_or_keys(peers: OpenCycle) -> None:
    for pool_id in peers.pools:
        raters = [who for who, of_rater in peers.links.items() if pool_id in of_rater]
        feedback.answer(peers, pool_id, raters, SAID)
    feedback.close(peers)
    heaps = {
        f"{value.table}.{value.column} {at}": as_bytes(value.content)
        for store in (ballots, keys)
        for at, value in enumerate(dump(store.engine))
    }
    assert any(name.startswith("pool_public.manifest") for name in heaps)
    subjects = [str(entry.subject_id) for entry in feedback.rounds_of(peers.id)]
    for name in (*NAMES, *subjects, peers.id):
        assert places_of(name.encode(), heaps) == [], name


def test_no_value_stands_on_both_sides(peers: OpenCycle) -> None:
    for pool_id in peers.pools:
        raters = [who for who, of_rater in peers.links.items() if pool_id in of_rater]
        feedback.answer(peers, pool_id, raters[:4], SAID)
    ballot_side = dump(ballots.engine)
    public = [value for value in ballot_side if value.table == "pool_public"]
    with ballots.read() as session:
        assert len(session.scalars(select(Ballot.serial)).all()) == 24
    assert common(dump(identity.engine), ballot_side, public) == set()
    assert common(dump(keys.engine), ballot_side, public) == set()


def test_two_links_of_a_rater_share_no_value_and_neither_do_their_rows(peers: OpenCycle) -> None:
    for of_rater in peers.links.values():
        for (one_pool, one), (other_pool, other) in combinations(of_rater.items(), 2):
            assert windows([one_pool, *_parts(one)]).isdisjoint(
                windows([other_pool, *_parts(other)])
            )
    with identity.read() as session:
        rows = session.scalars(select(Invitation)).all()
    by_person: dict[str | None, list[set[bytes]]] = {}
    for row in rows:
        own = [row.token_hash, row.pool_id, row.share_commit, row.address]
        by_person.setdefault(row.person_id, []).append(windows(own))
    for of_person in by_person.values():
        assert all(one.isdisjoint(other) for one, other in combinations(of_person, 2))


def test_no_link_is_written_anywhere_but_into_its_mail(peers: OpenCycle) -> None:
    heaps = {
        f"{value.table}.{value.column} {at}": as_bytes(value.content)
        for store in (identity, ballots, keys)
        for at, value in enumerate(dump(store.engine))
    }
    for of_rater in peers.links.values():
        for link in of_rater.values():
            assert all(places_of(part, heaps) == [] for part in _parts(link)[:3])


def test_each_pool_has_a_threshold_of_its_own(peers: OpenCycle) -> None:
    shown, withheld = (feedback.pool_about(peers.id, who) for who in NORTH[:2])
    feedback.answer(peers, shown, NORTH[1:6])
    feedback.answer(peers, withheld, [NORTH[0], *NORTH[2:5]])  # four of five
    feedback.close(peers)
    with identity.read() as session:
        tables = {row.pool_id: row.tables for row in session.scalars(select(Release))}
    with ballots.read() as session:
        assert session.scalars(select(Ballot.serial)).all() == []
    assert "withheld" not in tables[shown]["cells"]["program"]
    assert "withheld" in json.dumps(tables[withheld])
    assert "mean" not in json.dumps(tables[withheld])
    silent = [tables[pool_id] for pool_id in peers.pools - {shown, withheld}]
    assert all(entry == tables[withheld] for entry in silent)  # D10: four are as silent as none


def test_a_link_about_one_person_is_no_link_about_another(
    clock: FixedClock, peers: OpenCycle
) -> None:
    (_, link), (other, _) = list(peers.links[NORTH[0]].items())[:2]
    with pytest.raises(WireError):
        respond(rounds.doors(), other, link, feedback.GOOD, clock.now())


@pytest.mark.parametrize(("mails", "goes_on"), [(4, False), (9, False), (10, True)])
def test_of_a_launch_that_was_killed_each_pool_goes_on_or_is_replaced_by_its_own_mails(
    app: Flask, client: FlaskClient, clock: FixedClock, tmp_path: Path, mails: int, goes_on: bool
) -> None:
    """The pool has twelve raters; of ten mails k and as many again have gone."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 12}))
    cycle_id, dead = feedback.request("mentors"), DyingMailer()
    dead.left = mails
    workplace = current_workplace().with_mailer(dead)
    with pytest.raises(Killed):
        launch_cycle(workplace.launch_room(), cycle_id)
    feedback.work()
    assert feedback.cycle_state(cycle_id) == "launching"  # its lease still runs
    clock.move_to(clock.now() + 2 * LEASE)
    feedback.work()
    assert feedback.cycle_state(cycle_id) == "open"
    states = [entry.state for entry in feedback.rounds_of(cycle_id)]
    assert sorted(states) == (["open"] if goes_on else ["aborted", "open"])
    sent = [links_in(mail.content)[0] for mail in dead.mails]
    assert {_state_of(client, *link) for link in sent} <= {"open" if goes_on else "closed"}


def test_what_replaces_a_stopped_pool_has_new_keys_and_says_so_and_leaves_the_others_alone(
    app: Flask, client: FlaskClient, clock: FixedClock, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 5, "South": 12}))
    cycle_id, dead = feedback.request("mentors"), _Choosy()
    with pytest.raises(Killed):
        launch_cycle(current_workplace().with_mailer(dead).launch_room(), cycle_id)
    clock.move_to(clock.now() + 2 * LEASE)
    feedback.work()
    again = feedback.read(cycle_id, mailer.mails)
    first = feedback.read(cycle_id, dead.mails)
    assert set(again.links) == {f"north.{number}@example.org" for number in range(1, 6)}
    assert again.pools.isdisjoint(first.pools)
    assert all("This mail replaces links of an earlier one" in posts.text(m) for m in again.mails)
    ids = [posts.message(mail)["Message-ID"] for mail in (*dead.mails, *mailer.mails)]
    assert len(set(ids)) == len(ids)
    with ballots.read() as session:
        public = {
            row.pool_id: json.loads(row.manifest) for row in session.scalars(select(PoolPublic))
        }
    assert len({facts["hpke_pub"] for facts in public.values()}) == 3
    assert len({tuple(facts["closes"]) for facts in public.values()}) == 1
    for who, of_rater in first.links.items():
        for pool_id, link in of_rater.items():
            wanted = "open" if who.startswith("south") else "closed"
            assert _state_of(client, pool_id, link) == wanted
    for of_rater in again.links.values():
        for pool_id, link in of_rater.items():
            assert _state_of(client, pool_id, link) == "open"


@pytest.mark.parametrize("finished", [True, False])
def test_a_launch_that_outlives_its_lease_sends_nothing_beside_the_one_that_took_over(
    app: Flask,
    clock: FixedClock,
    mailer: MemoryMailer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    finished: bool,
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6, "South": 6}))
    cycle_id, slept = feedback.request("mentors"), []

    def slow(room: LaunchRoom) -> PoolKeys:
        if not slept:
            slept.append(True)
            clock.move_to(clock.now() + 2 * LEASE)
            if finished:
                feedback.work()  # the worker beside it takes it up, and launches it again
            else:
                take_up_broken_cycles(current_workplace())
                assert cycles._Lease(room, cycle_id).claim()
        return make_keys(room)

    monkeypatch.setattr(cycles, "make_keys", slow)
    launch_cycle(current_workplace().launch_room(), cycle_id)
    assert len(mailer.mails) == len(posts.recipients(mailer.mails)) == (12 if finished else 0)
    assert len(feedback.rounds_of(cycle_id)) == (2 if finished else 0)


class _Choosy(DyingMailer):
    """A relay that takes ten mails to the South and one to the North before its sender dies."""

    def __init__(self) -> None:
        super().__init__()
        self._room = {"south": 10, "north": 1}

    def send(self, mail: Mail) -> None:
        """Keep the mail if there is room for its circle; die once both are full."""
        circle = mail.recipient.partition(".")[0]
        if not any(self._room.values()):
            raise Killed
        if self._room[circle] == 0:
            raise MailDelayedError
        self._room[circle] -= 1
        self.left = 1
        super().send(mail)


def _parts(link: Link) -> list[bytes]:
    """Return what a link holds but for its cell, which is 0 for all."""
    assert link.share is not None
    return [link.token, link.share.y.to_bytes(32), links.encode_link(link).encode(), link.pin]


def _state_of(client: FlaskClient, pool_id: bytes, link: Link) -> str:
    body = {"token": encode_base64url(link.token), "cell": link.cell}
    path = f"/api/v1/pools/{encode_base64url(pool_id)}/check"
    return str(client.post(path, json=body).get_json()["state"])
