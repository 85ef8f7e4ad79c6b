"""One module decides: only opening reads answers; every output reads the stored release alone."""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.alerts.service import review_program
from app.clock import current_clock
from app.extensions import ballots, identity
from app.jobs.notices import send_owed_notices
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.identity.alert import Alert
from app.models.identity.group import Group
from app.models.identity.notice import Notice
from app.models.identity.pool import Pool
from app.models.identity.release import Release
from app.models.identity.round import Round
from app.models.identity.share import Share
from tests import rounds
from tests.accounts import add_mentor, sign_in_admin, sign_in_mentor
from tests.house.test_floors import ROOT, imports, modules
from tests.releases import EVERYBODY_ELSE, FIRST_DAY, Answered, add_released_round, program_of

MENTOR, ADMIN = "mentor@corp.example", "admin@corp.example"
PROGRAMS_PAGE = "program's page with its chart"
LOW_FROM, ROUNDS = 8, 12

# Which rooms may import what holds answers; everything else of app/ may not.
READERS: Mapping[str, tuple[str, ...]] = {
    "app.models.ballots.ballot": ("app/opening/", "app/respond/"),  # respond stores, and opens none
    "surveys.answers": ("app/opening/", "app/example/"),  # invented ballots, made and forgotten
    "surveys.tally": ("app/opening/", "app/example/"),
    "surveys.tables": (),
    "surveys.sentiment_tables": (),
    "surveys.theme_tables": (),
    "surveys.tabulation": ("app/opening/", "app/example/"),
    "surveys.disclosure.shown_cells": (),  # the rules decide inside surveys/, at the close
    "surveys.placement": (),
    "app.models.identity.release": (
        "app/opening/",
        "app/results/service.py",
        "app/trust/public_rounds.py",  # its checks, not its cells
        "app/backups/contents.py",  # its state
        "app/jobs/retention.py",  # its day
        "app/rounds/replacing.py",  # whether there is one
    ),
}
# Who may look into a release's tables at all.
TABLE_READERS = {"app/results/service.py", "app/results/commands.py", "app/trust/public_rounds.py"}


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", READERS)
def test_nothing_but_opening_imports_what_reads_answers(name: str) -> None:
    allowed = ("app/models/", *READERS[name])
    found = {place(path) for path in modules("app") if name in set(imports(path))}
    assert [path for path in sorted(found) if not path.startswith(allowed)] == []
    if READERS[name]:  # a control: the search finds those who do
        assert found


def _looks_into_tables(path: Path) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "tables"
        and not (isinstance(node.value, ast.Attribute) and node.value.attr == "metadata")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_one_function_hands_out_the_cells_of_a_release() -> None:
    rooms = {"opening", "example", "backups"}  # a backup's manifest has tables of its own
    outside = [path for path in modules("app") if not rooms & set(path.parts)]
    assert {place(path) for path in outside if _looks_into_tables(path)} == TABLE_READERS


def test_no_query_names_the_table_of_ballots_in_words() -> None:
    words = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+[\"`]?ballot\b", re.IGNORECASE)
    assert [place(path) for path in modules("app") if words.search(path.read_text("utf-8"))] == []


@pytest.fixture
def circle(app: Flask) -> str:
    """A circle of a declining program, two more programs beside it; today is soon after."""
    group = add_mentor(MENTOR, "Circle", "Onboarding")
    for number in range(ROUNDS):
        rating = 4 if number < LOW_FROM else 2
        everybody = {group: Answered(22, rating), EVERYBODY_ELSE: Answered(24, rating)}
        add_released_round(program_of(group), everybody)
    for name in ("Beacon", "Compass"):
        other = add_mentor(f"{name.lower()}@corp.example", name, name)
        for _ in range(ROUNDS):
            add_released_round(program_of(other), {EVERYBODY_ELSE: Answered(20, 3)})
    with identity.begin() as session:
        last = session.scalars(select(Release.closed_on).order_by(Release.closed_on.desc())).first()
    assert last is not None and last > FIRST_DAY
    ahead = last - current_clock().now().date()
    current_clock().move_to(current_clock().now() + ahead)  # type: ignore[attr-defined]
    sign_in_admin(app.test_client(), ADMIN)  # who gets the mails
    return group


