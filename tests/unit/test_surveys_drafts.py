"""A form while it is being written: what is whole, what is missing, what a button does."""

from dataclasses import replace

import pytest

from surveys.draft_acts import acted
from surveys.drafts import (
    MOST_ITEMS,
    Draft,
    DraftItem,
    draft_from_wire,
    draft_to_wire,
    finish,
    notice_of,
)
from surveys.form_review import review_form
from surveys.items import Choice, Form, in_language

BOTH = {"en": "How?", "de": "Wie?"}
OPTIONS = (Choice("o1", BOTH), Choice("o2", BOTH))
SCALE = DraftItem("q_a", "scale", BOTH, labels={"1": BOTH, "5": {"en": "high"}, "9": BOTH})
ONE = DraftItem("q_b", "single", BOTH, options=OPTIONS, cant_say=True)
COMMENT = DraftItem("q_c", "comment", BOTH)
WHOLE = Draft(("en", "de"), {"en": " How  was it? "}, (SCALE, ONE, COMMENT))


def gaps(**changes: object) -> list[str]:
    return [gap.field for gap in finish(replace(WHOLE, **changes)).gaps]


def test_a_whole_draft_becomes_the_items_of_a_form() -> None:
    done = finish(WHOLE)
    assert done.whole and done.title == {"en": "How was it?"}
    assert Form(done.title, done.items).items[0].points == (1, 2, 3, 4, 5)
    assert [label.id for label in done.items[0].labels] == ["1", "5"]  # the scale has no 9
    assert done.items[1].cant_say and done.items[2].max_length == 500
    assert draft_from_wire(draft_to_wire(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"title": {"fr": "Comment ?"}}, ["title.en"]),  # no language of the form
        ({"title": {"en": "x" * 121}}, ["title.en"]),
        ({"items": ()}, ["add"]),
        ({"items": (COMMENT,)}, ["add"]),  # nobody could send it
        ({"items": (replace(SCALE, text={"en": " "}),)}, ["q_a.text.en"]),
        ({"items": (replace(SCALE, text={"de": "x" * 301}),)}, ["q_a.text.de"]),
        ({"items": (replace(SCALE, labels={"2": {"en": "x" * 121}}),)}, ["q_a.label.2.en"]),
        ({"items": (replace(ONE, options=OPTIONS[:1]),)}, ["q_b"]),
        ({"items": (replace(ONE, options=(*OPTIONS, Choice("o3", {}))),)}, ["q_b.option.o3.en"]),
        (
            {"items": (SCALE, *(replace(COMMENT, id=f"q_{n}", max_length=1000) for n in "xy"))},
            ["add"],
        ),
    ],
)
def test_what_is_missing_is_named_with_its_field(changes: dict, fields: list[str]) -> None:
    assert gaps(**changes) == fields


def test_the_bank_is_of_whole_questions_and_a_missing_language_is_warned_of() -> None:
    unfinished = replace(ONE, options=(), rotates=True)
    done = finish(replace(WHOLE, items=(replace(SCALE, rotates=True), unfinished)))
    assert done.bank == {"q_a"} and [item.id for item in done.items] == ["q_a"]
    english = finish(replace(WHOLE, items=(replace(COMMENT, text={"en": "Why?"}),)))
    assert review_form(english.title, english.items) == ()
    told = [each.sentence for each in review_form(english.title, english.items, ("en", "de"))]
    assert "The title has no German words yet." in told[0] and "missing in German" in told[1]


def test_respondents_are_told_where_questions_come_from() -> None:
    assert "not been validated" in notice_of(WHOLE)["en"]
    brought = replace(WHOLE, source=" UCLA-3 ", licence="by permission")
    assert notice_of(brought) == {
        "en": "Source: UCLA-3 Licence: by permission",
        "de": "Quelle: UCLA-3 Lizenz: by permission",
        "fr": "Source : UCLA-3 Licence : by permission",
        "es": "Fuente: UCLA-3 Licencia: by permission",
        "ar": "المصدر: UCLA-3 الرخصة: by permission",
    }


def test_a_form_takes_no_more_questions_than_it_may_have() -> None:
    draft = WHOLE
    for number in range(MOST_ITEMS):
        draft, _ = acted(draft, "add comment", lambda at=number: f"q_{at}")
    assert len(draft.items) == MOST_ITEMS


@pytest.mark.parametrize(
    ("text", "language", "tag"),
    [
        ({"de": "ja", "en": "yes"}, "de", "de"),
        ({"de": "ja", "en": "yes"}, "fr", "en"),
        ({"pt-BR": "sim", "nl": "ja"}, "pt", "pt-BR"),
        ({"pt": "sim", "nl": "ja"}, "fr", "nl"),  # as canonical JSON has them
    ],
)
def test_a_text_is_picked_as_the_page_picks_it(text: dict, language: str, tag: str) -> None:
    assert in_language(text, language) == (tag, text[tag])
