"""Turn a person's ratings into a wellbeing score of 0 (worst) to 100 (best)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from surveys.errors import InvalidAnswerError, UnknownInstrumentError
from surveys.instruments import FEWEST_PULSE_ITEMS, Instrument, catalogue
from surveys.items import Form

SCORE_LOW, SCORE_HIGH = 0, 100  # one unit throughout


def score_pulse(ratings: Sequence[int], asked: int) -> float | None:
    """Return the pulse score, 0 to 100, or None with under two thirds answered.

    :param ratings: whole numbers, 1 ("strongly disagree") to 5 ("strongly agree").
    :param asked: how many items the form asks.
    :raises InvalidAnswerError: if a rating is out of range or there are too many.

    Source: Chorus pulse, ours, not validated; (mean - 1) x 25.
    """
    if len(ratings) > asked or (ratings and not 1 <= min(ratings) <= max(ratings) <= 5):
        raise InvalidAnswerError("The pulse needs ratings from 1 to 5, one for each item.")
    if not ratings or 3 * len(ratings) < 2 * asked:
        return None
    return (sum(ratings) / len(ratings) - 1) * 25


def score_who5(ratings: Sequence[int]) -> int:
    """Return the WHO-5 wellbeing score: percent, 0 (worst) to 100 (best).

    :param ratings: five whole numbers, 0 ("at no time") to 5 ("all of the time").
    :raises InvalidAnswerError: if there are not five, or one is out of range.

    Source: Topp et al. (2015), doi:10.1159/000376585.
    """
    if len(ratings) != 5 or not all(0 <= rating <= 5 for rating in ratings):
        raise InvalidAnswerError("WHO-5 needs five ratings from 0 to 5.")
    return 4 * sum(ratings)


def _who5(ratings: Sequence[int], asked: int) -> float | None:
    return float(score_who5(ratings)) if len(ratings) == asked else None


_SCORINGS: Mapping[str, Callable[[Sequence[int], int], float | None]] = {
    "pulse": score_pulse,
    "who5": _who5,
}


def score(scoring: str, ratings: Sequence[int], asked: int) -> float | None:
    """Return the score by the instrument's scoring name, or None with too few ratings.

    :param ratings: the ratings given, can't say and unanswered left out.
    :param asked: how many of the instrument's items the form asks.
    :raises UnknownInstrumentError: if no scoring has this name.
    """
    if scoring not in _SCORINGS:
        raise UnknownInstrumentError
    return _SCORINGS[scoring](ratings, asked)


@dataclass(frozen=True)
class ScoredItems:
    """The items of a form that make its wellbeing score, and how."""

    scoring: str
    item_ids: tuple[str, ...]

    def score(self, values: Mapping[str, object]) -> float | None:
        """Return the score of one ballot's values by item id, or None with too few."""
        given = [values.get(item_id) for item_id in self.item_ids]
        ratings = [value for value in given if isinstance(value, int)]
        return score(self.scoring, ratings, len(self.item_ids))


def _asked(form: Form, instrument: Instrument) -> tuple[str, ...]:
    """Return the instrument's scales that the form asks unchanged, in its order."""
    known = {item.id: (item.type, item.min, item.max) for item in instrument.items}
    return tuple(
        item.id
        for item in form.items
        if item.type == "scale" and known.get(item.id) == (item.type, item.min, item.max)
    )


def scored_items(form: Form) -> ScoredItems | None:
    """Return how a form is scored, or None if it holds no scored instrument.

    A form is known by the ids of its items; of two instruments in it the first counts.
    """
    for instrument in catalogue():
        if instrument.scoring not in _SCORINGS:
            continue
        asked = _asked(form, instrument)
        complete = len(asked) == len([item for item in instrument.items if item.type == "scale"])
        if complete or (instrument.scoring == "pulse" and len(asked) >= FEWEST_PULSE_ITEMS):
            return ScoredItems(instrument.scoring, asked)
    return None
