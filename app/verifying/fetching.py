"""Fetch what everybody can fetch: no cookie, no redirect, nothing endless."""

import json
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

_SECONDS = 30
_MOST_BYTES = 8 * 1024 * 1024


class FetchError(Exception):
    """An address did not answer as it should."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


@dataclass(frozen=True)
class Fetched:
    """An answer: its bytes, and its headers by name."""

    content: bytes
    headers: Message


class _NoRedirect(HTTPRedirectHandler):
    """What leads elsewhere is not what was asked for."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Follow nothing."""
        return


class Site:
    """A Chorus at an address."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FetchError(url, "give an address like https://chorus.example.org")
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._opener = build_opener(_NoRedirect())

    def fetch(self, path: str) -> Fetched:
        """Return what stands at a path.

        :raises FetchError: if it can't be had, is endless, or leads elsewhere.
        """
        if not path.startswith("/"):
            raise FetchError(path, "this is no path of the same address")
        request = Request(self.origin + path, headers={"User-Agent": "chorus-verify"})  # noqa: S310
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:  # nosec B310
                content: bytes = answer.read(_MOST_BYTES + 1)
                headers: Message = answer.headers
        except HTTPError as error:
            raise FetchError(path, f"answered {error.code}") from None
        except (URLError, OSError, ValueError) as error:
            raise FetchError(path, f"did not answer ({type(error).__name__})") from None
        if len(content) > _MOST_BYTES:
            raise FetchError(path, "is larger than anything that is served here")
        return Fetched(content, headers)

    def fetch_json(self, path: str) -> Any:
        """Return the JSON that stands at a path.

        :raises FetchError: likewise, or if it is no JSON.
        """
        try:
            return json.loads(self.fetch(path).content)
        except (ValueError, RecursionError):
            raise FetchError(path, "is no JSON") from None
