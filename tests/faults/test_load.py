"""As many answers as the machine holds while processes die (`python -m bench.load`), in short."""

import pytest

from bench import load
from tests.databases import need, postgresql_fault

SECONDS, EVERY_SECONDS = 36.0, 5.0  # as many kills as in a minute of the measurement: six
FEWEST_KILLS = 4  # each web process and each worker once

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]


def test_under_load_and_kills_what_is_acknowledged_is_stored_once() -> None:
    need(postgresql_fault())
    outcome = load.run(SECONDS, EVERY_SECONDS)
    print(outcome)
    assert (outcome.lost, outcome.twice, outcome.refused) == (0, 0, 0)
    assert outcome.acknowledged_ballots > 0
    assert outcome.kills >= FEWEST_KILLS
