"""What is told beside the tables: alerts and standing, silence and its causes, order and repeats.
D5, D9, D10."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from unittest.mock import patch

from surveys import tabulation
from surveys.tables import TalliedRound, told
from surveys.tabulation import ShownComment
from surveys.trends import RoundPoint, assess
from surveys.wording import STATE_WORDS, alert_sentence
from tests.attacks.figures.inventions import (
    SCALES,
    Ballot,
    K,
    Table,
    a_point,
    cells_of,
    circles,
    mean_table,
    released,
)
from tests.attacks.frame import Attack

ROUNDS = 8
DAY = date(2026, 1, 5)
WORSE = (0.25, 0.3, 0.25, 0.15, 0.05)
CANDIDATES = 5  # exact means that are tried, within a step


@dataclass(frozen=True)
class Course:
    """The answers of a program's rounds, oldest first; it gets worse in the end."""

    rounds: tuple[tuple[int, ...], ...]

    @property
    def latest(self) -> float:
        """Return the exact mean of the last round, in points."""
        last = self.rounds[-1]
        return (sum(last) / len(last) - 1) * 25


@dataclass(frozen=True)
class Told:
    """Every stored score, how many answered, and what alert and overview say of them."""

    sizes: tuple[int, ...]
    scores: tuple[Table, ...]
    words: str | None


def invent_course(rng: Random) -> Course:
    """Return eight rounds of eight to thirty people, the last ones worse."""
    n, start = rng.randint(8, 30), rng.randint(5, 7)
    return Course(
        tuple(
            tuple(a_point(rng, WORSE if number >= start else (0.05, 0.1, 0.2, 0.4, 0.25))
                  for _ in range(n))
            for number in range(ROUNDS)
        )
    )  # fmt: skip


def stored(score: Table, _exact: float) -> float:
    """Return the mean that alerts are computed from: the stored one."""
    return float(score["mean"])


def exact(_score: Table, mean: float) -> float:
    """Return what a copy would compute alerts from that looks at ballots."""
    return mean


def show_course(truth: Course) -> Told:
    """Return every release and the words about them."""
    scores = []
    for answers in truth.rounds:
        ballots = [Ballot(0, dict.fromkeys(SCALES, point)) for point in answers]
        scores.append(mean_table(cells_of(ballots, circles(0)), "program", "score") or {})
    sizes = tuple(len(answers) for answers in truth.rounds)
    latest = stored(scores[-1], truth.latest)
    return Told(sizes, tuple(scores), _words(sizes, scores, latest))


def _words(sizes: Sequence[int], scores: Sequence[Table], latest: float) -> str:
    points = [
        RoundPoint(
            day=DAY + timedelta(weeks=2 * place), n=n, invited=n, mean=score["mean"],
            sd=score["sd"], step=score["step"],
        )
        for place, (n, score) in enumerate(zip(sizes, scores, strict=True))
    ]  # fmt: skip
    points[-1] = replace(points[-1], mean=latest)
    assessment = assess(points)
    return STATE_WORDS[assessment.state] + alert_sentence("P", assessment, points[-1].step)


def hide_words(seen: Told) -> Told:
    """Return the tables alone."""
    return replace(seen, words=None)


def claim_side(seen: Told) -> bool:
    """Return whether the latest exact mean lies above the stored one, by what the words fit."""
    score = seen.scores[-1]
    fits = {True: 0, False: 0}
    for place in range(-CANDIDATES, CANDIDATES + 1):
        mean = score["mean"] + score["step"] * place / CANDIDATES / 2
        if place and _words(seen.sizes, seen.scores, mean) == seen.words:
            fits[place > 0] += 1
    return fits[True] > fits[False]


def score_side(truth: Course, above: bool) -> float:
    """Return 1 for the right side."""
    n = len(truth.rounds[-1])
    ballots = [Ballot(0, dict.fromkeys(SCALES, point)) for point in truth.rounds[-1]]
    score = mean_table(cells_of(ballots, circles(0)), "program", "score") or {"mean": 0}
    assert n
    return float((truth.latest > score["mean"]) == above)


@dataclass(frozen=True)
class Silence:
    """A circle that is withheld, either since few answered or since one ballot was too many."""

    ballots: tuple[Ballot, ...]
    papers: tuple[int, ...]
    few: bool


def invent_silence(rng: Random) -> Silence:
    """Return a program of twenty and a silent circle, whatever the cause, of one total."""
    few = rng.random() < 0.5
    circle = rng.randint(1, K - 1) if few else rng.randint(K, 9)
    others = 30 - circle
    ballots = [Ballot(0, dict.fromkeys(SCALES, a_point(rng))) for _ in range(others)]
    ballots += [Ballot(1, dict.fromkeys(SCALES, a_point(rng))) for _ in range(circle)]
    papers = (others, circle) if few else (others + 1, circle - 1)
    return Silence(tuple(ballots), papers, few)


