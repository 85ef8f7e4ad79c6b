"""The proxy that the documents describe writes down no visit, and finds every page (PROTOCOL 4)."""

import re
from pathlib import Path

import pytest

from app import create_app
from config import Settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "deployment.md"


def configuration() -> str:
    """Return the nginx configuration that the page gives."""
    found = re.search(r"# nginx\n(.*?\n    }\n)\n(?!  )", DOCUMENT.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def upstream_of(path: str) -> str:
    """Return where nginx sends a path: the first expression that fits, else the longest prefix."""
    places = re.findall(r"location (~ )?(\S+) \{(.*?)\}", configuration(), re.DOTALL)
    assert places
    expressions = [(name, body) for mark, name, body in places if mark and re.search(name, path)]
    prefixes = [(name, body) for mark, name, body in places if not mark and path.startswith(name)]
    body = expressions[0][1] if expressions else max(prefixes, key=lambda place: len(place[0]))[1]
    sent = re.search(r"proxy_pass http://(\w+);", body)
    assert sent is not None
    return sent[1]


def paths_of(settings: Settings, *parts: str) -> set[str]:
    """Return a path for each page of these parts."""
    rules = create_app(settings, parts=parts).url_map.iter_rules()
    own = [rule.rule for rule in rules if not rule.rule.startswith(("/static", "/healthz"))]
    return {re.sub(r"<[^>]+>", "x", rule) for rule in own}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_page_goes_to_the_process_that_serves_it(settings: Settings) -> None:
    shared = paths_of(settings, "cast") & paths_of(settings, "invites")
    casting = paths_of(settings, "cast") - shared
    assert {"/r/x", "/m/x", "/api/v1/pools/x/ballot", "/api/v1/mailbox/read"} <= casting
    assert {upstream_of(path) for path in casting} == {"chorus_cast"}
    others = paths_of(settings, "invites", "plain", "admin")
    assert {upstream_of(path) for path in others} == {"chorus"}


def test_no_visit_is_written_down() -> None:
    # For all places at once: the script of the respondent's page tells, too, that somebody came.
    before_places = configuration().partition("location")[0]
    assert "access_log off;" in before_places and "error_log /dev/null crit;" in before_places
    assert configuration().count("_log") == 2
