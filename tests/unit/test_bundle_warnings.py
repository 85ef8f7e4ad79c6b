"""What the browser notices in a comment, on the device and before anything is sealed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.bundle_runtime import Run, bundle_runs

PHRASES = json.loads(Path(__file__).with_name("bundle_phrases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The bundle in a JavaScript runtime."""
    yield from bundle_runs(request)


@pytest.mark.parametrize(("kind", "expected"), [("risk", True), ("idiom", False)])
def test_support_opens_for_risk_and_not_for_figures_of_speech(run: Run, kind: str, expected: bool):
    source = "async ({ soundsAtRisk }, { comments }) => comments.map(soundsAtRisk)"
    found = dict(zip(PHRASES[kind], run(source, comments=PHRASES[kind]), strict=True))
    assert found == dict.fromkeys(PHRASES[kind], expected)


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
        ("we met on 2026-06-12 and 12.06.2026", None),
        ("two hours a week @ home, 5 of 7 days", None),
        ("budget of 1200 for 15 people", None),
    ],
)
def test_addresses_and_phone_numbers_are_noticed(run: Run, comment: str, mentioned: str | None):
    source = "async ({ mentionsContact }, { comment }) => mentionsContact(comment)"
    assert run(source, comment=comment) == mentioned
