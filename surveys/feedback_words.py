"""Put a profile of peer feedback into words that say no more than is known."""

from collections.abc import Sequence
from types import MappingProxyType

from surveys.comparison import Comparison, Direction
from surveys.feedback import Focus, Profile, SelfView, shown_of
from surveys.sentences import Listing, Sentence, Written, said

# A self-view is told from whoever reads it: they rated themselves.
_SELF_WORDS = MappingProxyType[SelfView, Sentence](
    {
        "higher": said("you see yourself higher than others do"),
        "lower": said("others see you higher than you do"),
        "about the same": said("about as others see it"),
    }
)
_CLEARLY = MappingProxyType[Direction, Sentence](
    {"higher": said("clearly higher"), "lower": said("clearly lower")}
)
_HARDLY = MappingProxyType[Direction, Sentence](
    {
        "higher": said("higher, by no more than chance does"),
        "lower": said("lower, by no more than chance does"),
    }
)


def strengths_sentence(profile: Profile, strengths: Sequence[str]) -> str:
    """Return which skills are strengths, in one sentence."""
    if not strengths:
        return said("No skill stands out above the others by more than chance does.")
    names = Listing(names_of(profile, strengths))
    return said("What clearly stands out: %(skills)s.", skills=names)


def focus_sentence(profile: Profile, focus: Focus) -> str:
    """Return why a skill is the one to work on, in one sentence that stands beneath its name."""
    if len(focus.beside) == len(shown_of(profile)) - 1:
        return said("All skills stand level; this one is as good as any to begin with.")
    if focus.beside:
        names = Listing(names_of(profile, focus.beside))
        return said("It stands lowest, together with %(skills)s.", skills=names)
    if focus.clear:
        return said("It stands clearly lower than the others.")
    return said("It stands lowest, by no more than chance does.")


def moved_words(comparison: Comparison | None) -> str:
    """Return how a skill has moved since the cycle before."""
    if comparison is None:
        return said("nothing to compare")
    if comparison.direction == "the same":
        return said("about the same")
    if comparison.clear:
        return _CLEARLY[comparison.direction]
    return _HARDLY[comparison.direction]


def self_words(view: SelfView | None) -> str:
    """Return how somebody's rating of themselves stands to how others see them."""
    return said("nothing to compare") if view is None else _SELF_WORDS[view]


def names_of(profile: Profile, skills: Sequence[str]) -> list[str]:
    """Return what skills are called, in the order given."""
    names: dict[str, str] = {seen.item.id: Written(seen.item.text) for seen in profile}
    return [names[skill] for skill in skills]
