"""One round, end to end through the rooms: roster, launch, answers, close, release."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.demo.respondent import respond
from app.extensions import ballots, identity, keys
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.ballots.comment import Comment
from app.models.identity.share import Share
from app.models.keys.data_key import DataKey
from app.models.keys.signing_key import SigningKey
from app.wire import AlreadyTakenError, ClosedError
from tests import rounds
from tests.applications import FixedClock


def test_with_k_answers_the_program_is_shown(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    opened = rounds.launch(app, mailer)
    assert len(opened.links) == 7
    rounds.answer(opened, list(opened.links)[:5])
    rounds.close(opened)
    program = rounds.results(app, opened)["release"]["cells"]["program"]
    assert program["ballots"] == {"n": "5-9", "n_from": 5}
    assert program["score"]["mean"] == 75.0


def test_with_one_answer_fewer_nothing_is_shown_and_nothing_is_left_to_read(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    opened = rounds.launch(app, mailer)
    rounds.answer(opened, list(opened.links)[:4], {**rounds.GOOD, "pulse_comment": "Too much."})
    rounds.close(opened)
    cells = rounds.results(app, opened)["release"]["cells"]
    assert all(cell == {"withheld": True} for cell in cells.values())
    assert _rows_that_could_be_read(opened.pool_id) == 0


def test_after_a_close_only_the_key_of_shown_comments_is_left(
    app: Flask, mailer: MemoryMailer, tmp_path: Path
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    opened = rounds.launch(app, mailer)
    comment = {**rounds.GOOD, "pulse_comment": "We have far too many meetings."}
    rounds.answer(opened, list(opened.links), comment)
    rounds.close(opened)
    assert _rows_that_could_be_read(opened.pool_id) == 1  # the kept key
    with ballots.begin() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) in (9, 10)


def test_a_link_gives_one_paper(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    opened = rounds.launch(app, mailer)
    address = next(iter(opened.links))
    rounds.answer(opened, [address])
    with pytest.raises(AlreadyTakenError):
        rounds.answer(opened, [address])


def test_after_the_closing_time_no_paper_is_given(
    app: Flask, mailer: MemoryMailer, tmp_path: Path, clock: FixedClock
) -> None:
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    opened = rounds.launch(app, mailer)
    link = next(iter(opened.links.values()))
    with pytest.raises(ClosedError):
        respond(rounds.doors(), opened.pool_id, link, rounds.GOOD, clock.advance(days=4))


def _rows_that_could_be_read(pool_id: bytes) -> int:
    """Return how many ballots, shares and keys of a pool are left."""
    count = 0
    for store, table in (
        (ballots, Ballot),
        (identity, Share),
        (keys, DataKey),
        (keys, SigningKey),
    ):
        with store.begin() as session:
            query = select(func.count()).select_from(table).where(table.pool_id == pool_id)
            count += session.scalar(query) or 0
    return count
