"""Put released figures into words: counts as bands, means with their open ends, days, changes."""

from collections.abc import Sequence
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.results.cells import CellResult, Score, ThemeResult, Tone
from crypto.messages import Message
from surveys.acknowledgements import acknowledgements
from surveys.comparison import Comparison, compare
from surveys.disclosure import ShownMean
from surveys.portions import Portion
from surveys.wording import WITHHELD, count_words, day_words, listed

# D10: one word and one sentence, whatever the cause.
WITHHELD_WORD = "Withheld this time"
WITHHELD_SENTENCE = (
    "Small circles often are. Here is how the whole program is doing, and what you could talk "
    "about next."
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_POSITIVE, _LEANING = 0.5, 0.15  # of a sentiment, -1 to 1
_NEGATIVE = MappingProxyType[Portion, str](
    {
        "few": "few of them are negative",
        "third": "one in three of them is negative",
        "half": "half of them are negative",
        "two thirds": "two in three of them are negative",
        "most": "most of them are negative",
    }
)


def round_name(day: date) -> str:
    """Return what a round is called, by the day on which it closed: "12 June 2026"."""
    return f"{day_words(day)} {day.year}"


def moment_words(moment: datetime, time_zone: str) -> str:
    """Return a moment in a zone: "Friday 12 June 2026, 17:00 (Europe/Paris)"."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{WEEKDAYS[local.weekday()]} {round_name(local.date())}, {local:%H:%M} ({time_zone})"


def local_day(moment: datetime, time_zone: str) -> str:
    """Return the day of a moment in a zone: "12 June 2026"."""
    return round_name(moment.astimezone(ZoneInfo(time_zone)).date())


def figure(value: float) -> str:
    """Return a figure without needless decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def mean_words(mean: ShownMean) -> str:
    """Return a mean with its open end: "87.5 or more" (D6)."""
    return f"{figure(mean.mean)} {mean.open}" if mean.open else figure(mean.mean)


def change_words(earlier: ShownMean | None, later: ShownMean | None) -> str:
    """Return how an item has moved between two rounds, no finer than the coarser step."""
    if later is None:
        return WITHHELD
    if earlier is None:
        return "nothing earlier"
    difference = later.mean - earlier.mean
    if abs(difference) < max(earlier.step, later.step):
        return "about the same"
    return f"{'up' if difference > 0 else 'down'} {figure(abs(difference))}"


def score_sentence(
    whose: str, score: Score, earlier: Score | None, earlier_day: date | None
) -> str:
    """Return how a cell is doing, in one or two sentences.

    :param whose: as the sentence begins: "Your circle's".
    """
    told = f"{whose} wellbeing score is {mean_words(score.mean)} out of 100."
    if earlier is None or earlier_day is None:
        return f"{told} There is no earlier result to compare it with yet."
    day = round_name(earlier_day)
    return f"{told} {_change_sentence(compare(earlier.level, score.level), day)}"


def _change_sentence(comparison: Comparison, day: str) -> str:
    if comparison.direction == "the same":
        return f"That is about the same as in the round of {day}."
    if comparison.clear:
        return f"That is clearly {comparison.direction} than in the round of {day}."
    return (
        f"That is {comparison.direction} than in the round of {day}, "
        "by no more than chance does in a group of this size."
    )


def people_sentence(cell: CellResult) -> str:
    """Return how many answered in a shown cell."""
    return f"{count_words(cell.people)} people answered." if cell.people else ""


def tone_sentence(tone: Tone) -> str:
    """Return how a cell's comments sound, as a whole."""
    return f"The comments sound {_sound(tone.mean)}."


def _sound(mean: ShownMean) -> str:
    if abs(mean.mean) < _LEANING:
        return "neither positive nor negative on the whole"
    strength = "mostly" if abs(mean.mean) >= _POSITIVE else "rather"
    return f"{strength} {'positive' if mean.mean > 0 else 'negative'}"


def tone_basis(tone: Tone) -> str:
    """Return what a sentiment rests on: "10 to 19 comments, 5 to 9 of them scored"."""
    scored = count_words(tone.scored)
    if tone.comments is None:
        return f"{scored} comments scored"
    return f"{count_words(tone.comments)} comments, {scored} of them scored"


def themes_sentence(themes: Sequence[ThemeResult], tone: Tone | None) -> str:
    """Return what most comments of a list are about, in one sentence.

    Where bands tell several themes alike, none of them comes first.

    :param themes: the shown ones, what is named most first; at least one.
    :param tone: of their cell: the scored comments among which they were looked for.
    """
    first = themes[0]
    foremost = [entry for entry in themes if entry.count_from == first.count_from]
    most = _is_most(first, tone)
    begun = "Most of the comments shown here are" if most else "Comments shown here are most often"
    told = f"{begun} about {listed([entry.name for entry in foremost])}"
    return f"{told}; {_NEGATIVE[first.negative]}." if len(foremost) == 1 else f"{told}."


def _is_most(theme: ThemeResult, tone: Tone | None) -> bool:
    """Return whether a theme's band is more than half of all scored comments for certain."""
    if theme.count_from is None:
        return True  # it is withheld where the others would be too few
    scored = None if tone is None else tone.scored.rpartition("-")[2]
    return scored is not None and 2 * theme.count_from > int(scored)


def theme_count(theme: ThemeResult) -> str:
    """Return how many comments name a theme: "5 to 9"."""
    return WITHHELD if theme.count is None else count_words(theme.count)


def theme_sound(theme: ThemeResult) -> str:
    """Return how a theme's comments sound, together and in parts."""
    parts = _NEGATIVE[theme.negative]
    return parts if theme.mean is None else f"{_sound(theme.mean)}; {parts}"


def message_head(message: Message) -> str:
    """Return who wrote a message and on which day; an author is never more than "the author"."""
    writer = {"author": "The author", "mentor": "A mentor", "admin": "The program team"}
    return f"{writer[message.writer]}, {round_name(message.day)}"


def message_text(message: Message) -> str:
    """Return a message's words."""
    if message.acknowledgement:
        return acknowledgements()[message.acknowledgement]["en"]
    return message.text