def show_silence(truth: Silence) -> dict[str, Table]:
    """Return the release."""
    return cells_of(truth.ballots, circles(1), papers=truth.papers)


def hide_silence(seen: dict[str, Table]) -> dict[str, Table]:
    """Return the program alone."""
    return {"program": seen["program"], "1": {"withheld": True}}


def claim_few(seen: dict[str, Table]) -> bool:
    """Return whether few answered, by anything that the silent circle says of itself."""
    return str(seen["1"].get("ballots", "<")).startswith("<")


def score_few(truth: Silence, few: bool) -> float:
    """Return 1 for the right cause."""
    return float(few == truth.few)


@contextmanager
def counted_silence() -> Iterator[None]:
    """Let a silent cell say how many answered."""
    original = tabulation._cells

    def cells(work: TalliedRound, *more: object) -> Table:
        made = original(work, *more)  # type: ignore[arg-type]
        for node in work.tree.nodes():
            if node.id not in work.shown:
                count = sum(work.tally.ballots[index] for index in node.indexes())
                made[node.id] = {"withheld": True} | told("ballots", count, work.k)
        return made

    with patch.object(tabulation, "_cells", cells):
        yield


@dataclass(frozen=True)
class Arrivals:
    """Comments in the order in which their authors were seen to answer."""

    texts: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Loads:
    """The comments of many loads and exports of one release, each in its own order."""

    orders: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]


class StillRandom(Random):
    """A source that shuffles nothing."""

    def shuffle(self, x: object) -> None:
        """Leave the order."""


def invent_arrivals(rng: Random) -> Arrivals:
    """Return eight to sixteen authors."""
    numbers = rng.sample(range(1000, 9999), rng.randint(8, 16))
    return Arrivals(tuple(f"0.1 {number}" for number in numbers), rng.randrange(1 << 30))


def show_loads(truth: Arrivals) -> Loads:
    """Return a hundred loads of the release: it is computed once, so they are alike (D9)."""
    ballots = [Ballot(0, dict.fromkeys(SCALES, 4) | {"say": text}) for text in truth.texts]
    comments: tuple[ShownComment, ...] = released(ballots, circles(0), seed=truth.seed).comments
    texts = tuple(comment.text for comment in comments)
    return Loads((texts,) * 100, tuple(sorted(texts)))


def hide_loads(seen: Loads) -> Loads:
    """Return the texts without any order."""
    return replace(seen, orders=())


def claim_order(seen: Loads) -> tuple[str, ...]:
    """Return the texts by their mean place in all loads: a guess of who wrote which."""
    places = {
        text: sum(order.index(text) for order in seen.orders) / max(1, len(seen.orders))
        for text in seen.texts
    }
    return tuple(sorted(seen.texts, key=lambda text: places[text]))


def score_order(truth: Arrivals, order: tuple[str, ...]) -> float:
    """Return the share of authors whose comment is the one claimed."""
    right = [mine == theirs for mine, theirs in zip(truth.texts, order, strict=True)]
    return sum(right) / len(right)


ATTACKS = (
    Attack(
        name="words of alert and overview",
        role="admin",
        given="eight releases of a program that declines, the alert's sentence, the standing",
        best="tries exact means until the words fit: on which side of the stored mean the exact "
        "one lies",
        defence="alerts from exact means",
        invent=invent_course,
        show=show_course,
        hide=hide_words,
        claim=claim_side,
        score=score_side,
        without=lambda: patch(f"{__name__}.stored", exact),
        margin=0.12,
        bite=0.0,
        trials=120,
        trials_without=200,
    ),
    Attack(
        name="cause of a silence",
        role="mentor",
        given="the release of a program of thirty in which the own circle is withheld",
        best="anything the silent circle says of itself: whether few answered",
        defence="a silent circle tells its band",
        invent=invent_silence,
        show=show_silence,
        hide=hide_silence,
        claim=claim_few,
        score=score_few,
        without=counted_silence,
        bite=0.3,
        trials=200,
    ),
    Attack(
        name="order of comments over a hundred loads",
        role="mentor",
        given="a hundred loads and exports of one release, and who was seen to answer when",
        best="mean place of each comment: who wrote which",
        defence="comments not shuffled",
        invent=invent_arrivals,
        show=show_loads,
        hide=hide_loads,
        claim=claim_order,
        score=score_order,
        without=lambda: patch("tests.attacks.figures.inventions.Random", StillRandom),
        bite=0.5,
        trials=300,
    ),
)
