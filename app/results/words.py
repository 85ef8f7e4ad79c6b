"""Put released figures into words: counts as bands, means with their open ends, days, changes."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from babel.lists import format_list
from flask_babel import gettext as _

from app.languages import day as round_name
from app.languages import language
from app.languages import moment as moment_words
from app.results.cells import CellResult, Score, ThemeResult, Tone
from crypto.messages import Message
from surveys.acknowledgements import acknowledgements
from surveys.comparison import Comparison, compare
from surveys.disclosure import ShownMean
from surveys.items import Text, in_language
from surveys.portions import Portion

__all__ = ("moment_words", "round_name")  # templates ask this module for all words

# D10: one word and one sentence, whatever the cause. Templates say them as literals.
WITHHELD_WORD = "Withheld this time"
WITHHELD_SENTENCE = (
    "Small circles often are. Here is how the whole program is doing, and what you could talk "
    "about next."
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Whose score a sentence tells; anything else is the name of a group.
YOUR_CIRCLE, THE_PROGRAM, WHOLE_PROGRAM = "Your circle", "The program", "The whole program"
_POSITIVE, _LEANING = 0.5, 0.15  # of a sentiment, -1 to 1


def withheld_word() -> str:
    """Return the one word for silence (D10)."""
    return _("withheld")


def said(text: Text) -> str:
    """Return a form's words in the page's language, as far as the form has it."""
    return in_language(text, language())[1]


def local_day(moment: datetime, time_zone: str) -> str:
    """Return the day of a moment in a zone: "12 June 2026"."""
    return round_name(moment.astimezone(ZoneInfo(time_zone)).date())


def figure(value: float) -> str:
    """Return a figure without needless decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def listed(names: Sequence[str]) -> str:
    """Return names as one phrase: "a, b and c"."""
    return format_list(names, locale=_locale())


def _locale() -> Locale:
    """Return the language spoken now; its English is British, as in app/languages.py."""
    return Locale.parse("en_GB" if language() == "en" else language())


def count_words(band: str) -> str:
    """Return a stored count band in words: "fewer than 5", "5 to 9", "23" (D4)."""
    if band.startswith("<"):
        return _("fewer than %(number)s", number=band[1:])
    first, dash, last = band.partition("-")
    return _("%(first)s to %(last)s", first=first, last=last) if dash else band


def mean_words(mean: ShownMean) -> str:
    """Return a mean with its open end: "87.5 or more" (D6)."""
    if mean.open == "or more":
        return _("%(mean)s or more", mean=figure(mean.mean))
    if mean.open == "or less":
        return _("%(mean)s or less", mean=figure(mean.mean))
    return figure(mean.mean)


def moved(earlier: ShownMean | None, later: ShownMean | None) -> float:
    """Return by how much an item has moved, 0 for what the coarser step can't tell apart."""
    if earlier is None or later is None:
        return 0.0
    difference = later.mean - earlier.mean
    return 0.0 if abs(difference) < max(earlier.step, later.step) else difference


def change_words(
    earlier: ShownMean | None, later: ShownMean | None, since: date | None = None
) -> str:
    """Return how an item has moved between two rounds, no finer than the coarser step.

    :param since: the day of the earlier round, where it has to be said.
    """
    if later is None:
        return withheld_word()
    if earlier is None:
        return _("nothing earlier")
    told = _moved_words(moved(earlier, later))
    return (
        told if since is None else _("%(change)s since %(day)s", change=told, day=day_words(since))
    )


def short_day(day: date) -> str:
    """Return a day without its year, as it stands beneath a chart: "4 May", "12 Jun"."""
    return str(format_skeleton("MMMd", day, locale=_locale()))


def day_words(day: date) -> str:
    """Return a day without its year: "4 May"."""
    return str(format_skeleton("MMMMd", day, locale=_locale()))


def _moved_words(difference: float) -> str:
    if difference == 0:
        return _("about the same")
    by = figure(abs(difference))
    return _("up %(by)s", by=by) if difference > 0 else _("down %(by)s", by=by)


def score_sentence(
    whose: str, score: Score, earlier: Score | None, earlier_day: date | None
) -> str:
    """Return how a cell is doing, in one or two sentences.

    :param whose: `YOUR_CIRCLE`, `THE_PROGRAM`, `WHOLE_PROGRAM`, or the name of a group.
    """
    told = _score_words(whose, mean_words(score.mean))
    if earlier is None or earlier_day is None:
        alone = _("There is no earlier result to compare it with yet.")
        return f"{told} {alone}"
    return f"{told} {_change_sentence(compare(earlier.level, score.level), earlier_day)}"


def _score_words(whose: str, score: str) -> str:
    if whose == YOUR_CIRCLE:
        return _("Your circle's wellbeing score is %(score)s out of 100.", score=score)
    if whose == THE_PROGRAM:
        return _("The program's wellbeing score is %(score)s out of 100.", score=score)
    if whose == WHOLE_PROGRAM:
        return _("The whole program's wellbeing score is %(score)s out of 100.", score=score)
    return _("%(group)s's wellbeing score is %(score)s out of 100.", group=whose, score=score)


