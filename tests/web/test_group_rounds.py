"""A round of a single group asks its members alone and is read by its mentors and the admins."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.audit import OPERATOR
from app.alerts.service import fleet_points
from app.extensions import identity
from app.forms.service import current_form
from app.jobs.ends import abort_rounds
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.notice import Notice
from app.models.identity.round import Round
from app.programs.service import find_program
from app.results.overview import ProgramRow, overview, rows_of
from app.rounds.errors import RoundUnderWayError
from app.rounds.service import cancel_round, last_threshold, request_round
from surveys.errors import ClosingTimesError
from tests import rounds
from tests.applications import FixedClock
from tests.groups import circle_page, group_named
from tests.privacy.wire import manifest_of
from tests.rounds import OpenRound
from tests.web.test_results_readers import make_admin

COMMENT = "The coffee machine hums"
ROSTER = rounds.roster_csv({"North": 9, "South": 6, "West": 4})


def shown(session: Session) -> list[ProgramRow]:
    """Return every program as the overview shows it."""
    found = overview(session, rounds.current_clock().now().date())
    return rows_of(session, found.kept, found.programs)


def answer_all(opened: OpenRound) -> None:
    """Let everyone who was asked answer, with a comment, and close the round."""
    rounds.answer(opened, list(opened.links), {**rounds.GOOD, "pulse_comment": COMMENT})
    rounds.close(opened)


@pytest.fixture
def circles(app: Flask, tmp_path: Path) -> None:
    """A program of three circles of nine, six and four; k is 5."""
    rounds.import_people(app, tmp_path, ROSTER)


@pytest.fixture
def north(app: Flask, circles: None, mailer: MemoryMailer) -> OpenRound:
    """An open round of North alone."""
    return rounds.launch(app, mailer, rounds.PROGRAM, "--group", "north")


def test_only_the_groups_members_are_asked_in_the_root_cell(north: OpenRound) -> None:
    assert set(north.links) == {f"north.{number}@example.org" for number in range(1, 10)}
    assert {link.cell for link in north.links.values()} == {0}
    manifest = json.loads(manifest_of(north.pool_id))
    assert manifest["cells"] == [{"id": "program"}]
    assert manifest["audience"] == ["group_mentor", "admin"]
    assert manifest["invited_band"] == "5-9"


def test_whoever_sees_the_result_is_not_asked(
    app: Flask, circles: None, mailer: MemoryMailer
) -> None:
    make_admin("south.1@example.org")
    assert set(rounds.launch(app, mailer, rounds.PROGRAM, "--group", "South").links) == {
        f"south.{number}@example.org" for number in range(2, 7)
    }


def test_the_mail_says_who_is_asked_and_who_sees_it(north: OpenRound, mailer: MemoryMailer) -> None:
    text = " ".join(rounds.text_of(mailer.mails[0].content).split())
    assert "This round is for your circle alone, North. 9 people are invited." in text
    assert "Your circle's mentors and the program team (totals and comments), nobody else" in text
    assert "all mentors" not in text


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("West", "has 4 people who can be asked; at least 5 are needed. Ask the whole program"),
        ("Wst", "no group with this name. Did you mean West?"),
    ],
)
def test_a_group_that_is_too_small_or_unknown_is_refused(
    app: Flask, circles: None, mailer: MemoryMailer, group: str, sentence: str
) -> None:
    arguments = ["chorus", "rounds", "launch", rounds.PROGRAM, "--group", group]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 1
    assert sentence in result.output
    assert mailer.mails == []


def test_while_it_is_open_and_six_days_after_there_is_no_other_round_of_the_form(
    north: OpenRound, clock: FixedClock
) -> None:
    def ask(group: str | None) -> None:
        group_id = group and group_named(group)
        with identity.begin() as session:
            program = find_program(session, rounds.PROGRAM)
            request_round(session, program, current_form(session), clock.now(), group_id=group_id)

    for group in (None, "North", "South"):
        with pytest.raises(RoundUnderWayError):
            ask(group)
    answer_all(north)
    for group in (None, "North", "South"):
        with pytest.raises(ClosingTimesError):
            ask(group)
    clock.advance(days=2)
    ask("South")


def test_its_mentor_reads_it_as_the_circles_own_with_comments(app: Flask, north: OpenRound) -> None:
    answer_all(north)
    status, page = circle_page(app, "mentor.north@example.org", "North")
    assert status == 200
    assert "Your circle&#39;s wellbeing score is" in page
    assert page.count(COMMENT) == 9
    assert "the circle&#39;s own" in page
    assert "All mentors of the program" not in page
    assert "Comments from the program" not in page


def test_its_own_mentors_alone_are_told_of_the_results(north: OpenRound) -> None:
    rounds.current_clock().move_to(rounds.closing_time(north))  # type: ignore[attr-defined]
    mailer = MemoryMailer()
    run_due_work(current_workplace().with_mailer(mailer))
    assert [mail.recipient for mail in mailer.mails] == ["mentor.north@example.org"]


def test_a_member_who_became_its_mentor_is_not_told_and_sees_nothing(
    app: Flask, north: OpenRound, mailer: MemoryMailer, clock: FixedClock, tmp_path: Path
) -> None:
    promoted = ROSTER.replace(
        "Person 1 North,Onboarding,North,member", "Now,Onboarding,North,mentor"
    )
    rounds.import_people(app, tmp_path, promoted)
    before = len(mailer.mails)
    answered = [address for address in north.links if address != "north.1@example.org"]
    rounds.answer(north, answered, {**rounds.GOOD, "pulse_comment": COMMENT})
    rounds.close(north)
    assert [mail.recipient for mail in mailer.mails[before:]] == ["mentor.north@example.org"]
    assert circle_page(app, "north.1@example.org", "North", "?round=1")[0] == 404
    _, page = circle_page(app, "north.1@example.org", "North")
    assert COMMENT not in page and "No results yet" in page


def test_it_is_no_part_of_its_programs_trend_standing_or_alerts(
    app: Flask, north: OpenRound
) -> None:
    with identity.begin() as session:
        before = shown(session)
    answer_all(north)
    with identity.begin() as session:
        assert fleet_points(session) == {}
        assert shown(session) == before
        assert session.scalars(select(Notice).where(Notice.kind == "alert")).all() == []


def test_its_people_are_no_last_time_for_the_programs_next_round(
    app: Flask, circles: None, mailer: MemoryMailer, clock: FixedClock
) -> None:
    answer_all(rounds.launch(app, mailer))
    clock.advance(days=7)
    answer_all(rounds.launch(app, mailer, rounds.PROGRAM, "--group", "North"))
    assert "joined" not in rounds.text_of(mailer.mails[-2].content)
    clock.advance(days=7)
    mailer.mails.clear()
    rounds.launch(app, mailer)
    text = " ".join(rounds.text_of(mailer.mails[0].content).split())
    assert "Since last time, nobody joined or left." in text


def test_a_lower_threshold_is_told_by_what_the_same_people_read_last(
    app: Flask, circles: None
) -> None:
    groups: dict[str | None, str | None] = {
        None: None,
        "North": group_named("North"),
        "South": group_named("South"),
    }
    with identity.begin() as session:
        program, form = find_program(session, rounds.PROGRAM), current_form(session)
        opens = rounds.current_clock().now()
        made = []
        for number, (k, group) in enumerate([(6, None), (5, "North"), (5, None), (5, "South")]):
            program.k = k
            made.append(
                request_round(
                    session,
                    program,
                    form,
                    opens + number * timedelta(days=14),
                    group_id=groups[group],
                )
            )
            made[-1].state = "closed"
        # The program's third compares with its first, not with the group's; South's with the third.
        made[2].state = made[3].state = "cancelled"
        assert [last_threshold(session, entry) for entry in made[1:]] == [5, 6, 6]
        made[2].state = "closed"
        assert last_threshold(session, made[3]) == 5


def test_a_round_that_replaces_an_aborted_one_keeps_group_closings_and_printed_codes(
    app: Flask, circles: None, clock: FixedClock
) -> None:
    north = group_named("North")
    with identity.begin() as session:
        program = find_program(session, rounds.PROGRAM)
        aborted = request_round(
            session,
            program,
            current_form(session),
            clock.now(),
            group_id=north,
            again_after=(7, 14),
            printed_codes=0,
        )
        aborted.state, aborted.printed_codes, aborted.invited = "aborting", 3, 9
        aborted_id, closes = aborted.id, aborted.closes_at
    clock.advance(hours=1)
    abort_rounds(current_workplace())
    with identity.begin() as session:
        assert session.get_one(Round, aborted_id).state == "aborted"
        fresh = session.scalars(select(Round).where(Round.state == "due")).one()
        assert (fresh.group_id, fresh.printed_codes) == (north, 3)
        assert fresh.replaces_earlier
        assert fresh.closes_at == closes + timedelta(hours=1)
        later = [fresh.closes_at + timedelta(days=days) for days in (7, 21)]
        assert fresh.later_closes == [moment.isoformat() for moment in later]


def test_a_cancelled_round_of_a_group_is_told_to_its_members_alone(
    north: OpenRound, mailer: MemoryMailer, clock: FixedClock
) -> None:
    before = len(mailer.mails)
    with identity.begin() as session:
        cancel_round(session, north.id, clock.now(), OPERATOR)
    run_due_work(current_workplace())
    assert {mail.recipient for mail in mailer.mails[before:]} == set(north.links)
