"""A roster in the browser: what the preview says is what is done; nothing is lost on a fault."""

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.audit import audit_page
from app.extensions import identity
from app.jobs.upkeep import forget_rosters
from app.jobs.workplace import current_workplace
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.roster_upload import RosterUpload
from app.people import workbook_text
from app.people.roster_file import read_roster
from app.people.roster_text import MAX_BYTES
from app.vault import current_vault
from tests.accounts import form_token, sign_in_admin, sign_in_mentor
from tests.applications import FixedClock

HEAD = ("Email", "Name", "Program", "Group", "Role", "Time zone", "Language")
FIRST = (
    HEAD,
    ("mina@corp.example", "Mina Roth", "Onboarding", "North", "mentor", "Europe/Berlin", "de"),
    ("ada@corp.example", "Ada Lind", "Onboarding", "North", "member", "", ""),
    ("ben@corp.example", "Ben Ito", "Onboarding", "North", "member", "Asia/Tokyo", "en"),
    ("cleo@corp.example", "Cleo Diaz", "Onboarding", "South", "member", "", ""),
)
# Ada stays, Ben moves, Mina is called otherwise, Cleo leaves, Dora is new.
THEN = (
    HEAD,
    ("mina@corp.example", "Mina Lund", "Onboarding", "North", "mentor", "", ""),
    ("ada@corp.example", "Ada Lind", "Onboarding", "North", "member", "", ""),
    ("ben@corp.example", "Ben Ito", "Onboarding", "South", "member", "", ""),
    ("dora@corp.example", "Dora Kim", "Onboarding", "South", "member", "", ""),
)


def as_csv(rows: tuple[tuple[str, ...], ...], encoding: str = "utf-8", mark: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(rows)
    return text.getvalue().encode(encoding)


def as_workbook(rows: tuple[tuple[object, ...], ...]) -> bytes:
    book = Workbook()
    book.active.append(["Read me first"])
    sheet = book.create_sheet("Roster")
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """A browser in which an admin is signed in."""
    client = app.test_client()
    sign_in_admin(client)
    return client


def send(app: Flask, client: FlaskClient, content: bytes, name: str = "people.csv", **more: str):
    data = {"csrf_token": form_token(app, client), "file": (io.BytesIO(content), name), **more}
    return client.post("/people/import", data=data)


def agree(app: Flask, client: FlaskClient, where: str, **more: str) -> TestResponse:
    mark = re.search(r'name="mark" value="(\w+)"', client.get(where).text)
    assert mark is not None
    data = {"csrf_token": form_token(app, client), "mark": mark[1], **more}
    return client.post(where, data=data)


def counts(page: str) -> list[int]:
    """Return how many are new, changed, moved, leaving and unchanged."""
    return [int(number) for number in re.findall(r"<dd>([\d,]+)</dd>", page)]


def stored() -> int:
    with identity.read() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def waiting() -> int:
    with identity.read() as session:
        return session.scalar(select(func.count()).select_from(RosterUpload)) or 0


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (as_csv(FIRST), "UTF-8"),
        (as_csv(FIRST, "utf-16", ";"), "UTF-16"),
        (as_csv((*FIRST, ("zoe@corp.example", "Zoë", "Onboarding")), "cp1252"), "Windows-1252"),
        (as_workbook(FIRST), "XLSX"),
    ],
    ids=["utf-8", "utf-16", "windows-1252", "workbook"],
)
def test_a_file_is_previewed_then_imported_then_kept_no_longer(
    app: Flask, admin: FlaskClient, content: bytes, read_as: str
) -> None:
    sent = send(app, admin, content)
    page = admin.get(sent.location).text
    people = 5 if read_as == "Windows-1252" else 4
    assert f"read as {read_as}" in page
    assert counts(page) == [people, 0, 0, 0, 0]
    assert "Onboarding, North (mentor)" in page
    assert stored() == 0
    done = agree(app, admin, sent.location)
    assert (done.status_code, done.location) == (302, "/people")
    assert stored() == people
    assert waiting() == 0


