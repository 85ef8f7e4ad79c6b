"""Forms, the wire format, the shipped instruments and the size of a ballot."""

import copy
import json

import pytest

from surveys.ballot_size import PADS, ballot_bound, encoded_length, longest_ballot, pad_size
from surveys.errors import (
    EmptySupportError,
    FormTooLargeError,
    InvalidFormError,
    ScheduleError,
    UnknownInstrumentError,
)
from surveys.form_wire import form_from_wire, form_to_wire
from surveys.instruments import catalogue, check_cadence, form_of, instrument
from surveys.items import Choice, Form, Item, SupportLine, check_support

SUPPORT = (SupportLine({"en": "Helpline"}, "+49 000"),)
TEXT = {"en": "How are you?"}
OPTIONS = (Choice("tea", {"en": "Tea"}), Choice("juice", {"en": "Juice"}))


def scale(**changes) -> Item:
    return Item(**{"id": "mood", "type": "scale", "text": TEXT, "min": 1, "max": 5, **changes})


def comment(**changes) -> Item:
    return Item(**{"id": "say", "type": "comment", "text": TEXT, "max_length": 100, **changes})


def choice(**changes) -> Item:
    fields = {"id": "drink", "type": "single", "text": TEXT, "options": OPTIONS}
    return Item(**{**fields, **changes})


@pytest.mark.parametrize(
    ("make", "changes"),
    [
        (scale, {"min": 0, "max": 10}),
        (scale, {"labels": (Choice("1", {"en": "low"}), Choice("5", {"en": "high"}))}),
        (scale, {"cant_say": True, "required": True}),
        (choice, {"type": "multiple"}),
        (comment, {"max_length": 1}),
        (comment, {"text": {"en": "Why?", "pt-BR": "Por quê?"}}),
    ],
)
def test_a_sound_item_is_taken(make, changes):
    assert make(**changes).id


@pytest.mark.parametrize(
    ("make", "changes"),
    [
        (scale, {"id": "Mood"}),
        (scale, {"id": "m" * 33}),
        (scale, {"type": "slider"}),
        (scale, {"text": {}}),
        (scale, {"text": {"en": " "}}),
        (scale, {"text": {"English": "How?"}}),
        (scale, {"min": None}),
        (scale, {"min": 5, "max": 5}),
        (scale, {"min": 0, "max": 11}),
        (scale, {"min": True}),
        (scale, {"labels": (Choice("6", {"en": "high"}),)}),
        (scale, {"labels": (Choice("1", {"en": "a"}), Choice("1", {"en": "b"}))}),
        (scale, {"options": OPTIONS}),
        (scale, {"max_length": 9}),
        (choice, {"options": OPTIONS[:1]}),
        (choice, {"options": (*OPTIONS, OPTIONS[0])}),
        (choice, {"options": (Choice("Tea!", {"en": "Tea"}), OPTIONS[1])}),
        (choice, {"min": 1}),
        (comment, {"max_length": None}),
        (comment, {"max_length": 0}),
        (comment, {"cant_say": True}),
        (comment, {"options": OPTIONS}),
    ],
)
def test_an_unsound_item_is_refused(make, changes):
    with pytest.raises(InvalidFormError):
        make(**changes)


def test_an_item_id_stands_once_in_a_form():
    with pytest.raises(InvalidFormError):
        Form(TEXT, (scale(), scale()))
    with pytest.raises(InvalidFormError):
        Form(TEXT, ())


def test_a_form_without_a_support_panel_cannot_be_launched():
    check_support(Form(TEXT, (scale(),), SUPPORT))
    with pytest.raises(EmptySupportError):
        check_support(Form(TEXT, (scale(),)))


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.id)
def test_every_instrument_survives_the_wire(entry):
    form = form_of(entry, SUPPORT)
    wire = json.loads(json.dumps(form_to_wire(form)))
    assert form_from_wire(wire) == form
    assert set(wire["items"][0]) == {
        "id",
        "type",
        "text",
        "required",
        "min",
        "max",
        "labels",
        "options",
        "max_length",
        "cant_say",
    }


def test_a_notice_survives_the_wire_and_a_form_without_one_keeps_its_bytes():
    noticed = Form(TEXT, (scale(),), SUPPORT, notice={"en": "Not validated."})
    assert form_from_wire(json.loads(json.dumps(form_to_wire(noticed)))) == noticed
    assert "notice" not in form_to_wire(Form(TEXT, (scale(),), SUPPORT))
    for damaged in ({}, {"en": " "}, "Not validated."):
        with pytest.raises(InvalidFormError):
            form_from_wire(form_to_wire(noticed) | {"notice": damaged})


