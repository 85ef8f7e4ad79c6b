"""The mood of a few, from what is told of all less what is known of the others. D3, 050, 051."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from random import Random
from unittest.mock import patch

from surveys import sentiment_tables, theme_tables
from surveys.remainders import Part
from surveys.tables import told
from tests.attacks.figures.inventions import SCALES, Ballot, Table, circles, released, scored
from tests.attacks.frame import Attack

THEME = "workload"


@dataclass(frozen=True)
class Moods:
    """Ballots with their comments, and which extreme the few beside the others are at."""

    ballots: tuple[Ballot, ...]
    few: float


@dataclass(frozen=True)
class Read:
    """A program's sentiment, what its lists show word for word, and one theme of its own list."""

    whole: Table | None
    texts: tuple[str, ...]
    theme: Table | None


def _ballot(cell: int, text: str | None) -> Ballot:
    values: dict[str, object] = dict.fromkeys(SCALES, 4)
    return Ballot(cell, values if text is None else values | {"say": text})


def _mood(rng: Random) -> float:
    return round(max(-1.0, min(1.0, rng.gauss(0.1, 0.35))), 4)


def invent_hidden(rng: Random) -> Moods:
    """Return a circle of 20 to 24 who all wrote, and one of five to seven others who did."""
    few = rng.choice((-0.95, 0.95))
    circle = [_ballot(1, f"{_mood(rng)} text") for _ in range(rng.randint(20, 24))]
    rest = [_ballot(0, None) for _ in range(rng.randint(4, 6))]
    return Moods((*circle, *rest, _ballot(0, f"{few} text")), few)


def show_hidden(truth: Moods) -> Read:
    """Return the program's sentiment and all comments that are shown."""
    made = released(truth.ballots, circles(1))
    whole: Table = made.tables["cells"]["program"]["sentiment"]  # type: ignore[index]
    return Read(whole, tuple(comment.text for comment in made.comments), None)


def claim_hidden(seen: Read) -> int:
    """Return the sign of what is left of the sentiment without the comments shown."""
    if seen.whole is None or "mean" not in seen.whole:
        return 1
    known = sum(scored(text).compound or 0.0 for text in seen.texts)
    return -1 if int(seen.whole["scored"]) * seen.whole["mean"] < known else 1


def invent_others(rng: Random) -> Moods:
    """Return 22 to 30 who wrote, all about one theme but for one to four who are at one end."""
    few = rng.choice((-0.9, 0.9))
    about = [_ballot(0, f"{_mood(rng)} {THEME}") for _ in range(rng.randint(21, 26))]
    others = [_ballot(0, f"{few} text") for _ in range(rng.randint(1, 4))]
    return Moods((*about, *others), few)


def show_others(truth: Moods) -> Read:
    """Return the release's sentiment and theme; the comments themselves are destroyed."""
    cell: Table = released(truth.ballots, circles(0)).tables["cells"]["program"]  # type: ignore[index]
    return Read(cell["sentiment"], (), cell["themes"]["say"].get(THEME))


def claim_others(seen: Read) -> int:
    """Return the sign of what is left of the sentiment without the theme's."""
    if seen.whole is None or seen.theme is None or "mean" not in seen.theme["sentiment"]:
        return 1
    whole = int(seen.whole["scored"]) * seen.whole["mean"]
    return -1 if whole < int(seen.theme["count"]["n"]) * seen.theme["sentiment"]["mean"] else 1


def hide(seen: Read) -> Read:
    """Return what is left without the sentiment: nothing to take anything off."""
    return replace(seen, whole=None)


def score(truth: Moods, sign: int) -> float:
    """Return 1 for the side on which the few are."""
    return float(sign * truth.few > 0)


def _every_theme() -> AbstractContextManager[object]:
    def table(moods: Sequence[float], _scored: int, k: int, _whole: Part | None) -> Table:
        return {
            "count": told("n", len(moods), k),
            "sentiment": theme_tables._sentiment(moods, None),
            "negative": "few",
        }

    return patch.object(theme_tables, "_theme_table", table)


ATTACKS = (
    Attack(
        name="a comment that no list shows, from the sentiment",
        role="admin",
        given="a program's sentiment, and all comments of its circle of 20 to 24; of the others "
        "one wrote",
        best="takes the comments off the sentiment: whether that one is glad or furious",
        defence="sentiment beside lists whatever they leave",
        invent=invent_hidden,
        show=show_hidden,
        hide=hide,
        claim=claim_hidden,
        score=score,
        without=lambda: patch.object(
            sentiment_tables, "_beside_lists", lambda work, _listed, _counts: work.shown
        ),
        margin=0.1,
        trials=150,
        trials_without=60,
    ),
    Attack(
        name="the few who don't name a theme",
        role="holder of old releases",
        given="a sentiment and a theme that all of 22 to 30 name but one to four",
        best="takes the theme off the sentiment: whether these few are glad or furious",
        defence="every theme of k with count and mean",
        invent=invent_others,
        show=show_others,
        hide=hide,
        claim=claim_others,
        score=score,
        without=_every_theme,
        margin=0.1,
        trials=150,
        trials_without=60,
    ),
)
