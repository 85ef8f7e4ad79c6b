"""The browser bundle against published vectors and against our own, byte by byte."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from crypto.encoding import decode_base64url, encode_base64url
from crypto.errors import DamagedLinkError
from crypto.links import parse_link
from crypto.sharing import ORDER
from tests.unit.bundle_runtime import Run, bundle_runs

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The bundle in a JavaScript runtime."""
    yield from bundle_runs(request)


def read(name: str) -> Any:
    """Return the vectors of a file."""
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def protocol() -> Any:
    """Our own vectors, computed without either implementation."""
    return read("protocol.json")


def spki(vector: dict[str, str]) -> str:
    """Return the vector's RSA public key, DER in hex."""
    numbers = RSAPublicNumbers(e=int(vector["e"], 16), n=int(vector["n"], 16))
    der = numbers.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return der.hex()


def test_blinding_reproduces_rfc9474(run: Run):
    vector = read("rfc9474_pss_deterministic.json")[0]
    modulus = int(vector["n"], 16)
    blinding_factor = pow(int(vector["inv"], 16), -1, modulus)
    answer = run(
        """async ({ fromHex, toHex, importRsa, blind, finalize, verify }, input) => {
          const draws = input.draws.map(fromHex);
          crypto.getRandomValues = (target) => { target.set(draws.shift()); return target; };
          const key = await importRsa(fromHex(input.spki));
          const message = fromHex(input.prepared);
          const { blinded, inverse } = await blind(key, message);
          const signature = await finalize(key, message, fromHex(input.blindSignature), inverse);
          const good = await verify(key, message, signature);
          const parts = { blinded, inverse, signature };
          const written = Object.entries(parts).map(([name, bytes]) => [name, toHex(bytes)]);
          return { ...Object.fromEntries(written), good };
        }""",
        spki=spki(vector),
        prepared=vector["prepared_msg"],
        draws=[vector["salt"], f"{blinding_factor:0{len(vector['n'])}x}"],
        blindSignature=vector["blind_sig"],
    )
    assert answer == {
        "blinded": vector["blinded_msg"],
        "inverse": vector["inv"],
        "signature": vector["sig"],
        "good": True,
    }


def test_finalize_refuses_a_signature_of_another_message(run: Run):
    vector = read("rfc9474_pss_deterministic.json")[0]
    refused = run(
        """async ({ fromHex, importRsa, finalize }, input) => {
          const key = await importRsa(fromHex(input.spki));
          const [signature, inverse] = [fromHex(input.blindSignature), fromHex(input.inverse)];
          const finished = finalize(key, fromHex(input.message), signature, inverse);
          return finished.then(() => false, () => true);
        }""",
        spki=spki(vector),
        message=vector["prepared_msg"] + "00",
        blindSignature=vector["blind_sig"],
        inverse=vector["inv"],
    )
    assert refused


def test_sealing_reproduces_rfc9180(run: Run):
    suite = {"mode": 0, "kem_id": 16, "kdf_id": 1, "aead_id": 1}
    vector = next(each for each in read("rfc9180.json") if suite.items() <= each.items())
    first = vector["encryptions"][0]
    answer = run(
        """async ({ fromHex, toHex, openSender }, input) => {
          const given = [input.pkRm, input.info, input.ikmE].map(fromHex);
          const sender = await openSender(...given);
          const sealed = await sender.seal(fromHex(input.pt), fromHex(input.aad));
          return { enc: toHex(new Uint8Array(sender.enc)), ct: toHex(new Uint8Array(sealed)) };
        }""",
        **{name: vector[name] for name in ("pkRm", "info", "ikmE")},
        pt=first["pt"],
        aad=first["aad"],
    )
    assert answer == {"enc": vector["enc"], "ct": first["ct"]}


def test_receipts_and_mailboxes_agree_with_the_protocol(run: Run, protocol: Any):
    receipt, mailbox = protocol["receipt"], protocol["mailbox"]
    answer = run(
        """async (chorus, input) => {
          const { fromHex, toHex } = chorus;
          const [receipt, pool] = [chorus.readReceipt(input.typed), fromHex(input.pool)];
          const secrets = await chorus.mailboxOf(receipt, pool, input.item);
          return {
            receipt,
            encoded: chorus.encodeReceipt(fromHex(input.bytes)),
            withdrawal: toHex(await chorus.withdrawalOf(receipt, pool)),
            serial: toHex(await chorus.serialOf(receipt, pool)),
            id: toHex(secrets.id),
            authenticator: toHex(secrets.authenticator),
            auth: toHex(await chorus.sha256(secrets.authenticator)),
            wrapping_key: toHex(secrets.wrappingKey),
          };
        }""",
        typed=receipt["typed"],
        bytes=receipt["bytes"],
        pool=receipt["pool_id"],
        item=mailbox["item_id"],
    )
    assert answer == {
        "receipt": receipt["receipt"],
        "encoded": receipt["receipt"],
        **{name: receipt[name] for name in ("withdrawal", "serial")},
        **{name: mailbox[name] for name in ("id", "authenticator", "auth", "wrapping_key")},
    }


