"""Whatever is answered to whatever form, a sealed ballot of it has one length and reads back."""

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crypto import ballots, sealing
from surveys.answers import parse_ballot
from surveys.ballot_size import MAILBOX_LENGTHS, encoded_length, pad_size
from surveys.errors import FormTooLargeError
from surveys.items import Choice, Form, Item

TEXT = {"en": "Question"}
KEY = sealing.generate_key()
INFO = ballots.sealing_info(bytes(32), bytes(32))

names = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
# What JSON writes longest and shortest, what UTF-8 does, and what ends a text elsewhere.
texts = st.text(st.characters(codec="utf-8") | st.sampled_from('\x01\0"\\é好😀\u2028'))


@st.composite
def items(draw: st.DrawFn, item_id: str) -> Item:
    """Draw any question."""
    kind = draw(st.sampled_from(["scale", "single", "multiple", "comment"]))
    cant_say = draw(st.booleans())
    if kind == "scale":
        low = draw(st.integers(-100, 100))
        high = low + draw(st.integers(1, 10))
        return Item(item_id, "scale", TEXT, min=low, max=high, cant_say=cant_say)
    if kind == "comment":
        return Item(item_id, "comment", TEXT, max_length=draw(st.integers(1, 600)))
    options = draw(st.lists(names, min_size=2, max_size=8, unique=True))
    choices = tuple(Choice(name, TEXT) for name in options)
    return Item(item_id, kind, TEXT, options=choices, cant_say=cant_say)


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Draw any form that can be launched."""
    ids = draw(st.lists(names, min_size=1, max_size=6, unique=True))
    form = Form(TEXT, tuple(draw(items(item_id)) for item_id in ids))
    try:
        pad_size(form)
    except FormTooLargeError:
        assume(False)
    return form


def answers(draw: st.DrawFn, item: Item) -> Any:
    """Draw any answer to a question."""
    if item.cant_say and draw(st.booleans()):
        return None
    if item.type == "scale":
        return draw(st.sampled_from(item.points))
    if item.type == "single":
        return draw(st.sampled_from(item.option_ids))
    if item.type == "multiple":
        chosen = st.lists(st.sampled_from(item.option_ids), min_size=1, unique=True)
        return draw(chosen)
    text = draw(texts).encode()[: item.max_length].decode(errors="ignore")
    return text if text.strip() else "x"


@st.composite
def ballots_of_forms(draw: st.DrawFn) -> tuple[Form, dict[str, Any]]:
    """Draw a form and any ballot of it, with the mailboxes of its comments."""
    form = draw(forms())
    kept = draw(st.lists(st.sampled_from(form.items), min_size=1, unique_by=lambda item: item.id))
    given_ = {item.id: answers(draw, item) for item in kept}
    box = {name: "A" * encoded_length(size) for name, size in MAILBOX_LENGTHS.items()}
    boxes = dict.fromkeys(form.comment_ids & given_.keys(), box)
    cell = draw(st.sampled_from([0, 1, 65535]))
    return form, {"v": 1, "cell": cell, "a": given_, "m": boxes}


@settings(deadline=None)
@given(ballots_of_forms(), st.booleans(), st.booleans())
def test_every_ballot_of_any_form_is_sealed_to_one_length_and_reads_back(made, escaped, spaced):
    """In whichever way a client writes its JSON: escaped or not, with spaces or without."""
    form, ballot = made
    pad = pad_size(form)
    separators = (", ", ": ") if spaced else (",", ":")
    plaintext = json.dumps(ballot, ensure_ascii=escaped, separators=separators).encode()
    sealed = sealing.seal(sealing.public_point(KEY), ballots.pad(plaintext, pad), INFO)
    assert len(sealed) == 65 + pad + 16
    ballots.check_sealed_length(sealed, pad)
    opened = json.loads(ballots.unpad(sealing.unseal(KEY, sealed, INFO), pad))
    assert opened == ballot
    read = parse_ballot(opened, form, 65536)
    assert read.cell == ballot["cell"]
    assert read.values == {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in ballot["a"].items()
    }
