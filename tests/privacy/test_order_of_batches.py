"""Protocol 4: what arrives together lies in no order, even before the files are laid anew."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask
from sqlalchemy import delete

from app.extensions import ballots, identity
from app.invites.marking import Paper, mark_taken
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.respond.storage import shuffle_ballots
from app.wire import AlreadyTakenError, ClosedError, WireError
from config import Settings
from crypto import links
from crypto.ballots import PADS
from crypto.blind import generate_key
from tests import rounds
from tests.privacy.crowds import arrive_in_order, batch_of
from tests.privacy.ranks import LIMIT, rank_correlation
from tests.privacy.stored import by_place, heap_of, stored_order
from tests.privacy.urns import Urn, make_urn
from tests.rounds import OpenRound

MANY = 200
SMALL = 7  # as many as lie on one page of a SQLite file, in the order in which they were written
# The mean of so many batches passes the limit by chance once in 100,000 runs.
TRIALS = {MANY: 3, SMALL: 80}
UNSHUFFLED_TRIALS = 10  # each of them shows its order, so nothing is left to chance
PAPERS_LIMIT = 0.3  # one batch of 200, once in 50,000 runs; test_order_of_papers has 500 and 0.2


class Unshuffled(Random):
    """What a batch would be without its shuffle."""

    def shuffle(self, x: Any) -> None:
        """Leave everything where it is."""


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    """A signing key."""
    return generate_key()


@pytest.fixture
def urn(app: Flask, key: RSAPrivateKey) -> Urn:
    """An open pool."""
    return make_urn(key, PADS[1])


def order_of_ballots(app: Flask, urn: Urn, settings: Settings, count: int) -> tuple[float, float]:
    """Return how rows and bytes of a batch follow its order of arrival."""
    waiting = [urn.ballot() for _ in range(count)]
    arrive_in_order(app, ballots, [ballot.cast for ballot in waiting])
    serials = [ballot.serial for ballot in waiting]
    rows = stored_order(ballots.engine, "ballot", "serial")
    heap = heap_of(ballots.engine, settings, "ballots", "ballot")
    with ballots.begin() as session:
        session.execute(delete(Ballot))
    shuffle_ballots(ballots.engine)  # the next batch begins with an empty file
    return rank_correlation(serials, rows), rank_correlation(serials, by_place(serials, heap))


def papers(opened: OpenRound) -> list[Paper]:
    """Return what taking each link's paper would write."""
    return [
        Paper(
            pool_id=opened.pool_id,
            invitation_hash=links.token_hash(opened.pool_id, link.token, link.cell),
            blinded_hash=secrets.token_bytes(32),
            share_row={
                "pool_id": opened.pool_id,
                "id": secrets.token_bytes(16),
                "cell": link.cell,
                "share": secrets.token_bytes(69),
            },
        )
        for link in opened.links.values()
    ]


def take(app: Flask, taken: list[Paper]) -> None:
    """Take papers that arrive in this order."""
    calls = [partial(identity.write, mark_taken, paper) for paper in taken]
    arrive_in_order(app, identity, calls)


def order_of_papers(taken: list[Paper], settings: Settings) -> list[float]:
    """Return how rows and bytes of invitations and shares follow the order of arrival."""
    marks = [paper.blinded_hash for paper in taken]
    shares = [bytes(paper.share_row["id"]) for paper in taken]
    return [
        rank_correlation(things, order)
        for things, table, column in (
            (marks, "invitation", "blinded_hash"),
            (shares, "share", "id"),
        )
        for order in (
            stored_order(identity.engine, table, column),
            by_place(things, heap_of(identity.engine, settings, "identity", table)),
        )
    ]


@pytest.fixture
def crowd(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round to which two hundred are invited."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": MANY - 1}))
    return rounds.launch(app, mailer)


def mean_order(
    app: Flask, urn: Urn, settings: Settings, count: int, trials: int
) -> tuple[float, float]:
    """Return the mean of several batches of `count` ballots, of rows and of bytes."""
    seen = [order_of_ballots(app, urn, settings, count) for _ in range(trials)]
    return fmean(rows for rows, _ in seen), fmean(heap for _, heap in seen)


@pytest.mark.parametrize("count", TRIALS)
def test_ballots_that_come_together_lie_in_no_order(
    app: Flask, urn: Urn, settings: Settings, count: int
) -> None:
    rows, heap = mean_order(app, urn, settings, count, TRIALS[count])
    assert abs(rows) < LIMIT
    assert abs(heap) < LIMIT


def test_without_the_shuffle_their_order_would_be_seen(
    app: Flask, urn: Urn, settings: Settings
) -> None:
    batch_of(app, ballots)._rng = Unshuffled()
    rows, heap = mean_order(app, urn, settings, SMALL, UNSHUFFLED_TRIALS)
    assert abs(heap) > 0.9
    assert rows > 0.9 or ballots.engine.dialect.name == "sqlite"  # kept there by random key


def test_papers_that_are_taken_together_lie_in_no_order(
    app: Flask, crowd: OpenRound, settings: Settings
) -> None:
    waiting = papers(crowd)
    assert len(waiting) == MANY
    take(app, waiting)
    assert max(map(abs, order_of_papers(waiting, settings))) < PAPERS_LIMIT


def test_shares_do_not_lie_as_the_invitations_that_they_came_with(
    app: Flask, crowd: OpenRound, settings: Settings
) -> None:
    waiting = papers(crowd)
    take(app, waiting)
    share_of = {paper.blinded_hash: bytes(paper.share_row["id"]) for paper in waiting}
    marks = stored_order(identity.engine, "invitation", "blinded_hash")
    rows = stored_order(identity.engine, "share", "id")
    assert abs(rank_correlation([share_of[mark] for mark in marks if mark], rows)) < PAPERS_LIMIT
    heaps = [
        heap_of(identity.engine, settings, "identity", name) for name in ("invitation", "share")
    ]
    along = [share_of[mark] for mark in by_place(list(share_of), heaps[0])]
    assert abs(rank_correlation(along, by_place(along, heaps[1]))) < PAPERS_LIMIT


def test_each_request_of_a_batch_gets_its_own_answer(
    app: Flask, urn: Urn, crowd: OpenRound
) -> None:
    good, nobody = urn.ballot(), secrets.token_bytes(32)
    answers: dict[str, object] = {}

    def note(name: str, call: Callable[[], object]) -> Callable[[], None]:
        def _note() -> None:
            try:
                answers[name] = call()
            except WireError as refusal:
                answers[name] = type(refusal)

        return _note

    arrive_in_order(app, ballots, [note(str(number), good.cast) for number in range(3)])
    assert sorted(map(str, answers.values())) == ["False", "False", "True"]  # one of them is new
    answers.clear()
    first = papers(crowd)[0]
    other = replace(first, blinded_hash=secrets.token_bytes(32))
    calls = {"first": first, "other": other, "nobody": replace(first, invitation_hash=nobody)}
    arrive_in_order(
        app,
        identity,
        [note(name, partial(identity.write, mark_taken, paper)) for name, paper in calls.items()],
    )
    assert {answers["first"], answers["other"]} == {None, AlreadyTakenError}
    assert answers["nobody"] is ClosedError
    assert len(stored_order(identity.engine, "share", "id")) == 1
