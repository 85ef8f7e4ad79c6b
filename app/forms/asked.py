"""What a program's coming rounds ask, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.forms.service import whole_form_of_program
from app.languages import language
from app.models.identity.program_form import ProgramForm
from surveys.form_length import questions_in, seconds_to_answer
from surveys.form_wire import form_from_wire
from surveys.items import Form, Item, in_language
from surveys.rotation import rotated


@dataclass(frozen=True)
class Asked:
    """What a form asks, in words.

    :ivar length: how many questions a round asks, and about how long they take.
    :ivar bank: the questions of which each round asks `bank_each`.
    """

    title: str
    length: str
    questions: tuple[str, ...]
    bank: tuple[str, ...] = ()
    bank_each: int = 0


def asked_words(form: Form, bank: Sequence[str] = (), bank_each: int = 0) -> Asked:
    """Return what a form asks, in words.

    :param bank: ids of its questions of which each round asks `bank_each`, the first turn's here.
    """
    turn = rotated(form, bank, bank_each, turn=0)
    count = questions_in(turn.items)
    return Asked(
        title=in_language(form.title, language())[1],
        length=_length(count, seconds_to_answer(turn.items), comment=bool(form.comment_ids)),
        questions=tuple(worded(item) for item in form.items if item.id not in bank),
        bank=tuple(worded(item) for item in form.items if item.id in bank),
        bank_each=bank_each,
    )


def worded(item: Item) -> str:
    """Return a question in the language spoken now, else as `in_language` picks."""
    return in_language(item.text, language())[1]


def _length(count: int, seconds: int, *, comment: bool) -> str:
    if comment:
        return ngettext(
            "%(num)s question and a comment, about %(seconds)s seconds",
            "%(num)s questions and a comment, about %(seconds)s seconds",
            count,
            seconds=seconds,
        )
    return ngettext(
        "%(num)s question, about %(seconds)s seconds",
        "%(num)s questions, about %(seconds)s seconds",
        count,
        seconds=seconds,
    )


def asked_of(session: Session, program_id: str) -> Asked:
    """Return what a program's coming rounds ask, in words."""
    form = form_from_wire(whole_form_of_program(session, program_id).body)
    chosen = session.get(ProgramForm, program_id)
    return asked_words(form) if chosen is None else asked_words(form, *_bank_of(chosen))


def _bank_of(chosen: ProgramForm) -> tuple[Sequence[str], int]:
    return (chosen.bank, chosen.bank_each) if chosen.bank_each else ((), 0)
