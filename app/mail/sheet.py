"""A sheet: a letter rendered and encoded once, with blanks that are filled for each recipient.

Filling is joining bytes, so ten thousand letters cost one rendering. The blanks are cut out of the
already encoded message: each stands between soft line breaks of its own, so that no value can be
split in the wrong place or fold a header.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import policy, quoprimime
from email.header import Header
from email.message import EmailMessage
from html import escape
from itertools import chain, zip_longest

from app.mail.mailer import Mail, MailRefusedError

# RFC 2045 allows 76 characters in an encoded line; one is kept for the soft break's sign.
_LINE = 75
_SOFT_BREAK = "=\r\n"
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
# The stdlib folds long headers into encoded words, which breaks one-click unsubscribing.
_UNFOLDED = policy.SMTP.clone(max_line_length=998)


class BlankError(MailRefusedError):
    """A blank in a letter takes visible ASCII characters only."""


@dataclass(frozen=True)
class Blank:
    """One gap in a sheet: which value goes there, and how the place wants it written."""

    name: str
    place: str


class Blanks:
    """The marks that stand for values while a letter is rendered; no text can hold one."""

    def __init__(self) -> None:
        self._key = secrets.token_hex(8)

    def mark(self, name: str, place: str = "") -> str:
        """Return the mark of `name`; renderers leave out the place."""
        return f"blank{self._key}{place}x{name}x"

    def pattern(self) -> re.Pattern[str]:
        """Return the pattern that finds marks: groups place and name."""
        return re.compile(rf"blank{self._key}([A-Z]*)x([a-z]+?)x")


@dataclass(frozen=True)
class Sheet:
    """A letter with blanks; it holds nothing of any recipient."""

    sender: str
    pieces: tuple[bytes, ...] = field(repr=False)
    blanks: tuple[Blank, ...]

    def fill(self, recipient: str, values: Mapping[str, str], bounces_to: str = "") -> Mail:
        """Return the finished letter to `recipient`.

        :param values: for each blank but the recipient, its name and what goes there.
        :param bounces_to: the envelope sender, where it is not the sheet's own.
        :raises BlankError: if a value holds anything but visible ASCII (a line break, a space).
        """
        filled = {**values, "recipient": recipient}
        written = {blank: _written(blank.place, filled[blank.name]) for blank in set(self.blanks)}
        gaps = [written[blank] for blank in self.blanks]
        content = b"".join(chain.from_iterable(zip_longest(self.pieces, gaps, fillvalue=b"")))
        return Mail(sender=bounces_to or self.sender, recipient=recipient, content=content)


def cut_sheet(
    sender: str, headers: Mapping[str, str], text: str, html: str, blanks: Blanks
) -> Sheet:
    """Return the sheet for two renderings of one letter, multipart/alternative.

    :param headers: name to value; a value may be or hold marks of `blanks`.
    """
    message = EmailMessage(policy=policy.SMTP)
    message.make_alternative()  # first: it would move what says the content's language into a part
    pattern = blanks.pattern()
    for name, value in headers.items():
        if name != "Subject":
            message[name] = pattern.sub(lambda mark: blanks.mark(mark[2], "HEADER"), value)
    message["MIME-Version"] = "1.0"
    for subtype, place, body in (("plain", "TEXT", text), ("html", "HTML", html)):
        part = EmailMessage(policy=policy.SMTP)
        part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
        part["Content-Transfer-Encoding"] = "quoted-printable"
        part.set_payload(_encoded(body, place, blanks))
        message.attach(part)
    content = _subject(headers.get("Subject", "")) + message.as_bytes(policy=_UNFOLDED).decode(
        "ascii"
    )
    pieces = pattern.split(content)
    return Sheet(
        sender=sender,
        pieces=tuple(piece.encode("ascii") for piece in pieces[0::3]),
        blanks=tuple(map(Blank, pieces[2::3], pieces[1::3])),
    )


def _subject(words: str) -> str:
    """Return the line of the subject; encoded words in lines of their own, none over RFC 2047's 75.

    The policy that leaves the other headers unfolded would make it one word, however long.
    """
    line = " ".join(words.split())  # a name with a line break in it would begin another header
    if not line.isascii():
        line = Header(line, "utf-8", _LINE, "Subject").encode(linesep="\r\n")
    return f"Subject: {line}\r\n"


def _encoded(body: str, place: str, blanks: Blanks) -> str:
    """Return `body` in quoted-printable, every mark on a line of its own."""
    pieces = blanks.pattern().split(body)
    encoded = _quoted(pieces[0])
    for name, piece in zip(pieces[2::3], pieces[3::3], strict=True):
        if not encoded.endswith("\n"):
            encoded += _SOFT_BREAK
        encoded += blanks.mark(name, place) + _SOFT_BREAK + _quoted(piece)
    return encoded


def _quoted(text: str) -> str:
    octets = text.encode().decode("latin-1")
    return quoprimime.body_encode(octets, maxlinelen=_LINE, eol="\r\n")


def _written(place: str, value: str) -> bytes:
    # A line break here would add headers of the sender's choosing; the text never names the value.
    if not _VISIBLE_ASCII.fullmatch(value):
        raise BlankError(BlankError.__doc__)
    if place == "HEADER":
        return value.encode("ascii")
    return _quoted(escape(value) if place == "HTML" else value).encode("ascii")
