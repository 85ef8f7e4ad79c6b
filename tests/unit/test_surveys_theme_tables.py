"""What a release tells of themes: made of shown lists alone, and nobody few can be had from it."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.answers import Answers
from surveys.cell_tree import CellNode
from surveys.disclosure import shown_mean
from surveys.items import Form, Item
from surveys.remainders import as_told
from surveys.sentiment import Sentiment
from surveys.tabulation import Release, release
from surveys.tally import Tally
from surveys.theme_tables import HeardComment, theme_tables
from tests.unit.attacker import isolated

TEXT = {"en": "Question"}
FORM = Form(TEXT, (Item("say", "comment", TEXT, max_length=500),))
K = 5
WITHHELD = {"withheld": True}
WORDS = ("workload", "support", "fair", "learn", "nothing")
MOODS = {"good": 0.75, "bad": -0.75, "plain": 0.0}


def scored(text: str) -> Sentiment:
    """Return the mood that a text names; one without is in no language that is scored."""
    mood = next((MOODS[word] for word in text.split() if word in MOODS), None)
    return Sentiment(mood, "und" if mood is None else "en")


def released(texts: list[list[str | None]]) -> Release:
    """Return the release of a program; texts by cell, None for a ballot without one."""
    tally = Tally(FORM, len(texts))
    for cell, said in enumerate(texts):
        for text in said:
            tally.add(Answers(cell, {} if text is None else {"say": text}, {}))
    children = tuple(CellNode(f"g{n}", n) for n in range(1, len(texts)))
    return release(
        tally,
        CellNode("program", 0, children),
        K,
        list(tally.ballots),
        scorer=scored,
        mask=str,
        rng=Random(1),
    )


def themes(texts: list[list[str | None]], cell: str = "program") -> dict[str, Any]:
    cells: dict[str, Any] = released(texts).tables["cells"]  # type: ignore[assignment]
    tables: dict[str, Any] = cells[cell]["themes"]["say"]
    return tables


def heard(*moods: float, others: int = 0, other_mood: float = 0.0) -> list[HeardComment]:
    """Return comments about workload, and others about nothing."""
    about = [HeardComment(("workload",), mood) for mood in moods]
    return about + [HeardComment((), other_mood)] * others


def test_a_theme_that_k_of_many_name_has_band_mean_and_portion():
    texts: list[str | None] = ["bad workload"] * 6 + ["good support"] * 4 + ["plain"] * 10
    assert themes([texts]) == {
        "workload": {
            "count": {"n": "5-9", "n_from": 5},
            "sentiment": {"mean": -0.75, "step": 0.25, "open": "or less"},
            "negative": "most",
        }
    }


@pytest.mark.parametrize(("named", "shown"), [(K - 1, False), (K, True)])
def test_a_theme_is_shown_from_k_ballots_on(named, shown):
    tables = theme_tables(heard(*[0.5] * named, others=10), K, None)
    assert ("workload" in tables) is shown and (tables == WITHHELD) is not shown


@pytest.mark.parametrize("others", range(K + 1))
def test_neither_count_nor_mean_stand_where_the_others_would_be_few_or_none(others):
    """Also for none: else silence would say that there is somebody."""
    told = theme_tables(heard(*[-0.5] * 20, others=others), K, None)["workload"]
    assert told["negative"] == "most"
    assert (told["count"] == WITHHELD) is (told["sentiment"] == WITHHELD) is (others < K)


def test_a_mean_beside_the_wholes_tells_not_that_all_others_agree():
    """Twenty at 0 among thirty at -.3: the ten others would be known to be at the very end."""
    comments = heard(*[0.0] * 20, others=10, other_mood=-1.0)
    mean = sum(comment.mood for comment in comments) / 30
    whole = as_told(shown_mean(mean, 30, -1, 1), 30, -1, 1, None)
    assert theme_tables(comments, K, whole)["workload"]["sentiment"] == WITHHELD
    assert theme_tables(comments, K, None)["workload"]["sentiment"] != WITHHELD


def test_comments_that_are_not_scored_have_no_theme():
    texts: list[str | None] = ["workload workload"] * 12 + ["plain support"] * 12
    made = released([texts])
    assert set(made.tables["cells"]["program"]["themes"]["say"]) == {"support"}  # type: ignore[index]
    assert {comment.themes for comment in made.comments} == {(), ("support",)}


def test_a_list_that_is_withheld_withholds_its_themes():
    few: list[str | None] = ["bad workload"] * 7  # D8 asks for eight ballots
    assert themes([few]) == WITHHELD
    assert released([few]).comments == ()


def test_a_circles_comments_are_in_its_own_themes_and_in_no_others():
    circle: list[str | None] = ["bad workload"] * 10 + ["plain"] * 5
    rest: list[str | None] = ["good support"] * 7 + ["plain"] * 5
    assert set(themes([rest, circle], "g1")) == {"workload"}
    assert set(themes([rest, circle])) == {"support"}


CELLS = ("program", "g1", "g2")
INSIDE = {"program": CELLS, "g1": ("g1",), "g2": ("g2",)}


@st.composite
def rounds(draw: st.DrawFn) -> list[list[str | None]]:
    """Draw what a program and two circles wrote; each text says where, and some write nothing."""
    rng = draw(st.randoms(use_true_random=False))
    shares = [draw(st.sampled_from([0.1, 0.5, 0.9])) for _ in WORDS]

    def text(cell: str) -> str | None:
        if rng.random() < 0.2:
            return None
        named = [word for word, share in zip(WORDS, shares, strict=True) if rng.random() < share]
        return " ".join([rng.choice([*MOODS, "--"]), *named, f"@{cell}"])

    sizes = [draw(st.sampled_from([0, 3, 5, 7, 8, 12, 21])) for _ in CELLS]
    return [[text(cell) for _ in range(size)] for cell, size in zip(CELLS, sizes, strict=True)]


@settings(max_examples=40, deadline=None)
@given(rounds())
def test_themes_are_made_of_what_a_list_shows_and_nothing_else(written):
    """So readers of a list learn nothing by them; nor can two tables be subtracted."""
    made = released(written)
    for name, cell in made.tables["cells"].items():  # type: ignore[union-attr]
        if cell == WITHHELD:
            continue
        shown = [
            HeardComment(comment.themes, mood)
            for comment in made.comments
            if comment.cell == name and (mood := scored(comment.text).compound) is not None
        ]
        again, told = theme_tables(shown, K, None), cell["themes"]["say"]
        assert told.keys() == again.keys()
        for theme in told.keys() - {"withheld"}:
            assert sum(theme in comment.themes for comment in shown) >= K
            assert told[theme]["sentiment"] in (WITHHELD, again[theme]["sentiment"])  # type: ignore[index]


@settings(max_examples=40, deadline=None)
@given(rounds())
def test_no_mean_had_by_subtracting_themes_from_sentiments_is_about_fewer_than_k(written):
    """The linear attacker, who knows every stored sentiment and every mean of a theme."""
    made = released(written)
    tables: dict[str, Any] = made.tables["cells"]  # type: ignore[assignment]
    list_of = {comment.text.rpartition("@")[2]: comment.cell for comment in made.comments}
    for theme, word in (("workload", "workload"), ("fairness", "fair"), ("growth", "learn")):
        sizes: dict[tuple[str, bool], int] = {}
        for text in (text for said in written for text in said if text is not None):
            if scored(text).compound is not None:
                part = (text.rpartition("@")[2], word in text.split())
                sizes[part] = sizes.get(part, 0) + 1
        totals = []
        for name, cell in tables.items():
            if "scored" in cell.get("sentiment", {}):
                totals.append([part for part in sizes if part[0] in INSIDE[name]])
            told = cell.get("themes", {}).get("say", {}).get(theme, {})
            if "mean" in told.get("sentiment", {}):
                totals.append([part for part in sizes if part[1] and list_of.get(part[0]) == name])
        assert isolated(sizes, totals, K) == []


@settings(max_examples=40, deadline=None)
@given(rounds())
def test_what_lists_show_taken_off_sentiments_and_counts_leaves_nobody_or_k(written):
    """Whoever reads the lists knows their comments; what is left of a total is of the hidden."""
    made = released(written)
    tables: dict[str, Any] = made.tables["cells"]  # type: ignore[assignment]
    listed = {comment.text.rpartition("@")[2] for comment in made.comments}
    sizes: dict[tuple[str, bool], int] = {}
    for name, said in zip(CELLS, written, strict=True):
        for text in said:
            if text is not None and name not in listed:
                part = (name, scored(text).compound is not None)
                sizes[part] = sizes.get(part, 0) + 1
    totals = []
    for name, cell in tables.items():
        if "scored" in cell.get("sentiment", {}):
            totals.append([(inner, True) for inner in INSIDE[name]])
        if "comments" in cell.get("sentiment", {}):
            totals.append([(inner, known) for inner in INSIDE[name] for known in (True, False)])
    assert isolated(sizes, totals, K) == []


def test_one_comment_that_no_list_shows_is_not_had_from_the_sentiment_beside_a_list():
    """All of a circle of 20 stand there word for word; the 21st of the program is the other."""
    circle: list[str | None] = ["good workload"] * 20
    quiet: list[str | None] = [None] * 6
    tables = [
        released([[*quiet, text], circle]).tables["cells"] for text in ("bad workload", "good one")
    ]
    assert tables[0] == tables[1]
    alone: dict[str, Any] = released([[*quiet, None], circle]).tables["cells"]  # type: ignore[assignment]
    assert alone["program"]["sentiment"]["scored"] == "20"


def test_a_changed_comment_in_a_withheld_list_changes_no_byte_of_a_theme():
    circle: list[str | None] = ["bad workload"] * 10 + ["plain"] * 5
    tables = [
        released([[f"{mood} support"] * 7, circle]).tables["cells"] for mood in ("good", "bad")
    ]
    assert [cells["program"]["themes"] for cells in tables] == [{"say": WITHHELD}] * 2  # type: ignore[index]
    assert tables[0]["g1"] == tables[1]["g1"]  # type: ignore[index]