def test_a_preview_says_person_by_person_what_changes(app: Flask, admin: FlaskClient) -> None:
    agree(app, admin, send(app, admin, as_csv(FIRST)).location)
    where = send(app, admin, as_csv(THEN)).location
    pages = {kind: admin.get(f"{where}?show={kind}").text for kind in KINDS}
    assert counts(pages["new"]) == [1, 1, 1, 1, 1]
    assert "Import these 4 changes" in pages["new"]
    for kind, said in KINDS.items():
        rows = pages[kind].partition("<tbody>")[2].partition("</tbody>")[0]
        assert [text for text in said if text not in rows] == []
        assert rows.count("<tr>") == 1
    agree(app, admin, where)
    with identity.read() as session:
        log = audit_page(session, current_vault().roster_key()).lines
        memberships = session.scalars(select(Membership.role)).all()
    assert "people: 1 added, 1 changed, 1 left; new mentors: 0" in [line.subject for line in log]
    assert sorted(memberships) == ["member", "member", "member", "mentor"]


KINDS = {
    "new": ("Dora Kim", "dora@corp.example", "Onboarding, South"),
    "changed": ("Mina Roth", "Mina Lund"),
    "moved": ("Ben Ito", "Onboarding, North", "Onboarding, South"),
    "leaving": ("Cleo Diaz", "Onboarding, South"),
}


def test_what_was_not_previewed_is_not_imported(app: Flask, admin: FlaskClient) -> None:
    agree(app, admin, send(app, admin, as_csv(FIRST)).location)
    where = send(app, admin, as_csv(THEN)).location
    page = admin.get(where).text
    mark = re.search(r'name="mark" value="(\w+)"', page)
    assert mark is not None
    agree(app, admin, send(app, admin, as_csv(FIRST[:-1])).location)  # somebody else is quicker
    data = {"csrf_token": form_token(app, admin), "mark": mark[1]}
    refused = admin.post(where, data=data)
    assert refused.status_code == 409
    assert "The roster has changed since you looked" in refused.text
    assert counts(refused.text) == [1, 1, 1, 0, 1]  # the preview as it stands now
    assert stored() == 4
    assert agree(app, admin, where).status_code == 302
    assert stored() == 5


def test_most_people_leave_only_where_that_is_said(app: Flask, admin: FlaskClient) -> None:
    many = tuple((f"p{at}@corp.example", f"P {at}", "Onboarding", "North") for at in range(8))
    agree(app, admin, send(app, admin, as_csv((HEAD, *many))).location)
    where = send(app, admin, as_csv((HEAD, *many[:2]))).location
    refused = agree(app, admin, where)
    assert refused.status_code == 422 and "Most people would leave" in refused.text
    assert agree(app, admin, where, leavers="yes").status_code == 302


def test_faults_are_told_by_line_and_nothing_is_changed(app: Flask, admin: FlaskClient) -> None:
    faulty = (HEAD, *(("nobody", "=1+1", "Onboarding", "North", "boss"),) * 40)
    where = send(app, admin, as_csv(faulty)).location
    page = admin.get(f"{where}?page=2").text
    assert "120 faults in people.csv. Nothing was changed." in page
    assert "Page 2 of 3" in page and "nobody" not in page
    table = admin.get(f"{where}/faults.csv").get_data().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(table)))
    assert len(lines) == 121 and lines[1][0] == "2"
    data = {"csrf_token": form_token(app, admin), "mark": "x"}
    assert admin.post(where, data=data).location == where
    assert stored() == 0


def test_a_file_waits_for_an_hour_and_for_nobody_else(
    app: Flask, admin: FlaskClient, clock: FixedClock
) -> None:
    where = send(app, admin, as_csv(FIRST)).location
    other = app.test_client()
    sign_in_admin(other, "other.admin@corp.example")
    assert other.get(where).location == "/people/import"
    clock.advance(minutes=59)
    forget_rosters(current_workplace())
    assert admin.get(where).status_code == 200
    clock.advance(minutes=1)
    assert admin.get(where).location == "/people/import"
    forget_rosters(current_workplace())
    assert waiting() == 0


