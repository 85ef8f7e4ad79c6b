"""Put a profile of peer feedback into words that say no more than is known."""

from collections.abc import Sequence
from types import MappingProxyType

from surveys.comparison import Comparison
from surveys.feedback import Focus, Profile, SelfView, shown_of
from surveys.wording import listed

# A self-view is told from whoever reads it: they rated themselves.
_SELF_WORDS = MappingProxyType[SelfView, str](
    {
        "higher": "you see yourself higher than others do",
        "lower": "others see you higher than you do",
        "about the same": "about as others see it",
    }
)


def strengths_sentence(profile: Profile, strengths: Sequence[str]) -> str:
    """Return which skills are strengths, in one sentence."""
    if not strengths:
        return "No skill stands out above the others by more than chance does."
    return f"What clearly stands out: {listed(names_of(profile, strengths))}."


def focus_sentence(profile: Profile, focus: Focus) -> str:
    """Return why a skill is the one to work on, in one sentence that stands beneath its name."""
    if len(focus.beside) == len(shown_of(profile)) - 1:
        return "All skills stand level; this one is as good as any to begin with."
    if focus.beside:
        return f"It stands lowest, together with {listed(names_of(profile, focus.beside))}."
    if focus.clear:
        return "It stands clearly lower than the others."
    return "It stands lowest, by no more than chance does."


def moved_words(comparison: Comparison | None) -> str:
    """Return how a skill has moved since the cycle before."""
    if comparison is None:
        return "nothing to compare"
    if comparison.direction == "the same":
        return "about the same"
    if comparison.clear:
        return f"clearly {comparison.direction}"
    return f"{comparison.direction}, by no more than chance does"


def self_words(view: SelfView | None) -> str:
    """Return how somebody's rating of themselves stands to how others see them."""
    return "nothing to compare" if view is None else _SELF_WORDS[view]


def names_of(profile: Profile, skills: Sequence[str]) -> list[str]:
    """Return what skills are called, in the order given."""
    names = {seen.item.id: seen.item.text["en"] for seen in profile}
    return [names[skill] for skill in skills]
