"""Tries are limited for each address, and no address is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import tries
from app.accounts.errors import TooManyTriesError
from app.accounts.tries import TryLimit

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
PERIOD = timedelta(minutes=15)


def used_up() -> TryLimit:
    """Return a limit of two with both used for one address."""
    limit = TryLimit(2, PERIOD)
    limit.take("a@corp.example", NOW)
    limit.take("a@corp.example", NOW)
    return limit


def test_one_try_too_many_is_refused_however_the_address_is_spelled() -> None:
    with pytest.raises(TooManyTriesError):
        used_up().take(" A@Corp.Example", NOW)


def test_another_address_has_tries_of_its_own() -> None:
    used_up().take("b@corp.example", NOW)


def test_the_period_ends_though_refused_tries_went_on() -> None:
    limit = used_up()
    with pytest.raises(TooManyTriesError):
        limit.take("a@corp.example", NOW + PERIOD - timedelta(seconds=1))
    limit.take("a@corp.example", NOW + PERIOD)


def test_success_gives_the_tries_back() -> None:
    limit = used_up()
    limit.forget("a@corp.example")
    limit.take("a@corp.example", NOW)


def test_no_address_is_kept_and_no_two_processes_use_one_name_for_it() -> None:
    first, second = vars(used_up()), vars(used_up())
    assert "corp" not in repr(first)
    assert set(first["_buckets"]).isdisjoint(second["_buckets"])


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "_MOST_BUCKETS", 3)
    limit = TryLimit(1, PERIOD)
    for number in range(10):
        limit.take(f"{number}@corp.example", NOW)
    assert len(vars(limit)["_buckets"]) == 3