def change(path: list[str | int], value: object) -> dict[str, object]:
    wire = copy.deepcopy(form_to_wire(Form(TEXT, (scale(), choice(), comment()), SUPPORT)))
    place = wire
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return wire


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["v"], 2),
        (["v"], ...),
        (["extra"], 1),
        (["title"], "How?"),
        (["items"], {}),
        (["items", 0], "mood"),
        (["items", 0, "id"], 4),
        (["items", 0, "type"], ["scale"]),
        (["items", 0, "required"], 1),
        (["items", 0, "min"], "1"),
        (["items", 0, "max"], 5.0),
        (["items", 0, "labels"], None),
        (["items", 0, "cant_say"], ...),
        (["items", 1, "options", 0, "id"], 7),
        (["items", 1, "options", 0, "text"], ...),
        (["items", 2, "max_length"], True),
        (["support", 0, "contact"], None),
        (["support", 0, "contact"], " "),
        (["support", 0, "label"], {}),
    ],
)
def test_a_damaged_wire_form_is_refused(path, value):
    with pytest.raises(InvalidFormError):
        form_from_wire(change(path, value))


def test_the_undamaged_twin_is_taken():
    assert len(form_from_wire(change(["v"], 1)).items) == 3


def test_each_instrument_states_source_licence_and_all_its_languages():
    for entry in catalogue():
        # What others published has official translations, which are not ours to invent.
        ours = entry.licence == "CC0-1.0"
        languages = {"en", "de", "fr", "es", "ar"} if ours else {"en", "de"}
        assert entry.source and entry.licence and set(entry.notice) == languages
        for item in entry.items:
            assert set(item.text) == languages
            assert all(set(part.text) == languages for part in item.labels + item.options)
    assert [entry.id for entry in catalogue() if entry.on] == ["pulse", "peer_skills"]


def test_the_pulse_asks_five_labelled_questions_and_says_that_it_is_unvalidated():
    pulse = instrument("pulse")
    form = form_of(pulse, SUPPORT)
    assert [item.type for item in form.items] == ["scale"] * 5 + ["comment"]
    assert all(len(item.labels) == 5 for item in form.items[:5])
    assert not pulse.validated and "not been validated" in pulse.notice["en"]
    assert not any(item.required for item in form.items)


def test_peer_skills_have_a_behaviour_for_every_point_and_allow_cannot_say():
    scales = [item for item in instrument("peer_skills").items if item.type == "scale"]
    assert len(scales) == 6
    assert all(len(item.labels) == 5 and item.cant_say for item in scales)


def test_an_unknown_instrument_or_item_is_refused():
    with pytest.raises(UnknownInstrumentError):
        instrument("mbi")
    with pytest.raises(InvalidFormError):
        form_of(instrument("pulse"), SUPPORT, ["who5_calm"])


def test_who5_is_never_asked_weekly():
    check_cadence(instrument("who5"), 2)
    with pytest.raises(ScheduleError):
        check_cadence(instrument("who5"), 1)


FORMS = [
    Form(TEXT, (scale(),)),
    Form(TEXT, (scale(min=0, max=10, cant_say=True), choice(), choice(id="more", type="multiple"))),
    Form(TEXT, (scale(), comment(max_length=150))),
    Form(TEXT, (scale(), comment(max_length=1000))),
    *(form_of(entry, SUPPORT) for entry in catalogue()),
]


@pytest.mark.parametrize("form", FORMS)
def test_the_worst_ballot_fits_its_pad_and_not_the_next_smaller(form):
    pad = pad_size(form)
    longest = len(json.dumps(longest_ballot(form)).encode())
    assert longest == ballot_bound(form) <= pad
    assert all(longest > smaller for smaller in PADS if smaller < pad)


def test_no_way_of_filling_a_form_is_longer_than_the_bound():
    form = FORMS[1]
    fullest = {"mood": None, "drink": "juice", "more": ["tea", "juice"]}
    ballot = {"v": 1, "cell": 65535, "a": fullest, "m": {}}
    assert len(json.dumps(ballot)) == ballot_bound(form)


@pytest.mark.parametrize("character", ["\x01", '"', "é", "語", "🙂", "\n", "a"])
def test_a_full_comment_of_any_character_fits_escaped_or_not(character):
    form = FORMS[3]
    text = character * (1000 // len(character.encode()))
    ballot = longest_ballot(form) | {"a": {"mood": 5, "say": text}}
    for escaped in (True, False):
        assert len(json.dumps(ballot, ensure_ascii=escaped).encode()) <= pad_size(form)


def test_all_three_pads_are_used_and_a_larger_form_is_refused():
    assert [pad_size(form) for form in FORMS[:4]] == [512, 512, 2048, 8192]
    with pytest.raises(FormTooLargeError):
        pad_size(Form(TEXT, (comment(max_length=2000),)))


def test_the_length_of_encoded_bytes():
    assert [encoded_length(size) for size in (16, 32, 65, 60)] == [22, 43, 87, 80]
