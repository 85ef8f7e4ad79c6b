"""What an attack is, and how its success is held against chance.

An attack is a small program that gets exactly what its role has and returns what it claims. Who
wrote what is known to the scorer alone. Chance is the same program on the same things without the
part that might give something away, so that luck and prior knowledge count for both.
"""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from random import Random
from statistics import fmean, stdev
from typing import Generic, TypeVar

Truth = TypeVar("Truth")
Seen = TypeVar("Seen")
Claim = TypeVar("Claim")

SEED = 20260504  # any; committed figures were made with this one
CERTAIN = 1.96  # standard errors on either side: 95 of 100 repetitions
NEVER = 3.0  # of n trials without any: at most 3 / n, 95 of 100 times


@dataclass(frozen=True)
class Attack(Generic[Truth, Seen, Claim]):
    """One attack, and the one way in which it is played.

    :ivar role: who attacks; `given` what the role has; `best` what it does with that.
    :ivar defence: what stands against it, and is switched off to see that the attack bites.
    :ivar invent: makes a world that only the scorer knows.
    :ivar show: gives of that world what the role has, through the product's own code.
    :ivar hide: takes from it what might give something away.
    :ivar claim: the attacker's program.
    :ivar score: how right a claim is, 0 to 1.
    :ivar without: a context in which the defence is switched off.
    :ivar margin: by how much success may exceed chance, the error of measuring included.
    :ivar bite: by how much it must exceed chance without the defence.
    :ivar trials: repetitions; `trials_without` those with the defence switched off.
    :ivar claims: how many separate claims are scored together in one repetition.
    :ivar tolerance: by how much a run may differ from the committed figures: the service draws
        its own numbers, whatever the seed.
    :ivar slow: takes many seconds, since it runs the whole service.
    :ivar fault: says why it can't be played here, if it can't.
    """

    name: str
    role: str
    given: str
    best: str
    defence: str
    invent: Callable[[Random], Truth]
    show: Callable[[Truth], Seen]
    hide: Callable[[Seen], Seen]
    claim: Callable[[Seen], Claim]
    score: Callable[[Truth, Claim], float]
    without: Callable[[], AbstractContextManager[object]]
    margin: float = 0.05
    bite: float = 0.2
    trials: int = 400
    trials_without: int = 100
    claims: int = 1
    tolerance: float = 0.02
    slow: bool = False
    fault: Callable[[], str | None] = lambda: None


@dataclass(frozen=True)
class Measured:
    """What an attack got: shares of its claims that were right, and how sure that is.

    :ivar error: of the excess over chance, on either side, 95 of 100 times.
    """

    success: float
    chance: float
    error: float
    trials: int

    @property
    def excess(self) -> float:
        """Return by how much it did better than chance."""
        return self.success - self.chance

    @property
    def at_most(self) -> float:
        """Return the upper bound of the excess."""
        return self.excess + self.error

    @property
    def at_least(self) -> float:
        """Return the lower bound of the excess."""
        return self.excess - self.error


def measure(
    attack: Attack[Truth, Seen, Claim],
    *,
    seed: int = SEED,
    trials: int | None = None,
    undefended: bool = False,
) -> Measured:
    """Return what the attack gets in so many repetitions; the same seed gives the same.

    :param undefended: switch off the attack's defence, to see that it bites.
    """
    number = trials or (attack.trials_without if undefended else attack.trials)
    wins, luck = [], []
    with attack.without() if undefended else nullcontext():
        for trial in range(number):
            truth = attack.invent(Random(f"{attack.name} {seed} {trial}"))
            seen = attack.show(truth)
            wins.append(attack.score(truth, attack.claim(seen)))
            luck.append(attack.score(truth, attack.claim(attack.hide(seen))))
    return Measured(fmean(wins), fmean(luck), _error(wins, luck, attack.claims), number)


def _error(wins: list[float], luck: list[float], claims: int) -> float:
    """Return the half width of the paired difference; 3 / n where nothing ever differed.

    :param claims: in each repetition.
    """
    differences = [win - chance for win, chance in zip(wins, luck, strict=True)]
    if len(differences) < 2 or max(differences) == min(differences):
        return NEVER / (len(differences) * claims)
    return CERTAIN * stdev(differences) / math.sqrt(len(differences))


def smaller(attack: Attack[Truth, Seen, Claim], trials: int) -> Attack[Truth, Seen, Claim]:
    """Return the same attack with fewer repetitions."""
    return replace(attack, trials=trials, trials_without=trials)