def _change_sentence(comparison: Comparison, earlier: date) -> str:
    day = round_name(earlier)
    if comparison.direction == "the same":
        return _("That is about the same as in the round of %(day)s.", day=day)
    higher = comparison.direction == "higher"
    if comparison.clear and higher:
        return _("That is clearly higher than in the round of %(day)s.", day=day)
    if comparison.clear:
        return _("That is clearly lower than in the round of %(day)s.", day=day)
    if higher:
        return _(
            "That is higher than in the round of %(day)s, "
            "by no more than chance does in a group of this size.",
            day=day,
        )
    return _(
        "That is lower than in the round of %(day)s, "
        "by no more than chance does in a group of this size.",
        day=day,
    )


def people_sentence(cell: CellResult) -> str:
    """Return how many answered in a shown cell."""
    if not cell.people:
        return ""
    return _("%(count)s people answered.", count=count_words(cell.people))


def tone_sentence(tone: Tone) -> str:
    """Return how a cell's comments sound, as a whole."""
    return _("The comments sound %(sound)s.", sound=_sound(tone.mean))


def _sound(mean: ShownMean) -> str:
    if abs(mean.mean) < _LEANING:
        return _("neither positive nor negative on the whole")
    if abs(mean.mean) >= _POSITIVE:
        return _("mostly positive") if mean.mean > 0 else _("mostly negative")
    return _("rather positive") if mean.mean > 0 else _("rather negative")


def tone_basis(tone: Tone) -> str:
    """Return what a sentiment rests on: "10 to 19 comments, 5 to 9 of them scored"."""
    scored = count_words(tone.scored)
    if tone.comments is None:
        return _("%(scored)s comments scored", scored=scored)
    comments = count_words(tone.comments)
    return _("%(comments)s comments, %(scored)s of them scored", comments=comments, scored=scored)


def themes_sentence(themes: Sequence[ThemeResult], tone: Tone | None) -> str:
    """Return what most comments of a list are about, in one sentence.

    Where bands tell several themes alike, none of them comes first.

    :param themes: the shown ones, what is named most first; at least one.
    :param tone: of their cell: the scored comments among which they were looked for.
    """
    first = themes[0]
    foremost = [entry for entry in themes if entry.count_from == first.count_from]
    about = listed([theme_name(entry.name) for entry in foremost])
    most = _is_most(first, tone)
    if len(foremost) > 1:
        if most:
            return _("Most of the comments shown here are about %(themes)s.", themes=about)
        return _("Comments shown here are most often about %(themes)s.", themes=about)
    parts = _portion_words(first.negative)
    if most:
        return _(
            "Most of the comments shown here are about %(themes)s; %(parts)s.",
            themes=about,
            parts=parts,
        )
    return _(
        "Comments shown here are most often about %(themes)s; %(parts)s.",
        themes=about,
        parts=parts,
    )


def _portion_words(portion: Portion) -> str:
    return {
        "few": _("few of them are negative"),
        "third": _("one in three of them is negative"),
        "half": _("half of them are negative"),
        "two thirds": _("two in three of them are negative"),
        "most": _("most of them are negative"),
    }[portion]


def _is_most(theme: ThemeResult, tone: Tone | None) -> bool:
    """Return whether a theme's band is more than half of all scored comments for certain."""
    if theme.count_from is None:
        return True  # it is withheld where the others would be too few
    scored = None if tone is None else tone.scored.rpartition("-")[2]
    return scored is not None and 2 * theme.count_from > int(scored)


def theme_name(name: str) -> str:
    """Return what a theme is called; an unknown one, of a release from before, by its own name."""
    return {
        "belonging": _("belonging"),
        "collaboration": _("collaboration"),
        "communication": _("communication"),
        "fairness": _("fairness"),
        "functional skills": _("functional skills"),
        "growth": _("growth"),
        "interpersonal skills": _("interpersonal skills"),
        "leadership": _("leadership"),
        "recognition": _("recognition"),
        "remote work": _("remote work"),
        "support": _("support"),
        "time management": _("time management"),
        "workload": _("workload"),
    }.get(name, name)


def theme_count(theme: ThemeResult) -> str:
    """Return how many comments name a theme: "5 to 9"."""
    return withheld_word() if theme.count is None else count_words(theme.count)


def theme_sound(theme: ThemeResult) -> str:
    """Return how a theme's comments sound, together and in parts."""
    parts = _portion_words(theme.negative)
    return parts if theme.mean is None else f"{_sound(theme.mean)}; {parts}"


def message_head(message: Message) -> str:
    """Return who wrote a message and on which day; an author is never more than "the author"."""
    writer = {
        "author": _("The author"),
        "mentor": _("A mentor"),
        "admin": _("The program team"),
    }
    return f"{writer[message.writer]}, {round_name(message.day)}"


def message_text(message: Message) -> str:
    """Return a message's words."""
    if message.acknowledgement:
        ready = acknowledgements()[message.acknowledgement]
        return ready.get(language(), ready["en"])
    return message.text
