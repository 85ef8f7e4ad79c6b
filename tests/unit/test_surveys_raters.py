"""Who rates whom: k for each pool, one shared pool for the rest, nobody about themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import ThresholdError
from surveys.form_length import seconds_to_answer
from surveys.instruments import PEER_SKILLS, form_of, instrument
from surveys.raters import ABOUT, draw_pools, worded

PEOPLE = st.sets(st.sampled_from("abcdefghijkl"), max_size=9)


@pytest.mark.parametrize(
    ("raters", "own", "shared", "sharing"),
    [
        ({"m": "abcde"}, {"m": 5}, "", ""),
        ({"m": "abcd"}, {}, "", ""),  # alone, four are not asked
        ({"m": "abcd", "n": "efgh"}, {}, "abcdefgh", "mn"),
        ({"m": "abcdef", "n": "gh", "o": "ij"}, {"m": 6}, "", ""),
        ({"m": "abcdef", "n": "gh", "o": "ijk"}, {"m": 6}, "ghijk", "no"),
        ({"m": "abcd", "n": "abcd"}, {}, "", ""),  # the same four, one paper each
        ({"m": "abcde", "n": "abcdn"}, {"m": 5}, "", ""),  # nobody about themselves
        ({"m": "", "n": "abcd", "o": "e"}, {}, "abcde", "no"),  # who has no rater is in nothing
        ({}, {}, "", ""),
    ],
)
def test_a_subject_with_k_raters_has_a_pool_and_the_rest_share_one_if_they_are_k(
    raters: dict[str, str], own: dict[str, int], shared: str, sharing: str
) -> None:
    drawn = draw_pools(raters, 5)
    assert {subject: len(people) for subject, people in drawn.own.items()} == own
    assert drawn.shared == tuple(shared)
    assert drawn.sharing == frozenset(sharing)


@given(st.dictionaries(st.sampled_from("abcdefgh"), PEOPLE), st.integers(4, 6))
def test_no_pool_is_ever_smaller_than_k_and_nobody_is_in_one_about_themselves(
    raters: dict[str, set[str]], k: int
) -> None:
    drawn = draw_pools(raters, k)
    for subject, people in drawn.own.items():
        assert len(people) >= k
        assert subject not in people
    assert not drawn.shared or len(drawn.shared) >= k
    assert not drawn.sharing & set(drawn.own)
    assert len(drawn.sharing) != 1  # a shared pool is never about one subject alone


def test_a_threshold_under_the_floor_is_refused() -> None:
    with pytest.raises(ThresholdError):
        draw_pools({}, 3)


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("shared", [True, False])
def test_a_form_asks_about_whom_the_cycle_is_and_the_same_skills(about: str, shared: bool) -> None:
    form = form_of(instrument(PEER_SKILLS), ())
    asked = worded(form, about, shared=shared)
    assert [item.id for item in asked.items] == [item.id for item in form.items]
    noun = {"mentors": "mentor", "circles": "circle"}.get(about, "peers" if shared else "person")
    which = f"your {noun}" if shared else f"this {noun}"
    texts = [asked.title, *(item.text for item in asked.items if item.type == "comment")]
    spoken = {"en", "de", "fr", "es", "ar"}
    assert all(which in text["en"] and set(text) == spoken for text in texts)
    assert seconds_to_answer(asked.items) == seconds_to_answer(form.items)
