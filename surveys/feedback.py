"""Read a subject's profile over the skills from one release of peer feedback, and nothing finer.

Everything is made of stored, rounded means. Decision 085 says when a difference counts.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Literal, TypeAlias

from surveys.change_point import Level
from surveys.comparison import Comparison, compare
from surveys.disclosure import ShownMean, mean_of_shown
from surveys.items import Form, Item

FEWEST_PROFILES = 3  # Protocol 2: "the mean of released profiles when at least 3 are released"
# Points of 100: raters of one person differ by about one of the five answers.
RATING_SD = 25.0
# How alike one rater's answers about one person are: who likes somebody rates all skills higher.
HALO = 0.5
# sd of a difference. By chance a skill stands out so in one profile of 25 at the most.
STANDS_OUT_FROM = 2.4
MEDIAN_NOISE = math.pi / 2  # how much more a median varies than a mean
GOOD = 0.75  # of the scale: the fourth of the five answers
WHOLE_ANSWER = 1  # one person's own rating has no halves, so less is no difference

SelfView = Literal["higher", "lower", "about the same"]


@dataclass(frozen=True)
class SeenSkill:
    """How one skill is seen; mean None where it is withheld.

    :ivar n_from: the lower end of the band of those who rated it; of a mean of profiles, the sum.
    """

    item: Item
    mean: ShownMean | None = None
    n_from: int = 0

    @property
    def level(self) -> Level | None:
        """Return the mean as comparisons take it, in points of 100; None where it is withheld."""
        if self.mean is None:
            return None
        low, reach = self._scale
        points, step = (self.mean.mean - low) / reach * 100, self.mean.step / reach * 100
        return Level(points, None, self.n_from, step)

    @property
    def _scale(self) -> tuple[int, int]:
        points = self.item.points
        return points[0], points[-1] - points[0]


Profile: TypeAlias = tuple[SeenSkill, ...]  # in the order of the form, withheld skills in place


@dataclass(frozen=True)
class Focus:
    """The one skill to work on.

    :ivar clear: whether it is lower than the others by more than chance does.
    :ivar beside: ids of the skills that stand as low.
    """

    skill: str
    clear: bool
    beside: tuple[str, ...]


def profile_of(form: Form, means: Mapping[str, ShownMean], answered: Mapping[str, int]) -> Profile:
    """Return the profile over a form's skills.

    :param means: of the shown skills, by item id.
    :param answered: lower ends of the bands of those who rated them.
    """
    return tuple(
        SeenSkill(item, means[item.id], answered[item.id]) if item.id in means else SeenSkill(item)
        for item in form.items
        if item.type == "scale"
    )


def shown_of(profile: Profile) -> Profile:
    """Return the skills that are shown."""
    return tuple(seen for seen in profile if seen.mean is not None)


def strengths(profile: Profile, focus: Focus | None) -> tuple[str, ...]:
    """Return the ids of the skills that clearly are strengths, the highest first.

    They stand above the others by more than chance does, or at the fourth answer or higher
    whatever the rounding hides. What is to be worked on is none.
    """
    found = [
        (level.mean, seen.item.id)
        for seen, level in _levels(profile)
        if (focus is None or seen.item.id != focus.skill)
        and (_surely_good(level) or _stands_out(profile, seen) > 0)
    ]
    return tuple(skill for _, skill in sorted(found, key=lambda entry: -entry[0]))


def skill_to_work_on(profile: Profile, earlier: Profile = ()) -> Focus | None:
    """Return the skill that stands lowest; None with fewer than two shown.

    Of several that stand as low it is the one that has fallen most, then the first of the form.
    """
    known = _levels(profile)
    if len(known) < 2:
        return None
    moved = {
        seen.item.id: level.mean - before.mean
        for seen, level in known
        if (before := _level_of(earlier, seen.item.id)) is not None
    }
    lowest = min(level.mean for _, level in known)
    low = [seen for seen, level in known if level.mean == lowest]
    chosen = min(low, key=lambda seen: moved.get(seen.item.id, 0.0))
    return Focus(
        skill=chosen.item.id,
        clear=_stands_out(profile, chosen) < 0,
        beside=tuple(seen.item.id for seen in low if seen is not chosen),
    )


def next_answer(seen: SeenSkill) -> str | None:
    """Return the id of the answer that is the next one up from a mean; None where withheld."""
    if seen.mean is None:
        return None
    return str(min(seen.item.points[-1], math.floor(seen.mean.mean) + 1))


def change(earlier: Profile, now: SeenSkill) -> Comparison | None:
    """Return how a skill stands to what it was; None where either is withheld."""
    before, after = _level_of(earlier, now.item.id), now.level
    if before is None or after is None:
        return None
    return compare(before, after, sd=RATING_SD)


def program_profile(profiles: Sequence[Profile], form: Form) -> Profile:
    """Return the mean of released profiles, no finer than the coarsest of their steps.

    A skill that fewer than three of them show is withheld. What stands in an open end counts as
    its bound.
    """
    means: dict[str, ShownMean] = {}
    answered: dict[str, int] = {}
    for item in form.items:
        shown = [seen for profile in profiles for seen in shown_of(profile) if seen.item == item]
        if len(shown) >= FEWEST_PROFILES:
            known = [seen.mean for seen in shown if seen.mean is not None]
            means[item.id] = mean_of_shown(known, item.points[0], item.points[-1])
            answered[item.id] = sum(seen.n_from for seen in shown)
    return profile_of(form, means, answered)


def self_view(rating: int, seen: SeenSkill) -> SelfView | None:
    """Return how somebody's rating of themselves stands to how others see them; None: withheld."""
    if seen.mean is None:
        return None
    difference = rating - seen.mean.mean
    if abs(difference) < WHOLE_ANSWER:
        return "about the same"
    return "higher" if difference > 0 else "lower"


def _levels(profile: Profile) -> list[tuple[SeenSkill, Level]]:
    return [(seen, level) for seen in profile if (level := seen.level) is not None]


def _level_of(profile: Profile, skill: str) -> Level | None:
    return next((seen.level for seen in profile if seen.item.id == skill), None)


def _surely_good(level: Level) -> bool:
    return level.mean - level.step / 2 >= 100 * GOOD


def _stands_out(profile: Profile, seen: SeenSkill) -> int:
    """Return 1 for a skill clearly above the middle of the others, -1 for one below, else 0."""
    own = seen.level
    others = [level for entry, level in _levels(profile) if entry is not seen]
    if own is None or not others:
        return 0
    difference = own.mean - median(level.mean for level in others)
    noise = mean(_noise(level) for level in others)
    chance = math.sqrt(_noise(own) + MEDIAN_NOISE * noise / len(others))
    if abs(difference) < STANDS_OUT_FROM * chance:
        return 0
    return 1 if difference > 0 else -1


def _noise(level: Level) -> float:
    """Return the variance of a skill's mean beside the same raters' other answers."""
    return (1 - HALO) * RATING_SD**2 / level.n + level.step**2 / 12
