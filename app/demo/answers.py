"""What the demo's people answer: MEASUREMENT's simulator, put into the pulse's five points."""

from collections.abc import Sequence
from random import Random

from surveys.items import Form, Item

RESPONSE = 0.65
_PERSON_SD, _ROUND_SD, _WITHIN_SD = 12.0, 2.0, 9.0
_MEAN = 68.0
_WRITES = 0.35
# Points of wellbeing that a program is away from its usual, from each round on.
_MOODS: dict[str, Sequence[tuple[int, float]]] = {
    "steady": ((0, 0.0),),
    "small": ((0, 0.0),),
    "declining": ((0, 0.0), (10, -14.0), (12, -19.0)),
    "recovering": ((0, 0.0), (8, -15.0), (10, 0.0)),
}
# The small program's four who answer are always fewer than k.
SMALL_ANSWERS = 4

_BRIGHT = (
    "My mentor always finds time, that helps a lot.",
    "Great conversations in our circle this time.",
    "Flexible hours make a real difference for me.",
    "I learned something useful in every session.",
    "I feel at home in this team.",
    "Thank you for the honest talk about priorities.",
)
_MIXED = (
    "Work is fine, but there are many meetings.",
    "It would be good to know earlier what changes.",
    "I would like more time for the sessions.",
    "The goals for this quarter are not quite clear.",
)
_DARK = (
    "The workload is too much, I can't switch off in the evening.",
    "We are understaffed since spring and everybody is exhausted.",
    "I feel overwhelmed and I don't know whom to ask.",
    "Deadlines change every week, it is frustrating.",
    "Nobody seems to notice how tired we are.",
)


def usual_level(rng: Random) -> float:
    """Return how well one person is on an ordinary day, 0 to 100."""
    return rng.gauss(_MEAN, _PERSON_SD)


def round_level(rng: Random, mood: str, number: int) -> float:
    """Return by how many points a round (counted from 0) is away from the usual."""
    shift = [points for start, points in _MOODS[mood] if number >= start][-1]
    return shift + rng.gauss(0.0, _ROUND_SD)


def answers(rng: Random, form: Form, usual: float, shift: float) -> dict[str, object]:
    """Return one person's answers to a form of scales and comments."""
    level = usual + shift + rng.gauss(0.0, _WITHIN_SD)
    values: dict[str, object] = {
        item.id: _point(rng, item, level) for item in form.items if item.type == "scale"
    }
    for item in form.items:
        if item.type == "comment" and rng.random() < _WRITES:
            values[item.id] = rng.choice(_tone(rng, level))
    return values


def _tone(rng: Random, level: float) -> Sequence[str]:
    heard = level + rng.gauss(0.0, 12.0)
    if heard > 66:
        return _BRIGHT
    return _MIXED if heard > 54 else _DARK


def _point(rng: Random, item: Item, level: float) -> int:
    low, high = item.points[0], item.points[-1]
    exact = low + (high - low) * (level + rng.gauss(0.0, 14.0)) / 100
    return max(low, min(high, round(exact)))
