"""Who rates whom in a feedback cycle: who has a pool, whose raters share one, what is asked.

Source: PROTOCOL 2, Peer feedback.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from surveys.disclosure import check_threshold
from surveys.items import Form, Text

MENTORS, CIRCLES, PEERS = "mentors", "circles", "peers"
ABOUT = (MENTORS, CIRCLES, PEERS)


@dataclass(frozen=True)
class Draw:
    """The pools of a feedback cycle; raters and subjects by id.

    :ivar own: the raters of each subject that has enough of them for a pool.
    :ivar shared: the raters of all other subjects, each once; empty where these are too few.
    :ivar sharing: the subjects about whom these are asked.
    """

    own: Mapping[str, tuple[str, ...]]
    shared: tuple[str, ...]
    sharing: frozenset[str]


def draw_pools(raters: Mapping[str, Collection[str]], k: int) -> Draw:
    """Return who is asked about whom.

    A subject never rates itself. Raters of several subjects with too few take one paper for all of
    them together. Where even these raters are fewer than k, they are not asked.

    :param raters: who could be asked about each subject.
    :raises ThresholdError: if k is under the floor.
    """
    check_threshold(k)
    able = {subject: frozenset(people) - {subject} for subject, people in raters.items()}
    own = {subject: tuple(sorted(people)) for subject, people in able.items() if len(people) >= k}
    few = {subject: people for subject, people in able.items() if people and subject not in own}
    shared = frozenset().union(*few.values())
    if len(shared) < k:
        return Draw(own, (), frozenset())
    return Draw(own, tuple(sorted(shared)), frozenset(few))


def worded(form: Form, about: str, *, shared: bool) -> Form:
    """Return the form in the words of this cycle: about one subject, or about "your mentor".

    :param about: one of ABOUT.
    """
    words = _words()[about]["shared" if shared else "own"]
    items = tuple(replace(item, text=words.get(item.id, item.text)) for item in form.items)
    return replace(form, title=words["title"], items=items)


@cache
def _words() -> dict[str, dict[str, dict[str, Text]]]:
    text = (files("surveys") / "data" / "feedback_words.json").read_text("utf-8")
    words: dict[str, dict[str, dict[str, Text]]] = json.loads(text)
    return words
