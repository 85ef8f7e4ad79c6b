"""What letters are made of; one template for HTML and one for text write each block."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True)
class Heading:
    """What the blocks below are about, in a letter with several parts."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Panel:
    """Rows of a label and what belongs to it, on a card, between two optional sentences.

    `heading` is what they have in common, in a letter with several cards.
    """

    kind: ClassVar[str] = "panel"
    rows: tuple[tuple[str, str], ...]
    before: str = ""
    after: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Action:
    """The one thing to do: a button, and in text its address."""

    kind: ClassVar[str] = "action"
    label: str
    link: str


@dataclass(frozen=True)
class Fallback:
    """The address behind the button once more, for a button that fails; text has it already."""

    kind: ClassVar[str] = "fallback"
    link: str


@dataclass(frozen=True)
class Address:
    """An address written out, below the sentence that says what for."""

    kind: ClassVar[str] = "address"
    label: str
    link: str


@dataclass(frozen=True)
class Code:
    """Characters to copy or compare, below the sentence that says what for."""

    kind: ClassVar[str] = "code"
    label: str
    value: str


Block = Paragraph | Heading | Panel | Action | Fallback | Address | Code


@dataclass(frozen=True)
class Letter:
    """The content of one letter, in the language that is spoken while it is rendered.

    `preheader` is what mail programs show beside the subject; by default, the lead. `origin` is
    who writes, `reason` why this person gets it, `heading_language` that of the heading where it
    is another one. `stop_words` say what the link at the foot does; by default, what it does for
    survey mails. Neither subject nor preheader states a result.
    """

    subject: str
    origin: str
    heading: str
    lead: str
    blocks: tuple[Block, ...]
    reason: str
    preheader: str = ""
    heading_language: str = ""
    stop_link: str = ""
    stop_words: str = ""