def test_a_file_can_be_thrown_away_and_three_are_kept_at_most(
    app: Flask, admin: FlaskClient
) -> None:
    places = [send(app, admin, as_csv(FIRST)).location for _ in range(4)]
    assert waiting() == 3
    data = {"csrf_token": form_token(app, admin)}
    assert admin.post(f"{places[-1]}/cancel", data=data).location == "/people/import"
    assert waiting() == 2 and stored() == 0


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_only_an_admins_request_may_be_large(app: Flask, admin: FlaskClient) -> None:
    large = as_csv((HEAD, *((f"p{at}@corp.example", "P" * 60) for at in range(3000))))
    assert 64 * 1024 < len(large) < MAX_BYTES
    assert send(app, admin, large).status_code == 302
    mentor = app.test_client()
    sign_in_mentor(mentor, "mentor@corp.example")
    for client in (mentor, app.test_client()):
        assert send(app, client, large).status_code == 413
    token = {"csrf_token": form_token(app, admin), "name": "x" * 70_000}
    assert admin.post("/people/new", data=token).status_code == 413
    assert send(app, admin, b"", "").status_code == 422


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_is_larger_than_a_roster_is_refused_in_words(
    app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.people.import_routes.MOST_BODY_BYTES", 70_000)
    answer = send(app, admin, b"Email\n" + b"a" * 80_000)
    assert answer.status_code == 413 and "The file is larger than 20 MB." in answer.text


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed({"xl/worksheets/sheet1.xml": bytes(5_000_000)}), "far more than a roster"),
        (packed({f"part{at}": b"" for at in range(1_100)}), "far more than a roster"),
        (packed({"word/document.xml": b"<a/>"}), "The workbook is damaged"),
        (as_workbook(FIRST)[:-40], "no workbook"),
        (b"\xd0\xcf\x11\xe0 password", "of an old kind or has a password"),
        (as_workbook((("Name",), ("Ada",))), "There is no column for the mail address"),
    ],
    ids=["bomb", "many parts", "a document", "cut off", "old", "no address"],
)
def test_a_workbook_that_can_t_be_one_is_refused_in_words(
    content: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_text, "MOST_UNPACKED", 4_000_000)
    (fault,) = read_roster(content).faults
    assert said in fault.sentence


def test_a_workbooks_numbers_days_and_wide_rows_are_read() -> None:
    rows = (
        (*HEAD[:2], *(f"More {at}" for at in range(80))),
        ("ada@corp.example", 12.0, timedelta(days=1), *range(79)),
    )
    roster = read_roster(as_workbook(rows))
    assert [(one.address, one.name) for one in roster.people] == [("ada@corp.example", "12")]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=400).map(lambda tail: b"PK\x03\x04" + tail),
        st.tuples(st.integers(0, 6000), st.binary(min_size=1, max_size=8)).map(
            lambda hit: as_workbook(FIRST)[: hit[0]] + hit[1] + as_workbook(FIRST)[hit[0] + 1 :]
        ),
        st.text(max_size=200).map(lambda text: f"Email,Name\n{text}".encode()),
    )
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_whatever_is_sent_is_answered_by_a_page(
    app: Flask, admin: FlaskClient, content: bytes
) -> None:
    sent = send(app, admin, content)
    assert sent.status_code == 302
    assert admin.get(sent.location).status_code == 200
    assert stored() == 0


def set_up(app: Flask, admin: FlaskClient, name: str = "Onboarding") -> str:
    """Begin to set a program up; return its pages' address."""
    typed = {"name": name, "time_zone": "Europe/Berlin", "k": "5", "open_days": "4"}
    made = admin.post("/programs/new", data={"csrf_token": form_token(app, admin), **typed})
    assert made.location.endswith("/setup/people"), made.text
    return str(made.location.removesuffix("/setup/people"))


