"""What is read seldom hides no leak: if it moves with an answer, the attack says so aloud."""

import pytest

from tests.attacks.figures.polls import Polled, claim

CALM = {"near": "0", "far": "a", "clock": "9:00"}


def _polled(*minutes: dict[str, str]) -> Polled:
    return Polled(({**CALM, "clock": "8:59"}, CALM), minutes, frozenset({"near"}))


def test_a_minute_in_which_something_moved_is_told_from_the_others() -> None:
    assert claim(_polled({"near": "0"}, {"near": "1"}, {"near": "1"})) == (False, True, False)


def test_what_moves_by_itself_tells_nothing() -> None:
    assert claim(_polled({**CALM, "clock": "9:01"}, {"near": "0"})) == (False, False)


def test_a_page_that_moves_though_it_reads_nothing_of_an_answer_is_no_matter_of_chance() -> None:
    with pytest.raises(AssertionError, match="far"):
        claim(_polled({"near": "0"}, {**CALM, "clock": "9:02", "far": "b"}))
