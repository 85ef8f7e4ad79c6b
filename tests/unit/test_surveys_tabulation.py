"""A release shows what the rules allow, each table by itself, and nothing of the rest."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.answers import Answers, Mailbox
from surveys.cell_tree import CellNode
from surveys.errors import CellTreeError, ThresholdError
from surveys.instruments import form_of, instrument
from surveys.items import Choice, Form, Item
from surveys.sentiment import Sentiment
from surveys.tabulation import release
from surveys.tally import Tally

TEXT = {"en": "Question"}
OPTIONS = tuple(Choice(name, {"en": name}) for name in ("tea", "juice", "water"))
PULSE = ("pulse_energy", "pulse_workload", "pulse_support")
FORM = Form(
    TEXT,
    (
        *form_of(instrument("pulse"), (), PULSE).items,
        Item("drink", "single", TEXT, options=OPTIONS),
        Item("more", "multiple", TEXT, options=OPTIONS),
        Item("say", "comment", TEXT, max_length=500),
    ),
)
WITHHELD = {"withheld": True}
BOX = Mailbox(b"i" * 16, b"a" * 32, b"p" * 65, b"k" * 60)


def tree(groups: int) -> CellNode:
    return CellNode("program", 0, tuple(CellNode(f"g{n}", n) for n in range(1, groups + 1)))


def ballot(cell: int, rating: int = 4, **values: object) -> Answers:
    pulse = dict.fromkeys(PULSE, rating)
    return Answers(cell, pulse | values, {"say": BOX} if "say" in values else {})


def released(ballots, groups: int = 0, papers=None, k: int = 5, seed: int = 1, mask=str):
    tally = Tally(FORM, groups + 1)
    for one in ballots:
        tally.add(one)
    return release(
        tally,
        tree(groups),
        k,
        list(tally.ballots) if papers is None else papers,
        scorer=lambda text: Sentiment(0.5, "en") if text.isascii() else Sentiment(None, "de"),
        mask=mask,
        rng=Random(seed),
    )


def cells(*args, **kwargs):
    return released(*args, **kwargs).tables["cells"]


def test_a_round_under_the_threshold_says_withheld_and_nothing_else():
    result = released([ballot(0, say="Hello") for _ in range(4)])
    assert result.tables["cells"] == {"program": WITHHELD}
    assert result.comments == ()


@pytest.mark.parametrize("papers", [[4], [0]])
def test_more_ballots_than_papers_withhold_the_cell(papers):
    assert cells([ballot(0)] * 5, papers=papers) == {"program": WITHHELD}
    assert cells([ballot(0)] * 5, papers=[5])["program"] != WITHHELD


def test_a_stuffed_group_is_withheld_and_the_rest_shown():
    shown = cells([ballot(1)] * 6 + [ballot(2)] * 6, 2, papers=[0, 5, 7])
    assert shown["g1"] == WITHHELD
    assert "score" in shown["program"] and "score" in shown["g2"]


def test_the_remainder_takes_the_next_smallest_group_with_it():
    ballots = [ballot(1)] * 9 + [ballot(2)] * 6 + [ballot(3)] * 3
    shown = cells(ballots, 3)
    assert {name for name, cell in shown.items() if cell != WITHHELD} == {"program", "g1"}
    shown = cells([*ballots, ballot(0), ballot(0)], 3)
    assert {name for name, cell in shown.items() if cell != WITHHELD} == {"program", "g1", "g2"}


def test_every_cell_of_a_release_has_the_same_shape():
    shown = cells([ballot(0)] * 5)["program"]
    assert set(shown) == {"ballots", "score", "items", "sentiment", "comments", "themes"}
    assert set(shown["score"]) == {"n", "n_from", "mean", "step", "open", "sd"}
    assert set(shown["items"]) == {item.id for item in FORM.items[:-1]}
    assert shown["items"]["drink"] == WITHHELD


@pytest.mark.parametrize(
    ("ratings", "score"),
    [
        ([3, 4, 4, 4, 4], ("5-9", 5, 75.0, 12.5, None, None)),
        ([5] * 9, ("5-9", 5, 87.5, 12.5, "or more", None)),
        ([2, 3] * 5, ("10-19", 10, 40.0, 5.0, None, 15.0)),
        ([3] * 10, ("10-19", 10, 50.0, 5.0, None, 5.0)),
        ([1, 2, 3, 4, 5] * 5, ("25", 25, 50.0, 2.5, None, 35.0)),
    ],
)
def test_the_score_is_stored_no_finer_than_its_step(ratings, score):
    table = cells([ballot(0, rating) for rating in ratings])["program"]["score"]
    assert tuple(table.values()) == score


def test_an_optional_item_answered_by_one_is_withheld_where_the_score_is_shown():
    shown = cells([ballot(0)] * 9 + [ballot(0, drink="tea")])["program"]
    assert shown["items"]["drink"] == WITHHELD
    assert shown["items"]["pulse_energy"]["n"] == "10-19"


def test_can_not_say_counts_for_the_ballot_and_not_for_the_item():
    shown = cells([ballot(0)] * 2 + [ballot(0, pulse_energy=None)] * 4)["program"]
    assert shown["ballots"] == {"n": "5-9", "n_from": 5}
    assert shown["items"]["pulse_energy"] == WITHHELD
    assert shown["items"]["pulse_support"] != WITHHELD


def test_no_item_has_a_spread_and_small_crowds_have_no_histogram():
    """D7 asks for 2k; D4 for a count that is exact anyway, since shares tell it (042)."""
    small = cells([ballot(0, rating) for rating in (1, 2, 3, 4, 5) * 4][:19])["program"]["items"]
    large = cells([ballot(0, rating) for rating in (2, 3) * 10])["program"]["items"]
    assert small["pulse_energy"]["histogram"] == WITHHELD
    assert large["pulse_energy"]["histogram"]["bins"][1:3] == [
        {"options": ["2"], "share": 0.5, "over": False},
        {"options": ["3"], "share": 0.5, "over": False},
    ]
    assert "sd" not in json.dumps(large)


def test_no_spread_can_be_had_by_subtracting_two():
    shown = cells([ballot(1, rating) for rating in (2, 3) * 6] + [ballot(2, 3)] * 6, 2)
    assert shown["g1"]["score"]["sd"] is None and shown["program"]["score"]["sd"] is not None


def test_a_multiple_choice_counts_each_ballot_once_in_a_merged_bin():
    named = [("tea", "juice")] * 2 + [("water",)] * 8 + [("juice",)] * 10
    shown = cells([ballot(0, more=value) for value in named])["program"]["items"]["more"]
    assert [entry["options"] for entry in shown["histogram"]["bins"]] == [
        ["tea", "juice"],
        ["water"],
    ]
    assert [entry["share"] for entry in shown["histogram"]["bins"]] == [0.6, 0.4]
    assert "mean" not in shown


def test_sentiment_tells_how_many_comments_were_scored_in_bands():
    texts = ["Fine."] * 6 + ["Schön"] * 5 + [None] * 2
    ballots = [ballot(0, say=text) if text else ballot(0) for text in texts]
    assert cells(ballots)["program"]["sentiment"] == {
        "mean": 0.5,
        "step": 0.25,
        "open": None,
        "scored": "5-9",
        "scored_from": 5,
        "comments": "10-19",
        "comments_from": 10,
    }
    assert cells(ballots[2:])["program"]["sentiment"] == WITHHELD


def test_comments_climb_to_the_cell_with_enough_ballots():
    ballots = [ballot(1, say=f"one {n}") for n in range(9)]
    ballots += [ballot(2, say=f"two {n}") for n in range(5)] + [ballot(0) for _ in range(3)]
    result = released(ballots, 2, mask=str.upper)
    where = {comment.text[:3]: comment.cell for comment in result.comments}
    assert where == {"ONE": "g1", "TWO": "program"}
    assert len(result.comments) == 14
    assert result.tables["cells"]["g2"] == WITHHELD
    assert result.tables["cells"]["program"]["comments"]["say"] == {"shown": True}
    assert {comment.mailbox for comment in result.comments} == {BOX}


def test_comments_are_shuffled_by_the_source_given():
    ballots = [ballot(0, say=f"text {n:02}") for n in range(40)]
    first, second = (
        [comment.text for comment in released(ballots, seed=seed).comments] for seed in (1, 2)
    )
    assert first != second and first != sorted(first)
    assert sorted(first) == sorted(second)


def test_a_release_is_json_and_holds_no_comment():
    tables = released([ballot(0, say="secret words") for _ in range(25)]).tables
    assert "secret" not in json.dumps(tables)
    assert (tables["k"], tables["scoring"]) == (5, "pulse")


def test_a_part_counted_elsewhere_is_taken_in():
    ballots = [
        ballot(n % 2, 1 + n % 5, drink="tea", more=("tea",), say=f"x {n}") for n in range(40)
    ]
    whole, half, rest = Tally(FORM, 2), Tally(FORM, 2), Tally(FORM, 2)
    for place, one in enumerate(ballots):
        whole.add(one)
        (half if place < 20 else rest).add(one)
    half.merge(rest)
    results = [
        release(
            tally, tree(1), 5, [20, 20],
            scorer=lambda _: Sentiment(0.5, "en"), mask=str, rng=Random(1),
        )
        for tally in (whole, half)
    ]  # fmt: skip
    assert results[0] == results[1]


def test_a_threshold_under_the_floor_and_a_wrong_tree_are_refused():
    with pytest.raises(ThresholdError):
        released([ballot(0)] * 5, k=3)
    with pytest.raises(CellTreeError):
        released([ballot(0)] * 5, papers=[5, 0])
    with pytest.raises(CellTreeError):
        release(
            Tally(FORM, 2), tree(0), 5, [1, 1],
            scorer=lambda _: Sentiment(None, "und"), mask=str, rng=Random(1),
        )  # fmt: skip


ratings = st.integers(1, 5)


@settings(max_examples=60, deadline=None)
@given(st.lists(ratings, max_size=4), st.lists(ratings, max_size=4))
def test_a_changed_answer_in_a_withheld_round_changes_no_byte(first, second):
    stored = [
        json.dumps(released([ballot(0, rating, say="x" * rating) for rating in side]).tables)
        for side in (first, second)
    ]
    assert stored[0] == stored[1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(ratings, min_size=1, max_size=4),
    st.lists(ratings, min_size=8, max_size=12),
    st.lists(ratings, min_size=1, max_size=4),
)
def test_a_withheld_group_changes_no_other_groups_tables(small, large, other):
    def shown(group):
        ballots = [ballot(1, rating) for rating in group] + [ballot(2, rating) for rating in large]
        return cells(ballots, 2)

    one, two = shown(small), shown(other)
    assert one["g1"] == two["g1"] == WITHHELD
    if len(small) == len(other):
        assert one["g2"] == two["g2"]
