"""A reply that never leaves costs nobody a paper or a ballot (Take the paper; Cast)."""

from pathlib import Path

import pytest
from flask import Flask

from app.mail.mailer import MemoryMailer
from tests import rounds
from tests.faults.conftest import Serve
from tests.faults.crowd import PEOPLE, answered_round, answers_of
from tests.faults.processes import KILLED, RUN_SECONDS, Installation
from tests.faults.respondent import NO_REPLY, Respondent
from tests.faults.storage import left_of
from tests.http_respondent import RefusedError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]


def test_a_paper_whose_reply_was_lost_is_given_again(
    app: Flask, mailer: MemoryMailer, installation: Installation, serve: Serve, tmp_path: Path
) -> None:
    opened, (address,) = answered_round(app, mailer, tmp_path, absent=1)
    web = serve(dies_before_reply_to="/paper")
    link = opened.links[address]
    respondent = Respondent(installation.url, opened.pool_id, link, answers_of(PEOPLE - 1))
    with pytest.raises(NO_REPLY):
        respondent.take_paper()
    assert web.wait(timeout=RUN_SECONDS) == KILLED
    assert left_of(opened.pool_id)["shares"] == PEOPLE  # the paper counts as taken

    serve()
    signature = respondent.take_paper()
    assert respondent.take_paper() == signature
    with pytest.raises(RefusedError, match="409 already_taken"):
        respondent.take_paper(respondent.another_ballot())
    assert left_of(opened.pool_id)["shares"] == PEOPLE
    assert respondent.cast(signature) == 204
    _assert_everyone_counts_once(app, opened)


def test_a_ballot_whose_reply_was_lost_counts_once(
    app: Flask, mailer: MemoryMailer, installation: Installation, serve: Serve, tmp_path: Path
) -> None:
    opened, (address,) = answered_round(app, mailer, tmp_path, absent=1)
    web = serve(dies_before_reply_to="/ballot")
    link = opened.links[address]
    respondent = Respondent(installation.url, opened.pool_id, link, answers_of(PEOPLE - 1))
    signature = respondent.take_paper()
    with pytest.raises(NO_REPLY):
        respondent.cast(signature)
    assert web.wait(timeout=RUN_SECONDS) == KILLED
    assert left_of(opened.pool_id)["ballots"] == PEOPLE

    serve()
    assert respondent.cast(signature) == 200
    assert respondent.cast(signature) == 200
    assert left_of(opened.pool_id)["ballots"] == PEOPLE
    _assert_everyone_counts_once(app, opened)


def _assert_everyone_counts_once(app: Flask, opened: rounds.OpenRound) -> None:
    rounds.close(opened)
    program = rounds.results(app, opened)["release"]["cells"]["program"]
    assert program["ballots"] == {"n": str(PEOPLE), "n_from": PEOPLE}
