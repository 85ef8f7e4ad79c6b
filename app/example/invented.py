"""Invented rounds, released by the same rules as real ones: always the same, and about nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from app.results.comments import CommentText
from app.results.service import ReleasedRound
from surveys.answers import Answers
from surveys.baselines import SCORE, bases_of, basis_of
from surveys.cell_tree import ROOT_CELL, CellNode
from surveys.disclosure import K_DEFAULT
from surveys.instruments import form_of, instrument
from surveys.items import Form
from surveys.sentences import said
from surveys.sentiment import score
from surveys.tabulation import release
from surveys.tally import Tally

OWN, QUIET, OTHER = "own", "quiet", "other"  # the circles
_CIRCLES = (OWN, QUIET, OTHER)
_SEED = 20260612
_FIRST_CLOSE = date(2026, 4, 3)
_BETWEEN = timedelta(weeks=2)
_OPEN = timedelta(days=4)
# How many answered in each round: without a circle of their own, and in the three circles.
_ANSWERED = ((7, 8, 3, 8), (6, 8, 4, 9), (8, 9, 3, 7), (7, 10, 2, 8), (8, 9, 4, 9), (7, 10, 3, 9))
_INVITED = 42
_LEVELS = (0.72, 0.70, 0.74, 0.66, 0.58, 0.60)  # of the scale, 0 to 1
_WRITE = (6, 10, 2, 3)  # how many of them write something, in the last round
_REMARKS = (
    said("Plans change late. A little more notice would be good."),
    said("The deadlines are unrealistic, and we all know it."),
    said("I can't switch off in the evening before a release."),
    said("There is too much going on at once; I would like us to talk about priorities."),
    said("Working from home I feel a little far away from everybody."),
    said("We are understaffed, and every week there is more to do."),
    # of the circle that is shown
    said("The sessions help me more than I expected."),
    said("My mentor finds time when I need it, and that helps a lot."),
    said("It was good to hear that others find it hard, too."),
    said("I got support the same day when I asked for it."),
    said("Our circle talks openly now, and that makes a difference."),
    said("Before a release I would need more help than I get."),
    said("An agenda the day before would help me to prepare."),
    said("I learned something that I could use the next day."),
    said("Please keep the round of good news at the beginning."),
    said("More examples from your own work, please. They are the best part."),
    # of the two others
    said("Overtime has become normal, and I would rather it had not."),
    said("Could we meet every three weeks? Every two is a lot at the moment."),
    said("I don't know whom to ask about my next step here."),
    said("Nobody told us why the plan was changed."),
    said("I would like to hear more about how decisions are made."),
)


@dataclass(frozen=True)
class Invented:
    """Invented rounds, oldest first, with the last one's shown comments and their form."""

    rounds: tuple[ReleasedRound, ...]
    comments: tuple[CommentText, ...]
    form: Form


@lru_cache(maxsize=1)  # without arguments or outside facts, so remembering is safe
def invented() -> Invented:
    """Return the invented rounds, put through the rules of a close."""
    form = form_of(instrument("pulse"), ())
    rng = Random(_SEED)  # noqa: S311  # nosec B311  # it is meant to be the same each time
    rounds: list[ReleasedRound] = []
    comments: tuple[CommentText, ...] = ()
    for number, answered in enumerate(_ANSWERED):
        last = number == len(_ANSWERED) - 1
        entry, comments = _round(form, rng, number, answered, _WRITE if last else (0, 0, 0, 0))
        rounds.append(entry)
    return Invented(tuple(rounds), comments, form)


def _round(
    form: Form, rng: Random, number: int, answered: Sequence[int], writers: Sequence[int]
) -> tuple[ReleasedRound, tuple[CommentText, ...]]:
    tally = Tally(form, len(answered))
    remarks = iter(_REMARKS)
    for cell, people in enumerate(answered):
        for person in range(people):
            text = next(remarks) if person < writers[cell] else None
            tally.add(_ballot(form, rng, cell, _LEVELS[number], text))
    children = tuple(CellNode(str(at), at) for at in range(1, len(answered)))
    made = release(
        tally,
        CellNode(ROOT_CELL, 0, children),
        K_DEFAULT,
        list(answered),
        scorer=score,
        mask=str,
        rng=rng,
        of_program=True,
    )
    closed_on = _FIRST_CLOSE + number * _BETWEEN
    entry = ReleasedRound(
        round_id="",
        form_id="",
        basis=basis_of(form, SCORE),
        group_id=None,
        number=number + 1,
        k=K_DEFAULT,
        invited=_INVITED,
        opened_on=closed_on - _OPEN,
        closed_on=closed_on,
        pool_id=b"",
        tables=made.tables,
        group_cells={name: str(at) for at, name in enumerate(_CIRCLES, start=1)},
        asked=bases_of(form),
    )
    # Shown as the reader's language says them; the rules above saw them in English.
    said_as = {str(remark): remark for remark in _REMARKS}
    return entry, tuple(
        CommentText(one.cell, one.item, said_as[one.text], themes=one.themes)
        for one in made.comments
    )


def _ballot(form: Form, rng: Random, cell: int, level: float, text: str | None) -> Answers:
    own = level + rng.gauss(0, 0.15)
    values: dict[str, object] = {}
    for item in form.items:
        if item.type == "scale":
            low, high = item.points[0], item.points[-1]
            exact = low + (high - low) * (own + rng.gauss(0, 0.1))
            values[item.id] = max(low, min(high, round(exact)))
        elif item.type == "comment" and text is not None:
            values[item.id] = text
    return Answers(cell, values, {})
