"""What is kept of how programs stand follows from releases, and is no finer than they are."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import identity
from app.jobs.upkeep import keep_standings_true
from app.jobs.workplace import current_workplace
from app.models.identity.program_standing import OrganisationStanding, ProgramStanding
from app.models.identity.release import Release
from tests.releases import (
    EVERYBODY_ELSE,
    Answered,
    add_program,
    add_released_round,
    answer_otherwise,
)


def kept() -> dict[str, Any]:
    """Return everything that is kept, worked out anew."""
    with identity.begin() as session:
        for table in (ProgramStanding, OrganisationStanding):
            for row in session.scalars(select(table)):  # type: ignore[var-annotated]
                session.delete(row)
    keep_standings_true(current_workplace())
    with identity.begin() as session:
        rows = {row.program_id: [row.word, row.shown] for row in session.scalars(_PROGRAMS)}
        whole = session.scalars(select(OrganisationStanding.shown)).one()
    return {**rows, "organisation": whole}


_PROGRAMS = select(ProgramStanding).order_by(ProgramStanding.program_id)


@pytest.fixture
def programs(app: Flask) -> list[str]:
    """Six programs with half a year of rounds each."""
    names = [add_program(f"Program {number}") for number in range(6)]
    for name in names:
        for number in range(12):
            add_released_round(name, {EVERYBODY_ELSE: Answered(30, 4 if number < 9 else 3)})
    return names


def test_nothing_that_is_kept_hangs_on_the_answers_of_a_withheld_round(
    programs: list[str],
) -> None:
    withheld = add_released_round(programs[0], {EVERYBODY_ELSE: Answered(4, 1)})
    before = kept()
    answer_otherwise(withheld, Answered(4, 5))
    assert kept() == before
    answer_otherwise(withheld, Answered(30, 5))  # a control: shown, it is kept
    assert kept() != before


def test_every_mean_that_is_kept_stands_in_a_release(programs: list[str]) -> None:
    with identity.begin() as session:
        released = " ".join(
            json.dumps(tables) for tables in session.scalars(select(Release.tables))
        )
    rows = kept()
    for name in programs:
        word, shown = rows[name]
        assert word in ("declining", "watch", "steady", "learning", "recovering")
        assert set(shown) == {"rounds", "spark", "band", "signs", "goals"}
        for mean, step, _open in shown["spark"]:
            assert f'"mean": {mean}' in released and f'"step": {step}' in released
        level, chance = shown["band"]  # whole points, no finer than a step
        assert chance >= 2.5 and level == int(level)
