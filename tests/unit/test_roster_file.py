"""A roster file is read as people write it, and each fault says where it is and how to mend it."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis.strategies import binary, lists, sampled_from, text, tuples

from app.people.roster import RosterPerson, RosterPlace
from app.people.roster_file import read_roster

ADA = RosterPerson("ada@chorus.example", "Ada Lind")
HEADER = "Email,Name,Program,Group,Role,Time zone,Language\n"


def faults(text: str, **options: object) -> list[tuple[int | None, str]]:
    roster = read_roster((HEADER + text).encode(), **options)
    return [(fault.line, fault.sentence) for fault in roster.faults]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Email,Name\nada@chorus.example,Zoë Grün\n".encode(), "UTF-8"),
        ("Email,Name\nada@chorus.example,Zoë Grün\n".encode("utf-8-sig"), "UTF-8"),
        ("Email;Name\nada@chorus.example;Zoë Grün\n".encode("utf-16"), "UTF-16"),
        ("\ufeffEmail\tName\r\nada@chorus.example\tZoë Grün\r\n".encode("utf-16-be"), "UTF-16"),
        ("Email;Name\r\nada@chorus.example;Zoë Grün\r\n".encode("cp1252"), "Windows-1252"),
        ("Email,Name\nada@chorus.example,Zoë Grün\x81\n".encode("latin-1"), "Latin-1"),
    ],
)
def test_every_usual_encoding_is_read_and_named(content: bytes, encoding: str):
    roster = read_roster(content)
    assert roster.encoding == encoding
    if encoding == "Latin-1":
        assert [fault.line for fault in roster.faults] == [2]
        return
    assert roster.people == (RosterPerson("ada@chorus.example", "Zoë Grün"),)
    assert bool(roster.notes) == (encoding == "Windows-1252")


@pytest.mark.parametrize(
    "text",
    [
        "Email,Name\nada@chorus.example,Ada Lind\n",
        "E-Mail;Name\nada@chorus.example;Ada Lind",
        "E-mail address\tFull name\r\nada@chorus.example\tAda Lind\r\n",
        "Mail,First name,Last name\nada@chorus.example,Ada,Lind\n",
        "MAIL;VORNAME;NACHNAME\nada@chorus.example;Ada;Lind\n",
        "e-mail-adresse;Vollständiger Name\nada@chorus.example;Ada Lind\n",
        "\n\n ; \nE_Mail ;  name\n\nada@chorus.example;Ada Lind\n;\n",
        'sep=;\r\n"E-Mail";"Name"\r\n"ada@chorus.example";"Ada Lind"\r\n',
        "Name,Email\n Ada   Lind , ADA@Chorus.Example \n",
        "Name,Email\nAda\xa0Lind,\u200bada@chorus.example\n",
        "Email\rada@chorus.example\r".replace("Email", "Email,Name").replace(
            "example", "example,Ada Lind"
        ),
        "Staff number;Name;Email;Salary\n17;Ada Lind;ada@chorus.example;\n",
        "Email,Name\nada@chorus.example,Ada Lind\nAda@chorus.example,\n",
        'Email,Name\n"ada@chorus.example","Ada\nLind"\n',
        "Email,Name,Group or circle\nada@chorus.example,Ada Lind\n",
    ],
)
def test_every_usual_way_of_writing_it_is_read_alike(text: str):
    roster = read_roster(text.encode())
    assert roster.faults == ()
    assert roster.people == (ADA,)


@pytest.mark.parametrize(
    ("header", "row", "place", "zone", "language"),
    [
        (
            "Email,Program,Group,Role,Time zone,Language",
            "Onboarding,Blue,Mentor,Europe/Berlin,de",
            ("Onboarding", "Blue", "mentor"),
            "Europe/Berlin",
            "de",
        ),
        (
            "E-Mail,Programm,Kreis,Rolle,Zeitzone,Sprache",
            "Onboarding,Blau,Mentor:in,W. Europe Standard Time,Deutsch",
            ("Onboarding", "Blau", "mentor"),
            "Europe/Berlin",
            "de",
        ),
        (
            "Mail,Programme,Circle,role,tz,locale",
            "Onboarding,Blue,Mitglied,asia/tokyo,pt_BR",
            ("Onboarding", "Blue", "member"),
            "Asia/Tokyo",
            "pt-br",
        ),
        (
            "Mail,Program,Gruppe,Role,Timezone,Language",
            "Onboarding,,,America/New York,Französisch",
            ("Onboarding", None, "member"),
            "America/New_York",
            "fr",
        ),
    ],
)
def test_columns_roles_zones_and_languages_have_many_spellings(header, row, place, zone, language):
    roster = read_roster(f"{header}\nada@chorus.example,{row}\n".encode())
    assert roster.faults == ()
    assert roster.places == (RosterPlace("ada@chorus.example", *place),)
    assert (roster.people[0].time_zone, roster.people[0].language) == (zone, language)


def test_a_person_may_stand_in_several_rows():
    roster = read_roster(
        (
            HEADER + "mina@chorus.example,,Onboarding,Blue,mentor,,\n"
            "MINA@chorus.example,Mina Roth,ONBOARDING,Green,mentor,UTC,\n"
            "mina@chorus.example,Mina Roth,Leadership,Red,member,,en\n"
            "ben@chorus.example,Ben,onboarding,BLUE,,,\n"
        ).encode()
    )
    assert roster.faults == ()
    assert roster.people == (
        RosterPerson("mina@chorus.example", "Mina Roth", "UTC", "en"),
        RosterPerson("ben@chorus.example", "Ben"),
    )
    assert roster.places == (
        RosterPlace("mina@chorus.example", "Onboarding", "Blue", "mentor"),
        RosterPlace("mina@chorus.example", "Onboarding", "Green", "mentor"),
        RosterPlace("mina@chorus.example", "Leadership", "Red", "member"),
        RosterPlace("ben@chorus.example", "Onboarding", "Blue", "member"),
    )
    assert roster.notes == ()


def test_repeated_rows_are_read_once_and_noted():
    row = "ada@chorus.example,Ada Lind,Onboarding,Blue,member,,\n"
    roster = read_roster((HEADER + row + row.upper().replace("ADA LIND", "Ada Lind")).encode())
    assert roster.faults == ()
    assert len(roster.places) == 1
    assert roster.notes == ("1 row says what an earlier one said; read once.",)


@pytest.mark.parametrize(
    ("rows", "line", "part"),
    [
        (",Ada,,,,,", 2, "address is missing"),
        ("ada.chorus.example,Ada,,,,,", 2, "it has no @"),
        ("ada@@chorus.example,Ada,,,,,", 2, "before the @"),
        ("ada lind@chorus.example,Ada,,,,,", 2, "before the @"),
        ("ada@localhost,Ada,,,,,", 2, "after the @"),
        ("ada@chorus..example,Ada,,,,,", 2, "after the @"),
        ("ädä@chorus.example,Ada,,,,,", 2, "letters that many mail relays refuse"),
        ("ada@chorus.example,=1+1,,,,,", 2, 'begins with "="'),
        ("ada@chorus.example,Ada,@SUM(A1),,,,", 2, 'program begins with "@"'),
        ("ada@chorus.example,A\x07da,,,,,", 2, "can't be seen"),
        ("ada@chorus.example,A\u202eda,,,,,", 2, "can't be seen"),
        ("ada@chorus.example,Ada,Onboarding," + "g" * 121 + ",,,", 2, "longer than 120"),
        ("ada@chorus.example,Ada,,Blue,,,", 2, "group has no program"),
        ("ada@chorus.example,Ada,Onboarding,,mentor,,", 2, "mentor needs a group"),
        ("ada@chorus.example,Ada,Onboarding,Blue,boss,,", 2, "write mentor or member"),
        ("ada@chorus.example,Ada,,,,Berlin,", 2, "Did you mean Europe/Berlin?"),
        ("ada@chorus.example,Ada,,,,Europe/Berlln,", 2, "Did you mean Europe/Berlin?"),
        ("ada@chorus.example,Ada,,,,Middle-earth,", 2, "looks like Europe/Berlin"),
        ("ada@chorus.example,Ada,,,,,Klingon", 2, "such as en or de"),
        ("ada@chorus.example,Ada,,,,,,more", 2, "more cells"),
        ('ada@chorus.example,"Ada,,,,,\n', 2, "quotes"),
        ('ada@chorus.example,"A"da,,,,,\n', 2, "quotes"),
        ("ada@chorus.example,Ada,,,,,\nada@chorus.example,Eve,,,,,", 3, "another name on line 2"),
        (
            "ada@chorus.example,Ada,,,,UTC,\nada@chorus.example,,,,,Asia/Tokyo,",
            3,
            "another time zone on line 2",
        ),
        (
            "ada@chorus.example,Ada,P,Blue,,,\nada@chorus.example,Ada,P,Green,,,",
            3,
            "Line 2 puts this person elsewhere",
        ),
        (
            "ada@chorus.example,Ada,P,Blue,,,\nada@chorus.example,Ada,p,blue,mentor,,",
            3,
            "both mentor and member",
        ),
        ('ada@chorus.example,"A\n\nda",,,,,\nben,Ben,,,,,', 5, "it has no @"),
        ("\n\n\nben,Ben,,,,,", 5, "it has no @"),
    ],
)
def test_a_fault_says_on_which_line_and_what(rows: str, line: int, part: str):
    (found,) = faults(rows)
    assert found[0] == line
    assert part in found[1]


def test_every_fault_of_the_file_is_told_at_once():
    found = faults("ada,Ada,,Blue,boss,Mars,xx1\nben,Ben,,,,,\n")
    assert [line for line, _ in found] == [2, 2, 2, 2, 3]


def test_no_fault_quotes_the_row():
    found = faults("secret-name,Secret Name,Secret Program,,Secret,Secret,Secret\n")
    assert len(found) == 4
    assert not any("secret" in sentence.casefold() for _, sentence in found)


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        (b"", None, "empty"),
        (b"\n\n", None, "empty"),
        (b"Email,Name\n", None, "names no person"),
        (b"Name;Kreis\nAda;Blue\n", 1, "found: name, group; name the columns"),
        (b"One,Two\nada,b\n", 1, 'found: "One", "Two"; name the columns'),
        (b"ada@chorus.example,Ada\n", 1, "holds an address where names"),
        (b"Email,Mail\na@chorus.example,b@chorus.example\n", 1, "Two columns mean the address"),
        (b"Email,Group\nada@chorus.example,Blue\n", 1, "add a column Program"),
        (b"PK\x03\x04rest", None, "save the sheet as XLSX or CSV"),
        (b"\xff\xfeE", None, "save it as CSV UTF-8"),
        (b"\xef\xbb\xbfEmail\n\xff", None, "save it as CSV UTF-8"),
        (b"E\0m\0a\0i\0l\0", None, "save it as CSV UTF-8"),
        (b"Email\n" + b"a" * 20 * 1024 * 1024, None, "larger than 20 MB"),
    ],
)
def test_a_file_that_is_no_roster_says_what_is_missing(content: bytes, line, part: str):
    (fault,) = read_roster(content).faults
    assert fault.line == line
    assert part in fault.sentence


def test_more_rows_than_the_cap_are_one_fault():
    rows = "\n".join(["ada@chorus.example"] * 200_001)
    (fault,) = read_roster(f"Email\n{rows}".encode()).faults
    assert "more than 200,000 rows" in fault.sentence


def test_reading_stops_when_faults_are_too_many_to_be_useful():
    found = faults("no address,,,,,,\n" * 600)
    assert len(found) == 501
    assert found[-1] == (502, "There are too many faults to go on; mend these first.")


def test_addresses_outside_the_allowed_domains_are_faults():
    rows = "ada@chorus.example,,,,,,\nben@Other.example,,,,,,\n"
    assert faults(rows) == []
    ((line, sentence),) = faults(rows, domains=("chorus.example",))
    assert line == 3
    assert "CHORUS_MAIL_DOMAINS" in sentence


def test_columns_without_use_are_noted_and_their_content_is_not():
    roster = read_roster(b"Email,Salary,Health\nada@chorus.example,100,fine\n")
    assert roster.notes == ("Not used: 2 columns with another name.",)


@given(binary(max_size=400) | text(max_size=400).map(str.encode))
def test_whatever_stands_in_a_file_it_is_read_or_refused_with_a_fault(content: bytes):
    for beginning in (b"", HEADER.encode()):
        roster = read_roster(beginning + content)
        assert roster.people or roster.faults


ROWS = lists(
    tuples(
        sampled_from(["ada@chorus.example", " ADA@chorus.example", "ben@chorus.example", "x"]),
        sampled_from(["", "Ada", "Ben\nIto", '"', "=x"]),
        sampled_from(["", "P", "p", "Q;R"]),
        sampled_from(["", "Blue", "green,red"]),
        sampled_from(["", "mentor", "member", "chief"]),
    ),
    min_size=1,
    max_size=8,
)


@given(ROWS, sampled_from(",;\t"), sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_roster_says_the_same_in_every_encoding_and_with_every_separator(
    rows: list[tuple[str, ...]], separator: str, encoding: str
):
    def written(mark: str) -> str:
        file = StringIO(newline="")
        writer = csv.writer(file, delimiter=mark)
        writer.writerows([("Email", "Name", "Program", "Group", "Role"), *rows])
        return file.getvalue()

    plain = read_roster(written(",").encode())
    other = read_roster(written(separator).encode(encoding))
    assert (other.people, other.places, other.faults) == (plain.people, plain.places, plain.faults)
