"""Links: every one reads back as it was written, and any damage is noticed."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import links
from crypto.encoding import encode_base64url
from crypto.errors import DamagedLinkError, InvalidLengthError
from crypto.links import Link, encode_link, parse_link, share_commit, token_hash
from crypto.sharing import ORDER, Share

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "protocol.json").read_text())
POOL = bytes.fromhex(VECTORS["receipt"]["pool_id"])
MANIFEST = bytes.fromhex(VECTORS["manifest"]["canonical"])
SHARE = Share(VECTORS["link"]["x"], int(VECTORS["link"]["y"], 16))
FULL = Link(
    token=bytes.fromhex(VECTORS["link"]["token"]),
    cell=VECTORS["link"]["cell"],
    pin=bytes.fromhex(VECTORS["manifest"]["mh"])[:16],
    share=SHARE,
)
TOKEN_ONLY = Link(token=FULL.token, cell=FULL.cell, pin=FULL.pin)

shares = st.builds(Share, st.integers(1, (1 << 32) - 1), st.integers(0, ORDER - 1))
any_links = st.builds(
    Link,
    token=st.binary(min_size=16, max_size=16),
    cell=st.integers(0, 65535),
    pin=st.binary(min_size=16, max_size=16),
    share=st.none() | shares,
)


@given(any_links)
def test_a_link_survives_being_written_and_read(link):
    code = encode_link(link)
    assert len(code) == (47 if link.share is None else 95)
    assert parse_link(code) == link


def test_codes_and_checks_are_those_of_the_vectors():
    expected = VECTORS["link"]
    assert encode_link(FULL) == expected["with_share"]
    assert encode_link(TOKEN_ONLY) == expected["token_only"]
    assert links.link_path(POOL, TOKEN_ONLY) == expected["path"]
    assert token_hash(POOL, FULL.token, FULL.cell).hex() == expected["token_hash"]
    assert share_commit(POOL, SHARE).hex() == expected["share_commit"]


def checks(link):
    """Return everything against which a link is checked before anything is consumed."""
    commit = None if link.share is None else share_commit(POOL, link.share)
    return token_hash(POOL, link.token, link.cell), commit, link.pin


@pytest.mark.parametrize("link", [FULL, TOKEN_ONLY], ids=["with share", "token only"])
def test_every_flipped_bit_of_a_link_is_noticed(link):
    length = 35 if link.share is None else 71
    value = int.from_bytes(b"".join(raw_parts(link)))
    for bit in range(8 * length):
        code = encode_base64url((value ^ 1 << bit).to_bytes(length))
        try:
            read = parse_link(code)
        except DamagedLinkError:
            continue
        assert checks(read) != checks(link)


def raw_parts(link):
    share = b"" if link.share is None else link.share.to_bytes()
    head = b"\x02" if link.share is None else b"\x01"
    return head, link.token, share, link.cell.to_bytes(2), link.pin


@pytest.mark.parametrize("link", [FULL, TOKEN_ONLY], ids=["with share", "token only"])
def test_every_changed_character_of_a_link_is_noticed(link):
    code = encode_link(link)
    for at in range(len(code)):
        for other in "AZaz09-_+= ":
            if other == code[at]:
                continue
            try:
                read = parse_link(code[:at] + other + code[at + 1 :])
            except DamagedLinkError:
                continue
            assert checks(read) != checks(link)


def with_parts(**changes):
    """Return the code of FULL with some of its parts replaced by bytes as they stand."""
    names = ("head", "token", "share", "cell", "pin")
    parts = dict(zip(names, raw_parts(FULL), strict=True)) | changes
    return encode_base64url(b"".join(parts.values()))


@pytest.mark.parametrize(
    "code",
    [
        "",
        encode_link(FULL)[:-1],
        encode_link(FULL) + "A",
        encode_link(FULL) + "=",
        encode_link(FULL) + "\n",
        encode_link(FULL)[:47],
        with_parts(head=b"\x00"),
        with_parts(head=b"\x02"),
        with_parts(head=b"\x03"),
        with_parts(share=b""),
        with_parts(pin=b"p" * 15),
        with_parts(pin=b"p" * 17),
        with_parts(share=bytes(4) + b"y" * 32),
        with_parts(share=b"xxxx" + ORDER.to_bytes(32)),
        encode_base64url(b"\x01" + bytes(34)),
        encode_base64url(b"\x02" + bytes(33)),
    ],
)
def test_what_is_no_link_is_refused(code):
    with pytest.raises(DamagedLinkError):
        parse_link(code)


def test_an_unchanged_table_entry_reads_well():
    assert parse_link(with_parts()) == FULL


@pytest.mark.parametrize(
    "change",
    [
        {"token": bytes(15)},
        {"token": bytes(17)},
        {"pin": bytes(15)},
        {"pin": bytes(17)},
        {"cell": -1},
        {"cell": 65536},
    ],
)
def test_a_link_with_a_part_out_of_range_is_not_made(change):
    parts = {"token": FULL.token, "cell": 0, "pin": FULL.pin} | change
    with pytest.raises(DamagedLinkError):
        Link(**parts)


def test_token_and_share_are_hidden_from_repr():
    assert repr(FULL) == f"Link(cell=258, pin={FULL.pin!r})"


def test_checks_hold_for_one_pool_only():
    assert token_hash(bytes(16), FULL.token, 1) != token_hash(POOL, FULL.token, 1)
    assert share_commit(bytes(16), SHARE) != share_commit(POOL, SHARE)


def test_checks_refuse_fields_of_another_length():
    for work in [
        lambda: token_hash(bytes(15), FULL.token, 0),
        lambda: token_hash(POOL, bytes(17), 0),
        lambda: token_hash(POOL, FULL.token, 65536),
        lambda: token_hash(POOL, FULL.token, -1),
        lambda: share_commit(bytes(17), SHARE),
        lambda: links.link_path(bytes(15), FULL),
        lambda: links.fingerprint(bytes(31)),
        lambda: links.pin_of(bytes(33)),
    ]:
        with pytest.raises(InvalidLengthError):
            work()


def test_a_manifest_is_known_by_hash_pin_and_fingerprint():
    mh = links.manifest_hash(MANIFEST)
    assert mh == hashlib.sha256(MANIFEST).digest()
    assert mh.hex() == VECTORS["manifest"]["mh"]
    assert links.pin_of(mh) == FULL.pin
    assert links.fingerprint(mh) == VECTORS["manifest"]["fingerprint"]