def test_links_pins_and_messages_agree_with_the_protocol(run: Run, protocol: Any):
    link, manifest, ballot = protocol["link"], protocol["manifest"], protocol["ballot"]
    answer = run(
        """async (chorus, input) => {
          const { fromHex, toHex } = chorus;
          const [path, code] = input.path.split("#");
          const [full, short] = [chorus.parseCode(input.code), chorus.parseCode(code)];
          const [pool, serial] = [chorus.poolIdIn(path), fromHex(input.serial)];
          const { manifestHash } = await chorus.readManifest(fromHex(input.manifest), full.pin);
          return {
            token: toHex(full.token),
            x: Number.parseInt(toHex(full.share.x), 16),
            y: toHex(full.share.y),
            cell: full.cell,
            short: [toHex(short.token), short.cell, short.share ?? null],
            token_hash: toHex(await chorus.tokenHash(pool, full.token, full.cell)),
            share_commit: toHex(await chorus.shareCommit(pool, full.share)),
            fingerprint: chorus.fingerprint(full.pin),
            mh: toHex(manifestHash),
            info: toHex(chorus.sealInfo(manifestHash, serial)),
            msg: toHex(chorus.ballotMessage(pool, serial)),
          };
        }""",
        path=link["path"],
        code=link["with_share"],
        manifest=manifest["canonical"],
        serial=protocol["receipt"]["serial"],
    )
    assert answer == {
        **{name: link[name] for name in ("token", "x", "y", "cell", "token_hash", "share_commit")},
        "short": [link["token"], link["cell"], None],
        **{name: manifest[name] for name in ("fingerprint", "mh")},
        **{name: ballot[name] for name in ("info", "msg")},
    }


def test_manifest_of_another_link_is_refused(run: Run, protocol: Any):
    answer = run(
        """async ({ fromHex, parseCode, readManifest }, input) => {
          const altered = fromHex(input.manifest);
          altered[altered.length - 2] ^= 1;
          const read = readManifest(altered, parseCode(input.code).pin);
          return read.then(() => "read", (error) => error.message);
        }""",
        manifest=protocol["manifest"]["canonical"],
        code=protocol["link"]["with_share"],
    )
    assert answer == "The round differs from the one in the link."


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda code: code[:-1], id="cut"),
        pytest.param(lambda code: code + "A", id="longer"),
        pytest.param(lambda code: code[:-1] + "9", id="unused bits"),
        pytest.param(lambda code: code[:-1] + "=", id="padding"),
        pytest.param(lambda code: "Aw" + code[2:], id="unknown layout"),
        pytest.param(lambda code: code.replace("_", "/"), id="other alphabet"),
        pytest.param(lambda code: "", id="empty"),
        pytest.param(lambda code: _with(code, 17, bytes(4)), id="x is 0"),
        pytest.param(lambda code: _with(code, 21, ORDER.to_bytes(32)), id="y is the order"),
    ],
)
def test_damaged_code_is_noticed_as_in_python(run: Run, protocol: Any, damage: Any):
    whole = protocol["link"]["with_share"]
    source = """async ({ parseCode }, input) => input.codes.map((code) => {
      try { return parseCode(code).cell; } catch { return null; }
    })"""
    assert run(source, codes=[whole, damage(whole)]) == [protocol["link"]["cell"], None]
    with pytest.raises(DamagedLinkError):
        parse_link(damage(whole))


def _with(code: str, at: int, part: bytes) -> str:
    """Return a link's code with `part` written over its bytes from `at` on."""
    value = decode_base64url(code)
    return encode_base64url(value[:at] + part + value[at + len(part) :])


def test_pasted_link_is_read_with_or_without_its_address_and_line_breaks(run: Run, protocol: Any):
    code = protocol["link"]["with_share"]
    pasted = [
        code,
        f"  {code}\n",
        f"<https://host{protocol['link']['path'].split('#')[0]}#{code[:40]}\r\n {code[40:]}>",
    ]
    assert run("async ({ codeIn }, { pasted }) => pasted.map(codeIn)", pasted=pasted) == [code] * 3
