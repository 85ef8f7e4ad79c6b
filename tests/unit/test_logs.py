"""Logs carry counts, steps and random identifiers; no address, token or answer gets out."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.logs import configure_logs


@pytest.fixture(autouse=True)
def _root_logger() -> Iterator[None]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_says_what_happened_with_the_fields_that_are_allowed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("DEBUG")
    structlog.get_logger().warning("ballots dropped", step="opening", count=2)
    (line,) = _lines(capsys)
    assert line.pop("timestamp")
    assert line == {
        "event": "ballots dropped",
        "level": "warning",
        "step": "opening",
        "count": 2,
    }


def test_fields_that_are_not_on_the_list_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG")
    logger = structlog.get_logger().bind(person="planted-person")
    logger.error(
        "mail refused",
        address="planted@example.org",
        token=b"planted-token",
        answers={"pulse_comment": "planted comment"},
        remote_addr="192.0.2.1",
        user_agent="planted-browser",
    )
    printed = capsys.readouterr().err
    assert "mail refused" in printed
    assert "planted" not in printed
    assert "192.0.2.1" not in printed


def test_a_fault_is_logged_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG")
    try:
        raise ValueError("planted@example.org")
    except ValueError:
        structlog.get_logger().exception("job failed", error="ValueError")
        logging.getLogger("sqlalchemy.engine").exception("planted %s", "planted@example.org")
    printed = capsys.readouterr().err
    assert printed.count("ValueError") == 2
    assert "planted" not in printed


def test_a_message_of_a_library_is_reduced_to_its_name_and_level(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("DEBUG")
    logging.getLogger("mail.log").warning("to planted@example.org: %s", "planted-token")
    assert _lines(capsys) == [
        {"event": "library message", "logger": "mail.log", "level": "WARNING"}
    ]


def test_chatter_of_libraries_is_silent_even_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG")
    logging.getLogger("aiosmtpd").info("planted")
    logging.getLogger("aiosmtpd").debug("planted")
    assert capsys.readouterr().err == ""


def test_configuring_twice_prints_once(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG")
    configure_logs("DEBUG")
    logging.getLogger("mail.log").warning("planted")
    assert len(_lines(capsys)) == 1


def test_less_than_the_level_asked_for_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("WARNING")
    structlog.get_logger().info("round opened", round="abc")
    assert capsys.readouterr().err == ""
