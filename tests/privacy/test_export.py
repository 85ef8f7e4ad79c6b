"""An export holds what its page shows and nothing else, whatever was withheld and why."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.extensions import identity
from app.models.identity.program import Program
from tests.accounts import add_mentor, sign_in_admin
from tests.releases import (
    EVERYBODY_ELSE,
    Answered,
    add_group,
    add_program,
    add_released_round,
    program_of,
)

COMMENT = "The walks help us a lot"
# The page has these in sentences and headings of its own.
NAMED_OTHERWISE = ("How many answered", "Wellbeing score, 0 to 100")


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """A browser in which an admin is signed in."""
    client = app.test_client()
    sign_in_admin(client)
    return client


@pytest.fixture
def shown() -> str:
    """A group with results of its own, in a program with three rounds, one of them low."""
    group = add_mentor("mentor@corp.example", "North", "Onboarding")
    for rating in (4, 2, 5):
        answered = {group: Answered(12, rating, comment=COMMENT), EVERYBODY_ELSE: Answered(30, 4)}
        add_released_round(program_of(group), answered)
    return group


def rows_of(client: FlaskClient, path: str) -> list[dict[str, str]]:
    """Return the lines of a CSV export, those about the file itself left out."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    lines = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    return [line for line in lines if line["Part"] != "About this file"]


def cells_of(client: FlaskClient, path: str) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the first sheet of a workbook."""
    book = load_workbook(io.BytesIO(client.get(path).get_data()))
    yield from book.worksheets[0].iter_rows(values_only=True)


def words_of(page: str) -> str:
    """Return a page's text with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def told(line: dict[str, str]) -> str:
    """Return a value as the page says it."""
    return f"{line['Value']} {line['Open end']}".strip()


@pytest.mark.parametrize("of", ["program", "group"])
def test_every_value_of_an_export_stands_on_its_page(
    admin: FlaskClient, shown: str, of: str
) -> None:
    query = f"?group={shown}" if of == "group" else ""
    home = f"/programs/{program_of(shown)}/results"
    page = words_of(admin.get(home + query).text)
    lines = rows_of(admin, f"{home}/export.csv{query}{'&' if query else '?'}comments=yes")
    assert {line["Part"] for line in lines} >= {"Results", "Round by round", "Comments"}
    for line in lines:
        for part in told(line).split("; "):
            assert part.casefold() in page.casefold(), line
        if line["Part"] == "Results" and line["Question"] not in NAMED_OTHERWISE:
            assert line["Question"] in page


def test_a_workbook_says_the_same_as_the_csv_file(admin: FlaskClient, shown: str) -> None:
    home = f"/programs/{program_of(shown)}/results/export"
    lines = [tuple(line.values()) for line in rows_of(admin, f"{home}.csv?group={shown}")]
    _head, *rows = cells_of(admin, f"{home}.xlsx?group={shown}")
    assert [tuple("" if cell is None else str(cell) for cell in row) for row in rows] == lines


def test_comments_are_in_an_export_only_where_asked_for_and_shown(
    admin: FlaskClient, shown: str
) -> None:
    home = f"/programs/{program_of(shown)}/results/export"
    assert COMMENT not in admin.get(f"{home}.csv?every=yes&group={shown}").text
    assert COMMENT in admin.get(f"{home}.csv?comments=yes&group={shown}").text
    # D8: the group shows them, so the program doesn't, though they were written in it.
    assert COMMENT not in admin.get(f"{home}.csv?comments=yes").text
    few = add_program("Few")
    add_released_round(few, {EVERYBODY_ELSE: Answered(6, comment=COMMENT)})
    assert COMMENT not in admin.get(f"/programs/{few}/results/export.csv?comments=yes").text


# In each case 18 people say the same: nobody of North or no cell of its own, four of it, six of it
# that are held back because only three would be left beside another group (D3).
SILENT = ((None, 0, 18), (0, 0, 18), (4, 0, 14), (6, 9, 3))


def test_what_is_withheld_is_the_same_bytes_whatever_the_reason(admin: FlaskClient) -> None:
    files = []
    for north, south, others in SILENT:
        program = add_program("Onboarding")
        group, other = add_group(program, "North"), add_group(program, "South")
        answered = {EVERYBODY_ELSE: Answered(others)}
        if north is not None:
            answered |= {group: Answered(north), other: Answered(south)}
        add_released_round(program, answered)
        for kind in ("csv", "xlsx"):
            path = f"/programs/{program}/results/export.{kind}?group={group}&comments=yes"
            files.append((kind, admin.get(path).get_data()))
        with identity.begin() as session:
            session.get_one(Program, program).name = f"Was {program}"
    assert len(set(files)) == 2
    table = next(content for kind, content in files if kind == "csv").decode("utf-8-sig")
    own = [line for line in csv.DictReader(io.StringIO(table)) if line["Of"] == "North"]
    assert {line["Value"] for line in own} == {"withheld"}
    assert {line["Open end"] for line in own} == {""}


def test_a_comment_is_never_run_as_a_formula(admin: FlaskClient) -> None:
    group = add_mentor("mentor@corp.example", "North", "Onboarding")
    evil = '=HYPERLINK("http://evil.example","see")'
    add_released_round(program_of(group), {group: Answered(12, comment=evil)})
    home = f"/programs/{program_of(group)}/results/export"
    query = f"?group={group}&comments=yes"
    said = [line["Value"] for line in rows_of(admin, f"{home}.csv{query}")]
    assert not [value for value in said if value.startswith(("=", "+", "-", "@"))]
    assert [value for value in said if value.startswith("'=HYPERLINK")]
    book = load_workbook(io.BytesIO(admin.get(f"{home}.xlsx{query}").get_data()))
    kinds = {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}
    assert kinds <= {"s", "n"}
