"""Sentences are English text wherever text is wanted, and can be said in another language."""

import json
from collections.abc import Sequence
from datetime import date

import pytest

from surveys.sentences import Day, Listing, Written, counted, said, together

A_DAY = date(2026, 5, 4)


class Backwards:
    """A language for tests: some words of its messages stand backwards, its numbers have a dual."""

    tag = "xx"

    def message(self, english: str) -> str:
        return english.replace("fallen", "NELLAF")

    def counted(self, one: str, many: str, number: float) -> str:
        return f"{'two' if number == 2 else 'not two'} %(number)s"

    def day(self, when: date, with_year: bool) -> str:
        return f"{when:%Y-%m-%d}" if with_year else f"{when:%m-%d}"

    def listed(self, names: Sequence[str], either: bool = False) -> str:
        return (" | " if either else " & ").join(names)


@pytest.mark.parametrize(
    ("words", "english", "other"),
    [
        (said("It has fallen."), "It has fallen.", "It has NELLAF."),
        (said("100 % fallen"), "100 % fallen", "100 % NELLAF"),
        (said("%(n)s fallen", n=3), "3 fallen", "3 NELLAF"),
        (Day(A_DAY), "4 May", "05-04"),
        (Day(A_DAY, with_year=True), "4 May 2026", "2026-05-04"),
        (said("fallen on %(day)s", day=Day(A_DAY)), "fallen on 4 May", "NELLAF on 05-04"),
        (counted("%(number)s point", "%(number)s points", 1), "1 point", "not two 1"),
        (counted("%(number)s point", "%(number)s points", 2), "2 points", "two 2"),
        (counted("one point", "many points", 1), "one point", "not two 1"),
        (Listing(["a"]), "a", "a"),
        (Listing(["a", said("fallen"), "c"]), "a, fallen and c", "a & NELLAF & c"),
        (Listing(["a", "b", "c"], either=True), "a, b or c", "a | b | c"),
        (Written({"en": "Yes", "xx": "Jo"}), "Yes", "Jo"),
        (Written({"en": "Yes", "de": "Ja"}), "Yes", "Yes"),
        (Written({"de": "Ja"}), "Ja", "Ja"),
        (together(said("It has fallen."), "", said("So.")), "It has fallen. So.", None),
    ],
)
def test_words_are_english_and_can_be_said_otherwise(
    words: str, english: str, other: str | None
) -> None:
    assert words == english
    assert f"{words}" == english
    assert json.loads(json.dumps(words)) == english
    assert words.said_in(Backwards()) == (other or "It has NELLAF. So.")  # type: ignore[attr-defined]


def test_what_stands_in_a_place_is_said_in_the_language_too() -> None:
    points = counted("%(number)s point", "%(number)s points", 2)
    outer = said("fallen by %(points)s", points=points)
    assert outer == "fallen by 2 points"
    assert outer.said_in(Backwards()) == "NELLAF by two 2"


def test_an_unfilled_place_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        said("%(day)s and %(other)s", day="x")
