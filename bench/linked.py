"""A tool that knows who answered what: what our product gives up, simulated beside it."""

from collections.abc import Sequence

from bench.detectors import Figures, levels_of
from bench.simulator import BETWEEN_SD, WITHIN_SD, Round
from surveys.change_point import (
    FEWEST_BEFORE,
    MOST_BEFORE,
    REACH,
    STARTS,
    Split,
    pooled_variance,
    weigh,
)
from surveys.trends import DEFAULT_TAU, FEWEST_ROUNDS, RoundPoint


def linked_figures(
    rounds: Sequence[Round], points: Sequence[RoundPoint | None], latest: Sequence[int]
) -> Figures:
    """Return what a tool makes of it that knows who answered what, after the rounds `latest`.

    The same change-point, but a person is compared with that person: each one's level before is
    estimated from their own answers, shrunk to the program's.

    :param points: the rounds that our product shows; the tool looks at the same ones.
    """
    made: Figures = [None] * len(rounds)
    shown = [place for place, point in enumerate(points) if point is not None]
    levels = [level for level in levels_of(points) if level is not None]
    for place in latest:
        known = [entry for entry in shown if entry <= place]
        if place in known and len(known) >= FEWEST_ROUNDS:
            variance = pooled_variance(levels[: len(known)])
            recent = [rounds[entry] for entry in known[-REACH:]]
            made[place] = weigh(_linked_splits(recent), variance).probability
    return made


def _linked_splits(recent: Sequence[Round]) -> list[Split]:
    scores: dict[int, list[tuple[int, float]]] = {}
    for place, answers in enumerate(recent):
        for answer in answers:
            scores.setdefault(id(answer.person), []).append((place, answer.score))
    starts = range(max(FEWEST_BEFORE, len(recent) - STARTS), len(recent))
    return [_linked_split(list(scores.values()), start, len(recent)) for start in starts]


def _linked_split(people: Sequence[list[tuple[int, float]]], start: int, count: int) -> Split:
    oldest = max(0, start - MOST_BEFORE)
    each = []
    total, answers = 0.0, 0
    for given in people:
        before = [score for place, score in given if oldest <= place < start]
        after = [score for place, score in given if place >= start]
        total, answers = total + sum(before), answers + len(before)
        if after:
            each.append((sum(before), len(before), sum(after) / len(after), len(after)))
    usual = total / answers
    within, between = WITHIN_SD**2, BETWEEN_SD**2
    weight = weighted = 0.0
    for total_before, n_before, after_mean, n_after in each:
        spread = 1 / (1 / between + n_before / within)
        level = (usual / between + total_before / within) * spread
        person_weight = 1 / (spread + within / n_after)
        weight += person_weight
        weighted += person_weight * (level - after_mean)
    shocks = DEFAULT_TAU**2 * (1 / (start - oldest) + 1 / (count - start))
    fall = weighted / weight
    return Split(start, usual, usual - fall, fall, 1 / weight + shocks)
