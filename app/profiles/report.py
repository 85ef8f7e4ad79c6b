"""Put a profile together for one page, from one release and those it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import gettext as _

from app.profiles.charts import ProfileChart, profile_chart
from app.results.cells import CellResult
from app.results.charts import share_of_scale
from app.results.questions import told
from app.results.words import said
from surveys.disclosure import ShownMean
from surveys.feedback import (
    Focus,
    Profile,
    SeenSkill,
    change,
    next_answer,
    profile_of,
    self_view,
    shown_of,
    skill_to_work_on,
    strengths,
)
from surveys.feedback_words import (
    focus_sentence,
    moved_words,
    self_words,
    strengths_sentence,
)
from surveys.guide import (
    Conversation,
    conversation_about,
    general_conversation,
    lowest_item,
)
from surveys.items import Form


@dataclass(frozen=True)
class SkillRow:
    """One skill in words: as others see it, beside the program, oneself, and the cycle before.

    :ivar own_mean: what `own` tells, `beside_mean` what `beside` does, `rating` what `rated` does:
        the chart reads these from the table.
    """

    name: str
    own: str
    beside: str
    rated: str
    view: str
    moved: str
    own_mean: ShownMean | None
    beside_mean: ShownMean | None
    rating: int | None


@dataclass(frozen=True)
class SkillToWorkOn:
    """The one skill to work on, and the form's next answer up for it."""

    name: str
    sentence: str
    next_answer: str


@dataclass(frozen=True)
class ProfileReport:
    """All that a page shows of a profile.

    :ivar shown: whether anything of it is shown.
    :ivar strengths: in one sentence; None where nothing is shown.
    :ivar work_on: None where fewer than two skills are shown.
    :ivar conversation: the guide for that skill, or the talk without a theme.
    """

    shown: bool
    beside_shown: bool
    chart: ProfileChart
    rows: tuple[SkillRow, ...]
    strengths: str | None
    work_on: SkillToWorkOn | None
    conversation: Conversation


def make_profile_report(
    own: Profile,
    beside: Profile,
    earlier: Profile = (),
    rated: Mapping[str, int] = MappingProxyType({}),
) -> ProfileReport:
    """Return the report of a profile.

    :param beside: the program's, over the same skills.
    :param earlier: the same subject's, of a cycle before; what was asked otherwise is left aside.
    :param rated: how the reader rated themselves, by item id.
    """
    asked = [seen.item for seen in own]
    before = tuple(seen for seen in earlier if seen.item in asked)
    focus = skill_to_work_on(own, before)
    return ProfileReport(
        shown=bool(shown_of(own)),
        beside_shown=bool(shown_of(beside)),
        chart=profile_chart(own, beside, rated),
        rows=tuple(
            _row(seen, there, before, rated.get(seen.item.id))
            for seen, there in zip(own, beside, strict=True)
        ),
        strengths=strengths_sentence(own, strengths(own, focus)) if shown_of(own) else None,
        work_on=None if focus is None else _work_on(own, focus),
        conversation=_conversation(own, beside, focus),
    )


def profile_in(form: Form, cell: CellResult) -> Profile:
    """Return the profile that a released cell shows."""
    return profile_of(form, cell.items, cell.answered)


def _row(seen: SeenSkill, there: SeenSkill, before: Profile, rated: int | None) -> SkillRow:
    return SkillRow(
        name=said(seen.item.text),
        own=told(seen.mean),
        beside=told(there.mean),
        rated=_("not rated") if rated is None else str(rated),
        view=self_words(None if rated is None else self_view(rated, seen)),
        moved=moved_words(change(before, seen)),
        own_mean=seen.mean,
        beside_mean=there.mean,
        rating=rated,
    )


def _work_on(own: Profile, focus: Focus) -> SkillToWorkOn:
    seen = next(entry for entry in own if entry.item.id == focus.skill)
    answers = {label.id: said(label.text) for label in seen.item.labels}
    return SkillToWorkOn(
        name=said(seen.item.text),
        sentence=focus_sentence(own, focus),
        next_answer=answers.get(next_answer(seen) or "", ""),
    )


def _conversation(own: Profile, beside: Profile, focus: Focus | None) -> Conversation:
    """Return the guide for the skill to work on; without one, for the program's lowest."""
    skill = lowest_item(_shares(beside)) if focus is None else focus.skill
    about = None if skill is None else conversation_about(skill)
    return about or general_conversation()


def _shares(profile: Profile) -> dict[str, float]:
    return {
        seen.item.id: share_of_scale(seen.mean, seen.item.points[0], seen.item.points[-1])
        for seen in profile
        if seen.mean is not None
    }
