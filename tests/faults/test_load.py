"""A minute of as many answers as the machine holds while processes die (`python -m bench.load`)."""

import pytest

from bench import load
from tests.databases import need, postgresql_fault

SECONDS = 60.0
FEWEST_KILLS = 4  # each web process and each worker once

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]


def test_under_load_and_kills_what_is_acknowledged_is_stored_once() -> None:
    need(postgresql_fault())
    outcome = load.run(SECONDS)
    print(outcome)
    assert (outcome.lost, outcome.twice, outcome.refused) == (0, 0, 0)
    assert outcome.acknowledged_ballots > 0
    assert outcome.kills >= FEWEST_KILLS
