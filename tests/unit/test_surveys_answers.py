"""A ballot fits its form or is refused, and the refusal repeats nothing of it."""

import base64

import pytest

from surveys.answers import parse_ballot
from surveys.errors import InvalidAnswerError
from surveys.items import Choice, Form, Item

TEXT = {"en": "Question"}
OPTIONS = tuple(Choice(name, {"en": name}) for name in ("tea", "juice", "water"))
FORM = Form(
    TEXT,
    (
        Item("mood", "scale", TEXT, min=1, max=5),
        Item("skill", "scale", TEXT, min=0, max=10, cant_say=True),
        Item("drink", "single", TEXT, options=OPTIONS),
        Item("more", "multiple", TEXT, options=OPTIONS),
        Item("say", "comment", TEXT, max_length=10),
    ),
)
SIZES = {"id": 16, "auth": 32, "pub": 65, "key": 60}


def encoded(size: int) -> str:
    return base64.urlsafe_b64encode(bytes(range(190, 190 + size))).rstrip(b"=").decode()


MAILBOX = {name: encoded(size) for name, size in SIZES.items()}


def parse(answers: object, **members: object):
    return parse_ballot({"v": 1, "cell": 0, "a": answers, "m": {}} | members, FORM, 3)


@pytest.mark.parametrize(
    "answers",
    [
        {"mood": 1},
        {"mood": 5, "skill": 0},
        {"skill": None},
        {"drink": "tea"},
        {"more": ["water", "tea"]},
        {"say": "ééééé"},
        {"say": "x" * 10, "mood": 3},
    ],
)
def test_a_fitting_ballot_is_read(answers):
    values = parse(answers).values
    assert values == {
        name: tuple(value) if isinstance(value, list) else value for name, value in answers.items()
    }


@pytest.mark.parametrize(
    "answers",
    [
        {},
        [],
        None,
        {"mood": 0},
        {"mood": 6},
        {"mood": 3.0},
        {"mood": "3"},
        {"mood": True},
        {"mood": None},
        {"mood": [3]},
        {"skill": False},
        {"drink": "beer"},
        {"drink": ["tea"]},
        {"drink": 0},
        {"more": []},
        {"more": "tea"},
        {"more": ["tea", "tea"]},
        {"more": ["beer"]},
        {"more": [["tea"]]},
        {"say": 5},
        {"say": None},
        {"say": "x" * 11},
        {"say": "éééééé"},
        {"say": "\ud800"},
        {"say": "  \n"},
        {"unknown": 1},
        {"mood": 3, "unknown": 1},
    ],
)
def test_an_ill_fitting_ballot_is_refused(answers):
    with pytest.raises(InvalidAnswerError) as caught:
        parse(answers)
    assert str(caught.value) == "This ballot does not fit its form."
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    "members",
    [
        {"v": 2},
        {"v": True},
        {"v": "1"},
        {"cell": 3},
        {"cell": -1},
        {"cell": 0.0},
        {"cell": False},
        {"extra": 1},
        {"m": []},
        {"m": {"mood": MAILBOX}},
    ],
)
def test_the_envelope_of_a_ballot_is_strict(members):
    with pytest.raises(InvalidAnswerError):
        parse({"mood": 3}, **members)


@pytest.mark.parametrize("ballot", [None, [], "x", {"v": 1, "cell": 0}, {"a": {"mood": 3}}])
def test_what_is_no_ballot_is_refused(ballot):
    with pytest.raises(InvalidAnswerError):
        parse_ballot(ballot, FORM, 3)


def test_the_cell_of_a_ballot_is_kept_and_mailboxes_may_be_absent():
    answers = parse_ballot({"v": 1, "cell": 2, "a": {"mood": 3}}, FORM, 3)
    assert (answers.cell, answers.mailboxes) == (2, {})


def test_a_blank_comment_counts_as_not_given():
    answers = parse({"mood": 3, "say": " "}, m={"say": MAILBOX})
    assert answers.values == {"mood": 3} and answers.mailboxes == {}


def test_a_mailbox_is_kept_with_its_comment():
    box = parse({"say": "Hello"}, m={"say": MAILBOX}).mailboxes["say"]
    assert {name: len(getattr(box, name)) for name in SIZES} == SIZES
    assert parse({"mood": 3}, m={"say": MAILBOX}).mailboxes == {}


@pytest.mark.parametrize(
    "change",
    [
        {"id": MAILBOX["id"][:-1]},
        {"id": MAILBOX["id"] + "=="},
        {"id": MAILBOX["id"][:-1] + "B"},
        {"id": "+" + MAILBOX["id"][1:]},
        {"id": "é" + MAILBOX["id"][1:]},
        {"auth": None},
        {"pub": MAILBOX["key"]},
        {"more": "x"},
    ],
)
def test_a_damaged_mailbox_is_refused(change):
    with pytest.raises(InvalidAnswerError):
        parse({"say": "Hello"}, m={"say": MAILBOX | change})


def test_a_required_item_has_to_be_answered():
    strict = Form(TEXT, (Item("mood", "scale", TEXT, required=True, min=1, max=5), *FORM.items[1:]))
    assert parse_ballot({"v": 1, "cell": 0, "a": {"mood": 3}}, strict, 1).values == {"mood": 3}
    with pytest.raises(InvalidAnswerError):
        parse_ballot({"v": 1, "cell": 0, "a": {"drink": "tea"}}, strict, 1)
