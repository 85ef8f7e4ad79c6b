"""Put results and alerts into words that say no more than is known."""

import math
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from surveys.errors import NothingAssessedError
from surveys.sentences import Day, Listing, Sentence, counted, said, together
from surveys.signals import Sign
from surveys.trends import Assessment, Outcome, State

WITHHELD = said("withheld")  # D10: and never why
NO_PERSON = said("It says nothing about any person.")

STATE_WORDS = MappingProxyType[State, Sentence](
    {
        "learning": said("Too few rounds can be shown to say how this develops."),
        "steady": said("No sign of a decline."),
        "watch": said("A decline is possible; the next rounds will tell."),
        "declining": said("Wellbeing has probably declined."),
        "recovering": said("Wellbeing is coming back after a decline."),
    }
)
STEADY_BY_ITSELF = said("No sign of a decline of its own.")
OUTCOME_WORDS = MappingProxyType[Outcome, Sentence](
    {"recovered": said("recovered"), "settled": said("settled at a lower level")}
)
_SIGN_WORDS = MappingProxyType[Sign, Sentence](
    {
        "tone": said("the comments may have become more negative"),
        "participation": said("fewer people take part than before"),
    }
)
_STANDING_WORDS = MappingProxyType[State, str](
    {
        "learning": "",
        "steady": "",
        "watch": said("A decline of its wellbeing is possible."),
        "declining": said("Its wellbeing has probably declined."),
        "recovering": said("It is coming back after a decline."),
    }
)


def signs_sentence(signs: Sequence[Sign]) -> str:
    """Return further signs together in one sentence; empty without any."""
    if not signs:
        return ""
    seen = Listing([_SIGN_WORDS[sign] for sign in signs])
    return said("Also worth a look: %(signs)s. It says nothing about any person.", signs=seen)


def shift_sentence(shift: float, step: float, state: State) -> str:
    """Return how the whole organisation has moved, no finer than the step of its means (D5).

    :param shift: points by which its programs stand higher than in their first rounds.
    """
    moved = grid_points(abs(shift), step)
    if not moved:
        stands = said("The organisation as a whole stands about where its programs began.")
    elif shift > 0:
        stands = said(
            "The organisation as a whole stands about %(points)s out of 100 higher than where its "
            "programs began.",
            points=points_words(moved),
        )
    else:
        stands = said(
            "The organisation as a whole stands about %(points)s out of 100 lower than where its "
            "programs began.",
            points=points_words(moved),
        )
    return together(stands, _STANDING_WORDS[state])


def count_words(band: str) -> str:
    """Return a stored count band in words: "fewer than 5", "5 to 9", "23" (D4)."""
    if band.startswith("<"):
        return said("fewer than %(k)s", k=band[1:])
    low, dash, high = band.partition("-")
    return said("%(low)s to %(high)s", low=low, high=high) if dash else band


def day_words(day: date) -> str:
    """Return a day as "4 May"."""
    return Day(day)


_CERTAINTIES = {str(words): words for words in map(said, ("very likely", "likely", "possible"))}


def certainty_words(probability: float) -> str:
    """Return how sure a verdict is, in a word that hides the figure."""
    if probability >= 0.8:
        return said("very likely")
    return said("likely") if probability >= 0.5 else said("possible")


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
    return counted("%(number)s point", "%(number)s points", points)


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
    return told_decline(
        program,
        drop_points(drop, step),
        since,
        certainty_words(probability),
        assessment.released,
        drop_points(chance, step),
    )


def told_decline(
    program: str, fallen: int, since: date, certainty: str, rounds: int, chance: int
) -> str:
    """Return the words of an alert from what is kept of it: points, and a word of certainty."""
    return together(
        said(
            "Wellbeing in %(program)s has probably fallen by about %(points)s out of 100 since the "
            "round of %(day)s.",
            program=program,
            points=points_words(fallen),
            day=Day(since),
        ),
        said("How sure: %(certainty)s.", certainty=_CERTAINTIES.get(certainty, certainty)),
        counted(
            "Based on %(number)s round; a group of this size varies by about %(points)s from "
            "chance alone.",
            "Based on %(number)s rounds; a group of this size varies by about %(points)s from "
            "chance alone.",
            rounds,
            points=points_words(chance),
        ),
        NO_PERSON,
    )


def listed(names: Sequence[str]) -> str:
    """Return names as one phrase: "a, b and c"."""
    return Listing(names)
