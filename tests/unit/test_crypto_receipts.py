"""Receipts: sixteen characters that survive being typed, and everything that follows from them."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import receipts, sealing
from crypto.errors import DamagedReceiptError, DecryptionError, InvalidLengthError

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "protocol.json").read_text())
RECEIPT = VECTORS["receipt"]["receipt"]
POOL = bytes.fromhex(VECTORS["receipt"]["pool_id"])
MAILBOX = VECTORS["mailbox"]

well_formed = st.text(receipts.ALPHABET, min_size=16, max_size=16)


@pytest.fixture(scope="module")
def access():
    return receipts.mailbox_access(RECEIPT, POOL, MAILBOX["item_id"])


@given(well_formed)
def test_a_receipt_survives_being_shown_and_typed_in_lower_case(receipt):
    shown = receipts.format_receipt(receipt)
    assert len(shown) == 19
    assert receipts.parse_receipt(shown) == receipt
    assert receipts.parse_receipt(shown.lower().replace("-", " ")) == receipt
    typed = receipt.replace("0", "o").replace("1", "l")
    assert receipts.parse_receipt(typed) == receipt


def test_a_new_receipt_is_random_and_well_formed():
    first, second = receipts.new_receipt(), receipts.new_receipt()
    assert first != second
    assert receipts.parse_receipt(first) == first
    drawn = "".join(receipts.new_receipt() for _ in range(100))
    assert set(drawn) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_the_shown_form_has_four_groups():
    assert receipts.format_receipt("0123456789ABCDEF") == "0123-4567-89AB-CDEF"


@pytest.mark.parametrize(
    "typed",
    [
        VECTORS["receipt"]["typed"],
        "0123456789abcdef",
        "OI23-4567-89AB-CDEF",
        "oL23 4567 89ab cdef\n",
        "\t0i23\u00a04567\u201389ab\u2011cdef",
        "0123\u20104567\u201289AB\u2014CD\u2212EF",
    ],
)
def test_a_receipt_is_read_as_a_person_types_it(typed):
    assert receipts.parse_receipt(typed) == "0123456789ABCDEF"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0123456789ABCDE",
        "0123456789ABCDEFG",
        "U123456789ABCDEF",
        "0123456789ABCDE_",
        "0123456789ABCDE=",
        "0123456789ABCDE\u017f",  # the long s, whose upper case is S
        "\u0661123456789ABCDEF",  # an Arabic digit one
        "0123456789ABCD\ufb00",  # the ligature ff, whose upper case is two letters
    ],
)
def test_what_is_no_receipt_is_refused(typed):
    with pytest.raises(DamagedReceiptError):
        receipts.parse_receipt(typed)


def test_the_serial_is_the_hash_of_what_withdraws_it():
    withdrawal = receipts.withdrawal_of(RECEIPT, POOL)
    assert withdrawal.hex() == VECTORS["receipt"]["withdrawal"]
    assert receipts.serial_of(withdrawal).hex() == VECTORS["receipt"]["serial"]


def test_one_receipt_gives_unrelated_values_in_two_pools():
    other = receipts.withdrawal_of(RECEIPT, bytes(16))
    assert other != receipts.withdrawal_of(RECEIPT, POOL)
    assert receipts.withdrawal_of("Z" * 16, POOL) != receipts.withdrawal_of(RECEIPT, POOL)


def test_mailbox_values_are_those_of_the_vectors(access):
    assert access.id.hex() == MAILBOX["id"]
    assert access.authenticator.hex() == MAILBOX["authenticator"]
    assert access.wrapping_key.hex() == MAILBOX["wrapping_key"]
    assert receipts.auth_of(access.authenticator).hex() == MAILBOX["auth"]


def test_a_wrapped_mailbox_key_of_another_client_opens(access):
    private_key = receipts.open_mailbox_key(access, bytes.fromhex(MAILBOX["key"]))
    assert sealing.scalar_of(private_key) == int(MAILBOX["scalar"], 16)
    assert sealing.public_point(private_key).hex() == MAILBOX["pub"]


def test_two_comments_of_one_person_share_no_value(access):
    other = receipts.mailbox_access(RECEIPT, POOL, "try-next")
    values = [access.id, access.authenticator[:16], access.wrapping_key[:16]]
    others = [other.id, other.authenticator[:16], other.wrapping_key[:16]]
    assert len({*values, *others}) == 6
    first, second = receipts.make_mailbox(access), receipts.make_mailbox(access)
    assert first.pub != second.pub
    assert first.key[:12] != second.key[:12]


def test_a_reply_reaches_whoever_has_the_receipt(access):
    mailbox = receipts.make_mailbox(access)
    assert [len(part) for part in (mailbox.id, mailbox.auth, mailbox.pub, mailbox.key)] == [
        16,
        32,
        65,
        60,
    ]
    assert mailbox.id == access.id
    assert mailbox.auth == hashlib.sha256(access.authenticator).digest()
    reply = sealing.seal(mailbox.pub, b"Thank you.", b"context")
    private_key = receipts.open_mailbox_key(access, mailbox.key)
    assert sealing.unseal(private_key, reply, b"context") == b"Thank you."


def test_another_receipt_or_a_damaged_key_opens_no_mailbox(access):
    key = receipts.make_mailbox(access).key
    stranger = receipts.mailbox_access("Z" * 16, POOL, MAILBOX["item_id"])
    with pytest.raises(DecryptionError):
        receipts.open_mailbox_key(stranger, key)
    for at in (0, 12, 59):
        damaged = key[:at] + bytes([key[at] ^ 1]) + key[at + 1 :]
        with pytest.raises(DecryptionError):
            receipts.open_mailbox_key(access, damaged)


def test_values_of_another_length_are_refused(access):
    for work in [
        lambda: receipts.withdrawal_of(RECEIPT, bytes(15)),
        lambda: receipts.mailbox_access(RECEIPT, bytes(17), "item"),
        lambda: receipts.serial_of(bytes(31)),
        lambda: receipts.auth_of(bytes(33)),
        lambda: receipts.open_mailbox_key(access, bytes(59)),
        lambda: receipts.open_mailbox_key(access, bytes(61)),
    ]:
        with pytest.raises(InvalidLengthError):
            work()


def test_what_opens_a_mailbox_is_hidden_from_repr(access):
    assert repr(access) == f"MailboxAccess(id={access.id!r})"
