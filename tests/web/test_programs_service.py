"""Programs, groups and schedules: what is refused, says why; what is kept, is kept as said."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import identity
from app.models.identity.audit_entry import AuditEntry
from app.models.identity.program import Program
from app.models.identity.schedule import Schedule
from app.programs.errors import (
    NameShapeError,
    NameTakenError,
    OpenDaysError,
    ScheduleShapeError,
    UnknownProgramError,
)
from app.programs.service import (
    advance_schedule,
    create_program,
    find_program,
    remove_schedule,
    rename_program,
    set_open_days,
    set_schedule,
    set_threshold,
)
from surveys.errors import ThresholdError, UnknownZoneError

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
MONDAYS = {"every_weeks": 2, "weekday": 0, "local_time": "09:00"}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_program_is_kept_as_it_was_said(app: Flask):
    with identity.begin() as session:
        create_program(session, "  Onboarding   circle ", "w. europe standard time", 6, 3)
    with identity.begin() as session:
        kept = session.scalars(select(Program)).one()
    assert (kept.name, kept.time_zone) == ("Onboarding circle", "Europe/Berlin")
    assert (kept.k, kept.open_days) == (6, 3)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("ONBOARDING", "UTC"), NameTakenError),
        (("", "UTC"), NameShapeError),
        (("n" * 121, "UTC"), NameShapeError),
        (("=1+1", "UTC"), NameShapeError),
        (("Two\u202eways", "UTC"), NameShapeError),
        (("Leadership", "Berlin"), UnknownZoneError),
        (("Leadership", "UTC", 3), ThresholdError),
        (("Leadership", "UTC", 5, 0), OpenDaysError),
        (("Leadership", "UTC", 5, 15), OpenDaysError),
    ],
)
def test_what_can_be_no_program_is_refused(app: Flask, arguments, error):
    with identity.begin() as session:
        create_program(session, "Onboarding", "UTC")
        with pytest.raises(error) as caught:
            create_program(session, *arguments)
    assert str(caught.value)
    with identity.begin() as session:
        assert [one.name for one in session.scalars(select(Program))] == ["Onboarding"]


def test_a_program_is_found_by_name_or_id_and_a_slip_is_helped(app: Flask):
    with identity.begin() as session:
        program = create_program(session, "Onboarding", "UTC")
        create_program(session, "Leadership", "UTC")
        assert find_program(session, "onBoarding ") is program
        assert find_program(session, program.id) is program
        with pytest.raises(UnknownProgramError, match="Did you mean Onboarding"):
            find_program(session, "Onbording")
        with pytest.raises(UnknownProgramError, match=r"with this name\.$"):
            find_program(session, "zzz")


def test_a_program_takes_another_name_but_not_a_taken_one(app: Flask):
    with identity.begin() as session:
        program = create_program(session, "Onboarding", "UTC")
        create_program(session, "Leadership", "UTC")
        rename_program(session, program, "ONBOARDING")
        assert find_program(session, "onboarding").name == "ONBOARDING"
        with pytest.raises(NameTakenError):
            rename_program(session, program, "leadership")


def test_k_goes_up_and_down_but_never_under_the_floor_and_the_log_says_so(app: Flask):
    with identity.begin() as session:
        program = create_program(session, "Onboarding", "UTC")
        for k in (8, 8, 4):
            set_threshold(session, program, k, NOW, "operator")
        with pytest.raises(ThresholdError):
            set_threshold(session, program, 3, NOW, "operator")
    with identity.begin() as session:
        assert find_program(session, "Onboarding").k == 4
        log = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [entry.act for entry in log] == ["raised k from 5 to 8", "lowered k from 8 to 4"]
    assert {entry.subject for entry in log} == {f"program {program.id}"}


def test_a_schedule_is_kept_in_the_programs_zone_and_goes_on_in_its_rhythm(app: Flask):
    with identity.begin() as session:
        program = create_program(session, "Onboarding", "Europe/Berlin")
        set_schedule(session, program, now=NOW, **MONDAYS)
    with identity.begin() as session:
        schedule = session.scalars(select(Schedule)).one()
        assert schedule.next_at == datetime(2026, 5, 11, 7, 0, tzinfo=UTC)
        advance_schedule(schedule, find_program(session, "Onboarding"), schedule.next_at)
    with identity.begin() as session:
        program = find_program(session, "Onboarding")
        assert session.get_one(Schedule, program.id).next_at == datetime(
            2026, 5, 25, 7, 0, tzinfo=UTC
        )
        set_schedule(session, program, now=NOW, **{**MONDAYS, "every_weeks": 1, "weekday": 4})
        remove_schedule(session, program)
        remove_schedule(session, program)
    with identity.begin() as session:
        assert session.scalars(select(Schedule)).all() == []


@pytest.mark.parametrize(
    ("now", "zone", "weekday", "first"),
    [
        ("2026-05-04T06:00", "Europe/Berlin", 0, "2026-05-04T07:00"),
        ("2026-05-04T07:00", "Europe/Berlin", 0, "2026-05-11T07:00"),
        ("2026-05-04T09:00", "Europe/Berlin", 3, "2026-05-07T07:00"),
        ("2026-05-03T23:30", "Asia/Tokyo", 0, "2026-05-04T00:00"),
        ("2026-05-04T00:00", "Asia/Tokyo", 0, "2026-05-11T00:00"),
        ("2026-05-04T02:00", "America/Los_Angeles", 6, "2026-05-10T16:00"),
    ],
)
def test_the_first_launch_is_the_next_such_weekday_in_the_programs_zone(
    app: Flask, now, zone, weekday, first
):
    with identity.begin() as session:
        program = create_program(session, "Onboarding", zone)
        schedule = set_schedule(
            session, program, now=utc(now), **{**MONDAYS, "weekday": weekday, "every_weeks": 3}
        )
        assert schedule.next_at == utc(first)


@pytest.mark.parametrize(
    "wrong",
    [
        {"every_weeks": 0},
        {"every_weeks": 27},
        {"weekday": 7},
        {"local_time": "9:00"},
        {"local_time": "24:00"},
        {"local_time": "nine"},
    ],
)
def test_what_can_be_no_schedule_is_refused(app: Flask, wrong):
    with identity.begin() as session:
        program = create_program(session, "Onboarding", "UTC")
        with pytest.raises(ScheduleShapeError):
            set_schedule(session, program, now=NOW, **{**MONDAYS, **wrong})
        assert session.scalars(select(Schedule)).all() == []


def test_no_round_is_still_open_when_the_next_one_is_due(app: Flask):
    with identity.begin() as session:
        program = create_program(session, "Onboarding", "UTC", open_days=7)
        with pytest.raises(OpenDaysError):
            set_schedule(session, program, now=NOW, **{**MONDAYS, "every_weeks": 1})
        set_open_days(session, program, 6)
        set_schedule(session, program, now=NOW, **{**MONDAYS, "every_weeks": 1})
        with pytest.raises(OpenDaysError):
            set_open_days(session, program, 7)
