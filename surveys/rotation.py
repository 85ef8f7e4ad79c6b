"""Say which questions of a bank a round asks: in turn, so that each comes equally often."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from surveys.items import Form


def in_turn(bank: Sequence[str], each: int, turn: int) -> frozenset[str]:
    """Return the questions of a bank that are asked in one round.

    They go round in the bank's order, so in any stretch of rounds no question is asked more than
    once more often than another.

    :param bank: ids, in the order of the form.
    :param each: how many a round asks; all of them where it is none or as many as there are.
    :param turn: how many rounds there were before, 0 for the first.
    """
    if not 0 < each < len(bank):
        return frozenset(bank)
    return frozenset(bank[(turn * each + place) % len(bank)] for place in range(each))


def rotated(form: Form, bank: Collection[str], each: int, turn: int) -> Form:
    """Return a form with its core and the bank's questions of this turn, in the form's order.

    :param bank: ids of the questions that rotate; all others are asked always.
    """
    in_order = [item.id for item in form.items if item.id in bank]
    asked = in_turn(in_order, each, turn)
    items = tuple(item for item in form.items if item.id not in bank or item.id in asked)
    return replace(form, items=items)


def weeks_between(ids: Collection[str], bank: Collection[str], each: int, every_weeks: int) -> int:
    """Return how many weeks lie at least between two rounds that ask the same of these questions.

    :param every_weeks: how many lie between two rounds.
    """
    in_bank = len(bank)
    if not 0 < each < in_bank or not set(ids) <= set(bank):
        return every_weeks
    return every_weeks * (in_bank // each)
