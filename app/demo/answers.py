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
    "steady": ((0, 0.0), (4, -22.0), (5, 0.0)),  # again, after an alert that is over
    "small": ((0, 0.0),),
    "declining": ((0, 0.0), (10, -14.0), (12, -19.0)),
    "recovering": ((0, 0.0), (8, -15.0), (10, 0.0)),
}
# The small program's four who answer are always fewer than k.
SMALL_ANSWERS = 4

# Openings and what follows them: put together they seldom say the same twice.
_BRIGHT = (
    (
        "My mentor finds time when I need it",
        "Our circle talks openly now",
        "The last session helped",
    ),
    ("that makes a real difference", "I learned something I could use the next day"),
    (
        "thank you for that",
        "please keep it this way",
        "I look forward to the next one",
        "it is fun",
    ),
)
_MIXED = (
    ("Work is fine on the whole", "The sessions are good", "I like my colleagues"),
    ("but there are many meetings", "but plans change late", "but the goals are not quite clear"),
    ("a little more notice would help", "we could talk about it", "it is the same for others"),
)
_DARK = (
    (
        "The workload is too much",
        "We are understaffed since spring",
        "I feel overwhelmed by tickets",
    ),
    (
        "I can't switch off in the evening",
        "everybody is exhausted",
        "the deadlines are unrealistic",
    ),
    ("nobody seems to notice", "I don't know whom to ask", "it is frustrating", "I worry about it"),
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
            values[item.id] = "; ".join(rng.choice(part) for part in _tone(rng, level)) + "."
    return values


def _tone(rng: Random, level: float) -> Sequence[Sequence[str]]:
    heard = level + rng.gauss(0.0, 12.0)
    if heard > 66:
        return _BRIGHT
    return _MIXED if heard > 54 else _DARK


def _point(rng: Random, item: Item, level: float) -> int:
    low, high = item.points[0], item.points[-1]
    exact = low + (high - low) * (level + rng.gauss(0.0, 14.0)) / 100
    return max(low, min(high, round(exact)))
