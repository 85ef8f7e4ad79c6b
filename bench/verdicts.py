"""Count what the product's states say over simulated years."""

from collections.abc import Collection, Sequence

from bench.simulator import DROP_AT
from surveys.trends import RoundPoint, assessments


def states(
    points: Sequence[RoundPoint | None],
    tau: float | Sequence[float] = 3.0,
    shifts: Sequence[float] | None = None,
) -> list[str]:
    """Return the state after each round."""
    return [entry.state for entry in assessments(points, tau=tau, shifts=shifts)]


def alarms_a_year(programs: Sequence[Sequence[str]], alarming: Collection[str]) -> float:
    """Return how often a year a program's state becomes alarming; withheld rounds change none."""
    count = sum(
        state in alarming and before not in alarming
        for said in programs
        for before, state in zip(["learning", *said], said, strict=False)
    )
    return count / len(programs)


def found_after(said: Sequence[str], finding: Collection[str]) -> int:
    """Return how many rounds after the drop it is said, a large number if never."""
    for place in range(DROP_AT, len(said)):
        if said[place] in finding:
            return place - DROP_AT + 1
    return len(said)
