"""Put results and alerts into words that say no more than is known."""

import math
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from surveys.errors import NothingAssessedError
from surveys.signals import Sign
from surveys.trends import Assessment, Outcome, State

WITHHELD = "withheld"  # D10: and never why

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

STATE_WORDS = MappingProxyType[State, str](
    {
        "learning": "Too few rounds can be shown to say how this develops.",
        "steady": "No sign of a decline.",
        "watch": "A decline is possible; the next rounds will tell.",
        "declining": "Wellbeing has probably declined.",
        "recovering": "Wellbeing is coming back after a decline.",
    }
)
STEADY_BY_ITSELF = "No sign of a decline of its own."
OUTCOME_WORDS = MappingProxyType[Outcome, str](
    {"recovered": "recovered", "settled": "settled at a lower level"}
)
_SIGN_WORDS = MappingProxyType[Sign, str](
    {
        "tone": "the comments may have become more negative",
        "participation": "fewer people take part than before",
    }
)
_STANDING_WORDS = MappingProxyType[State, str](
    {
        "learning": "",
        "steady": "",
        "watch": " A decline of its wellbeing is possible.",
        "declining": " Its wellbeing has probably declined.",
        "recovering": " It is coming back after a decline.",
    }
)


def signs_sentence(signs: Sequence[Sign]) -> str:
    """Return further signs together in one sentence; empty without any."""
    if not signs:
        return ""
    said = " and ".join(_SIGN_WORDS[sign] for sign in signs)
    return f"Also worth a look: {said}. It says nothing about any person."


def shift_sentence(shift: float, step: float, state: State) -> str:
    """Return how the whole organisation has moved, no finer than the step of its means (D5).

    :param shift: points by which its programs stand higher than in their first rounds.
    """
    moved = grid_points(abs(shift), step)
    where = "about where its programs began"
    if moved:
        than = "higher" if shift > 0 else "lower"
        where = f"about {points_words(moved)} out of 100 {than} than where its programs began"
    return f"The organisation as a whole stands {where}.{_STANDING_WORDS[state]}"


def count_words(band: str) -> str:
    """Return a stored count band in words: "fewer than 5", "5 to 9", "23" (D4)."""
    if band.startswith("<"):
        return f"fewer than {band[1:]}"
    return band.replace("-", " to ")


def day_words(day: date) -> str:
    """Return a day as "4 May"."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def certainty_words(probability: float) -> str:
    """Return how sure a verdict is, in a word that hides the figure."""
    if probability >= 0.8:
        return "very likely"
    return "likely" if probability >= 0.5 else "possible"


def drop_points(drop: float, step: float) -> int:
    """Return a drop in whole points, no finer than the step of the means (D5).

    A drop under half a step is told as one step: less can't be told apart.
    """
    return grid_points(max(drop, 1.0, step), step)


def grid_points(value: float, step: float) -> int:
    """Return a value in whole points, no finer than the step of the means (D5)."""
    grid = max(1.0, step)
    return math.floor(math.floor(value / grid + 0.5) * grid + 0.5)


def points_words(points: int) -> str:
    """Return a number of points: "1 point", "9 points"."""
    return f"{points} point{'' if points == 1 else 's'}"


def alert_sentence(program: str, assessment: Assessment, step: float) -> str:
    """Return the words of an alert, without a decimal and no finer than the step.

    :param assessment: of a released round: with probability, drop, since and chance.
    :param step: of the latest round's mean, in points.
    :raises NothingAssessedError: if the latest round was withheld, or too few were shown.

    Source: MEASUREMENT, section 3, words for an admin.
    """
    probability, drop = assessment.probability, assessment.drop
    since, chance = assessment.since, assessment.chance
    if probability is None or drop is None or since is None or chance is None:
        raise NothingAssessedError
    fallen = points_words(drop_points(drop, step))
    by_chance = points_words(drop_points(chance, step))
    return (
        f"Wellbeing in {program} has probably fallen by about "
        f"{fallen} out of 100 since the round of {day_words(since)}. "
        f"How sure: {certainty_words(probability)}. "
        f"Based on {assessment.released} rounds; a group of this size varies by about "
        f"{by_chance} from chance alone. It says nothing about any person."
    )


def alert_notice(program: str, since: date, certainty: str) -> str:
    """Return the words of an alert for a mail: as `alert_sentence`, without a figure."""
    return (
        f"Wellbeing in {program} has probably fallen since the round of {day_words(since)}. "
        f"How sure: {certainty}. It says nothing about any person."
    )


def listed(names: Sequence[str]) -> str:
    """Return names as one phrase: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
