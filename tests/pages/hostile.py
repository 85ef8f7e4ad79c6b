"""What a stranger's program sends to pages, and what no answer to it may hold.

Fields and parameters are those that the pages themselves show in forms and links, and those of the
table; every one of them gets values that a careful program never sends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.headers import CONTENT_SECURITY_POLICY

MARK = "<xss9>"  # markup that no page has; a page that shows it must have escaped it
ELSEWHERE = "evil.example"
VALUES = (
    f"\"'>{MARK}<script>alert(1)</script>",
    "nul\x00inside",
    f"line\r\nBcc: somebody@{ELSEWHERE}\r\n\r\n{MARK}",
    f"//{ELSEWHERE}/",
    f"https://{ELSEWHERE}",
    "9" * 25,  # beyond every column of whole numbers
    "9" * 5000,  # beyond what Python turns into a number
    "-1",
    "1e400",
    "NaN",
    "",
    "\u202eright to left\u2066\u200b",
    "{{7*7}}%(password)s{0.__class__}",
    "=cmd|' /C calc'!A0",
    "x" * 20_000,
    "../../../etc/passwd%00",
    "٣" * 6,  # digits to str.isdigit and int, not to a reader of addresses
    "²",  # a digit to str.isdigit, no number to int
    "2026-13-45T99:99",
    "0001-01-01",
    "9999-12-31",
    "\ud800",  # half a character: sent as bytes that are no UTF-8
)
EVERY = "every value"
METHODS = ("PUT", "DELETE", "PATCH", "TRACE", "BREW", "POST", "HEAD", "OPTIONS")


def as_bytes(value: str) -> bytes:
    """Return how a stranger's program sends a value, half characters too."""
    return value.encode("utf-8", "surrogatepass")


def encoded(pairs: Mapping[str, str]) -> str:
    """Return fields as a query or a form's body has them."""
    return "&".join(f"{quote(name)}={quote(as_bytes(value))}" for name, value in pairs.items())


@dataclass
class Known:
    """What names pages use, by rule: a form's fields and a query's parameters."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    parameters: dict[str, set[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects the forms of a page with their fields, and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, set[str]]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), given.get("method", "get"), set()))
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag in ("input", "select", "textarea", "button") and given.get("name") and self.forms:
            self.forms[-1][2].add(given["name"])


def rule_of(app: Flask, path: str, method: str = "GET") -> str | None:
    """Return the rule that a path fits; None if there is none, or it leads elsewhere."""
    try:
        rule, _ = app.url_map.bind("").match(urlsplit(path).path, method, return_rule=True)
    except HTTPException:
        return None
    return str(rule.rule)


def learn(app: Flask, known: Known, path: str, page: str) -> None:
    """Add to `known` what a page's forms and links send."""
    reader = _Forms()
    reader.feed(page)
    for action, method, names in reader.forms:
        post = method.lower() == "post"
        rule = rule_of(app, action or path, "POST" if post else "GET")
        if rule is not None:
            kept = known.fields if post else known.parameters
            kept.setdefault(rule, set()).update(names - {"csrf_token"})
    for link in [path, *reader.links]:
        rule = rule_of(app, link) if link.startswith("/") else None
        if link.startswith("?"):
            rule = rule_of(app, path)
        if rule is not None and "?" in link:
            names = {name for name, _ in parse_qsl(urlsplit(link).query, keep_blank_values=True)}
            known.parameters.setdefault(rule, set()).update(names)


def faults_of(answer: TestResponse, wellknown: str = "/static/") -> Iterator[str]:
    """Yield what an answer must never be or hold."""
    headers, body = answer.headers, answer.get_data()
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    if b"Traceback (most recent" in body or b"sqlalche.me" in body:
        yield "it shows our inside"
    if answer.mimetype == "text/html" and MARK.encode() in body:
        yield "it repeats markup as it is"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "no nosniff"
    leads = headers.get("Location", "/")
    to = urlsplit(leads.replace("\\", "/"))  # browsers read the one as the other
    if to.netloc not in ("", answer.request.host) or not to.path.startswith("/"):
        yield f"it leads to {leads[:80]}"
    if any("\n" in value or "\r" in value for value in headers.values()):
        yield "a header has two lines"
    if not answer.request.path.startswith(wellknown):
        yield from _page_faults(headers)


def _page_faults(headers: Mapping[str, str]) -> Iterator[str]:
    policy = headers.get("Content-Security-Policy", "")
    # A page with a mail in a frame, and the mail itself, set policies of their own.
    if policy != CONTENT_SECURITY_POLICY and not _is_of_a_mail(policy):
        yield f"the content policy {policy}"
    if "no-store" not in headers.get("Cache-Control", ""):
        yield "it may be cached"
    if headers.get("Referrer-Policy") != "no-referrer":
        yield "it sends a referrer"
    if headers.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN"):
        yield "anybody may frame it"


def _is_of_a_mail(policy: str) -> bool:
    return "default-src 'none'" in policy and "script-src 'unsafe" not in policy
