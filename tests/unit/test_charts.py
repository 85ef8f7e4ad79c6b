"""A chart stands where its figures are, keeps withheld rounds' places, and draws no more."""

from datetime import date, timedelta

import pytest

from app.results.charts import HEIGHT, percent, share_of_scale, spark_points, trend_chart
from surveys.disclosure import ShownMean

FIRST = date(2026, 1, 5)


def days(count: int) -> list[date]:
    return [FIRST + number * timedelta(weeks=2) for number in range(count)]


def mean(value: float) -> ShownMean:
    return ShownMean(value, 12.5, "or more" if value >= 87.5 else None)


def test_higher_scores_stand_higher_and_later_rounds_further_on() -> None:
    chart = trend_chart(days(3), [mean(25), mean(50), mean(75)])
    heights = [point.y for point in chart.main.points]
    assert heights == sorted(heights, reverse=True)
    places = [float(point.x.rstrip("%")) for point in chart.main.points]
    assert places == sorted(places) and places[0] > 0 and places[-1] < 100
    assert all(0 < height < HEIGHT for height in heights)


def test_a_score_stands_at_the_height_of_its_grid_line() -> None:
    chart = trend_chart(days(1), [mean(50)])
    assert chart.main.points[0].y == next(line.y for line in chart.grid if line.value == 50)


def test_a_withheld_round_keeps_its_place_and_has_no_point() -> None:
    chart = trend_chart(days(4), [mean(50), None, mean(50), None])
    assert len(chart.main.points) == 2
    assert [segment.gap for segment in chart.main.segments] == [True]
    whole = trend_chart(days(4), [mean(50)] * 4)
    assert chart.main.withheld == (whole.main.points[1].x, whole.main.points[3].x)
    assert chart.main.points[1] == whole.main.points[2]


def test_neighbours_are_joined_by_a_line_without_a_gap() -> None:
    chart = trend_chart(days(3), [None, mean(50), mean(62.5)])
    assert [segment.gap for segment in chart.main.segments] == [False]


def test_an_open_end_is_marked() -> None:
    chart = trend_chart(days(2), [mean(87.5), mean(75)])
    assert [point.open for point in chart.main.points] == [True, False]


def test_the_program_stands_beside_on_the_same_places() -> None:
    chart = trend_chart(days(2), [None, mean(50)], [mean(50), mean(50)])
    assert chart.beside is not None
    assert chart.beside.points[1] == chart.main.points[0]
    assert trend_chart(days(2), [None, None]).beside is None


@pytest.mark.parametrize(("count", "marks"), [(1, 1), (2, 2), (4, 4), (5, 4), (12, 4)])
def test_few_enough_days_stand_beneath_to_be_read_on_a_phone(count: int, marks: int) -> None:
    chart = trend_chart(days(count), [mean(50)] * count)
    assert len(chart.days) == marks
    assert chart.days[0].day == days(count)[0] and chart.days[-1].day == days(count)[-1]
    assert len({mark.day for mark in chart.days}) == marks


def test_the_band_lies_around_its_level_and_inside_the_scale() -> None:
    band = trend_chart(days(1), [mean(50)], baseline=(50, 10)).band
    assert band is not None and band.top < band.level < band.top + band.height
    high = trend_chart(days(1), [mean(50)], baseline=(98, 10)).band
    top = min(line.y for line in trend_chart(days(1), [mean(50)]).grid)
    assert high is not None and high.top == top


def test_the_event_stands_at_its_round() -> None:
    chart = trend_chart(days(3), [mean(50)] * 3, event=1)
    assert chart.event == chart.main.points[1].x


def test_a_small_trend_is_parted_by_withheld_rounds() -> None:
    assert spark_points([]) == ()
    assert spark_points([None, None]) == ()
    lines = spark_points([mean(0), mean(100), None, mean(50)])
    assert [len(line.split()) for line in lines] == [2, 1]
    low, high = (float(point.split(",")[1]) for point in lines[0].split())
    assert high < low


@pytest.mark.parametrize(("value", "share"), [(1, "0.0%"), (3, "50.0%"), (5, "100.0%")])
def test_a_bar_is_as_long_as_its_share_of_the_scale(value: float, share: str) -> None:
    assert percent(share_of_scale(ShownMean(value, 0.5, None), 1, 5)) == share