def outputs(app: Flask, mailer: MemoryMailer, group: str) -> dict[str, str]:
    """Return everything that tells results: pages, charts, JSON, the alert and its mail."""
    program = program_of(group)
    with identity.begin() as session:
        session.execute(delete(Notice))
        session.execute(delete(Alert))
        review_program(session, program, current_clock().now().date())
    send_owed_notices(current_workplace())
    with identity.begin() as session:
        alert = session.scalars(select(Alert)).one()
        latest = session.scalars(
            select(Round.id)
            .join(Pool, Pool.round_id == Round.id)
            .join(Release, Release.pool_id == Pool.pool_id)
            .where(Round.program_id == program, Release.state == "published")
            .order_by(Round.number.desc())
        ).first()
    admin, mentor = app.test_client(), app.test_client()
    sign_in_admin(admin, ADMIN)
    sign_in_mentor(mentor, MENTOR)
    mail = message_from_bytes(mailer.mails[-1].content, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    pages = {
        "mentor's page": mentor.get(f"/circles/{group}"),
        "results of the program": admin.get(f"/programs/{program}/results"),
        "results of the group": admin.get(f"/programs/{program}/results?group={group}"),
        PROGRAMS_PAGE: admin.get(f"/programs/{program}"),
        "overview": admin.get("/programs"),
        "alert's page": admin.get(f"/alerts/{alert.id}"),
    }
    told = {name: answer.text.partition("<main")[2] for name, answer in pages.items()}
    assert all(told.values()), [name for name, text in told.items() if not text]
    told |= {
        "JSON of the command": rounds.run(app, "results", str(latest), "--json"),
        "alert": json.dumps(alert.evidence),
        "mail about the alert": str(body.get_content()),
    }
    told["trend as drawn"] = _drawn(told[PROGRAMS_PAGE])
    told["organisation's line"] = _organisation(told["overview"])
    return {name: _without_identifiers(text, alert.id) for name, text in told.items()}


def _drawn(page: str) -> str:
    found = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert found is not None
    return found[0]


def _organisation(page: str) -> str:
    found = re.search(r"The whole organisation: <strong>(.*?)</strong>", page)
    assert found is not None
    return found[1]


def _without_identifiers(text: str, alert_id: str) -> str:
    tokens = re.sub(r'name="csrf_token" value="[^"]*"', "", text)
    return tokens.replace(alert_id, "ALERT")


def otherwise(tables: dict[str, Any], shift: float) -> dict[str, Any]:
    """Return a release in which every mean stands elsewhere."""
    changed: dict[str, Any] = json.loads(json.dumps(tables))
    for cell in changed["cells"].values():
        for table in (cell["score"], *cell["items"].values()):
            if "mean" in table:
                table["mean"] += shift * table["step"]
    return changed


def test_a_changed_release_changes_every_output(
    app: Flask, mailer: MemoryMailer, circle: str
) -> None:
    before = outputs(app, mailer, circle)
    with identity.begin() as session:
        for number, row in enumerate(
            session.scalars(
                select(Release)
                .join(Pool, Pool.pool_id == Release.pool_id)
                .join(Round, Round.id == Pool.round_id)
                .where(Round.program_id == program_of(circle))
                .order_by(Round.number)
            )
        ):
            row.tables = otherwise(row.tables, 4.0 if number < LOW_FROM else -4.0)
    after = outputs(app, mailer, circle)
    # The mail has no figure: another round at which the fall began changes it (its own test).
    same = [name for name in before if before[name] == after[name]]
    assert same == ["mail about the alert"]


def _more_ballots() -> None:
    with ballots.begin() as session, identity.begin() as other:
        for pool_id in other.scalars(select(Pool.pool_id)):
            for number in range(6):
                serial = bytes([number]) * 32
                session.add(Ballot(pool_id=pool_id, serial=serial, sealed=b"x" * 600))


def _more_papers() -> None:
    with identity.begin() as session:
        for pool_id in session.scalars(select(Pool.pool_id)).all():
            for number in range(6):
                row = Share(pool_id=pool_id, id=bytes([number]) * 16, cell=0, share=b"x" * 60)
                session.add(row)


def _release_not_published() -> None:
    """A close that is between its steps: nothing of it may be read yet."""
    with identity.begin() as session:
        first = session.scalars(select(Group)).first()
        assert first is not None
        program = first.program_id
        form = session.scalars(select(Round.form_id)).first()
        times = session.scalars(select(Round).order_by(Round.number.desc())).first()
        assert form is not None and times is not None
        fresh = Round(
            program_id=program, form_id=form, number=99, state="closed", k=5,
            opens_at=times.opens_at, closes_at=times.closes_at, invited=40,
        )  # fmt: skip
        session.add(fresh)
        session.flush()
        session.add(
            Pool(pool_id=bytes(16), round_id=fresh.id, state="ended", closes_at=times.closes_at)
        )
        row = session.scalars(select(Release)).first()
        assert row is not None
        session.add(
            Release(
                pool_id=bytes(16),
                state="sealed off",
                closed_on=row.closed_on,
                tables=otherwise(row.tables, -8.0),
                comments=None,
            )
        )


@pytest.mark.parametrize("change", [_more_ballots, _more_papers])
def test_ballots_and_papers_change_no_output(
    app: Flask, mailer: MemoryMailer, circle: str, change: Callable[[], None]
) -> None:
    before = outputs(app, mailer, circle)
    change()
    assert outputs(app, mailer, circle) == before


def test_a_release_that_is_not_published_yet_is_in_no_results(
    app: Flask, mailer: MemoryMailer, circle: str
) -> None:
    before = outputs(app, mailer, circle)
    _release_not_published()
    after = outputs(app, mailer, circle)
    # That page lists the round itself, as it lists one that is open.
    assert {name for name in before if before[name] != after[name]} <= {PROGRAMS_PAGE}


@pytest.fixture(autouse=True)
def nobody_opens(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail whoever unseals anything while results are read."""

    def refuse(*_: object) -> None:
        raise AssertionError("a ballot was opened")

    monkeypatch.setattr("crypto.sealing.unseal", refuse)
    yield
