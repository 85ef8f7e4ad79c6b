"""Names, addresses and numbers in a comment are hidden; ordinary words are left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.masking import Masker, fitting

ROSTER = [
    "Anna-Lena Müller",
    "Will Smith",
    "May Chen",
    "Mark Young",
    "Hope van der Berg",
    "Zoë O'Brien",
    "Ann Lee",
    "Bo Li",
    "Łukasz Nowak",
    "田中 太郎",
    "김민수",
    "Анна Иванова",
    "अमित शर्मा",
    "Name Number",
]
MASKER = Masker(ROSTER)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Anna helped me.", "[name] helped me."),
        ("ask anna or ANNA", "ask [name] or [name]"),
        ("Anna-Lena Müller is kind", "[name] is kind"),
        ("Mueller and muller know", "[name] and [name] know"),
        ("Annas Idee, Anna's idea", "[name] Idee, [name]'s idea"),
        ("Mu\u0308ller said so", "[name] said so"),
        ("zoe, ZOË", "[name], [name]"),
        ("łukasz nowak", "[name]"),
        ("I like Mark and Will.", "I like [name] and [name]."),
        ("Will helped me. Mark is great.", "[name] helped me. [name] is great."),
        ("Will's talk", "[name]'s talk"),
        ("We thank Hope.", "We thank [name]."),
        ("with Bo", "with [name]"),
        ("田中さんは親切です", "[name]さんは親切です"),
        ("민수는 몰라도 김민수는 안다", "민수는 몰라도 [name]는 안다"),
        ("Анна помогла", "[name] помогла"),
        ("अमित अच्छा है", "[name] अच्छा है"),
        ("(Smith)", "([name])"),
        ("anna_lena", "[name]_[name]"),
    ],
)
def test_a_name_of_the_roster_is_hidden(text, masked):
    assert MASKER.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "I will ask, and I may hope so; mark my words.",
        "Will we meet more often?",
        "May I ask something? Hope you are well.",
        "It ended. Will the next be better?",
        "We met in May and since May nothing.",
        "I WILL NOT GO.",
        "A planner annoyed the smithy; banned, leeway.",
        "An issue with the van.",
        "der Weg von der Arbeit",
        "Nothing to add.",
        "",
    ],
)
def test_an_ordinary_word_stays(text):
    assert MASKER.mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to anna.lena+x@mail.example.org.", "Write to [address]."),
        ("<jürgen@bücher.example>", "<[address]>"),
        ("Call +49 (0)30 123 456-78!", "Call [number]!"),
        ("030/1234567", "[number]"),
        ("555-123-4567 or 5551234567", "[number] or [number]"),
        ("٠٣٠١٢٣٤٥٦٧", "[number]"),
    ],
)
def test_addresses_and_numbers_are_hidden(text, masked):
    assert MASKER.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "On 2026-05-04 and 04.05.2026 we met.",
        "In 2025-2026 we had 12 talks, 1:1, 9 to 5.",
        "It cost 1 000 000 or 1.000.000.",
        "@home, 100 % @ 3 pm",
        "ticket 123456",
    ],
)
def test_dates_sums_and_small_numbers_stay(text):
    assert MASKER.mask(text) == text


def test_a_mask_is_not_masked_again_and_its_sign_can_not_be_smuggled_in():
    assert MASKER.mask("anna@mail.example 030 1234567") == "[address] [number]"
    assert MASKER.mask("\ue000 x") == " x"


def test_without_a_roster_only_addresses_and_numbers_are_hidden():
    assert Masker([]).mask("Anna, a@b.example") == "Anna, [address]"


@pytest.mark.parametrize("unit", ["1", "1-", "a@", "a.", "Will ", "(", "٠ ", "anna-"])
def test_a_hostile_comment_takes_no_time(unit):
    text = unit * (8000 // len(unit))
    start = time.process_time()
    MASKER.mask(text)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("An\u200bna, Ann\u00ada", "[name], [name]"),
        ("Аnna and \uff21nna", "[name] and [name]"),  # a Cyrillic and a full-width A
        ("4nna, anna95", "[name], [name]"),
        ("A n n a and a.n.n.a", "[name] and [name]"),
        ("AnnaMüller, annamueller, amueller", "[name], [name], [name]"),
        ("@annamueller @some_one", "[name]"),
        ("Annaʼs idea", "[name]’s idea"),
        ("lukasz and ŁUKASZ", "[name] and [name]"),
        ("с Анной и для Ивановой", "с [name] и для [name]"),
    ],
)
def test_a_name_in_disguise_is_hidden(text, masked):
    assert MASKER.mask(text) == masked


def test_a_short_form_of_a_name_is_hidden():
    masker = Masker(["William Hart", "Katharina Vogel"])
    assert masker.mask("Thanks Bill, and Billy and kathi too.") == (
        "Thanks [name], and [name] and [name] too."
    )
    assert masker.mask("the bill is due, will it be?") == "the bill is due, will it be?"


@pytest.mark.parametrize(
    "text",
    [
        "jane at example dot org",
        "jane (at) example (dot) org",
        "jane[at]example.org",
        "jane @ example.org",
        "jane AT example DOT co DOT uk",
        "jane at example punkt de",
        "jane\uff20example.org",
        "https://intranet.example/people/jane",
        "www.example.org",
        "linkedin.com/in/jane-42",
    ],
)
def test_a_written_out_address_is_hidden(text):
    assert MASKER.mask(f"Ask {text}, please.").startswith("Ask [address]")
    assert "jane" not in MASKER.mask(f"Ask {text}, please.")


@pytest.mark.parametrize(
    "text",
    [
        "0151_2345_678",
        "call0301234567now",
        "+49\u00a030\u00a01234567",
        "030\u20141234567",
        "0 3 0 1 2 3 4 5",
        "zero one five one two three four five",
        "null eins fünf eins zwei drei vier",
        "DE89 3704 0044 0532 0130 00",
    ],
)
def test_a_number_is_hidden_however_it_is_written(text):
    assert "[number]" in MASKER.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "From 04.05.2026 - 08.05.2026 we met.",
        "at home, @noon, @all",
        "We met at noon. Then we left.",
        "one or two of three, four at most",
        "a b c and I",
        "version 1.2.3 of 2026",
    ],
)
def test_what_only_looks_like_a_contact_stays(text):
    assert MASKER.mask(text) == text


@given(
    st.sampled_from(["Anna", "Müller", "Łukasz", "Nowak", "Zoë", "田中", "Анна"]),
    st.text(alphabet=" .,;!?()\"'/-\n", max_size=5),
    st.text(alphabet=" .,;!?()\"'/-\n", max_size=5),
    st.sampled_from([str, str.lower, str.upper, str.title]),
)
def test_a_name_between_any_signs_is_hidden(name, before, after, case):
    assert name.casefold() not in MASKER.mask(f"x{before} {case(name)} {after}x").casefold()


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text):
    once = MASKER.mask(text)
    assert MASKER.mask(once.replace("[name]", "").replace("[number]", "")) is not None
    assert not any(sign in once for sign in "\ue000\ue001\ue002")


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "1",
            "1-",
            "a@",
            "a.",
            "Will ",
            "(",
            "anna-",
            "a ",
            "a at ",
            "one ",
            "www.",
            "@a",
            "a.b/",
        ),
        *("e\u0301\u0316", "\u0316\u0301", "\u200b", "In May "),
    ],
)
def test_a_long_comment_is_masked_in_a_time_that_grows_with_its_length(unit):
    def seconds(length):
        text = unit * (length // len(unit))
        start = time.process_time()
        MASKER.mask(text)
        return time.process_time() - start

    short = max(seconds(20_000), 0.01)
    assert seconds(200_000) < 40 * short


@pytest.mark.parametrize(
    ("masked", "most", "fits"),
    [
        ("[name] and [name]", 17, "[name] and [name]"),
        ("[name] and [name]", 16, "* and *"),
        ("ask [address] or [number]", 8, "ask * or"),
        ("früh", 3, "fr"),
    ],
)
def test_a_masked_text_fits_where_what_it_hides_was_shorter(
    masked: str, most: int, fits: str
) -> None:
    assert fitting(masked, most) == fits
