"""Shares: any k of n open, any k - 1 do not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import sharing
from crypto.errors import InvalidShareError, InvalidThresholdError
from crypto.sharing import ORDER, Share, combine, split

secret_numbers = st.integers(0, ORDER - 1)


@st.composite
def thresholds(draw):
    k = draw(st.integers(2, 6))
    return k, draw(st.integers(k, 9))


@given(secret_numbers, thresholds(), st.randoms(use_true_random=False))
def test_any_k_of_n_open_and_any_k_minus_1_do_not(secret, threshold, random):
    k, n = threshold
    shares = split(secret, k, n)
    assert len(shares) == n
    assert combine(random.sample(shares, k)) == secret
    assert combine(random.sample(shares, k - 1)) != secret


def test_every_choice_of_k_opens_and_none_of_fewer_does():
    secret = ORDER - 1
    shares = split(secret, 3, 6)
    for count, opens in [(1, False), (2, False), (3, True), (4, True), (5, True), (6, True)]:
        for chosen in itertools.combinations(shares, count):
            assert (combine(chosen) == secret) is opens


def test_known_polynomials_give_their_constant():
    assert combine([Share(1, 7), Share(2, 9)]) == 5
    assert combine([Share(3, 38), Share(1, 10), Share(2, 21)]) == 5
    assert combine([Share(9, 5)]) == 5
    assert combine(iter([Share(1, ORDER - 1), Share(2, ORDER - 2)])) == 0


def test_splitting_twice_gives_other_places_and_another_slope():
    def slope(shares):
        first, second = shares
        return (first.y - second.y) * pow(first.x - second.x, -1, ORDER) % ORDER

    first, second = split(1, 2, 2), split(1, 2, 2)
    assert {share.x for share in first} != {share.x for share in second}
    assert slope(first) != slope(second)
    assert min(slope(first), slope(second)) > 1 << 128


def test_places_are_distinct_even_if_chance_repeats(monkeypatch):
    draws = iter([7, 0, 0, 0, (1 << 32) - 2])  # the slope, then the places less 1
    bounds = []
    monkeypatch.setattr(
        sharing.secrets, "randbelow", lambda bound: bounds.append(bound) or next(draws)
    )
    shares = split(5, 2, 2)
    assert {(share.x, share.y) for share in shares} == {
        (1, 12),
        ((1 << 32) - 1, 5 + 7 * ((1 << 32) - 1)),
    }
    assert bounds == [ORDER, *[(1 << 32) - 1] * 4]


@given(st.integers(1, (1 << 32) - 1), secret_numbers)
def test_a_share_survives_being_written_and_read(x, y):
    written = Share(x, y).to_bytes()
    assert written == x.to_bytes(4, "big") + y.to_bytes(32, "big")
    assert Share.from_bytes(written) == Share(x, y)


@pytest.mark.parametrize("x, y", [(1, 0), ((1 << 32) - 1, ORDER - 1)])
def test_a_share_at_the_ends_of_its_range_is_taken(x, y):
    assert Share(x, y) == Share(y=y, x=x)


@pytest.mark.parametrize("x, y", [(0, 1), (-1, 1), (1 << 32, 1), (1, ORDER), (1, -1)])
def test_a_share_out_of_range_is_refused(x, y):
    with pytest.raises(InvalidShareError):
        Share(x, y)


@pytest.mark.parametrize(
    "value", [b"", bytes(36), bytes(3) + b"\1" + bytes(31), bytes(3) + b"\1" + bytes(33)]
)
def test_bytes_that_are_no_share_are_refused(value):
    with pytest.raises(InvalidShareError):
        Share.from_bytes(value)


def test_shares_that_repeat_a_place_are_refused():
    with pytest.raises(InvalidShareError):
        combine([Share(1, 7), Share(2, 9), Share(1, 8)])
    with pytest.raises(InvalidShareError):
        combine([])


@pytest.mark.parametrize("k, n", [(1, 1), (1, 3), (3, 3)])
def test_a_threshold_within_the_number_of_shares_is_taken(k, n):
    assert combine(split(5, k, n)[:k]) == 5


@pytest.mark.parametrize("k, n", [(4, 3), (0, 3), (-1, 3), (0, 0)])
def test_a_threshold_out_of_range_is_refused(k, n):
    with pytest.raises(InvalidThresholdError):
        split(5, k, n)


@pytest.mark.parametrize("secret", [-1, ORDER])
def test_a_secret_out_of_range_is_refused(secret):
    with pytest.raises(InvalidShareError):
        split(secret, 2, 3)


def test_a_share_hides_its_value():
    assert repr(Share(1, 1234567)) == "Share(x=1)"
