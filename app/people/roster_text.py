"""Roster bytes -> records: which encoding, which separator, and each record's true line."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from app.people.roster_words import COLUMNS, spelling

MAX_BYTES = 20 * 1024 * 1024
_SEPARATORS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])", re.IGNORECASE)  # what Excel writes and reads
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # the latter also locks with a password


class UnreadableRosterError(ValueError):
    """The file can't be read as a roster; `line` is None when the fault has no one place."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True)
class Record:
    """The cells of one record, and the line of the file on which it begins (1 is the first)."""

    line: int
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """Return whether nothing is written in any cell."""
        return not any(cell.strip() for cell in self.cells)


def check_size(content: bytes) -> None:
    """Refuse what is larger than a roster can be.

    :raises UnreadableRosterError: if it is.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableRosterError(
            _("The file is larger than %(most)s MB.", most=MAX_BYTES // 1024 // 1024)
        )


def is_workbook(content: bytes) -> bool:
    """Return whether a file says that it is a workbook, or else something packed."""
    return content.startswith(_ZIP)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a roster file and the name of the encoding that was taken.

    :raises UnreadableRosterError: if it is an old workbook, or text of no known encoding.
    """
    if content.startswith(_OLD_EXCEL):
        raise UnreadableRosterError(
            _("This workbook is of an old kind or has a password; save it as XLSX or CSV.")
        )
    try:
        if content.startswith(codecs.BOM_UTF8):
            return content.decode("utf-8-sig"), "UTF-8"
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16"), "UTF-16"
    except UnicodeDecodeError as error:
        raise UnreadableRosterError(
            _(
                "The file says that it is %(encoding)s, but isn't; save it as CSV UTF-8.",
                encoding=error.encoding,
            )
        ) from None
    if b"\0" in content:
        raise UnreadableRosterError(_("The file has bytes that no text has; save it as CSV UTF-8."))
    for encoding, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return content.decode(encoding), name
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "Latin-1"


def read_records(text: str, separator: str) -> Iterator[Record]:
    """Yield the records of `text` that are not blank, with quoted line breaks inside a cell.

    :raises UnreadableRosterError: at the record whose quotes don't match.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise UnreadableRosterError(
                _("The quotes don't match here; write each \" inside a quoted cell twice."), line
            ) from None
        if cells is None:
            return
        record = Record(line, tuple(cells))
        if not record.blank:
            yield record


def find_separator(text: str) -> tuple[str, str]:
    """Return the separator, and the text with an Excel "sep=" line left blank.

    It is the one under which most cells of the first line are known names of columns.
    """
    first_line, _, _ = text.partition("\n")
    said = _SEPARATOR_LINE.fullmatch(first_line.strip())
    if said:
        return said[1], text[len(first_line) :]
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(
        _SEPARATORS,
        key=lambda mark: (
            sum(spelling(cell) in COLUMNS for cell in header.split(mark)),
            header.count(mark),
        ),
    )
    return separator, text
