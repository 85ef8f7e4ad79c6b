"""Where the application answers a browser."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.pages.live import served


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application answers, on a port that was free."""
    with served(app) as where:
        yield where
