"""Further signs beside the wellbeing score, each a reason to look and never an alert.

They are named together and never summed. Source: MEASUREMENT, section 3, further signals.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from surveys.change_point import MOST_BEFORE, Level, find_drop
from surveys.disclosure import band_ends
from surveys.trends import DEFAULT_TAU, WATCH_FROM

Sign = Literal["tone", "participation"]

FEWEST_SCORED = 10  # comments in a round
ROUNDS_BEFORE = 5  # that say the same thing, to compare with
# Points of 100, the spread that the detector is told of. Single comments differ by 20 (VADER's
# published snippets of reviews) to 28 (its tweets), more than people's wellbeing does, and other
# people write each time, about other things: 36 keeps even tweets to .42 false signs a year.
COMMENT_SD = 36.0
CLEAR_FALL = 2.5  # sd of the difference between two rates
MATTERING_FALL = 0.1  # of those who were asked


@dataclass(frozen=True)
class Tone:
    """The sentiment of one round's comments, -1 to 1, as it was stored.

    :ivar scored: the middle of the band of scored comments; `scored_from` its lower end.
    :ivar lexicon: the version that scored it; versions don't compare.
    """

    mean: float
    step: float
    scored: int
    scored_from: int
    lexicon: str


@dataclass(frozen=True)
class Turnout:
    """How many of those who were asked have answered: at least and at most, as the band tells."""

    invited: int
    fewest: int
    most: int


def turnout(invited: int, n_from: int, k: int) -> Turnout:
    """Return a round's turnout from the lower end of its band and nothing finer (D4)."""
    fewest, most = band_ends(n_from, k)
    return Turnout(invited, min(fewest, invited), min(most, invited))


def tone_has_fallen(rounds: Sequence[Tone | None]) -> bool:
    """Return whether the comments have probably become more negative.

    :param rounds: up to now, oldest first; None where no sentiment was released.
    """
    latest = rounds[-1] if rounds else None
    if latest is None or latest.scored_from < FEWEST_SCORED:
        return False
    alike = [
        entry
        for entry in rounds
        if entry is not None
        and entry.scored_from >= FEWEST_SCORED
        and entry.lexicon == latest.lexicon
    ]
    if len(alike) <= ROUNDS_BEFORE:
        return False
    levels = [
        Level(50 * (entry.mean + 1), COMMENT_SD, entry.scored, 50 * entry.step) for entry in alike
    ]
    return find_drop(levels, DEFAULT_TAU).probability >= WATCH_FROM


def fewer_take_part(rounds: Sequence[Turnout | None]) -> bool:
    """Return whether the response rate has fallen, whatever the bands hide.

    The most that may have answered now is held against the fewest that may have before. A round
    that is withheld says nothing, and so nothing of too few answers (D10).

    :param rounds: up to now, oldest first; None for a withheld one.
    """
    shown = [entry for entry in rounds if entry is not None]
    if not rounds or rounds[-1] is None or len(shown) <= ROUNDS_BEFORE:
        return False
    latest, earlier = shown[-1], shown[-1 - MOST_BEFORE : -1]
    asked = sum(entry.invited for entry in earlier)
    before = sum(entry.fewest for entry in earlier) / asked
    now = latest.most / latest.invited
    chance = math.sqrt(before * (1 - before) * (1 / latest.invited + 1 / asked))
    return before - now >= max(MATTERING_FALL, CLEAR_FALL * chance)


def further_signs(
    tones: Sequence[Tone | None], turnouts: Sequence[Turnout | None]
) -> tuple[Sign, ...]:
    """Return the signs that are there."""
    signs: list[Sign] = []
    if tone_has_fallen(tones):
        signs.append("tone")
    if fewer_take_part(turnouts):
        signs.append("participation")
    return tuple(signs)
