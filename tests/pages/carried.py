"""What the way from a mailed link to the receipt brings over a phone's line, headers and all."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

LANGUAGES = ("en", "de", "fr", "es", "ar")
BUDGET = 60_000  # bytes of all answers from the link to the receipt
PHONE = {"width": 390, "height": 780}


class Line:
    """Counts what comes to a page: of each answer its first line, its headers and its body."""

    def __init__(self, page: Page) -> None:
        self._paths: dict[str, str] = {}
        self._loaded: dict[str, int] = {}
        self._session = page.context.new_cdp_session(page)
        self._session.on("Network.requestWillBeSent", self._ask)
        self._session.on("Network.responseReceived", self._begin)
        self._session.on("Network.loadingFinished", self._finish)
        self._session.send("Network.enable")

    def _ask(self, event: dict[str, object]) -> None:
        request = event["request"]
        assert isinstance(request, dict)
        self._paths[str(event["requestId"])] = urlsplit(request["url"]).path

    def _begin(self, event: dict[str, object]) -> None:
        response = event["response"]
        assert isinstance(response, dict)
        # All that there is of an answer without a body, which the script doesn't read to its end.
        self._loaded[str(event["requestId"])] = int(response["encodedDataLength"])

    def _finish(self, event: dict[str, object]) -> None:
        self._loaded[str(event["requestId"])] = int(str(event["encodedDataLength"]))

    @property
    def answers(self) -> dict[str, int]:
        """Return how many bytes came of each file or call, by its last name."""
        counted: dict[str, int] = {}
        for request, size in self._loaded.items():
            name = Path(self._paths.get(request, "unknown")).name
            counted[name] = counted.get(name, 0) + size
        return counted

    @property
    def total(self) -> int:
        """Return how many bytes came in all."""
        return sum(self._loaded.values())


def carried(browser: Browser, link: str, language: str) -> Line:
    """Answer in a language from a link on a fresh phone, with a comment; return its line."""
    context = browser.new_context(viewport=PHONE, locale=language)
    page = context.new_page()
    line = Line(page)
    page.goto(f"{link}.{language}", wait_until="load")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("button.r-main").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("textbox").fill("2 + 2 = 4")
    page.locator("button.r-main").click()
    expect(page.locator("code.receipt")).to_be_visible()
    page.wait_for_load_state("networkidle")
    context.close()
    return line
