"""What is said in a language is translated whole, and the compiled files are those sentences."""

import ast
import io
import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.languages import MAIL_LANGUAGES, STAFF_LANGUAGES
from tests.house.test_floors import ROOT, modules

TRANSLATED = sorted({*MAIL_LANGUAGES} - {"en"})
# Where the words of mails stand.
OF_MAILS = [
    ("app/languages.py", "python"),
    ("app/mail/**.py", "python"),
    ("app/launching/**.py", "python"),
    ("app/jobs/**.py", "python"),
    ("app/alerts/digest.py", "python"),
    ("app/templates/mail/**.html", "jinja2"),
    ("app/templates/mail/**.txt", "jinja2"),
    # The pages behind the foot of each mail speak as many languages.
    ("app/templates/people/mails.html", "jinja2"),
    ("app/templates/people/lost.html", "jinja2"),
    ("app/templates/people/lost_sent.html", "jinja2"),
    ("app/templates/people/data*.html", "jinja2"),
    ("app/templates/people/erase*.html", "jinja2"),
]
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


# Where all words for people stand; pages of those who sign in speak English and German.
ALL_WORDS = [
    ("app/**.py", "python"),
    ("surveys/**.py", "python"),
    ("app/templates/**.html", "jinja2"),
    ("app/templates/**.txt", "jinja2"),
]


@cache
def sentences() -> frozenset[str | tuple[str, ...]]:
    """Return every sentence of the mails, as the program looks it up."""
    return _said_in(OF_MAILS)


@cache
def all_sentences() -> frozenset[str | tuple[str, ...]]:
    """Return every sentence of the program."""
    return _said_in(ALL_WORDS)


def _said_in(where: list[tuple[str, str]]) -> frozenset[str | tuple[str, ...]]:
    found = extract_from_dir(str(ROOT), method_map=where, keywords=_keywords())
    return frozenset(
        tuple(said) if isinstance(said, (list, tuple)) else said for _, _, said, *_ in found
    )


def _keywords() -> dict[str, tuple[int, ...] | None]:
    one = dict.fromkeys(("_", "_l", "gettext", "lazy_gettext", "said"))
    return {**one, **dict.fromkeys(("ngettext", "lazy_ngettext", "counted"), (1, 2))}


@cache
def catalog(language: str) -> Catalog:
    """Return the translations into a language."""
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> Iterator[Message]:
    """Give what is translated into a language."""
    return (message for message in catalog(language) if message.id)


def test_the_sentences_of_mails_are_found() -> None:
    said = sentences()
    assert "Open the questions" in said and "If the button does nothing, open this address:" in said
    assert any(isinstance(one, tuple) for one in said) and len(said) > 150


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_a_mail_is_translated(language: str) -> None:
    told = {message.id: message.string for message in messages(language)}
    missing = [said for said in sentences() if not told.get(said) or not all(told[said])]
    assert not missing


@pytest.mark.parametrize("language", sorted({*STAFF_LANGUAGES} - {"en"}))
def test_every_sentence_of_the_program_is_translated(language: str) -> None:
    told = {message.id: message.string for message in messages(language)}
    missing = [said for said in all_sentences() if not told.get(said) or not all(told[said])]
    assert not missing


def test_no_sentence_is_looked_up_within_an_f_string() -> None:
    """Before Python 3.12, nothing finds a sentence there, so nobody would translate it."""
    hidden = [
        f"{path.relative_to(ROOT)}:{part.lineno}"
        for path in modules("app", "surveys")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
        if part.func.id in _keywords() and any(isinstance(one, ast.Constant) for one in part.args)
    ]
    assert hidden == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_and_all_plural_forms_of_its_sentence(
    language: str,
) -> None:
    wanted = catalog(language).num_plurals
    for message in messages(language):
        if isinstance(message.id, str):
            forms = (message.string,)
            needed = must = set(_PLACEHOLDER.findall(message.id))
        else:
            forms = message.string
            assert len(forms) == wanted, message.id
            needed = set(_PLACEHOLDER.findall(message.id[1]))
            must = needed - {"num", "number"}  # "two questions" is one word in Arabic
        for form in forms if any(forms) else ():
            assert must <= set(_PLACEHOLDER.findall(form)) <= needed, (language, message.id)
            assert form.replace("%%", "").count("%") == len(_PLACEHOLDER.findall(form)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_translations_are_those_that_people_read(language: str) -> None:
    """ "make translations" was not forgotten."""
    compiled = io.BytesIO()
    write_mo(compiled, catalog(language))
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.mo"
    assert path.read_bytes() == compiled.getvalue()


# Endings of what is said to several: "your circle" of many, "you can", "answer!".
_TO_SEVERAL = re.compile(r"(?<!\w)\w*[^\W\dل]كم(?!\w)|(?<!\w)أنتم(?!\w)|(?<!\w)ت\w+وا(?!\w)")
_NOT_SAID_TO_ANYBODY = {"وكم", "كم", "الحكم", "حكم"}
# Orders to a man; "please" with a noun asks everybody.
_ORDERS = re.compile(
    r"(?<!\w)ف?(?:انظر|ارجع|افتح|أخبر|حاول|انتظر|اضغط|اكتب|احتفظ|استخدم|اطلب|اسأل|اختر|أغلق|الصق)(?!\w)"
)


def test_arabic_speaks_to_one_person_in_mails_and_on_pages() -> None:
    guide = (ROOT / "surveys" / "data" / "guide.ar.json").read_text(encoding="utf-8")
    page = (ROOT / "frontend" / "src" / "texts" / "ar.ts").read_text(encoding="utf-8")
    told = [guide, page]
    for message in messages("ar"):
        told += [message.string] if isinstance(message.string, str) else message.string
    found = {word for text in told for word in _TO_SEVERAL.findall(text)}
    assert found <= _NOT_SAID_TO_ANYBODY
    assert [order for text in told for order in _ORDERS.findall(text)] == []
