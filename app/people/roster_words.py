"""The words of a roster file: spellings of column names, roles and languages."""

import re
import unicodedata

from app.languages import speak
from surveys.sentences import said

ADDRESS, NAME, FIRST_NAME, LAST_NAME = "address", "name", "first name", "last name"
PROGRAM, GROUP, ROLE = "program", "group", "role"
TIME_ZONE, LANGUAGE = "time zone", "language"

_COLUMN_SPELLINGS = {
    ADDRESS: """email mail emailaddress mailaddress address emailadresse mailadresse adresse
        emailid workemail businessemail workemailaddress primaryemail useremail emailwork
        dienstlicheemail geschaeftlicheemail courriel correo""",
    NAME: """name fullname displayname person employee employeename personname vollername
        vollstaendigername anzeigename mitarbeiter mitarbeitername nameperson""",
    FIRST_NAME: "firstname givenname forename vorname rufname",
    LAST_NAME: "lastname surname familyname nachname familienname",
    PROGRAM: "program programme programm programname mentoringprogram mentoringprogramm",
    GROUP: """group circle groupname circlename mentoringgroup mentoringcircle team kreis gruppe
        gruppenname mentoringkreis mentoringgruppe zirkel""",
    ROLE: "role roles rolle funktion",
    TIME_ZONE: "timezone tz zone zeitzone",
    LANGUAGE: "language lang locale preferredlanguage sprache",
}
COLUMNS = {
    spelling: column for column, text in _COLUMN_SPELLINGS.items() for spelling in text.split()
}

_COLUMN_WORDS = {
    str(words): words
    for words in (
        said("address"),
        said("name"),
        said("first name"),
        said("last name"),
        said("program"),
        said("group"),
        said("role"),
        said("time zone"),
        said("language"),
    )
}

_ROLE_SPELLINGS = {
    "mentor": "mentor mentors mentorin mentorinnen lead leitung",
    "member": """member members mitglied mitglieder mentee mentees participant participants
        teilnehmer teilnehmerin teilnehmende peer""",
}
ROLES = {spelling: role for role, text in _ROLE_SPELLINGS.items() for spelling in text.split()}

LANGUAGES = {
    "english": "en",
    "englisch": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "francais": "fr",
    "franzoesisch": "fr",
    "spanish": "es",
    "espanol": "es",
    "spanisch": "es",
    "italian": "it",
    "italiano": "it",
    "italienisch": "it",
    "portuguese": "pt",
    "portugues": "pt",
    "portugiesisch": "pt",
    "dutch": "nl",
    "nederlands": "nl",
    "niederlaendisch": "nl",
    "polish": "pl",
    "polski": "pl",
    "polnisch": "pl",
    "turkish": "tr",
    "tuerkce": "tr",
    "tuerkisch": "tr",
}
_TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def column_words(column: str) -> str:
    """Return what a column holds, in the language spoken now: "time zone"."""
    return str(speak(_COLUMN_WORDS[column]))


def spelling(text: str) -> str:
    """Return `text` as spellings are compared: letters and digits, no case, no accents."""
    lower = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", lower)
    return "".join(letter for letter in plain if letter.isalnum())


def read_language(text: str) -> str | None:
    """Return the language tag that `text` is or names, such as "en" or "pt-br"; else None."""
    named = LANGUAGES.get(spelling(text))
    if named:
        return named
    tag = text.strip().replace("_", "-").casefold()
    return tag if _TAG.fullmatch(tag) else None
