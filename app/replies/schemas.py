"""What the forms of answers say: which comments, and what is answered."""

import re
from dataclasses import dataclass

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from crypto.messages import TEXT_BYTES
from surveys.acknowledgements import acknowledgements

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class EmptyAnswerError(Exception):
    """There is no answer."""

    def __init__(self) -> None:
        super().__init__(_("Write something, or choose one of the ready sentences."))


class LongAnswerError(Exception):
    """The answer is too long."""

    def __init__(self, over: int) -> None:
        super().__init__(
            _("The answer is too long by about %(over)s characters. Shorten it.", over=over)
        )


@dataclass(frozen=True)
class Wish:
    """Which comments of a page are meant.

    :ivar of: the list on the page: "own-comments" or "program-comments".
    :ivar names: what the page called the chosen comments; None for all of the list, or all that
        are about `theme`.
    """

    of: str
    item: str
    names: tuple[str, ...] | None
    theme: str = ""


@dataclass(frozen=True)
class Answer:
    """A text, or the number of a ready sentence."""

    text: str = ""
    acknowledgement: int = 0


def read_wish(form: MultiDict[str, str]) -> Wish:
    """Return which comments a form means: one, the chosen ones, all of a theme, or all."""
    one, theme = form.get("one", ""), form.get("theme", "")
    names = (one,) if one else tuple(form.getlist("comment"))
    whole = bool(theme or form.get("all"))
    return Wish(form.get("of", ""), form.get("item", ""), None if whole else names, theme)


def is_answer(form: MultiDict[str, str]) -> bool:
    """Return whether a form brings an answer, not only the choice of comments."""
    return "acknowledge" in form or "send" in form


def read_answer(form: MultiDict[str, str]) -> Answer:
    """Return the answer in a form.

    :raises EmptyAnswerError: if there is none.
    :raises LongAnswerError: if the text has more than 2000 bytes.
    """
    number = form.get("acknowledge", "")
    if number in {str(known) for known in acknowledgements()}:
        return Answer(acknowledgement=int(number))
    text = _CONTROLS.sub(" ", form.get("text", "").replace("\r\n", "\n")).strip()
    if not text:
        raise EmptyAnswerError
    over = len(text.encode()) - TEXT_BYTES
    if over > 0:
        raise LongAnswerError(over)
    return Answer(text=text)
