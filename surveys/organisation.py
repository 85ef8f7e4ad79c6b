"""Put the organisation's total together from what its programs have released, and nothing else.

It is made of stored, rounded means only, so it tells nothing that they do not tell already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.disclosure import ShownMean, band_middle, mean_of_shown
from surveys.scoring import SCORE_HIGH, SCORE_LOW

FEWEST_PROGRAMS = 3  # as for a profile beside a subject's. Protocol 2, Peer feedback


@dataclass(frozen=True)
class ProgramScore:
    """A program's released wellbeing score, 0 to 100, with the lower end of its band of people."""

    id: str
    mean: ShownMean
    n_from: int
    k: int


@dataclass(frozen=True)
class OrganisationScore:
    """The organisation's score; None where it is withheld.

    :ivar counted: ids of the programs that it is made of.
    :ivar overlapping: ids of those left out because somebody of theirs is in a counted one.
    """

    mean: ShownMean | None
    counted: tuple[str, ...]
    overlapping: tuple[str, ...]


def disjoint(rosters: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Return programs no two of which have a person in common (D2), the largest first.

    Sizes and names decide, never a result: which are chosen tells nothing.
    """
    chosen: list[str] = []
    taken: set[str] = set()
    for name in sorted(rosters, key=lambda name: (-len(rosters[name]), name)):
        if rosters[name] and not rosters[name] & taken:
            chosen.append(name)
            taken |= rosters[name]
    return tuple(chosen)


def organisation_score(
    scores: Sequence[ProgramScore], rosters: Mapping[str, frozenset[str]]
) -> OrganisationScore:
    """Return the organisation's score from programs whose rosters do not overlap (D2).

    :param scores: of programs that released one in the period, each once.
    :param rosters: who belongs to each of these programs.
    """
    known = {score.id: score for score in scores}
    counted = disjoint({name: rosters.get(name, frozenset()) for name in known})
    overlapping = tuple(sorted(set(known) - set(counted)))
    if len(counted) < FEWEST_PROGRAMS:
        return OrganisationScore(None, (), ())
    mean = _weighted([known[name] for name in counted])
    return OrganisationScore(mean, counted, overlapping)


def _weighted(scores: Sequence[ProgramScore]) -> ShownMean:
    """Return the mean over people as bands tell them, to its parts' coarsest step (D5, D6)."""
    weights = [band_middle(score.n_from, score.k) for score in scores]
    return mean_of_shown([score.mean for score in scores], SCORE_LOW, SCORE_HIGH, weights)
