"""Turn counts of options into a histogram that may be stored.

Source: D7 for merging, D6 for a bin that holds nearly everybody.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveys.disclosure import shown_share

SMALLEST_BIN = 3  # D7: each bin is 0 or at least 3
OPEN_ABOVE = Fraction(4, 5)  # D6: above 80 % a bin says only that

Run = tuple[int, int]  # first and last option of a bin, both included


@dataclass(frozen=True)
class Bin:
    """Neighbouring options and their share of the ballots, 0 to 1.

    :ivar over: more than 80 %; the share is then not told.
    """

    options: tuple[str, ...]
    share: float | None
    over: bool = False


def merged_runs(size: int, count: Callable[[Run], int]) -> list[Run]:
    """Return runs of neighbouring options, each counting 0 or at least 3.

    :param size: the number of options.
    :param count: says how many ballots chose at least one option of a run.
    """
    runs: list[Run] = [(place, place) for place in range(size)]
    while len(runs) > 1:
        small = [place for place, run in enumerate(runs) if 0 < count(run) < SMALLEST_BIN]
        if not small:
            break
        place = small[0]
        sides = [side for side in (place - 1, place + 1) if 0 <= side < len(runs)]
        other = min(sides, key=lambda side: count(runs[side]))
        first, last = sorted((place, other))
        runs[first : last + 1] = [(runs[first][0], runs[last][1])]
    return runs


def histogram(options: Sequence[str], n: int, count: Callable[[Run], int]) -> list[Bin] | None:
    """Return the bins of a histogram of `n` ballots, or None when only one bin is left.

    Where a bin holds more than 80 %, the others keep silent: beside a row of zeros
    "more than 80 %" would say "all" (D6).

    :param options: option ids in the order of the form.
    :param n: ballots that carry a value; the caller has seen to n >= 2k, and 20.
    """
    runs = merged_runs(len(options), count)
    if len(runs) == 1:
        return None
    large = [run for run in runs if Fraction(count(run), n) > OPEN_ABOVE]
    bins = []
    for run in runs:
        names = tuple(options[run[0] : run[1] + 1])
        share = None if large else shown_share(count(run), n)
        bins.append(Bin(names, share, over=run in large))
    return bins
