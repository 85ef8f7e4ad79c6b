"""New words, of moods or of themes, leave what was released as it was."""

import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.alerts.service import review_program
from app.extensions import ballots, identity
from app.models.ballots.comment import Comment
from app.models.identity.alert import Alert
from app.models.identity.release import Release
from surveys import sentiment, themes
from tests import rounds
from tests.accounts import add_mentor, post, sign_in_admin, sign_in_mentor
from tests.authors import COMMENT
from tests.releases import EVERYBODY_ELSE, FIRST_DAY, Answered, add_released_round, program_of

ABOUT = {"round": "6", "of": "own-comments", "item": COMMENT, "theme": "workload"}
WROTE = "The workload is terrible and the backlog too"


def _forget() -> None:
    for built in (themes._themes, sentiment._lexicon, sentiment._vader):
        built.cache_clear()


@pytest.fixture
def new_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Return what puts other files of words in place of ours."""
    changes: dict[str, Callable[[dict[str, Any]], None]] = {
        "themes.json": lambda content: content["themes"].update(
            workload=["nothing"], gardening=["workload", "backlog"]
        ),
        "workplace_lexicon.json": lambda content: content["words"].update(terrible=3.9),
    }

    def put() -> None:
        (tmp_path / "words" / "data").mkdir(parents=True)
        for name, change in changes.items():
            content = json.loads((files("surveys") / "data" / name).read_text("utf-8"))
            change(content)
            content["version"] = "new"
            (tmp_path / "words" / "data" / name).write_text(json.dumps(content), "utf-8")
        for module in (themes, sentiment):
            monkeypatch.setattr(module, "files", lambda _: tmp_path / "words")
        _forget()

    yield put
    _forget()


def told(app: Flask, group: str, round_id: str) -> dict[str, str]:
    """Return what tells of a round: pages, the export, the alert."""
    program = program_of(group)
    admin, mentor = app.test_client(), app.test_client()
    sign_in_admin(admin)
    sign_in_mentor(mentor, "mentor@corp.example")
    with identity.begin() as session:
        session.execute(delete(Alert))
        review_program(session, program, FIRST_DAY)
        alert = session.scalars(select(Alert)).one()
        evidence = json.dumps(alert.evidence)
    pages = {
        "mentor's page": mentor.get(f"/circles/{group}"),
        "results": admin.get(f"/programs/{program}/results"),
        "all about a theme": post(app, mentor, f"/circles/{group}/answers", ABOUT),
    }
    return {
        **{name: _without_changing_names(answer.text) for name, answer in pages.items()},
        "export": rounds.run(app, "results", round_id, "--json"),
        "alert": evidence,
    }


def _without_changing_names(page: str) -> str:
    return re.sub(r'(name="(?:csrf_token|one|comment)" value=)"[^"]*"', r"\1", page)


@pytest.fixture
def circle(app: Flask) -> str:
    """A circle of a program that has fallen, without a comment yet."""
    group = add_mentor("mentor@corp.example")
    for rating in (4, 4, 4, 4, 2):
        people = {group: Answered(12, rating), EVERYBODY_ELSE: Answered(20, rating)}
        add_released_round(program_of(group), people)
    return group


def add_round_with_comments(group: str) -> str:
    people = {group: Answered(12, 2, comment=WROTE), EVERYBODY_ELSE: Answered(20, 2)}
    return add_released_round(program_of(group), people)


def test_new_words_change_no_byte_of_an_old_round_and_an_older_one_stays_readable(
    app: Flask, circle: str, new_words: Callable[[], None]
) -> None:
    old = add_round_with_comments(circle)
    before = told(app, circle, old)
    assert (
        "Most of the comments shown here are about workload; most of them are negative."
        in before["mentor's page"]
    )
    assert before["all about a theme"].count(WROTE) == 12
    assert json.loads(before["export"])["release"]["themes"] == "themes-1"
    new_words()
    assert told(app, circle, old) == before
    new = json.loads(rounds.run(app, "results", add_round_with_comments(circle), "--json"))
    assert new["release"]["themes"] == "new"  # a control: these words do count from now on
    told_now = json.dumps(new["release"]["cells"])
    assert '"gardening"' in told_now and '"workload"' not in told_now

    _as_before_themes()
    page = told(app, circle, old)["mentor's page"]
    assert ">Themes<" not in page and "Answer all about" not in page
    assert WROTE in page and "Answer all of these" in page


def _as_before_themes() -> None:
    """Make all releases what they were before there were themes."""
    with identity.begin() as session:
        for row in session.scalars(select(Release)):
            cells = {
                name: {key: table for key, table in cell.items() if key != "themes"}
                for name, cell in row.tables["cells"].items()
            }
            kept = {key: value for key, value in row.tables.items() if key != "themes"}
            row.tables = kept | {"cells": cells}
    with ballots.begin() as session:
        session.execute(update(Comment).values(themes=None))
