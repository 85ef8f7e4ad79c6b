"""What an operator types about programs is done and logged, or refused in one sentence."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import identity
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.program import Program
from app.models.identity.schedule import Schedule


@pytest.fixture
def programs(app: Flask):
    """Run `flask chorus programs` with these words; gives click's result."""
    return lambda *words: app.test_cli_runner().invoke(args=["chorus", "programs", *words])


def test_a_program_is_added_scheduled_renamed_and_listed(programs):
    assert "There is no program yet" in programs("list").output
    steps = (
        ("add", "Onboarding", "--time-zone", "europe/berlin", "--k", "6"),
        ("schedule", "onboarding", "--on", "Monday", "--every-weeks", "2"),
        ("threshold", "onboarding", "5"),
        ("rename", "Onboarding", "First year"),
    )
    for words in steps:
        assert programs(*words).exit_code == 0
    assert "next 11 May 2026" in programs("threshold", "First year", "5").output
    assert programs("list").output == (
        "First year  (Europe/Berlin, k = 5, open 4 days;"
        " every 2 weeks on Monday at 09:00, next 11 May 2026)\n"
    )
    assert "no schedule" in programs("unschedule", "First year").output
    with identity.begin() as session:
        assert session.scalars(select(Schedule)).all() == []
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert acts == [
        "added a program with k 6",
        "set a schedule of every 2 weeks",
        "lowered k from 6 to 5",
        "renamed a program",
        "switched the schedule off",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "onboarding"), "This name is taken"),
        (("add", "New", "--time-zone", "Berlin"), "Did you mean Europe/Berlin?"),
        (("add", "New", "--k", "3"), "can't be lower than 4"),
        (("rename", "Onbording", "New"), "Did you mean Onboarding?"),
        (("schedule", "Onboarding", "--on", "monday", "--at", "9"), "at a time such as 09:00"),
        (("threshold", "Onboarding", "3"), "can't be lower than 4"),
        (("unschedule", "zzz"), "There is no program with this name."),
    ],
)
def test_a_slip_changes_nothing_and_says_how_to_mend_it(programs, words, sentence):
    programs("add", "Onboarding")
    result = programs(*words)
    assert result.exit_code == 1
    assert sentence in result.output
    with identity.begin() as session:
        (program,) = session.scalars(select(Program))
        assert (program.name, program.k) == ("Onboarding", 5)
        assert session.scalars(select(AuditEntry.act)).all() == ["added a program with k 5"]
