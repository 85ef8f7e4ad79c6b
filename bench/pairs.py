"""Time the product's work and its limit in turn, and put both on one line."""

import statistics
import time
from collections.abc import Callable

Line = dict[str, object]


def compare(
    name: str,
    unit: str,
    *,
    work: Callable[[], int],
    limit: Callable[[], int],
    times: int,
) -> Line:
    """Return the line of one bench: medians of units a second, and the median of their ratios.

    Both are timed in turn, so that a machine that slows down slows both.

    :param work: does some of the product's work and returns how many units that was; `limit`
        does the bare work that can't be had faster.
    """
    work()  # what is loaded once is loaded before the clock runs
    limit()
    done, bare = [], []
    for _ in range(times):
        done.append(_rate(work))
        bare.append(_rate(limit))
    ratio = statistics.median(a / b for a, b in zip(done, bare, strict=True))
    return line(name, statistics.median(done), unit, statistics.median(bare), ratio)


def line(name: str, value: float, unit: str, baseline: float, ratio: float) -> Line:
    """Return one line as it is printed; a larger ratio is better."""
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "baseline": round(baseline, 3),
        "ratio": round(ratio, 3),
    }


def _rate(work: Callable[[], int]) -> float:
    """Return how many units were done in a second."""
    start = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - start)