MANY = (HEAD, *((f"p{at}@corp.example", f"P {at}", "Onboarding", "North") for at in range(6)))


def test_an_import_for_a_program_that_is_set_up_leads_on_to_its_next_step(
    app: Flask, admin: FlaskClient
) -> None:
    home = set_up(app, admin)
    program = home.rpartition("/")[2]
    choosing = f"/people/import?setup={program}"
    assert f'href="{choosing}"' in admin.get(f"{home}/setup/people").text
    page = admin.get(choosing).text
    assert f'name="setup" value="{program}"' in page and f'href="{home}/setup/people"' in page
    refused = send(app, admin, b"", "", setup=program)  # nothing chosen: it is still known
    assert refused.status_code == 422 and f'name="setup" value="{program}"' in refused.text
    faulty = admin.get(send(app, admin, b"Email\nnobody\n", setup=program).location).text
    assert f'href="{choosing}"' in faulty
    where = send(app, admin, as_csv(MANY), setup=program).location
    data = {"csrf_token": form_token(app, admin), "setup": program}
    assert admin.post(f"{where}/cancel", data=data).location == choosing
    where = send(app, admin, as_csv(MANY), setup=program).location
    assert agree(app, admin, where).location == f"{home}/setup/circles"
    again = admin.get(send(app, admin, as_csv(MANY), setup=program).location).text
    assert f'href="{home}/setup/circles">Go on setting it up' in again


def test_an_import_that_brings_the_program_too_few_leads_back_to_its_people(
    app: Flask, admin: FlaskClient
) -> None:
    home = set_up(app, admin, "On-boarding")  # the file spells it otherwise
    where = send(app, admin, as_csv(MANY), setup=home.rpartition("/")[2]).location
    assert agree(app, admin, where).location == f"{home}/setup/people"


def test_somebody_added_by_hand_for_a_program_that_is_set_up_leads_back_to_its_people(
    app: Flask, admin: FlaskClient
) -> None:
    home = set_up(app, admin)
    program = home.rpartition("/")[2]
    by_hand = f"/people/new?setup={program}"
    assert f'href="{by_hand}"' in admin.get(f"{home}/setup/people").text
    page = admin.get(by_hand).text
    assert f'name="setup" value="{program}"' in page and f'href="{home}/setup/people"' in page
    ida = {"name": "Ida Falk", "address": "ida@corp.example", "time_zone": "Europe/Berlin"}
    typed = {"csrf_token": form_token(app, admin), "setup": program, "language": "en", **ida}
    refused = admin.post("/people/new", data=typed | {"address": "ida"})
    assert refused.status_code == 422 and f'name="setup" value="{program}"' in refused.text
    placing = admin.post("/people/new", data=typed).location
    assert f'name="setup" value="{program}"' in admin.get(placing).text
    place = {"role": "member", "program": program, "group": ""}
    saved = admin.post(placing.partition("?")[0], data=typed | place)
    assert saved.location == f"{home}/setup/people"
    assert "1 person is in it" in admin.get(saved.location).text


@pytest.mark.parametrize(
    "asked", ["nosuchprogram", "//evil.example", "https://evil.example/", "../..", "\r\nX: y", ""]
)
def test_an_import_leads_to_no_place_that_a_request_names(
    app: Flask, admin: FlaskClient, asked: str
) -> None:
    assert 'name="setup"' not in admin.get("/people/import", query_string={"setup": asked}).text
    where = send(app, admin, as_csv(MANY), setup=asked).location
    assert "evil" not in admin.get(where).text
    assert agree(app, admin, where, setup=asked).location == "/people"
    data = {"csrf_token": form_token(app, admin), "setup": asked}
    assert admin.post(f"{where}/cancel", data=data).location == "/people/import"
    assert 'name="setup"' not in admin.get("/people/new", query_string={"setup": asked}).text
