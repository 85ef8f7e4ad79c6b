"""Say which questions stand low and move with wellbeing, and how sure that is.

It rests on stored releases: each round's coarse correlations (decision 066), and the latest means.
To move together is no proof of cause.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from surveys.sentences import Sentence, said

STRONG_FROM = 0.3  # below, a question is said to belong little to its score; Nunnally (1978)
_SURE = 1.96  # sd on either side: 95 of 100 times
_FEWEST_FREE = 3  # of Fisher's z
_STAYS = 0.5  # the part of what sampling does that asking the same people again leaves as it was
_HIGHEST_POOLED = 0.95  # beyond, Fisher's z runs away; so high a figure is rounding's work

Priority = Literal["look first", "look next", "low alone", "leave", "unclear"]

PRIORITY_WORDS = MappingProxyType[Priority, Sentence](
    {
        "look first": said("lower than most, and moves with wellbeing: look here first"),
        "look next": said("higher than most, and moves with wellbeing: look here next"),
        "low alone": said("lower than most, but moves little with wellbeing"),
        "leave": said("higher than most, and moves little with wellbeing"),
        "unclear": said("can't tell yet whether it moves with wellbeing"),
    }
)


@dataclass(frozen=True)
class Correlation:
    """What one round stores of a question: its correlation with the rest, rounded to a step.

    :ivar n_from: the lower end of the number of ballots behind it.
    """

    with_rest: float
    step: float
    n_from: int


@dataclass(frozen=True)
class Strength:
    """How strongly a question moves with the rest, -1 to 1, and between which ends that is likely.

    :ivar rounds: how many rounds it rests on.
    """

    value: float
    low: float
    high: float
    rounds: int


def pooled(rounds: Sequence[Correlation]) -> Strength:
    """Return what several rounds say together, with an interval that is honestly wide.

    Rounds of one program ask the same people, so many rounds are not many samples: half of what
    the choice of people does is taken to stay however many there are (decision 066).

    Source: Fisher (1921) for z = atanh r with variance 1 / (n - 3).

    :param rounds: at least one.
    """
    people = sum(entry.n_from for entry in rounds)
    value = sum(entry.n_from * entry.with_rest for entry in rounds) / people
    value = max(-_HIGHEST_POOLED, min(_HIGHEST_POOLED, value))
    sampling = (_STAYS + (1 - _STAYS) / len(rounds)) / (people / len(rounds) - _FEWEST_FREE)
    # Rounding at random between two neighbours varies by half a step at most.
    rounding = sum((entry.n_from / people * entry.step / 2) ** 2 for entry in rounds)
    ends = [math.tanh(math.atanh(value) + side * _SURE * math.sqrt(sampling)) for side in (-1, 1)]
    below, above = (math.hypot(end - value, _SURE * math.sqrt(rounding)) for end in ends)
    return Strength(value, max(-1.0, value - below), min(1.0, value + above), len(rounds))


def priorities(
    levels: Mapping[str, float], strengths: Mapping[str, Strength]
) -> dict[str, Priority]:
    """Return what to make of each question, by its id.

    :param levels: how each stands on its scale, 0 to 1; low is below the mean of these.
    :param strengths: of the same questions.
    """
    if not levels:
        return {}
    average = sum(levels.values()) / len(levels)
    return {name: _priority(level < average, strengths[name]) for name, level in levels.items()}


def _priority(low: bool, strength: Strength) -> Priority:
    if strength.value >= STRONG_FROM and strength.low > 0:
        return "look first" if low else "look next"
    if strength.high < STRONG_FROM:
        return "low alone" if low else "leave"
    return "unclear"
