"""What an editor warns about, and how long a form takes."""

import pytest

from surveys.form_length import questions_in, seconds_to_answer
from surveys.form_review import review_form
from surveys.form_wire import item_to_wire
from surveys.instruments import catalogue, instrument
from surveys.items import Choice, Item, Text
from tests.unit.bundle_runtime import bundle_runs

TITLE = {"en": "How are you?"}


def scale(text: Text) -> Item:
    return Item("own", "scale", text, min=1, max=5)


def concerns(text: str, language: str = "en") -> list[str]:
    return [entry.concern for entry in review_form({language: "?"}, [scale({language: text})])]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "What is your name?"),
        ("en", "Department:"),
        ("en", "Which business unit do you work in?"),
        ("en", "How old are you?"),
        ("en", "Your age group"),
        ("en", "What is your gender?"),
        ("en", "Where are you based?"),
        ("en", "How long have you worked here?"),
        ("en", "What is your current job title?"),
        ("en", "How many people are in your team?"),
        ("en", "Please select your team"),
        ("de", "Wie heißen Sie?"),
        ("de", "In welcher Abteilung arbeiten Sie?"),
        ("de", "Wie alt sind Sie?"),
        ("de", "Geschlecht"),
        ("de", "An welchem Standort arbeiten Sie?"),
        ("de", "Seit wann arbeiten Sie hier?"),
        ("de", "Was ist Ihr Beruf?"),
        ("de", "Wie groß ist Ihr Team?"),
    ],
)
def test_a_question_that_tells_people_apart_is_warned_of(language: str, text: str) -> None:
    assert concerns(text, language) == ["identifying"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The mood in my team is good."),
        ("en", "Name one thing that helped."),
        ("en", "Our office is quiet enough for my work."),
        ("en", "My role is clear to me."),
        ("en", "I am treated fairly, whatever my age."),
        ("en", "How long did the session feel?"),
        ("de", "Die Stimmung in meinem Team ist gut."),
        ("de", "Meine Rolle ist mir klar."),
        ("de", "Wie lange hat das Treffen nachgewirkt?"),
        ("de", "In unserer Abteilung wird offen gesprochen."),
    ],
)
def test_a_question_about_such_things_that_asks_for_none_is_not(language: str, text: str) -> None:
    assert concerns(text, language) == []


def test_options_that_name_kinds_of_people_are_warned_of() -> None:
    options = tuple(Choice(name, {"en": name}) for name in ("female", "male", "other"))
    (warned,) = review_form(TITLE, [Item("own", "single", {"en": "You:"}, options=options)])
    assert (warned.concern, warned.item_id) == ("identifying", "own")
    assert "(gender)" in warned.sentence and "Leave it out" in warned.sentence


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "My workload and my pay are fair.", "workload and my"),
        ("en", "I feel tired or stressed.", "tired or stressed"),
        ("en", "Goals are clear as well as reachable.", "clear as well as reachable"),
        ("de", "Meine Arbeit ist sinnvoll und gut bezahlt.", "sinnvoll und gut"),
        ("de", "Ich bin müde oder gestresst.", "müde oder gestresst"),
    ],
)
def test_a_question_that_joins_two_things_is_warned_of(language: str, text: str, said: str) -> None:
    (warned,) = review_form({language: "?"}, [scale({language: text})])
    assert warned.concern == "double" and said in warned.sentence


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I felt supported by my mentor or my peers."),
        ("en", "My mentor and I kept our agreement."),
        ("en", "Every now and then I can rest."),
        ("en", "I met my mentor two or three times."),
        ("en", "I can choose between home and office."),
        ("en", "I understand my task."),
        ("de", "Ab und zu kann ich Pause machen."),
        ("de", "Meine Mentorin und ich haben uns getroffen."),
        ("de", "Ich kann zwischen Büro und Zuhause wählen."),
        ("de", "Das Rundschreiben war verständlich."),
    ],
)
def test_a_question_about_one_thing_is_not(language: str, text: str) -> None:
    assert concerns(text, language) == []


def test_a_comment_may_be_about_several_things() -> None:
    item = Item("own", "comment", {"en": "What went well and what didn't?"}, max_length=500)
    assert review_form(TITLE, [item]) == ()


def test_a_form_of_more_than_a_minute_is_warned_of() -> None:
    items = [Item(f"own_{number}", "scale", {"en": "Well?"}, min=0, max=10) for number in range(8)]
    assert review_form(TITLE, items[:7]) == ()
    (warned,) = review_form(TITLE, items)
    assert (warned.concern, warned.item_id) == ("too long", None)
    assert "about 64 seconds" in warned.sentence


def test_words_that_only_some_languages_have_are_warned_of_where_they_are_missing() -> None:
    both = {"en": "Well?", "de": "Gut?"}
    halves = (Choice("1", {"en": "no"}), Choice("5", {"en": "yes", "de": "ja"}))
    items = [scale(both), Item("half", "scale", both, min=1, max=5, labels=halves)]
    found = review_form(TITLE, items)
    assert [(entry.concern, entry.item_id) for entry in found] == [
        ("untranslated", None),
        ("untranslated", "half"),
    ]
    assert all("German" in entry.sentence for entry in found)


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.id)
def test_of_what_is_shipped_only_the_double_words_of_the_who_are_warned_of(entry) -> None:
    warned = {caution.item_id for caution in review_form(entry.title, entry.items)}
    double = {"who5_cheerful", "who5_calm", "who5_active", "who5_rested"}
    assert warned == (double if entry.id == "who5" else set())


def test_a_language_without_a_list_is_taken_as_it_is() -> None:
    assert concerns("Quel est votre nom et votre service ?", "fr") == []


LENGTHS = [
    (scale({"en": "Well?"}), 8),
    (scale({"en": "Well?", "de": "w" * 175}), 9),  # the longer of two languages
    (scale({"en": "w" * 160}), 8),
    (Item("own", "comment", {"en": "More?"}, max_length=500), 0),
    (Item("own", "comment", {"en": "More?"}, required=True, max_length=500), 30),
    (
        Item(
            "own",
            "multiple",
            {"en": "Which?"},
            options=(Choice("a", {"en": "w" * 99}), Choice("b", {"en": "w" * 100})),
        ),
        15,
    ),
]


@pytest.mark.parametrize(("item", "seconds"), LENGTHS)
def test_seconds_follow_from_types_and_lengths(item: Item, seconds: int) -> None:
    assert seconds_to_answer([item]) == seconds


def test_the_respondents_page_says_the_same_seconds_as_the_mail(
    request: pytest.FixtureRequest,
) -> None:
    items = [item for item, _ in LENGTHS]
    source = "async ({ secondsToAnswer }, { forms }) => forms.map(secondsToAnswer)"
    forms = [[item_to_wire(item)] for item in items] + [[item_to_wire(item) for item in items]]
    for run in bundle_runs(request):
        assert run(source, forms=forms) == [*(each for _, each in LENGTHS), 70]


def test_the_shipped_pulse_is_five_questions_and_forty_seconds() -> None:
    asked = [entry for entry in instrument("pulse").items if entry.id != "pulse_switching_off"]
    assert (questions_in(asked), seconds_to_answer(asked)) == (5, 40)
