"""A process that dies while it writes for many: what was acknowledged is stored (Cast)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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

pytestmark = pytest.mark.slow
AT_ONCE = 16
IN_THE_MIDDLE = 2
_BURSTS = 30  # until two of them meet in one transaction


def test_a_batch_that_is_killed_in_the_middle_loses_nothing_that_was_acknowledged(
    app: Flask, mailer: MemoryMailer, installation: Installation, serve: Serve, tmp_path: Path
) -> None:
    opened, addresses = answered_round(app, mailer, tmp_path, absent=AT_ONCE)
    serve()
    people = [
        Respondent(installation.url, opened.pool_id, opened.links[address], answers_of(number))
        for number, address in enumerate(addresses, start=PEOPLE - AT_ONCE)
    ]
    papers = [person.take_paper() for person in people]
    serve.end()
    web = serve(dies_at_ballot=IN_THE_MIDDLE)
    before = left_of(opened.pool_id)["ballots"]
    acknowledged = [False] * AT_ONCE
    for _ in range(_BURSTS):
        replies = cast_at_once(people, papers)
        acknowledged = [
            was or bool(reply) for was, reply in zip(acknowledged, replies, strict=True)
        ]
        if not all(replies):
            break
    assert web.wait(timeout=RUN_SECONDS) == KILLED
    # More may be stored than was acknowledged, where only the reply was lost; never less.
    assert left_of(opened.pool_id)["ballots"] >= before + sum(acknowledged)

    serve()
    again = cast_at_once(people, papers)
    assert [status for status, was in zip(again, acknowledged, strict=True) if was] == [
        200 for was in acknowledged if was
    ]
    assert left_of(opened.pool_id)["ballots"] == PEOPLE
    rounds.close(opened)
    program = rounds.results(app, opened)["release"]["cells"]["program"]
    assert program["ballots"] == {"n": str(PEOPLE), "n_from": PEOPLE}


def cast_at_once(people: Sequence[Respondent], papers: Sequence[str]) -> list[int | None]:
    """Cast all ballots at the same time; None stands for each that got no reply."""

    def cast(person: Respondent, paper: str) -> int | None:
        try:
            return person.cast(paper)
        except NO_REPLY:
            return None

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(cast, people, papers))
