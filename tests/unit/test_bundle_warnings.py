"""What the browser notices in a comment, on the device and before anything is sealed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.bundle_runtime import Run, bundle_runs

PHRASES = json.loads(Path(__file__).with_name("bundle_phrases.json").read_text(encoding="utf-8"))
CUES = json.loads(Path(__file__).with_name("comment_cues.json").read_text(encoding="utf-8"))
MORE = json.loads(Path(__file__).with_name("risk_phrases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The bundle in a JavaScript runtime."""
    yield from bundle_runs(request)


@pytest.mark.parametrize(("kind", "expected"), [("risk", True), ("idiom", False)])
def test_support_opens_for_risk_and_not_for_figures_of_speech(run: Run, kind: str, expected: bool):
    source = "async ({ soundsAtRisk }, { comments }) => comments.map(soundsAtRisk)"
    found = dict(zip(PHRASES[kind], run(source, comments=PHRASES[kind]), strict=True))
    assert found == dict.fromkeys(PHRASES[kind], expected)


def test_support_opens_for_paraphrases_in_several_languages(run: Run):
    source = "async ({ soundsAtRisk }, { comments }) => comments.map(soundsAtRisk)"
    found = {
        kind: dict(zip(MORE[kind], run(source, comments=MORE[kind]), strict=True))
        for kind in ("risk", "idiom")
    }
    missed = [text for text, hit in found["risk"].items() if not hit]
    false = [text for text, hit in found["idiom"].items() if hit]
    assert len(missed) <= 2 and len(false) <= 4, (missed, false)


@pytest.mark.parametrize(
    "comment",
    [
        "I WANT TO DIE!!!",
        "i want\nto die",
        "I want to d\u200bie",
        "I don\u2019t want to live \U0001f614",
        "Ich mo\u0308chte sterben",
        "je ne veux plus vivre\u2026",
    ],
)
def test_spelling_does_not_hide_risk(run: Run, comment: str):
    assert run("async ({ soundsAtRisk }, { comment }) => soundsAtRisk(comment)", comment=comment)


def test_looking_for_risk_takes_no_time(run: Run):
    source = """async ({ soundsAtRisk }, { units }) => {
      const start = performance.now();
      for (const unit of units) soundsAtRisk(unit.repeat(8000 / unit.length));
      return performance.now() - start;
    }"""
    units = ["want to ", "i just ", "not really even ", "a ", "ca ", "mich "]
    assert run(source, units=units) < 2000


def test_idiom_does_not_hide_risk_beside_it(run: Run):
    comment = "That was career suicide, and now I don\u2019t want to live"
    assert run("async ({ soundsAtRisk }, { comment }) => soundsAtRisk(comment)", comment=comment)


@pytest.mark.parametrize(
    ("comment", "mentioned"),
    [
        ("write to ann.lee@example.org please", "address"),
        ("call +49 30 123 45 67", "phone"),
        ("my number is 0151/2345678", "phone"),
        ("(030) 1234-567", "phone"),
        ("Sarah and Jos\u00e9 help a lot", "name"),
        ("thanks to Frau Kilic", "name"),
        ("I talked with Ruprecht", "name"),
        ("will it mark the day, may we hope", None),
        ("In May we met with I think ten people on a Monday", None),
        ("Die Gespr\u00e4che mit der Gruppe helfen", None),
        ("we met on 2026-06-12 and 12.06.2026", "telling"),
        ("two hours a week @ home, 5 of 7 days", None),
        ("budget of 1200 for 15 people", None),
    ],
)
def test_addresses_and_phone_numbers_are_noticed(run: Run, comment: str, mentioned: str | None):
    source = "async ({ mentionsContact }, { comment }) => mentionsContact(comment)"
    assert run(source, comment=comment) == mentioned


_MENTIONED = """async ({ mentionsContact, spoken }, { language, comments }) => {
  const { words } = await spoken(language);
  return comments.map((comment) => mentionsContact(comment, words?.cues) ?? null);
}"""


@pytest.mark.parametrize("language", sorted(CUES))
def test_what_points_to_somebody_is_noticed_in_the_pages_language(run: Run, language: str):
    expected = dict(CUES[language]["warns"])
    found = run(_MENTIONED, language=language, comments=list(expected))
    assert dict(zip(expected, found, strict=True)) == expected


@pytest.mark.parametrize("language", sorted(CUES))
def test_ordinary_comments_are_left_alone(run: Run, language: str):
    comments = CUES[language]["quiet"]
    found = run(_MENTIONED, language=language, comments=comments)
    assert dict(zip(comments, found, strict=True)) == dict.fromkeys(comments)


def test_english_is_noticed_on_a_page_in_another_language(run: Run):
    comments = [
        "I talked with Ruprecht",
        "my boss shouts",
        "thanks to Frau Kilic",
        "+49 30 123 45 67",
    ]
    found = run(_MENTIONED, language="ar", comments=comments)
    assert found == ["name", "telling", "name", "phone"]


def test_there_are_enough_examples_in_each_new_language():
    for language in ("fr", "es", "ar"):
        assert all(len(CUES[language][kind]) >= 15 for kind in ("warns", "quiet"))
