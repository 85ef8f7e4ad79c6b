"""The checklist of OWASP ASVS is whole, honest in form, and every test that it names is there."""

import re

import pytest

from tests.house.test_floors import ROOT

PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
STANDS = {"Yes", "Partly", "No", "Not here"}
# How many lines of levels 1 and 2 each chapter of 4.0.3 has.
LINES = {
    **{1: 38, 2: 53, 3: 18, 4: 9, 5: 30, 6: 13, 7: 12},
    **{8: 15, 9: 7, 10: 5, 11: 8, 12: 15, 13: 13, 14: 23},
}


def test_each_chapter_has_all_its_lines_once() -> None:
    numbers = [number for number, *_ in ROWS]
    assert len(numbers) == len(set(numbers))
    counted = dict.fromkeys(LINES, 0)
    for number in numbers:
        counted[int(number.partition(".")[0])] += 1
    assert counted == LINES


@pytest.mark.parametrize("row", ROWS, ids=[number for number, *_ in ROWS])
def test_a_line_says_how_it_stands_and_names_tests_that_exist(row: tuple[str, ...]) -> None:
    _number, _what, stands, how = row
    assert stands in STANDS and len(how) > 5
    for path, test in re.findall(r"`(tests/[\w./]+\.py)::(\w+)`", how):
        assert re.search(rf"^def {test}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), test
    for number in re.findall(r"\bsee (\d+\.\d+\.\d+)", how):
        assert number in {other for other, *_ in ROWS}
