"""What the respondents' pages say: whole in each language, with its plurals, in one voice."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.forms.preview import PAGE_WORDS
from tests.unit.bundle_runtime import MAILBOX_BUNDLE, Run, bundle_runs

OTHERS = ("de", "fr", "es", "ar")
PLACE = re.compile(r"\{(\w+)\}")
_SAID = """async (chorus, { languages }) => {
  const words = { en: chorus.en };
  const said = async (each) => (await chorus.spoken(each, PART === "mailbox")).words?.[PART];
  for (const each of languages) words[each] = await said(each);
  return words;
}"""
_PLURALS = """async (chorus, { language }) => {
  const rules = new Intl.PluralRules(language);
  return [...new Set(Array.from({ length: 1001 }, (_, count) => rules.select(count)))];
}"""


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Run JavaScript beside the page's own script."""
    yield from bundle_runs(request)


@pytest.fixture(scope="module")
def said(run: Run, request: pytest.FixtureRequest) -> dict[str, dict[str, dict[str, Any]]]:
    """What each page says, by language."""
    page = run(_SAID.replace("PART", "'page'"), languages=OTHERS)
    mailbox = next(bundle_runs(request, MAILBOX_BUNDLE))
    return {
        "page": page,
        "mailbox": mailbox(_SAID.replace("PART", "'mailbox'"), languages=OTHERS),
    }


def forms(message: str | dict[str, str]) -> dict[str, str]:
    """Return a message's forms; one that counts nothing has one."""
    return {"other": message} if isinstance(message, str) else message


@pytest.mark.parametrize("page", ["page", "mailbox"])
@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_everything_that_english_says(said, page, language):
    english, words = said[page]["en"], said[page][language]
    assert set(words) == set(english)
    for name, message in english.items():
        places = set(PLACE.findall(forms(message)["other"]))
        assert set(PLACE.findall(forms(words[name])["other"])) == places, name
        assert isinstance(words[name], str) == isinstance(message, str), name
        for form in forms(words[name]).values():
            # A form for one or two may say its number in words.
            assert set(PLACE.findall(form)) | {"count"} == places | {"count"}, name


@pytest.mark.parametrize("page", ["page", "mailbox"])
@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_every_number_has_its_form(said, run, page, language):
    needed = set(run(_PLURALS, language=language))
    assert len(needed) == (6 if language == "ar" else 2)
    counting = {n: m for n, m in said[page][language].items() if not isinstance(m, str)}
    assert counting
    for name, message in counting.items():
        assert needed <= set(message), name


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_the_voice_is_calm_and_its_digits_are_one_kind(said, language):
    for words in (said["page"][language], said["mailbox"][language]):
        for name, message in words.items():
            for form in forms(message).values():
                assert form.strip() and not re.search("[!\u00a1\uff01]", form), name
                assert not re.search("[\u0660-\u0669\u06f0-\u06f9]", form), name


@pytest.mark.parametrize("language", PAGE_WORDS)
def test_the_editors_phone_says_the_same(said, language):
    words = said["page"][language]
    assert {name: words[name] for name in PAGE_WORDS[language]} == PAGE_WORDS[language]
