"""What a program gains from being judged beside the organisation's others, in simulated fleets."""

import random
from collections.abc import Iterator, Sequence

from bench.pairs import Line, line
from bench.simulator import KINDS, ROUNDS, World, exact, simulate, stored
from bench.verdicts import alarms_a_year, states
from surveys.fleet import surroundings
from surveys.trends import RoundPoint

Fleet = dict[str, Sequence[RoundPoint | None]]

DECLINING = frozenset({"declining", "recovering"})
WIDE_SHOCKS = 6.0  # sd, where the detector takes 3
# MEASUREMENT doesn't say how deep its dip was; this one, in points, makes as many false alarms.
COMMON_DIP, COMMON_ROUNDS, COMMON_FROM = 10.0, 3, 12


def fleet_lines(rng: random.Random, programs: int) -> Iterator[Line]:
    """Yield false alarms with what the fleet teaches and without.

    :param programs: how many organisations; each has a program of every size and response.
    """
    plain = [_fleet(rng, World()) for _ in range(programs)]
    wide = [_fleet(rng, World(shock_sd=WIDE_SHOCKS)) for _ in range(programs)]
    dipped = [_fleet(rng, World(common=_dip())) for _ in range(programs)]
    yield _line("detect_fleet_quiet", _beside(plain), 0.1)
    times = _alone(wide) / max(1e-9, _alone(plain))
    yield line("detect_tau_left_at_3", times, "times as many false alarms", 5.0, times / 5)
    yield _line("detect_tau_estimated", _beside(wide), 0.1)
    yield _line("detect_common_dip_alone", _alone(dipped), 0.43)
    yield _line("detect_common_dip_beside", _beside(dipped), 0.07)


def _line(name: str, value: float, expected: float) -> Line:
    ratio = expected / max(1e-9, value)
    return line(name, value, "false alarms a program-year", expected, ratio)


def _dip() -> tuple[float, ...]:
    dipped = range(COMMON_FROM, COMMON_FROM + COMMON_ROUNDS)
    return tuple(-COMMON_DIP if place in dipped else 0.0 for place in range(ROUNDS))


def _fleet(rng: random.Random, world: World) -> Fleet:
    """Return an organisation, a program of every size and response, as the product stores it."""
    return {
        f"{size} {response}": stored(exact(simulate(rng, size, response, world)))
        for size, response in KINDS
    }


def _alone(fleets: Sequence[Fleet]) -> float:
    return alarms_a_year(
        [states(points) for fleet in fleets for points in fleet.values()], DECLINING
    )


def _beside(fleets: Sequence[Fleet]) -> float:
    said = []
    for fleet in fleets:
        for name, beside in surroundings(fleet).items():
            said.append(states(fleet[name], beside.taus, beside.shifts))
    return alarms_a_year(said, DECLINING)
