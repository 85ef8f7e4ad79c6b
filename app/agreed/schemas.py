"""What the forms about agreed actions take: shapes only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from app.agreed.errors import LongWordsError, NothingWrittenError

Step = Literal["done", "goes on", "dropped", "erase"]
MOST_CHARACTERS = 160  # one thing, in one or two lines beside the conversation
_STEPS: tuple[Step, ...] = get_args(Step)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Noted:
    """What was typed; `as_it_is` where a name in it was seen and shall stay."""

    words: str
    as_it_is: bool


def read_noted(form: Mapping[str, str]) -> Noted:
    """Return what was agreed, in one line.

    :raises NothingWrittenError: if nothing was typed.
    :raises LongWordsError: if it has more than 160 characters.
    """
    words = " ".join(_CONTROLS.sub(" ", form.get("agreed", "")).split())
    if not words:
        raise NothingWrittenError
    if len(words) > MOST_CHARACTERS:
        raise LongWordsError(len(words) - MOST_CHARACTERS)
    return Noted(words, as_it_is="as_it_is" in form)


def read_step(form: Mapping[str, str]) -> Step | None:
    """Return what shall become of an action; None for anything that can't be."""
    step = form.get("step", "")
    return cast(Step, step) if step in _STEPS else None
